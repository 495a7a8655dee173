"""A device's journal at the base station: asked for, kept as it came, read in words."""

import hashlib
import json
from base64 import b64encode

import pytest
from sqlalchemy import select

from basestation.engine import EntryRefused
from basestation.site.journal_words import ALARM_KINDS, decoded, from_dump, sentence
from basestation.store.tables import journal_pieces, log_contents
from firmware import alarm, journal
from firmware.journal_dump import dump
from firmware.journal_open import open_ring
from protocol.messages import TECHNICAL_CAUSES
from simulator.flash import SimulatedFlash
from tests.basestation.site_bench import DEVICE, OPERATOR, running_site

RECORDS = (
    journal.sector_record(3, 0, 8)
    + journal.boot_record(4)
    + journal.shift_record(4, 12, 1767225600, True)
    + journal.upright_record(4, -12, 7, 998)
    + journal.alarm_record(journal.RAISED, (4, 9), 60, 1767225648, 8, 6, "real")
    + journal.alarm_record(journal.RECEIPTED, (4, 9), 61, 1767225649, 8, 6, "real")
    + journal.alarm_record(journal.RAISED, (4, 20), 90, 0, 20, 10, "real", "battery_low")
    + b"\xff" * 32
    + journal.carried_record(4, 0, 3)
)


async def send(site, read, data, piece, pieces, seq):
    """Let the device send one piece."""
    records = b64encode(data).decode()
    fields = {"read": read, "piece": piece, "pieces": pieces, "records": records}
    await site.link.say(DEVICE, "journal", 4, seq, **fields)


async def entries(site, kind):
    """Return the contents of the log's entries that hold this word."""
    async with site.database.connect() as connection:
        contents = (await connection.execute(select(log_contents.c.content))).scalars().all()
    return [json.loads(content) for content in contents if kind in content]


async def test_a_journal_is_asked_for_kept_as_it_came_and_read_in_words(tmp_path):
    """In pieces, in any order, some of them twice; the log says who asked and who read."""
    async with running_site(tmp_path) as site:
        asked = await site.engine.journals.ask(DEVICE, OPERATOR)
        command = await site.link.told(DEVICE, "read-journal", read=asked["read"])
        assert command["mark"] == "real"
        for number, piece in enumerate((1, 0, 0)):
            await send(site, asked["read"], RECORDS[piece * 160 : piece * 160 + 160], piece, 2, 30 + number)
        await site.link.told(DEVICE, "receipt", acked_seq=31)
        listed = await site.engine.journals.reads(DEVICE)
        assert [one["sha256"] for one in listed] == [hashlib.sha256(RECORDS).hexdigest()]
        found = await site.engine.journals.read(DEVICE, asked["read"], OPERATOR)
        assert bytes.fromhex(found["records_hex"]) == RECORDS
        assert [row["kind"] for row in found["records"]] == [
            "sector", "start", "shift", "upright", "raised", "receipted", "raised", "carried",
        ]  # fmt: skip
        async with site.database.connect() as connection:
            assert (await connection.execute(select(journal_pieces))).first() is None
        (kept,) = await entries(site, '"bytes"')
        assert kept == {"read": asked["read"], "sha256": listed[0]["sha256"], "bytes": len(RECORDS)}
        by = [entry for entry in await entries(site, asked["read"]) if "user" in entry]
        assert [entry["user"] for entry in by] == [OPERATOR.display_name] * 2


async def test_what_is_not_complete_or_was_not_asked_for_is_not_shown(tmp_path):
    """Each with a sentence; pieces of a foreign or finished read-out are not kept."""
    async with running_site(tmp_path) as site:
        asked = await site.engine.journals.ask(DEVICE, OPERATOR)
        await send(site, asked["read"], RECORDS[:160], 0, 2, 30)
        await send(site, "read-unknown", RECORDS[:160], 0, 1, 31)
        await send(site, asked["read"], RECORDS[:160], 5, 2, 32)
        (listed,) = await site.engine.journals.reads(DEVICE)
        assert (listed["received"], listed["pieces"], listed["completed_at"]) == (1, 2, None)
        for read in (asked["read"], "read-unknown"):
            with pytest.raises(EntryRefused, match="no complete read-out"):
                await site.engine.journals.read(DEVICE, read, OPERATOR)
        with pytest.raises(EntryRefused, match="no active device 'nobody'"):
            await site.engine.journals.ask("nobody", OPERATOR)


async def test_a_device_that_begins_its_read_out_anew_is_taken_anew(tmp_path):
    """It has started again meanwhile, and its journal has grown."""
    async with running_site(tmp_path) as site:
        asked = await site.engine.journals.ask(DEVICE, OPERATOR)
        await send(site, asked["read"], b"RW" * 16, 0, 3, 30)
        for piece in range(2):
            await send(site, asked["read"], RECORDS[piece * 160 : piece * 160 + 160], piece, 2, 31 + piece)
        found = await site.engine.journals.read(DEVICE, asked["read"], OPERATOR)
        assert bytes.fromhex(found["records_hex"]) == RECORDS


def test_the_words_are_those_of_the_firmware():
    """Two readings of one format: every kind, every cause, every direction; damage is shown as damage."""
    rows = {row["place"]: row for row in decoded(RECORDS)}
    assert 7 not in rows
    assert rows[2]["is_on"] is True
    assert rows[2]["at"] == "2026-01-01T00:00:00+00:00"
    assert (rows[3]["x_mg"], rows[3]["y_mg"], rows[3]["z_mg"]) == (-12, 7, 998)
    assert (rows[4]["alarm"], rows[4]["alarm_kind"], rows[4]["seq"]) == ("4-8", "fall", 9)
    assert rows[6]["cause"] == "battery_low"
    assert rows[8]["count"] == 3
    assert {kind.code: kind.name for kind in alarm.KINDS} == ALARM_KINDS
    for cause in TECHNICAL_CAUSES:
        (row,) = decoded(journal.alarm_record(journal.RAISED, (1, 2), 0, 0, 2, 10, "test", cause))
        assert (row["cause"], row["mark"], row["boot"]) == (cause, "test", 1)
    (damaged,) = decoded(RECORDS[:31] + b"\x00")
    assert damaged["kind"] == "damaged"
    assert [len(sentence(row)) > 10 for row in [*rows.values(), damaged]] == [True] * 9


def test_a_dump_over_the_cable_gives_the_same_bytes_oldest_sector_first():
    """What the firmware prints is read back; what is cut short is refused."""
    flash = SimulatedFlash(256, 4)
    ring = open_ring(flash)[0]
    for count in range(45):
        ring.append(journal.shift_record(1, count, 0, bool(count % 2)))
        while ring.is_tending_due():
            ring.tend()
    lines = []
    dump(flash, lines.append)
    rows = decoded(from_dump(lines))
    times = [row["uptime_s"] for row in rows if row["kind"] == "shift" and "is_written_again" not in row]
    assert times == list(range(times[0], 45))
    sectors = [row["sector"] for row in rows if row["kind"] == "sector"]
    assert sectors == list(range(sectors[0], sectors[0] + len(sectors)))
    with pytest.raises(ValueError, match="no whole dump"):
        from_dump(lines[:-1])
