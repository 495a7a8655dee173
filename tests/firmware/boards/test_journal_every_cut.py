"""Every cut there is, once, in CPython; a sample of them runs in both interpreters (test_journal_torn.py)."""

from tests.firmware.journal_life import restarted_after_cuts


def test_a_cut_at_every_byte_of_every_write_and_every_stage_of_every_erase_loses_and_invents_nothing():
    """Over a life of boots, alarms, receipts, resets and shifts that goes round the ring several times."""
    assert restarted_after_cuts(every=1) > 2500
