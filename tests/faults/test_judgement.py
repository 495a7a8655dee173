"""The judge of `make faults`: what it must not let pass."""

import asyncio
from collections import Counter

import pytest
from sqlalchemy import delete, insert, update

from basestation.store.database import open_database
from basestation.store.migrate import migrate
from basestation.store.tables import cases, outbox, station
from tests.faults.judgement import Record, judge

FIRST, SECOND = ("wearable-1", "1-3"), ("wearable-2", "1-4")


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """A database with two alarms, each received, one of them accepted, each told to a helper."""
    path = tmp_path_factory.mktemp("judged") / "template.db"

    async def write():
        database = open_database(f"sqlite+aiosqlite:///{path}")
        await migrate(database)
        async with database.begin() as connection:
            for number, (device, alarm) in enumerate((FIRST, SECOND), 1):
                state = "ACCEPTED" if number == 2 else "RECEIVED"
                row = {"id": number, "device": device, "alarm": alarm, "kind": "manual", "mark": "real"}
                row |= {"state": state, "is_open": True, "is_person": True, "code": str(number), "body": "{}"}
                await connection.execute(insert(cases).values(**row, opened_at_ms=1, updated_at_ms=1))
                told = {
                    "key": f"key-{number}",
                    "case_id": number,
                    "channel": "webhook",
                    "recipient": "Helper",
                }
                told |= {"address": "http://127.0.0.1/", "subject": "", "body": "", "state": "SENT"}
                await connection.execute(insert(outbox).values(**told, created_at_ms=1))
        await database.dispose()

    asyncio.run(write())
    return path


@pytest.fixture
def judged(template, tmp_path):
    """Return a judge over a copy of the database in which some statements were run before."""
    path = tmp_path / "judged.db"
    path.write_bytes(template.read_bytes())
    url = f"sqlite+aiosqlite:///{path}"

    def of(record, *statements, again_max=0):
        async def change():
            database = open_database(url)
            async with database.begin() as connection:
                for statement in statements:
                    await connection.execute(statement)
            await database.dispose()

        asyncio.run(change())
        return judge(record, url, again_max)

    return of


def record(**changes):
    """Return what everybody saw on a day on which nothing went wrong."""
    both = {FIRST, SECOND}
    seen = {"raised": both, "receipted": both, "shown": both, "accepted": {2}, "told": {SECOND[0]}}
    return Record(**{**seen, "deliveries": Counter({"key-1": 1, "key-2": 1}), **changes})


def test_a_site_that_lost_and_doubled_nothing_is_found_well(judged):
    """And what was there is counted."""
    verdict = judged(record())
    assert (verdict.faults, verdict.alarms, verdict.notices, verdict.sent_again) == ((), 2, 2, 0)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"raised": {FIRST, SECOND, ("wearable-3", "1-1")}}, "no case for alarm 1-1 of wearable-3"),
        ({"receipted": {FIRST}}, "no receipt for alarm 1-4 of wearable-2"),
        ({"shown": {SECOND}}, "not shown: alarm 1-3 of wearable-1"),
        ({"accepted": {1, 2}}, "case 1 was accepted and is not"),
        ({"told": {FIRST[0]}}, "wearable-1 shows help that nobody stored"),
        ({"deliveries": Counter({"key-2": 1})}, "case 1 called nobody"),
        ({"deliveries": Counter({"key-1": 1})}, "notice key-2 is SENT and never arrived"),
    ],
)
def test_whatever_was_lost_is_named(judged, changes, said):
    """An alarm, a receipt, a row on the console, an acceptance, a notice."""
    assert said in judged(record(**changes)).lost


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"raised": {FIRST}, "receipted": {FIRST}}, "a case that nobody raised: alarm 1-4 of wearable-2"),
        ({"deliveries": Counter({"key-1": 2, "key-2": 1})}, "notice key-1 arrived 2 times"),
    ],
)
def test_whatever_is_there_twice_is_named(judged, changes, said):
    """A case too many, a notice too often."""
    assert said in judged(record(**changes)).doubled


def test_a_notice_may_come_again_as_often_as_its_fault_lets_it_and_no_more(judged):
    """Twice rather than never is the promise; three times is not."""
    twice = Counter({"key-1": 2, "key-2": 1})
    assert judged(record(deliveries=twice), again_max=1).faults == ()
    assert judged(record(deliveries=twice + Counter({"key-1": 1})), again_max=1).doubled


def test_what_the_database_lost_or_never_knew_is_named(judged):
    """A case that is gone, a state that went back, a notice from nowhere, a log that was cut off."""
    gone = judged(record(), delete(outbox).where(outbox.c.case_id == 1), delete(cases).where(cases.c.id == 1))
    assert "no case for alarm 1-3 of wearable-1" in gone.lost
    assert "notice key-1 is not in the outbox" in gone.lost
    back = judged(record(), update(cases).where(cases.c.id == 2).values(state="RECEIVED"))
    assert {"case 2 was accepted and is not", "wearable-2 shows help that nobody stored"} <= set(back.lost)
    cut = judged(record(), insert(station).values(key="log_head", value=f"7:{'0' * 64}"))
    assert any("The log was changed" in one for one in cut.lost)
