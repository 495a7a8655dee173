"""The black box at its limits: blocks and pieces one step before, at and beyond them; a box on its own."""

from array import array

from firmware import block
from firmware.blackbox import BLOCKS, PIECE_BLOCKS, RECORDING_MS_MAX, RING_PIECES, BlackBox
from firmware.trial import Trial

ALARM_MS = 100000


class Link:
    """A link that has nothing else to do while it is free."""

    boot = 1

    def __init__(self):
        self.is_up = True
        self.seq = 0
        self.fields = []

    def is_free(self):
        return self.is_up

    def take_seq(self):
        self.seq += 1
        return self.seq

    def encoded(self, _kind, fields, _mark, _seq):
        self.fields.append(fields)
        return b"piece"


class Box:
    """A black box that began a trace at `ALARM_MS`, after so many blocks."""

    def __init__(self, blocks_before=RING_PIECES * PIECE_BLOCKS, is_up=True):
        self.link = Link()
        self.link.is_up = is_up
        self.samples = array("i", (0,) * block.LENGTH)
        self.box = BlackBox(self.link, 5000, lambda: None)
        self.record(blocks_before, ALARM_MS - 1)
        self.box.raise_alarm(ALARM_MS, "1-1", "real")
        self.ends_ms = ALARM_MS + RECORDING_MS_MAX
        self.now_ms = ALARM_MS

    def record(self, blocks, now_ms=ALARM_MS):
        """Let so many blocks come; return what was said of each."""
        return [self.box.take_block(now_ms, self.samples) for _ in range(blocks)]

    def pieces(self):
        """Send and receipt what is there, within the time of the recording; return the last piece."""
        while self.box._alarm and self.box._can_send():
            self.now_ms += 500
            assert self.now_ms < self.ends_ms
            self.box.send_due(self.now_ms, [])
            receipt = {"acked_boot": 1, "acked_seq": self.link.seq, "mark": "real"}
            self.box.take_receipt(self.now_ms, receipt)
        return self.link.fields[-1]["piece"]


def test_a_piece_is_there_with_its_last_block():
    """Twenty before the alarm; the one after it with fifteen blocks and not with fourteen."""
    for blocks, last in ((PIECE_BLOCKS - 1, 19), (PIECE_BLOCKS, 20), (PIECE_BLOCKS + 1, 20)):
        told = Box()
        said = told.record(blocks)
        assert said == [False] * (PIECE_BLOCKS - 1) + [True, False][: blocks - PIECE_BLOCKS + 1]
        assert told.pieces() == last, blocks


def test_the_trace_ends_with_the_receipt_of_its_last_piece():
    """Of forty, before the time of the recording is over: the next alarm finds the box free."""
    for blocks, last, is_over in ((BLOCKS - 1, 38, False), (BLOCKS, 39, True)):
        told = Box()
        told.record(blocks)
        assert told.pieces() == last
        assert (told.box.deadline_ms(told.now_ms) is None) == is_over
        told.box.raise_alarm(told.now_ms, "1-2", "real")
        assert told.box.traces_lost == 0
        assert told.box._alarm == ("1-2" if is_over else "1-1")


def test_a_recording_ends_at_its_time_for_whoever_looks():
    """A block one ms before it is kept, one at it is not; and the same for what is sent."""
    for change_ms, is_over in ((-1, False), (0, True), (1, True)):
        told = Box()
        told.record(1, told.ends_ms + change_ms)
        assert told.box._recorded == (0 if is_over else 1), change_ms
        told = Box(is_up=False)
        told.box.send_due(told.ends_ms + change_ms, [])
        assert (told.box.deadline_ms(ALARM_MS) is None) == is_over, change_ms


def test_a_trace_whose_pieces_have_all_left_is_over_at_the_end_of_the_recording():
    """Whoever asks in between, when the last block was too late, is told of nothing to do."""
    for blocks in (0, PIECE_BLOCKS, 2 * PIECE_BLOCKS):
        told = Box()
        told.record(blocks)
        told.pieces()
        told.record(1, told.ends_ms)
        assert told.box.deadline_ms(told.ends_ms) is None
        told.box.send_due(told.ends_ms, [])
        told.box.raise_alarm(told.ends_ms, "1-2", "real")
        assert told.box.traces_lost == 0, blocks


def test_a_recording_is_late_with_one_block_too_few():
    """Then nothing more is kept; whole, the box goes on without a gap while the rest leaves."""
    for blocks, goes_on in ((BLOCKS - 1, False), (BLOCKS, True)):
        told = Box()
        told.record(PIECE_BLOCKS)
        told.pieces()
        told.record(blocks - PIECE_BLOCKS)
        told.box.send_due(told.ends_ms, [])
        told.record(1, told.ends_ms)
        assert told.box._recorded == blocks + goes_on, blocks
    told = Box(is_up=False)
    told.record(BLOCKS + 1)
    # Without a link there is no place for the piece after the fortieth.
    assert told.box._recorded == BLOCKS


def test_the_first_piece_after_an_alarm_may_be_shorter():
    """A sensor that fell silent with one block less than a piece, with a whole one."""
    for blocks in (1, PIECE_BLOCKS - 1, PIECE_BLOCKS):
        told = Box()
        told.record(blocks)
        told.box.send_due(told.ends_ms, [])
        for piece in (RING_PIECES - 1, RING_PIECES):
            words = len(told.box._words(piece, False)) // 4
            assert words == 10 * (PIECE_BLOCKS if piece < RING_PIECES else blocks), (piece, blocks)


def test_the_earlier_of_trial_and_trace_is_due():
    """One ms before the other, at it, after it."""
    for change_ms in (-1, 0, 1):
        told = Box(is_up=False)
        trial = Trial()
        message = {"boot": 1, "seq": 1, "is_on": True, "remaining_ms": RECORDING_MS_MAX + change_ms}
        trial.take(ALARM_MS, message, [])
        told.box.trial = trial
        assert told.box.deadline_ms(ALARM_MS) == told.ends_ms + min(change_ms, 0)
