"""After a power cut: what stands, stands; numbers go on."""

from story import Story

from firmware import journal
from firmware.journal_replay import RECORDS_MAX


def test_every_start_has_a_boot_number_of_its_own_written_first():
    """The record comes before the first message."""
    story = Story()
    assert story.records()[0].kind == journal.BOOT
    assert story.last("started")["boot"] == 1
    again = story.restarted()
    assert again.last("started")["boot"] == 2
    assert again.restarted().last("started")["boot"] == 3


def test_an_alarm_without_a_receipt_goes_on_with_its_own_key():
    """Boot and seq of then; its age is not known any more; the device is in alarm."""
    story = Story()
    story.hold(2100)
    raised = story.last("raised")
    again = story.restarted(cause="brown_out")
    assert again.shown() == "alarm"
    first = again.sent("raised")[0][1]
    for name in ("boot", "seq", "alarm", "alarm_kind"):
        assert first[name] == raised[name]
    assert "raised_ago_ms" not in first
    assert first["repeat"] >= 1
    again.wait(21)
    assert again.shown() == "alarm_unheard"
    again.receipt(first)
    assert again.shown() == "alarm_received"
    assert again.records()[-1].kind == journal.RECEIPTED
    assert again.last("started")["cause"] == "brown_out"


def test_an_alarm_with_its_receipt_stays_until_the_reset_through_any_number_of_starts():
    """Restored as received; nothing is repeated; a reset ends it for good."""
    story = Story({"is_rest_on": 0})
    story.hold(2100)
    story.receipt(story.last("raised"))
    for _ in range(3):
        story = story.restarted({"is_rest_on": 0})
        assert story.shown() == "alarm_received"
        assert story.sent("raised") == []
    story.hold(5100)
    assert story.last("reset")["alarm"].startswith("1-")
    assert story.last("reset")["boot"] == 4
    assert story.restarted({"is_rest_on": 0}).shown() == "guarding"


def test_a_power_cut_at_any_byte_of_the_journal_loses_no_alarm_that_was_sent():
    """The record is whole before the message leaves, so a torn tail never holds a sent alarm."""
    story = Story()
    story.hold(2100)
    data = bytes(story.board.journal)
    for extra in range(1, 33):
        again = Story(data=data + journal.boot_record(2)[:extra], stands_s=0)
        assert again.last("raised")["seq"] == story.last("raised")["seq"]
        assert again.last("started")["boot"] >= 2
        assert again.board.damaged_records == (0 if extra == 32 else 1)
        assert Story(data=bytes(again.board.journal), stands_s=0).board.damaged_records == 0


def test_several_alarms_are_all_restored():
    """Two kinds, one receipted; and two of a kind, should a reset record be lost."""
    story = Story({"is_rest_on": 0})
    story.lie(45)
    story.hold(2100)
    story.receipt(story.last("raised", "position"))
    again = story.restarted({"is_rest_on": 0})
    assert [message["alarm_kind"] for message in again.once("raised")] == ["manual"]
    again.receipt(again.last("raised"))
    again.hold(5100)
    assert again.shown() == "alarm_received"
    twice = journal.boot_record(3)
    for boot in (1, 2):
        twice += journal.alarm_record(journal.RAISED, (boot, 7), 0, 0, 7, 1, "real")
    both = Story({"is_rest_on": 0}, twice)
    assert len(both.once("raised")) == 2
    for message in both.once("raised"):
        both.receipt(message)
    both.hold(5100)
    assert both.shown() == "alarm_received"
    both.hold(5100)
    assert both.shown() == "guarding"


def test_an_alarm_kind_of_another_firmware_is_restored_as_a_manual_alarm():
    """It is a person's alarm all the same."""
    data = journal.boot_record(1) + journal.alarm_record(journal.RAISED, (1, 4), 0, 0, 3, 200, "drill")
    story = Story(data=data)
    raised = story.last("raised")
    assert (raised["alarm"], raised["alarm_kind"], raised["mark"]) == ("1-3", "manual", "drill")
    story.receipt(raised)
    assert story.shown() == "alarm"
    story.receipt(raised, mark="drill")
    assert story.shown() == "alarm_received"


def test_the_shift_survives_a_power_cut():
    """Off stays off, on stays on, each with the number of its command; a repeat is not written again."""
    story = Story()
    for _ in range(2):
        key = story.command("shift", {"shift": "s-1", "state": "on"}, seq=7)
    written = [record for record in story.records() if record.kind == journal.SHIFT]
    assert [(record.value, record.seq) for record in written] == [key]
    story.command("shift", {"shift": "s-1", "state": "off"}, seq=8)
    again = story.restarted()
    assert again.shown() == "off_shift"
    again.command("shift", {"shift": "s-2", "state": "on"}, boot=2)
    assert again.restarted({"is_guarding_without_shift": 0}).shown() == "guarding"


def test_a_journal_stays_small_over_thousands_of_alarms():
    """And keeps what stands."""
    story = Story({"is_rest_on": 0})
    story.hold(2100)
    first = story.last("raised")
    for count in range(RECORDS_MAX + 10):
        story.command("shift", {"shift": "s-1", "state": "on" if count % 2 else "off"})
    assert len(story.board.journal) <= RECORDS_MAX * journal.RECORD_BYTES
    assert story.restarted().last("raised")["seq"] == first["seq"]
