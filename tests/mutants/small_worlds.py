"""Small worlds for the hunt: the first ones by script, through every state of a case; the others drawn.

A scripted world brings one case into a state and lets everything happen to it there that leads nowhere, or
one thing that leads on. A drawn one has two wearers, a few alarms close together and a fault or two. They
meet less at once than the worlds of `make world` and cost a tenth, so that a fault meets many. Times in ms.
"""

from random import Random

from simulator.world.plan import FAULTS, MANNERS, Happening, Plan

KINDS = ("manual", "fall", "position", "rest", "escape", "loss", "silent", "duress", "battery", "sensor")
DOINGS = (
    "shows", "adds", "corrects", "contact", "need_more", "escalate", "hand_over", "accept", "on_the_way",
    "decline", "false_alarm", "takes_over", "acknowledge", "all_clear", "still_here", "on_scene",
)  # fmt: skip
WORDS = ("raised", "cancelled", "reset", "all-right", "gone", "place", "pre-alarm")
#: What everything has to come to its end, where nobody answers early.
SETTLE_MS = 300_000
#: What is enough to see whether the last thing that happened was taken in.
CALM_MS = 90_000
_MS = (3000, 12_000, 40_000, 90_000)
#: A word about an alarm that nobody knows yet, a person's and a technical one; any even number: the newest.
_PERSONS, _TECHNICAL, _NEWEST = 1, 3, 2
#: Of the first alarm spoken of, not of the newest.
_OLD = " of the first"
#: Words of the device, of which alarm each, or verbs of the desk; what happens then; is there a case already.
Script = tuple[tuple[tuple[str, int], ...], tuple[str, ...], bool]
#: What leads a case into a state: word of the device or verb of the desk, one after the other.
_LEADS: dict[str, tuple[tuple[str, int], ...]] = {
    "NEW": (),
    "PRE_ALARM": (("pre-alarm", _PERSONS),),
    "CANCELLED": (("cancelled", _PERSONS),),
    "RECEIVED": (("gone", _PERSONS),),
    "ACCEPTED": (("gone", _PERSONS), ("accept", 0)),
    "DISPATCHED": (("gone", _PERSONS), ("accept", 0), ("on_the_way", 0)),
    "ON_SCENE": (("gone", _PERSONS), ("on_scene", 0)),
    "CLOSED": (("gone", _PERSONS), ("on_scene", 0), ("all_clear", 0)),
    "technical RECEIVED": (("raised", _TECHNICAL),),
    "technical ACKNOWLEDGED": (("raised", _TECHNICAL), ("acknowledge", 0)),
    "technical GONE": (("raised", _TECHNICAL), ("gone", _NEWEST)),
}
_QUIET = (
    "raised",
    "cancelled",
    "reset",
    "all-right",
    "place",
    "shows",
    "corrects",
    "adds",
    "contact",
    "hand_over",
)
_TAKEN = (
    (*_QUIET, "need_more"), (), ("further",), ("further", "takes_over"), ("escalate",), ("false_alarm",),
    ("on_scene",), ("on_the_way",), ("all_clear",), ("contact", "all_clear"),
)  # fmt: skip
#: Device, from when on, for how long its way is cut, in s; for 0: it raises an alarm.
_SILENCES = (
    ((0, 25, 140), (1, 27, 150)),
    ((0, 25, 140), (1, 27, 420)),
    ((0, 25, 140), (1, 27, 190)),
    ((1, 22, 0), (0, 25, 140), (1, 30, 400)),
    ((0, 25, 140), (1, 27, 150), (0, 230, 150), (1, 232, 160)),
    ((0, 25, 140), (1, 27, 330), (1, 420, 160), (0, 422, 160)),
    ((0, 25, 200),),
)
_RAISING = (("raised",), ("reset",), ("all-right",), ("gone",))
#: What happens in the state then, one world each; "further" is another alarm of the wearer.
_THEN: dict[str, tuple[tuple[str, ...], ...]] = {
    "NEW": (*_RAISING, ("cancelled",), ("pre-alarm",)),
    "PRE_ALARM": (*_RAISING, ("cancelled",), ()),
    "CANCELLED": _RAISING,
    "RECEIVED": ((*_QUIET, "need_more"), (), ("further",), ("decline", "escalate"), ("on_the_way",)),
    "ACCEPTED": _TAKEN,
    "DISPATCHED": _TAKEN,
    "ON_SCENE": (*_TAKEN, ("still_here",)),
    "CLOSED": (_QUIET[:5],),
    "technical RECEIVED": (
        ("reset", "all-right", "shows", "corrects", "adds", "decline", "escalate"), ("cancelled",), ("gone",),
    ),
    "technical ACKNOWLEDGED": (("reset", "all-right", "gone"), ("cancelled",)),
    "technical GONE": (("reset", "all-right"), ("raised",), ("acknowledge",)),
}  # fmt: skip


def plan_of(seed: int) -> Plan:
    """Return the world of a seed, from 1 on."""
    if seed <= len(SCRIPTS):
        return _scripted(seed, *SCRIPTS[seed - 1])
    if seed <= len(SCRIPTS) + len(_SILENCES):
        return _silent(seed, _SILENCES[seed - len(SCRIPTS) - 1])
    return _drawn(seed)


def _silent(seed: int, cuts: tuple[tuple[int, int, int], ...]) -> Plan:
    """Return a world in which the ways of devices are cut."""
    made = [Happening(1000 * at_s, "cut", device, ms=1000 * s) for device, at_s, s in cuts if s]
    made += [Happening(1000 * at_s, "press", device, "manual") for device, at_s, s in cuts if not s]
    ends_ms = max(1000 * (at_s + s) for _, at_s, s in cuts)
    ordered = tuple(sorted(made, key=lambda one: one.at_ms))
    return Plan(seed, ordered, ("never",) * 40, (0, 0), ends_ms, 150_000)


def _scripted(seed: int, lead: tuple[tuple[str, int], ...], then: tuple[str, ...], is_joining: bool) -> Plan:
    """Return a world in which nobody answers but the desk."""
    at_ms, happenings = 25_000, []
    if is_joining:
        happenings.append(Happening(at_ms, "press", 0, "manual"))
        at_ms += 12_000
    for kind, number in (*lead, *((kind, _first(lead, then)) for kind in then)):
        if kind == "further":
            happenings.append(Happening(at_ms, "press", 0, "manual"))
        elif kind.endswith(_OLD):
            happenings.append(Happening(at_ms, "says", 0, kind.removesuffix(_OLD), number=_PERSONS))
        elif number and kind in WORDS:
            happenings.append(Happening(at_ms, "says", 0, kind, number=number))
        else:
            happenings.append(Happening(at_ms, "operates", 0, kind))
        at_ms += 4000
    # On the scene somebody is asked after 240 s, elsewhere after 180 s; the whole chain takes 180 s.
    is_waited_for = not then or then[-1] in ("need_more", "further", "escalate")
    return Plan(seed, tuple(happenings), ("never",) * 40, (0,), at_ms, 330_000 if is_waited_for else CALM_MS)


def _first(lead: tuple[tuple[str, int], ...], then: tuple[str, ...]) -> int:
    """Return which alarm a device speaks of when nothing has led to one yet."""
    return _NEWEST if lead or not then else _PERSONS


def _scripts() -> list[Script]:
    made: list[Script] = [(lead, then, False) for state, lead in _LEADS.items() for then in _THEN[state]]
    # The same while the wearer has an open case: the alarm joins it, and is spoken of then.
    before_raise = ("NEW", "PRE_ALARM", "CANCELLED")
    made += [(_LEADS[state], then, True) for state in before_raise for then in _THEN[state]]
    made.append(((("reset", _PERSONS),), _QUIET[:5], True))
    technical = ("pre-alarm", "raised", "reset", "all-right", "cancelled", "gone")
    made += [(((word, _TECHNICAL),), (), False) for word in technical]
    # The other case opens only after this one was announced, or cancelled.
    made.append((_LEADS["PRE_ALARM"], ("further",), False))
    made.append((_LEADS["CANCELLED"], ("further", f"raised{_OLD}"), False))
    return made


SCRIPTS = _scripts()


def _drawn(seed: int) -> Plan:
    """Return a world that chance makes."""
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
