"""Writes what follows from the field tables: the tables in SPEC.md, asyncapi.yaml.

Run `python -m protocol.document` after a change of the tables; a test holds both files to them.
The meanings live here and not beside the fields, because a device has no memory for prose.
CPython only. Units are those of the tables.
"""

import json
from pathlib import Path
from typing import Any

from protocol import messages, topics
from protocol.tables import Field

FOLDER = Path(__file__).parent
BEGIN, END = "<!-- tables: written by `python -m protocol.document` -->", "<!-- end of tables -->"

#: What each kind says.
KIND_MEANINGS = {
    "started": "The firmware has started; the first message of every boot.",
    "pre-alarm": "An automatic alarm is about to be raised; only its kind and times leave the device.",
    "cancelled": "A pre-alarm ended before its deadline.",
    "raised": "An alarm is raised. Repeated with the same `boot` and `seq` until its receipt.",
    "gone": "The condition of a technical alarm has ended.",
    "reset": "The wearer has reset the device after the receipt. Closes no case.",
    "all-right": "The wearer says that they are all right. Closes no case and resets no alarm.",
    "confirmed": "The worker's answer to a question of the base station, or to a time alarm (`time`).",
    "self-test": "The self-test ended; only with its receipt is it passed, since the path belongs to it.",
    "protection": "The automatic kinds guard the wearer from now on, or may not be relied on, or rest.",
    "answer": "What became of a command.",
    "place": "What radio beacons the device hears, with a raised alarm or on `locate`; never in normal work.",
    "coverage": "One point of a coverage walk, as it was when it was recorded; sent when there is a link.",
    "heartbeat": "Sign of life, every 25 s by default.",
    "presence": "The device came or went; `offline` with `lost` is its last will.",
    "trace": "A piece of the movement around an alarm; in trial operation also around a cancelled pre-alarm.",
    "receipt": "The base station has stored the message `acked_boot`, `acked_seq`.",
    "heartbeat-reply": "The base station has heard the heartbeat `acked_boot`, `acked_seq`.",
    "case-state": "How far the rescue is, for the worker. Never sent for a silent or duress alarm.",
    "shift": "The wearer's shift began or ended, or its end is overdue and the worker is asked.",
    "locate": "Switch the location tone on or off, and say the place. Never sent for a silent alarm.",
    "walk": "Begin or end a coverage walk: whoever carries the device records the radio, place by place.",
    "test": "Raise a test alarm of this kind over the whole path.",
    "trial": "Trial operation is on for so long, or off: then no trace of a cancelled pre-alarm leaves.",
    "settings": "New settings for the device: all that differ from the defaults.",
    "journal": "Records of the device's journal, oldest first, in pieces, for a `read-journal`.",
    "read-journal": "Send the journal, in messages `journal`.",
    "update": "Take this release into the slot that does not run.",
    "update-state": "How far an update is, as the device tells it.",
    "update-piece": "A piece of a release that was ordered by `update`.",
}

#: What each field says.
FIELD_MEANINGS = {
    "v": "protocol version",
    "kind": "kind of message",
    "device": "the device the topic belongs to, in both directions",
    "boot": "how often the sender has started; never goes back",
    "seq": "number of the message within that boot; with `device` and `boot` the key of the message",
    "mark": "`real`, or part of a `test` or `drill`",
    "firmware": "version of the firmware",
    "cause": "why",
    "error": "the sentence of our own exception that ended the last start",
    "settings_version": "version of the settings in force; 0 are those it was built with",
    "alarm": "the alarm's own id: boot and seq of its first message; links pre-alarm, cancel and raise",
    "alarm_kind": "kind of alarm; one that is unknown here is treated as a person's alarm",
    "deadline_ms": "time left until the alarm is raised, counted from ingest",
    "by": "who or what did it",
    "arrival_min": "until help is there, as far as a helper has said",
    "raised_ago_ms": "time since it was raised; absent when unknown after a restart",
    "condition_ms": "how long the condition had held when the pre-alarm began, or the alarm without one",
    "pre_alarm_ms": "how long the pre-alarm has lasted; of a raised alarm, until the raise; 0: it had none",
    "repeat": "how often this message was sent before",
    "ask": "name of the question",
    "answers_boot": "`boot` of the command answered",
    "answers_seq": "`seq` of the command answered",
    "result": "`unsupported`: this firmware cannot do it; `refused`: it may not",
    "reason": "why",
    "uptime_s": "time since the start of the firmware",
    "mode": "what the device is doing",
    "protection": "whether the automatic kinds guard the wearer",
    "protection_reason": "why they do not, the most urgent reason",
    "parts": "part of the test to 1 (passed) or 0 (failed)",
    "battery_mv": "voltage of the battery",
    "battery_percent": "charge of the battery",
    "battery_left_min": "until its charge is down to `battery_critical_percent`, as the device predicts it; "
    "absent on the charger and before the first reading",
    "is_charging": "on the charger",
    "alarms_due": "alarms without a receipt",
    "receipt_age_s": "time since the last receipt",
    "reply_age_s": "time since the last heartbeat that was replied to",
    "wall_s": "wall time of the device, since 1970 UTC; absent when it was not told yet",
    "wall_error_ms": "how wrong it may be: half the round trip, and the drift of the clock since",
    "state": "the new state",
    "network": "which of its networks the device is in, from 0 in the order of its configuration; "
    "absent where it has but one",
    "broker": "which of its brokers it is connected to, likewise",
    "rssi_dbm": "how strong the network is, where the board can tell",
    "counts": "what went wrong since the start of the firmware, by name, only what is not zero: "
    "`refused_connects` (certificate, name or secret refused by one side), `undecodable` (commands), "
    "`failed_records` (of the journal), `lost_samples`, `dropped_events` (gave way in a full queue), "
    "`given_up_events` (repeated in vain), `refused_settings` (commands)",
    "away_s": "how long there was no connection before this one, as the device noticed it; "
    "absent for the first one of a start",
    "will_seq": "`seq` of the last will of the connection that came up; an older will says nothing any more",
    "beacons": "beacon or access point to the strength at which it was heard, in dBm, the strongest ones",
    "age_s": "time since they were heard",
    "walk": "name of the walk",
    "point": "number of the point within the walk, from 0",
    "round_trip_ms": "time until the base station's answer; absent: there was none",
    "is_on": "on or off",
    "is_trial": "of a cancelled pre-alarm, sent because trial operation is on; absent: of a raised alarm",
    "piece": "number of this piece, from 0",
    "pieces": "number of pieces; where pieces differ, the one with the highest number is right",
    "first_ms": "time of the first sample, relative to the raise (to the cancel)",
    "interval_ms": "time between two samples",
    "read": "name of the read-out, which the base station gives",
    "records": "base64 of whole records of 32 bytes, blank and damaged ones too",
    "samples": "base64 of the samples, four bytes each (see *The samples of a trace*)",
    "upright_mg": "x, y, z of the upright direction that the device went by; absent: none",
    "acked_boot": "`boot` of the message acknowledged",
    "acked_seq": "`seq` of the message acknowledged",
    "time_ms": "wall time of the base station, since 1970 UTC; never moves an alarm timer",
    "shift": "name of the shift",
    "remaining_ms": "time left: to answer (`ask`), to the planned end (`on`); of pause, walk, trial",
    "is_tone_on": "tone on or off",
    "test": "name of the test",
    "version": "version of these settings",
    "values": "name of the setting to value",
    "board": "what board the device is",
    "release": "version of the firmware that is ordered",
    "counter": "goes up with every sealed order of its kind to this device; a lower one is not taken",
    "manifest": "base64 of length (four bytes, the lowest first) and SHA-256 of the manifest",
    "data": "base64 of the piece's bytes",
    "signature": "HMAC-SHA-256 in hex (see *Settings over the air*)",
}

_SCHEMA_TYPES = {"int": "integer", "bool": "boolean", "ints": "object"}
_PATTERNS = {
    "name": "^[a-z0-9-]{1,32}$",
    "alarm": "^[0-9]{1,10}-[0-9]{1,10}$",
    "open": "^[A-Za-z0-9_-]{1,32}$",
    "data": "^[A-Za-z0-9+/=]*$",
}


def allowed(field: Field) -> str:
    """Say in a table cell what a field may hold."""
    if field.type in ("choice", "open"):
        more = ", others tolerated" if field.type == "open" else ""
        return ", ".join(f"`{choice}`" for choice in field.choices) + more
    if field.type in ("int", "text", "data", "name", "ints"):
        return f"{field.low}..{field.high}"
    return {"bool": "true, false", "alarm": "`<boot>-<seq>`"}[field.type]


def rows(fields: tuple[Field, ...]) -> list[str]:
    """Return the Markdown table of some fields."""
    lines = [
        "| field | type | allowed | unit | required | meaning |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for field in fields:
        is_required = "yes" if field.is_required else "no"
        lines.append(
            f"| `{field.name}` | {field.type} | {allowed(field)} | {field.unit} | {is_required} "
            f"| {FIELD_MEANINGS[field.name]} |"
        )
    return lines


def topic_line(channel: str, direction: str) -> str:
    """Say of a channel its topic, direction, QoS and whether it is retained."""
    is_retained = "retained" if topics.IS_RETAINED else "not retained"
    topic = f"{topics.PREFIX}/device/<device>/{channel}"
    return f"Topic `{topic}`, {direction}, QoS {topics.QOS[channel]}, {is_retained}."


def tables() -> str:
    """Return the part of SPEC.md that follows from the tables."""
    lines = ["### What every message carries", "", *rows(messages.ENVELOPE), ""]
    for channel in (*topics.UP_CHANNELS, *topics.DOWN_CHANNELS):
        direction = "device to base station" if channel in topics.UP_CHANNELS else "base station to device"
        lines += [
            f"### Channel `{channel}`",
            "",
            topic_line(channel, direction),
            "",
        ]
        for name in messages.KIND_NAMES:
            kind = messages.KINDS[name]
            if kind.channel == channel:
                answered = " The device answers with `answer`." if name in messages.ANSWERED_KINDS else ""
                lines += [f"#### `{name}`", "", KIND_MEANINGS[name] + answered, "", *rows(kind.fields), ""]
    return "\n".join(lines)


def schema(field: Field) -> dict[str, Any]:
    """Return the JSON Schema of one field."""
    result: dict[str, Any] = {"type": _SCHEMA_TYPES.get(field.type, "string")}
    if field.type == "int":
        result |= {"minimum": field.low, "maximum": field.high}
    if field.type in ("text", "data"):
        result |= {"minLength": field.low, "maxLength": field.high}
    if field.type == "choice":
        result["enum"] = list(field.choices)
    if field.type == "ints":
        result |= {"minProperties": field.low, "maxProperties": field.high}
        result["additionalProperties"] = {"type": "integer"}
    if field.type in _PATTERNS:
        result["pattern"] = _PATTERNS[field.type]
    if field.type == "open":
        result["examples"] = list(field.choices)
    return result | {"description": FIELD_MEANINGS[field.name]}


def asyncapi() -> str:
    """Return asyncapi.yaml (written as JSON, which YAML contains)."""
    payloads = {}
    for name in messages.KIND_NAMES:
        fields = messages.ENVELOPE + messages.KINDS[name].fields
        properties = {field.name: schema(field) for field in fields}
        properties["kind"] = {"const": name}
        payloads[name] = {
            "name": name,
            "summary": KIND_MEANINGS[name],
            "payload": {
                "type": "object",
                "properties": properties,
                "required": [field.name for field in fields if field.is_required],
                "additionalProperties": True,
            },
        }
    channels, operations = {}, {}
    for channel in (*topics.UP_CHANNELS, *topics.DOWN_CHANNELS):
        names = [name for name in messages.KIND_NAMES if messages.KINDS[name].channel == channel]
        channels[channel] = {
            "address": f"{topics.PREFIX}/device/{{device}}/{channel}",
            "parameters": {"device": {"description": "name of the device"}},
            "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in names},
        }
        operations[channel] = {
            "action": "receive" if channel in topics.UP_CHANNELS else "send",
            "channel": {"$ref": f"#/channels/{channel}"},
            "bindings": {"mqtt": {"qos": topics.QOS[channel], "retain": topics.IS_RETAINED}},
        }
    document = {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Rufweite, as its base station sees it",
            "version": f"{messages.VERSION}.0.0",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": channels,
        "operations": operations,
        "components": {"messages": payloads},
    }
    return json.dumps(document, indent=1) + "\n"


def with_tables(specification: str) -> str:
    """Return SPEC.md with the part between the two marks written anew."""
    head, rest = specification.split(BEGIN)
    return f"{head}{BEGIN}\n\n{tables()}\n{END}{rest.split(END)[1]}"


def main() -> None:
    """Write both files."""
    path = FOLDER / "SPEC.md"
    path.write_text(with_tables(path.read_text()))
    (FOLDER / "asyncapi.yaml").write_text(asyncapi())


if __name__ == "__main__":
    main()
