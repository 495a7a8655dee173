"""What an end is put down to, as codes: so that months can be counted, and read in both languages.

Decides which codes there are and to which end each belongs. The words are those of the dialog; whoever ends a
case adds their own. The codes are conventions of this product; no standard gives any.
"""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from basestation.cases.case import Case
from basestation.cases.step import WrongVerb
from basestation.store.casefile_tables import case_outcomes
from basestation.store.committer import Work

ALL_CLEAR, FALSE_ALARM = "all_clear", "false_alarm"
ENDS: Final = (ALL_CLEAR, FALSE_ALARM)


@dataclass(frozen=True, slots=True)
class Code:
    """One reason to choose from."""

    name: str
    #: The verb, and the outcome, to which it belongs.
    outcome: str
    english: str
    german: str


CODES: Final = (
    Code("handling", ALL_CLEAR, "Worker is well: false alarm by handling", "Person wohlauf: Fehlbedienung"),
    Code(
        "resting",
        ALL_CLEAR,
        "Worker is well: was resting or sitting still",
        "Person wohlauf: hat geruht oder still gesessen",
    ),
    Code("helped", ALL_CLEAR, "Worker was helped on the spot", "Der Person wurde vor Ort geholfen"),
    Code(
        "rescue_service",
        ALL_CLEAR,
        "Worker was handed over to the rescue service",
        "Person an den Rettungsdienst übergeben",
    ),
    Code("device_fault", ALL_CLEAR, "Alarm caused by a device fault", "Alarm durch einen Fehler des PNG"),
    Code("rehearsal", ALL_CLEAR, "Test or drill is over", "Probealarm oder Übung beendet"),
    Code("false_handling", FALSE_ALARM, "Handling of the device", "Umgang mit dem PNG"),
    Code("taken_off", FALSE_ALARM, "Device taken off in the shift", "PNG während der Schicht abgelegt"),
    Code("false_device_fault", FALSE_ALARM, "Device fault", "Fehler des PNG"),
    Code("unmarked_test", FALSE_ALARM, "Test that was not marked", "Nicht angekündigte Probe"),
)
_OUTCOME_OF: Final = {code.name: code.outcome for code in CODES}


def check(verb: str, code: str) -> None:
    """Raise WrongVerb unless the code, or none, goes with this end; of other verbs it is nothing."""
    if verb in ENDS and code and _OUTCOME_OF.get(code) != verb:
        raise WrongVerb(f"{code!r} is no reason for this end: choose one of those offered.")


async def keep(work: Work, case_id: int, verb: str, code: str, at_ms: int, by: str) -> None:
    """Keep what an end, or the wish for one, was put down to; other verbs leave nothing."""
    if verb not in ENDS:
        return
    await work.connection.execute(
        insert(case_outcomes).values(case_id=case_id, code=code, at_ms=at_ms, by=by)
    )


async def code_of(connection: AsyncConnection, case: Case) -> str | None:
    """Return what the end of a case, or the open wish for one, was put down to; None: nothing but words."""
    proposal = case.proposal
    by, outcome = (proposal.by, proposal.outcome) if proposal else (case.closed_by, case.outcome)
    # Whoever ended it by telephone gave no code: what somebody else once proposed is not theirs.
    query = select(case_outcomes.c.code).where(case_outcomes.c.case_id == case.id, case_outcomes.c.by == by)
    code: str | None = (await connection.execute(query.order_by(case_outcomes.c.id.desc()).limit(1))).scalar()
    return code if code and _OUTCOME_OF.get(code) == outcome else None


def listed() -> list[dict[str, Any]]:
    """Return the codes for programs."""
    return [
        {"code": code.name, "outcome": code.outcome, "en": code.english, "de": code.german} for code in CODES
    ]
