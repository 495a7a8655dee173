"""What an answer means, how a connection goes on, which code and text a notice becomes: all without I/O."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from basestation.outgoing.channels.dc09.answers import Event, Expected, judge
from basestation.outgoing.channels.dc09.content import CUT, Zone, content_of, harmless, text_of
from basestation.outgoing.channels.dc09.events import EventCode, event_code, is_silent
from basestation.outgoing.channels.dc09.exchange import ENDS, TABLE, Exchange
from basestation.outgoing.channels.dc09.frames import Identity, crc, frame, time_stamp
from protocol.messages import PERSON_KINDS, TECHNICAL_CAUSES
from tests.basestation.outgoing.channels.dc09_centre import TRIES, a_notice

WHO = Identity("1A2B")
KEY = b"k" * 16
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
NON_REAL = ("test", "drill", "something new")


def told(name, number=7, who=WHO, key=None, at=NOW, expected_key=None):
    """Return what a receiver's message means."""
    line = frame(name, number, who, "]" + (time_stamp(at) if at else ""), key)[1:-1]
    return judge(line, Expected(WHO, 7, expected_key, NOW, 300))


def test_only_our_number_and_account_answer_us():
    """Leading zeros of the account do not matter."""
    assert told("ACK").event is Event.ACK
    assert told("ACK", who=Identity("001a2b")).event is Event.ACK
    assert told("DUH").event is Event.DUH
    assert (told("ACK", number=8).event, told("ACK", number=8).reason) == (Event.GARBLED, "sequence")
    assert told("DUH", number=6).reason == "sequence"
    assert told("ACK", who=Identity("1A2C")).reason == "account"
    assert told("RSP").reason == "token"
    assert judge(b"?", Expected(WHO, 7, None, NOW, 300)).reason == "form"


def test_a_refusal_tells_the_clock_if_it_has_one():
    """Its number is always 0000."""
    told_at = NOW + timedelta(hours=5)
    assert told("NAK", number=0, at=told_at).clock_at == told_at
    assert told("NAK", number=0, at=None).event is Event.NAK
    assert told("NAK", number=0, at=None).clock_at is None
    for year, is_taken in ((2019, False), (2020, True), (2099, True), (2100, False), (9999, False)):
        answer = told("NAK", number=0, at=NOW.replace(year=year))
        assert answer.event is Event.NAK
        assert (answer.clock_at is not None) is is_taken, year


def test_with_a_key_only_a_fresh_encrypted_acknowledgement_counts():
    """To the second."""
    assert told("ACK", expected_key=KEY).reason == "plain"
    assert told("ACK", key=b"x" * 16, expected_key=KEY).reason == "key"
    assert told("ACK", key=KEY, at=None, expected_key=KEY).reason == "key"
    for seconds in (-301, -300, -299, 299, 300, 301):
        answer = told("ACK", key=KEY, at=NOW + timedelta(seconds=seconds), expected_key=KEY)
        assert (answer.event is Event.ACK) is (abs(seconds) <= 300), seconds
    assert told("ACK", key=KEY, at=NOW + timedelta(seconds=301), expected_key=KEY).reason == "stale"


@TRIES
@given(
    st.sampled_from(["", '"ACK"0007', '"*ACK"0007L0#1A2B[', '"NAK"0000R0L0A0[]_', '"DUH"0007#']),
    st.text(st.characters(max_codepoint=127), max_size=90),
    st.sampled_from([None, KEY]),
)
def test_whatever_a_receiver_says_is_judged(lead, rest, key):
    """Never an exception, and every answer that is none has its reason; CRC and length may be right."""
    body = f"{lead}{rest}".encode()
    for line in (body, b"%04X%04X%s" % (crc(body), len(body), body)):
        answer = judge(line, Expected(WHO, 7, key, NOW, 300))
        assert bool(answer.reason) is (answer.event is Event.GARBLED)


def test_the_table_of_an_exchange_is_whole_and_ends_stay_ends():
    """Every state has every event; only an acknowledgement makes it TAKEN."""
    for state, row in TABLE.items():
        assert set(row) == set(Event), state
        assert set(row.values()) <= set(TABLE)
        for event, after in row.items():
            step = Exchange(state, is_to_send=False).after(event)
            assert step.state == after
            if state in ENDS:
                assert after == state
            else:
                assert (after == "TAKEN") is (event is Event.ACK)
            assert step.is_over is (after in ENDS)
            assert step.is_to_send is (after not in ENDS and after != state)


def test_a_refusal_or_damage_is_tried_again_twice_on_the_same_connection():
    """The third refusal ends it; damage then waits for the answers to the frames before."""
    for event in (Event.NAK, Event.GARBLED):
        second = Exchange().sent().after(event)
        third = second.sent().after(event)
        assert second.is_to_send
        assert third.is_to_send
        last = third.sent().after(event)
        assert not last.is_to_send
        assert last.is_over is (event is Event.NAK)
        assert last.after(Event.ACK).state == ("DENIED" if event is Event.NAK else "TAKEN")


@TRIES
@given(st.lists(st.sampled_from(list(Event)), max_size=12))
def test_no_series_of_answers_sends_more_than_three_frames(events):
    """A receiver that always refuses cannot hold us."""
    exchange, sent = Exchange(), 0
    for event in events:
        sent += exchange.is_to_send
        exchange = exchange.sent().after(event)
    assert sent <= 3


@pytest.mark.parametrize("mark", NON_REAL)
@TRIES
@given(
    st.sampled_from([*PERSON_KINDS, "technical", "unheard"]),
    st.booleans(),
    st.sampled_from(["alarm", "taken", "closed"]),
)
def test_what_is_not_real_is_a_test_report_whatever_else_it_says(mark, kind, is_person, text_key):
    """Never an emergency, never its end, also where the centre has codes of its own."""
    notice = a_notice(mark=mark, kind=kind, is_person=is_person, text_key=text_key)
    assert event_code(notice, {"manual": "150"}) == EventCode("1", "601", "RX")
    text = text_of(notice, 240)
    assert text.startswith(mark.upper())
    assert "Case 7" in text


def test_every_kind_of_a_persons_alarm_is_an_emergency():
    """Of those that nobody knows too."""
    codes = {kind: event_code(a_notice(kind=kind), {}) for kind in (*PERSON_KINDS, "unheard")}
    assert {kind: code.contact_id for kind, code in codes.items()} == {
        "manual": "101", "silent": "120", "duress": "121", "fall": "101", "position": "101", "rest": "102",
        "loss": "101", "escape": "101", "time": "102", "unheard": "101",
    }  # fmt: skip
    for kind, code in codes.items():
        assert code.qualifier == "1"
        assert code.sia == ("HA" if kind in {"silent", "duress"} else "QA"), kind
    assert event_code(a_notice(kind="fall"), {"fall": "150"}).contact_id == "150"


def test_the_end_of_a_case_is_a_restoral_and_news_are_a_status():
    """Everything else calls."""
    assert event_code(a_notice(text_key="closed"), {}) == EventCode("3", "101", "QH")
    assert event_code(a_notice(text_key="taken"), {}) == EventCode("6", "101", "MI")
    for text_key in ("alarm", "alarm_again", "arrival_overdue", "place", "something new"):
        assert event_code(a_notice(text_key=text_key), {}).qualifier == "1"


def test_every_technical_cause_has_a_code_and_none_is_an_emergency():
    """Codes of trouble only, beginning with 3."""
    for cause in (*TECHNICAL_CAUSES, "link_lost", "link_refused", "no heartbeat for 85 s", ""):
        notice = a_notice(is_person=False, kind="technical", cause=cause)
        code = event_code(notice, {"technical": "101"})
        assert code.contact_id.startswith("3"), cause
        assert code.sia[1] in "TCX"
        assert event_code(a_notice(is_person=False, cause=cause, text_key="closed"), {}).qualifier == "3"
    assert event_code(a_notice(is_person=False, cause="battery_low"), {}) == EventCode("1", "384", "XT")


def test_silence_stands_before_everything_but_the_mark():
    """In the language of the notice."""
    notice = a_notice(kind="silent")
    assert is_silent(notice)
    assert is_silent(a_notice(is_silent=True))
    assert not is_silent(a_notice())
    assert text_of(notice, 240).startswith("SILENT - nobody near the worker may notice")
    assert text_of(a_notice(is_silent=True, mark="drill"), 240).startswith("DRILL. SILENT - ")
    german = text_of(a_notice(is_silent=True, mark="drill", language="de", place="Süd"), 400)
    assert german.startswith("DRILL (UEBUNG). STILL - niemand bei der Person darf es merken")
    assert "Fall 7" in german
    assert "Ort: Sued" in german
    assert text_of(a_notice(language="fr"), 240).startswith("Case 7")


def test_a_long_text_is_cut_at_its_end_and_says_so():
    """At one character more than there is room for; the mark of the subject is not told twice."""
    notice = a_notice(mark="test", subject="TEST - Emergency button: Willi Werker (case 7)")
    whole = text_of(notice, 1500)
    assert whole.count("TEST") == 1
    assert text_of(notice, len(whole)) == whole
    cut = text_of(notice, len(whole) - 1)
    assert len(cut) == len(whole) - 1
    assert cut.endswith(CUT)
    for part in ("TEST", "Case 7", "Emergency button", "Willi Werker", "Where: Halle 3"):
        assert part in text_of(notice, 120)
    assert text_of(a_notice(place="", subject="x", body=""), 240) == "Case 7. x"


@TRIES
@given(st.text(max_size=80))
def test_no_text_can_break_a_message(text):
    """No bracket, bar or control character is left, and ASCII only."""
    clean = harmless(text)
    assert all(" " <= letter <= "~" for letter in clean)
    assert not set(clean) & set('[]|^*/"')
    frame("SIA-DCS", 1, WHO, content_of("SIA-DCS", "1A2B", EventCode("1", "101", "QA"), Zone(), clean))


def test_umlauts_are_written_out_and_accents_dropped():
    """What is left of other alphabets is a question mark, not a gap."""
    assert harmless("Jörg Größe, Ø, é, Łódź, 日") == "Joerg Groesse, ?, e, ?odz, ?"
    assert harmless("a\tb\nc") == "a b c"


def test_both_formats_carry_zone_and_text():
    """And neither needs a text."""
    event = EventCode("3", "102", "QH")
    assert content_of("SIA-DCS", "1A", event, Zone(2, 45), "Hi") == "#1A|Nri02/QH045^Hi^]"
    assert content_of("SIA-DCS", "1A", event, Zone(), "") == "#1A|Nri00/QH000]"
    assert content_of("ADM-CID", "1A", event, Zone(2, 45), "Hi") == "#1A|3102 02 045][IHi]"
    assert content_of("ADM-CID", "1A", event, Zone(), "") == "#1A|3102 00 000]"
