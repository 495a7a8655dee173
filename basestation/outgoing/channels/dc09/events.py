"""Which event code a receiving centre gets for a notice.

Decides from kind, mark, cause and why the notice is sent. A notice whose mark is not "real" goes out as a
test report, whatever else it says. Unknown kinds of a person's alarm are personal emergencies, unknown
reasons to send are calls. The table's names are those of ANSI/SIA DC-05 (Contact ID: makers' public lists
and `siadc09` 1.0 print them alike; 102 is also sent for inactivity) and DC-03 (SIA codes, as `pysiaalarm`
3.2 prints them). What a code calls for is agreed with the centre; `contact_ids` of the settings goes first.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from basestation.outgoing.channels.channel import Notice
from protocol.messages import SILENT_KINDS

#: Qualifiers of Contact ID: a new event, its end, the status of an event reported before.
NEW, RESTORAL, STATUS = "1", "3", "6"
#: Why a notice is sent that calls nobody: it is news of an alarm that the centre has.
CLOSED: Final = "closed"
NEWS: Final = frozenset({"taken"})


@dataclass(frozen=True, slots=True)
class EventCode:
    """One event in both formats."""

    qualifier: str
    contact_id: str
    sia: str


@dataclass(frozen=True, slots=True)
class _Code:
    contact_id: str
    began: str
    ended: str


#: Manual Trigger Test Report; Manual Test.
_TEST: Final = _Code("601", "RX", "RX")
#: Personal Emergency; Emergency Alarm, and its end.
_EMERGENCY: Final = _Code("101", "QA", "QH")
_PERSON: Final[Mapping[str, _Code]] = {
    "manual": _EMERGENCY,
    # Panic, Duress; Holdup Alarm (silent alarm, user under duress), and its end.
    "silent": _Code("120", "HA", "HH"),
    "duress": _Code("121", "HA", "HH"),
    "fall": _EMERGENCY,
    "position": _EMERGENCY,
    # Fail To Report In.
    "rest": _Code("102", "QA", "QH"),
    "loss": _EMERGENCY,
    "escape": _EMERGENCY,
    "time": _Code("102", "QA", "QH"),
}
#: System Trouble; Service Required, and its end.
_TROUBLE: Final = _Code("300", "YX", "YZ")
#: Sensor Trouble; Untyped Zone Trouble, and its end.
_SENSOR: Final = _Code("380", "UT", "UJ")
#: RF Low Battery; Transmitter Battery Trouble, and its end.
_BATTERY: Final = _Code("384", "XT", "XR")
#: Self-Test Failure.
_SELF_TEST: Final = _Code("307", "YX", "YZ")
#: Loss Of Supervision RF; Communications Fail, and its end.
_LINK: Final = _Code("381", "YC", "YK")
_TECHNICAL: Final[Mapping[str, _Code]] = {
    "sensor_silent": _SENSOR,
    "sensor_stuck": _SENSOR,
    "key_stuck": _SENSOR,
    "battery_critical": _BATTERY,
    "battery_low": _BATTERY,
    "battery_short": _BATTERY,
    "self_test_failed": _SELF_TEST,
    "journal_failed": _SELF_TEST,
    "link_lost": _LINK,
    "link_refused": _LINK,
}


def event_code(notice: Notice, contact_ids: Mapping[str, str]) -> EventCode:
    """Return the event of a notice; `contact_ids` are the centre's own codes by kind of alarm."""
    if notice.mark != "real":
        return EventCode(NEW, _TEST.contact_id, _TEST.began)
    if notice.is_person:
        code = _PERSON.get(notice.kind, _EMERGENCY)
        contact_id = contact_ids.get(notice.kind, code.contact_id)
    else:
        code = _TECHNICAL.get(notice.cause, _TROUBLE)
        contact_id = code.contact_id
    if notice.text_key == CLOSED:
        return EventCode(RESTORAL, contact_id, code.ended)
    if notice.text_key in NEWS:
        # MI: Message.
        return EventCode(STATUS, contact_id, "MI")
    return EventCode(NEW, contact_id, code.began)


def is_silent(notice: Notice) -> bool:
    """Tell whether nobody near the worker may notice."""
    return notice.is_silent or notice.kind in SILENT_KINDS
