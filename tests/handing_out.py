"""Which worker gets which tests, and when: what takes longest first, or one worker ends alone.

A file stays with one worker, because its tests share a broker or a browser; the files in `APART` share
nothing. Waiting and computing take turns in `FIRST`, so that the machine is busy while a device waits.
"""

from xdist.scheduler import LoadFileScheduling

#: Each test of these goes to whoever is free.
APART = ("tests/system/test_kill.py", "tests/test_coverage.py")
#: The order of the longest files, by the time that they took in a whole run.
FIRST = (
    "tests/system/test_kill.py",
    "tests/test_coverage.py",
    "tests/simulator/test_evaluate_runtimes.py",
    "tests/system/test_command_line.py",
    "tests/system/test_demo.py",
    "tests/browser/test_alarms.py",
    "tests/system/test_main_job.py",
    "tests/browser/test_pages.py",
    "tests/system/test_device_link.py",
    "tests/micropython/test_same_tests.py",
    "tests/system/test_worn.py",
    "tests/browser/test_trust.py",
    "tests/basestation/devices/test_setup.py",
    "tests/simulator/test_replay_case.py",
    "tests/system/test_device_tls.py",
    "tests/basestation/test_crash.py",
    "tests/system/test_second_ways.py",
    "tests/browser/test_modules.py",
    "tests/simulator/test_device.py",
)


def file_of(node_id):
    """Return the file of a test."""
    return node_id.split("::", 1)[0]


def turn_of(node_id):
    """Return the place of a test in the order of handing out."""
    file = file_of(node_id)
    return FIRST.index(file) if file in FIRST else len(FIRST)


class LongestFirst(LoadFileScheduling):
    """Hands files out in the order in which they were collected."""

    def _split_scope(self, nodeid):
        file = file_of(nodeid)
        return nodeid if file in APART else file
