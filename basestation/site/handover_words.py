"""What is said of a handover: the sentences of refusals, and the facts that stand behind a confirmation."""

from collections.abc import Mapping
from typing import Any, Final

#: By the word of the refusal; {outgoing} and {incoming} are names.
SENTENCES: Final = {
    "outgoing": "You hand over: somebody else confirms, with a log-in of their own.",
    "not_incoming": "{incoming} takes over: only {incoming} confirms.",
    "other_incoming": "{incoming} takes over already: break this handover off to begin another one.",
    "nobody_joined": "Press first that you take over.",
    "not_there": "This is no longer open: nothing of it is left to be confirmed.",
    "changed": "This has changed meanwhile: read it again, then confirm it.",
    "unconfirmed": "Not everything is confirmed yet: {outgoing} is not released.",
    "not_ours": "Only {outgoing}, whoever takes over, or a safety officer can break this handover off.",
    "over": "This handover is over: the page shows who has the duty now.",
    "open_already": "A handover is open already: it has to end first.",
    "not_on_duty": "Only whoever has the duty of the control room can hand it over.",
}
_CASE_FACTS: Final = ("kind", "state", "worker", "device", "workplace", "accepted_by", "mark", "raised_at")
_WORKER_FACTS: Final = ("worker", "device", "workplace", "protection_reason", "protection_since")


def facts_of_case(case: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is shown of a case, and kept with its confirmation; `mark` is told as `case_mark`."""
    facts = {name: case[name] for name in _CASE_FACTS if name != "mark"}
    own = {"case": case["id"], "case_mark": case["mark"], "is_silent_alarm": case["is_silent_alarm"]}
    return {**facts, **own, "raised_at": case["raised_at"] or case["opened_at"]}


def facts_of_worker(person: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is shown of a worker who is not protected, and kept with the confirmation."""
    return {"shift": person["shift_id"], **{name: person[name] for name in _WORKER_FACTS}}


def stale(incoming: str | None) -> str:
    """Return the refusal of a press on a page that shows an older state of the handover."""
    who = f" by {incoming}" if incoming else ""
    return f"The handover went on meanwhile{who}: look at it, then press again."
