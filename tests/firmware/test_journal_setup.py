"""The journal of a board that is made ready: whose it may be, emptied, begun beyond a number."""

from firmware import journal
from firmware.journal_open import JournalError, open_ring
from firmware.journal_setup import begin_beyond, empty, found
from simulator.flash import SimulatedFlash

BYTES, SECTORS = 256, 4


def flash_with(*records):
    """Return a flash whose ring holds these records."""
    flash = SimulatedFlash(BYTES, SECTORS)
    ring = open_ring(flash)[0]
    for record in records:
        assert ring.append(record)
    return flash


def test_a_start_after_it_has_a_number_above_the_one_that_was_named():
    """At the number before it, at it and after it; what is beyond already is left alone."""
    for had, named, expected in ((6, 7, 8), (7, 7, 8), (8, 7, 9), (0, 0, 1)):
        flash = flash_with(*([journal.boot_record(had)] if had else []))
        before = bytes(flash.data)
        assert begin_beyond(flash, named)
        assert open_ring(flash)[0].boot == expected, (had, named)
        assert (bytes(flash.data) == before) == (had >= named)


def test_what_stands_is_counted_and_stays():
    """An alarm that has ended does not count; a number above it loses none."""
    flash = flash_with(
        journal.boot_record(3),
        journal.shift_record(3, 1, 0, True),
        journal.alarm_record(journal.RAISED, (3, 9), 1, 0, 8, 1, "real"),
        journal.alarm_record(journal.RESET, (3, 9), 2, 0, 8, 1, "real"),
        journal.alarm_record(journal.RAISED, (3, 12), 3, 0, 11, 2, "real"),
    )
    assert found(flash) == (3, 1)
    assert begin_beyond(flash, 40)
    assert found(flash) == (40, 1)


def test_what_is_no_journal_is_refused_until_it_is_emptied():
    """Nothing of it is changed before."""
    flash = SimulatedFlash(BYTES, SECTORS)
    for at in range(0, BYTES * SECTORS, 32):
        flash.write(at, b"something else entirely, 32 byte")
    before = bytes(flash.data)
    for act in (found, lambda flash: begin_beyond(flash, 5)):
        try:
            act(flash)
        except JournalError:
            pass
        else:
            raise AssertionError("it was taken")
    assert bytes(flash.data) == before
    empty(flash)
    assert found(flash) == (0, 0)


def test_a_flash_that_cannot_be_read_is_said_to_be_one():
    """Its self-test tells the rest."""
    flash = flash_with()
    flash.is_refusing = True
    assert found(flash) == (-1, 0)
    assert not begin_beyond(flash, 5)
