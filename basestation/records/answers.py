"""What is told of a clearance: reasons to worker and safety officer, result and conditions to all."""

import json
from collections.abc import Mapping
from typing import Any

from basestation.clearance.judging import Clearance
from basestation.clearance.rules import Terms
from basestation.clock import from_ms, iso


def brief(found: Clearance) -> dict[str, Any]:
    """Return what everybody may see: the result and the conditions."""
    return {"result": found.result, "terms": _terms(found.terms)}


def full(found: Clearance) -> dict[str, Any]:
    """Return the answer with every reason, for the worker and the safety officer."""
    reasons = [
        {
            "rule": one.rule, "pack": one.pack, "verdict": one.verdict, "is_final": one.is_final,
            "text": dict(one.text), "remedy": dict(one.remedy), "source": one.source, "tag": one.tag,
        }
        for one in found.reasons
    ]  # fmt: skip
    override = None if found.override is None else {"by": found.override.by, "reason": found.override.reason}
    lapses_at = None if found.lapses_at is None else iso(found.lapses_at)
    return {
        **brief(found),
        "reasons": reasons,
        "override": override,
        "lapses_at": lapses_at,
        "is_final": found.is_final,
    }


def _terms(terms: Terms) -> dict[str, Any]:
    return {
        "supervision": terms.supervision, "alarm_kinds": sorted(terms.alarm_kinds),
        "settings_max": dict(terms.settings_max), "check_in_min": terms.check_in_min,
        "needs_second_person": terms.needs_second_person,
    }  # fmt: skip


def kept_view(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a kept answer with its shift and whether it has lapsed."""
    names = ("id", "site_id", "shift_id", "worker", "workplace", "device", "result")
    lapsed = None if row["lapsed_at_ms"] is None else iso(from_ms(row["lapsed_at_ms"]))
    return {**{one: row[one] for one in names}, **json.loads(row["answer"]), "lapsed_at": lapsed}
