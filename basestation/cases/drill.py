"""A drill: where it stands, the stages of it, and what they took against their limits.

Pure. STATES is the whole life; every state names what each event makes of it, None where it is refused or
changes nothing. What the base station knows of a stage comes from the case, the rest is what observers noted.
Of several notes the latest counts: a drill is never made quicker than it was. Limits in seconds from the
alarm; a tag says where each is from (`../shared/domain.md`), "site" is the site's own.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from basestation.cases.budget import HELP_S_MAX, TOLD_S_MAX
from basestation.cases.case import Case

PLANNED, RUNNING, ENDED, CANCELLED, CUT_SHORT = "PLANNED", "RUNNING", "ENDED", "CANCELLED", "CUT_SHORT"
BEGUN, FINISHED, CALLED_OFF, REAL_ALARM = "Begun", "Finished", "CalledOff", "RealAlarmRaised"

#: State -> event -> the state after it; None: refused to whoever asks, and nothing to a real alarm.
STATES: Final[dict[str, dict[str, str | None]]] = {
    PLANNED: {BEGUN: RUNNING, FINISHED: None, CALLED_OFF: CANCELLED, REAL_ALARM: None},
    RUNNING: {BEGUN: None, FINISHED: ENDED, CALLED_OFF: CANCELLED, REAL_ALARM: CUT_SHORT},
    ENDED: {BEGUN: None, FINISHED: None, CALLED_OFF: None, REAL_ALARM: None},
    CANCELLED: {BEGUN: None, FINISHED: None, CALLED_OFF: None, REAL_ALARM: None},
    CUT_SHORT: {BEGUN: None, FINISHED: None, CALLED_OFF: None, REAL_ALARM: None},
}

ALARM, TOLD, ACCEPTED, ON_THE_WAY = "alarm", "told", "accepted", "on_the_way"
ON_SCENE, FOUND, FIRST_AID, HANDED_OVER = "on_scene", "found", "first_aid", "handed_over"
#: In the order in which they come.
STAGES: Final = (ALARM, TOLD, ACCEPTED, ON_THE_WAY, ON_SCENE, FOUND, FIRST_AID, HANDED_OVER)
#: What shows that help has begun on the spot: the first of these that is known.
HELP: Final = (FIRST_AID, FOUND, ON_SCENE)
#: Stage -> seconds from the alarm, tag, source. TSA: 60 s in 97.5 of 100; for one, a convention.
LIMITS: Final[dict[str, tuple[int, str, str]]] = {
    TOLD: (TOLD_S_MAX, "D", ""),
    ACCEPTED: (60, "D", "TSA"),
    ON_SCENE: (HELP_S_MAX, "T", "DGUV 112-139"),
    FOUND: (HELP_S_MAX, "T", "DGUV 112-139"),
    FIRST_AID: (HELP_S_MAX, "T", "DGUV 112-139"),
}
#: The tag of a limit that the site set itself.
SITE: Final = "site"

_SECOND: Final = timedelta(seconds=1)

PASSED, FAILED, NOT_NOTED, NO_LIMIT = "passed", "failed", "not_noted", "no_limit"


@dataclass(frozen=True, slots=True)
class Noted:
    """What one observer noted of a stage, after every correction."""

    stage: str
    observer: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Staged:
    """One stage: when it was, who says so, what it took and how it is judged."""

    name: str
    at: datetime | None
    #: "case", "observers", or "" where nobody knows.
    source: str
    #: Seconds from the alarm, rounded up; None while unknown.
    took_s: int | None
    limit_s: int | None
    tag: str
    limit_source: str
    result: str


def after(state: str, event: str) -> str | None:
    """Return the state after an event; None: it is not taken."""
    return STATES[state][event]


def limits_of(own: Mapping[str, int]) -> dict[str, tuple[int, str, str]]:
    """Return the limits of a drill: the site's own in place of the yardstick, never looser than the rule."""
    found = dict(LIMITS)
    for stage, limit_s in own.items():
        bound = min(limit_s, HELP_S_MAX) if stage in HELP else limit_s
        found[stage] = (bound, SITE, "")
    return found


def known_to_the_station(case: Case) -> dict[str, datetime | None]:
    """Return when each stage was that the base station knows by itself."""
    return {
        ALARM: case.raised_at or case.stored_at,
        TOLD: case.told_at,
        ACCEPTED: case.accepted_at,
        ON_THE_WAY: case.dispatched_at,
        ON_SCENE: case.on_scene_at,
    }


def stages(case: Case | None, noted: Iterable[Noted], own_limits: Mapping[str, int]) -> tuple[Staged, ...]:
    """Return every stage in order; `own_limits` are the site's, {stage: seconds from the alarm}."""
    known = {} if case is None else known_to_the_station(case)
    latest: dict[str, datetime] = {}
    for one in noted:
        latest[one.stage] = max(one.at, latest.get(one.stage, one.at))
    alarm_at = known.get(ALARM) or latest.get(ALARM)
    limits = limits_of(own_limits)
    return tuple(_staged(name, known.get(name), latest.get(name), alarm_at, limits) for name in STAGES)


def help_after(found: Iterable[Staged]) -> tuple[str, int | None]:
    """Return the stage by which help began and its seconds from the alarm; ("", None): it never came."""
    by_name = {one.name: one for one in found}
    for name in HELP:
        took_s = by_name[name].took_s
        if took_s is not None:
            return name, took_s
    return "", None


def is_passed(found: Iterable[Staged]) -> bool:
    """Tell whether no stage failed, somebody accepted, and help came."""
    every = tuple(found)
    is_accepted = any(one.name == ACCEPTED and one.took_s is not None for one in every)
    return is_accepted and help_after(every)[1] is not None and all(one.result != FAILED for one in every)


def noted_at(phone_at: datetime, offset: timedelta | None, begun_at: datetime, now: datetime) -> datetime:
    """Return when something was noted: by the phone's clock, set right by its offset to the base station's.

    What cannot be, before the drill or after now, counts as now: later rather than quicker.
    """
    at = phone_at + (offset or timedelta())
    return at if begun_at <= at <= now else now


def _staged(
    name: str,
    known_at: datetime | None,
    noted_at: datetime | None,
    alarm_at: datetime | None,
    limits: Mapping[str, tuple[int, str, str]],
) -> Staged:
    at = known_at or noted_at
    source = "case" if known_at else "observers" if noted_at else ""
    took_s = None if at is None or alarm_at is None else _seconds(at, alarm_at)
    limit_s, tag, limit_source = limits.get(name, (None, "", ""))
    if took_s is None:
        result = NOT_NOTED
    elif limit_s is None:
        result = NO_LIMIT
    else:
        result = PASSED if took_s <= limit_s else FAILED
    return Staged(name, at, source, took_s, limit_s, tag, limit_source, result)


def _seconds(at: datetime, since: datetime) -> int:
    # Up, so that a part of a second never makes a limit kept.
    whole = -((since - at) // _SECOND)
    return max(0, whole)
