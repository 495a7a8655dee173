"""What those who are not to know of an unannounced test see of its case: everything but the mark.

Only the display: the case keeps its mark, and `outside_mark`, which stands beside whatever leads out of the
house, says it to everybody. Who is unaware is decided in `exercises.unaware`.
"""

from collections.abc import Mapping
from typing import Any

from basestation.cases.case import gravity
from basestation.cases.sounder import PERSON, SILENT, TEST


def masked(facts: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return a snapshot as `name` sees it, and without the list of who is unaware."""
    unaware = facts.get("unaware", {})
    cases = [masked_case(case, name, unaware) for case in facts["cases"]]
    return {**{key: value for key, value in facts.items() if key != "unaware"}, "cases": cases}


def masked_case(case: dict[str, Any], name: str, unaware: Mapping[int, list[str]]) -> dict[str, Any]:
    """Return one case as `name` sees it; its cause is the name of the test."""
    if name not in unaware.get(case["id"], ()):
        return {**case, "outside_mark": case["mark"]} if case["mark"] != "real" else case
    loud = SILENT if case["is_silent_alarm"] else PERSON
    sound = loud if case.get("sound") == TEST else case.get("sound")
    shown = {"mark": "real", "outside_mark": case["mark"], "cause": None, "sound": sound}
    return {**case, **shown, "gravity": gravity(case["kind"])}


def is_masked_from(name: str, facts: Mapping[str, Any]) -> bool:
    """Tell whether anything of a snapshot is withheld from `name`."""
    return any(name in names for names in facts.get("unaware", {}).values())
