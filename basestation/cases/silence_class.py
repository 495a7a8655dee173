"""What a device's silence most likely is, judged from what was known before it fell silent.

Decides the class, which chooses the rescue chain, and says why in a sentence. Never decides when a device
counts as silent (`silence` does) nor who is called. The first rule that fits counts; the rules stand from
the gravest class down, and whatever no rule explains is unknown. A harmless class takes a fact that points
to it: in doubt the graver one. While an alarm of the worker runs nothing explains its device's silence.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Final

#: Nobody wears the device; nothing explains it; and what does: the classes from the gravest down.
BODY, UNKNOWN, SWITCHED_OFF, SHADOW, BATTERY, BROKER, BASE = CLASSES = (
    "body",
    "unknown",
    "switched_off",
    "shadow",
    "battery",
    "broker",
    "base",
)

#: What the device said in advance, or as its last words; OTHER: a word of a newer device.
NOTHING, OTHER = "nothing", "other"
_SAID = ("battery_empty", "out_of_area", "switched_off", "charging", "restart")
#: How it went: the broker told of it (last will), it only stopped speaking, or was not heard in this shift.
WILL, FADED, NEVER = "will", "faded", "never"
#: The station: nothing wrong; it hears nobody; the device's own broker is in trouble; what served the device
#: was away since it was last heard: a broker, or the base station itself.
WELL, DEAF, ITS_BROKER, WAS_DOWN, WAS_AWAY = "well", "deaf", "its_broker", "was_down", "was_away"

#: One heartbeat period and a margin, in seconds: by then a device that is well has spoken again.
NEXT_WORD_S = 30


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one device that is silent."""

    told: str = NOTHING
    went: str = FADED
    station: str = WELL
    #: Too few others fell silent at the same time for a common cause.
    is_alone: bool = True
    #: Its radio was weak when it was last heard, or it works where an area without radio is known.
    is_at_edge: bool = False
    #: Its battery was nearly empty.
    is_battery_spent: bool = False
    #: Its clip or strap was open.
    is_off_body: bool = False
    #: An alarm or pre-alarm of the worker is open.
    is_in_alarm: bool = False


_BOTH = (False, True)
#: Every value a fact can have.
VALUES: Final[Mapping[str, tuple[str | bool, ...]]] = {
    "told": (NOTHING, *_SAID, OTHER),
    "went": (WILL, FADED, NEVER),
    "station": (WELL, DEAF, ITS_BROKER, WAS_DOWN, WAS_AWAY),
    "is_alone": _BOTH,
    "is_at_edge": _BOTH,
    "is_battery_spent": _BOTH,
    "is_off_body": _BOTH,
    "is_in_alarm": _BOTH,
}


@dataclass(frozen=True, slots=True)
class Rule:
    """Facts that must have one of these values each; all others may be anything."""

    silence_class: str
    #: A sentence without its full stop.
    reason: str
    when: Mapping[str, tuple[str | bool, ...]]


RULES: Final = (
    Rule(BODY, "its clip or strap was open when it was last heard", {"is_off_body": (True,)}),
    Rule(BODY, "the device was put on its charger during the shift", {"told": ("charging",)}),
    Rule(UNKNOWN, "the device has not come back from a restart", {"told": ("restart",)}),
    Rule(UNKNOWN, "its last word is one that nobody here knows", {"told": (OTHER,)}),
    Rule(SWITCHED_OFF, "the device is switched off", {"told": ("switched_off",)}),
    Rule(SHADOW, "the device left the area with radio coverage", {"told": ("out_of_area",)}),
    Rule(BATTERY, "the device's battery is empty", {"told": ("battery_empty",)}),
    # From here on it said nothing. Alone, neither broker nor base station explains it: others are heard.
    Rule(SHADOW, "its radio was weak", {"is_alone": (True,), "is_at_edge": (True,), "went": (WILL, FADED)}),
    Rule(
        BATTERY,
        "its battery was nearly empty",
        {"is_alone": (True,), "is_battery_spent": (True,), "went": (WILL, FADED)},
    ),
    # A broker that could still deliver a last will was not the reason for it.
    Rule(
        BROKER,
        "the base station hears nobody: no broker delivers",
        {"station": (DEAF,), "went": (FADED, NEVER)},
    ),
    Rule(
        BROKER,
        "its broker is in trouble, and others fell silent at the same time",
        {"station": (ITS_BROKER,), "is_alone": (False,), "went": (FADED, NEVER)},
    ),
    Rule(
        BROKER,
        "the broker was away, and others have not come back either",
        {"station": (WAS_DOWN,), "is_alone": (False,)},
    ),
    Rule(
        BASE,
        "the base station was away, and others have not come back either",
        {"station": (WAS_AWAY,), "is_alone": (False,)},
    ),
    Rule(
        UNKNOWN,
        "others fell silent at the same time, and neither broker nor base station explains it",
        {"is_alone": (False,)},
    ),
    Rule(UNKNOWN, "nothing that is known explains it", {}),
)

#: While an alarm of the worker is open.
IN_ALARM: Final = {one: one if one == BODY else UNKNOWN for one in CLASSES}


@dataclass(frozen=True, slots=True)
class Judged:
    """The class of a silence, and why."""

    silence_class: str
    reason: str
    #: The alarm's cause says as much already: the device told it, or nothing is known.
    is_in_cause: bool = False


def classify(facts: Facts) -> Judged:
    """Return what the silence most likely is."""
    rule = rule_of(facts)
    if not facts.is_in_alarm:
        return Judged(rule.silence_class, rule.reason, is_in_cause="told" in rule.when or not rule.when)
    return Judged(IN_ALARM[rule.silence_class], f"{rule.reason}; an alarm of the worker is open")


def rule_of(facts: Facts) -> Rule:
    """Return the first rule that fits; the last one always does."""
    return next(
        rule for rule in RULES if all(getattr(facts, name) in values for name, values in rule.when.items())
    )


def gravest(classes: Iterable[str]) -> str:
    """Return the gravest of the classes; unknown if there is none."""
    return min(classes, key=CLASSES.index, default=UNKNOWN)


def told_of(offline_reason: str | None, foretold: str | None) -> str:
    """Return what a device told, from its last words ("lost" is its broker's) and the warning that stands."""
    said = foretold if offline_reason in {None, "lost"} else offline_reason
    if said is None:
        return NOTHING
    return said if said in _SAID else OTHER


def station_of(
    since: datetime,
    base_started_at: datetime,
    link_up_since: datetime | None,
    deaf_since: datetime | None,
    its_broker_deaf_since: datetime | None,
) -> str:
    """Return how the station was for a device last heard at `since`.

    `deaf_since`: since when no broker delivers; `its_broker_deaf_since`: the same of the device's own.
    Trouble that began after the device should have spoken again explains nothing.
    """
    spoken_by = since + timedelta(seconds=NEXT_WORD_S)
    if deaf_since is not None and deaf_since <= spoken_by:
        return DEAF
    if its_broker_deaf_since is not None and its_broker_deaf_since <= spoken_by:
        return ITS_BROKER
    if base_started_at > since:
        return WAS_AWAY
    return WAS_DOWN if link_up_since is None or link_up_since > since else WELL


assert set(VALUES) == {field.name for field in fields(Facts)}, "every fact has its values"
