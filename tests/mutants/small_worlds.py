"""Small worlds for the hunt: two wearers, a few alarms close together, a short calm at the end.

A seed decides everything. They meet less at once than the worlds of `make world` and cost a tenth, so that a
fault meets many of them. The first ones go through what is seldom drawn. Times in ms.
"""

from random import Random

from simulator.world.plan import FAULTS, MANNERS, Happening, Plan

KINDS = ("manual", "fall", "position", "rest", "escape", "loss", "silent", "duress", "battery", "sensor")
DOINGS = (
    "shows", "adds", "corrects", "contact", "need_more", "escalate", "hand_over", "accept", "on_the_way",
    "decline", "false_alarm", "acknowledge", "all_clear", "still_here", "on_scene",
)  # fmt: skip
WORDS = ("raised", "cancelled", "reset", "all-right", "gone", "place", "pre-alarm")
#: What everything has to come to its end, where nobody answers early.
SETTLE_MS = 300_000
_MS = (3000, 12_000, 40_000, 90_000)


def plan_of(seed: int) -> Plan:
    """Return the world of a seed."""
    random = Random(seed * 31 + 7)
    happenings: list[Happening] = []
    last_ms = 0
    for device in range(2):
        at_ms = 25_000 + random.randrange(15_000)
        for number in range(random.choice((1, 2))):
            kind = KINDS[(seed + device * 3 + number * 7) % len(KINDS)]
            happenings += _alarm(random, device, at_ms, kind)
            last_ms = max(last_ms, at_ms)
            at_ms += random.choice((20_000, 60_000, 130_000)) + random.randrange(20_000)
    for _ in range(random.choice((0, 1, 1, 2))):
        happenings.append(_fault(random, last_ms))
    if random.randrange(4) == 0:
        happenings.append(Happening(last_ms + 5000, "drill", random.randrange(2)))
    happenings.append(Happening(30_000, "look", ms=60_000))
    happenings += _beside(random, seed, last_ms)
    manners = tuple(random.choice(MANNERS) for _ in range(40))
    if seed % 3 == 0:
        # Everybody alike: what needs everybody's silence, or everybody's help, is met by chance too seldom.
        manners = (MANNERS[seed // 3 % len(MANNERS)],) * 40
    drifts = (random.randrange(-200, 201), random.randrange(-200, 201))
    ordered = tuple(sorted(happenings, key=lambda one: one.at_ms))
    return Plan(seed, ordered, manners, drifts, last_ms + 100_000, SETTLE_MS)


def _alarm(random: Random, device: int, at_ms: int, kind: str) -> list[Happening]:
    if kind in ("battery", "sensor"):
        over_ms = at_ms + random.choice((20_000, 120_000))
        begins = Happening(at_ms, "fault_begins", device, kind)
        again = Happening(over_ms + 30_000, "fault_begins", device, kind)
        return [begins, Happening(over_ms, "fault_ends", device, kind), again][: random.choice((1, 2, 3))]
    if kind == "duress":
        return [
            Happening(at_ms, "condition", device, "position"),
            Happening(at_ms + 34_000, "press", device, "duress"),
            Happening(at_ms + 80_000, "condition_over", device, "position"),
        ]
    if kind in ("manual", "silent"):
        made = [Happening(at_ms, "press", device, kind)]
    elif kind == "loss":
        made = [
            Happening(at_ms, "clip", device),
            Happening(at_ms + random.choice((20_000, 70_000)), "clip", device, number=1),
        ]
    else:
        over_ms = at_ms + random.choice((4000, 30_000, 45_000, 120_000))
        made = [
            Happening(at_ms, "condition", device, kind),
            Happening(over_ms, "condition_over", device, kind),
        ]
        if random.randrange(3) == 0:
            made.append(Happening(at_ms + random.choice((8000, 25_000, 40_000)), "press", device, "short"))
    if random.randrange(3) == 0:
        made.append(Happening(at_ms + random.choice((50_000, 90_000)), "press", device, "reset"))
    return made


def _beside(random: Random, seed: int, last_ms: int) -> list[Happening]:
    """Return what an operator does, and what devices say out of their turn."""
    made = []
    for number in range(3):
        what = ("operates", DOINGS) if (seed + number) % 2 else ("says", WORDS)
        kind = what[1][(seed + number * 5) % len(what[1])]
        at_ms = random.randrange(30_000, last_ms + 160_000)
        made.append(Happening(at_ms, what[0], random.randrange(2), kind, number=random.randrange(1, 400)))
    return made


def _fault(random: Random, last_ms: int) -> Happening:
    names, weights = [name for name, _ in FAULTS], [weight for _, weight in FAULTS]
    what = random.choices(names, weights)[0]
    at_ms = random.randrange(22_000, last_ms + 60_000)
    return Happening(at_ms, what, random.randrange(2), ms=random.choice(_MS), number=random.randrange(1, 400))
