"""Movement made from a script and a seed, for machines that have no recordings.

`walk:10,fall,lie:60` is a worker who walks for 10 s, falls and lies for 60 s. Decides postures and vertical
acceleration; gravity turns smoothly from posture to posture, and what a fall gains in speed its impact takes
away again. Nobody ever moved like this: whatever it makes is labelled as generated, and no detector may be
tuned on it. Units: s and ms, mg, Hz. The levels of |a| follow what was measured on public recordings of real
movement (standing 3 mg, walking 0.1-0.5 g, running 0.4-1.3 g, lying after a fall 5 mg over 1 s); somebody who
lies moves enough to be told from a device on a table.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.trace import Trace, TraceError, even_times, resampled

#: Movement is made at this rate and resampled like any recording, impacts included.
MADE_HZ = 200
TOTAL_S_MAX = 86_400

#: Seconds of each movement when the script gives none; the keys are the words of a script.
DEFAULT_S = {
    "stand": 10.0,
    "sit": 10.0,
    "walk": 10.0,
    "run": 10.0,
    "lie": 60.0,
    "fall": 5.0,
    "turn-over": 4.0,
}
LYING = ("lie", "fall", "turn-over")
#: A fall needs this long to be lost, to land and to settle.
FALL_S_MIN = 3.0
SEGMENT_S_MIN = 1.0

#: Noise on each axis at `MADE_HZ`, standard deviation in mg; averaged to 50 Hz it is 2.5 mg.
NOISE_MG = 5.3
#: Small movements of a body at rest (breath, heart, hands), standard deviation in mg.
UNREST_MG = {"stand": 1.5, "sit": 8.0, "lie": 9.0}
#: Lean of the trunk from upright, in degrees.
LEAN_DEGREES = {"stand": 2.0, "sit": 25.0, "walk": 4.0, "run": 9.0}

_Floats = NDArray[np.float64]


class ScriptError(TraceError):
    """The generator cannot follow this script; `str()` says which part and why."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One movement of a script."""

    word: str
    duration_s: float


def parse(script: str) -> tuple[Segment, ...]:
    """Return the movements of a script such as `walk:10,fall,lie:60` (durations in s).

    Raises:
        ScriptError: an unknown word, an impossible duration, or lying movements while upright.
    """
    segments: list[Segment] = []
    for part in script.split(","):
        segment = _parse_part(part.strip())
        if segment.word == "turn-over" and not (segments and segments[-1].word in LYING):
            raise ScriptError("turn-over is for a worker who lies: put lie or fall before it.")
        if segment.word == "fall" and segments and segments[-1].word in LYING:
            raise ScriptError("A worker who lies cannot fall: put stand, walk, run or sit before fall.")
        segments.append(segment)
    if sum(segment.duration_s for segment in segments) > TOTAL_S_MAX:
        raise ScriptError(f"The script lasts longer than {TOTAL_S_MAX} s, which is the limit.")
    return tuple(segments)


def _parse_part(part: str) -> Segment:
    word, colon, number = part.partition(":")
    if word not in DEFAULT_S:
        raise ScriptError(f"No movement is called {part!r}; there are {', '.join(DEFAULT_S)}.")
    try:
        duration_s = float(number) if colon else DEFAULT_S[word]
    except ValueError:
        raise ScriptError(f"{part!r}: {number!r} is no number of seconds.") from None
    low_s = FALL_S_MIN if word == "fall" else SEGMENT_S_MIN
    if not low_s <= duration_s <= TOTAL_S_MAX:
        raise ScriptError(f"{part!r}: {word} lasts {low_s:g} to {TOTAL_S_MAX} s.")
    return Segment(word, duration_s)


def generate(script: str, seed: int = 1) -> Trace:
    """Return the movement of a script at 50 Hz; the same script and seed give the same trace.

    Raises:
        ScriptError: the script cannot be followed.
    """
    segments = parse(script)
    chance = np.random.default_rng(seed)
    up = _posture("stand", chance)
    pieces: list[_Floats] = []
    for segment in segments:
        piece, up = _make(segment, up, chance, is_first=not pieces)
        pieces.append(piece)
    body_mg = np.concatenate(pieces)
    sensor_mg = body_mg @ _mounting(chance).T + chance.normal(0, NOISE_MG, body_mg.shape)
    return resampled(
        even_times(len(sensor_mg), MADE_HZ),
        sensor_mg,
        source=f"generated: {script} (seed {seed})",
        is_generated=True,
    )


def _make(
    segment: Segment, up: _Floats, chance: np.random.Generator, *, is_first: bool
) -> tuple[_Floats, _Floats]:
    """Return the specific force of one movement ([n, 3] mg, body axes) and the posture at its end.

    `up` is the direction of gravity's reaction in body axes: what a resting accelerometer shows.
    """
    count = round(segment.duration_s * MADE_HZ)
    seconds = np.arange(count) / MADE_HZ
    if segment.word == "turn-over":
        return _turn_over(seconds, up, chance)
    end = up if segment.word == "lie" and up[2] < 0.5 else _posture(segment.word, chance)
    if segment.word == "fall":
        return _fall(seconds, up, end, chance)
    turn_s = 0.0 if is_first else min(1.5, segment.duration_s / 2)
    directions = _turn(up, end, _smooth_step(seconds, 0.0, turn_s))
    if segment.word in ("walk", "run"):
        return _gait(segment.word, seconds, directions, chance), end
    effort_g = (
        0.0 if np.allclose(up, end) else 0.25 * math.sin(math.acos(float(np.clip(up @ end, -1, 1))) / 2)
    )
    unrest_g = UNREST_MG[segment.word] / 1000.0 * _wander(count, 0.15, chance)
    vertical_g = 1.0 + effort_g * _push(seconds, turn_s) + unrest_g
    return 1000.0 * vertical_g[:, None] * _sway(seconds, directions, segment.word, chance), end


def _posture(word: str, chance: np.random.Generator) -> _Floats:
    """Return the direction of up in body axes (z along the spine) in one posture."""
    lean = math.radians(chance.uniform(82.0, 98.0) if word in LYING else LEAN_DEGREES[word])
    around = chance.uniform(0, 2 * math.pi)
    return np.array([math.sin(lean) * math.cos(around), math.sin(lean) * math.sin(around), math.cos(lean)])


def _mounting(chance: np.random.Generator) -> _Floats:
    """Return a rotation [3, 3]: nobody clips a device on along its axes."""
    rotation, triangle = np.linalg.qr(chance.normal(size=(3, 3)))
    rotation *= np.sign(np.diag(triangle))
    if np.linalg.det(rotation) < 0:
        rotation[:, 0] = -rotation[:, 0]
    return np.asarray(rotation, dtype=np.float64)


def _smooth_step(seconds: _Floats, start_s: float, length_s: float) -> _Floats:
    """Return 0 before `start_s`, 1 after `start_s + length_s`, and a step without a jerk between."""
    if length_s <= 0:
        return np.ones_like(seconds)
    part = np.clip((seconds - start_s) / length_s, 0.0, 1.0)
    step: _Floats = part * part * (3.0 - 2.0 * part)
    return step


def _push(seconds: _Floats, length_s: float) -> _Floats:
    """Return the effort of changing posture: up, then down, so that the body is at rest again."""
    if length_s <= 0:
        return np.zeros_like(seconds)
    part = np.clip(seconds / length_s, 0.0, 1.0)
    effort: _Floats = np.sin(2 * math.pi * part) * np.sin(math.pi * part)
    return effort


def _turn(start: _Floats, end: _Floats, part: _Floats) -> _Floats:
    """Return directions ([n, 3], unit) on the great circle from `start` to `end`; `part` is 0..1."""
    angle = math.acos(float(np.clip(start @ end, -1.0, 1.0)))
    side = end - start * (start @ end)
    length = float(np.linalg.norm(side))
    if length < 1e-9:
        return np.repeat(start[None, :], len(part), axis=0)
    turned = angle * part
    directions: _Floats = np.cos(turned)[:, None] * start + np.sin(turned)[:, None] * (side / length)
    return directions


def _wander(count: int, correlation_s: float, chance: np.random.Generator) -> _Floats:
    """Return smooth noise around 0 with a standard deviation near 1."""
    knots = max(2, math.ceil(count / MADE_HZ / correlation_s) + 2)
    places = np.arange(count) / (MADE_HZ * correlation_s)
    return np.interp(places, np.arange(knots), chance.normal(0.0, 1.2, knots))


def _sway(seconds: _Floats, directions: _Floats, word: str, chance: np.random.Generator) -> _Floats:
    """Return the directions with breath and balance in them: nobody alive is a stone."""
    breath = math.radians(0.25) * np.sin(2 * math.pi * 0.25 * seconds + chance.uniform(0, 6))
    wander_degrees = {"stand": 0.5, "sit": 0.8}.get(word, 0.05)
    sway = np.column_stack([math.radians(wander_degrees) * _wander(len(seconds), 2.0, chance) for _ in "xyz"])
    swayed: _Floats = directions + sway
    swayed[:, 0] += breath
    unit: _Floats = swayed / np.linalg.norm(swayed, axis=1, keepdims=True)
    return unit


def _gait(word: str, seconds: _Floats, directions: _Floats, chance: np.random.Generator) -> _Floats:
    """Return walking or running ([n, 3] mg): steps of uneven length and strength, on average 1 g upwards."""
    step_hz = chance.uniform(1.7, 2.0) if word == "walk" else chance.uniform(2.5, 2.9)
    hz = step_hz * (1.0 + 0.03 * _wander(len(seconds), 0.6, chance))
    phase = 2 * math.pi * np.cumsum(hz) / MADE_HZ
    habit = chance.uniform(0.8, 1.4) if word == "walk" else chance.uniform(0.9, 1.1)
    strength = habit * (1.0 + 0.08 * _wander(len(seconds), 0.8, chance)) * _smooth_step(seconds, 0.0, 0.6)
    if word == "walk":
        bounce_g = 0.30 * np.sin(phase) + 0.12 * np.sin(2 * phase + 0.7) + 0.08 * np.sin(4 * phase)
        side_g = 0.10
    else:
        bounce_g = _running_g(phase) - 1.0 + 0.20 * np.sin(4 * phase)
        side_g = 0.25
    force_g = (1.0 + strength * bounce_g)[:, None] * directions
    force_g[:, 0] += side_g * strength * np.sin(phase + 1.1)
    force_g[:, 1] += side_g * strength * np.sin(phase / 2)
    force_mg: _Floats = 1000.0 * force_g
    return force_mg


def _running_g(phase: _Floats) -> _Floats:
    """Return the vertical force of running: 78 % of a step with a foot on the ground, the rest in the air."""
    contact = 0.78
    part = (phase / (2 * math.pi)) % 1.0
    push: _Floats = math.pi / (2 * contact) * np.sin(math.pi * np.minimum(part / contact, 1.0))
    return push


def _fall(
    seconds: _Floats, up: _Floats, end: _Floats, chance: np.random.Generator
) -> tuple[_Floats, _Floats]:
    """Return a fall: balance lost, weightless for a moment, an impact and a rebound, then lying still."""
    start_s = chance.uniform(0.4, 0.7)
    drop_s = chance.uniform(0.40, 0.55)
    lost_g = chance.uniform(0.70, 0.85)
    impact_s = chance.uniform(0.06, 0.09)
    drop = _smooth_step(seconds, start_s, 0.12) - _smooth_step(seconds, start_s + drop_s, 0.03)
    speed = lost_g * float(np.sum(drop))
    landing_s = start_s + drop_s
    vertical_g = 1.0 - lost_g * drop
    vertical_g += 0.85 * speed * _blow(seconds, landing_s, impact_s)
    vertical_g += 0.15 * speed * _blow(seconds, landing_s + 0.18, impact_s)
    directions = _turn(up, end, _smooth_step(seconds, start_s - 0.2, drop_s + 0.3))
    force_g = vertical_g[:, None] * _sway(seconds, directions, "fall", chance)
    since_s = np.maximum(seconds - landing_s, 0.0)
    jolt_g = chance.uniform(0.5, 1.0) * np.exp(-since_s / 0.12) * np.sin(2 * math.pi * 9.0 * since_s)
    force_g += jolt_g[:, None] * chance.normal(0, 0.6, 3)
    force_mg: _Floats = 1000.0 * force_g
    return force_mg, end


def _blow(seconds: _Floats, start_s: float, length_s: float) -> _Floats:
    """Return a half sine whose samples sum to 1."""
    part = (seconds - start_s) / length_s
    blow = np.where((part > 0) & (part < 1), np.sin(math.pi * np.clip(part, 0, 1)), 0.0)
    unit: _Floats = blow / float(np.sum(blow))
    return unit


def _turn_over(seconds: _Floats, up: _Floats, chance: np.random.Generator) -> tuple[_Floats, _Floats]:
    """Return a lying worker's roll about the spine by 60 to 170 degrees, with the heave it takes."""
    angle = math.radians(chance.uniform(60, 170)) * chance.choice([-1.0, 1.0])
    turn_s = min(1.5, float(seconds[-1]) / 2)
    turned = angle * _smooth_step(seconds, 0.0, turn_s)
    x, y = up[0], up[1]
    directions = np.column_stack(
        [
            x * np.cos(turned) - y * np.sin(turned),
            x * np.sin(turned) + y * np.cos(turned),
            np.full(len(seconds), up[2]),
        ]
    )
    heave_g = 1.0 + 0.35 * _push(seconds, turn_s)
    force_mg: _Floats = 1000.0 * heave_g[:, None] * _sway(seconds, directions, "turn-over", chance)
    return force_mg, directions[-1]
