"""The lines of a modem: answers, prompts, what it says in between, and any bytes at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from basestation.outgoing.channels.modem import readings
from basestation.outgoing.channels.modem.dialogue import (
    ANSWER_LINES_MAX,
    LINE_BYTES_MAX,
    UNASKED,
    Dialogue,
    Ended,
    Noise,
    Prompted,
    Unasked,
)


def asked(command="AT+CSQ", *answers, data=b"", is_prompted=False):
    """Return what a modem's bytes give after a command."""
    dialogue = Dialogue()
    dialogue.begin(command, answers, is_prompted=is_prompted)
    return dialogue.feed(data)


def test_an_answer_is_its_lines_and_its_end():
    """With or without an echo, in pieces of any size."""
    data = b"AT+CSQ\r\r\n+CSQ: 20,99\r\n\r\nOK\r\n"
    assert asked("AT+CSQ", "+CSQ", data=data) == [Ended(("+CSQ: 20,99",))]
    dialogue = Dialogue()
    dialogue.begin("AT+CSQ", ("+CSQ",))
    events = [event for byte in data for event in dialogue.feed(bytes([byte]))]
    assert events == [Ended(("+CSQ: 20,99",))]


@pytest.mark.parametrize("line", ["ERROR", "+CME ERROR: 10", "+CMS ERROR: 38", "COMMAND NOT SUPPORT"])
def test_a_refusal_says_which(line):
    """The line itself."""
    assert asked(data=f"\r\n{line}\r\n".encode()) == [Ended((), line)]


def test_what_is_said_between_the_lines_of_an_answer_belongs_to_nobody_else():
    """A message announced, a report passed on, a call: the answer stays whole."""
    between = b'+CMTI: "SM",3\r\n00AABB\r\nRING\r\n+CDS: 26\r\n0006AA\r\n'
    data = b"+CMGL: 1,0,,3\r\n" + between + b"+CMGL: 2,0,,2\r\n00CC\r\nOK\r\n"
    assert asked("AT+CMGL=4", "+CMGL", data=data) == [
        Unasked("stored", '"SM",3'),
        Unasked("call"),
        Unasked("report", "0006AA"),
        Ended(("+CMGL: 1,0,,3", "00AABB", "+CMGL: 2,0,,2", "00CC")),
    ]


def test_the_prompt_comes_without_an_end_of_line():
    """Also after a line that was unasked, and only where one is awaited."""
    assert asked("AT+CMGS=20", data=b"\r\n> ", is_prompted=True) == [Prompted()]
    assert asked(data=b'\r\n+CMTI: "SM",1\r\n\r\n> ', is_prompted=True) == [
        Unasked("stored", '"SM",1'),
        Prompted(),
    ]
    assert asked(data=b"\r\n> ") == []
    dialogue = Dialogue()
    dialogue.begin("AT+CMGS=20", ("+CMGS",), is_prompted=True)
    assert dialogue.feed(b"\r\n> ") == [Prompted()]
    assert dialogue.feed(b"\r\n+CMGS: 5\r\n\r\nOK\r\n") == [Ended(("+CMGS: 5",))]


def test_the_same_words_are_an_answer_when_asked_and_news_when_not():
    """A modem that says it is ready, though nobody asked, has started anew."""
    assert asked("AT+CPIN?", "+CPIN", data=b"+CPIN: READY\r\nOK\r\n") == [Ended(("+CPIN: READY",))]
    assert Dialogue().feed(b"+CPIN: READY\r\nRDY\r\n") == [
        Unasked("restarted", "READY"),
        Unasked("restarted"),
    ]


def test_every_word_it_says_by_itself_has_a_kind():
    """Those with a PDU wait for it; a line that is none is judged by itself."""
    for name, kind in UNASKED.items():
        events = Dialogue().feed(f"{name}: 5\r\nAB01\r\nOK\r\n".encode())
        if kind in {"message", "report"}:
            assert events == [Unasked(kind, "AB01"), Noise("late")]
        else:
            assert events == [Unasked(kind, "5"), Noise("unknown"), Noise("late")]
    assert Dialogue().feed(b"+CDS: 26\r\nRING\r\n") == [Noise("no_pdu"), Unasked("call")]


def test_who_gave_up_gets_no_late_answer():
    """It is counted."""
    dialogue = Dialogue()
    dialogue.begin("AT+CSQ", ("+CSQ",))
    assert dialogue.feed(b"+CSQ: 20,99\r\n") == []
    dialogue.give_up()
    assert dialogue.feed(b"+CSQ: 20,99\r\n00AA\r\nOK\r\n") == [
        Unasked("quiet", "20,99"),
        Noise("unknown"),
        Noise("late"),
    ]


@pytest.mark.parametrize(("more", "events"), [(-1, "unknown"), (0, "unknown"), (1, "too_long")])
def test_a_line_has_a_limit(more, events):
    """Also when it never ends; the line after it is read again."""
    line = b"x" * (LINE_BYTES_MAX + more)
    assert Dialogue().feed(line + b"\r\nRING\r\n") == [Noise(events), Unasked("call")]
    dialogue = Dialogue()
    assert dialogue.feed(line) == []
    assert dialogue.feed(b"x" * 10 + b"\r\nRING\r\n") == [Noise("too_long"), Unasked("call")]


def test_an_answer_has_a_limit():
    """What is beyond it is counted."""
    events = asked("AT+CSQ", "+CSQ", data=b"+CSQ: 1\r\n" * (ANSWER_LINES_MAX + 2) + b"OK\r\n")
    assert [type(event) for event in events] == [Noise, Noise, Ended]
    assert len(events[-1].lines) == ANSWER_LINES_MAX


SPOKEN = [b"\r\nOK\r\n", b"> ", b"+CMT: 5\r\n", b"00AB\r\n", b"RDY\r\n", b"\x1a", b"+CMGL: 1,,,\r\n"]


@given(st.lists(st.one_of(st.binary(max_size=40), st.sampled_from(SPOKEN))), st.booleans())
def test_any_bytes_give_events_and_no_exception(pieces, is_asked):
    """Noise is counted; a command ends at most once, and no more is kept than the limits say."""
    dialogue = Dialogue()
    if is_asked:
        dialogue.begin("AT+CMGL=4", ("+CMGL",), is_prompted=True)
    events = [event for piece in pieces for event in dialogue.feed(piece)]
    assert all(isinstance(event, Prompted | Ended | Unasked | Noise) for event in events)
    assert sum(isinstance(event, Ended) for event in events) <= is_asked
    lines = b"".join(pieces).replace(b"\r", b"\n").split(b"\n")[:-1]
    spoken = sum(bool(line.decode("latin-1").strip()) for line in lines)
    assert len(events) <= 2 * spoken + 1


ANY_LINES = st.lists(st.text(max_size=20), max_size=3)


@given(ANY_LINES)
def test_any_lines_are_a_reading_or_none(lines):
    """Never an exception."""
    look = readings.Look(
        readings.registration(lines),
        readings.signal_dbm(lines),
        readings.operator(lines),
        *readings.store(lines),
    )
    assert look.network
    assert not look.is_full or look.stored is not None
    for index, pdu in readings.listed(lines):
        assert index >= 0
        assert "," not in pdu
    assert all(isinstance(readings.memory(line), str) for line in lines)


def test_readings_say_what_the_modem_said():
    """And nothing where it said nothing."""
    assert readings.registration(["2", "0,5", '0,1,"1A","2B",7']) == 1
    assert readings.registration(["1"]) is None
    assert [readings.signal_dbm([f"{figure},99"]) for figure in (0, 31, 32, 99)] == [-113, -51, None, None]
    assert readings.signal_dbm([]) is None
    assert readings.operator(['0,0,"Test\x07netz",7']) == "Testnetz"
    assert readings.operator(["0"]) == readings.operator([]) == ""
    assert readings.store(['"SM",3,10,"SM",3,10']) == readings.store(["3,10,3,10"]) == (3, 10)
    assert readings.store(["3"]) == readings.store([]) == (None, None)
    assert readings.listed(["1,0,,3", "AA", "BB", "x,0", "CC"]) == [(1, "AA")]
    assert readings.memory('"SR",4') == "SR"
    assert readings.memory("4") == readings.memory('"ABC",1') == ""
    full = readings.Look(7, None, "", 10, 10)
    assert full.is_full
    assert full.is_registered
    assert "roaming" in full.network
    assert not readings.Look(2, None, "", 9, 10).is_full
    assert not readings.Look(0, None, "", 9, None).is_full
