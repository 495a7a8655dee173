"""Worlds: known or fresh ones, and those that once failed."""

import dataclasses
import gc
import os
import random
from pathlib import Path

import pytest
import structlog

from simulator.world import plan, shrink, world
from simulator.world.__main__ import main

SCENARIOS = Path(plan.__file__).parent / "scenarios"
#: So long seeds are begun, in seconds.
WORLDS_S = os.environ.get("RUFWEITE_WORLD_S", "60")
#: The first of them; "fresh": one that nobody has tried (of those about one in twenty still finds something).
FIRST = os.environ.get("RUFWEITE_WORLD_FIRST", "6000")


@pytest.fixture(autouse=True)
def _quiet():
    """Keep what the station logs of its trouble to itself: to write it takes longer than the world."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    yield
    structlog.configure(**before)
    gc.enable()


def _short(seed=5, **facts):
    """Return a plan with one alarm of one device."""
    alarm = plan.Happening(30_000, "press", 0, "manual")
    small = dataclasses.replace(plan.make(seed), happenings=(alarm,), end_ms=60_000, settle_ms=60_000)
    return dataclasses.replace(small, **facts)


def test_worlds_break_no_claim(capsys):
    """From the first seed on; a failing one is printed with the command that repeats it."""
    first = random.SystemRandom().randrange(10_000, 1_000_000_000) if FIRST == "fresh" else int(FIRST)
    words = ["--seeds", "10000", "--first", str(first), "--seconds", WORLDS_S, "--jobs", "1"]
    code = main([*words, "--size", "small"])
    said = capsys.readouterr().out
    with capsys.disabled():
        print(f"\nworlds from {first}: {said.splitlines()[-1]}")
    assert code == 0, said


def test_a_seed_repeats_itself():
    """The same plan gives the same timeline, word for word."""
    one, other = (world.run(_short()).seen.timeline for _ in range(2))
    assert one == other
    assert any("raises manual" in words for _, words in one)


@pytest.mark.parametrize("path", sorted(SCENARIOS.glob("*.json")), ids=lambda path: path.stem)
def test_what_once_failed_holds(path):
    """Every world that broke a claim is kept, made short, and breaks none any more."""
    assert world.run(plan.read(path.read_text())).seen.violations == []


def test_a_failing_plan_is_made_short():
    """Of many happenings those stay without which the claim holds."""
    whole = plan.make(3)
    guilty = {whole.happenings[2], whole.happenings[-1]}
    runs = []

    def judge(tried):
        runs.append(tried)
        return {4} if guilty <= set(tried.happenings) else set()

    small = shrink.shrink(whole, 400, judge)
    assert set(small.happenings) == guilty
    assert small.note == "seed 3, claim 4"
    assert shrink.shrink(whole, 400, lambda _plan: set()) == whole


def test_a_plan_survives_its_file():
    """A scenario file is the whole plan."""
    made = plan.make(11)
    assert plan.read(made.to_json()) == made
