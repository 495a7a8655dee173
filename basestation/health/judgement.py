"""Whether the base station is ready, from what is proven of each part; pure.

Decides which part is needed for an alarm to come through, and how old its proof may be. Ages in seconds. The
bounds are conventions of this product: some intervals of the proof, and less than the silence that a site is
told of within 90 s. Says nothing secret, and names nobody.
"""

from collections.abc import Iterable
from dataclasses import dataclass

#: The last commit that was proven; one is tried every 15 s.
COMMIT_S_MAX = 45.0
#: How long what is to be stored may wait; a burst of alarms waits for a second or two.
WAIT_S_MAX = 5.0
#: How late the oldest timer of a case may be.
TIMER_S_MAX = 20.0
#: The health itself was looked at; it is every 5 s.
LOOK_S_MAX = 30.0
#: By how much the wall clock may have moved against the machine's own time.
STEP_S_MAX = 2.0
#: The canary may be so many intervals old, and some seconds more.
CANARY_INTERVALS, CANARY_S_MORE = 2, 5.0
#: Of the space that is wanted, what is needed for the next alarm.
SPACE_SHARE_NEEDED = 10


@dataclass(frozen=True, slots=True)
class Part:
    """What is known of one part."""

    name: str
    is_ok: bool
    #: Without it no alarm comes through.
    is_needed: bool
    #: A sentence without a name and without a secret.
    detail: str = ""
    #: How old the proof is; None: there is none, or it does not age.
    age_s: float | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What a look found; None where nothing is known."""

    commit_age_s: float | None
    timer_late_s: float | None
    #: A fault of the schema, "" if it is as it should be; None: it could not be read.
    schema_fault: str | None
    standing: tuple[str, ...]
    #: Age of the last canary of each broker.
    canary_ages_s: tuple[float | None, ...]
    canary_interval_s: float
    notices_waiting: int
    notices_oldest_s: float | None
    #: Channel -> it answered when it was asked last.
    channels: dict[str, bool]
    disk_free_bytes: int | None
    disk_wanted_bytes: int
    is_clock_synchronised: bool | None
    clock_step_s: float
    #: What is wrong with the outside signal, "" if nothing is; None: none is set.
    dead_man_fault: str | None = None
    dead_man_age_s: float | None = None


def parts_of(facts: Facts) -> tuple[Part, ...]:
    """Return what a look says of each part."""
    return (
        _database(facts),
        Part("schema", facts.schema_fault == "", is_needed=True, detail=_schema(facts.schema_fault)),
        _timers(facts),
        Part("dispatch", "dispatch" not in facts.standing, is_needed=True, detail=_waiting(facts)),
        _standing(facts.standing),
        _brokers(facts),
        _channels(facts.channels),
        _disk(facts),
        _clock(facts),
        *_dead_man(facts),
    )


def store_part(*, is_failing: bool, waiting_s: float) -> Part:
    """Return whether the store takes what comes now: its oldest job has waited so long, in seconds."""
    detail = (
        "the last transaction was not kept"
        if is_failing
        else f"the oldest job has waited for {waiting_s:.0f} s"
    )
    return Part("store", not is_failing and waiting_s <= WAIT_S_MAX, is_needed=True, detail=detail)


def reasons(parts: Iterable[Part], *, needed: bool) -> list[str]:
    """Return what is wrong with the parts that are needed, or with the others, as sentences."""
    return [f"{part.name}: {part.detail}" for part in parts if not part.is_ok and part.is_needed is needed]


def unproven(parts: Iterable[Part]) -> str:
    """Return why the way of an alarm is not proven, "" if it is."""
    return "; ".join(reasons(parts, needed=True))


def _database(facts: Facts) -> Part:
    age_s = facts.commit_age_s
    is_ok = age_s is not None and age_s <= COMMIT_S_MAX
    detail = "no commit is proven yet" if age_s is None else f"the last proven commit is {age_s:.0f} s old"
    return Part("database", is_ok, is_needed=True, detail=detail, age_s=age_s)


def _schema(fault: str | None) -> str:
    return "it could not be read" if fault is None else fault or "as the program expects it"


def _timers(facts: Facts) -> Part:
    late_s = facts.timer_late_s
    is_ok = late_s is not None and late_s <= TIMER_S_MAX and "timers" not in facts.standing
    detail = "they could not be read" if late_s is None else f"the oldest is {late_s:.0f} s late"
    return Part("timers", is_ok, is_needed=True, detail=detail)


def _waiting(facts: Facts) -> str:
    if not facts.notices_waiting or facts.notices_oldest_s is None:
        return "nothing waits"
    return f"{facts.notices_waiting} notices wait, the oldest for {facts.notices_oldest_s:.0f} s"


def _standing(standing: tuple[str, ...]) -> Part:
    detail = f"standing still: {', '.join(standing)}" if standing else "every part moves"
    return Part("watchdogs", not standing, is_needed=True, detail=detail)


def _brokers(facts: Facts) -> Part:
    bound_s = CANARY_INTERVALS * facts.canary_interval_s + CANARY_S_MORE
    ages = [age_s for age_s in facts.canary_ages_s if age_s is not None]
    newest = min(ages, default=None)
    proven = sum(age_s <= bound_s for age_s in ages)
    detail = f"{proven} of {len(facts.canary_ages_s)} proven"
    return Part("brokers", proven > 0, is_needed=True, detail=detail, age_s=newest)


def _channels(channels: dict[str, bool]) -> Part:
    silent = sorted(name for name, is_working in channels.items() if not is_working)
    detail = f"do not answer: {', '.join(silent)}" if silent else f"{len(channels)} answer"
    return Part("channels", not silent, is_needed=False, detail=detail)


def _disk(facts: Facts) -> Part:
    free = facts.disk_free_bytes
    if free is None:
        return Part("disk", is_ok=False, is_needed=False, detail="its space could not be read")
    detail = f"{free // 1_000_000} MB free, {facts.disk_wanted_bytes // 1_000_000} wanted"
    is_needed = free < facts.disk_wanted_bytes // SPACE_SHARE_NEEDED
    return Part("disk", free >= facts.disk_wanted_bytes, is_needed, detail)


def _clock(facts: Facts) -> Part:
    faults = []
    if facts.is_clock_synchronised is False:
        faults.append("the machine's clock is not synchronised")
    if abs(facts.clock_step_s) > STEP_S_MAX:
        faults.append(f"it was set by {facts.clock_step_s:+.0f} s")
    return Part(
        "clock", not faults, is_needed=False, detail="; ".join(faults) or "nothing is known against it"
    )


def _dead_man(facts: Facts) -> tuple[Part, ...]:
    if facts.dead_man_fault is None:
        return ()
    detail = facts.dead_man_fault or "it was taken"
    return (
        Part(
            "dead_man", not facts.dead_man_fault, is_needed=False, detail=detail, age_s=facts.dead_man_age_s
        ),
    )
