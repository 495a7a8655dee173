"""Worlds whose wearers move: sample by sample through the detectors, from the seed alone."""

import dataclasses
from random import Random

from simulator.movement import parse
from simulator.world import plan, world
from simulator.world.moved import EPISODES, SAMPLES, Movement, script_of


def test_a_fall_of_generated_movement_becomes_a_case():
    """Nobody tells the device of a condition: its own detector finds the fall, and people are called."""
    made = dataclasses.replace(
        plan.make(4, "moved"), happenings=(), scripts=("stand:15,walk:25,fall,lie:40,stand:10",),
        drifts_ppm=(50,), end_ms=95_000, settle_ms=5000,
    )  # fmt: skip
    seen = world.run(made).seen
    assert seen.violations == []
    assert next(one.kind for one in seen.raised.values()) == "fall"
    assert [case["state"] for case in seen.rows.values() if case["kind"] == "fall"] != []


def test_every_script_can_be_followed():
    """Whatever a seed chooses is movement that the generator knows how to make."""
    words = {segment.word for seed in range(30) for segment in parse(script_of(Random(seed), 3))}
    assert words >= {"stand", "walk", "fall", "lie", "run", "sit"}
    assert len(EPISODES) == len(dict(EPISODES))


def test_samples_go_on_when_the_script_is_over():
    """A device never hears its sensor fall silent because a script was short."""
    movement = Movement("stand:30", 1)
    blocks = [movement.block(number) for number in range(500)]
    assert {len(block) for block in blocks} == {SAMPLES}
    assert blocks[:100] == [Movement("stand:30", 1).block(number) for number in range(100)]
    assert blocks[200] != blocks[201]


def test_some_seeds_move_and_most_do_not():
    """Sampled worlds are a small part of all, and have no conditions that somebody tells."""
    made = [plan.make(seed) for seed in range(200)]
    moved = [one for one in made if one.scripts]
    assert 0 < len(moved) < 20
    for one in moved:
        assert len(one.scripts) == len(one.drifts_ppm)
        assert not any(happening.what == "condition" for happening in one.happenings)
