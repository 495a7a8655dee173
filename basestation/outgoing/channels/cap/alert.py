"""A notice as an alert of the Common Alerting Protocol, version 1.2 (OASIS Standard, 1 July 2010).

Decides status, type, urgency, severity and certainty from mark, gravity and reason. What is no real alarm is
never `Actual`. The first alert about a case is an `Alert`, each further one an `Update` and its end a
`Cancel`, both with references to what was sent before; where nothing is known of that, the end is an `Alert`
that says all clear. Times are UTC, which the standard writes as -00:00. It has no clock and no state.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from xml.etree import ElementTree as ET

from basestation.outgoing.channels.channel import Notice
from basestation.outgoing.channels.notice_text import body_of, cut, mark_of, subject_of
from protocol.messages import PERSON_KINDS

NAMESPACE: Final = "urn:oasis:names:tc:emergency:cap:1.2"
STATUS: Final = {"real": "Actual", "drill": "Exercise", "test": "Test"}
#: Reasons that end a case, and that tell news of one.
CLOSED: Final = "closed"
NEWS: Final = ("taken", "place")
#: The standard asks for headlines that fit on small displays.
HEADLINE_CHARACTERS_MAX: Final = 160
#: Pressed by somebody who knows; everything else is what a detector found likely.
_OBSERVED: Final = ("manual", "silent", "duress", "technical")
_UNKNOWN_PLACE: Final = {"en": "Place not known", "de": "Ort nicht bekannt"}
_EVENTS: Final = {
    "en": ("Personal emergency", "Technical alarm"),
    "de": ("Personen-Notsignal", "Technischer Alarm"),
}
_LANGUAGES: Final = {"en": "en", "de": "de-DE"}
#: What XML 1.0 cannot carry.
_IMPOSSIBLE: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: What the standard forbids in identifiers and senders.
_FORBIDDEN: Final = re.compile(r"[\s,<&]")


@dataclass(frozen=True, slots=True)
class Reference:
    """An alert that was sent."""

    identifier: str
    sent: str


@dataclass(frozen=True, slots=True)
class Origin:
    """What an alert says of itself."""

    sender: str
    identifier: str
    sent: str
    #: What was sent about the same case before, oldest first.
    earlier: tuple[Reference, ...] = ()


def identifier_of(notice: Notice) -> str:
    """Return the identifier of a notice's alert: the same for the same key."""
    digest = hashlib.sha256(notice.key.encode("utf-8", "surrogatepass")).hexdigest()
    return f"rufweite-{notice.case_id}-{digest[:24]}"


def is_sender(text: str) -> bool:
    """Tell whether a text can name a sender."""
    return bool(text) and not _FORBIDDEN.search(text) and not _IMPOSSIBLE.search(text)


def time_of(at: datetime) -> str:
    """Return a time as the standard writes it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S-00:00")


def alert_of(notice: Notice, origin: Origin) -> bytes:
    """Return the alert as XML, UTF-8."""
    alert = ET.Element("alert", {"xmlns": NAMESPACE})
    for name, text in _head(notice, origin):
        _add(alert, name, text)
    info = ET.SubElement(alert, "info")
    for name, text in _info(notice):
        _add(info, name, text)
    for name, text in _parameters(notice):
        parameter = ET.SubElement(info, "parameter")
        _add(parameter, "valueName", name)
        _add(parameter, "value", text)
    area = ET.SubElement(info, "area")
    _add(area, "areaDesc", notice.place or _UNKNOWN_PLACE.get(notice.language, _UNKNOWN_PLACE["en"]))
    body: bytes = ET.tostring(alert, encoding="utf-8", xml_declaration=True)
    return body


def message_type(notice: Notice, origin: Origin) -> str:
    """Return Alert, Update or Cancel."""
    if not origin.earlier:
        return "Alert"
    return "Cancel" if notice.text_key == CLOSED else "Update"


def _head(notice: Notice, origin: Origin) -> list[tuple[str, str]]:
    head = [
        ("identifier", origin.identifier),
        ("sender", origin.sender),
        ("sent", origin.sent),
        ("status", STATUS.get(notice.mark, "Test")),
        ("msgType", message_type(notice, origin)),
        ("scope", "Private"),
        ("addresses", _quoted(notice.recipient or notice.address)),
    ]
    if mark_of(notice):
        head.append(("note", f"{mark_of(notice)}: case {notice.case_id} is no real alarm."))
    if origin.earlier:
        sent = " ".join(f"{origin.sender},{one.identifier},{one.sent}" for one in origin.earlier)
        head.append(("references", sent))
    return [*head, ("incidents", f"case-{notice.case_id}")]


def _info(notice: Notice) -> list[tuple[str, str]]:
    is_over = notice.text_key == CLOSED
    events = _EVENTS.get(notice.language, _EVENTS["en"])
    event = events[0 if notice.is_person else 1]
    mark = mark_of(notice)
    return [
        ("language", _LANGUAGES.get(notice.language, "en")),
        ("category", "Rescue" if notice.is_person else "Infra"),
        ("event", f"{mark} - {event}" if mark else event),
        ("responseType", _response(notice)),
        ("urgency", "Past" if is_over else "Immediate" if notice.is_person else "Expected"),
        ("severity", "Extreme" if notice.is_person else "Moderate"),
        ("certainty", _certainty(notice)),
        *([("onset", time_of(notice.raised_at))] if notice.raised_at else []),
        ("headline", subject_of(notice, HEADLINE_CHARACTERS_MAX)),
        ("description", body_of(notice)),
        *([("web", notice.link)] if notice.link else []),
    ]


def _response(notice: Notice) -> str:
    if notice.text_key == CLOSED:
        return "AllClear"
    return "Monitor" if notice.text_key in NEWS or not notice.is_person else "Execute"


def _certainty(notice: Notice) -> str:
    # A kind that nobody knows is still an alarm of a person.
    known = notice.kind in PERSON_KINDS or notice.kind == "technical"
    return "Observed" if notice.kind in _OBSERVED or not known else "Likely"


def _parameters(notice: Notice) -> list[tuple[str, str]]:
    return [
        ("rufweite:case", str(notice.case_id)),
        ("rufweite:mark", notice.mark),
        ("rufweite:kind", notice.kind),
        ("rufweite:reason", notice.text_key),
        ("rufweite:silent", "true" if notice.is_silent else "false"),
        ("rufweite:device", notice.device),
        ("rufweite:worker", notice.worker),
    ]


def _add(above: ET.Element, name: str, text: str) -> None:
    ET.SubElement(above, name).text = _IMPOSSIBLE.sub("\ufffd", text)


def _quoted(name: str) -> str:
    """Return one address of the list, in quotes where it has spaces."""
    plain = cut(name.replace('"', "'"), 200, "en")
    return f'"{plain}"' if re.search(r"\s", plain) else plain
