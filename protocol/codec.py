"""Bytes to message and back, by walking the field tables of `messages`.

A message is a dict of its envelope and its own fields; optional fields that were not sent are
absent, unknown ones are dropped. Whatever the bytes are, `decode` returns a valid message or
raises `DecodeError`; `encode` raises `EncodeError` for what our own side got wrong.

Exceptions:
    ProtocolError
     ├─ DecodeError   the other side misbehaved: count it by `reason`, quarantine it
     └─ EncodeError   we did: a bug
"""

import json

from protocol import messages, topics

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from protocol.tables import Field

#: Why a payload was refused; each is a counter at the base station.
REASONS = (
    "too_long",
    "not_json",
    "version",
    "unknown_kind",
    "wrong_channel",
    "missing_field",
    "wrong_type",
    "out_of_range",
    "foreign_device",
)

_WORD_CHARACTERS = "abcdefghijklmnopqrstuvwxyz0123456789_-ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_DATA_CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="


class ProtocolError(Exception):
    """Something is wrong with a message."""


class DecodeError(ProtocolError):
    """The payload is no message of this protocol.

    `reason` is one of `REASONS`, `field` the field at fault or "".
    """

    def __init__(self, reason: str, field: str = "", kind: str = "") -> None:
        super().__init__(reason + (": " + field if field else ""))
        self.reason = reason
        self.field = field
        self.kind = kind


class EncodeError(ProtocolError):
    """The fields do not fit their table."""


def decode(payload: "bytes | bytearray | memoryview", channel: str, device: str) -> "dict[str, Any]":
    """Return the message in `payload` (bytes), which came on `channel` of `device`.

    Raises:
        DecodeError: with the reason, whatever the payload is.
    """
    if len(payload) > messages.PAYLOAD_BYTES_MAX:
        raise DecodeError("too_long")
    given = _load(payload)
    version = given.get("v")
    if isinstance(version, bool) or not isinstance(version, int):
        raise DecodeError("wrong_type" if "v" in given else "missing_field", "v")
    if version != messages.VERSION:
        raise DecodeError("version", "v")
    message: "dict[str, Any]" = {}
    _take(given, messages.ENVELOPE, message, "")
    kind = messages.KINDS.get(message["kind"])
    if kind is None:
        raise DecodeError("unknown_kind", "kind", message["kind"])
    if kind.channel != channel:
        raise DecodeError("wrong_channel", "kind", kind.name)
    if message["device"] != device:
        raise DecodeError("foreign_device", "device", kind.name)
    _take(given, kind.fields, message, kind.name)
    return message


def encode(kind_name: str, device: str, boot: int, seq: int, mark: str, fields: "dict[str, Any]") -> bytes:
    """Return the payload (bytes) of one message; `fields` holds the kind's own fields.

    Raises:
        EncodeError: an unknown kind, or a field that is missing, unknown or out of range.
    """
    kind = messages.KINDS.get(kind_name)
    if kind is None:
        raise EncodeError("no kind " + kind_name)
    envelope = {
        "v": messages.VERSION,
        "kind": kind_name,
        "device": device,
        "boot": boot,
        "seq": seq,
        "mark": mark,
    }
    parts: "list[str]" = []
    _put(envelope, messages.ENVELOPE, parts)
    _put(fields, kind.fields, parts)
    names = [field.name for field in kind.fields]
    for name in fields:
        if name not in names:
            raise EncodeError(kind_name + " has no field " + name)
    parts.append("}")
    payload = "".join(parts).encode()
    if len(payload) > messages.PAYLOAD_BYTES_MAX:
        raise EncodeError(kind_name + " is longer than a payload may be")
    return payload


def _load(payload: "bytes | bytearray | memoryview") -> "dict[str, Any]":
    data = bytes(payload)
    if data.count(b"[") + data.count(b"{") > messages.BRACKETS_MAX:
        # A device would be busy for several turns of its loop with what is no message anyway.
        raise DecodeError("not_json")
    # RuntimeError: nesting too deep. TypeError: MicroPython meets a list as a key.
    try:
        given = json.loads(data.decode())
    except (ValueError, RuntimeError, TypeError):
        given = None
    if not isinstance(given, dict):
        raise DecodeError("not_json")
    return given


def _take(
    given: "dict[str, Any]",
    fields: "tuple[Field, ...]",
    message: "dict[str, Any]",
    kind_name: str,
) -> None:
    for field in fields:
        value = given.get(field.name)
        if value is None:
            if field.is_required:
                raise DecodeError("missing_field", field.name, kind_name)
            continue
        reason = _fault(field, value)
        if reason:
            raise DecodeError(reason, field.name, kind_name)
        message[field.name] = value


def _put(fields: "dict[str, Any]", table: "tuple[Field, ...]", parts: "list[str]") -> None:
    for field in table:
        value = fields.get(field.name)
        if value is None:
            if field.is_required:
                raise EncodeError(field.name + " is missing")
            continue
        reason = _fault(field, value)
        if reason:
            raise EncodeError(field.name + ": " + reason)
        head = (',"' if parts else '{"') + field.name + '":'
        if field.type == "data":
            # A piece of a trace is long, and a device has no room for more copies of it than need be.
            parts += (head + '"', value, '"')
        else:
            parts.append(head + _json(value))


def _json(value: "Any") -> str:
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, dict):
        return "{" + ",".join([_json(key) + ":" + str(value[key]) for key in sorted(value)]) + "}"
    text: str = value
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _fault(field: "Field", value: "Any") -> str:
    """Return why `value` may not stand in `field`, or "" if it may."""
    if field.type == "bool":
        return "" if value is True or value is False else "wrong_type"
    if field.type == "int":
        if not _is_int(value):
            return "wrong_type"
        return "" if field.low <= value <= field.high else "out_of_range"
    if field.type == "ints":
        return _fault_of_ints(field, value)
    if not isinstance(value, str):
        return "wrong_type"
    return "" if _is_text_allowed(field, value) else "out_of_range"


def _fault_of_ints(field: "Field", value: "Any") -> str:
    if not isinstance(value, dict):
        return "wrong_type"
    if not field.low <= len(value) <= field.high:
        return "out_of_range"
    for key in value:
        if not isinstance(key, str) or not _is_int(value[key]):
            return "wrong_type"
        if not _is_word(key) or abs(value[key]) > messages.INT_MAX:
            return "out_of_range"
    return ""


def _is_int(value: "Any") -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_text_allowed(field: "Field", value: str) -> bool:
    if field.type == "choice":
        return value in field.choices
    if field.type == "open":
        return _is_word(value)
    if field.type == "name":
        return topics.is_name(value, field.high)
    if field.type == "alarm":
        return _is_alarm_id(value)
    if not field.low <= len(value) <= field.high:
        return False
    if field.type == "data":
        return _are_all_in(value, _DATA_CHARACTERS)
    return _is_printable(value)


def _is_printable(value: str) -> bool:
    for character in value:
        code = ord(character)
        # Controls, and surrogates, which no database takes.
        if code < 32 or 127 <= code < 160 or 0xD800 <= code < 0xE000:
            return False
    return True


def _is_word(value: str) -> bool:
    return 1 <= len(value) <= 32 and _are_all_in(value, _WORD_CHARACTERS)


def _is_alarm_id(value: str) -> bool:
    parts = value.split("-")
    if len(parts) != 2:
        return False
    for part in parts:
        if not 1 <= len(part) <= 10 or not _are_all_in(part, "0123456789"):
            return False
        if int(part) > messages.INT_MAX or (len(part) > 1 and part[0] == "0"):
            return False
    return True


def _are_all_in(value: str, characters: str) -> bool:
    # In one call of the interpreter: a piece of a trace is a thousand characters long.
    return not value.strip(characters)
