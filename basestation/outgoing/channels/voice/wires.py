"""What base station and telephone process say to each other: one JSON object a line, on pipes.

Decides what a line means; whatever else comes is None, and is counted by whoever reads. Orders begin with
`do`, events with `is`. The order `open` holds the password, so lines are never logged.
"""

import json
from typing import Any, Final

from basestation.outgoing.channels.voice.telephone import (
    Answered,
    CallEvent,
    HungUp,
    KeyPressed,
    OfCall,
    Registration,
    Ringing,
    Segment,
    Spoken,
)

#: A longer line is none.
LINE_BYTES_MAX: Final = 64 * 1024
KEYS: Final = frozenset("0123456789*#")
_PLAIN: Final[dict[str, CallEvent]] = {"ringing": Ringing(), "answered": Answered(), "spoken": Spoken()}


class Alive:
    """The process runs, and its telephone with it."""


class Gone:
    """The process cannot go on."""

    def __init__(self, why: str) -> None:
        self.why = why


def line_of(**fields: Any) -> bytes:
    """Return an order or an event as a line."""
    return json.dumps(fields, separators=(",", ":")).encode() + b"\n"


def fields_of(line: bytes) -> dict[str, Any] | None:
    """Return the object in a line; None for anything else."""
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return fields if isinstance(fields, dict) else None


def event_of(line: bytes) -> OfCall | Registration | Alive | Gone | None:
    """Return what the process told; None for anything else."""
    fields = fields_of(line)
    if fields is None:
        return None
    name, detail = fields.get("is"), fields.get("detail", "")
    detail = detail if isinstance(detail, str) else ""
    if name == "alive":
        return Alive()
    if name == "gone":
        return Gone(detail)
    if name == "registration" and isinstance(fields.get("registered"), bool):
        return Registration(fields["registered"], detail)
    return _of_call(name, fields)


def segments_of(said: object) -> tuple[Segment, ...]:
    """Return the speech of an order `say`; what is none is left out."""
    if not isinstance(said, list):
        return ()
    pairs = [one for one in said if isinstance(one, list) and len(one) == 2]
    return tuple(Segment(str(text), is_slow=bool(is_slow)) for text, is_slow in pairs)


def _of_call(name: object, fields: dict[str, Any]) -> OfCall | None:
    call = fields.get("call")
    if not isinstance(name, str) or not isinstance(call, int):
        return None
    if name in _PLAIN:
        return OfCall(call, _PLAIN[name])
    key, status = fields.get("key"), fields.get("status")
    if name == "key" and isinstance(key, str) and key in KEYS:
        return OfCall(call, KeyPressed(key))
    if name == "hung_up" and isinstance(status, int):
        return OfCall(call, HungUp(status))
    return None
