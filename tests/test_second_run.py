"""Which failures get a second run, alone: few, and only of tests with real processes."""

from tests.run import AGAIN_MAX, REAL, ROOT, may_run_again

SHAKY = "tests/system/test_demo.py::test_a"


def test_only_few_failures_of_tests_with_real_processes_are_run_again():
    """A pure test or a world that failed stays failed; many failures are no accident."""
    assert may_run_again([SHAKY])
    assert may_run_again([SHAKY] * AGAIN_MAX)
    assert not may_run_again([SHAKY] * (AGAIN_MAX + 1))
    assert not may_run_again([])
    for pure in ("tests/firmware/test_fall.py::a", "tests/simulator/world/test_worlds.py::b"):
        assert not may_run_again([SHAKY, pure])


def test_the_folders_of_real_processes_are_there():
    """A folder that moved must not silently lose its second run, nor give it to another."""
    for prefix in REAL:
        folder = ROOT / prefix
        assert folder.exists() or list(folder.parent.glob(folder.name + "*")), prefix
