"""What is spoken, in which order, and what a telephone process may tell."""

import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from basestation.cases.effects import TEXTS
from basestation.outgoing.channels import Notice
from basestation.outgoing.channels.voice import wires, words
from basestation.outgoing.channels.voice.exchange import Message, TwinExchange
from basestation.outgoing.channels.voice.line import dialled
from basestation.outgoing.channels.voice.script import script_of, speakable
from basestation.outgoing.channels.voice.settings import VoiceAccount, VoiceSettings
from basestation.outgoing.channels.voice.telephone import (
    HungUp,
    KeyPressed,
    OfCall,
    Registration,
    Ringing,
    Segment,
)
from protocol.messages import PERSON_KINDS

TRIES = settings(max_examples=80, deadline=None, derandomize=True)
ALL_VERBS = (
    "accept",
    "decline",
    "on_the_way",
    "on_scene",
    "still_here",
    "need_more",
    "escalate",
    "all_clear",
)


def script(is_code_asked=False, **changes):
    """Return the script of a notice."""
    fields = {
        "key": "k",
        "case_id": 412,
        "mark": "real",
        "recipient": "Erika Beispiel",
        "address": "200",
        "subject": "Emergency button: Willi Werker (case 412)",
        "body": "x",
        "worker": "Willi Werker",
        "place": "Halle 3",
        "code": "4711",
        "verbs": ALL_VERBS,
    }
    return script_of(Notice(**(fields | changes)), 3, is_code_asked=is_code_asked)


def said(speech):
    """Return speech as one text."""
    return " ".join(segment.text for segment in speech)


@pytest.mark.parametrize(
    ("language", "case"), [("en", "Case number 4, 1, 2."), ("de", "Fall Nummer 4, 1, 2.")]
)
def test_every_call_says_what_who_where_and_which_case(language, case):
    """In that order, with names and numbers slowly and digit by digit."""
    text = script(language=language).text
    places = [said(text).index(word) for word in ("Rufweite", "Willi Werker", "Halle 3", case)]
    assert places == sorted(places)
    slow = {segment.text for segment in text if segment.is_slow}
    assert case in slow
    assert any("Willi Werker" in one for one in slow)


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("mark", ["test", "drill", "rehearsal"])
def test_what_is_not_real_says_so_first(language, mark):
    """Before silence, before everything."""
    text = script(language=language, mark=mark, is_silent=True).text
    assert text[0].text == words.MARKS[language].get(mark, words.OTHER_MARK[language])
    assert text[1].text == words.SILENT[language]


@pytest.mark.parametrize("changes", [{"is_silent": True}, {"kind": "silent"}, {"kind": "duress"}])
def test_of_a_silent_case_it_is_said_first_that_nobody_may_notice(changes):
    """Whoever picks up must not shout it on."""
    assert script(**changes).text[0].text == words.SILENT["en"]
    assert words.SILENT["en"] not in said(script().text)


def test_every_kind_and_every_reason_has_words_in_both_languages():
    """Nothing of the protocol and the chain goes unspoken."""
    for language in words.LANGUAGES:
        assert set(words.KINDS[language]) == set(PERSON_KINDS)
        assert set(words.LEADS[language]) == set(TEXTS)
        assert {verb for verbs in words.KEYS.values() for verb in verbs} == set(words.VERBS[language])
        for kind in PERSON_KINDS:
            assert words.KINDS[language][kind] in said(script(language=language, kind=kind).text)


def test_an_unknown_kind_is_an_emergency_and_an_unknown_language_english():
    """Fail towards noise."""
    assert "Emergency of an unknown kind." in said(script(kind="flood", language="fr").text)


def test_a_technical_alarm_says_its_subject_and_device():
    """Nobody is known to be in danger: there is no name to say."""
    text = said(
        script(kind="technical", is_person=False, worker="", device="watch-1", subject="Battery low").text
    )
    assert "Technical alarm. Battery low." in text
    assert "Device: watch-1." in text


def test_a_reason_without_words_says_its_subject():
    """A reason of tomorrow is spoken, too."""
    assert "Look at the door" in said(script(text_key="door", subject="Look at the door").text)


def test_only_verbs_of_the_recipient_have_keys():
    """Nobody is offered what would be refused; what needs words of a reason has no key."""
    assert dict(script().keys) == {"1": "accept", "2": "decline", "3": "on_the_way"}
    assert "all_clear" not in script().all_keys.values()
    assert dict(script(verbs=("acknowledge", "decline")).keys) == {"1": "acknowledge", "2": "decline"}
    assert dict(script(text_key="ask_helper").keys) == {"5": "still_here", "6": "need_more"}
    assert dict(script(text_key="ask_helper", verbs=("accept",)).keys) == {"1": "accept"}
    assert not script(verbs=()).is_asked


def test_every_key_offered_is_spoken():
    """A key counts because somebody was told what it does."""
    for language in words.LANGUAGES:
        made = script(language=language)
        for keys, menu in ((made.keys, made.menu), (made.all_keys, made.all_menu)):
            for key, verb in keys.items():
                assert words.VERBS[language][verb].format(key) in said(menu)


def test_the_code_is_spoken_digit_by_digit_where_the_site_asks_for_it():
    """Where there is no code, or nothing is asked, none is asked for."""
    made = script(is_code_asked=True)
    assert made.code == "4711"
    assert "4, 7, 1, 1." in said(made.code_menu)
    for changes in ({"code": ""}, {"code": "A4"}, {"verbs": ()}):
        assert script(is_code_asked=True, **changes).code == ""
    assert script().code == ""


@TRIES
@given(st.text(max_size=500), st.sampled_from(["en", "de"]))
@example("see https://example.invalid/r/secret now", "en")
def test_what_is_spoken_is_short_and_names_no_address(text, language):
    """Links are secrets, and nobody can hear them."""
    spoken = speakable(text, 80, language)
    assert len(spoken) <= 80
    assert "://" not in spoken
    assert not set(spoken) & set("<>\x00\n*#")


def test_only_the_end_is_cut_and_that_is_said():
    """What identifies comes first."""
    assert speakable("x" * 80, 80, "en") == "x" * 80
    assert speakable("x" * 81, 80, "en").endswith("x and so on")
    assert speakable("x" * 81, 80, "de").endswith("x und so weiter")


def test_an_empty_answer_is_a_goodbye():
    """The base station has nothing to say; the caller is not left in silence."""
    assert said(script().reply("  ")) == "Goodbye."
    assert said(script().reply("You have case 412.")) == "You have case 412."


@TRIES
@given(st.binary(max_size=200))
@example(b"[" * 100_000)
@example(b'{"is":"key","call":1,"key":"x"}')
@example(b'{"is":"hung_up","call":1,"status":"486"}')
@example(b'{"is":["ringing"],"call":1}')
@example(b'{"is":"registration","registered":"yes"}')
def test_whatever_a_process_tells_is_an_event_or_none(line):
    """Any bytes in, never an exception."""
    assert wires.event_of(line) is None


@pytest.mark.parametrize(
    ("fields", "event"),
    [
        ({"is": "ringing", "call": 3}, OfCall(3, Ringing())),
        ({"is": "key", "call": 3, "key": "#"}, OfCall(3, KeyPressed("#"))),
        ({"is": "hung_up", "call": 3, "status": 486}, OfCall(3, HungUp(486))),
        ({"is": "registration", "registered": False, "detail": "no"}, Registration(False, "no")),
        ({"is": "registration", "registered": True, "detail": 3}, Registration(True)),
    ],
)
def test_every_event_comes_through_the_pipe(fields, event):
    """What is written is what is read."""
    assert wires.event_of(wires.line_of(**fields)) == event


def test_the_life_and_the_end_of_a_process_come_through_the_pipe():
    """They concern no call."""
    assert isinstance(wires.event_of(b'{"is":"alive"}'), wires.Alive)
    gone = wires.event_of(b'{"is":"gone","detail":"why"}')
    assert isinstance(gone, wires.Gone)
    assert gone.why == "why"


def test_speech_comes_through_the_pipe():
    """What is no speech is left out."""
    order = json.loads(wires.line_of(do="say", said=[["Übung", False], ["4, 7", True], 7, ["x"]]))
    assert wires.segments_of(order["said"]) == (Segment("Übung"), Segment("4, 7", is_slow=True))
    assert wires.segments_of("Übung") == ()


@pytest.mark.parametrize(
    ("address", "number"),
    [
        ("200", "200"),
        ("+49 (30) 1234-567", "+49301234567"),
        ("tel:030/1234.567", "0301234567"),
        ("*21#", "*21#"),
        ("1" * 24, "1" * 24),
        ("1" * 25, ""),
        ("", ""),
        ("+", ""),
        ("200@other.example", ""),
        ("20;transport=tcp", ""),
        ("٢٠٠", ""),
        ("2\r\n00", ""),
    ],
)
def test_only_numbers_are_dialled(address, number):
    """An address cannot lead a call to another server."""
    assert dialled(address) == number


@TRIES
@given(st.binary(max_size=300))
@example(b"SIP/2.0 200 OK\r\n\r\n")
@example(b"INVITE sip:200@x SIP/2.0\r\nVia: x\r\n\r\n")
def test_whatever_reaches_the_telephone_system_is_a_message_or_counted(data):
    """The twin outlives every datagram, and drops none without counting it."""
    exchange = TwinExchange({})
    exchange.is_dead = True
    exchange.datagram_received(data, ("127.0.0.1", 9))
    assert exchange.not_understood == (Message.of(data) is None)


def settings_with(**changes):
    """Return settings of one account."""
    return VoiceSettings(**({"server": "pbx.example", "accounts": (VoiceAccount(user="100"),)} | changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"server": ""},
        {"server": "pbx.example;x"},
        {"accounts": ()},
        {"accounts": (VoiceAccount(user="100"),) * 2},
        {"ring_s_max": 9},
        {"ring_s_max": 121},
        {"repeats": 0},
        {"repeats": 6},
        {"key_s": 2},
        {"key_s": 31},
        {"speech_wpm": 99},
        {"speech_wpm": 301},
        {"prefix": "abc"},
        {"registration_s": 29},
        {"transport": "tls"},
        {"passwort": "x"},
    ],
)
def test_settings_that_make_no_sense_are_refused(changes):
    """At the start, not in the alarm."""
    with pytest.raises(ValidationError):
        settings_with(**changes)
    settings_with(ring_s_max=120, repeats=1, key_s=3, speech_wpm=300)
    settings_with(ring_s_max=10, repeats=5, key_s=30, speech_wpm=100, prefix="0", server="192.0.2.5:5060")


def test_a_password_is_shown_nowhere(tmp_path):
    """Neither in the settings' words nor in those of their errors."""
    assert "geheim" not in repr(settings_with(accounts=(VoiceAccount(user="100", password="geheim"),)))
    with pytest.raises(ValidationError) as refused:
        VoiceAccount(user="100", password='geheim"')
    assert "geheim" not in str(refused.value)
    with pytest.raises(ValidationError, match="not both"):
        VoiceAccount(user="100", password="x", password_file=tmp_path / "file")


def test_a_password_can_come_from_a_file(tmp_path):
    """One line; where it cannot be read, that is said."""
    file = tmp_path / "password"
    account = VoiceAccount(user="100", password_file=file)
    with pytest.raises(ValueError, match="cannot be read"):
        account.secret()
    file.write_text("geheim\n")
    assert account.secret() == "geheim"
    file.write_text("geheim\nnoch eins\n")
    with pytest.raises(ValueError, match="one line"):
        account.secret()
    assert VoiceAccount(user="100", password="x").secret() == "x"
