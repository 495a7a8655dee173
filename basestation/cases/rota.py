"""Who has a duty at a moment, and when nobody has: the plan, what was changed of it, who is away.

Decides from values only; people are numbers, times UTC, days local days of the duty's site. Who is
away never has a duty, and a change that names somebody who is away displaces nobody: the plan counts again.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from itertools import pairwise

from basestation.cases.week import Hours, span

_DAY = timedelta(days=1)
#: Days before and after a moment whose duties may reach it.
_NEAR = (-_DAY, timedelta(0), _DAY)


@dataclass(frozen=True, slots=True)
class PlannedDuty:
    """One line of the plan: somebody has the duty at these hours, every so many weeks."""

    person: int
    hours: Hours
    #: The first day on which it may begin; the weeks are counted from the Monday before.
    first_day: date
    #: The last day on which it may begin; None: without end.
    last_day: date | None = None
    #: 1 is every week, 2 every other one.
    every_weeks: int = 1


@dataclass(frozen=True, slots=True)
class Override:
    """A change of the plan for some time."""

    person: int
    from_at: datetime
    until_at: datetime
    #: True: instead of whoever the plan names. False: beside them.
    is_instead: bool = True


@dataclass(frozen=True, slots=True)
class Absence:
    """Somebody is away; why is nobody's business."""

    person: int
    from_at: datetime
    until_at: datetime


@dataclass(frozen=True, slots=True)
class Rota:
    """Everything that says who has one duty."""

    zone: tzinfo
    plan: tuple[PlannedDuty, ...] = ()
    overrides: tuple[Override, ...] = ()


@dataclass(frozen=True, slots=True)
class Gap:
    """A time with nobody."""

    from_at: datetime
    until_at: datetime


def is_away(absences: Iterable[Absence], person: int, at: datetime) -> bool:
    """Tell whether this person is away at `at`."""
    return any(absence.person == person and absence.from_at <= at < absence.until_at for absence in absences)


def planned(rota: Rota, at: datetime) -> tuple[int, ...]:
    """Return whom plan and changes name at `at`, whether they are away or not, each once."""
    return _named(rota, (), at)


def on_duty(rota: Rota, absences: tuple[Absence, ...], at: datetime) -> tuple[int, ...]:
    """Return who has the duty at `at`, in the order of the plan, then of the changes; each once."""
    return tuple(person for person in _named(rota, absences, at) if not is_away(absences, person, at))


def gaps(rota: Rota, absences: tuple[Absence, ...], from_at: datetime, until_at: datetime) -> tuple[Gap, ...]:
    """Return the times between `from_at` and `until_at` at which nobody has the duty, joined, in order."""
    found: list[Gap] = []
    turns = (from_at, *turnovers(rota, absences, from_at, until_at), until_at)
    for begin, end in pairwise(turns):
        if on_duty(rota, absences, begin):
            continue
        if found and found[-1].until_at == begin:
            found[-1] = Gap(found[-1].from_at, end)
        else:
            found.append(Gap(begin, end))
    return tuple(found)


def turnovers(
    rota: Rota, absences: tuple[Absence, ...], from_at: datetime, until_at: datetime
) -> tuple[datetime, ...]:
    """Return every moment between the two, neither included, at which the duty may pass on; in order."""
    times: set[datetime] = set()
    for change in rota.overrides:
        times.update((change.from_at, change.until_at))
    for absence in absences:
        times.update((absence.from_at, absence.until_at))
    for duty in rota.plan:
        for day in _days(rota.zone, from_at, until_at):
            if _begins_on(duty, day):
                times.update(span(duty.hours, day, rota.zone))
    return tuple(sorted(moment for moment in times if from_at < moment < until_at))


def _named(rota: Rota, absences: tuple[Absence, ...], at: datetime) -> tuple[int, ...]:
    changes = [change for change in rota.overrides if change.from_at <= at < change.until_at]
    counting = [change for change in changes if not is_away(absences, change.person, at)]
    is_replaced = any(change.is_instead for change in counting)
    by_plan = () if is_replaced else tuple(duty.person for duty in rota.plan if _covers(duty, rota.zone, at))
    return tuple(dict.fromkeys((*by_plan, *(change.person for change in counting))))


def _covers(duty: PlannedDuty, zone: tzinfo, at: datetime) -> bool:
    today = at.astimezone(zone).date()
    for near in _NEAR:
        if _begins_on(duty, today + near):
            begin, end = span(duty.hours, today + near, zone)
            if begin <= at < end:
                return True
    return False


def _begins_on(duty: PlannedDuty, day: date) -> bool:
    if day.isoweekday() not in duty.hours.weekdays or day < duty.first_day:
        return False
    if duty.last_day is not None and day > duty.last_day:
        return False
    weeks = (_monday(day) - _monday(duty.first_day)).days // 7
    return weeks % duty.every_weeks == 0


def _monday(day: date) -> date:
    return day - timedelta(days=day.isoweekday() - 1)


def _days(zone: tzinfo, from_at: datetime, until_at: datetime) -> Iterator[date]:
    day = from_at.astimezone(zone).date() - _DAY
    last = until_at.astimezone(zone).date() + _DAY
    while day <= last:
        yield day
        day += _DAY
