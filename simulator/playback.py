"""One recording through the real firmware in virtual time, event by event.

Decides the order of inputs (samples, key, answers of the base station) and that the last posture is held
after the end, as if nobody moved again; everything that happens then is marked as held. It never decides
about alarms: the firmware does. Units: ms of device time, 0 at the first sample.
"""

import heapq
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator import movement, recordings
from simulator.lockstep import LockstepDevice
from simulator.station import ANSWER_MS, AnsweringStation
from simulator.trace import SAMPLE_MS, Trace, read_csv

#: A recording of this form is made by the generator.
GENERATE_PREFIX = "generate:"
#: Device name of a replay, wherever it appears.
DEVICE = "replay"
#: Enough for a rest alarm of the default settings (60 + 15 s) and a start that is not yet at rest.
HOLD_S_DEFAULT = 90.0
HOLD_S_MAX = 3_600.0
#: The posture that is held is the median of this much of the recording's end, in ms.
POSTURE_MS = 1_000
#: A sensor is never quite still: standard deviation of the held samples, the same in every replay, in mg.
HELD_NOISE_MG = 2.5
#: Without a base station nothing answers, so longer stretches go to the device at once, in ms.
UNANSWERED_STRETCH_MS = 2_000
#: Battery as it is reported at the start: mV, %, on the charger.
BATTERY = (4_100, 90, 0)


@dataclass(frozen=True, slots=True)
class KeyPress:
    """The worker holds the key."""

    start_ms: int
    duration_ms: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What happens in one replay."""

    trace: Trace
    #: How long the last posture is held after the recording's end, in ms.
    hold_ms: int = 0
    #: Whether a base station answers; without one the radio link is up, but nobody receives.
    is_answered: bool = True
    keys: Sequence[KeyPress] = ()

    @property
    def end_ms(self) -> int:
        """The device time at which the replay ends."""
        return self.trace.duration_ms + self.hold_ms


@dataclass(slots=True)
class Tally:
    """What one replay came to."""

    #: (time in ms, kind, whether the last posture was only held), in order.
    raised: list[tuple[int, str, bool]] = field(default_factory=list)
    pre_alarms: int = 0
    cancelled: int = 0

    def add(self, event: dict[str, Any]) -> None:
        """Count one event of a replay."""
        if event["event"] != "publish":
            return
        message = event["message"]
        if message["kind"] == "raised" and message["repeat"] == 0:
            self.raised.append((event["t_ms"], message["alarm_kind"], event["is_held"]))
        self.pre_alarms += message["kind"] == "pre-alarm"
        self.cancelled += message["kind"] == "cancelled"


def find_recording(text: str, folder: Path | None, seed: int = 1) -> Trace:
    """Return the trace of a CSV path, a `set:number` of a recordings folder or a `generate:` script.

    Raises:
        TraceError: it is not there, or cannot be replayed.
    """
    if text.startswith(GENERATE_PREFIX):
        return movement.generate(text.removeprefix(GENERATE_PREFIX), seed)
    if recordings.is_recording_name(text) and not Path(text).exists():
        return recordings.load(recordings.find_folder(folder), text)
    return read_csv(Path(text))


def run(plan: Plan, device: LockstepDevice) -> Iterator[dict[str, Any]]:
    """Yield what happens, in order of time: dicts with `t_ms`, `event`, `is_held` and the event's own keys.

    Between two exchanges the device gets no more than it can be sent without an answer coming due: the
    delay of the base station's answers. So every answer arrives at its exact virtual time.
    """
    station = AnsweringStation() if plan.is_answered else None
    stretch_ms = ANSWER_MS if station else UNANSWERED_STRETCH_MS
    fixed = _Inputs(_fixed_inputs(plan))
    answers: list[tuple[int, str]] = []
    effects = device.first_effects
    for start_ms in range(0, plan.end_ms + 1, stretch_ms):
        stop_ms = min(start_ms + stretch_ms, plan.end_ms + 1)
        due = sorted(fixed.until(stop_ms) + [answer for answer in answers if answer[0] < stop_ms])
        answers = [answer for answer in answers if answer[0] >= stop_ms]
        effects = effects + device.exchange([*(line for _, line in due), f"t {stop_ms - 1}"])
        for effect in effects:
            answer = station.answer(effect) if station else None
            if answer is not None:
                answers.append((answer[0], f"m {answer[0]} {answer[1]}"))
        yield from _in_order(plan, effects, due)
        effects = []


class _Inputs:
    """The inputs that do not depend on what the device does, handed out in order of time."""

    def __init__(self, inputs: Iterator[tuple[int, str]]) -> None:
        self._inputs = inputs
        self._next = next(inputs, None)

    def until(self, stop_ms: int) -> list[tuple[int, str]]:
        """Return the inputs before `stop_ms` that were not handed out yet."""
        due = []
        while self._next is not None and self._next[0] < stop_ms:
            due.append(self._next)
            self._next = next(self._inputs, None)
        return due


def _fixed_inputs(plan: Plan) -> Iterator[tuple[int, str]]:
    millivolts, percent, is_charging = BATTERY
    yield 0, f"b 0 {millivolts} {percent} {is_charging}"
    yield 0, "l 0 1"
    yield from heapq.merge(_key_turns(plan), _samples(plan))


def _key_turns(plan: Plan) -> list[tuple[int, str]]:
    turns = [(key.start_ms, f"k {key.start_ms} 1") for key in plan.keys]
    ends_ms = [key.start_ms + key.duration_ms for key in plan.keys]
    turns += [(end_ms, f"k {end_ms} 0") for end_ms in ends_ms]
    return sorted(turns)


def _samples(plan: Plan) -> Iterator[tuple[int, str]]:
    """Yield the sample inputs: the recording, then the posture of its end."""
    acc_mg = plan.trace.acc_mg
    for t_ms, (x_mg, y_mg, z_mg) in zip(plan.trace.t_ms.tolist(), acc_mg.tolist(), strict=True):
        yield t_ms, f"s {t_ms} {x_mg} {y_mg} {z_mg}"
    held_ms = range(plan.trace.duration_ms + SAMPLE_MS, plan.end_ms + 1, SAMPLE_MS)
    for t_ms, (x_mg, y_mg, z_mg) in zip(held_ms, _held_mg(acc_mg, len(held_ms)), strict=True):
        yield t_ms, f"s {t_ms} {x_mg} {y_mg} {z_mg}"


def _held_mg(acc_mg: NDArray[np.int16], count: int) -> list[list[int]]:
    posture_mg = np.median(acc_mg[-POSTURE_MS // SAMPLE_MS :], axis=0)
    noise_mg = np.random.default_rng(0).normal(0.0, HELD_NOISE_MG, (count, 3))
    held: list[list[int]] = np.rint(posture_mg + noise_mg).astype(int).tolist()
    return held


def _in_order(
    plan: Plan, effects: Sequence[dict[str, Any]], inputs: Sequence[tuple[int, str]]
) -> Iterator[dict[str, Any]]:
    """Yield the inputs a person should see, and the effects, in order of time."""
    happened: list[tuple[int, dict[str, Any]]] = []
    for t_ms, line in inputs:
        if line[0] == "k":
            happened.append((t_ms, {"event": "key", "is_down": line.endswith(" 1")}))
        elif line[0] == "m":
            happened.append((t_ms, {"event": "answer", "message": json.loads(line.split(" ", 2)[2])}))
    for effect in effects:
        rest = {key: value for key, value in effect.items() if key not in ("effect", "t_ms")}
        happened.append((effect["t_ms"], {"event": effect["effect"], **rest}))
    for t_ms, event in sorted(happened, key=lambda pair: pair[0]):
        yield {"t_ms": t_ms, "is_held": t_ms > plan.trace.duration_ms, **event}


@dataclass(slots=True)
class Stopwatch:
    """How much faster than real time a replay ran."""

    started_s: float = field(default_factory=time.perf_counter)

    def real_time_factor(self, virtual_ms: int) -> float:
        """Return seconds of device time per second of real time."""
        return virtual_ms / 1000.0 / max(time.perf_counter() - self.started_s, 1e-9)
