"""The log: whatever is changed, moved, or taken away shows."""

import asyncio

import pytest
from sqlalchemy import delete, text, update

from basestation.store import log
from basestation.store.tables import log as log_table
from basestation.store.tables import log_contents, station


@pytest.fixture
async def written(committer, migrated):
    """A log of six entries, written in three transactions."""
    for n in range(3):

        async def write(work, n=n):
            work.log(log.entry(n, "alarm_reported", {"worker": "Willi Werker"}, case_id=n, device="pna-01"))
            work.log(log.entry(n, "notified", {"recipient": "Mara Muster"}, case_id=n))

        await committer.run(write)
    return migrated


async def _faults_after(database, *statements):
    async with database.begin() as connection:
        for statement in statements:
            await connection.execute(statement)
    async with database.connect() as connection:
        return [fault.seq for fault in await log.verify(connection)]


async def test_an_untouched_log_verifies(written):
    """Across transactions the chain goes on."""
    assert await _faults_after(written) == []


@pytest.mark.parametrize(
    ("column", "value"),
    [("at_ms", 99), ("kind", "cancelled"), ("case_id", 99), ("device", "pna-99"), ("digest", "0" * 64)],
)
async def test_a_changed_entry_is_found(written, column, value):
    """Every field of the chain counts."""
    change = update(log_table).where(log_table.c.seq == 3).values({column: value})
    assert 3 in await _faults_after(written, change)


async def test_a_changed_content_is_found(written):
    """The digest holds the content, though it stands beside the chain."""
    change = update(log_contents).where(log_contents.c.seq == 4).values(content='{"recipient": "Nobody"}')
    assert await _faults_after(written, change) == [4]


async def test_an_entry_that_was_taken_out_is_found(written):
    """A gap, and a chain that does not fit."""
    assert 4 in await _faults_after(written, delete(log_table).where(log_table.c.seq == 3))


async def test_entries_that_changed_places_are_found(written):
    """The number is part of the hash."""
    swap = [
        text("UPDATE log SET seq = 100 WHERE seq = 2"),
        text("UPDATE log SET seq = 2 WHERE seq = 3"),
        text("UPDATE log SET seq = 3 WHERE seq = 100"),
    ]
    assert {2, 3} <= set(await _faults_after(written, *swap))


async def test_a_log_cut_off_at_its_end_is_found(written):
    """The head stands elsewhere too."""
    assert await _faults_after(written, delete(log_table).where(log_table.c.seq > 4)) == [6]


async def test_a_whole_log_that_is_gone_is_found(written):
    """Empty is only right where nothing was written."""
    assert await _faults_after(written, delete(log_table)) == [6]


async def test_erased_contents_leave_the_chain_valid_and_are_gone(written):
    """A person's right to be forgotten does not cost the proof."""
    async with written.begin() as connection:
        await log.erase(connection, [1, 3])
    assert await _faults_after(written) == []
    async with written.connect() as connection:
        left = (await connection.execute(log_contents.select())).mappings().all()
    assert [row["seq"] for row in left] == [2, 4, 5, 6]


async def test_two_equal_contents_have_different_digests(written):
    """So an erased name cannot be found out by hashing all names."""
    async with written.connect() as connection:
        digests = [row.digest for row in (await connection.execute(log_table.select())).all()]
    assert len(set(digests)) == 6


async def test_a_writer_that_appends_at_the_same_time_waits_for_its_turn(written, committer):
    """One chain, however many jobs."""

    async def write(work):
        work.log(log.entry(9, "notified", {}))

    await asyncio.gather(*[committer.run(write) for _ in range(50)])
    assert await _faults_after(written) == []
    async with written.connect() as connection:
        head = (await connection.execute(station.select().where(station.c.key == "log_head"))).one()
    assert head.value.startswith("56:")


async def test_what_is_appended_while_the_log_is_verified_is_no_fault(written, committer, monkeypatch):
    """A base station at work is not accused: on PostgreSQL every statement sees what was committed."""
    read_page, appended = log._page, []

    async def write(work):
        work.log(log.entry(9, "notified", {}))

    async def page(connection, after_seq):
        rows = await read_page(connection, after_seq)
        if not rows and len(appended) < 3:
            appended.append(await committer.run(write))
        return rows

    monkeypatch.setattr(log, "_page", page)
    assert await _faults_after(written) == []
    assert appended


async def test_an_entry_put_behind_the_head_is_found(written):
    """Whoever writes into the tables must change the head too."""
    async with written.connect() as connection:
        last = (await connection.execute(log_table.select().where(log_table.c.seq == 6))).mappings().one()
    row = {**last, "seq": 7, "previous": last["hash"]}
    row["hash"] = log._hash(row)
    assert await _faults_after(written, log_table.insert().values(row)) == [6]
