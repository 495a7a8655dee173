"""What can happen to a case, in the past tense.

Plain values. The engine keeps them in the transaction that saves the case; they make the same case again.
`user` is how people know the one who pressed, `key` how the chain does (`people.Found.key`). Times in ms.
"""

from dataclasses import dataclass

from basestation.cases.exercise_events import ExerciseStopped
from basestation.cases.people import Found, LeftOut


@dataclass(frozen=True, slots=True)
class PreAlarmReported:
    """A device announced an alarm that its wearer can still cancel; `beginning` reads the last two fields."""

    kind: str
    deadline_ms: int
    condition_ms: int | None = None
    pre_alarm_ms: int | None = None


@dataclass(frozen=True, slots=True)
class AlarmReported:
    """An alarm was raised, or repeated, by a device or the base station; None: the device does not know."""

    kind: str
    cause: str | None = None
    raised_ago_ms: int | None = None
    condition_ms: int | None = None
    pre_alarm_ms: int | None = None


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
class FactsNoted:
    """What became known of the alarm beside its own messages; it changes no state."""

    cause: str | None = None
    #: The alarm id under which the same fault came again; it is newer than any end heard of before.
    alarm: str | None = None
    #: The other half of a duress alarm.
    hidden_in: int | None = None
    cancelled_under: int | None = None


@dataclass(frozen=True, slots=True)
class CompanionFound:
    """The open case of a person that the worker has, which this alarm joins when it is raised; None: none."""

    case_id: int | None


@dataclass(frozen=True, slots=True)
class FurtherAlarm:
    """Another person's alarm of the same worker was raised while this case is open."""

    case_id: int
    kind: str
    cause: str | None = None


@dataclass(frozen=True, slots=True)
class TimerFired:
    """The timer `name` of the case is due."""

    name: str


@dataclass(frozen=True, slots=True)
class PeopleFound:
    """Whom the recipients of a level are now, and who of them cannot be called."""

    #: Index of the level; None for everybody.
    level: int | None
    found: tuple[Found, ...]
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True, slots=True)
class DeliveryReported:
    """What became of a notice: `stage` "failed", "sent" or "delivered"."""

    #: The `key` of the Notify.
    key: str
    recipient: str
    stage: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ShownOnConsole:
    """A console that somebody attends shows the case."""


@dataclass(frozen=True, slots=True)
class RecipientAdded:
    """An operator calls one more."""

    user: str
    found: Found


@dataclass(frozen=True, slots=True)
class AddressCorrected:
    """An operator corrects where somebody who is called, `key`, is reached."""

    user: str
    key: str
    channel: str
    address: str


@dataclass(frozen=True, slots=True)
class AccepterLost:
    """Whoever accepted cannot answer for it any more: `why` as a sentence."""

    user: str
    why: str


@dataclass(frozen=True, slots=True)
class AcceptPressed:
    """A named person takes charge."""

    user: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class DeclinePressed:
    """Somebody who was called cannot come."""

    user: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class OnTheWayPressed:
    """Help is on its way, and there in so many minutes, if said."""

    user: str
    key: str = ""
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class OnScenePressed:
    """Help has arrived."""

    user: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class StillHerePressed:
    """A helper says that they are well, or that they still have the case in hand."""

    user: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class NeedMorePressed:
    """A helper wants more people."""

    user: str
    key: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class EscalatePressed:
    """Somebody wants the next level called now."""

    user: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class HandOverPressed:
    """Whoever is responsible asks somebody else to take over."""

    user: str
    to: Found
    key: str = ""


@dataclass(frozen=True, slots=True)
class ContactPressed:
    """Somebody has spoken with the worker: what they said."""

    user: str
    words: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class AllClearPressed:
    """A person decided that the case is over, and why."""

    user: str
    reason: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class FalseAlarmPressed:
    """A person decided that nothing had happened, and what raised the alarm."""

    user: str
    reason: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class ConfirmPressed:
    """A second person agrees that the case is over."""

    user: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class AcknowledgePressed:
    """A person knows of a technical alarm."""

    user: str
    key: str = ""


Pressed = (
    AcceptPressed
    | DeclinePressed
    | OnTheWayPressed
    | OnScenePressed
    | StillHerePressed
    | NeedMorePressed
    | EscalatePressed
    | HandOverPressed
    | ContactPressed
    | AllClearPressed
    | FalseAlarmPressed
    | ConfirmPressed
    | AcknowledgePressed
)
Event = (
    PreAlarmReported
    | AlarmReported
    | CancelReported
    | ResetReported
    | AllRightReported
    | PlaceReported
    | ConditionEnded
    | FactsNoted
    | ExerciseStopped
    | CompanionFound
    | FurtherAlarm
    | TimerFired
    | PeopleFound
    | DeliveryReported
    | ShownOnConsole
    | RecipientAdded
    | AddressCorrected
    | AccepterLost
    | Pressed
)
