"""The facts that rules ask for, drawn from a question and the records that count.

Decides which of several records counts (the newest of its kind, subject and purpose), that what is unknown is
called unknown and never good, and that *not fit* and its conditions outlive their certificate.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from basestation.clearance.question import Question, Record
from basestation.clearance.risk import Estimate, Risk, help_s_proven, risk_of
from basestation.clearance.rules import Counted, Fact, Terms, is_valid
from basestation.clearance.vocabulary import EXAMINED_WORKS

ASSESSMENT, FITNESS, WORK_CONDITION = "risk_assessment", "fitness", "work_condition"
_WORST_FITNESS = ("none", "fit", "fit_with_conditions", "not_fit")
_CHECK_IN_MIN = {"check_in_15_min": 15, "check_in_30_min": 30, "check_in_60_min": 60}


def counted_of(question: Question) -> Counted:
    """Return the records about this worker, workplace, device, activity and site; the newest of each."""
    keys = {
        "worker": question.worker,
        "workplace": question.workplace,
        "activity": question.activity,
        "site": question.site,
        "device": "" if question.device is None else question.device.name,
    }
    ours = [
        one for one in question.records if keys.get(one.subject) == one.key and one.issued_at <= question.now
    ]
    ours.sort(key=lambda one: (one.issued_at, one.number))
    return {(one.kind, one.subject, one.about): one for one in ours}


def facts_of(question: Question, counted: Counted) -> dict[str, Fact]:
    """Return every fact of `vocabulary.FACTS`."""
    device = question.device
    return {
        **_facts_of_risk(question, counted),
        "fitness": _fitness(question, counted),
        "work": question.works,
        "condition": conditions_of(counted.values(), question.now),
        "has_device": device is not None,
        "is_device_ready": device is not None and device.is_ready,
        "is_device_tested": device is not None and device.is_tested,
        "is_public_network": device is not None and device.is_public_network,
        "is_chain_ready": not question.chain_faults,
        "has_second_person": question.has_second_person,
        "is_night": question.is_night,
    }


def conditions_of(records: Iterable[Record], now: datetime) -> frozenset[str]:
    """Return what records ask of the work: that of a fitness certificate also after it has run out."""
    return frozenset(one for record in records if _binds(record, now) for one in record.conditions)


def _binds(record: Record, now: datetime) -> bool:
    return record.kind != WORK_CONDITION or (record.result == "in_force" and is_valid(record, now))


def terms_of(conditions: frozenset[str]) -> Terms:
    """Return what the conditions of records ask for by themselves, without any rule."""
    times = [minutes for name, minutes in _CHECK_IN_MIN.items() if name in conditions]
    supervision = "rounds" if "rounds" in conditions else "none"
    return Terms(
        "permanent" if "permanent_supervision" in conditions else supervision,
        frozenset({"manual"}) if "always_able_to_call" in conditions else frozenset(),
        {},
        min(times, default=None),
        "second_person" in conditions,
    )


def risks_of(question: Question, counted: Counted) -> list[tuple[Record, Risk]]:
    """Return the risks of the assessments in force, with the time until help that drills have shown."""
    found = []
    for (kind, _, _), record in counted.items():
        if kind != ASSESSMENT or record.figures is None:
            continue
        hazard, probability, help_s = record.figures
        proven_s = help_s_proven(help_s, question.drills_s)
        found.append((record, risk_of(Estimate(hazard, probability, proven_s, record.has_several_factors))))
    return found


def _facts_of_risk(question: Question, counted: Counted) -> Mapping[str, Fact]:
    risks = risks_of(question, counted)
    if not risks:
        return {
            "hazard": "unknown", "probability": "unknown", "risk": 0, "help_s": 0, "is_assessed": False,
            "is_assessment_raised_by_drills": False,
        }  # fmt: skip
    helps = [record.figures[2] for record, _ in risks if record.figures is not None]
    proven_s = help_s_proven(max(helps), question.drills_s)
    return {
        "hazard": max((risk.hazard for _, risk in risks), key=("low", "raised", "critical").index),
        "probability": max((risk.probability for _, risk in risks), key=("low", "moderate", "high").index),
        "risk": max(risk.figure for _, risk in risks),
        "help_s": proven_s,
        "is_assessed": all(is_valid(record, question.planned_end) for record, _ in risks),
        "is_assessment_raised_by_drills": any(proven_s > help_s for help_s in helps),
    }


def _fitness(question: Question, counted: Counted) -> str:
    results = [
        record.result
        for (kind, _, about), record in counted.items()
        if kind == FITNESS and (about not in EXAMINED_WORKS or about in question.works)
    ]
    return max((one for one in results if one in _WORST_FITNESS), key=_WORST_FITNESS.index, default="none")
