"""What can happen to a case (past tense), and what a case asks for (imperative).

Plain values. The engine makes the events and carries out the effects, both in the transaction
that saves the case. `user` is the name by which people know the one who pressed.
"""

from dataclasses import dataclass

from basestation.cases.chain import Recipient


@dataclass(frozen=True, slots=True)
class PreAlarmReported:
    """A device announced an alarm that its wearer can still cancel."""

    kind: str
    #: Time left to cancel, counted from now, in milliseconds.
    deadline_ms: int


@dataclass(frozen=True, slots=True)
class AlarmReported:
    """An alarm was raised, or a raised one repeated, by a device or by the base station itself."""

    kind: str
    cause: str | None = None
    #: Age of the alarm by the device's clock, in milliseconds; None where it is not known.
    raised_ago_ms: int | None = None


@dataclass(frozen=True, slots=True)
class CancelReported:
    """The wearer ended the pre-alarm: `by` "key" or "condition"."""

    by: str


@dataclass(frozen=True, slots=True)
class ResetReported:
    """The alarm was reset on the device, which it allows only after the receipt of a raised alarm."""


@dataclass(frozen=True, slots=True)
class AllRightReported:
    """The wearer of a raised alarm says "I am all right"; a word, not an end."""


@dataclass(frozen=True, slots=True)
class PlaceReported:
    """The device of a raised alarm says what beacon it hears most strongly."""

    #: What is there, by the site's list of beacons; the beacon's own name where it is not on the list.
    near: str
    dbm: int
    #: Time since it was heard, in seconds.
    age_s: int
    is_known: bool


@dataclass(frozen=True, slots=True)
class ConditionEnded:
    """What a technical alarm reported is over."""


@dataclass(frozen=True, slots=True)
class TimerFired:
    """The timer `name` of the case is due."""

    name: str


@dataclass(frozen=True, slots=True)
class AcceptPressed:
    """A named person takes charge."""

    user: str


@dataclass(frozen=True, slots=True)
class DispatchedPressed:
    """Help is on its way."""

    user: str


@dataclass(frozen=True, slots=True)
class OnScenePressed:
    """Help has arrived."""

    user: str


@dataclass(frozen=True, slots=True)
class AllClearPressed:
    """A person decided that the case is over, and why."""

    user: str
    reason: str


@dataclass(frozen=True, slots=True)
class AcknowledgePressed:
    """A person knows of a technical alarm."""

    user: str


@dataclass(frozen=True, slots=True)
class DeliveryReported:
    """A channel delivered a notice, or gave up on it."""

    #: The `key` of the Notify.
    key: str
    recipient: str
    is_delivered: bool
    detail: str = ""


Pressed = AcceptPressed | DispatchedPressed | OnScenePressed | AllClearPressed | AcknowledgePressed
Event = (
    PreAlarmReported
    | AlarmReported
    | CancelReported
    | ResetReported
    | AllRightReported
    | PlaceReported
    | ConditionEnded
    | TimerFired
    | Pressed
    | DeliveryReported
)


@dataclass(frozen=True, slots=True)
class Notify:
    """Call one recipient."""

    recipient: Recipient
    #: Index of the level called.
    level: int
    round: int
    #: "alarm", "alarm_again", while nobody has arrived in time "arrival_overdue", or "place": now it is known
    #: where.
    text_key: str
    #: The mark of the case; a test or drill must say so in every notice.
    mark: str
    #: The same notice always has the same key, and no two notices share one: the key of the outbox.
    key: str


@dataclass(frozen=True, slots=True)
class TellDevice:
    """Show the wearer what becomes of the alarm."""

    #: "ACCEPTED", "DISPATCHED", "ON_SCENE" or "ALL_CLEAR".
    state: str
    #: At most 48 characters, as the protocol carries it.
    by: str


Effect = Notify | TellDevice
