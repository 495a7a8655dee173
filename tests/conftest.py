"""What every test run says last: what it left out, and why."""

import pytest

_left_out: dict[str, int] = {}


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Count skipped tests by their reason."""
    if report.skipped and isinstance(report.longrepr, tuple):
        reason = report.longrepr[2].removeprefix("Skipped: ")
        _left_out[reason] = _left_out.get(reason, 0) + 1


def pytest_unconfigure(config: pytest.Config) -> None:
    """Print the last line of the run."""
    if hasattr(config, "workerinput") or config.option.collectonly:
        return
    parts = [f"{count} tests ({reason})" for reason, count in sorted(_left_out.items())]
    print("Left out: " + "; ".join(parts) if parts else "Nothing was left out.")
