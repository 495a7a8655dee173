"""The map of a coverage walk: how well each point was heard, the worst first. Pure.

Decides the grade of a point from its worst measurement: nobody answered; poor, where packets are lost; weak;
good. -67 dBm is what Wi-Fi is planned for where it carries speech, below -80 dBm it is unusable: limits of
the site's own, like the times, which the alarm's repeats must stay well below. dBm, ms.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

UNANSWERED, POOR, WEAK, GOOD = GRADES = ("unanswered", "poor", "weak", "good")
#: Below these a point is weak, and poor.
WEAK_DBM, POOR_DBM = -67, -80
#: Above these a point is weak, and poor.
WEAK_MS, POOR_MS = 500, 2000


@dataclass(frozen=True, slots=True)
class Measurement:
    """One measurement at a point; None: not heard, not answered."""

    point: int
    rssi_dbm: int | None
    round_trip_ms: int | None
    beacons: Mapping[str, int]


def grade(measured: Measurement) -> str:
    """Return how good one measurement is, one of GRADES."""
    if measured.round_trip_ms is None:
        return UNANSWERED
    dbm = 0 if measured.rssi_dbm is None else measured.rssi_dbm
    if dbm < POOR_DBM or measured.round_trip_ms > POOR_MS:
        return POOR
    return WEAK if dbm < WEAK_DBM or measured.round_trip_ms > WEAK_MS else GOOD


def coverage_map(measured: Sequence[Measurement], names: Sequence[str]) -> list[dict[str, Any]]:
    """Return one row a point: its name, worst grade and figures, and what is heard there; the worst first."""
    by_point: dict[int, list[Measurement]] = {}
    for one in measured:
        by_point.setdefault(one.point, []).append(one)
    rows = [_row(point, ones, names) for point, ones in by_point.items()]
    return sorted(rows, key=_rank)


def _row(point: int, ones: Sequence[Measurement], names: Sequence[str]) -> dict[str, Any]:
    signals = [one.rssi_dbm for one in ones if one.rssi_dbm is not None]
    trips = [one.round_trip_ms for one in ones if one.round_trip_ms is not None]
    heard = [(dbm, name) for one in ones for name, dbm in one.beacons.items()]
    return {
        "point": point,
        "name": names[point] if point < len(names) else "",
        "grade": min((grade(one) for one in ones), key=GRADES.index),
        "rssi_dbm": min(signals, default=None),
        "round_trip_ms": max(trips, default=None),
        "unanswered": len(ones) - len(trips),
        "measurements": len(ones),
        "beacon": max(heard)[1] if heard else None,
    }


def _rank(row: Mapping[str, Any]) -> tuple[int, int, int, int]:
    dbm = row["rssi_dbm"]
    return (
        GRADES.index(row["grade"]),
        -200 if dbm is None else dbm,
        -(row["round_trip_ms"] or 0),
        row["point"],
    )
