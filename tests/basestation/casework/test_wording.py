"""The sentences people get."""

import ast
from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from basestation.cases.case import Case
from basestation.cases.chain import Chain
from basestation.cases.effects import TEXTS, Notify
from basestation.casework.notice_texts import LANGUAGES, words_in
from basestation.casework.refusal_words import GERMAN, refused
from basestation.casework.wording import cause_text, kind_name, text_of
from basestation.web.words_of_helpers import LANGUAGES as HELPERS
from protocol.messages import ALARM_KINDS, TECHNICAL_CAUSES

ROOT = Path(__file__).parents[3]
AT = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Berlin")


def _case(**facts):
    known = {"kind": "position", "mark": "real", "worker_name": "Willi Werker", "is_wearer_confirmed": True}
    known |= {
        "workplace_name": "Pump house",
        "workplace_directions": "Gate 3, then left",
        "raised_at": AT,
        "code": "4711",
    }
    return Case(
        id=7, device="pna-01", alarm="1-5", opened_at=AT, chain=Chain("Plant", ()), **{**known, **facts}
    )


def _call(text_key="alarm"):
    return Notify(
        who="person/1",
        recipient="Mara Muster",
        channel="memory",
        address="mara",
        language="en",
        level=0,
        round=0,
        text_key=text_key,
        mark="real",
        key="key",
    )


def test_a_notice_says_kind_worker_place_time_and_case():
    """Everything a helper needs to go."""
    text = text_of(_case(), _call(), ZONE)
    assert text.subject == "Position alarm: worker lying or tilted: Willi Werker (case 7)"
    assert "Where: Pump house. Gate 3, then left" in text.body
    assert "When: 2026-03-02 07:00:00." in text.body
    assert "Device pna-01, case 7, code 4711." in text.body


@pytest.mark.parametrize("mark", ["test", "drill"])
def test_a_test_says_so_first_and_in_capitals(mark):
    """In subject and body, whichever of them a channel shows."""
    text = text_of(_case(mark=mark), _call(), ZONE)
    assert text.subject.startswith(f"{mark.upper()} - ")
    assert text.body.startswith(f"{mark.upper()} - ")


def test_a_wearer_nobody_confirmed_is_said_to_be_so():
    """Off shift, the last wearer is only a guess."""
    assert "not confirmed" in text_of(_case(is_wearer_confirmed=False), _call(), ZONE).subject
    assert "device pna-01" in text_of(_case(worker_name=None), _call(), ZONE).subject


@pytest.mark.parametrize(
    ("text_key", "lead"), [("alarm_again", "STILL NOT ACCEPTED"), ("arrival_overdue", "NOBODY ON SCENE YET")]
)
def test_a_second_call_says_why_it_comes(text_key, lead):
    """Not to be taken for the first one."""
    assert lead in text_of(_case(accepted_by="Otto Operator"), _call(text_key), ZONE).subject


def test_every_alarm_kind_has_a_name_and_an_unknown_one_is_still_an_alarm():
    """A kind without a name would read like a slip of the program."""
    assert not [kind for kind in ALARM_KINDS if "unknown" in kind_name(kind)]
    assert kind_name("avalanche") == "Alarm of unknown kind (avalanche)"


@pytest.mark.parametrize("kind", ["silent", "duress"])
def test_a_silent_alarm_says_in_subject_and_body_that_nobody_may_notice(kind):
    """Whoever rings the worker up betrays them; their word under threat proves nothing."""
    text = text_of(_case(kind=kind), _call(), ZONE)
    assert text.subject.startswith("SILENT alarm")
    assert "DO NOT CALL OR RADIO THE WORKER" in text.body
    assert "proves nothing" not in text.body
    assert "proves nothing" in text_of(_case(kind=kind, all_right_at=AT), _call(), ZONE).body
    assert "DO NOT CALL" not in text_of(_case(all_right_at=AT), _call(), ZONE).body


def test_the_cause_of_a_technical_alarm_is_said_in_words():
    """Each that a device knows; what nobody has words for stands as it came."""
    assert not [cause for cause in TECHNICAL_CAUSES if cause_text(cause) == cause]
    assert cause_text("antenna_torn") == "antenna_torn"
    text = text_of(_case(kind="technical", cause="battery_low"), _call(), ZONE)
    assert "Cause: the battery is low." in text.body


def test_a_notice_says_where_the_wearer_was_heard_last():
    """As soon as that is known; with its own lead where that is the news."""
    case = _case(near="Boiler room", near_dbm=-52, near_at=AT)
    assert "Last heard near: Boiler room (-52 dBm, 2026-03-02 07:00:00)." in text_of(case, _call(), ZONE).body
    assert text_of(case, _call("place"), ZONE).subject.startswith("PLACE KNOWN: ")


def _spoken(kind, text_key, language, channel="memory", **facts):
    call = replace(_call(text_key), language=language, channel=channel)
    known = {"accepted_by": "A", "dropped_by": "B", "on_scene_by": "C", "more_wanted_by": "D"}
    return text_of(_case(kind=kind, **known, **facts), call, ZONE)


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_notice_is_told_in_both_languages_with_number_and_code(language):
    """All kinds, all reasons, all marks; nothing is left in braces, and the mark is first."""
    number = {"en": "case 7, code 4711", "de": "Fall 7, Code 4711"}[language]
    for kind in ALARM_KINDS:
        for text_key in TEXTS:
            for mark in ("real", "test", "drill"):
                text = _spoken(kind, text_key, language, mark=mark, closed_by="E", outcome="all_clear")
                assert number in text.body
                assert "None" not in text.body
                assert not {"{", "}"} & set(text.subject + text.body)
                assert text.subject.startswith(mark.upper()) == (mark != "real")


def test_german_and_english_have_the_same_words():
    """A word that one of them lacks would come in the other language, or not at all."""
    english, german = LANGUAGES["en"], LANGUAGES["de"]
    for field in fields(english):
        one, other = getattr(english, field.name), getattr(german, field.name)
        if isinstance(one, dict):
            assert one.keys() == other.keys(), field.name
            assert field.name == "marks" or not [key for key in one if one[key] == other[key]], field.name
    assert HELPERS["en"].keys() == HELPERS["de"].keys()
    assert words_in("fr") is english


def test_how_to_answer_stands_only_where_an_answer_comes_back():
    """By SMS with the code and a digit; elsewhere a code would be typed in vain."""
    assert 'Reply "4711 1" to accept' in _spoken("fall", "alarm", "en", "sms").body
    assert "Antwort „4711 1“ übernehmen" in _spoken("fall", "dropped", "de", "sms").body
    assert "B had accepted" in _spoken("fall", "dropped", "en", "sms").body
    assert "acknowledge" in _spoken("technical", "alarm", "en", "sms").body
    assert "This is a drill" in _spoken("fall", "alarm", "en", "sms", mark="drill").body
    assert "Reply" not in _spoken("fall", "alarm", "en", "email").body
    assert "Reply" not in _spoken("fall", "taken", "en", "sms").body
    assert "TAKEN" in _spoken("fall", "taken", "en", mark="drill").subject
    assert "You need not go" in _spoken("fall", "taken", "en", mark="drill").body


def _sentences(name):
    """Return the ends of all sentences in a file that are no docstrings."""
    tree = ast.parse((ROOT / name).read_text())
    described = (ast.Module, ast.ClassDef, ast.FunctionDef)
    documenting = {
        node.body[0].value
        for node in ast.walk(tree)
        if isinstance(node, described) and ast.get_docstring(node)
    }
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in documenting
        if node.value.endswith(".") and node.value != "."
    }


def test_every_refusal_is_told_in_german():
    """All that the case step says, whatever stands in it; any other sentence in English."""
    names = ("cases/answers", "cases/ending", "cases/verbs", "casework/pressing")
    said = set().union(*(_sentences(f"basestation/{name}.py") for name in names))
    assert len(said) > 15
    assert not [one for one in said if not any(english.endswith(one) for english in GERMAN)]
    assert refused("Noreen (B) has this case: only they can hand it over.", "de") == (
        "Noreen (B) hat diesen Fall: nur sie oder er kann ihn übergeben."
    )
    closed = "The case is closed (by Olga Operator): open the log to see what happened."
    assert refused(closed, "de") == "Der Fall ist geschlossen (von Olga Operator)."
    assert refused(closed, "en") == closed
    assert refused("Something new.", "de") == "Something new."
