"""The ring of the journal: where records go, what is erased when, and what a flash that refuses does."""

from journal_life import SECTOR_BYTES, SECTOR_COUNT, Life, found, quieten, told

from firmware import journal
from firmware.journal_dump import dump
from firmware.journal_open import JournalError, format_ring, open_ring
from firmware.journal_pieces import RECORDS_PER_PIECE, JournalPieces
from firmware.journal_replay import repaired
from simulator.flash import PowerCut, SimulatedFlash

SLOTS = SECTOR_BYTES // journal.RECORD_BYTES
STANDING = ("shift on", "upright 3", "raise a", "receipt a", "raise b")


def started(*steps):
    """Return a life after these steps, in order."""
    life = Life()
    life.start()
    for step in steps:
        life.do(step)
    quieten(life)
    return life


def spoil(life, sequence, slot):
    """Damage a record beyond repair."""
    life.flash.flip(life.ring.place(sequence, slot) + 8, 1)
    life.flash.flip(life.ring.place(sequence, slot) + 9, 2)


def wear(life, records):
    """Let so many records be written that change nothing."""
    for count in range(records):
        life.do("shift off" if count % 2 else "shift on")
        quieten(life)


def test_there_is_always_a_sector_erased_ahead_and_a_record_goes_into_it_without_an_erase():
    """As long as there are quiet moments; each sector begins with its number."""
    life = started(*STANDING)
    for _ in range(40):
        assert life.ring.is_prepared
        erases = sum(life.flash.erases)
        wear_before = life.flash.written_bytes
        assert life.ring.append(life.record("shift", "on"))
        assert sum(life.flash.erases) == erases
        assert life.flash.written_bytes == wear_before + journal.RECORD_BYTES
        quieten(life)
    assert life.ring.forced_erases == 0
    assert max(life.flash.erases) - min(life.flash.erases) <= 1


def test_a_start_goes_on_at_the_place_where_the_last_one_stopped():
    """No place is left out, and what was prepared is not erased again."""
    for records in range(2 * SLOTS):
        life = started("raise a")
        wear(life, records)
        erases = sum(life.flash.erases)
        ring = life.ring
        again = open_ring(life.flash)[0]
        for name in ("sequence", "slot", "is_prepared", "carried_sequence", "is_carry_due"):
            assert getattr(again, name) == getattr(ring, name), (name, records)
        assert sum(life.flash.erases) == erases
        assert again.boot == ring.boot + 1


def test_what_stands_outlives_any_number_of_rounds():
    """An alarm of the first day, its receipt, the shift and the direction; and no number comes twice."""
    life = started(*STANDING)
    expected = life.expected()
    for _ in range(3):
        wear(life, 2 * SLOTS * SECTOR_COUNT)
        life.do("shift on")
        assert found(life.flash) == expected
        told_now = told(life.start())
        assert told_now == expected


def test_a_sector_is_not_erased_while_it_alone_holds_what_stands():
    """More standing alarms than a sector holds: the ring takes no more records rather than lose one."""
    life = Life()
    life.start()
    for number in range(SLOTS + 1):
        life.do("raise " + "abcdefghijklmnopq"[number])
    for _ in range(4):
        life.ring.tend()
    written = 0
    while life.ring.append(life.record("shift", "on")):
        written += 1
        life.ring.tend()
        assert written < SLOTS * SECTOR_COUNT
    assert life.ring.failed_records == 1
    assert found(life.flash)[0] == life.expected()[0]
    assert told(life.start())[0] == life.expected()[0]


def test_a_damaged_record_may_have_been_a_start():
    """One number is left out for each, until everything that stands is written again."""
    life = started()
    life.start()
    spoil(life, 0, life.ring.slot - 1)
    assert life.start() == ()
    assert life.ring.boot == 3
    spoil(life, 0, life.ring.slot - 1)
    assert life.start() == ()
    assert life.ring.boot == 4


def test_an_erase_that_was_cut_brings_no_old_alarm_back():
    """Of the oldest sector the alarm is left and its reset is gone; what was carried since then counts."""
    life = started("raise a", "receipt a", "reset a", "raise b")
    while life.ring.sequence + 1 < SECTOR_COUNT:
        life.do("shift on")
        if life.ring.sequence + 1 < SECTOR_COUNT:
            quieten(life)
    # Everything that stands is carried, the sector of the first records is about to be erased.
    assert life.ring.tend()
    assert not life.ring.is_prepared
    records = [repaired(life.flash.data[at : at + 32]) for at in range(32, SECTOR_BYTES, 32)]
    resets = [number for number, record in enumerate(records) if record and record.kind == journal.RESET]
    assert len(resets) == 1
    at = 32 + 32 * resets[0]
    life.flash.data[at : at + 32] = bytes(32)
    assert found(life.flash) == life.expected()


def test_damaged_copies_leave_what_was_written_before_them_in_force():
    """The copies of one sector are spoilt, one after the other; those of the sector before still stand."""
    for slot in range(1, 4):
        life = started(*STANDING)
        wear(life, SLOTS)
        life.do("shift on")
        expected = life.expected()
        spoil(life, life.ring.carried_sequence, slot)
        assert found(life.flash) == expected, slot
        # The next quiet moment writes them anew.
        life.start()
        quieten(life)
        assert open_ring(life.flash.copy())[2] == 0
        assert found(life.flash) == expected


def test_records_that_stand_are_not_found_twice_after_a_carry_that_was_cut():
    """Half the copies, and then all of them again."""
    life = started(*STANDING)
    wear(life, SLOTS)
    life.ring.is_carry_due = True
    life.flash.steps = 0
    life.flash.cut_after = 80
    try:
        quieten(life)
    except PowerCut:
        life.flash.cut_after = None
    expected = life.expected()
    assert told(life.start()) == expected
    quieten(life)
    assert told(open_ring(life.flash.copy())[1]) == expected


def test_a_flash_that_refuses_is_told_and_tried_again_in_a_quiet_moment():
    """The record that was refused is among those that are written then."""
    life = started()
    life.flash.is_refusing = True
    assert not life.ring.append(life.record("raise", "a"))
    assert not life.ring.append(life.record("upright", "5"))
    assert life.ring.failed_records == 2
    assert life.ring.is_tending_due()
    assert not life.ring.tend()
    life.ring.is_carry_due = life.ring.is_prepared = False
    assert not life.ring.tend()
    life.ring.is_carry_due = True
    life.flash.is_refusing = False
    quieten(life)
    life.note("raise", "a")
    life.note("upright", "5")
    assert found(life.flash) == life.expected()


def test_a_start_whose_number_could_not_be_written_is_known_once_anything_is():
    """The next one takes another."""
    life = started()
    life.flash.is_refusing = False
    ring = open_ring(life.flash)[0]
    life.flash.is_refusing = True
    assert not ring.append(journal.boot_record(ring.boot))
    life.flash.is_refusing = False
    assert ring.tend()
    assert open_ring(life.flash)[0].boot == ring.boot + 1


def test_a_place_that_takes_no_record_is_passed_over():
    """Bits that are stuck at zero: the record is read back, and written once more behind them."""
    life = started("shift on")
    at = life.ring.place(life.ring.sequence, life.ring.slot)
    life.flash.data[at] = 0x10
    life.do("raise a")
    life.flash.worn_out = [life.ring.place(life.ring.sequence, life.ring.slot)]
    life.do("receipt a")
    assert life.ring.failed_records == 0
    assert found(life.flash) == life.expected()


def test_copies_that_do_not_fit_between_worn_out_places_are_written_into_the_next_sector():
    """Wherever the sector comes to its end: at a copy, at the record behind them, at none."""
    for slot in range(1, SLOTS):
        for count in (1, 3, SLOTS):
            life = started("shift on", "upright 3", "raise a")
            while life.ring.slot != 2:
                life.do("shift on")
                if life.ring.slot != 2:
                    quieten(life)
            sector = life.ring.sequence
            places = range(slot, min(slot + count, SLOTS))
            life.flash.worn_out = [life.ring.place(sector, place) for place in places]
            tries = 0
            life.ring.is_carry_due = True
            while life.ring.is_tending_due():
                life.ring.tend()
                tries += 1
                assert tries < 9
            assert found(life.flash) == life.expected(), (slot, count)


def test_a_flash_that_cannot_be_read_gives_a_journal_that_refuses_every_record():
    """The alarm goes out all the same; nothing is ever tried again without knowing what lies there."""
    flash = SimulatedFlash(SECTOR_BYTES, SECTOR_COUNT)
    flash.is_refusing = True
    ring, standing, damaged = open_ring(flash)
    assert (ring.boot, standing, damaged) == (1, (), 0)
    flash.is_refusing = False
    assert not ring.append(journal.boot_record(1))
    assert not ring.is_tending_due()
    assert JournalPieces(ring).count() == 0
    assert JournalPieces(ring).read(0) == b""
    assert flash.data == b"\xff" * len(flash.data)


def test_what_is_no_journal_is_refused_and_left_as_it_is():
    """Until somebody formats it."""
    flash = SimulatedFlash(SECTOR_BYTES, SECTOR_COUNT)
    flash.write(300, b"something else here.")
    before = bytes(flash.data)
    try:
        open_ring(flash)
        raise AssertionError("it was taken")
    except JournalError as error:
        assert "holds something else" in str(error)
    assert bytes(flash.data) == before
    format_ring(flash)
    assert open_ring(flash)[1] == ()
    # The head of a ring of another size is none of this one.
    flash.erase(0)
    flash.write(0, journal.sector_record(1, 0, SECTOR_COUNT + 1))
    flash.write(256 + 32, journal.boot_record(9))
    flash.write(512, journal.sector_record(1, 0, SECTOR_COUNT))
    try:
        open_ring(flash)
        raise AssertionError("it was taken")
    except JournalError:
        pass


def test_pieces_hold_every_record_once_and_do_not_change_while_they_are_read():
    """Oldest first; what is written during the read-out waits for the next one."""
    for records in (0, 1, 5, SLOTS, 3 * SLOTS, 9 * SLOTS):
        life = started(*STANDING)
        wear(life, records)
        pieces = JournalPieces(life.ring)
        before = [pieces.read(piece) for piece in range(pieces.count())]
        sequence, last = life.ring.sequence, life.ring.place(life.ring.sequence, life.ring.slot - 1)
        assert life.ring.append(life.record("shift", "on"))
        data = b"".join([pieces.read(piece) for piece in range(pieces.count())])
        assert data == b"".join(before)
        assert pieces.read(pieces.count()) == b""
        assert max([len(piece) for piece in before]) <= RECORDS_PER_PIECE * journal.RECORD_BYTES
        slots = [data[at : at + 32] for at in range(0, len(data), 32)]
        kinds = [journal.decode(slot).kind for slot in slots if slot != b"\xff" * 32]
        assert kinds[0] == journal.SECTOR
        heads = [journal.decode(slot).seq for slot in slots if slot[2] == journal.SECTOR]
        assert heads == list(range(heads[0], sequence + 1))
        assert data[-32:] == bytes(life.flash.data[last : last + 32])
    life.flash.is_refusing = True
    assert pieces.read(0) == b""


def test_the_dump_prints_every_record_as_hex():
    """For a cable: the places in the flash, and how many there were."""
    life = started(*STANDING)
    lines = []
    dump(life.flash, lines.append)
    assert lines[0] == "journal 4 256"
    assert lines[-1] == "end " + str(len(lines) - 2)
    records = [
        journal.decode(bytes([int(line[len(line) - 64 + at :][:2], 16) for at in range(0, 64, 2)]))
        for line in lines[1:-1]
    ]
    assert [record.kind for record in records if record.kind == journal.RAISED] != []
    assert None not in records


def test_a_receipt_or_reset_of_an_alarm_that_is_not_known_changes_nothing():
    """Of one that was reset long ago."""
    life = started("raise a", "receipt a")
    for kind in (journal.RECEIPTED, journal.RESET):
        assert life.ring.append(journal.alarm_record(kind, (99, 7), 0, 0, 7, 1, "real"))
    quieten(life)
    assert found(life.flash) == life.expected()
    assert told(life.start()) == life.expected()


def test_only_a_single_wrong_bit_is_put_right():
    """Two are damage; so is what has another length or another beginning."""
    data = bytearray(journal.boot_record(77))
    for bit in range(len(data) * 8):
        data[bit >> 3] ^= 1 << (bit & 7)
        assert repaired(data).boot == 77
        data[bit >> 3] ^= 1 << (bit & 7)
    data[9] ^= 3
    assert repaired(data) is None
    assert repaired(data[:31]) is None
    assert repaired(bytes(32)) is None
    data[0] ^= 1
    assert repaired(data) is None
