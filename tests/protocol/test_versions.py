"""What SPEC.md promises of versions that meet, of the messages themselves; on CPython and on MicroPython.

FIRST is what the first release that ran end to end knew, LATER what each later kind could not do without when
it came: this file is their record, and a kind or field that is not in it is newer. Whoever makes a field
required that was not takes the word from every device and base station in the field.
"""

import json

from protocol import codec, messages

HERE = __file__.replace("\\", "/").rsplit("/", 1)[0]

#: kind: required fields | optional ones; a kind may have two lines.
FIRST = """
started: firmware cause settings_version
pre-alarm: alarm alarm_kind deadline_ms
cancelled: alarm alarm_kind by
raised: alarm alarm_kind repeat | raised_ago_ms cause
gone: alarm alarm_kind
reset: alarm alarm_kind
confirmed: ask
answer: answers_boot answers_seq result | reason
heartbeat: uptime_s mode firmware settings_version alarms_due
heartbeat: | battery_mv battery_percent is_charging receipt_age_s reply_age_s
presence: state reason | will_seq
trace: alarm piece pieces first_ms interval_ms samples_mg
receipt: acked_boot acked_seq time_ms
heartbeat-reply: acked_boot acked_seq time_ms
case-state: alarm state | by
shift: shift state | remaining_ms ask
locate: alarm is_tone_on
test: test alarm_kind
settings: version values | signature
"""

#: kind: required fields.
LATER = """
all-right: alarm alarm_kind
self-test: result parts
protection: state
place: beacons
coverage: walk point
update-state: release state
journal: read piece pieces records
walk: walk is_on
trial: is_on remaining_ms
read-journal: read
update: release counter pieces manifest signature
update-piece: release piece data
"""

#: Fields that became required all the same: no device of the first release ever sent or took such a message.
#: It had no black box, and answered `settings` with `unsupported` without reading it.
EXCEPTIONS = (("trace", "samples"), ("settings", "counter"))
#: Likewise gone.
GONE = (("trace", "samples_mg"),)

#: What a newer release may add to any message.
NEWER_FIELDS = {
    "x": 1, "x_text": "a", "x_list": [1, "a", None, {"b": 2}], "x_object": {"a": {"b": [1]}},
    "x_nothing": None, "x_large": 9007199254740993, "x_bool": True,
}  # fmt: skip


def table(text):
    """Return kind -> (required fields, optional fields) of one of the tables above."""
    found = {}
    for line in text.strip().split("\n"):
        kind, fields = line.split(":", 1)
        parts = fields.split("|")
        required, optional = found.get(kind, ([], []))
        found[kind] = (required + parts[0].split(), optional + (parts[1].split() if len(parts) > 1 else []))
    return found


def examples():
    """Return the right vectors: (channel, device, message as it decodes, what was sent)."""
    with open(HERE + "/../../protocol/vectors.json") as file:
        vectors = json.loads(file.read())
    return [
        (one["channel"], one["device"], one["message"], json.loads(one["payload"]))
        for one in vectors
        if "message" in one
    ]


def test_no_field_is_required_that_a_release_in_the_field_does_not_send():
    """Neither of the kinds of the first release nor of those that came later."""
    first, later = table(FIRST), table(LATER)
    for name in messages.KIND_NAMES:
        required = first[name][0] if name in first else later[name][0] if name in later else None
        if required is None:
            continue
        for field in messages.KINDS.get(name).fields:
            is_known = field.name in required or (name, field.name) in EXCEPTIONS
            assert is_known or not field.is_required, (name, field.name)


def test_nothing_that_the_first_release_says_has_gone():
    """Every kind, field and channel of it is still there."""
    first = table(FIRST)
    for name in first:
        fields = [field.name for field in messages.KINDS.get(name).fields]
        for field in first[name][0] + first[name][1]:
            assert field in fields or (name, field) in GONE, (name, field)


def test_messages_of_the_first_release_are_taken_in():
    """With the fields it required and no other."""
    first, seen = table(FIRST), []
    envelope = [field.name for field in messages.ENVELOPE]
    for channel, device, message, _ in examples():
        kind = message["kind"]
        if kind not in first or kind in seen:
            continue
        required = first[kind][0] + [field for name, field in EXCEPTIONS if name == kind]
        old = {name: message[name] for name in message if name in envelope or name in required}
        assert codec.decode(json.dumps(old).encode(), channel, device) == old
        seen.append(kind)
    assert sorted(seen) == sorted(first)


def test_messages_of_a_newer_release_are_taken_in_without_what_is_new():
    """Unknown fields are ignored in every kind, whatever they hold."""
    for channel, device, message, sent in examples():
        newer = dict(sent)
        newer.update(NEWER_FIELDS)
        payload = json.dumps(newer)
        # One vector is as full of brackets as a message may be.
        if payload.count("[") + payload.count("{") <= messages.BRACKETS_MAX:
            assert codec.decode(payload.encode(), channel, device) == message, message["kind"]


def test_another_version_and_an_unknown_kind_are_told_apart_from_rubbish():
    """Each is counted under a reason of its own, in both directions."""
    for channel, device, _, sent in examples():
        for changes, reason in (
            ({"v": 2}, "version"),
            ({"v": 0}, "version"),
            ({"kind": "sneeze"}, "unknown_kind"),
        ):
            other = dict(sent)
            other.update(changes)
            try:
                codec.decode(json.dumps(other).encode(), channel, device)
                raise AssertionError(other)
            except codec.DecodeError as error:
                assert error.reason == reason
