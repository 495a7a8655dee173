"""Frames as bytes, read back whatever happened to them; numbers and times as other programs write them."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from basestation.outgoing.channels.dc09.frames import (
    FrameError,
    FrameReader,
    Identity,
    crc,
    frame,
    opened,
    time_stamp,
)
from tests.basestation.outgoing.channels.dc09_centre import TRIES

WHO = Identity("1A2B", "0", "1")
STAMP = "_13:00:17,11-22-2026"
KEYS = [b"k" * 16, b"k" * 24, b"k" * 32]
#: A link test that a panel in use sends, as published.
OF_A_PANEL = b'85420026"NULL"0000L0#000[]_21:58:31,08-08-2019'
CONTENT = st.text(st.characters(min_codepoint=32, max_codepoint=126, exclude_characters="[]|"), max_size=300)


def reason_of(line, key):
    """Return why `line` is no frame, empty if it is one."""
    try:
        opened(line, key)
    except FrameError as error:
        return str(error)
    return ""


def test_a_frame_is_what_other_programs_write():
    """CRC and length as of a panel in use, and as `siadc09` 1.0 writes an acknowledgement."""
    assert opened(OF_A_PANEL).name == "NULL"
    assert frame("ACK", 12, WHO, "]" + STAMP) == b'\n9A620028"ACK"0012R1L0#1A2B[]_13:00:17,11-22-2026\r'
    assert crc(b"123456789") == 0xBB3D, "the check value of CRC-16/ARC"


def test_an_encrypted_acknowledgement_of_another_program_is_read():
    """As `siadc09` 1.0 wrote it, under sixteen times `k`."""
    told = (
        b'FBBC0074"*ACK"0012R1L0#1A2B[7a096559bb5e71f0d687823afbe2b42b513907af3aea14e5354c3a1aacfd93dc'
        b"474f2f3453cb99bebe0fe94c85738cd6"
    )
    ack = opened(told, KEYS[0])
    assert (ack.name, ack.sequence, ack.account, ack.content) == ("ACK", 12, "1A2B", "]" + STAMP)


@TRIES
@given(CONTENT, st.sampled_from([None, *KEYS]), st.integers(0, 9999))
def test_what_is_written_is_read_back(text, key, number):
    """Plain and with every length of key, with data and without."""
    for content in (f"{text}]{STAMP}", "]" + STAMP):
        line = frame("SIA-DCS", number, WHO, content, key)
        assert line[0] == ord("\n")
        assert line[-1] == ord("\r")
        told = opened(line[1:-1], key)
        assert (told.name, told.sequence, told.account) == ("SIA-DCS", number, "1A2B")
        assert told.content == content
        assert told.data == content.partition("]")[0]
        assert told.is_encrypted is (key is not None)
        assert told.told_at == datetime(2026, 11, 22, 13, 0, 17, tzinfo=UTC)


def test_the_same_message_is_never_encrypted_the_same_way():
    """The initialisation vector is always the same: a block of random padding takes its place."""
    for length in range(16):
        content = "x" * length + "]" + STAMP
        blocks = {frame("SIA-DCS", 1, WHO, content, KEYS[0]).split(b"[")[1][:32] for _ in range(20)}
        assert len(blocks) == 20, length


@TRIES
@given(st.binary(max_size=400), st.sampled_from([None, *KEYS]))
def test_any_bytes_are_a_frame_or_a_named_error(data, key):
    """Never another exception."""
    for line in (data, b'0000"ACK"0001' + data, b'"*ACK"0001L0#1A2B[' + data):
        body = line[line.find(b'"') :]
        for candidate in (line, b"%04X%04X%s" % (crc(body), len(body), body)):
            assert reason_of(candidate, key) in {"", "form", "crc", "length", "key"}


@TRIES
@given(st.integers(0, 60), st.integers(0, 7), st.sampled_from([None, KEYS[0]]))
def test_a_flipped_bit_is_noticed(place, bit, key):
    """By form, CRC or length."""
    line = bytearray(frame("ACK", 7, WHO, "]" + STAMP, key)[1:-1])
    line[place % len(line)] ^= 1 << bit
    try:
        told = opened(bytes(line), key)
    except FrameError:
        return
    assert told.content == "]" + STAMP, "only the case of a digit of CRC or length may differ"


@TRIES
@given(st.lists(st.sampled_from([b'\n00AA"x"\r', b"\nhalf", b"noise", b"\r", b"\n\r"])), st.integers(1, 9))
def test_lines_come_out_the_same_however_they_were_split_or_joined(pieces, size):
    """And every byte is in a line, or counted."""
    stream = b"".join(pieces)
    whole, cut = FrameReader(), FrameReader()
    lines = whole.feed(stream)
    parts = [line for at in range(0, len(stream), size) for line in cut.feed(stream[at : at + size])]
    assert parts == lines
    assert whole.noise == cut.noise
    rest = stream[stream.rfind(b"\n") + 1 :] if stream.rfind(b"\n") > stream.rfind(b"\r") else b""
    told = sum(len(line) + 2 for line in lines) + whole.noise + len(rest)
    assert told <= len(stream) <= told + stream.count(b"\n")


def test_a_line_without_end_is_dropped_and_counted():
    """At its greatest length it is kept, one byte longer it is noise."""
    for extra, lines in ((0, 1), (1, 0)):
        reader = FrameReader()
        data = b"\n" + b"x" * (0xFFF + 10 + extra) + b"\r"
        assert len(reader.feed(data)) == lines
        assert reader.noise == (0 if lines else len(data) - 1)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"", "form"),
        (b"\xff", "form"),
        (b'9A630028"ACK"0012R1L0#1A2B[]_13:00:17,11-22-2026', "crc"),
        (b'9A620029"ACK"0012R1L0#1A2B[]_13:00:17,11-22-2026', "length"),
    ],
)
def test_each_reason_has_its_word(line, reason):
    """For the counter."""
    with pytest.raises(FrameError, match=reason):
        opened(line)


def test_what_is_encrypted_needs_the_key_and_whole_blocks():
    """Without the key, cut, or under another one."""
    line = frame("ACK", 1, WHO, "]" + STAMP, KEYS[0])[1:-1]
    with pytest.raises(FrameError, match="key"):
        opened(line)
    for content in ("00", "xy", "00" * 16):
        body = f'"*ACK"0001L0#1A2B[{content}'.encode()
        with pytest.raises(FrameError, match="key"):
            opened(b"%04X%04X%s" % (crc(body), len(body), body), b"other-key-16-byt")


def test_a_time_that_is_none_is_none():
    """Missing, in the middle, or on no calendar."""
    for stamp in ("", "_13:00:17,11-22-2026x", "_25:00:00,11-22-2026", "_13:00:17,22-11-2026"):
        assert opened(frame("NAK", 0, WHO, "]" + stamp)[1:-1]).told_at is None
    assert time_stamp(datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)) == "_03:04:05,01-02-2026"


def test_an_account_may_be_missing_in_what_is_read():
    """A receiver that refuses need not know whom."""
    body = b'"NAK"0000R0L0A0[]' + STAMP.encode()
    told = opened(b"%04X%04X%s" % (crc(body), len(body), body))
    assert (told.account, told.sequence, told.data) == ("", 0, "")
