"""Every event of a replay has words a person can read."""

import pytest

from firmware import signals
from protocol import messages
from protocol.tables import Field
from simulator.narration import SIGNALS, describe, narrate

ENVELOPE = {"v": 1, "device": "replay", "boot": 1, "seq": 7, "mark": "real"}


def _value(field: Field) -> object:
    """Return some value that the field's table allows."""
    if field.choices:
        return field.choices[0]
    values = {"int": field.low, "bool": True, "alarm": "1-7", "ints": {"version": 1}}
    return values.get(field.type, "a" * max(1, field.low))


@pytest.mark.parametrize("name", messages.KIND_NAMES)
@pytest.mark.parametrize("is_full", [True, False])
def test_every_kind_of_message_has_words_with_and_without_its_optional_fields(name, is_full):
    """Also those that the device cannot do yet."""
    kind = messages.KINDS[name]
    fields = {field.name: _value(field) for field in kind.fields if is_full or field.is_required}
    line = describe({"event": "publish", "message": {**ENVELOPE, "kind": name, **fields}})
    assert line
    assert line.isprintable()


def test_a_test_alarm_is_never_written_like_a_real_one():
    """The mark stands beside it."""
    message = {**ENVELOPE, "kind": "raised", "alarm": "1-7", "alarm_kind": "position", "repeat": 0}
    event = {"event": "publish", "t_ms": 61_240, "is_held": True, "message": message}
    assert narrate(event) == "    61.24 s  held  sends  POSITION ALARM 1-7"
    event = {**event, "message": {**message, "mark": "test", "repeat": 2}}
    assert narrate(event) == "    61.24 s  held  sends  POSITION ALARM 1-7, repeat 2 [test]"


def test_what_only_programs_need_is_not_told_to_a_person():
    """The journal, and the routine reply to a heartbeat."""
    reply = {**ENVELOPE, "kind": "heartbeat-reply", "acked_boot": 1, "acked_seq": 2, "time_ms": 0}
    assert narrate({"event": "journal", "t_ms": 0, "is_held": False, "kind": "boot"}) is None
    assert narrate({"event": "answer", "t_ms": 0, "is_held": False, "message": reply}) is None


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ({"kind": "raised", "alarm": "1-7", "alarm_kind": "technical", "repeat": 0, "cause": "sensor_silent"},
         "TECHNICAL ALARM 1-7: sensor silent"),
        ({"kind": "protection", "state": "not_protected", "reason": "self_test_due"},
         "the wearer is NOT PROTECTED: self-test due"),
        ({"kind": "protection", "state": "suspended", "reason": "paused", "remaining_ms": 600000},
         "the wearer is suspended: paused, 600 s left"),
        ({"kind": "protection", "state": "protected"}, "the wearer is protected"),
        ({"kind": "self-test", "result": "passed", "parts": {"manual": 1, "rest": 1}, "mark": "test"},
         "self-test passed; manual, rest [test]"),
        ({"kind": "self-test", "result": "failed", "parts": {"manual": 1, "rest": 0, "fall": 0}},
         "self-test failed; not tried: rest, fall"),
        ({"kind": "all-right", "alarm": "1-7", "alarm_kind": "fall"},
         "the worker says of fall alarm 1-7: I am all right"),
        ({"kind": "presence", "state": "offline", "reason": "switched_off"}, "offline: switched off"),
    ],
)  # fmt: skip
def test_what_a_device_says_is_told_as_people_say_it(message, words):
    """Names of the protocol are for programs."""
    assert describe({"event": "publish", "message": ENVELOPE | message}) == words


def test_every_signal_of_the_firmware_has_words_and_no_other():
    """Kept in step with the firmware's own table."""
    assert set(SIGNALS) == set(signals.PATTERNS)


def test_a_signal_is_told_with_what_is_heard_felt_and_seen():
    """Without its rhythm; programs get that too."""
    event = {
        "event": "signal",
        "name": "alarm_unheard",
        "buzzer": "2900 Hz 400 ms, 2000 Hz 400 ms",
        "vibration": "off",
        "led": "red 100 ms, pause 100 ms, red 50 ms",
    }
    words = "ALARM WITHOUT AN ANSWER: loud, for whoever is near"
    assert describe(event) == f"{words} (buzzer 2900 Hz and 2000 Hz, led red)"


def test_the_pieces_of_a_trace_are_nothing_to_read():
    """Programs get them, people do not."""
    message = {**ENVELOPE, "kind": "trace", "samples": "AAAA"}
    assert narrate({"event": "publish", "t_ms": 1, "is_held": False, "message": message}) is None
