# ruff: noqa: E501, Q000, Q003 -- texts of the product, as they stand there
"""Faults planted in the product, one at a time, to see whether the world's checkers find each.

    python -m tests.mutants.world [--seeds N] [--first M] [--only NAME ...] [--seconds S]

A fault is a text of one module that is replaced before it is imported, in a process of its own. Worlds run
until a checker says something; a fault that none finds within the seeds is printed, and the exit code is 1.
"""

import argparse
import importlib.abc
import importlib.machinery
import importlib.util
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path.cwd()


@dataclass(frozen=True)
class Fault:
    """One fault: in `module`, `right` becomes `wrong`."""

    name: str
    module: str
    right: str
    wrong: str


_CASES, _FIRMWARE = "basestation.cases", "firmware"
FAULTS = (
    Fault("the receipt is dropped", "basestation.intake.ingest",
          'self._receipts.send("receipt", heard)', "pass"),
    Fault("acknowledged before the commit", "basestation.intake.ingest",
          "work.after_commit(lambda: self._kept(inbound, link))", "self._kept(inbound, link)"),
    Fault("receipted before the commit", "basestation.intake.ingest",
          "work.after_commit(lambda: self._receipt(heard, result, at))", "self._receipt(heard, result, at)"),
    Fault("timers are not stored", "basestation.store.case_rows",
          "        await connection.execute(_SET_TIMERS, rows)", "        pass"),
    Fault("timers do not fire", "basestation.casework.timers",
          "await self._casebook.apply(work, case, TimerFired(timer.name), now)", "pass"),
    Fault("the timer loop forgets when", "basestation.casework.timers",
          "return look_at if next_at is None else min(look_at, next_at)",
          "return now + timedelta(days=1)"),
    Fault("a case is not saved", "basestation.casework.casebook",
          "            await self._save(work, before, case, now)", "            pass"),
    Fault("a cancel ends a raised case", "basestation.cases.tables",
          '        **_stay(State.RECEIVED, **_NOTES),',
          '        **_stay(State.RECEIVED, **_NOTES),\n        "CancelReported": Move(State.CANCELLED, "cancel"),'),
    Fault("a reset closes the case", "basestation.cases.tables",
          '        **_stay(State.RECEIVED, **_NOTES),',
          '        **_stay(State.RECEIVED, **_NOTES),\n        "ResetReported": Move(State.CLOSED, "note_reset"),'),
    Fault("a raise after a cancel is ignored", "basestation.cases.tables",
          '        "CompanionFound": Move(State.CANCELLED, "note_companion"),\n        **_RAISES,',
          '        "CompanionFound": Move(State.CANCELLED, "note_companion"),\n        **_ignored(*_RAISES),'),
    Fault("an unanswered pre-alarm is forgotten", "basestation.cases.tables",
          '"pre_alarm": _raised(when_joined="join_unanswered", alone="raise_unanswered_pre_alarm"),',
          '"pre_alarm": Ignored(),'),
    Fault("whoever does not arrive keeps it", "basestation.cases.tables",
          '"asked": Move(State.RECEIVED, "lose_unanswering"),', '"asked": Ignored(),'),
    Fault("the next level is not called", "basestation.cases.tables",
          '**_stay(State.RECEIVED, answer="call_next", call="call_due", repeat="call_next"),',
          '**_ignored("answer", "call", "repeat"),'),
    Fault("a notice is not sent again", "basestation.outgoing.dispatch",
          "again_at = None if is_given_up else now + timedelta(seconds=retry_s(attempts))",
          "again_at = None if is_given_up else now + timedelta(days=9)"),
    Fault("a send that failed is never tried", "basestation.outgoing.dispatch",
          "            for row in rows:\n                self._start(row)", "            pass"),
    Fault("a notice goes out before it is stored", "basestation.outgoing.dispatch",
          "notice_of(row._mapping, case_rows.case_of(row.case_body), link)",
          "notice_of({**row._mapping, 'key': row.key + '/x'}, case_rows.case_of(row.case_body), link)"),
    Fault("a silent case is told to its device", "basestation.cases.telling",
          "if not case.is_telling_device:", "if False:"),
    Fault("silence is not noticed", "basestation.supervision.devices",
          "if (one := self._due(device)) and one.due_at <= now", "if (one := self._due(device)) and False"),
    Fault("a drill absorbs a real alarm", "basestation.casework.casebook",
          "if case is not None and case.mark != mark:", "if False:"),
    Fault("two workers share a case", "basestation.casework.opening",
          "is_same = other.worker_id == case.worker_id", "is_same = True"),
    Fault("the log skips its chain", "basestation.store.log",
          "previous = row[\"hash\"] = _hash(row)", "row[\"hash\"] = _hash(row)"),
    Fault("the console shows what is not stored", "basestation.casework.case_view",
          '"state": case.state.value,', '"state": "ACCEPTED",'),
    Fault("the device drops an alarm at once", "firmware.link",
          "        self._alarms.append(waiting)\n", "        pass\n"),
    Fault("the device sends an alarm once", "firmware.link",
          "waiting.due_ms = now_ms + self._settings.repeat_ms", "waiting.due_ms = now_ms + 500000000"),
    Fault("a restart forgets raised alarms", "firmware.device",
          "self._alarms.restore(now_ms, record, out)", "pass"),
    Fault("the link never sends what waited", "firmware.link",
          "        self.send_due(now_ms, out)\n\n    def greeting", "        pass\n\n    def greeting"),
    Fault("a raise is not written first", "firmware.alarms",
          "        out.append(self._record(now_ms, subject, journal.RAISED))\n", ""),
    Fault("heartbeats end with the disk", "basestation.intake.heartbeats",
          "        except Exception:  # noqa: BLE001 (a full disk", "        except ZeroDivisionError:  # (a full disk"),
    Fault("a raised alarm has the gravity of a pause", "basestation.intake.reception",
          'return AlarmReported(message["alarm_kind"],', 'return AlarmReported("technical",'),
    Fault("events pile up", "firmware.link", "if len(self._events) >= EVENTS_MAX:", "if False:"),
)  # fmt: skip


class Planting(importlib.abc.MetaPathFinder):
    """Imports one module with a fault in it."""

    def __init__(self, fault: Fault) -> None:
        self._fault = fault

    def find_spec(self, name, _path=None, _target=None):
        """Return how the module with the fault is imported."""
        if name != self._fault.module:
            return None
        file = ROOT / (name.replace(".", "/") + ".py")
        return importlib.util.spec_from_file_location(
            name, file, loader=_Loader(name, str(file), self._fault)
        )


class _Loader(importlib.machinery.SourceFileLoader):
    def __init__(self, name, path, fault):
        super().__init__(name, path)
        self._fault = fault

    def get_code(self, fullname):
        source = self.get_source(fullname)
        assert self._fault.right in source, f"{self._fault.name}: {self._fault.right!r} is not in {fullname}"
        return compile(source.replace(self._fault.right, self._fault.wrong), self.path, "exec")


def hunt(fault: Fault, first: int, seeds: int, seconds: float) -> int:
    """Run worlds with a fault until one is found; return 1 if none is."""
    sys.meta_path.insert(0, Planting(fault))
    assert fault.module not in sys.modules, fault.module
    from simulator.world.__main__ import result_of

    end_s = time.monotonic() + seconds
    for seed in range(first, first + seeds):
        violations = result_of(seed).violations
        if violations:
            found = violations[0]
            print(f"found: {fault.name}: seed {seed}, claim {found.checker}: {found.words}", flush=True)
            return 0
        if time.monotonic() > end_s:
            break
    print(f"NOT FOUND in {seed - first + 1} seeds: {fault.name}", flush=True)
    return 1


def main() -> int:
    """Run what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=2000)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--only", nargs="*")
    parser.add_argument("--one", help="for its own use: the fault that this process has")
    options = parser.parse_args()
    if options.one:
        fault = next(fault for fault in FAULTS if fault.name == options.one)
        return hunt(fault, options.first, options.seeds, options.seconds)
    missed = 0
    for fault in FAULTS:
        if not options.only or fault.name in options.only:
            command = [sys.executable, "-m", "tests.mutants.world", "--one", fault.name]
            limits = ("--first", "--seeds", "--seconds")
            values = (options.first, options.seeds, options.seconds)
            words = [word for pair in zip(limits, map(str, values), strict=True) for word in pair]
            missed += subprocess.run([*command, *words], check=False).returncode != 0
    print(f"{missed} not found")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
