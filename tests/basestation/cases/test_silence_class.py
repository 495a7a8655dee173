"""What a silence is taken for: every combination of what can be known, the graver class in doubt."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from basestation.cases import silence
from basestation.cases import silence_class as classes
from basestation.cases.silence import DeviceWatch, SilenceDue, SilenceSettings, silence_due
from basestation.cases.silence_class import CLASSES, RULES, VALUES, Facts, classify, gravest, rule_of

ZERO = datetime(2030, 1, 7, 6, 0, tzinfo=UTC)
NAMES = tuple(VALUES)
EVERYTHING = [Facts(**dict(zip(NAMES, row, strict=True))) for row in product(*VALUES.values())]
HARMLESS = ("shadow", "battery", "broker", "base")


def at(seconds, ms=0):
    """Return a moment of the story, in seconds from its start."""
    return ZERO + timedelta(seconds=seconds, milliseconds=ms)


def class_of(**facts):
    """Return the class of a silence of which only these facts are known."""
    return classify(Facts(**facts)).silence_class


def test_whatever_is_known_of_a_silence_it_has_a_class_and_a_sentence():
    """Over the whole product, and no rule is there in vain."""
    used = set()
    for facts in EVERYTHING:
        judged = classify(facts)
        assert judged.silence_class in CLASSES
        assert judged.reason
        used.add(RULES.index(rule_of(facts)))
    assert used == set(range(len(RULES)))
    assert all(set(values) <= set(VALUES[name]) for rule in RULES for name, values in rule.when.items())


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, "unknown"),
        ({"went": "will"}, "unknown"),
        ({"is_off_body": True}, "body"),
        ({"told": "charging"}, "body"),
        ({"told": "restart"}, "unknown"),
        ({"told": "other"}, "unknown"),
        ({"told": "switched_off"}, "switched_off"),
        ({"told": "out_of_area"}, "shadow"),
        ({"told": "battery_empty"}, "battery"),
        ({"is_at_edge": True}, "shadow"),
        ({"is_at_edge": True, "went": "will"}, "shadow"),
        ({"is_battery_spent": True}, "battery"),
        ({"station": "deaf"}, "broker"),
        ({"station": "its_broker", "is_alone": False}, "broker"),
        ({"station": "was_down", "is_alone": False}, "broker"),
        ({"station": "was_away", "is_alone": False}, "base"),
        ({"is_alone": False}, "unknown"),
    ],
)
def test_each_kind_of_silence_has_its_class(facts, expected):
    """Lost from the body, radio shadow, battery, switched off, broker or base fault; else unknown."""
    assert class_of(**facts) == expected


@pytest.mark.parametrize(
    "facts",
    [
        {"is_at_edge": True, "is_off_body": True},
        {"told": "battery_empty", "is_off_body": True},
        {"told": "switched_off", "is_off_body": True},
        {"is_at_edge": True, "went": "never"},
        {"is_battery_spent": True, "went": "never"},
        {"is_at_edge": True, "is_alone": False},
        {"station": "was_away"},
        {"station": "was_down"},
        {"station": "its_broker"},
        {"station": "deaf", "went": "will"},
        {"station": "its_broker", "is_alone": False, "went": "will"},
    ],
)
def test_in_doubt_the_graver_class_counts(facts):
    """Old facts, a cause that others do not share, a broker that could still deliver a last will."""
    assert class_of(**facts) in ("body", "unknown")


def test_while_an_alarm_of_the_worker_is_open_no_silence_is_harmless():
    """Over the whole product: nobody on the floor is taken for a flat battery."""
    for facts in EVERYTHING:
        judged, in_alarm = (
            classify(replace(facts, is_in_alarm=False)),
            classify(replace(facts, is_in_alarm=True)),
        )
        assert in_alarm.silence_class in ("body", "unknown")
        assert CLASSES.index(in_alarm.silence_class) <= CLASSES.index(judged.silence_class)
        assert in_alarm.reason.endswith("an alarm of the worker is open")


def test_a_harmless_class_always_has_a_fact_that_points_to_it():
    """Over the whole product: nothing known is never harmless."""
    points = {
        "shadow": lambda facts: facts.told == "out_of_area" or facts.is_at_edge,
        "battery": lambda facts: facts.told == "battery_empty" or facts.is_battery_spent,
        "broker": lambda facts: facts.station in ("deaf", "its_broker", "was_down"),
        "base": lambda facts: facts.station == "was_away" and not facts.is_alone,
    }
    for facts in EVERYTHING:
        found = class_of(**{name: getattr(facts, name) for name in NAMES})
        assert found not in HARMLESS or points[found](facts), facts


def test_a_device_off_the_body_is_always_the_gravest_class():
    """Whatever else is known."""
    assert all(classify(facts).silence_class == "body" for facts in EVERYTHING if facts.is_off_body)
    assert (gravest(["base", "shadow", "unknown"]), gravest(["base", "body"]), gravest([])) == (
        "unknown",
        "body",
        "unknown",
    )


@pytest.mark.parametrize(
    ("offline_reason", "foretold", "told"),
    [
        (None, None, "nothing"),
        ("lost", None, "nothing"),
        ("lost", "out_of_area", "out_of_area"),
        (None, "battery_empty", "battery_empty"),
        ("switched_off", "battery_empty", "switched_off"),
        ("charging", None, "charging"),
        ("restart", None, "restart"),
        ("eaten_by_a_bear", None, "other"),
    ],
)
def test_what_was_told_is_the_last_word_else_the_warning_that_stands(offline_reason, foretold, told):
    """A last will is the broker's word, not the device's."""
    watch = DeviceWatch("d-1", ZERO, at(60), at(70) if offline_reason else None, offline_reason, foretold)
    assert silence.told(watch) == told


def test_how_a_device_went_is_told_by_its_broker_or_by_nobody():
    """What was heard before the shift began says nothing of this one."""
    assert silence.went(DeviceWatch("d-1", ZERO, at(60))) == "faded"
    assert silence.went(DeviceWatch("d-1", ZERO, at(60), at(70), "lost")) == "will"
    assert silence.went(DeviceWatch("d-1", ZERO, None, at(70), "lost")) == "never"
    assert silence.went(DeviceWatch("d-1", ZERO, at(-1))) == "never"
    assert silence.went(DeviceWatch("d-1", ZERO, ZERO)) == "faded"
    assert silence.went(DeviceWatch("d-1", None, at(60))) == "never"


def test_contact_was_lost_with_the_last_word_of_the_shift_or_at_its_start():
    """A device that was silent before the shift began is missed from then on."""
    assert silence.lost_at(DeviceWatch("d-1", ZERO, at(60))) == at(60)
    assert silence.lost_at(DeviceWatch("d-1", ZERO, at(-60))) == ZERO
    assert silence.lost_at(DeviceWatch("d-1", ZERO)) == ZERO


@pytest.mark.parametrize("ms", [-1, 0, 1])
def test_only_trouble_from_before_the_next_word_was_due_explains_a_silence(ms):
    """30 s after the last word: a device that is well has spoken again by then."""

    def station(**facts):
        known = {"base_started_at": at(-900), "link_up_since": at(-900), "deaf_since": None}
        return classes.station_of(at(60), **{**known, "its_broker_deaf_since": None, **facts})

    assert station() == "well"
    assert station(deaf_since=at(90, ms)) == ("well" if ms > 0 else "deaf")
    assert station(its_broker_deaf_since=at(90, ms)) == ("well" if ms > 0 else "its_broker")
    assert station(deaf_since=at(60), its_broker_deaf_since=at(60)) == "deaf"
    assert station(base_started_at=at(60, ms)) == ("was_away" if ms > 0 else "well")
    assert station(link_up_since=at(60, ms)) == ("was_down" if ms > 0 else "well")
    assert station(link_up_since=None) == "was_down"


def test_an_alarm_carries_its_class_and_the_reason_stands_in_its_cause_once():
    """What the device told already is not said twice."""
    due = silence_due(DeviceWatch("d-1", ZERO, at(60), at(70), "lost"), at(-900), SilenceSettings())
    assert due.silence_class == "unknown"
    found = silence.classified(due, Facts(went="will", is_at_edge=True))
    assert found == SilenceDue(at(90), "contact with the device is lost; its radio was weak", False, "shadow")
    due = SilenceDue(at(90), "the device's battery is empty")
    assert silence.classified(due, Facts(told="battery_empty")) == replace(due, silence_class="battery")
    in_alarm = silence.classified(due, Facts(told="battery_empty", is_in_alarm=True))
    assert (in_alarm.silence_class, in_alarm.cause.count("alarm of the worker")) == ("unknown", 1)
