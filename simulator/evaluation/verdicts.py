"""What each alarm kind should have made of a recording, and whether it did.

Decides the truth from labels, words and samples, never from a detector. fall: a fall recording; its pre-alarm
is due from 0.5 s before to 5 s after the peak. escape: a run of 15 s or more. position (plan held): ends
lying, which is a fall or a recording whose words say lying with over 60 degrees between its last two seconds
and the lead. rest (held): neither moves nor turns by 50 mg over the last two seconds. Of loss nothing is
known. Times in ms.
"""

from dataclasses import dataclass

from simulator.evaluation.catalogue import DESK, LOW, LYING, NOT_UPRIGHT, STANDING, Recording
from simulator.evaluation.pool import Result
from simulator.evaluation.run import KINDS, Event

FALL_BEFORE_MS, FALL_AFTER_MS = 500, 5_000
RUN_MS_MIN = 15_000
#: A body is still if |a| varies less over its last two seconds, in mg (standard deviation).
STILL_MG = 50.0
LYING_DEG, LOW_DEG = 60.0, 15.0
#: Nobody stays down unnoticed: an alarm of any kind so long after the impact at the latest; the good case.
DOWN_MS_MAX, DOWN_MS_GOOD = 90_000, 45_000

#: So long after a join of two recordings its jump may still be what a detector answers.
SEAM_MS = 6_000

LYING_END, LOW_END, FALLEN_LOW_END, OTHER_END = "lying", "low", "fallen low", "other"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether one kind was due in one run, and what came."""

    kind: str
    #: None: neither a miss nor a false alarm can be spoken of.
    is_due: bool | None
    has_come: bool
    #: From the peak (fall), the recording's start (escape) or its end (the others), in ms.
    after_ms: int | None = None

    @property
    def is_miss(self) -> bool:
        """Tell whether an alarm was due and did not come."""
        return self.is_due is True and not self.has_come

    @property
    def is_false(self) -> bool:
        """Tell whether an alarm came that was not due."""
        return self.is_due is False and self.has_come


@dataclass(frozen=True, slots=True)
class SessionAlarm:
    """One pre-alarm (or raise without one) of a session."""

    kind: str
    at_ms: int
    is_raised: bool
    #: The recording that was under way.
    during: Recording
    #: An escape alarm while somebody runs is right.
    is_hit: bool
    #: Just after two recordings were joined, where a person jumps from one posture to another.
    is_at_seam: bool


def judge(plan: str, kind: str, result: Result) -> Verdict:
    """Return the verdict on one kind in one run of a plan other than sessions."""
    assert kind in KINDS, kind
    if kind == "fall":
        return _judge_fall(result)
    begun = begins(result, kind) if kind != "escape" else _begins_in_real_movement(result, kind)
    is_due = _is_escape_due(result) if kind == "escape" else _is_due_at_end(plan, kind, result)
    if kind == "escape" and is_due:
        # What counts is that help is called.
        begun = [event for event in result.events if (event.kind, event.state) == (kind, "RAISED")]
        begun = [event for event in begun if event.at_ms <= result.duration_ms]
    after_ms = None
    if begun:
        after_ms = begun[0].at_ms - (0 if kind == "escape" else result.duration_ms)
    return Verdict(kind, is_due, bool(begun), after_ms)


def begins(result: Result, kind: str) -> list[Event]:
    """Return the first events of the alarms of a kind: pre-alarms, and raises that had none."""
    found: list[Event] = []
    is_open = False
    for event in result.events:
        if event.kind != kind:
            continue
        if event.state == "PRE_ALARM" or (event.state == "RAISED" and not is_open):
            found.append(event)
        is_open = event.state == "PRE_ALARM"
    return found


def end_of(result: Result) -> str | None:
    """Return how the recording of a run ends, one of the `_END` words; None without an upright to compare."""
    facts, recording = result.facts, result.run.recording
    if facts is None or facts.end_tilt_deg is None:
        return None
    if recording.is_fall or recording.says(LYING):
        if facts.end_tilt_deg > LYING_DEG:
            return LYING_END
        if recording.is_fall:
            return FALLEN_LOW_END if facts.end_tilt_deg >= LOW_DEG else OTHER_END
    is_low = (recording.says(LOW) or recording.says(LYING)) and facts.end_tilt_deg >= LOW_DEG
    return LOW_END if is_low else OTHER_END


def is_still_end(result: Result) -> bool:
    """Tell whether |a| hardly varies over the last two seconds: the measure of who stays down."""
    return result.facts is not None and result.facts.end_std_mg < STILL_MG


def is_rest_due(result: Result) -> bool:
    """Tell whether the body neither moves nor turns over the last two seconds, so that the hold is a rest."""
    return is_still_end(result) and result.facts is not None and result.facts.end_spread_mg < STILL_MG


def is_calm(recording: Recording) -> bool:
    """Tell whether somebody works at a desk or stands, which a rest alarm tells from nothing worse."""
    return recording.says(DESK) or (recording.says(STANDING) and not recording.says(NOT_UPRIGHT))


def noticed(result: Result) -> tuple[str, int] | None:
    """Return (kind, ms after the peak) of the first raised alarm after a fall, None if nobody notices."""
    assert result.facts is not None
    for event in result.events:
        after_ms = event.at_ms - result.facts.peak_ms
        if event.state == "RAISED" and event.kind in KINDS and after_ms >= -FALL_BEFORE_MS:
            return event.kind, after_ms
    return None


def session_alarms(result: Result, kind: str) -> list[SessionAlarm]:
    """Return the alarms of a kind in a session, in order."""
    parts = {part.name: part for part in result.run.parts}
    found = []
    for event in begins(result, kind):
        start_ms, during, _ = [start for start in result.starts if start[0] <= max(event.at_ms, 0)][-1]
        is_raised = _becomes_raised(result, event)
        is_hit = kind == "escape" and parts[during].is_run
        is_at_seam = start_ms > 0 and event.at_ms - start_ms <= SEAM_MS
        found.append(SessionAlarm(kind, event.at_ms, is_raised, parts[during], is_hit, is_at_seam))
    return found


def _becomes_raised(result: Result, begun: Event) -> bool:
    later = result.events[result.events.index(begun) :]
    return next(
        (e.state == "RAISED" for e in later if e.kind == begun.kind and e.state != "PRE_ALARM"), False
    )


def _begins_in_real_movement(result: Result, kind: str) -> list[Event]:
    """Return what began before the hold, or in it if it is still.

    Movement that is repeated every two seconds, with a jolt at each seam, is nobody's movement.
    """
    begun = begins(result, kind)
    return [event for event in begun if event.at_ms <= result.duration_ms or is_still_end(result)]


def _judge_fall(result: Result) -> Verdict:
    if not result.run.recording.is_fall:
        return Verdict("fall", is_due=False, has_come=bool(_begins_in_real_movement(result, "fall")))
    assert result.facts is not None
    afters_ms = [event.at_ms - result.facts.peak_ms for event in begins(result, "fall")]
    timely_ms = [after for after in afters_ms if -FALL_BEFORE_MS <= after <= FALL_AFTER_MS]
    return Verdict("fall", is_due=True, has_come=bool(timely_ms), after_ms=next(iter(timely_ms), None))


def _is_escape_due(result: Result) -> bool | None:
    if not result.run.recording.is_run:
        return None if result.run.recording.is_fall else False
    # By the index: at 50 Hz the last interval of a slower recording is missing.
    return True if result.run.recording.duration_s * 1000 >= RUN_MS_MIN else None


def _is_due_at_end(plan: str, kind: str, result: Result) -> bool | None:
    """Return whether position, rest or loss is due in the hold; in plan recordings none of them is."""
    is_fall = result.run.recording.is_fall
    if plan != "held":
        return None if is_fall else False
    if kind == "position":
        end = end_of(result)
        return True if end == LYING_END else None if is_fall or end is None else False
    if kind == "rest" and is_rest_due(result):
        return True
    return None if is_fall or is_still_end(result) else False
