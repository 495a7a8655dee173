"""The device core over one run, in CPython (fast) or in real MicroPython; which alarms came of it, and when.

Decides that the link is up, that a base station answers every event after 200 ms (so no alarm of the link
gets in the way), and that nobody presses a key: an alarm once raised stands until the run ends. Both runtimes
get the same inputs at the same times in the same order. It decides nothing about alarms. ms of device time.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from firmware.boards.lockstep import VirtualBoard
from firmware.effects import Publish
from firmware.settings import DEFAULTS
from simulator.evaluation.samples import Samples
from simulator.lockstep import LockstepDevice
from simulator.runtime import Runtime
from simulator.station import ANSWER_MS, AnsweringStation
from simulator.trace import SAMPLE_MS

NAME = "evaluation"
KINDS = ("position", "rest", "escape", "fall", "loss")
#: Place of wear as the setting `worn_at` has it.
WORN_AT = {"waist": 0, "chest": 1, "wrist": 2}
#: Battery as it is reported at the start: mV, %, not on the charger.
BATTERY = (4_100, 90, False)
#: Samples between two looks at the base station's answers: none can come earlier.
STRETCH_SAMPLES = ANSWER_MS // SAMPLE_MS

_STATES = {"pre-alarm": "PRE_ALARM", "raised": "RAISED", "cancelled": "CANCELLED"}


@dataclass(frozen=True, slots=True)
class Event:
    """One step in an alarm's life; `at_ms` counts from the recording's own first sample."""

    kind: str
    state: str
    at_ms: int


def known_settings() -> frozenset[str]:
    """Return the names of the settings that this firmware has."""
    return frozenset(setting.name for setting in DEFAULTS)


def settings_for(
    kinds: Sequence[str], place: str, values: Mapping[str, Any], known: frozenset[str]
) -> dict[str, Any]:
    """Return a device's settings: exactly these automatic kinds, this place of wear; `values` go before all.

    What this firmware does not know (`known`) is left out, except in `values`, where it is to be refused.
    """
    wanted: dict[str, Any] = {f"is_{kind}_on": int(kind in kinds) for kind in KINDS}
    wanted["is_self_test_on"] = 0
    if place in WORN_AT:
        wanted["worn_at"] = WORN_AT[place]
    return {name: value for name, value in wanted.items() if name in known} | dict(values)


def run_device(
    runtime: Runtime, settings: Mapping[str, Any], acc_mg: Samples, lead_ms: int
) -> tuple[Event, ...]:
    """Return the alarms' events of a device that is given these samples, in order.

    Raises:
        SettingsError or SettingsRefused: the settings cannot be used.
        DeviceFailed or whatever the firmware raises: a fault in the firmware.
    """
    answers = Answers(lead_ms)
    if runtime.name == "cpython":
        _run_here(settings, acc_mg, answers)
    else:
        _run_apart(runtime, settings, acc_mg, answers)
    return tuple(answers.events)


class Answers:
    """The base station of one run: it notes the alarms' events and says what is answered, and when."""

    def __init__(self, lead_ms: int) -> None:
        self.events: list[Event] = []
        self._lead_ms = lead_ms
        self._station = AnsweringStation()
        self._pending: list[tuple[int, str]] = []
        self._seen: set[tuple[int, int]] = set()

    def show(self, t_ms: int, effect: Any) -> None:
        """Take in one effect of a device that runs in this process."""
        if isinstance(effect, Publish):
            message = json.loads(effect.payload)
            self.take({"effect": "publish", "t_ms": t_ms, "channel": effect.channel, "message": message})

    def take(self, effect: Mapping[str, Any]) -> None:
        """Take in one effect as the lockstep board writes it."""
        answer = self._station.answer(effect)
        if answer is not None:
            self._pending.append(answer)
        if effect["effect"] != "publish" or effect["message"].get("kind") not in _STATES:
            return
        message = effect["message"]
        number = (message["boot"], message["seq"])
        if number not in self._seen:
            self._seen.add(number)
            at_ms = effect["t_ms"] - self._lead_ms
            self.events.append(Event(message["alarm_kind"], _STATES[message["kind"]], at_ms))

    def due(self, stop_ms: int) -> list[tuple[int, str]]:
        """Return and forget the answers (time in ms, JSON) that arrive before `stop_ms`, in order."""
        due = sorted(answer for answer in self._pending if answer[0] < stop_ms)
        if due:
            self._pending = [answer for answer in self._pending if answer[0] >= stop_ms]
        return due


def begin(settings: Mapping[str, Any], answers: Answers) -> VirtualBoard:
    """Return a device of this process as every run starts it."""
    board = VirtualBoard(NAME, dict(settings), b"", answers.show)
    board.battery(0, *BATTERY)
    board.link(0, is_up=True)
    return board


def feed(board: VirtualBoard, answers: Answers, acc_mg: Samples) -> Iterator[int]:
    """Hand over the samples; yield the time in ms after each stretch of `STRETCH_SAMPLES`."""
    x_mg, y_mg, z_mg = (acc_mg[:, axis].tolist() for axis in range(3))
    sample = board.sample
    for start in range(0, len(x_mg), STRETCH_SAMPLES):
        stop = min(start + STRETCH_SAMPLES, len(x_mg))
        t_ms, stop_ms = start * SAMPLE_MS, stop * SAMPLE_MS
        due = answers.due(stop_ms)
        for at in range(start, stop):
            while due and due[0][0] <= t_ms:
                board.message(due[0][0], due.pop(0)[1].encode())
            sample(t_ms, x_mg[at], y_mg[at], z_mg[at])
            t_ms += SAMPLE_MS
        for answer_ms, payload in due:
            board.message(answer_ms, payload.encode())
        board.pass_time(stop_ms - 1)
        yield stop_ms


def _run_here(settings: Mapping[str, Any], acc_mg: Samples, answers: Answers) -> None:
    for _ in feed(begin(settings, answers), answers, acc_mg):
        pass


def _run_apart(runtime: Runtime, settings: Mapping[str, Any], acc_mg: Samples, answers: Answers) -> None:
    rows = acc_mg.tolist()
    millivolts, percent, is_charging = BATTERY
    with LockstepDevice(runtime, name=NAME, settings=settings) as device:
        effects = device.first_effects
        effects += device.exchange([f"b 0 {millivolts} {percent} {int(is_charging)}", "l 0 1"])
        for effect in effects:
            answers.take(effect)
        for start in range(0, len(rows), STRETCH_SAMPLES):
            for effect in device.exchange(_lines(rows, start, answers)):
                answers.take(effect)


def _lines(rows: Sequence[Sequence[int]], start: int, answers: Answers) -> list[str]:
    """Return the inputs of one stretch in the order of `feed`: an answer before the sample of its time."""
    stop = min(start + STRETCH_SAMPLES, len(rows))
    lines = [
        (at * SAMPLE_MS, 1, f"s {at * SAMPLE_MS} {rows[at][0]} {rows[at][1]} {rows[at][2]}")
        for at in range(start, stop)
    ]
    lines += [(at_ms, 0, f"m {at_ms} {text}") for at_ms, text in answers.due(stop * SAMPLE_MS)]
    return [line for _, _, line in sorted(lines)] + [f"t {stop * SAMPLE_MS - 1}"]
