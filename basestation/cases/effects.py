"""What a case asks for, in the imperative.

Plain values. The engine carries them out in the transaction that saves the case.
"""

from dataclasses import dataclass

from basestation.cases.chain import Recipient


@dataclass(frozen=True, slots=True)
class FindPeople:
    """Say who these are now: the answer is `PeopleFound`, before anything else happens to the case."""

    #: Index of the level; None for everybody.
    level: int | None
    recipients: tuple[Recipient, ...]


@dataclass(frozen=True, slots=True)
class Notify:
    """Tell one recipient, by one way."""

    #: Whom: the `Found.key`.
    who: str
    recipient: str
    channel: str
    address: str
    language: str
    #: Index of the level they were called with; -1 for whoever was called beside the levels.
    level: int
    round: int
    #: Why: one of `TEXTS`.
    text_key: str
    #: The mark of the case; a test or drill must say so in every notice.
    mark: str
    #: The same notice always has the same key, and no two notices share one: the key of the outbox.
    key: str


#: Calls that ask for an answer: the newest reason for calling that holds.
CALLS = (
    "alarm",
    "alarm_again",
    "dropped",
    "arrival_overdue",
    "helper_silent",
    "further_alarm",
    "need_more",
)
#: What is told beside the calls: questions to one person, then news that ask for nothing.
QUESTIONS = ("ask_arrival", "ask_helper", "hand_over", "confirm")
NEWS = ("place", "taken", "closed")
TEXTS = (*CALLS, *QUESTIONS, *NEWS)


@dataclass(frozen=True, slots=True)
class TellDevice:
    """Show the wearer what becomes of the alarm."""

    #: "RECEIVED" (nobody has it yet, again), "ACCEPTED", "DISPATCHED", "ON_SCENE" or "ALL_CLEAR".
    state: str
    #: At most 48 characters, as the protocol carries it; empty: nobody.
    by: str
    #: Until help is there, as far as was said.
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class JoinCase:
    """Tell the open case of the same worker that this alarm was raised."""

    case_id: int
    kind: str
    cause: str | None


@dataclass(frozen=True, slots=True)
class Fault:
    """Raise, or with `is_over` end, a technical alarm about the rescue of this case."""

    #: "unanswered": everybody was called and nobody answers; "unattended": nobody sits at a console.
    name: str
    is_over: bool = False


Effect = FindPeople | Notify | TellDevice | JoinCase | Fault
