"""The journal: what survives a power cut, at whatever byte it comes."""

from firmware import journal
from firmware.journal import RECORD_BYTES
from firmware.journal_replay import RECORDS_MAX, compact, is_long, replay


def raised(boot, seq, code=1, first_seq=None):
    """Return the record of a raised alarm."""
    return journal.alarm_record(journal.RAISED, (boot, seq), 12, 0, first_seq or seq, code, "real")


def ended(kind, boot, seq):
    """Return a record of its receipt or reset."""
    return journal.alarm_record(kind, (boot, seq), 13, 0, seq, 1, "real")


#: Two starts: one alarm was reset, one receipted, one neither; the shift is on.
FULL = (
    journal.boot_record(1)
    + raised(1, 5)
    + ended(journal.RECEIPTED, 1, 5)
    + ended(journal.RESET, 1, 5)
    + journal.boot_record(2)
    + journal.shift_record(2, 3, 0, True)
    + raised(2, 7, 2, 6)
    + ended(journal.RECEIPTED, 2, 7)
    + raised(2, 9, 3)
)


def keys(data):
    """Return (boot, seq, is receipted) of the alarms that still stand."""
    _, standing, _ = replay(data)
    return [
        (record.boot, record.seq, record.flags == journal.FLAG_RECEIPTED)
        for record in standing
        if record.kind == journal.RAISED
    ]


def test_a_record_comes_back_as_it_went_in():
    """32 bytes, all fields, at their extremes too."""
    for number in (0, 1, 2**30, 2**31 - 1):
        record = journal.Record(journal.RAISED, 1, number, number, number, number, number, 255, 2)
        data = journal.encode(record)
        assert len(data) == RECORD_BYTES
        assert journal.decode(data) == record


def test_what_was_raised_and_not_reset_still_stands():
    """With its receipt noted; what was reset is gone."""
    last_boot, standing, damaged = replay(FULL)
    assert (last_boot, damaged) == (2, 0)
    assert keys(FULL) == [(2, 7, True), (2, 9, False)]
    assert standing[-1].kind == journal.SHIFT
    assert standing[0].value == 6
    assert replay(b"") == (0, (), 0)


def test_a_journal_torn_at_any_byte_keeps_all_records_before_and_all_written_after():
    """The write that was cut short shifts what follows; no boot number comes twice."""
    later = journal.boot_record(9) + raised(9, 3)
    for cut in range(len(FULL) + 1):
        whole = cut // RECORD_BYTES * RECORD_BYTES
        last_boot, _, damaged = replay(FULL[:cut])
        assert damaged == (1 if cut != whole else 0)
        assert last_boot >= replay(FULL[:whole])[0]
        assert keys(FULL[:cut] + later) == keys(FULL[:whole] + later), cut


def test_a_flipped_bit_loses_one_record_and_no_number_comes_twice():
    """Every bit of every record; the damaged one may have been a start."""
    for at in range(len(FULL)):
        data = bytearray(FULL)
        data[at] ^= 1 << (at % 8)
        last_boot, standing, damaged = replay(bytes(data))
        assert damaged == 1, at
        assert last_boot >= 2
        assert len(standing) >= 1
    lone = bytearray(journal.boot_record(1) + journal.boot_record(2))
    lone[40] ^= 4
    assert replay(bytes(lone))[0] == 2


def test_garbage_is_skipped_and_never_fatal():
    """A flash full of ones, zeros, and something that looks like a record."""
    for data in (b"\xff" * 999, bytes(999), b"RW" * 500, FULL[3:], b"RW\x02" + bytes(40)):
        last_boot, _, damaged = replay(data)
        assert last_boot >= damaged > 0
        assert replay(data + FULL)[1] == replay(FULL)[1] or data == FULL[3:]


def test_a_record_of_another_firmware_is_passed_over_but_its_boot_number_counts():
    """Unknown kinds are not damage."""
    unknown = bytearray(journal.boot_record(30))
    unknown[2] = 77
    from binascii import crc32

    unknown[28:32] = crc32(bytes(unknown[:28])).to_bytes(4, "little")
    assert replay(FULL + bytes(unknown)) == (30, replay(FULL)[1], 0)


def test_a_compacted_journal_says_the_same_and_is_short():
    """Also when it is compacted twice, and when a damaged one is."""
    torn = FULL[:70] + FULL
    for data in (FULL, torn, b""):
        short = compact(data)
        last_boot, standing, _ = replay(data)
        assert replay(short) == (last_boot, standing, 0)
        assert compact(short) == short
        assert len(short) == RECORD_BYTES * (1 + len(standing))


def test_a_long_journal_asks_to_be_compacted():
    """At its named bound."""
    bound = RECORDS_MAX * RECORD_BYTES
    assert not is_long(bound)
    assert is_long(bound + 1)


def test_a_record_with_an_impossible_number_is_damaged():
    """Whole by its check sum, and yet nobody wrote it."""
    for record in (
        journal.Record(journal.BOOT, 0, 2147483648, 0, 0, 0, 0, 0, 0),
        journal.Record(journal.RAISED, 0, 1, 2147483648, 0, 0, 0, 1, 0),
        journal.Record(journal.RAISED, 0, 1, 1, 0, 0, 0, 1, 3),
    ):
        assert journal.decode(journal.encode(record)) is None
    assert journal.decode(journal.encode(journal.Record(journal.BOOT, 0, 2147483647, 0, 0, 0, 0, 0, 0)))


def test_the_upright_direction_and_the_cause_of_a_fault_come_back_as_they_were_written():
    """Negative numbers too; the last direction counts."""
    data = journal.upright_record(1, 5, 6, 7) + journal.upright_record(2, -1150, 0, 1150)
    _, standing, damaged = replay(data)
    assert damaged == 0
    assert [journal.upright_of(record) for record in standing] == [(-1150, 0, 1150)]
    raised = journal.alarm_record(journal.RAISED, (1, 2), 0, 0, 2, 10, "real", "battery_low")
    assert journal.cause_of(journal.decode(raised)) == "battery_low"
    other = journal.Record(journal.RAISED, 15 << journal.CAUSE_SHIFT, 1, 2, 0, 0, 2, 10, 0)
    assert journal.cause_of(other) == ""
