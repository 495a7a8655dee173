"""The list of a quarter's test alarms as CSV: each stage with seconds and limit, the verdict, a signature.

Pure. Quarters are those of UTC; seconds count from the order.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from basestation.site.csv_lines import write

_STAGES: Final = (
    ("STORED", "stored_s"), ("TOLD", "told_s"), ("ANSWERED", "answered_s"), ("PASSED", "confirmed_s"),
)  # fmt: skip
_FACTS: Final = ("id", "ordered_at", "started_by", "device", "worker", "workplace", "alarm_kind", "chain")
_VERDICT: Final = ("state", "answered_by", "ended_by", "reason", "case_id")
COLUMNS: Final = (
    *_FACTS,
    "announced",
    *(name for stage, limit in _STAGES for name in (f"{stage.lower()}_after_s", f"{limit}_limit")),
    *_VERDICT,
    "signature",
)


def quarter_of(name: str) -> tuple[datetime, datetime]:
    """Return begin and end of a quarter, "2026-Q1"."""
    year, number = int(name[:4]), int(name[-1])
    begin = datetime(year, 3 * number - 2, 1, tzinfo=UTC)
    return begin, datetime(year + number // 4, 3 * number % 12 + 1, 1, tzinfo=UTC)


def csv_of(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Return tests, as `keeping.view` tells them, as a file; whoever signs does so on paper."""
    return write(COLUMNS, [_line(row) for row in rows])


def _line(row: Mapping[str, Any]) -> dict[str, str]:
    line = {name: _text(row[name]) for name in (*_FACTS, *_VERDICT)}
    line |= {"announced": "yes" if row["is_announced"] else "no", "signature": ""}
    ordered_at = datetime.fromisoformat(row["ordered_at"])
    for stage, limit in _STAGES:
        at = row["reached"].get(stage)
        after_s = "" if at is None else f"{(datetime.fromisoformat(at) - ordered_at).total_seconds():.1f}"
        line |= {f"{stage.lower()}_after_s": after_s, f"{limit}_limit": str(row["limits"][limit])}
    return line


def _text(value: object) -> str:
    return "" if value is None else str(value)
