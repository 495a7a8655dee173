"""The words that rules, records and facts are made of; a rule with another word is refused.

Decides nothing. Kinds of work and the consequences for a worker are closed lists, so that nobody writes a
diagnosis into one. Sources: DGUV Regel 112-139 and Information 212-139 [T] for work that forbids being alone.
"""

from typing import Final

SUBJECTS: Final = ("worker", "workplace", "device", "activity", "site")

#: Work at which nobody may be alone, whatever the device (DGUV Regel 112-139 [T]).
FORBIDDEN_WORKS: Final = (
    "isolating_breathing_apparatus",
    "vessel_or_confined_space",
    "silo_entry",
    "blasting",
    "track_work",
    "under_rock_or_spoil",
    "charging_platform_repair",
    "furnace_masonry",
    "moving_traffic",
    "violence",
)
#: The same in a laboratory: two persons present, and at night two and an approval.
LABORATORY_WORKS: Final = ("laboratory", "dangerous_experiment", "overnight_work")
#: Work for which a worker must have been examined and found fit.
EXAMINED_WORKS: Final = ("breathing_apparatus", "fall_hazard", "offshore")
WORKS: Final = (*FORBIDDEN_WORKS, *LABORATORY_WORKS, *EXAMINED_WORKS, "machine")

#: What a record may ask of the work. They say what follows, never why.
CONDITIONS: Final = (
    "second_person",
    "no_raised_hazard",
    "permanent_supervision",
    "rounds",
    "always_able_to_call",
    "no_night_work",
    "check_in_15_min",
    "check_in_30_min",
    "check_in_60_min",
)

#: Facts that a rule may ask for -> how they are compared: words, numbers, claims or sets of words.
FACTS: Final = {
    "hazard": frozenset({"low", "raised", "critical", "unknown"}),
    "probability": frozenset({"low", "moderate", "high", "unknown"}),
    "risk": int,
    "help_s": int,
    "is_assessed": bool,
    "is_assessment_raised_by_drills": bool,
    "fitness": frozenset({"fit", "fit_with_conditions", "not_fit", "none"}),
    "work": frozenset(WORKS),
    "condition": frozenset(CONDITIONS),
    "has_device": bool,
    "is_device_ready": bool,
    "is_device_tested": bool,
    "is_public_network": bool,
    "is_chain_ready": bool,
    "has_second_person": bool,
    "is_night": bool,
}
#: Facts that hold several words at once: a rule asks for any of them.
SETS: Final = ("work", "condition")
ALARM_KINDS: Final = ("manual", "position", "rest", "time", "loss", "escape", "fall")
TAGS: Final = ("T", "GK", "D")
