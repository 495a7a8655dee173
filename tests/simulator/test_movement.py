"""Generated movement is physically sensible and within what was measured on people."""

import numpy as np
import pytest

from simulator.movement import SEGMENT_S_MIN, ScriptError, generate, parse

SEEDS = range(1, 6)


def _magnitudes_mg(script: str, seed: int, from_s: float = 0) -> np.ndarray:
    return np.linalg.norm(generate(script, seed).acc_mg[round(from_s * 50) :].astype(float), axis=1)


def _spreads_mg(magnitudes_mg: np.ndarray) -> np.ndarray:
    """Return the standard deviation of |a| over each whole second."""
    return magnitudes_mg[: len(magnitudes_mg) // 50 * 50].reshape(-1, 50).std(axis=1)


def _up(acc_mg: np.ndarray) -> np.ndarray:
    mean = acc_mg.astype(float).mean(axis=0)
    return mean / np.linalg.norm(mean)


def _degrees(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.degrees(np.arccos(np.clip(a @ b, -1, 1))))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("script", "from_s", "low_mg", "high_mg"),
    [
        ("stand:40", 3, 2, 13),
        ("sit:40", 3, 5, 77),
        ("walk:40", 3, 91, 521),
        ("run:40", 3, 448, 1294),
        ("lie:40", 3, 4, 194),
        ("walk:5,fall:5,lie:30", 12, 3, 10),
    ],
)
def test_the_level_of_movement_lies_where_it_was_measured(script, from_s, low_mg, high_mg, seed):
    """Std of |a| over 1 s: the median between the 5th and 95th percentile of real recordings."""
    spread_mg = np.median(_spreads_mg(_magnitudes_mg(script, seed, from_s)))
    assert low_mg <= spread_mg <= high_mg


@pytest.mark.parametrize("script", ["stand:20", "sit:20", "walk:20", "run:20", "lie:20"])
def test_nobody_gains_height_by_moving(script):
    """Whatever the movement, the upward force is 1 g on average."""
    trace = generate(script, 3)
    acc_mg = trace.acc_mg[100:].astype(float)
    assert np.mean(acc_mg @ _up(acc_mg)) == pytest.approx(1000, abs=25)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_fall_is_weightless_then_hits_then_lies_still_another_way_up(seed):
    """The order that every fall detector looks for."""
    trace = generate("walk:6,fall:5,lie:10", seed)
    magnitudes_mg = np.linalg.norm(trace.acc_mg.astype(float), axis=1)
    fall_mg = magnitudes_mg[300:550]
    weightless, impact = int(fall_mg.argmin()), int(fall_mg.argmax())
    assert fall_mg[weightless] < 500
    assert 2500 < fall_mg[impact] < 14_000
    assert 0 < impact - weightless < 40
    assert _spreads_mg(magnitudes_mg[600:]).max() < 30
    assert _degrees(_up(trace.acc_mg[100:300]), _up(trace.acc_mg[600:])) > 70


@pytest.mark.parametrize("seed", SEEDS)
def test_the_impact_takes_what_the_fall_gave(seed):
    """Momentum: from standing to lying the force along gravity is 1 g on average."""
    magnitudes_mg = _magnitudes_mg("stand:3,fall:5,lie:5", seed)[150:230]
    assert np.mean(magnitudes_mg) == pytest.approx(1000, abs=15)


def test_gravity_turns_smoothly_between_postures():
    """No sample is a jump: from one to the next the slow part of gravity turns by less than 8 degrees."""
    acc_mg = generate("stand:5,sit:5,lie:5,turn-over:4,stand:5", 2).acc_mg.astype(float)
    units = acc_mg / np.linalg.norm(acc_mg, axis=1, keepdims=True)
    cosines = np.einsum("ij,ij->i", units[1:], units[:-1])
    assert np.degrees(np.arccos(np.clip(cosines, -1, 1))).max() < 8


def test_turning_over_stays_lying_and_moves_gravity_across_the_body():
    """At least 60 degrees about the spine."""
    acc_mg = generate("stand:5,lie:10,turn-over:4,lie:10", 4).acc_mg
    upright, before, after = _up(acc_mg[:200]), _up(acc_mg[400:700]), _up(acc_mg[1100:])
    assert _degrees(before, after) > 50
    assert _degrees(upright, before) > 70
    assert _degrees(upright, after) > 70


def test_the_same_seed_gives_the_same_movement_and_another_seed_another():
    """A replay can be repeated."""
    assert np.array_equal(generate("walk:5,fall", 7).acc_mg, generate("walk:5,fall", 7).acc_mg)
    assert not np.array_equal(generate("walk:5,fall", 7).acc_mg, generate("walk:5,fall", 8).acc_mg)


def test_what_is_generated_says_so():
    """In the source that headings and reports show, and in the mark that programs read."""
    trace = generate("walk:5,lie:5", 9)
    assert trace.is_generated
    assert trace.source == "generated: walk:5,lie:5 (seed 9)"


def test_a_script_lasts_as_long_as_its_parts():
    """With and without durations."""
    assert [(part.word, part.duration_s) for part in parse("walk:10, fall ,lie:60")] == [
        ("walk", 10.0),
        ("fall", 5.0),
        ("lie", 60.0),
    ]
    assert generate("walk:10,fall,lie:60").duration_ms == 75_000 - 20


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("", "No movement is called ''"),
        ("jump:3", "No movement is called 'jump:3'; there are stand, sit"),
        ("walk:fast", "'fast' is no number of seconds"),
        ("walk:", "'' is no number of seconds"),
        ("walk:nan", "walk lasts 1 to"),
        ("walk:-3", "walk lasts 1 to"),
        ("fall:1", "fall lasts 3 to"),
        ("walk:86401", "walk lasts 1 to 86400 s"),
        ("walk:86400,walk", "longer than 86400 s"),
        ("stand,turn-over", "put lie or fall before it"),
        ("lie:5,fall", "A worker who lies cannot fall"),
    ],
)
def test_an_impossible_script_is_refused_with_the_reason(script, reason):
    """The part at fault and what would be right."""
    with pytest.raises(ScriptError) as caught:
        parse(script)
    assert reason in str(caught.value)


@pytest.mark.parametrize("word", ["stand", "sit", "walk", "run", "lie"])
def test_the_shortest_movement_is_made(word):
    """No segment is too short for its own ramps."""
    assert generate(f"{word}:{SEGMENT_S_MIN}").duration_ms >= 960
