"""Short messages as octets: alphabets, numbers, parts, reports; examples from outside, and any bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from basestation.outgoing.channels.modem import addresses, alphabet, submit, twin_network
from basestation.outgoing.channels.modem.errors import PduDamaged
from basestation.outgoing.channels.modem.received import Message, Place, StatusReport, read_pdu

#: From the widely copied introduction at dreamfabric.com/sms.
HELLO = "07917283010010F5040BC87238880900F10000993092516195800AE8329BFD4697D9EC37"
#: From amro.blogspot.com, "Receiving SMS status report message", with the length of no centre before it.
DELIVERED = "0006000B910221815716F2709021510121807090215101718000"
NUMBER = "+491701234567"


def message(coding, data, length, first=0x04, sender=b"\x0c\x91\x94\x71\x10\x32\x54\x76"):
    """Return a message with these fields as a PDU."""
    octets = bytes([first]) + sender + bytes([0, coding]) + bytes(7) + bytes([length]) + data
    return "00" + octets.hex()


def test_examples_from_outside_are_read_and_written():
    """A message, a report, and the packing of septets."""
    assert read_pdu(HELLO) == Message("27838890001", "hellohello")
    assert read_pdu(DELIVERED) == StatusReport(0, "+20121875612", 0)
    assert alphabet.packed([ord(letter) for letter in "hellohello"]).hex().upper() == HELLO[-18:]
    [pdu] = submit.pdus("+46708251358", ["hellohello"], 0, 4 * 1440, is_reported=False)
    assert pdu.text == "0011000B916407281553F80000A70AE8329BFD4697D9EC37"
    assert pdu.length == 23


@given(st.text(min_size=1, max_size=700), st.integers(1, 8), st.integers(0, 255))
def test_whatever_is_written_arrives_as_it_was_written(text, parts_max, reference):
    """Unless it had to be cut: then its beginning, and a sign that it was."""
    text = text.encode("utf-16", "replace").decode("utf-16")
    pieces = submit.parts_of(text, parts_max, "[cut]")
    assert len(pieces) <= parts_max
    whole = "".join(pieces)
    assert whole == text or (whole.endswith("[cut]") and text.startswith(whole[: -len("[cut]")]))
    parts = submit.pdus(NUMBER, pieces, reference, 60, is_reported=True)
    read = [twin_network.submitted(part.text, 1) for part in parts]
    assert "".join(part.text for part in read) == whole
    assert {part.number for part in read} == {NUMBER}
    assert all(part.is_reported for part in read)
    places = [Place(reference, len(pieces), number) for number in range(1, len(pieces) + 1)]
    assert [part.place for part in read] == (places if len(pieces) > 1 else [None])
    assert all(part.length == len(part.text) // 2 - 1 <= 164 for part in parts)


@given(st.text(st.sampled_from(alphabet._BASIC.replace("\x1b", "") + "^{}\\[~]|€"), max_size=320))
def test_what_a_telephone_sends_is_read(text):
    """In the alphabet of GSM, with every extension."""
    parts = [read_pdu(pdu) for pdu in twin_network.delivered(NUMBER, text)]
    assert "".join(part.text for part in parts) == text
    assert not any(part.is_automatic for part in parts)


@given(st.binary(max_size=220))
def test_any_octets_are_a_message_a_report_or_damaged(octets):
    """Never anything else."""
    for pdu in (octets.hex(), "00" + octets.hex(), "0004" + octets.hex()):
        try:
            found = read_pdu(pdu)
        except PduDamaged:
            continue
        assert isinstance(found, Message | StatusReport)


@pytest.mark.parametrize(
    "pdu",
    [
        "", "xx", "0", "00", "05", "0001", "0004", "00040C91", "000400", "0004FF91",
        HELLO[:-30], DELIVERED[:-2], "00" * 201,
        message(0, b"", 3, first=0x44), message(0, b"\x05\x00", 9, first=0x44),
    ],
)  # fmt: skip
def test_what_is_cut_off_is_damaged(pdu):
    """And said to be."""
    with pytest.raises(PduDamaged):
        read_pdu(pdu)


@pytest.mark.parametrize(
    ("coding", "data", "length", "text", "is_automatic"),
    [
        (0x00, b"\xc8\x34", 2, "Hi", False),
        (0x00, b"\xc8\x34", 200, "Hi", False),
        (0x11, b"\xc8\x34", 2, "Hi", False),
        (0x08, "Ж!".encode("utf-16-be"), 4, "Ж!", False),
        (0x08, b"\x04\x16\x00", 3, "Ж\ufffd", False),
        (0x04, b"\x01\x02", 2, "", True),
        (0x0C, b"\xc8\x34", 2, "Hi", False),
        (0x20, b"\x01\x02", 2, "", True),
        (0xF0, b"\xc8\x34", 2, "Hi", False),
        (0xF5, b"\x01\x02", 2, "", True),
        (0xC8, b"\xc8\x34", 2, "Hi", True),
        (0xD8, b"\xc8\x34", 2, "Hi", True),
        (0xE8, "Ж".encode("utf-16-be"), 2, "Ж", True),
        (0x80, b"\xc8\x34", 2, "Hi", False),
    ],
)
def test_the_coding_decides_alphabet_and_voicemail(coding, data, length, text, is_automatic):
    """Binary and waiting voicemail come from machines."""
    found = read_pdu(message(coding, data, length))
    assert found == Message("+491701234567", text, None, is_automatic)


@pytest.mark.parametrize(
    ("header", "place", "is_automatic"),
    [
        (b"\x00\x03\x07\x02\x01", Place(7, 2, 1), False),
        (b"\x08\x04\x01\x07\x02\x02", Place(0x107, 2, 2), False),
        (b"\x00\x03\x07\x02\x03", None, False),
        (b"\x00\x03\x07\x02\x00", None, False),
        (b"\x00\x03\x07\x01\x01", None, False),
        (b"\x00\x02\x07\x02", None, False),
        (b"\x08\x03\x07\x02\x01", None, False),
        (b"\x01\x02\x00\x03", None, True),
        (b"\x24\x01\x01\x00\x03\x07\x02\x01", Place(7, 2, 1), False),
        (b"\x00\x09\x07", None, False),
        (b"\x00", None, False),
    ],
)
def test_the_header_tells_the_place_among_the_parts(header, place, is_automatic):
    """What cannot be is as if there were none."""
    data = bytes([len(header)]) + header + "Hi".encode("utf-16-be")
    found = read_pdu(message(0x08, data, len(data), first=0x44))
    assert found == Message("+491701234567", "Hi", place, is_automatic)


def test_a_service_is_no_person():
    """A name or a short number sends, and nobody can answer it."""
    for sender in ("Vodafone", "70703", "Info 24"):
        [pdu] = twin_network.delivered(sender, "4711 1")
        assert read_pdu(pdu) == Message(sender, "4711 1", None, is_automatic=True)
    assert read_pdu(message(0, b"", 0, sender=b"\x03\x81\x21\xff")).sender == "12"


@pytest.mark.parametrize(
    ("address", "number"),
    [
        ("+491701234567", "+491701234567"),
        (" +49 170/123-45.67 ", "+491701234567"),
        ("+1234567", None),
        ("+12345678", "+12345678"),
        ("+123456789012345", "+123456789012345"),
        ("+1234567890123456", None),
        ("01701234567", None),
        ("00491701234567", None),
        ("+49 (0)170 1234567", None),
        ("+0491701234567", None),
        ("+49170123456\u0667", None),
        ("mara@example.org", None),
        ("", None),
    ],
)
def test_a_number_has_its_country(address, number):
    """E.164, 8 to 15 digits; a country is never guessed."""
    assert addresses.e164(address) == number


@pytest.mark.parametrize(
    ("minutes", "octet"),
    [(0, 0), (5, 0), (6, 1), (10, 1), (60, 11), (720, 143), (721, 144), (1440, 167), (9999, 167)],
)
def test_the_validity_is_never_shorter_than_asked(minutes, octet):
    """In steps of five minutes, beyond twelve hours of thirty."""
    assert submit.validity(minutes) == octet


def test_a_text_is_cut_at_its_end_only_and_says_so():
    """One message more or less than a message holds, in both alphabets."""
    assert [len(submit.parts_of("x" * length, 4, "")) for length in (160, 161, 306, 307)] == [1, 2, 2, 3]
    assert [len(submit.parts_of("Ж" * length, 4, "")) for length in (70, 71, 134, 135)] == [1, 2, 2, 3]
    assert [len(submit.parts_of("€" * length, 4, "")) for length in (80, 81)] == [1, 2]
    assert submit.parts_of("x" * 161, 1, " [cut]") == ["x" * 152 + " [cut]"]
    # Neither an extension nor a pair of units is torn.
    assert [len(piece) for piece in submit.parts_of("x" * 152 + "€" * 9, 4, "")] == [152, 9]
    assert [len(piece) for piece in submit.parts_of("x" * 66 + "\U0001f44d" * 4, 4, "")] == [66, 4]


def test_typographic_signs_do_not_double_a_message():
    """They have plain ones that say the same."""
    assert alphabet.plain("\u201eja\u201c \u2013 \u2026") == '"ja" - ...'
    assert alphabet.text_of_septets([0x1B, 0x41, 0x1B]) == "A"
