"""The kinds of record: what each may be about, its results, how long it is valid and kept, by what source.

Decides nothing about a worker. Periods in months; None: until changed. Sources and tags stand with each kind;
what is [GK] or [D] is shown as a convention of the site. No kind has room for a diagnosis.
"""

from dataclasses import dataclass
from typing import Final

_112, _131 = "DGUV Regel 112-139", "DGUV Vorschrift 1"
_GUIDE, _LAB, _253 = "guide to GesBergV (2021)", "laboratory safety rules", "Belarus, resolution 253"


@dataclass(frozen=True, slots=True)
class Kind:
    """What is true of every record of one kind."""

    subjects: tuple[str, ...]
    results: tuple[str, ...]
    valid_months: int | None
    source: str
    tag: str
    #: Days before its end at which the safety officer is reminded.
    remind_days: int = 30
    #: Months after its end, or its issue where it has none, at which it is deleted; None: it is kept.
    kept_months: int | None = None
    #: What `about` may be; empty: anything or nothing.
    abouts: tuple[str, ...] = ()
    #: Whoever it is about gets a copy before it is deleted.
    is_personal: bool = False


_DONE = ("passed", "failed")
KINDS: Final = {
    "risk_assessment": Kind(("workplace", "activity"), ("in_force",), None, "ArbSchG; ISO 12100", "GK"),
    "attestation": Kind(
        ("workplace",), ("class_1", "class_2", "class_3", "class_4"), 60, _253, "T", 180, 75 * 12
    ),
    "instruction": Kind(("worker",), ("given",), 12, _131, "T", 30, 36, is_personal=True),
    "fitness": Kind(
        ("worker",), ("fit", "fit_with_conditions", "not_fit"), 36, _GUIDE, "T", 60, 120,
        ("", "breathing_apparatus", "fall_hazard", "offshore"), is_personal=True,
    ),
    "preventive_care": Kind(
        ("worker",), ("attended_mandatory", "attended_offered", "attended_on_wish"), 36, _GUIDE, "T", 60, 120,
        is_personal=True,
    ),
    "work_condition": Kind(
        ("worker",), ("in_force", "ended"), None, "MuSchG § 9; JArbSchG", "GK", 14, 12,
        ("",), is_personal=True,
    ),
    "admission": Kind(("worker",), _DONE, 12, _LAB, "D", 30, 36, is_personal=True),
    "approval": Kind(("workplace", "activity"), ("given", "withdrawn"), 1, _LAB, "D", 3, 36),
    "inspection": Kind(("workplace", "site"), ("no_findings", "findings"), 1, _LAB, "D", 3, 36),
    "device_check": Kind(("device",), _DONE, 12, _112, "T", 30, 36),
    "function_test": Kind(("device",), _DONE, None, _112, "T", 30, 12),
    "door_plate": Kind(("workplace",), ("in_force",), 12, _LAB, "D", 30, 12),
    "operating_instruction": Kind(("workplace", "activity"), ("in_force",), None, "ArbSchG; GefStoffV", "GK"),
    "equivalence": Kind(("workplace", "site"), ("confirmed",), None, "DGUV Information 212-139", "T"),
}  # fmt: skip
#: Months that a fitness examination is valid where that differs from the kind's own (guide to GesBergV [T]).
FITNESS_MONTHS: Final = {"breathing_apparatus": 36, "fall_hazard": 36, "offshore": 24}
#: From this age a fall-hazard examination is valid for 12 to 18 months: the shorter one, in months.
FALL_AGE, FALL_MONTHS_OLDER = 50, 12


def valid_months(kind: str, about: str = "", age: int | None = None) -> int | None:
    """Return how long a record of this kind is valid unless somebody sets less; None: until changed.

    `age` in years is used and never kept.
    """
    if kind != "fitness":
        return KINDS[kind].valid_months
    if about == "fall_hazard" and age is not None and age >= FALL_AGE:
        return FALL_MONTHS_OLDER
    return FITNESS_MONTHS.get(about, KINDS[kind].valid_months)
