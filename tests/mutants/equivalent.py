"""Removals of which nobody could perceive anything, by name, each with the reason; a test holds the names."""

_COUNTER = "It counts for the metrics, which nobody reads in a world."

EXPLAINED: dict[str, str] = {
    "after commit casework.casebook:Casebook.report 0": _COUNTER,
    "after commit intake.quarantine:Quarantine.keep 0": _COUNTER,
    "after commit intake.quarantine:Quarantine.keep 1": _COUNTER,
    "after commit outgoing.answering:Answering._report 0": _COUNTER,
}
