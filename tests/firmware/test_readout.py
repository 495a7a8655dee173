"""The journal read out by the base station: in pieces, never in the way of an alarm, anew when asked anew."""

from binascii import a2b_base64

from story import Story

from firmware.effects import Publish
from firmware.readout import TRIES_MAX


def asked(story, name="read-1", **kwargs):
    """Let the base station ask for the journal; return the number of the command."""
    return story.command("read-journal", {"read": name}, **kwargs)


def pieces(story, name="read-1"):
    """Return (piece, pieces, records) of what was sent, in order."""
    return [
        (message["piece"], message["pieces"], a2b_base64(message["records"]))
        for _, message in story.sent("journal")
        if message["read"] == name
    ]


def long_story(**kwargs):
    """Return a story whose journal has more than two pieces."""
    story = Story({"is_rest_on": 0}, **kwargs)
    for count in range(40):
        story.command("shift", {"shift": "s-1", "state": "off" if count % 2 == 0 else "on"})
    return story


def receipt_pieces(story, count):
    """Receipt so many pieces, each when it was sent."""
    for _ in range(count):
        story.receipt(story.last("journal"))
        story.wait_ms(20)


def test_the_journal_comes_whole_and_in_order_one_piece_after_the_receipt_of_another():
    """The same bytes as the board keeps; the command is answered first."""
    story = long_story()
    kept = bytes(story.board.journal)
    boot, seq = asked(story)
    story.wait_ms(20)
    answer = story.last("answer")
    assert (answer["answers_boot"], answer["answers_seq"], answer["result"]) == (boot, seq, "done")
    assert len(pieces(story)) == 1
    story.wait_ms(4000)
    assert len(pieces(story)) == 1
    receipt_pieces(story, 5)
    found = pieces(story)
    assert [piece[0] for piece in found] == [0, 1, 2]
    assert {piece[1] for piece in found} == {3}
    assert b"".join([piece[2] for piece in found]) == kept
    story.wait(60)
    assert len(pieces(story)) == 3


def test_a_piece_without_its_receipt_is_sent_again_with_the_same_number():
    """Every five seconds; a receipt of something else is none of it."""
    story = long_story()
    asked(story)
    story.wait_ms(20)
    story.receipt(story.last("protection"))
    story.wait_ms(10020)
    story.hear()
    assert [piece[0] for piece in pieces(story)] == [0, 0, 0]
    assert len({message["seq"] for _, message in story.sent("journal")}) == 1
    # A late receipt of the same piece takes it one further, and only one.
    first = story.last("journal")
    story.receipt(first)
    story.wait_ms(20)
    story.receipt(first)
    story.wait_ms(20)
    assert [piece[0] for piece in pieces(story)] == [0, 0, 0, 1]


def test_an_alarm_goes_first_and_the_read_out_goes_on_when_it_has_its_receipt():
    """Nothing of the journal leaves while an alarm waits."""
    story = long_story()
    asked(story)
    story.wait_ms(20)
    story.hold(2100)
    raised_ms, raised = story.sent("raised")[0]
    story.receipt(story.last("journal"))
    story.wait(20)
    assert [t_ms for t_ms, message in story.sent("journal") if t_ms > raised_ms] == []
    story.receipt(raised)
    story.wait_ms(1000)
    receipt_pieces(story, 4)
    assert [piece[0] for piece in pieces(story)] == [0, 1, 2]


def test_without_a_link_nothing_is_sent_and_the_read_out_goes_on_when_it_is_back():
    """From the piece that had no receipt."""
    story = long_story()
    asked(story)
    story.wait_ms(20)
    receipt_pieces(story, 1)
    story.link(False)
    story.wait(20)
    count = len(pieces(story))
    story.link(True)
    story.wait(2)
    assert [piece[0] for piece in pieces(story)[count:]] == [1]


def test_a_read_out_that_nobody_receipts_ends_and_can_be_asked_for_again():
    """A bounded number of times; asked again it begins at the first piece."""
    story = long_story()
    asked(story)
    for _ in range(TRIES_MAX + 5):
        story.wait(5)
        story.receipt_all()
    assert TRIES_MAX - 3 <= len(pieces(story)) <= TRIES_MAX
    count = len(pieces(story))
    story.wait(30)
    assert len(pieces(story)) == count
    asked(story, "read-2")
    story.wait_ms(20)
    receipt_pieces(story, 5)
    assert [piece[0] for piece in pieces(story, "read-2")] == [0, 1, 2]


def test_a_repeated_command_is_answered_again_and_begins_nothing_anew():
    """The same number is the same command."""
    story = long_story()
    boot, seq = asked(story)
    story.wait_ms(20)
    receipt_pieces(story, 1)
    asked(story, seq=seq, boot=boot)
    story.wait_ms(20)
    receipt_pieces(story, 4)
    assert [piece[0] for piece in pieces(story)] == [0, 1, 2]
    assert len([None for _, message in story.sent("answer") if message["answers_seq"] == seq]) == 2


def test_a_journal_that_cannot_be_read_ends_the_read_out():
    """And a piece that nobody asked for is not sent."""
    story = long_story()
    story.board.journal = bytearray()
    asked(story)
    story.wait(30)
    assert pieces(story) == []
    assert story.device.on_journal_piece(story.now_ms, 1, b"1234") == ()


def test_the_board_may_be_busy_only_while_nothing_is_due():
    """Not with the key down, not in a pre-alarm, not while an alarm waits, not just before something."""
    story = Story({"is_rest_on": 0})
    story.stand(1)
    assert story.device.is_quiet(story.now_ms)
    due_ms = story.device.next_deadline_ms()
    assert story.device.is_quiet(due_ms - 500)
    assert not story.device.is_quiet(due_ms - 499)
    story.key(True)
    assert not story.device.is_quiet(story.now_ms)
    story.wait_ms(2100)
    story.key(False)
    story.wait_ms(60)
    assert not story.device.is_quiet(story.now_ms)
    story.receipt_all()
    story.wait_ms(20)
    assert story.device.is_quiet(story.now_ms)
    again = Story({"is_rest_on": 0})
    again.lie(35)
    assert again.shown() == "pre_alarm_position"
    assert not again.device.is_quiet(again.now_ms)


def test_an_alarm_is_receipted_in_the_journal_before_anything_else_follows_from_the_receipt():
    """And is due again after a power cut that came before that record, not after one that came behind it."""
    story = Story({"is_rest_on": 0})
    story.hold(2100)
    raised = story.last("raised")
    before, count = bytes(story.board.journal), len(story.done)
    story.receipt(raised)
    first = story.done[count][1]
    assert not isinstance(first, Publish)
    assert story.records()[-1].kind == 3
    assert first.record == bytes(story.board.journal[len(before) :])
    cut = Story({"is_rest_on": 0}, before)
    assert [message["seq"] for message in cut.once("raised")] == [raised["seq"]]
    assert Story({"is_rest_on": 0}, bytes(story.board.journal)).once("raised") == []


def test_numbers_of_messages_begin_anew_with_each_boot_number_and_no_pair_comes_twice():
    """Over ten starts with alarms in them."""
    story = Story({"is_rest_on": 0})
    pairs = set()
    for boot in range(1, 11):
        story.hold(2100)
        story.receipt_all()
        own = set()
        for _, effect in story.done:
            if isinstance(effect, Publish):
                text = effect.payload.decode()
                found_boot = int(text.split('"boot":')[1].split(",")[0])
                if found_boot == boot:
                    own.add((found_boot, int(text.split('"seq":')[1].split(",")[0])))
        assert min(own) == (boot, 1)
        assert not own & pairs
        pairs |= own
        story = story.restarted({"is_rest_on": 0})
