"""One run again, with what the detectors saw at every block: gravity, posture, movement, countdowns.

Decides nothing: it reads the firmware's own watches while the same inputs run through the same device, in
this process. Times are ms after the lead, as in the events.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from firmware.device import Device
from firmware.settings import Settings
from firmware.watches import Watches
from simulator.evaluation.catalogue import Recording
from simulator.evaluation.plans import Run
from simulator.evaluation.pool import Job
from simulator.evaluation.run import Answers, Event, begin, feed
from simulator.evaluation.samples import Library, Samples
from simulator.trace import TraceError

#: Settings that a picture draws as limits, where the firmware has them.
LIMITS = ("tilt_limit_deg", "movement_mg", "hectic_mg", "unworn_mg")


@dataclass(slots=True)
class View:
    """What happened in one run, and what the device made of it."""

    run: Run
    acc_mg: Samples
    lead_ms: int
    starts: tuple[tuple[int, Recording], ...]
    #: Sum of the recordings' lengths; what follows is held.
    duration_ms: int
    peak_ms: int | None
    events: tuple[Event, ...]
    #: Values of `LIMITS` that the firmware has.
    limits: dict[str, int]
    #: The end of each block, and what stood then.
    at_ms: list[int] = field(default_factory=list)
    gravity_mg: list[tuple[int, int, int]] = field(default_factory=list)
    #: (0, 0, 0) as long as it is unknown.
    upright_mg: list[tuple[int, int, int]] = field(default_factory=list)
    posture: list[int] = field(default_factory=list)
    movement_mg: list[int] = field(default_factory=list)
    jerk_mg: list[int] = field(default_factory=list)
    #: For each kind: ms until its pre-alarm if nothing changes, None while nothing counts down.
    left_ms: dict[str, list[int | None]] = field(default_factory=dict)

    def tilt_deg(self) -> NDArray[np.float64]:
        """Return the angle between gravity and upright at each block; NaN while upright is unknown."""
        gravity, upright = (np.array(found, np.float64) for found in (self.gravity_mg, self.upright_mg))
        lengths = np.linalg.norm(gravity, axis=1) * np.linalg.norm(upright, axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            cosine = np.sum(gravity * upright, axis=1) / lengths
        tilt: NDArray[np.float64] = np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0)))
        return tilt


def look(job: Job, run: Run, library: Library) -> View:
    """Return what the device sees in one run of `job`, in CPython.

    Raises:
        TraceError: none of its recordings can be used.
    """
    prepared = library.prepare(job.plan, run)
    if not len(prepared.acc_mg):
        raise TraceError(prepared.faults[0] if prepared.faults else f"{run.name} has no samples.")
    answers = Answers(prepared.lead_ms)
    values = job.settings(run)
    settings = Settings.from_dict(values)
    view = View(
        run,
        prepared.acc_mg,
        prepared.lead_ms,
        prepared.starts,
        prepared.duration_ms,
        prepared.facts.peak_ms if prepared.facts and run.recording.is_fall else None,
        (),
        {name: getattr(settings, name) for name in LIMITS if hasattr(settings, name)},
    )
    board = begin(values, answers)
    watches = _watches(board.device)
    given_mg = (settings.upright_x_mg, settings.upright_y_mg, settings.upright_z_mg)
    for now_ms in feed(board, answers, prepared.acc_mg):
        _note(view, watches, given_mg, now_ms)
    view.events = tuple(answers.events)
    return view


def _watches(device: Device) -> Watches:
    return next(part for part in vars(device).values() if isinstance(part, Watches))


def _note(view: View, watches: Any, given_mg: tuple[int, int, int], now_ms: int) -> None:
    motion = watches.motion
    view.at_ms.append(now_ms - view.lead_ms)
    view.gravity_mg.append((motion.x_mg, motion.y_mg, motion.z_mg))
    view.upright_mg.append(tuple(watches.upright_mg) if any(watches.upright_mg) else given_mg)
    view.posture.append(watches.position.posture)
    view.movement_mg.append(motion.movement_mg)
    view.jerk_mg.append(motion.jerk_mg)
    for kind, watch in watches.all:
        deadline_ms = watch.deadline_ms()
        left_ms = None if deadline_ms is None else max(deadline_ms - now_ms, 0)
        view.left_ms.setdefault(kind, []).append(left_ms)
