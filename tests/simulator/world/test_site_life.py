"""What people on the site do in a world reaches the base station, and breaks no claim."""

import dataclasses

import pytest

from protocol import codec
from simulator.world import plan, world
from simulator.world.choices import COMMON_FAULTS, DEEDS, DEVICE_FAULTS, STRAYS, VERBS
from simulator.world.happening import Happenings, stray_fields
from simulator.world.plan import Happening
from simulator.world.site_life import SiteLife

ALARM = Happening(30_000, "press", 0, "manual")


def _run(*happenings, manners=("late",), end_ms=150_000, **facts):
    """Let these things happen to a small site on which people come late, and return what was seen."""
    small = dataclasses.replace(
        plan.make(4, "small"), happenings=(ALARM, *happenings), manners=manners, end_ms=end_ms,
        settle_ms=20_000, **facts,
    )  # fmt: skip
    return world.run(small).seen


def _met(seen):
    return {(state, event) for state, event, _ in seen.reached}


def test_a_shift_ends_and_begins_with_an_alarm_open():
    """The shift ends while people are called; the next one begins later, and its end is asked for."""
    seen = _run(Happening(50_000, "shift_ends", 0, ms=20_000, number=1), end_ms=700_000)
    assert seen.violations == []
    said = [words for _, words in seen.timeline]
    assert any("pna-01 shows" in words for words in said)
    asked = [
        case for case in seen.rows.values() if case["alarm"].startswith("base-") and case["kind"] == "time"
    ]
    assert asked, "the overdue end of the short shift raised no alarm"


def test_every_verb_and_deed_happens_and_breaks_nothing():
    """Each verb is pressed out of turn, each deed is done; what is refused changes nothing."""
    verbs = [Happening(40_000 + 3000 * n, "verb", 0, verb, 0, 6 * n + 1) for n, verb in enumerate(VERBS)]
    deeds = [
        Happening(42_000 + 2000 * n, what, 0, "drill" if what == "drill" else "raised", 20_000, 7 + n)
        for n, (what, _) in enumerate(DEEDS)
        if what not in ("verb", "shift_ends")
    ]
    strays = [Happening(90_000 + 900 * n, "stray", 1, kind, 0, 3 * n) for n, kind in enumerate(STRAYS)]
    # Two are in danger: when one case is over the other is still there to be pressed.
    seen = _run(*verbs, *deeds, *strays, Happening(60_000, "press", 1, "manual"))
    assert seen.violations == []
    assert {verb for _, verb in {(one.case_id, one.verb) for one in seen.presses}} >= set(VERBS)
    events = {event for _, event in _met(seen)}
    assert events >= {
        "ContactPressed",
        "ShownOnConsole",
        "RecipientAdded",
        "AddressCorrected",
        "PlaceReported",
    }
    assert {case["mark"] for case in seen.rows.values()} == {"real", "drill"}


def test_somebody_who_logs_out_loses_the_case():
    """A case whose accepter has gone home is given back to the chain."""
    seen = _run(Happening(45_000, "logs_out", 0, ms=60_000, number=6), manners=("never",))
    assert seen.violations == []
    assert ("ACCEPTED", "AccepterLost") in _met(seen)


@pytest.mark.parametrize("poison", range(8))
def test_poison_is_kept_and_stops_nothing(poison):
    """What nobody understands is in quarantine before the broker forgets it, and stops nothing behind it."""
    number = next(n for n in range(400) if n % 8 == poison and n % 3 < 2)
    seen = _run(Happening(29_000, "poison", 0, number=number), end_ms=60_000)
    assert seen.violations == []
    assert any(case["kind"] == "manual" for case in seen.rows.values())


def test_a_goal_is_aimed_at():
    """A plan that names a state, an event and a fault brings the three together."""
    goal = ("RECEIVED", "EscalatePressed", "cut")
    seen = _run(manners=("never",), goals=(goal,), end_ms=60_000)
    assert seen.reached[goal] > 0
    assert _run(manners=("never",), end_ms=60_000).reached[goal] == 0


def test_every_fault_and_deed_can_happen():
    """Whatever a plan may choose is something that a world knows how to do."""
    for what, _ in (*DEVICE_FAULTS, *COMMON_FAULTS, *DEEDS):
        assert hasattr(Happenings, f"_{what}") or hasattr(SiteLife, f"_{what}"), what


@pytest.mark.parametrize("kind", STRAYS)
def test_a_stray_message_is_one_that_the_protocol_knows(kind):
    """What a device says out of turn is refused for its time, never for its form."""
    fields = stray_fields(kind, "1-7", "technical")
    payload = codec.encode(kind, "pna-01", 1, 1, "real", fields)
    assert codec.decode(payload, "event", "pna-01")["alarm"] == "1-7"
