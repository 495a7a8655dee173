"""What a pager shows, what a status means, which call it is about, and who goes first."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from basestation.outgoing.channels import Notice, Report, Stage
from basestation.outgoing.channels.espa.called import CALLED_MAX, CALLED_MS_MAX, Calls
from basestation.outgoing.channels.espa.frames import Block, read
from basestation.outgoing.channels.espa.meanings import call_status, nak, proves_transmitter, system_status
from basestation.outgoing.channels.espa.settings import EspaSettings
from basestation.outgoing.channels.espa.waiting import WAITING_MAX, Call, WaitingCalls
from basestation.outgoing.channels.espa.wording import call_of, encoded, pager_of, request_of, text_of

SETTINGS = EspaSettings(port="/dev/null")
FIELDS = {
    "key": "case:7/0/0/mara",
    "case_id": 7,
    "mark": "real",
    "recipient": "Mara Muster",
    "address": "4711",
    "subject": "Emergency button: Willi Werker (case 7)",
    "body": "Emergency button.\nWho: Willi Werker.",
    "place": "Hall 3, press 2",
}


def _notice(**fields):
    return Notice(**FIELDS | fields)


def _shown(text_max=128, character_set="ascii", **fields):
    return text_of(_notice(**fields), text_max, character_set).decode("latin-1")


def test_what_identifies_comes_first():
    """Number of the case, what happened to whom, where."""
    assert _shown() == "Case 7: Emergency button: Willi Werker. Hall 3, press 2"


def test_the_number_of_the_case_stands_once():
    """In whatever language the subject has it too."""
    assert (
        _shown(language="de", subject="Notruf: Willi Werker (Fall 7)")
        == "Fall 7: Notruf: Willi Werker. Hall 3, press 2"
    )


def test_without_a_place_of_its_own_the_body_follows():
    """The place stands in it."""
    assert _shown(place="").endswith("Willi Werker. Emergency button. Who: Willi Werker.")


@pytest.mark.parametrize("mark", ["test", "drill"])
@pytest.mark.parametrize("language", ["en", "de", "fr"])
def test_what_is_not_real_says_so_first_and_once(mark, language):
    """Whatever the subject says."""
    subject = f"{mark.upper()} - Emergency button: Willi Werker (case 7)"
    shown = _shown(mark=mark, subject=subject, language=language)
    assert shown.startswith(f"{mark.upper()} - ")
    assert shown.count(mark.upper()) == 1


def test_a_silent_alarm_says_before_anything_else_that_nobody_is_to_be_called():
    """In both languages."""
    assert _shown(is_silent=True).startswith("SILENT: DO NOT CALL. Case 7: ")
    assert _shown(is_silent=True, language="de").startswith("STILL: NICHT ANRUFEN. Fall 7: ")


def test_a_long_text_is_cut_at_its_end_and_says_so():
    """One letter more than there is room."""
    exact = len(_shown())
    assert _shown(text_max=exact) == _shown()
    cut = _shown(text_max=exact - 1)
    assert len(cut) == exact - 1
    assert cut.endswith(" [cut]")
    assert _shown(text_max=exact - 1, language="de").endswith(" [gek.]")


@given(
    case_id=st.integers(1, 10**7),
    mark=st.sampled_from(["real", "test", "drill"]),
    language=st.sampled_from(["en", "de"]),
    is_silent=st.booleans(),
    subject=st.text(max_size=300),
    text_max=st.integers(56, 240),
    character_set=st.sampled_from(["ascii", "german", "latin1"]),
)
def test_every_text_of_any_notice_names_mark_and_case_and_can_be_sent(
    case_id, mark, language, is_silent, subject, text_max, character_set
):
    """Whatever somebody named a workplace, and however few characters the handset shows."""
    notice = _notice(case_id=case_id, mark=mark, language=language, is_silent=is_silent, subject=subject)
    text = text_of(notice, text_max, character_set)
    assert len(text) <= text_max
    assert str(case_id).encode() in text
    assert mark == "real" or text.startswith(mark.upper().encode())
    assert all(byte >= 0x20 and byte != 0x7F for byte in text)
    assert character_set == "latin1" or all(byte < 0x80 for byte in text)


@pytest.mark.parametrize(
    ("character_set", "expected"),
    [
        ("ascii", b"Muehle Aerger Strasse e ? [1]"),
        ("german", b"M}hle [rger Stra~e e ? (1)"),
        ("latin1", "Mühle Ärger Straße é ? [1]".encode("latin-1")),
    ],
)
def test_letters_that_the_line_cannot_carry_are_written_by_what_stands_nearest(character_set, expected):
    """And what nothing stands near becomes a question mark."""
    assert encoded("Mühle Ärger Straße é 漢 [1]", character_set) == expected


def test_control_characters_become_blanks():
    """They would break the block."""
    assert encoded("a\x03\x1e\r\nb\x7f\x85c", "latin1") == b"a b c"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("4711", ("", "4711")),
        (" 3/4711 ", ("3", "4711")),
        ("1234567890123456", ("", "1234567890123456")),
        ("12345678901234567", None),
        ("", None),
        ("47 11", None),
        ("34/4711", None),
        ("mara@example.org", None),
    ],
)
def test_an_address_is_a_pager_with_its_station_before_it(address, expected):
    """At most sixteen letters or digits."""
    assert pager_of(address) == expected


def _records(settings=SETTINGS, **fields):
    return dict(read(call_of(_notice(**fields), settings).block[1:-1]).records)


def test_a_call_holds_the_records_that_are_set():
    """Address, text, beep, call type, transmissions, priority."""
    records = _records()
    assert list(records) == ["1", "2", "3", "4", "5", "6"]
    assert (records["1"], records["3"], records["4"], records["5"], records["6"]) == (
        "4711",
        "1",
        "3",
        "1",
        "1",
    )
    assert list(_records(EspaSettings(port="/dev/null", records="126"))) == ["1", "2", "6"]


@pytest.mark.parametrize(
    ("fields", "priority", "beep"),
    [
        ({}, "1", "1"),
        ({"kind": "unheard-of"}, "1", "1"),
        ({"is_silent": True}, "1", "3"),
        ({"text_key": "a key of tomorrow"}, "1", "1"),
        ({"text_key": "taken"}, "2", "2"),
        ({"kind": "technical"}, "2", "2"),
        ({"mark": "test"}, "3", "2"),
        ({"mark": "drill"}, "3", "2"),
    ],
)
def test_only_a_real_alarm_of_a_person_rings_as_an_alarm(fields, priority, beep):
    """A kind or a text nobody knows does too."""
    settings = EspaSettings(port="/dev/null", silent_beep="3")
    records = _records(settings, **fields)
    assert (records["6"], records["3"]) == (priority, beep)


def test_a_call_without_an_address_is_none():
    """Whoever sends it gets a sentence."""
    assert call_of(_notice(address="mara@example.org"), SETTINGS) is None


def test_a_request_names_the_call_as_it_was_sent():
    """The pager system matches it by address and text."""
    call = call_of(_notice(address="3/4711"), SETTINGS)
    request = request_of(call)
    assert read(request.block[1:-1]) == Block("3", (("1", "4711"), ("2", call.text)))
    assert (request.station, request.is_request) == ("3", True)


@pytest.mark.parametrize(
    ("code", "stage", "is_last"),
    [
        ("1", Stage.FAILED, True),
        ("2", Stage.SENT, False),
        ("3", Stage.SENT, False),
        ("4", Stage.FAILED, True),
        ("5", Stage.SENT, True),
        ("6", Stage.DELIVERED, True),
        ("7", Stage.SENT, False),
        ("71", Stage.SENT, False),
        ("72", Stage.FAILED, True),
        ("8", Stage.FAILED, True),
        ("0", Stage.SENT, False),
        ("nonsense", Stage.SENT, False),
    ],
)
def test_a_status_claims_no_more_than_it_says(code, stage, is_last):
    """Only an acknowledgement from the pager is a delivery, and nothing is an answer."""
    status = call_status(code)
    assert (status.stage, status.is_last) == (stage, is_last)
    assert status.detail


def test_paged_is_a_delivery_only_where_the_site_says_so():
    """There the handset has confirmed it."""
    assert call_status("3", is_paged_delivered=True).stage is Stage.DELIVERED
    assert call_status("2", is_paged_delivered=True).stage is Stage.SENT


def test_a_fault_of_the_pager_system_has_a_sentence_and_its_end_has_none():
    """Also one that nobody knows."""
    assert "transmitter" in system_status("1")
    assert "'9'" in system_status("9")
    assert system_status("0") == system_status("") == ""
    assert [code for code in "12345678" if proves_transmitter(code)] == ["3", "6"]


def test_every_refusal_has_a_sentence():
    """The codes of the standard, none, and any other."""
    assert len({nak(code) for code in ("", "1", "2", "3", "9")}) == 5


def _called(key, pager="4711", text="Case 7"):
    return Call(key, "2", b"", pager=pager, text=text)


def _status(code, pager="4711", text=""):
    records = [("1", pager), ("7", code)]
    return Block("2", tuple(records + [("2", text)] * bool(text)))


def _calls(*calls, **settings):
    found = Calls(**settings)
    for call in calls:
        found.taken(call, 0)
    return found


def test_a_status_is_about_the_call_to_its_address():
    """And of the station that took it."""
    calls = _calls(_called("one"), _called("two", pager="4712"))
    assert calls.told("3", _status("6")) == []
    assert calls.told("2", _status("6")) == [Report("one", Stage.DELIVERED, call_status("6").detail)]
    assert calls.told("2", _status("6")) == []
    assert len(calls) == 1


def test_a_status_without_a_code_or_an_address_is_about_no_call():
    """Nothing is guessed."""
    calls = _calls(_called("one"))
    assert calls.told("2", Block("2", (("7", "6"),))) == []
    assert calls.told("2", Block("2", (("1", "4711"),))) == []


def test_a_call_stays_until_its_last_status():
    """In the queue, sent out, acknowledged."""
    calls = _calls(_called("one"))
    stages = [calls.told("2", _status(code))[0].stage for code in "236"]
    assert stages == [Stage.SENT, Stage.SENT, Stage.DELIVERED]
    assert len(calls) == 0


def test_of_two_calls_to_one_pager_none_is_called_delivered():
    """Nobody knows which; the words say so."""
    calls = _calls(_called("one"), _called("two", text="Case 8"))
    reports = calls.told("2", _status("6"))
    assert [(report.key, report.stage) for report in reports] == [("one", Stage.SENT), ("two", Stage.SENT)]
    assert "which of 2 calls" in reports[0].detail
    assert len(calls) == 2


def test_of_two_calls_to_an_absent_pager_both_have_failed():
    """The chain goes on: towards noise, not towards silence."""
    calls = _calls(_called("one"), _called("two", text="Case 8"))
    assert [report.stage for report in calls.told("2", _status("4"))] == [Stage.FAILED, Stage.FAILED]


def test_a_status_that_repeats_the_text_is_about_that_call():
    """Then it is known which."""
    calls = _calls(_called("one"), _called("two", text="Case 8"))
    assert [report.key for report in calls.told("2", _status("6", text="Case 8"))] == ["two"]
    assert len(calls.told("2", _status("4", text="another text"))) == 1


def test_a_broken_transmitter_fails_every_call_of_its_station():
    """None of them is known to have gone out."""
    calls = _calls(_called("one"), _called("two", pager="4712"))
    assert calls.broken("3", "broken") == []
    assert [report.key for report in calls.broken("2", "broken")] == ["one", "two"]
    assert len(calls) == 0


def test_calls_are_forgotten_after_their_time_and_beyond_their_number():
    """The oldest first; a late status is then about no call."""
    calls = Calls()
    for number in range(CALLED_MAX + 1):
        calls.taken(_called(str(number), pager=str(number)), 0)
    assert len(calls) == CALLED_MAX
    assert calls.told("2", _status("6", pager="0")) == []
    calls.taken(_called("late"), CALLED_MS_MAX - 1)
    assert len(calls) == CALLED_MAX
    calls.taken(_called("later"), CALLED_MS_MAX)
    assert len(calls) == 2


def test_a_call_without_a_word_is_asked_for_once_at_its_time():
    """And one with a word is not."""
    calls = _calls(_called("one"), _called("two", pager="4712"), ask_after_ms=5000)
    calls.told("2", _status("2", pager="4712"))
    assert calls.next_deadline_ms() == 5000
    assert calls.to_ask(4999) == []
    assert [call.key for call in calls.to_ask(5000)] == ["one"]
    assert calls.to_ask(5001) == []
    assert calls.next_deadline_ms() is None


def test_nobody_is_asked_where_it_is_not_set():
    """Many pager systems know no status request."""
    calls = _calls(_called("one"))
    assert calls.next_deadline_ms() is None
    assert calls.to_ask(10**9) == []


def _waiting(*calls):
    waiting = WaitingCalls()
    for call in calls:
        waiting.add(call)
    return waiting


def _call(key, kind="manual", mark="real", **fields):
    return Call(key, "2", b"", kind, mark, **fields)


def test_what_is_real_goes_first_then_the_gravest_then_the_oldest():
    """And a question waits for every call."""
    waiting = _waiting(
        _call("question", is_request=True),
        _call("test", mark="test"),
        _call("technical", "technical"),
        _call("rest", "rest"),
        _call("button"),
        _call("later button"),
        _call("unknown", "a kind of tomorrow"),
        _call("drill", "fall", "drill"),
    )
    order = [waiting.take().key for _ in range(len(waiting))]
    assert order[:3] == ["button", "later button", "unknown"]
    assert order[3:] == ["rest", "technical", "test", "drill", "question"]


def test_an_equal_call_does_not_push_in_and_a_graver_one_does():
    """Two alarms of the same kind keep their order between their tries."""
    held = _call("held", "rest")
    waiting = _waiting(held, _call("equal", "rest"))
    assert waiting.take() is held
    assert not waiting.is_graver_than(held)
    waiting.add(_call("graver"))
    assert waiting.is_graver_than(held)
    assert not WaitingCalls().is_graver_than(held)


def test_a_call_that_gave_way_keeps_its_place():
    """It is older than what came meanwhile."""
    first = _call("first", "rest")
    waiting = _waiting(first, _call("second", "rest"))
    waiting.take()
    waiting.add(first)
    assert waiting.take() is first


def test_without_room_the_least_grave_call_has_to_go():
    """A test never takes the place of an alarm."""
    waiting = _waiting(*(_call(f"trial {number}", mark="test") for number in range(WAITING_MAX)))
    late_trial, alarm = _call("late", mark="test"), _call("alarm")
    assert waiting.add(late_trial) is late_trial
    assert waiting.add(alarm).key == f"trial {WAITING_MAX - 1}"
    assert alarm in waiting
    assert len(waiting) == WAITING_MAX
    assert waiting.take() is alarm


def test_a_call_that_is_removed_or_taken_waits_no_more():
    """Removing it again is no mistake."""
    call, other = _call("one"), _call("two")
    waiting = _waiting(call, other)
    waiting.remove(call)
    waiting.remove(call)
    assert waiting.take_all() == [other]
    assert len(waiting) == 0
