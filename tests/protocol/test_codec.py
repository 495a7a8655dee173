"""The codec against the golden vectors and against rubbish; runs on CPython and on MicroPython."""

import json

from protocol import codec, messages, topics
from protocol.tables import Kinds

HERE = __file__.replace("\\", "/").rsplit("/", 1)[0]


def vectors():
    """Return the golden vectors."""
    with open(HERE + "/../../protocol/vectors.json") as file:
        return json.loads(file.read())


def outcome(payload, channel="event", device="d-7"):
    """Return the message, or the reason of the refusal."""
    try:
        return codec.decode(payload, channel, device)
    except codec.DecodeError as error:
        assert error.reason in codec.REASONS
        return error.reason


def test_every_vector_decodes_to_its_message_or_its_error():
    """Both interpreters agree with the golden file."""
    for vector in vectors():
        got = outcome(vector["payload"].encode(), vector["channel"], vector["device"])
        expected = vector["message"] if "message" in vector else vector["error"]
        assert got == expected, (vector["name"], got)


def test_every_message_encodes_to_the_bytes_of_its_vector():
    """Encoders walk the table, so that the bytes are the same on both interpreters."""
    envelope = [field.name for field in messages.ENVELOPE]
    for vector in vectors():
        if "message" not in vector or vector.get("is_canonical") is False:
            continue
        message = vector["message"]
        fields = {name: message[name] for name in message if name not in envelope}
        payload = codec.encode(
            message["kind"], message["device"], message["boot"], message["seq"], message["mark"], fields
        )
        assert payload.decode() == vector["payload"], vector["name"]


def test_every_kind_and_every_reason_has_a_vector():
    """A kind or a reason without an example is one that nobody can implement."""
    kinds = {vector["message"]["kind"] for vector in vectors() if "message" in vector}
    reasons = {vector["error"] for vector in vectors() if "error" in vector}
    assert kinds == set(messages.KIND_NAMES)
    assert reasons == set(codec.REASONS)


def test_every_field_of_every_kind_is_in_a_vector():
    """Optional fields are exercised too."""
    seen = {}
    for vector in vectors():
        if "message" in vector:
            seen.setdefault(vector["message"]["kind"], set()).update(vector["message"])
    for name in messages.KIND_NAMES:
        for field in messages.KINDS[name].fields:
            assert field.name in seen[name], (name, field.name)


def test_a_kind_read_from_the_tables_is_the_kind_that_is_kept():
    """A device reads a kind when it needs one; a base station keeps them all."""
    lazy = Kinds(messages.TABLES, messages.__dict__)
    assert list(lazy) == list(messages.KIND_NAMES)
    for name in lazy:
        read, kept = lazy[name], messages.KINDS[name]
        assert (read.name, read.channel) == (kept.name, kept.channel) == (name, kept.channel)
        assert list(read.fields) == list(kept.fields)
        assert kept.channel in topics.QOS


def test_only_the_name_of_a_kind_finds_one():
    """Nothing that a sender writes there may hit another place of the tables."""
    for name in (
        "",
        "envelope",
        "started event",
        "event",
        "firmware",
        "alarm",
        "reset\nall",
        " alarm",
        "x" * 40,
    ):
        assert Kinds(messages.TABLES, messages.__dict__).get(name) is None, name
        try:
            Kinds(messages.TABLES, messages.__dict__)[name]
        except KeyError:
            continue
        raise AssertionError(name)


def test_a_truncated_message_is_a_message_or_a_decode_error():
    """Cut at every byte; only the whole of it is the message."""
    for vector in vectors():
        payload = vector["payload"].encode()
        for length in range(min(len(payload), 400)):
            got = outcome(payload[:length], vector["channel"], vector["device"])
            assert isinstance(got, (str, dict))


def test_a_flipped_bit_yields_a_valid_message_or_a_decode_error():
    """Whatever a flipped bit makes of a message, it decodes to something its table allows, or not at all."""
    for vector in vectors():
        if "message" not in vector:
            continue
        payload = bytearray(vector["payload"].encode())
        for position in range(len(payload)):
            bit = 1 << (position * 5 + 3) % 8
            payload[position] ^= bit
            got = outcome(payload, vector["channel"], vector["device"])
            if not isinstance(got, str):
                assert_fits_its_table(got)
            payload[position] ^= bit


def test_random_bytes_yield_a_decode_error():
    """3,000 payloads from one seed: raw bytes, and bytes that look like JSON."""
    state = 20261122
    alphabet = b'{}[]",:0123456789-.eE truefalsnv\\u\xc3\xa4kdbm'
    for number in range(3000):
        payload = bytearray()
        for _ in range(number % 90):
            state = (state * 1103515245 + 12345) & 0x3FFFFFFF
            byte = (state >> 12) & 0xFF
            payload.append(byte if number % 2 else alphabet[byte % len(alphabet)])
        assert isinstance(outcome(payload), str)


def assert_fits_its_table(message):
    """Encoding what was decoded must be possible, and must decode to the same again."""
    envelope = [field.name for field in messages.ENVELOPE]
    fields = {name: message[name] for name in message if name not in envelope}
    payload = codec.encode(
        message["kind"], message["device"], message["boot"], message["seq"], message["mark"], fields
    )
    channel = messages.KINDS[message["kind"]].channel
    assert codec.decode(payload, channel, message["device"]) == message


def refusal(kind, fields, device="d-7", mark="real"):
    """Return the sentence of the EncodeError, or None."""
    try:
        codec.encode(kind, device, 1, 2, mark, fields)
    except codec.EncodeError as error:
        return str(error)
    return None


def test_encoding_a_wrong_field_is_our_own_mistake():
    """Missing, unknown, out of range, wrong kind: an EncodeError that names the field."""
    assert refusal("reset", {"alarm": "1-2", "alarm_kind": "rest"}) is None
    assert "alarm_kind" in refusal("reset", {"alarm": "1-2"})
    assert "colour" in refusal("reset", {"alarm": "1-2", "alarm_kind": "rest", "colour": "red"})
    assert "alarm" in refusal("reset", {"alarm": "1", "alarm_kind": "rest"})
    assert "mark" in refusal("reset", {"alarm": "1-2", "alarm_kind": "rest"}, mark="maybe")
    assert "greeting" in refusal("greeting", {})
    text = "x" * 3200
    assert refusal("trace", trace_fields(text)) is None


def trace_fields(data):
    """Return the fields of a trace with these data."""
    return {
        "alarm": "1-2",
        "piece": 0,
        "pieces": 1,
        "first_ms": 0,
        "interval_ms": 20,
        "samples": data,
    }


def test_a_payload_of_exactly_the_limit_is_taken_and_one_byte_more_is_not():
    """The limit of 4,096 bytes, -1/0/+1."""
    message = codec.encode("confirmed", "d-7", 1, 2, "real", {"ask": "a"})
    for length, is_taken in ((4095, True), (4096, True), (4097, False)):
        padded = message + b" " * (length - len(message))
        assert isinstance(outcome(padded), dict) is is_taken


def test_topics_are_parsed_back_and_foreign_ones_are_none():
    """A topic names one device and one channel."""
    for channel in topics.UP_CHANNELS + topics.DOWN_CHANNELS:
        assert topics.parse(topics.device_topic("d-7", channel)) == ("d-7", channel)
    for topic in (
        "",
        "rufweite/v1/device/d-7",
        "rufweite/v2/device/d-7/event",
        "rufweite/v1/device/D7/event",
        "rufweite/v1/device//event",
        "rufweite/v1/device/d-7/greeting",
        "rufweite/v1/device/a/b/event",
        topics.canary_topic("r1"),
    ):
        assert topics.parse(topic) is None, topic


def test_names_at_their_limits():
    """1 to 32 characters of a small alphabet."""
    assert topics.is_name("a") and topics.is_name("a" * 32)
    for name in ("", "a" * 33, "A", "a.b", "a/b", "a b", "ä", "a+", "#"):
        assert not topics.is_name(name), name
