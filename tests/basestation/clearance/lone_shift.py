"""A lone shift that is cleared, to be spoiled in one thing at a time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import basestation.clearance
from basestation.clearance.judging import clearance
from basestation.clearance.question import Device, Question, Record
from basestation.clearance.rule_file import rules_in

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
END = NOW + timedelta(hours=8)
FOLDER = Path(basestation.clearance.__file__).parent / "rules"
PACKS = {file.stem: rules_in(file.read_text(encoding="utf-8"), file.stem) for file in FOLDER.glob("*.toml")}
_KEYS = {"worker": "7", "workplace": "3", "device": "pns-1", "site": "1", "activity": "welding"}


def record(kind, subject, result, *, until=None, number=1, **more):
    """Return a record of this shift's worker, workplace, device or site."""
    return Record(number, kind, subject, _KEYS[subject], result, NOW - timedelta(days=30), until, **more)


def assessed(hazard=2, probability=2, help_s=240, **more):
    """Return a risk assessment of the workplace."""
    figures = (hazard, probability, help_s)
    return record("risk_assessment", "workplace", "in_force", figures=figures, **more)


INSTRUCTED = record("instruction", "worker", "given", until=END + timedelta(days=30))
READY = Device("pns-1", is_ready=True, is_tested=True)


def shift(*records, **changes):
    """Return the question: low hazard, instructed, device and chain ready; `records` beside."""
    plain = Question(
        worker="7", workplace="3", activity="welding", device=READY, site="1",
        records=(INSTRUCTED, *records), chain_faults=(), has_second_person=False, is_night=False,
        now=NOW, planned_end=END,
    )  # fmt: skip
    return replace(plain, **changes)


def judged(question, *packs):
    """Return the clearance by the lone-work pack and others."""
    return clearance(question, [rule for pack in ("lone_work", *packs) for rule in PACKS[pack]])


def spoken(found):
    """Return the names of the rules that spoke."""
    return [reason.rule for reason in found.reasons]
