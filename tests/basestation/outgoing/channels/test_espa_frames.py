"""Data blocks and the bytes between them: bytes from public sources, and any bytes at all."""

from hypothesis import given
from hypothesis import strategies as st

from basestation.outgoing.channels.espa.frames import Block, check_character, read, written
from basestation.outgoing.channels.espa.receiver import BODY_BYTES_MAX, Heard, Receiver, Signal

#: The example of a maker's page (Zenitel wiki, "ESPA 4.4.4"): call 550, "CALL ME 101", four records of 3.
ZENITEL = bytes.fromhex(
    "01 31 02 31 1F 35 35 30 1E 32 1F 43 41 4C 4C 20 4D 45 20 31 30 31 1E"
    "33 1F 33 1E 34 1F 33 1E 35 1F 33 1E 36 1F 33 03"
)
RECORDS = (("1", "550"), ("2", "CALL ME 101"), ("3", "3"), ("4", "3"), ("5", "3"), ("6", "3"))
GAP_MS = 100


def _whole(body):
    return b"\x01" + body + bytes([check_character(body)])


def _receiver():
    return Receiver(GAP_MS)


def test_a_block_is_written_as_a_maker_shows_it():
    """Header, STX, records, ETX; the check character is the exclusive or of all of it but SOH."""
    block = written("1", tuple((code, data.encode()) for code, data in RECORDS))
    assert block[:-1] == ZENITEL
    assert block[-1] == _xor(block[1:-1])


def _xor(data):
    value = 0
    for byte in data:
        value ^= byte
    return value


def test_the_check_character_is_that_of_a_frame_computed_by_hand():
    """31 02 31 1F 41 03 makes 5F."""
    assert written("1", (("1", b"A"),)) == bytes.fromhex("01 31 02 31 1F 41 03 5F")


def test_a_block_is_read_with_its_records_in_order():
    """What was written is what is read."""
    assert read(ZENITEL[1:]) == Block("1", RECORDS)


def test_a_separator_behind_the_last_record_is_no_record():
    """Some stations write it, and it means nothing."""
    assert read(b"2\x021\x1f550\x1e7\x1f3\x1e\x03") == Block("2", (("1", "550"), ("7", "3")))


def test_a_record_without_a_code_is_counted_and_the_others_are_read():
    """Nothing is dropped unseen."""
    assert read(b"2\x02rubbish\x1e7\x1f3\x03") == Block("2", (("7", "3"),), unread=1)


def test_a_body_without_header_or_text_is_no_block():
    """It is refused, not guessed at."""
    assert read(b"\x021\x1f550\x03") is None
    assert read(b"1\x03") is None


def test_data_are_read_without_the_blanks_around_them():
    """Some stations fill addresses up."""
    assert read(b"2\x021\x1f 550 \x03").data("1") == "550"
    assert read(b"2\x021\x1f550\x03").data("7") == ""


@given(st.binary(max_size=200))
def test_any_body_is_read_or_refused(body):
    """Never an exception."""
    block = read(body)
    assert block is None or block.header is not None


@given(
    st.lists(
        st.tuples(st.sampled_from("12345678"), st.binary().map(lambda data: bytes(b | 0x20 for b in data)))
    )
)
def test_every_block_that_can_be_written_is_heard_and_read_again(records):
    """Also when the check character looks like a control character."""
    block = written("1", tuple(records))
    if len(block) > BODY_BYTES_MAX:
        return
    [signal] = _receiver().feed(block, 0)
    assert signal == Signal(Heard.BLOCK, body=block[1:-1])
    found = read(signal.body)
    assert found.records == tuple((code, data.decode("latin-1")) for code, data in records)


def test_enquiry_ack_nak_and_eot_are_heard_with_their_prefix():
    """The address before ENQ, the code before NAK."""
    signals = _receiver().feed(b"\x041\x052\x05\x062\x15\x15", 0)
    assert [(signal.heard, signal.prefix) for signal in signals] == [
        (Heard.EOT, ""),
        (Heard.ENQUIRY, "1"),
        (Heard.ENQUIRY, "2"),
        (Heard.ACK, ""),
        (Heard.NAK, "2"),
        (Heard.NAK, ""),
    ]


def test_a_blank_is_no_address():
    """Nor is any other byte that prints nothing."""
    receiver = _receiver()
    assert receiver.feed(b" \x05\x7f\x05", 0) == [Signal(Heard.ENQUIRY), Signal(Heard.ENQUIRY)]
    assert receiver.noise_bytes == 2


def test_a_wrong_check_character_is_a_garbled_block():
    """It is asked for again."""
    receiver = _receiver()
    assert receiver.feed(ZENITEL + bytes([check_character(ZENITEL[1:]) ^ 1]), 0) == [Signal(Heard.GARBLED)]
    assert receiver.noise_bytes == len(ZENITEL) - 1


def test_a_block_that_breaks_off_is_garbled_after_the_pause_and_not_before():
    """One millisecond less is a slow line."""
    receiver = _receiver()
    assert receiver.feed(ZENITEL[:9], 1000) == []
    assert receiver.next_deadline_ms() == 1000 + GAP_MS
    assert receiver.feed(b"", 1000 + GAP_MS - 1) == []
    assert receiver.feed(b"", 1000 + GAP_MS) == [Signal(Heard.GARBLED)]
    assert receiver.next_deadline_ms() is None
    assert receiver.feed(b"2\x05", 1000 + GAP_MS) == [Signal(Heard.ENQUIRY, "2")]


def test_a_slow_block_is_whole():
    """The pause counts between two bytes, not over the block."""
    receiver, heard = _receiver(), []
    for index, byte in enumerate(_whole(ZENITEL[1:])):
        heard += receiver.feed(bytes([byte]), index * (GAP_MS - 1))
    assert [signal.heard for signal in heard] == [Heard.BLOCK]


def test_a_sender_that_begins_again_is_heard_from_there():
    """The first half is noise."""
    receiver = _receiver()
    [signal] = receiver.feed(b"\x011\x021" + _whole(ZENITEL[1:]), 0)
    assert signal.heard is Heard.BLOCK
    assert receiver.noise_bytes == 4


def test_a_sender_that_gives_up_within_a_block_has_ended():
    """Its EOT counts, its block does not."""
    receiver = _receiver()
    assert receiver.feed(b"\x011\x021\x04", 0) == [Signal(Heard.EOT)]
    assert receiver.noise_bytes == 4


def test_a_block_that_does_not_end_is_garbled_at_its_bound():
    """A byte less is still awaited."""
    receiver = _receiver()
    assert receiver.feed(b"\x01" + b"x" * BODY_BYTES_MAX, 0) == []
    assert receiver.feed(b"x", 0) == [Signal(Heard.GARBLED)]


def test_an_address_that_nothing_follows_is_forgotten_after_the_pause():
    """Else noise would be taken for an address a minute later."""
    receiver = _receiver()
    assert receiver.feed(b"2", 0) == []
    assert receiver.feed(b"\x05", GAP_MS) == [Signal(Heard.ENQUIRY)]
    assert receiver.noise_bytes == 1


@given(st.lists(st.tuples(st.binary(max_size=40), st.integers(0, 2 * GAP_MS)), max_size=20))
def test_every_byte_of_any_line_is_part_of_a_signal_or_counted(pieces):
    """Never an exception, never a silent drop."""
    receiver, now_ms, signals = Receiver(GAP_MS), 0, []
    for data, pause_ms in pieces:
        now_ms += pause_ms
        signals += receiver.feed(data, now_ms)
    signals += receiver.feed(b"", now_ms + GAP_MS)
    bytes_heard = sum(
        1 + len(signal.prefix) + (1 + len(signal.body) if signal.heard is Heard.BLOCK else 0)
        for signal in signals
    )
    # Of a garbled block SOH and check character are not counted as noise: it is counted itself.
    garbled = sum(signal.heard is Heard.GARBLED for signal in signals)
    total = sum(len(data) for data, _ in pieces)
    assert bytes_heard + receiver.noise_bytes <= total + garbled
    assert bytes_heard + receiver.noise_bytes >= total - garbled
