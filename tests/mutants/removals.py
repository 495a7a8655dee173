"""Faults that are made, one for each row, timer, effect, callback after a commit, and commit of the product.

Decides nothing about which of them a world must find. Names are stable as long as what they name is.
"""

from collections.abc import Iterator
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
STATES_TOLD = ("RECEIVED", "ACCEPTED", "DISPATCHED", "ON_SCENE", "ALL_CLEAR")


def rows() -> Iterator[Row]:
    """Yield the removal of each row in which a table does something."""
    for name in ("PERSON", "TECHNICAL"):
        for state, row_of in getattr(tables, name).items():
            for event, row in row_of.items():
                if isinstance(row, Move | tuple):
                    yield _row("basestation.cases.tables", name, state, event, Ignored())
    for state, row_of in collective.TABLE.items():
        for event, standing in row_of.items():
            if standing is not None:
                yield _row("basestation.cases.collective", "TABLE", state, event, None)
    for state, row_of in shift.TABLE.items():
        for event, (_, action) in row_of.items():
            if action:
                yield _row("basestation.cases.shift", "TABLE", state, event, (state, ""))
    for state, row_of in alarm.TABLE.items():
        for event, row in row_of.items():
            if row != alarm.IGNORED:
                yield _row("firmware.alarm", "TABLE", state, event, alarm.IGNORED)


def timers() -> Iterator[Text]:
    """Yield, for each timer of a case: it is never set, never stored, never fires."""
    for name in TIMERS:
        yield Text(f"timer {name} is never set", "basestation.cases.escalation",
                   "    return replace(case, timers=(*without_timers(case, name).timers, Timer(name, due_at)))",
                   f"    if name == {name!r}:\n        return case\n"
                   "    return replace(case, timers=(*without_timers(case, name).timers, Timer(name, due_at)))")  # fmt: skip
        yield Text(f"timer {name} is never stored", "basestation.store.case_rows",
                   "        await connection.execute(insert(timers), rows)",
                   f"        rows = [row for row in rows if row['name'] != {name!r}]\n        if rows:\n"
                   "            await connection.execute(insert(timers), rows)")  # fmt: skip
        yield Text(f"timer {name} never fires", "basestation.casework.timers",
                   "        await self._casebook.apply(work, case, TimerFired(timer.name), now)",
                   f"        if timer.name != {name!r}:\n"
                   "            await self._casebook.apply(work, case, TimerFired(timer.name), now)")  # fmt: skip


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
               "        await case_events.append(work.connection, rows)\n", "")  # fmt: skip


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


def _row(module: str, table: str, state: Any, event: str, wrong: Any) -> Row:
    short = table if table != "TABLE" else module.rpartition(".")[2].upper()
    return Row(f"row {short} {state.upper()} {event}", module, table, (state,), (event,), wrong)
