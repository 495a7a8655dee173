"""From a bare board to a worker's device: the steps, in their order.

Decides what comes after what, and that a step counts only when reading back shows it; what is right
already is left alone, so the same command goes on wherever it was interrupted. The order keeps half a
device from working: the board is held first and released last, the base station knows it as *not ready*
from before its log-in is written until its self-test has passed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from basestation.clock import SystemClock
from basestation.devices.board import CLOCK_OFF_S_MAX, Board
from basestation.devices.board_files import sum_of
from basestation.devices.board_journal import BoardJournal, refuse_unknown
from basestation.devices.configuration import CONFIG, LogIn, Wanted, credential_in
from basestation.devices.errors import BoardFailed, CheckFailed, SetupFailed
from basestation.devices.firmware_files import ACTIVE, FAILED_STARTS, HOLD, OTHER_SLOT, SLOT, WHOLE


class StationApi(Protocol):
    """What of the base station's API is needed; `local.Station` is one."""

    def get(self, path: str) -> Any:
        """Return the answer to GET /api/v1/`path`."""

    def post(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """Return the answer to POST /api/v1/`path`."""


@dataclass
class Bench:
    """One board on the bench, and what became of it so far."""

    board: Board
    station: StationApi
    wanted: Wanted
    #: The firmware by path, for the board's processor.
    files: Mapping[str, bytes]
    #: What is written on it, for people.
    label: str = ""
    #: Give a name that is in use to this board; the one that has it is refused from then on.
    is_again: bool = False
    #: Erase what lies where the journal belongs, whatever it is.
    is_journal_emptied: bool = False
    #: Bring it a certificate of its own before the site asks devices for one.
    is_certificate_ahead: bool = False
    told: Callable[[str], None] = lambda _text: None
    now: Callable[[], datetime] = field(default_factory=lambda: SystemClock().now)
    log_in: LogIn | None = None
    report: dict[str, Any] | None = None
    is_reported: bool = False

    @property
    def journal(self) -> BoardJournal:
        """The journal on the board."""
        return BoardJournal(self.board, self.wanted.board, slot=SLOT)


@dataclass(frozen=True, slots=True)
class Step:
    """One step: `is_right` reads back, `do` does it."""

    name: str
    is_right: Callable[[Bench], bool]
    do: Callable[[Bench], None]


def make_ready(bench: Bench) -> None:
    """Take every step that is not right yet; raises SetupFailed with a sentence."""
    _refuse_foreign(bench)
    for step in STEPS:
        if step.is_right(bench):
            bench.told(f"{step.name}: right already")
            continue
        bench.told(f"{step.name} …")
        step.do(bench)
        if not step.is_right(bench):
            raise BoardFailed(f"{step.name}: done, but reading back shows otherwise. Repeat the command.")
        bench.told(f"{step.name}: done and read back")
    bench.board.leave()


def _refuse_foreign(bench: Bench) -> None:
    """Refuse a board that is another device in use: its alarms would come under a new name."""
    there = credential_in(bench.board.files.read(CONFIG))
    if there is None or there.name == bench.wanted.name:
        return
    states = {device["name"]: device["state"] for device in bench.station.get("devices")}
    state = states.get(there.name, "retired")
    if state != "retired":
        raise SetupFailed(
            f"The board at {bench.board.port} is {there.name} ({state.replace('_', ' ')}): choose another "
            f"board, or retire it first with `rufweite device retire {there.name}`."
        )
    # Its alarms must not come under a new name; its file goes only when the new one comes.
    bench.is_journal_emptied = True


def _is_held(bench: Bench) -> bool:
    return bool(bench.board.files.sums([HOLD])[HOLD])


def _is_clock_right(bench: Bench) -> bool:
    return bench.board.clock_off_s(bench.now()) <= CLOCK_OFF_S_MAX


def _is_firmware_there(bench: Bench) -> bool:
    return bench.board.files.are_right(bench.files) and not _superfluous(bench)


def _write_firmware(bench: Bench) -> None:
    files = bench.board.files
    # Nothing may take the slot for whole meanwhile.
    if files.sums([WHOLE])[WHOLE] != sum_of(bench.files[WHOLE]) or not files.are_right(bench.files):
        files.remove([WHOLE])
    files.remove(_superfluous(bench))
    files.write_all(bench.files, lambda path: bench.told(f"  {path}"))


def _superfluous(bench: Bench) -> list[str]:
    """Return what lies in the slots and does not belong there."""
    files = bench.board.files
    return [path for slot in (SLOT, OTHER_SLOT) for path in files.listed(slot) if path not in bench.files]


def _is_registered(bench: Bench) -> bool:
    return bench.log_in is not None


def _register(bench: Bench) -> None:
    """Get the device's log-in: the one that is on the board if it is in force, else a new one for good."""
    there = credential_in(bench.board.files.read(CONFIG))
    body: dict[str, Any] = {"label": bench.label, "is_again": bench.is_again}
    body["settings"] = dict(bench.wanted.settings)
    body["is_certificate_ahead"] = bench.is_certificate_ahead
    if there is not None and there.name == bench.wanted.name:
        body |= {"secret": there.secret, "client_id": there.client_id}
    bench.log_in = LogIn.of_answer(bench.station.post(f"devices/{bench.wanted.name}/setup", body))


def _is_journal_begun(bench: Bench) -> bool:
    """Tell whether the journal is this device's own, and no number of a start can come twice."""
    assert bench.log_in is not None
    if bench.is_journal_emptied:
        return False
    found = bench.journal.found()
    there = credential_in(bench.board.files.read(CONFIG))
    if there is None or found.boot is None:
        refuse_unknown(found, bench.board.port)
    # One that cannot be read is the self-test's to tell.
    return found.boot is not None and (found.boot < 0 or found.boot >= bench.log_in.boot)


def _begin_journal(bench: Bench) -> None:
    assert bench.log_in is not None
    if bench.is_journal_emptied:
        bench.journal.empty()
        bench.is_journal_emptied = False
    bench.journal.begin_beyond(bench.log_in.boot)


def _own_files(bench: Bench) -> dict[str, bytes]:
    assert bench.log_in is not None
    return bench.wanted.files(bench.log_in) | {ACTIVE: SLOT.encode()}


def _is_configured(bench: Bench) -> bool:
    files = bench.board.files
    return files.are_right(_own_files(bench)) and not files.sums([FAILED_STARTS])[FAILED_STARTS]


def _configure(bench: Bench) -> None:
    bench.board.files.write_all(_own_files(bench), lambda path: bench.told(f"  {path}"))
    bench.board.files.remove([FAILED_STARTS])


def _has_passed(bench: Bench) -> bool:
    return bench.report is not None


def _check(bench: Bench) -> None:
    """Let the device test itself; what it finds is told to the base station, passed or not."""
    # What an earlier check has loaded would be tested again instead of what is written.
    bench.board.restart()
    report = bench.board.check()
    failed = [(name, words) for name, is_passed, words in report["checks"] if is_passed is False]
    for name, is_passed, words in report["checks"]:
        sign = {True: "passed", False: "FAILED", None: "left out"}[is_passed]
        bench.told(f"  {name}: {sign}{f' ({words})' if words else ''}")
    if failed:
        bench.station.post(f"devices/{bench.wanted.name}/checked", {"report": report, "is_passed": False})
        told = "; ".join(f"{name}: {words}" if words else name for name, words in failed)
        raise CheckFailed(
            f"The self-test of {bench.wanted.name} failed: {told}. The device stays not ready; put it right "
            "and repeat the command."
        )
    bench.report = report


def _is_reported(bench: Bench) -> bool:
    return bench.is_reported


def _report(bench: Bench) -> None:
    body = {"report": bench.report, "is_passed": True}
    bench.is_reported = bench.station.post(f"devices/{bench.wanted.name}/checked", body)["state"] == "ready"


STEPS = (
    Step("Board held", _is_held, lambda bench: bench.board.hold()),
    Step("Clock", _is_clock_right, lambda bench: bench.board.set_clock(bench.now())),
    Step("Firmware", _is_firmware_there, _write_firmware),
    Step("Log-in", _is_registered, _register),
    Step("Journal", _is_journal_begun, _begin_journal),
    Step("Configuration", _is_configured, _configure),
    Step("Self-test", _has_passed, _check),
    Step("Registration", _is_reported, _report),
    Step("Board released", lambda bench: not _is_held(bench), lambda bench: bench.board.release()),
)
