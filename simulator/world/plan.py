"""What happens in a world, as a list that a seed makes and that can be kept, shortened and repeated.

Decides what comes when: alarms of every kind, wearers who cancel, people who answer somehow, and faults.
Every life cycle meets at least one fault while it runs. Nothing here knows how any of it ends. Times in ms.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from random import Random
from typing import Any

from simulator.world.choices import (
    ALARMS,
    COMMON_FAULTS,
    DEEDS,
    DEVICE_FAULTS,
    FAULTS,
    MANNERS,
    SIZES,
    STRAYS,
    VERBS,
)
from simulator.world.moved import script_of

#: From one alarm of a device to its next at least, and until everything is mended.
BETWEEN_MS = 150_000
BEGIN_MS = 20_000
#: While an alarm lives, from its beginning: in this time it meets a fault.
LIFE_MS = (-15_000, 100_000)
#: Goals of a world, for each of its devices.
GOALS_A_DEVICE = 8
#: What a device says, and what that is to a case of which nobody has heard.
OPENINGS = {
    "PreAlarmReported": "pre-alarm", "AlarmReported": "raised", "CancelReported": "cancelled",
    "ResetReported": "reset", "AllRightReported": "all-right", "ConditionEnded": "gone",
}  # fmt: skip
#: From one thing that people do of their own accord to the next, at most.
DEED_MS_MAX = 90_000
#: From one fault that everybody has to the next.
COMMON_MS_MIN, COMMON_MS_MAX = 40_000, 200_000
#: What everything has to come to its end once all faults are over.
SETTLE_MS = 700_000


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happens."""

    at_ms: int
    what: str
    device: int = 0
    #: Of the alarm or fault, as `what` needs it.
    kind: str = ""
    ms: int = 0
    number: int = 0
    #: The case that it is about; 0: one is found by the number.
    case_id: int = 0


#: A case state, an event and a fault that shall come together.
Goal = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Plan:
    """A world before it begins."""

    seed: int
    happenings: tuple[Happening, ...]
    manners: tuple[str, ...]
    drifts_ppm: tuple[int, ...]
    end_ms: int
    #: What everything has to come to its end then.
    settle_ms: int = SETTLE_MS
    #: Where it was shortened from, for whoever reads it.
    note: str = ""
    size: str = "small"
    #: What it aims at.
    goals: tuple[Goal, ...] = ()
    #: What each wearer does, for the detectors to find; none: conditions are met and over instead.
    scripts: tuple[str, ...] = ()

    def to_json(self) -> str:
        """Return it as a scenario file."""
        return json.dumps(asdict(self), indent=1) + "\n"


@dataclass(slots=True)
class _Making:
    random: Random
    happenings: list[Happening] = field(default_factory=list)

    def add(self, at_ms: int, what: str, **facts: Any) -> None:
        self.happenings.append(Happening(max(at_ms, 1), what, **facts))


def make(seed: int, size: str = "", rare: Sequence[Goal] = ()) -> Plan:
    """Return the plan of a seed, of its own size unless one is named, that aims at some of the `rare`."""
    random = Random(seed)  # noqa: S311 -- a seed that can be repeated is the point
    chosen = _drawn(random, tuple((name, one.share) for name, one in SIZES.items()))
    measure, is_moved = SIZES[size or chosen], (size or chosen) == "moved"
    making = _Making(random)
    alarms: list[tuple[int, int]] = []
    last_ms = 0
    for device in range(measure.devices):
        at_ms = BEGIN_MS + random.randrange(60_000)
        for _ in range(measure.alarms_each):
            if not is_moved:
                _add_alarm(making, device, at_ms)
            alarms.append((device, at_ms))
            at_ms += BETWEEN_MS + random.randrange(250_000)
        last_ms = max(last_ms, at_ms)
    _add_faults(making, alarms, last_ms)
    _add_deeds(making, measure.devices, last_ms)
    goals = tuple(random.sample(rare, min(len(rare), GOALS_A_DEVICE * measure.devices)))
    _add_openings(making, goals, measure.devices, last_ms)
    happenings = tuple(sorted(making.happenings, key=lambda one: one.at_ms))
    manners = tuple(random.choice(MANNERS) for _ in range(40))
    drifts = tuple(random.randrange(-200, 201) for _ in range(measure.devices))
    scripts = tuple(script_of(random, measure.alarms_each) for _ in drifts) if is_moved else ()
    end_ms = last_ms + 120_000
    return Plan(seed, happenings, manners, drifts, end_ms, size=size or chosen, goals=goals, scripts=scripts)


def _add_faults(making: _Making, alarms: list[tuple[int, int]], last_ms: int) -> None:
    """Let faults come to devices and to everybody, and one at least to each alarm while it lives."""
    random = making.random
    at_ms = BEGIN_MS + random.randrange(COMMON_MS_MAX)
    common: list[int] = []
    while at_ms < last_ms:
        _add_fault(making, 0, at_ms, COMMON_FAULTS)
        common.append(at_ms)
        at_ms += random.randrange(COMMON_MS_MIN, COMMON_MS_MAX)
    for device, alarm_ms in alarms:
        faults = random.choice((0, 1, 1, 2))
        for _ in range(faults):
            _add_fault(making, device, alarm_ms + random.randrange(*LIFE_MS), DEVICE_FAULTS)
        begin_ms, end_ms = alarm_ms + LIFE_MS[0], alarm_ms + LIFE_MS[1]
        if not faults and not any(begin_ms <= one < end_ms for one in common):
            _add_fault(making, device, alarm_ms + random.randrange(*LIFE_MS), FAULTS)


def _add_deeds(making: _Making, devices: int, last_ms: int) -> None:
    """Let people do of their own accord what they do, each time about something else."""
    random = making.random
    at_ms = BEGIN_MS + random.randrange(DEED_MS_MAX)
    while at_ms < last_ms:
        what = _drawn(random, DEEDS)
        kind = {
            "verb": random.choice(VERBS),
            "drill": random.choice(("drill", "test")),
            "stray": random.choice(STRAYS),
        }.get(what, "")
        ms = random.choice((3000, 20_000, 60_000, 200_000))
        device, number = random.randrange(devices), random.randrange(1, 400)
        making.add(at_ms, what, device=device, kind=kind, ms=ms, number=number)
        at_ms += random.randrange(DEED_MS_MAX)


def _add_openings(making: _Making, goals: tuple[Goal, ...], devices: int, last_ms: int) -> None:
    """Let cases open by what usually comes later, near a fault: that is how an event meets a new case."""
    random = making.random
    for state, event, fault in goals:
        if state == "NEW" and event in OPENINGS:
            device, at_ms = random.randrange(devices), random.randrange(BEGIN_MS, last_ms)
            number = 3 * random.randrange(100)
            making.add(at_ms, fault, device=device, ms=3000, number=number)
            making.add(at_ms + 5000, "stray", device=device, kind=OPENINGS[event], number=number)


def read(text: str) -> Plan:
    """Return the plan of a scenario file."""
    facts = json.loads(text)
    facts["happenings"] = tuple(Happening(**one) for one in facts["happenings"])
    facts["scripts"] = tuple(facts.get("scripts", ()))
    facts["goals"] = tuple(tuple(goal) for goal in facts.get("goals", ()))
    facts["manners"], facts["drifts_ppm"] = tuple(facts["manners"]), tuple(facts["drifts_ppm"])
    return Plan(**facts)


def _add_alarm(making: _Making, device: int, at_ms: int) -> None:
    random = making.random
    kind = _drawn(random, ALARMS)
    if kind in ("battery", "sensor"):
        making.add(at_ms, "fault_begins", device=device, kind=kind)
        making.add(at_ms + random.randrange(30_000, 200_000), "fault_ends", device=device, kind=kind)
        return
    if kind == "duress":
        # Under threat the wearer cancels with a longer press.
        making.add(at_ms, "condition", device=device, kind="position")
        making.add(at_ms + 30_000 + random.randrange(8000), "press", device=device, kind="duress")
        making.add(at_ms + 90_000, "condition_over", device=device, kind="position")
        return
    if kind in ("manual", "silent"):
        making.add(at_ms, "press", device=device, kind=kind)
    elif kind == "loss":
        making.add(at_ms, "clip", device=device, number=0)
        making.add(at_ms + random.randrange(35_000, 120_000), "clip", device=device, number=1)
    else:
        making.add(at_ms, "condition", device=device, kind=kind)
        making.add(at_ms + random.randrange(3000, 120_000), "condition_over", device=device, kind=kind)
        if random.randrange(3) == 0:
            making.add(at_ms + random.randrange(3000, 80_000), "press", device=device, kind="short")
    if random.randrange(4) == 0:
        making.add(at_ms + random.randrange(60_000, 140_000), "press", device=device, kind="reset")
    if random.randrange(6) == 0:
        making.add(at_ms + random.randrange(5000, 100_000), "press", device=device, kind="manual")


def _add_fault(making: _Making, device: int, at_ms: int, faults: tuple[tuple[str, int], ...]) -> None:
    random = making.random
    kind = _drawn(random, faults)
    ms = random.choice((3000, 12_000, 40_000, 100_000, 160_000))
    number = random.randrange(1, 400)
    making.add(at_ms, kind, device=device, ms=ms, number=number)


def _drawn(random: Random, choices: tuple[tuple[str, int], ...]) -> str:
    return random.choices([name for name, _ in choices], [weight for _, weight in choices])[0]
