"""What the base station knows about one alarm, and how grave it is.

Holds facts only; `step` decides. A case of a person never leaves the list but by a person's decision.
All times are aware UTC datetimes. Kinds and their order come from `protocol.messages`.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pydantic import TypeAdapter

from basestation.cases.calls import Call
from basestation.cases.chain import Chain
from basestation.cases.people import Found
from protocol.messages import PERSON_KINDS, SILENT_KINDS, TECHNICAL_KINDS

#: Alarm ids that start so were given by the base station; the device does not know them.
BASE_ALARM_PREFIX = "base-"

#: The order of kinds, gravest first; the empty word stands for kinds this version does not know.
_GRAVITY = (PERSON_KINDS[0], "", *PERSON_KINDS[1:], *TECHNICAL_KINDS)


class CaseState(StrEnum):
    """Where a case stands."""

    #: Before its first event. Each event of a device leads out of it.
    NEW = "NEW"
    PRE_ALARM = "PRE_ALARM"
    #: The base station has the alarm and calls people.
    RECEIVED = "RECEIVED"
    ACCEPTED = "ACCEPTED"
    DISPATCHED = "DISPATCHED"
    ON_SCENE = "ON_SCENE"
    #: Technical only: somebody knows; closes when the condition ends.
    ACKNOWLEDGED = "ACKNOWLEDGED"
    #: Technical only: the condition ended before anybody knew; one acknowledgement closes it.
    GONE = "GONE"
    #: The wearer ended the pre-alarm; a raise of the same alarm still wins.
    CANCELLED = "CANCELLED"
    #: Raised while the same worker had an open case: it is part of that one.
    JOINED = "JOINED"
    CLOSED = "CLOSED"


@dataclass(frozen=True, slots=True)
class Timer:
    """Something that happens to a case at `due_at` unless the timer is taken away."""

    #: One of `tables.TIMERS`; one of each name at most.
    name: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Helper:
    """Somebody who goes there."""

    name: str
    #: As the chain knows them; empty: only by name.
    key: str = ""
    on_the_way_at: datetime | None = None
    #: When they said they would be there.
    expected_at: datetime | None = None
    on_scene_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Further:
    """A further alarm of the same worker that has joined the case."""

    case_id: int
    kind: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Correction:
    """Where somebody is reached in this case, in place of what the site has."""

    key: str
    channel: str
    address: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """What one person wants the case closed with; a second one has to agree."""

    outcome: str
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One alarm of one device, from its first message on."""

    id: int
    device: str
    #: "<boot>-<seq>" as the device numbers it, or "base-..." where the base station raised it.
    alarm: str
    kind: str
    #: "real", "test" or "drill".
    mark: str
    opened_at: datetime
    #: As it was when the case opened; a later change of the site's chain does not touch it.
    chain: Chain
    state: CaseState = CaseState.NEW
    cause: str | None = None

    worker_id: int | None = None
    worker_name: str | None = None
    #: False off shift: the worker named is the last wearer known.
    is_wearer_confirmed: bool = False
    workplace_name: str | None = None
    workplace_directions: str | None = None
    shift_id: int | None = None
    #: Ids of other open cases of the device.
    linked: tuple[int, ...] = ()
    #: What a reply by text has to carry; no two open cases share one.
    code: str = ""
    #: The open case of the same worker that this alarm joins when it is raised, or has joined.
    companion: int | None = None
    #: Alarms of the same worker that came while this case was open.
    further: tuple[Further, ...] = ()
    #: The newest of them has been seen by nobody yet.
    is_further_unseen: bool = False

    #: When its condition and its pre-alarm began, by the device's word; None: not told, or no pre-alarm.
    condition_at: datetime | None = None
    announced_at: datetime | None = None
    #: End of the running pre-alarm as the device announced it.
    deadline_at: datetime | None = None
    raised_at: datetime | None = None
    #: When the base station had the alarm; None while there is none, and in cases of older versions.
    stored_at: datetime | None = None
    #: The base raised it from an announced alarm; the device's own raise has not arrived.
    is_raised_by_base: bool = False
    cancelled_by_wearer_at: datetime | None = None
    device_reset_at: datetime | None = None
    #: When the wearer said so last; the word of somebody under threat is worth nothing.
    all_right_at: datetime | None = None
    #: What the device heard most strongly: "Boiler room, gate 3", or the name of a beacon; in dBm; when.
    near: str | None = None
    near_dbm: int | None = None
    near_at: datetime | None = None
    #: Those called so far were told where, once it was known.
    is_place_told: bool = False
    #: Duress only: the case whose pre-alarm the wearer cancelled as they raised this one.
    hidden_in: int | None = None
    #: The other side of it: the duress case that came with the cancel of this one.
    cancelled_under: int | None = None
    #: Technical only: when the condition ended.
    gone_at: datetime | None = None
    #: Technical only: why a device is silent, as `silence` classifies it; it may have a chain of its own.
    silence_class: str | None = None

    #: An attended console has shown it.
    shown_at: datetime | None = None
    #: The first machine outside the control room took a notice.
    told_at: datetime | None = None
    #: Who is responsible; nobody while these are None.
    accepted_at: datetime | None = None
    accepted_by: str | None = None
    accepted_key: str = ""
    #: Whoever was asked to take over, and has not accepted yet.
    offered_to: str | None = None
    offered_key: str = ""
    helpers: tuple[Helper, ...] = ()
    dispatched_at: datetime | None = None
    dispatched_by: str | None = None
    on_scene_at: datetime | None = None
    on_scene_by: str | None = None
    #: Somebody spoke with the worker: when, who, and what was said.
    contact_at: datetime | None = None
    contact_by: str | None = None
    contact_words: str | None = None
    proposal: Proposal | None = None
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None
    closed_at: datetime | None = None
    closed_by: str | None = None
    #: The second person, where one was needed.
    confirmed_by: str | None = None
    #: "all_clear", "false_alarm", "cancelled", "joined", "acknowledged", "condition_ended"; None while open.
    outcome: str | None = None
    #: What the person who closed it wrote.
    reason: str | None = None

    #: Index of the last level called; None before the first.
    level: int | None = None
    #: How often the chain was started again; never goes back.
    rounds: int = 0
    calls: tuple[Call, ...] = ()
    #: Whom an operator added, and where they corrected an address.
    added: tuple[Found, ...] = ()
    corrections: tuple[Correction, ...] = ()
    #: How many notices there were; each has its number in its key, so that no two share one.
    notices: int = 0
    #: Everybody was called, and nobody answers.
    is_unanswered: bool = False
    #: Accepted, but nobody on the scene in time.
    is_arrival_overdue: bool = False
    #: On the scene, but without a sign for too long: a helper who may be in danger.
    is_helper_silent: bool = False
    #: Who wants more helpers, until somebody else is on the way.
    more_wanted_by: str | None = None
    #: Who had it last and could not answer for it any more, until somebody has it again.
    dropped_by: str | None = None
    timers: tuple[Timer, ...] = ()

    @property
    def is_person(self) -> bool:
        """Tell whether a person may be in danger."""
        return is_person_kind(self.kind)

    @property
    def is_open(self) -> bool:
        """Tell whether somebody or something still has to happen to this case."""
        return self.state not in {CaseState.CANCELLED, CaseState.JOINED, CaseState.CLOSED}

    @property
    def is_answered(self) -> bool:
        """Tell whether a person has accepted or acknowledged it."""
        return self.accepted_at is not None or self.acknowledged_at is not None

    @property
    def is_calling(self) -> bool:
        """Tell whether people are called now, and more of them as time goes by."""
        if self.state is CaseState.RECEIVED:
            return True
        if self.state is CaseState.ON_SCENE:
            return self.is_helper_silent or self.more_wanted_by is not None
        is_wanting = self.is_arrival_overdue or self.is_further_unseen or self.more_wanted_by is not None
        return is_wanting and self.state in {CaseState.ACCEPTED, CaseState.DISPATCHED}

    @property
    def is_loud(self) -> bool:
        """Tell whether a console has to sound: people are called, or nobody has seen a further alarm."""
        return self.is_calling or (self.is_further_unseen and self.is_open)

    @property
    def may_be_taken(self) -> bool:
        """Tell whether somebody else, or the same one anew, may accept an accepted case."""
        return self.is_arrival_overdue or self.is_further_unseen or self.offered_to is not None

    @property
    def may_end(self) -> bool:
        """Tell whether one person may close it: somebody is there, or has spoken with the worker."""
        # Under threat a word proves nothing; only eyes do.
        has_contact = self.contact_at is not None and not self.is_silent
        return self.mark != "real" or self.on_scene_at is not None or has_contact

    @property
    def is_telling_device(self) -> bool:
        """Tell whether the device may show what becomes of the alarm; a silent alarm betrays nobody."""
        is_known_there = not self.alarm.startswith(BASE_ALARM_PREFIX)
        return self.is_person and is_known_there and not self.is_silent

    @property
    def is_silent(self) -> bool:
        """Tell whether nobody near the wearer may notice that there is an alarm."""
        return self.kind in SILENT_KINDS


_CASE = TypeAdapter(Case)


def case_to_json(case: Case) -> str:
    """Return the whole case as JSON text."""
    return _CASE.dump_json(case).decode()


def case_from_json(text: str | bytes) -> Case:
    """Return the case that `case_to_json` wrote; the chain in it is taken as it is."""
    return _CASE.validate_json(text)


def is_person_kind(kind: str) -> bool:
    """Tell whether an alarm of this kind means a person; kinds nobody knows do."""
    return kind not in TECHNICAL_KINDS


def gravity(kind: str, mark: str = "real") -> int:
    """Return the rank of an alarm, 0 gravest; an unknown kind comes second, whatever is not real last."""
    rank = _GRAVITY.index(kind if kind in _GRAVITY else "")
    return rank if mark == "real" else rank + len(_GRAVITY)


def graver(one: str, other: str) -> str:
    """Return the kind that counts when one alarm was reported with two; silence asked for is kept."""
    kinds = (one, other)
    silent = tuple(kind for kind in kinds if kind in SILENT_KINDS)
    return min(silent or kinds, key=lambda kind: (gravity(kind), kind))
