"""What happens in a world, as a list that a seed makes and that can be kept, shortened and repeated.

Decides what comes when: alarms of every kind, wearers who cancel, people who answer somehow, and faults.
Every life cycle meets at least one fault while it runs. Nothing here knows how any of it ends. Times in ms.
"""

import json
from dataclasses import asdict, dataclass, field
from random import Random
from typing import Any

#: What a wearer does to raise an alarm, and how often of a hundred.
ALARMS = (
    ("manual", 22), ("silent", 8), ("duress", 4), ("fall", 14), ("position", 12), ("rest", 12), ("escape", 8),
    ("loss", 8), ("battery", 6), ("sensor", 6),
)  # fmt: skip
#: Faults, and how often of a hundred.
FAULTS = (
    ("weather", 13), ("cut", 12), ("device_power", 12), ("device_write", 5), ("watchdog", 6),
    ("base_crash", 14),
    ("broker_crash", 8), ("base_deaf", 5), ("disk_refuses", 6), ("commits_fail", 8), ("commit_betrays", 3),
    ("disk_slow", 7), ("channel_fails", 6), ("channel_hangs", 4), ("channel_raises", 2), ("clock_step", 3),
    ("battery_ends", 3),
)  # fmt: skip
#: How somebody answers a call.
MANNERS = (
    "at_once",
    "late",
    "never",
    "declines",
    "twice",
    "wrongly",
    "shows_up",
    "forgets",
    "cleared_by_two",
)

DEVICES = 3
#: From one alarm of a device to its next at least, and until everything is mended.
BETWEEN_MS, ALARMS_EACH = 150_000, 3
BEGIN_MS = 20_000
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

    def to_json(self) -> str:
        """Return it as a scenario file."""
        return json.dumps(asdict(self), indent=1) + "\n"


@dataclass(slots=True)
class _Making:
    random: Random
    happenings: list[Happening] = field(default_factory=list)

    def add(self, at_ms: int, what: str, **facts: Any) -> None:
        self.happenings.append(Happening(max(at_ms, 1), what, **facts))


def make(seed: int) -> Plan:
    """Return the plan of a seed."""
    random = Random(seed)  # noqa: S311 -- a seed that can be repeated is the point
    making = _Making(random)
    last_ms = 0
    for device in range(DEVICES):
        at_ms = BEGIN_MS + random.randrange(60_000)
        for _ in range(ALARMS_EACH):
            _add_alarm(making, device, at_ms)
            for _ in range(1 + random.randrange(3)):
                _add_fault(making, device, at_ms + random.randrange(-15_000, 100_000))
            at_ms += BETWEEN_MS + random.randrange(250_000)
        last_ms = max(last_ms, at_ms)
    if random.randrange(3) == 0:
        making.add(BEGIN_MS + random.randrange(last_ms), "drill", device=random.randrange(DEVICES))
    making.add(random.randrange(30_000, last_ms), "look", ms=random.randrange(3000, 40_000))
    happenings = tuple(sorted(making.happenings, key=lambda one: one.at_ms))
    manners = tuple(random.choice(MANNERS) for _ in range(40))
    drifts = tuple(random.randrange(-200, 201) for _ in range(DEVICES))
    return Plan(seed, happenings, manners, drifts, last_ms + 120_000)


def read(text: str) -> Plan:
    """Return the plan of a scenario file."""
    facts = json.loads(text)
    facts["happenings"] = tuple(Happening(**one) for one in facts["happenings"])
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


def _add_fault(making: _Making, device: int, at_ms: int) -> None:
    random = making.random
    kind = _drawn(random, FAULTS)
    ms = random.choice((3000, 12_000, 40_000, 100_000, 160_000))
    number = random.randrange(1, 400)
    making.add(at_ms, kind, device=device, ms=ms, number=number)


def _drawn(random: Random, choices: tuple[tuple[str, int], ...]) -> str:
    return random.choices([name for name, _ in choices], [weight for _, weight in choices])[0]
