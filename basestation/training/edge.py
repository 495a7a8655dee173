"""Where a virtual device meets the base station: each message gets its mark here, whatever it says itself.

Decides which of its messages the base station is told at all (what concerns an alarm or its test), and what
the edge answers in the base station's place, so that a device that nobody wears stands in no list. Pure.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from protocol import codec

#: What a virtual device may be marked as; never "real".
MARKS: Final = ("test", "drill")
#: What the base station is told; everything else ends here.
TOLD: Final = frozenset(
    {"pre-alarm", "cancelled", "raised", "gone", "reset", "all-right", "self-test", "place"}
)
#: Of the edge's own commands, which no base station ever has.
OWN_BOOT: Final = 0


def is_told(message: Mapping[str, Any]) -> bool:
    """Tell whether the base station gets this message; an answer only if it asked."""
    if message["kind"] == "answer":
        return bool(message["answers_boot"] != OWN_BOOT)
    return message["kind"] in TOLD


def marked(message: Mapping[str, Any], mark: str) -> bytes:
    """Return the payload of a message with a mark that is not real."""
    assert mark in MARKS, mark
    envelope = ("v", "kind", "device", "boot", "seq", "mark")
    fields = {name: value for name, value in message.items() if name not in envelope}
    given = message["mark"] if message["mark"] in MARKS else mark
    payload: bytes = codec.encode(
        message["kind"], message["device"], message["boot"], message["seq"], given, fields
    )
    return payload


def own_mark(payload: bytes, own_marks: Mapping[int, str]) -> bytes:
    """Return a command with the mark by which the device knows what it is about.

    A device takes a receipt only with its message's own mark; `own_marks` has them by `seq`. What the device
    is told so never leaves its process.
    """
    command = json.loads(payload)
    about = command.get("acked_seq")
    if about is None and "alarm" in command:
        about = int(command["alarm"].partition("-")[2])
    command["mark"] = own_marks.get(about, command["mark"])
    return json.dumps(command, separators=(",", ":")).encode()


def reply(message: Mapping[str, Any], seq: int, time_ms: int) -> bytes | None:
    """Return what a device hears to a message that ends at the edge; None where it waits for nothing."""
    kinds = {"heartbeat": "heartbeat-reply", "presence": None, "trace": None}
    kind = kinds.get(message["kind"], "receipt")
    if kind is None:
        return None
    fields = {"acked_boot": message["boot"], "acked_seq": message["seq"], "time_ms": time_ms}
    payload: bytes = codec.encode(kind, message["device"], OWN_BOOT, seq, message["mark"], fields)
    return payload


def on_shift(device: str, mark: str, seconds: int) -> bytes:
    """Return the command by which the device guards for so long; there is no shift in the books."""
    fields = {"shift": "training", "state": "on", "remaining_ms": seconds * 1000}
    payload: bytes = codec.encode("shift", device, OWN_BOOT, 1, mark, fields)
    return payload


def sign(effect: Mapping[str, Any]) -> dict[str, Any]:
    """Return a signal as steps to be played; one that ends with a pause goes on until the next."""
    tones, light = _steps(effect["buzzer"]), _steps(effect["led"])
    return {
        "kind": "signal",
        "name": effect["name"],
        "buzzer": tones,
        "vibration": _steps(effect["vibration"]),
        "light": light,
        "is_lasting": bool(light) and light[-1][0] == "",
    }


def _steps(words: str) -> list[tuple[str, int]]:
    """Return steps such as "2000 Hz 170 ms, pause 170 ms" as (value, ms); a pause is ""."""
    steps = []
    for step in [] if words == "off" else words.split(", "):
        value, *_, duration_ms, _ = step.split()
        steps.append(("" if value == "pause" else value, int(duration_ms)))
    return steps
