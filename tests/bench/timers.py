"""How late escalation timers are with 10,000 open ones: a real process over a real file, and after SIGKILL.

Lateness is from the moment a timer is due to the commit of what it did. Some are due every second, each in a
case of its own; the process is killed in the middle and started again on the same file a while later.
"""

import asyncio
import signal
import statistics
import subprocess
import sys
import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from prometheus_client import CollectorRegistry
from sqlalchemy import func, insert, select

from basestation.cases.case import Case, case_to_json
from basestation.cases.chain import Chain, Level, Recipient, Way
from basestation.cases.effects import FindPeople
from basestation.cases.events import AlarmReported, PeopleFound
from basestation.cases.people import Found, FoundWay
from basestation.cases.step import step
from basestation.casework.timers import Timers
from basestation.clock import SystemClock, to_ms
from basestation.engine import Engine
from basestation.log_lines import configure
from basestation.store.database import open_database
from basestation.store.migrate import migrate
from basestation.store.tables import case_events, cases, timers

TIMERS = 10_000
DUE_PER_S = 10
#: How long each process is watched, and how long nobody is there between them, in seconds.
WATCHED_S, DOWN_S = 40, 5
#: The first timer is due so long after the file was made, in seconds.
BEGIN_S = 25
_WAY = (Way("log", 1, 300),)
CHAIN = Chain(
    "Bench",
    tuple(Level(f"Level {n}", (Recipient("person", f"Person {n}", _WAY),), 450) for n in range(2)),
    repeat_s=900,
)


def _open_case(number: int, at: datetime, due_at: datetime) -> Case:
    case = Case(
        id=number, device=f"d-{number}", alarm="1-1", kind="rest", mark="real", opened_at=at, chain=CHAIN
    )
    case, effects = step(case, AlarmReported("rest"), at)
    asked = next(one for one in effects if isinstance(one, FindPeople))
    found = Found("address/Person 0", "Person 0", "person", (FoundWay("log", "", 1, 300),))
    case, _ = step(case, PeopleFound(asked.level, (found,)), at)
    # Nothing but the level is due.
    calls = tuple(replace(call, next_at=None) for call in case.calls)
    due = tuple(replace(timer, due_at=due_at) for timer in case.timers if timer.name == "answer")
    return replace(case, calls=calls, timers=due)


async def _prepare(url: str) -> datetime:
    database = open_database(url)
    await migrate(database)
    now = datetime.now(UTC)
    begin = now + timedelta(seconds=BEGIN_S)
    dues = [begin + timedelta(seconds=number / DUE_PER_S) for number in range(TIMERS)]
    opened = [_open_case(number, now, due) for number, due in enumerate(dues, start=1)]
    rows = [
        {
            "id": case.id, "device": case.device, "alarm": case.alarm, "kind": case.kind, "mark": case.mark,
            "state": case.state.value, "is_open": True, "is_person": True, "code": str(case.id),
            "opened_at_ms": to_ms(now), "updated_at_ms": to_ms(now), "body": case_to_json(case),
        }
        for case in opened
    ]  # fmt: skip
    due_rows = [
        {"subject": f"case:{case.id}", "name": "answer", "due_at_ms": to_ms(case.timers[0].due_at)}
        for case in opened
    ]
    async with database.begin() as connection:
        await connection.execute(insert(cases), rows)
        await connection.execute(insert(timers), due_rows)
    await database.dispose()
    return begin


class _Watched(Timers):
    """Notes when each timer was on disk."""

    async def _fire(self, work, timer, now):
        is_fired = await super()._fire(work, timer, now)
        work.after_commit(
            lambda: print(f"{timer.case_id} {to_ms(timer.due_at)} {to_ms(datetime.now(UTC))}", flush=True)
        )
        return is_fired


async def _serve(url: str) -> None:
    configure()
    engine = Engine(open_database(url), SystemClock(), CollectorRegistry())
    engine._parts.timers.__class__ = _Watched
    await engine.start()
    await engine.wait_failed()


def _watch(url: str, folder: Path, name: str, until: datetime) -> list[tuple[int, ...]]:
    """Let a process serve until then, kill it; return case, due and done of each timer, in ms since 1970."""
    with (folder / name).open("w") as out, (folder / f"{name}.err").open("w") as err:
        process = subprocess.Popen([sys.executable, "-m", __spec__.name, url], stdout=out, stderr=err)
        try:
            process.wait((until - datetime.now(UTC)).total_seconds())
            raise SystemExit(
                f"the base station ended by itself: {(folder / f'{name}.err').read_text()[-500:]}"
            )
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
    lines = [line.split() for line in (folder / name).read_text().splitlines()]
    fired = [tuple(map(int, line)) for line in lines if len(line) == 3 and all(map(str.isdecimal, line))]
    # The station's own technical alarms have timers too; one that was looked at twice was fired once.
    if not fired:
        raise SystemExit(f"no timer fired: {(folder / f'{name}.err').read_text()[-500:]}")
    return list({one[:2]: one for one in reversed(fired) if one[0] <= TIMERS}.values())


def _say(what: str, fired: list[tuple[int, ...]]) -> None:
    late_ms = sorted(done - due for _, due, done in fired)
    if len(late_ms) < 2:
        raise SystemExit(f"{what}: only {len(late_ms)} timers fired")
    p99 = statistics.quantiles(late_ms, n=100)[98]
    print(f"{what}: {len(late_ms)} timers, late p50 {statistics.median(late_ms):.0f} ms, p99 {p99:.0f} ms")


def main() -> None:
    """Prepare, watch, kill, watch again, and print the figures."""
    if len(sys.argv) > 1:
        asyncio.run(_serve(sys.argv[1]))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = f"sqlite+aiosqlite:///{folder / 'site.db'}"
        begin = asyncio.run(_prepare(url))
        killed_at = begin + timedelta(seconds=WATCHED_S)
        first = _watch(url, folder, "first", killed_at)
        again_at = killed_at + timedelta(seconds=DOWN_S)
        asyncio.run(_wait_until(again_at))
        second = _watch(url, folder, "second", again_at + timedelta(seconds=WATCHED_S))
        twice = asyncio.run(_fired_twice(url))
    print(f"{TIMERS} open timers, {DUE_PER_S} due a second, SQLite file, SIGKILL")
    _say_all("before the kill", first)
    print(f"started again, first timer {min(one[2] for one in second) - to_ms(again_at)} ms later")
    _say_all("after the restart", second)
    print(f"timers that fired twice, by what is stored: {len(twice)}")
    if twice:
        raise SystemExit(f"these fired twice: {twice[:10]}")


async def _wait_until(at: datetime) -> None:
    await SystemClock().wait(asyncio.Event(), at)


async def _fired_twice(url: str) -> list[tuple[int, str]]:
    """Return the cases whose level was called twice by the same timer, by what is stored."""
    database = open_database(url)
    query = (
        select(case_events.c.case_id, case_events.c.event)
        .where(case_events.c.kind == "TimerFired", case_events.c.case_id <= TIMERS)
        .group_by(case_events.c.case_id, case_events.c.event)
        .having(func.count() > 1)
    )
    async with database.connect() as connection:
        found = (await connection.execute(query)).all()
    await database.dispose()
    return [(row[0], row[1]) for row in found]


def _say_all(what: str, fired: list[tuple[int, ...]]) -> None:
    """Tell what was overdue when the process had started apart from what fell due while it ran."""
    ready_ms = min(done for *_, done in fired)
    overdue = [done for _, due, done in fired if due <= ready_ms]
    behind_ms = max(overdue) - ready_ms
    print(f"{what}: {len(overdue)} were overdue at the start, and done within {behind_ms} ms")
    _say(what, [one for one in fired if one[1] > ready_ms + behind_ms])


if __name__ == "__main__":
    main()
