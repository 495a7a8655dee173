"""The journal at its limits: sectors, slots and records one step before, at and beyond them."""

from journal_life import SECTOR_BYTES, SECTOR_COUNT, Life, found, quieten, told
from test_journal_ring import SLOTS, spoil, started

from firmware import journal
from firmware.journal_open import open_ring
from firmware.journal_ring import SECTORS_MIN
from protocol.messages import TECHNICAL_CAUSES
from simulator.flash import SimulatedFlash

LETTERS = "abcdefghijklmnop"


def raised(count):
    """Return a life in which so many alarms stand, whose journal has had no quiet moment since its start."""
    life = started()
    for number in range(count):
        life.do("raise " + LETTERS[number])
    return life


def fill(life, sequence, slot=SLOTS):
    """Write records that change nothing until the ring stands there, without a quiet moment."""
    while (life.ring.sequence, life.ring.slot) != (sequence, slot):
        assert life.ring.sequence <= sequence
        life.do("shift on")


def test_every_cause_has_its_place_in_a_record_and_there_are_no_others():
    """The first and the last; none, and one more than there are."""
    for place in range(len(TECHNICAL_CAUSES) + 2):
        record = journal.Record(journal.RAISED, place << journal.CAUSE_SHIFT, 1, 2, 0, 0, 2, 10, 0)
        named = 0 < place <= len(TECHNICAL_CAUSES)
        assert journal.cause_of(record) == (TECHNICAL_CAUSES[place - 1] if named else ""), place
    assert len(TECHNICAL_CAUSES) << journal.CAUSE_SHIFT <= 255


def test_a_ring_has_four_sectors_at_least():
    """Three are a mistake of the board."""
    for count in (SECTORS_MIN - 1, SECTORS_MIN, SECTORS_MIN + 1):
        try:
            open_ring(SimulatedFlash(SECTOR_BYTES, count))
            was_taken = True
        except AssertionError:
            was_taken = False
        assert was_taken == (count >= SECTORS_MIN), count


def test_a_sector_with_one_record_is_in_use():
    """A start goes on behind it; the one that was prepared, with none, is not in use yet."""
    for slot, is_prepared in ((1, True), (2, False), (3, False)):
        life = started()
        quieten(life)
        if slot == 1:
            fill(life, 0)
        else:
            fill(life, 1, slot)
        again = open_ring(life.flash.copy())[0]
        assert (again.sequence, again.slot) == (life.ring.sequence, life.ring.slot), slot
        assert again.is_prepared == life.ring.is_prepared == is_prepared


def test_one_damaged_record_asks_for_everything_to_be_written_again():
    """None does not."""
    for count in (0, 1, 2):
        life = started("shift on")
        for _ in range(count):
            life.do("shift off")
            spoil(life, life.ring.sequence, life.ring.slot - 1)
        ring, _, damaged = open_ring(life.flash)
        assert (damaged, ring.carried_sequence) == (count, ring.sequence)
        assert ring.is_carry_due == (count > 0), count


def test_a_flash_that_refuses_in_the_last_place_costs_no_sector():
    """Only behind the last place the next sector begins; two places before the end, one, at it."""
    for slot in (SLOTS - 2, SLOTS - 1, SLOTS):
        life = started()
        fill(life, 0, slot)
        assert life.ring.is_prepared
        life.flash.is_refusing = True
        assert not life.ring.append(life.record("shift", "on"))
        assert life.ring.sequence == (1 if slot == SLOTS else 0), slot


def test_without_quiet_moments_what_stands_is_written_again_two_sectors_later():
    """Not in the sector after the one that has it, and not as late as in the third."""
    life = started("shift on")
    first = life.ring.carried_sequence
    for ahead, carried in ((1, 0), (2, 2), (3, 2), (4, 4)):
        while life.ring.sequence < first + ahead:
            life.do("shift on")
        assert life.ring.carried_sequence == first + carried, ahead
    assert found(life.flash) == life.expected()


def test_what_fills_a_sector_with_the_record_behind_it_is_written_again():
    """Six alarms and their end are seven records; seven alarms fit into no sector and take none."""
    for count in (SLOTS - 3, SLOTS - 2, SLOTS - 1, SLOTS):
        life = raised(count)
        life.ring.is_carry_due = True
        sequence, slot = life.ring.sequence, life.ring.slot
        is_possible = count + 1 <= SLOTS - 1
        for _ in range(3):
            done = life.ring.tend()
        assert done == is_possible, count
        assert (life.ring.carried_sequence == life.ring.sequence) == is_possible, count
        if not is_possible:
            assert (life.ring.sequence, life.ring.slot) == (sequence, slot)
        assert found(life.flash)[0] == life.expected()[0]


def test_the_ring_is_filled_to_its_last_place_rather_than_lose_what_stands():
    """Whether nothing was ever written again, or it was in the first sector and is more than one by now."""
    for is_carried in (False, True):
        life = Life()
        life.start()
        if is_carried:
            life.do("raise p")
            quieten(life)
            assert life.ring.carried_sequence == 0
        for number in range(SLOTS):
            life.do("raise " + LETTERS[number])
        expected = life.expected()[0]
        while life.ring.append(life.record("raise", "o")):
            life.ring.tend()
            life.note("raise", "o")
            expected = life.expected()[0]
        assert (life.ring.sequence, life.ring.slot) == (SECTOR_COUNT - 1, SLOTS)
        assert found(life.flash)[0] == expected
        assert told(life.start())[0] == expected
