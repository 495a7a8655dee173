"""The movement kept with a case, fetched from the running base station to be replayed.

Decides what is compared: what the case says of its alarm, and what the detectors say of the same movement
now. Learns nothing of the wearer but the movement and the upright direction the device went by. The station
logs that it was read. Times in ms; 0 of a trace is when the alarm was raised.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from basestation.local import Station
from simulator.trace import Trace, read_lines

#: Alarms that no movement raises.
_BY_HAND = ("manual", "silent", "duress", "time")


@dataclass(frozen=True, slots=True)
class CaseTrace:
    """The trace of one case, and what the case says."""

    case_id: int
    kind: str
    upright_mg: dict[str, int] | None
    #: Time of the first sample, from the raise.
    first_ms: int
    is_complete: bool
    trace: Trace

    def settings(self) -> dict[str, int]:
        """Return the settings that give the simulated device the same upright direction."""
        up = self.upright_mg
        return {} if up is None else {f"upright_{axis}_mg": up[axis] for axis in ("x", "y", "z")}

    def comparison(self, raised: list[dict[str, Any]]) -> tuple[dict[str, Any], str]:
        """Return what the case says beside what was raised in the replay, for a program and for a person."""
        own = [alarm for alarm in raised if alarm["alarm_kind"] == self.kind]
        after_ms = own[0]["t_ms"] + self.first_ms if own else None
        facts = {
            "event": "comparison",
            "case": self.case_id,
            "alarm_kind": self.kind,
            "raised_at_ms": -self.first_ms,
            "is_complete": self.is_complete,
            "is_raised_now": bool(own),
            "later_ms": after_ms,
        }
        return facts, f"\n{self._told()} {self._now(after_ms, raised)}"

    def _told(self) -> str:
        extent = "" if self.is_complete else " Its trace is not complete."
        at_s = -self.first_ms / 1000
        return f"Case {self.case_id} says: {self.kind} alarm, raised {at_s:.1f} s into this.{extent}"

    def _now(self, after_ms: int | None, raised: list[dict[str, Any]]) -> str:
        if after_ms is not None:
            when = f"{abs(after_ms) / 1000:.1f} s {'later' if after_ms >= 0 else 'earlier'}"
            return f"The device now raises it too, {when}."
        others = ", ".join(dict.fromkeys(alarm["alarm_kind"] for alarm in raised)) or "nothing"
        if self.kind in _BY_HAND:
            return f"No movement raises that one; of the movement the device now raises {others}."
        return f"The device now does not raise it; it raises {others}."


def fetch(case_id: int, data_dir: Path) -> CaseTrace:
    """Return the trace of a case of the base station that keeps its data in `data_dir`.

    Raises:
        NotReached: no base station answers, or it refuses: no such case, no trace.
        TraceError: what was kept cannot be replayed.
    """
    station = Station.on_this_machine(data_dir)
    try:
        case = station.get(f"cases/{case_id}")
        text = station.text(f"cases/{case_id}/trace")
    finally:
        station.close()
    lines = text.splitlines()
    trace = read_lines(lines, Path(f"case {case_id}"))
    return CaseTrace(
        case_id=case_id,
        kind=case["kind"],
        upright_mg=case["trace"]["upright_mg"],
        first_ms=int(lines[1].split(",")[0]),
        is_complete=case["trace"]["is_complete"],
        trace=trace,
    )
