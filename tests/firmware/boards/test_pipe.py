"""Lines through real pipes, without ever waiting for the other end."""

import os

import pytest

from firmware.boards import pipe
from firmware.boards.pipe import LineReader, LineWriter


@pytest.fixture
def ends():
    """Both ends of a pipe, as binary streams: (read, write)."""
    read_end, write_end = os.pipe()
    with os.fdopen(read_end, "rb") as reading, os.fdopen(write_end, "wb") as writing:
        yield reading, writing


def say(writing, data):
    """Write all of it now."""
    writing.write(data)
    writing.flush()


def test_nothing_there_is_no_line_and_no_waiting(ends):
    """The loop never waits for its input."""
    assert LineReader(ends[0]).read_lines() == []


def test_a_line_that_comes_in_pieces_is_one_line(ends):
    """A pipe knows no lines."""
    reader = LineReader(ends[0])
    say(ends[1], b"s 1 2")
    assert reader.read_lines() == []
    say(ends[1], b" 3\nk 1\n")
    assert reader.read_lines() == [b"s 1 2 3", b"k 1"]


def test_a_flood_is_taken_in_portions(ends):
    """One turn reads no more than its share."""
    reader = LineReader(ends[0])
    say(ends[1], b"k 1\n" * 1000)
    assert len(reader.read_lines()) == pipe.READ_BYTES_PER_TICK_MAX // 4


def test_a_line_without_end_does_not_grow(ends):
    """What is longer than any input is cut, and is none."""
    reader = LineReader(ends[0])
    say(ends[1], b"x" * 2000 + b"\n")
    lines = [line for _ in range(10) for line in reader.read_lines()]
    assert [len(line) for line in lines] == [pipe.LINE_BYTES_MAX]


def test_the_end_of_the_input_is_noticed(ends):
    """Whoever ran the device has gone."""
    reader = LineReader(ends[0])
    say(ends[1], b"k 1\n")
    ends[1].close()
    assert reader.read_lines() == [b"k 1"]
    assert reader.is_ended


def test_lines_that_nobody_reads_are_bounded_and_the_ordinary_ones_go_first(ends):
    """An observer that hangs costs lines, not the loop; a raised alarm is shown as long as possible."""
    writer = LineWriter(ends[1])
    line = b"x" * 1000 + b"\n"
    for _ in range(2000):
        writer.put(line, is_vital=False)
        writer.write()
    assert writer.dropped_lines > 0
    dropped = writer.dropped_lines
    writer.put(b"alarm\n", is_vital=True)
    assert writer.dropped_lines == dropped
    for _ in range(pipe.LINES_WAITING_MAX):
        writer.put(line, is_vital=True)
    assert writer.dropped_lines > dropped


def test_what_was_put_comes_out_whole_and_in_order(ends):
    """Also lines longer than a pipe takes at once."""
    writer = LineWriter(ends[1])
    lines = [b"%d" % number + b"x" * 5000 + b"\n" for number in range(5)]
    for line in lines:
        writer.put(line, is_vital=False)
    while not writer.write():
        pass
    assert [ends[0].readline() for _ in lines] == lines


def test_a_line_in_parts_comes_out_whole_or_not_at_all(ends):
    """A payload is not copied for whoever watches."""
    writer = LineWriter(ends[1])
    for _ in range(pipe.LINES_WAITING_MAX):
        writer.put(b"head ", True, (b"payload ", b"end\n"))
    assert writer.dropped_lines == pipe.LINES_WAITING_MAX - pipe.LINES_WAITING_MAX // 3
    while not writer.write():
        pass
    lines = [ends[0].readline() for _ in range(pipe.LINES_WAITING_MAX // 3)]
    assert set(lines) == {b"head payload end\n"}


def test_a_reader_that_has_gone_does_not_end_the_device(ends):
    """The device guards its wearer whether or not anybody watches."""
    writer = LineWriter(ends[1])
    ends[0].close()
    for _ in range(1000):
        writer.put(b"alarm\n", is_vital=True)
        assert not writer.write()
    assert writer.dropped_lines > 0
