"""Runs the `test_*` functions of one module and prints a line for each; for MicroPython, which has no pytest.

    micropython tests/micropython/runner.py tests/firmware/test_alarm.py

Prints `ok NAME` or `FAILED NAME` with the traceback, and exits with 1 if one failed or none was found.
"""

import sys


def load(path):
    """Import the module at `path`; its own folder comes first, so that tests can share files."""
    folder, _, file_name = path.rpartition("/")
    sys.path.insert(0, folder or ".")
    return __import__(file_name.rsplit(".", 1)[0])


def run(module):
    """Call every test of the module; return how many ran and how many failed."""
    ran = failed = 0
    for name in sorted(dir(module)):
        test = getattr(module, name)
        if not name.startswith("test_") or not callable(test):
            continue
        ran += 1
        try:
            test()
        except Exception as error:  # noqa: BLE001 - a test may fail in any way
            failed += 1
            print("FAILED " + name)
            sys.print_exception(error) if hasattr(sys, "print_exception") else print(repr(error))
        else:
            print("ok " + name)
    return ran, failed


if __name__ == "__main__":
    tests_ran, tests_failed = run(load(sys.argv[1]))
    sys.exit(1 if tests_failed or not tests_ran else 0)
