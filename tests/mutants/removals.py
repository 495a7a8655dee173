"""Faults that are made, one for each row, timer, effect, callback after a commit, and commit of the product.

Decides nothing about which of them a world must find. Names are stable as long as what they name is.
"""

from collections.abc import Callable, Iterator
from typing import Any

from basestation.cases import collective, effects, shift, tables
from basestation.cases.tables import TIMERS, Ignored, Move
from firmware import alarm
from tests.mutants import planting
from tests.mutants.planting import Call, Row, Text

#: Where a job after its commit, or the commit itself, is left out: what worlds go through.
STORING = (
    "basestation.casework.casebook", "basestation.casework.desk", "basestation.casework.timers",
    "basestation.engine", "basestation.intake.device_states", "basestation.intake.heartbeats",
    "basestation.intake.ingest", "basestation.intake.quarantine", "basestation.outgoing.answering",
    "basestation.outgoing.commands", "basestation.outgoing.dispatch", "basestation.site.bookkeeping",
    "basestation.site.registry", "basestation.site.shifts", "basestation.supervision.accepters",
    "basestation.supervision.attendance", "basestation.supervision.battery",
    "basestation.supervision.devices", "basestation.supervision.protection",
)  # fmt: skip
_CASEBOOK = "basestation.casework.casebook"


def _is_move(row: Any) -> bool:
    return isinstance(row, Move | tuple)


#: Module, name, table, the row of a state that does nothing, and whether a row does something.
_TABLES: tuple[tuple[str, str, Any, Callable[[Any], Any], Callable[[Any], bool]], ...] = (
    ("basestation.cases.tables", "PERSON", tables.PERSON, lambda _: Ignored(), _is_move),
    ("basestation.cases.tables", "TECHNICAL", tables.TECHNICAL, lambda _: Ignored(), _is_move),
    ("basestation.cases.collective", "TABLE", collective.TABLE, lambda _: None, lambda row: row is not None),
    ("basestation.cases.shift", "TABLE", shift.TABLE, lambda state: (state, ""), lambda row: bool(row[1])),
    ("firmware.alarm", "TABLE", alarm.TABLE, lambda _: alarm.IGNORED, lambda row: row != alarm.IGNORED),
)
_SET = "    return replace(case, timers=(*without_timers(case, name).timers, Timer(name, due_at)))"
_STORED = "        await connection.execute(_SET_TIMERS, rows)"
_FIRED = "        await self._casebook.apply(work, case, TimerFired(timer.name), now)"
STATES_TOLD = ("RECEIVED", "ACCEPTED", "DISPATCHED", "ON_SCENE", "ALL_CLEAR")


def rows() -> Iterator[Row]:
    """Yield the removal of each row in which a table does something."""
    for module, name, table, wrong, is_move in _TABLES:
        for state, row_of in table.items():
            for event, row in row_of.items():
                if is_move(row):
                    short = name if name != "TABLE" else module.rpartition(".")[2].upper()
                    called = f"row {short} {state.upper()} {event}"
                    yield Row(called, module, name, (state,), (event,), wrong(state))


def timers() -> Iterator[Text]:
    """Yield, for each timer of a case: it is never set, never stored, never fires."""
    for name in TIMERS:
        yield Text(f"timer {name} is never set", "basestation.cases.escalation", _SET,
                   f"    if name == {name!r}:\n        return case\n{_SET}")  # fmt: skip
        yield Text(f"timer {name} is never stored", "basestation.store.case_rows", _STORED,
                   f"        rows = [row for row in rows if row['name'] != {name!r}]\n"
                   f"        if rows:\n    {_STORED}")  # fmt: skip
        yield Text(f"timer {name} never fires", "basestation.casework.timers", _FIRED,
                   f"        if timer.name != {name!r}:\n    {_FIRED}")  # fmt: skip


def dropped() -> Iterator[Text]:
    """Yield, for each kind of effect: nobody carries it out."""
    for text_key in effects.TEXTS:
        yield Text(f"effect: no notice {text_key}", _CASEBOOK, "        if isinstance(effect, Notify):",
                   f"        if isinstance(effect, Notify) and effect.text_key != {text_key!r}:")  # fmt: skip
    for state in STATES_TOLD:
        yield Text(f"effect: {state} is not told", _CASEBOOK, "        elif isinstance(effect, TellDevice):",
                   f"        elif isinstance(effect, TellDevice) and effect.state != {state!r}:")  # fmt: skip
    last = "if isinstance(one, JoinCase | Fault)]"
    yield Text("effect: nobody tells the case that was joined", _CASEBOOK, last, "if isinstance(one, Fault)]")
    yield Text("effect: no technical alarm about a rescue", _CASEBOOK, last, "if isinstance(one, JoinCase)]")
    yield Text("effect: nobody is found", _CASEBOOK,
               "for one in effects if isinstance(one, FindPeople)", "for one in ()")  # fmt: skip
    yield Text("effect: nothing of a case is logged", _CASEBOOK,
               "        work.log(log.entry(to_ms(now), kind, content, case_id=case.id, device=case.device))\n"
               "        work.after_commit", "        work.after_commit")  # fmt: skip
    yield Text("effect: no event of a case is kept", _CASEBOOK,
               "        work.happened(rows)\n", "")  # fmt: skip


def storing() -> Iterator[Call]:
    """Yield what follows a commit, and each commit, left out one by one."""
    for module in STORING:
        short = module.removeprefix("basestation.")
        for function, index in planting.calls_of(module, "after_commit"):
            yield Call(f"after commit {short}:{function} {index}", module, function, "after_commit", index)
        for function, index in planting.calls_of(module, "run"):
            name = f"commit {short}:{function} {index}"
            yield Call(name, module, function, "run", index, is_committed=False)


def everything() -> tuple[planting.Fault, ...]:
    """Return all faults that are made."""
    return (*rows(), *timers(), *dropped(), *storing())
