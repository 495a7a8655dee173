"""Parts as messages, reports as deliveries, who goes first, who gets an answer, and all words."""

from dataclasses import replace

import pytest
from pydantic import ValidationError

from basestation.outgoing.channels.channel import Notice, Report, Stage
from basestation.outgoing.channels.modem import deliveries, hints, reasons, waiting, wording
from basestation.outgoing.channels.modem.deliveries import Deliveries
from basestation.outgoing.channels.modem.hints import ALL_PER_HOUR_MAX, HOUR_S, Hints
from basestation.outgoing.channels.modem.joining import Stored, Whole, joined
from basestation.outgoing.channels.modem.received import Message, Place, StatusReport
from basestation.outgoing.channels.modem.settings import ModemSettings
from basestation.outgoing.channels.modem.waiting import TEXTS_MAX, Rank, Text, Waiting

MARA, WILLI = "+491701234567", "+491707654321"


def part(number, text, total=2, reference=7, index=None, since_s=0.0, sender=MARA):
    """Return a part."""
    return Stored(index, Message(sender, text, Place(reference, total, number)), since_s)


def test_parts_are_joined_in_their_order_however_they_come():
    """Those of others in between."""
    parts = [part(2, "1"), part(1, "x", sender=WILLI), part(1, "4711 "), part(1, "y", reference=8)]
    wholes, rest = joined(parts, 10, 60)
    assert wholes == [Whole(MARA, "4711 1", is_automatic=False, parts=(parts[0], parts[2]))]
    assert rest == [parts[1], parts[3]]


def test_a_message_by_itself_waits_for_nothing():
    """Also one that a machine made."""
    alone = Stored(3, Message("Info", "x", None, is_automatic=True), 0)
    assert joined([alone, part(1, "a")], 0, 60)[0] == [Whole("Info", "x", is_automatic=True, parts=(alone,))]


def test_a_part_that_comes_twice_counts_once_and_goes_with_the_rest():
    """Networks repeat; a new message may have an old reference."""
    parts = [part(1, "a", index=1), part(1, "a", index=2), part(1, "b", index=3), part(2, "c", index=4)]
    wholes, rest = joined(parts, 0, 60)
    assert [whole.text for whole in wholes] == ["ac"]
    assert wholes[0].parts == (parts[0], parts[1], parts[3])
    assert rest == [parts[2]]


@pytest.mark.parametrize(("now_s", "is_passed"), [(59, False), (60, True), (61, True)])
def test_without_its_other_parts_a_message_is_passed_on_as_a_question(now_s, is_passed):
    """After the set time; what is missing could be a no."""
    wholes, rest = joined([part(1, "4711 1"), part(3, "!", total=3), part(1, "4711 1", total=3)], now_s, 60)
    assert bool(wholes) is is_passed
    assert bool(rest) is not is_passed
    if is_passed:
        assert wholes[0].text == "4711 1 [part 2 of 2 is missing?] "
        assert wholes[1].text == "4711 1 [part 2 of 3 is missing?] !"
        assert not any(whole.is_complete for whole in wholes)


def sent(known, number, references, key):
    """Note a notice whose parts the network called so, and return what became known last."""
    total = len(references)
    return [known.taken(number, each, key, part, total) for part, each in enumerate(references, 1)][-1]


def test_a_notice_is_delivered_when_every_part_is():
    """Reports may come in any order, and before the modem said what it calls the part."""
    known = Deliveries()
    assert known.reported(StatusReport(9, "0170 7654321", 0)) == ("unmatched", None)
    assert sent(known, WILLI, [9, 10], "willi") is None
    assert sent(known, MARA, [9, 10], "mara") is None
    assert known.reported(StatusReport(10, MARA, 0x30)) == ("trying", None)
    assert known.reported(StatusReport(10, MARA, 0)) == ("delivered", None)
    assert known.reported(StatusReport(9, "01701234567", 0)) == (
        "delivered",
        Report("mara", Stage.DELIVERED, "at the telephone"),
    )
    assert known.reported(StatusReport(10, WILLI, 0))[1] == Report(
        "willi", Stage.DELIVERED, "at the telephone"
    )
    assert known.reported(StatusReport(10, WILLI, 0)) == ("unmatched", None)


def test_a_report_that_came_first_is_not_lost():
    """A notice of one part."""
    known = Deliveries()
    known.reported(StatusReport(1, MARA, 0x46))
    report = sent(known, MARA, [1], "mara")
    assert report is not None
    assert report.stage is Stage.FAILED
    assert "too old" in report.detail


def test_one_part_that_never_arrives_fails_the_notice_once():
    """And says which and why."""
    known = Deliveries()
    sent(known, MARA, [1, 2, 3], "mara")
    outcome, report = known.reported(StatusReport(2, MARA, 0x43))
    assert (outcome, report) == ("failed", Report("mara", Stage.FAILED, "part 2 of 3: no such number"))
    assert known.reported(StatusReport(1, MARA, 0)) == ("delivered", None)
    assert known.reported(StatusReport(3, MARA, 0x43)) == ("failed", None)


def test_what_nobody_confirms_is_not_delivered():
    """Handed on is sent."""
    known = Deliveries()
    sent(known, MARA, [1], "mara")
    assert known.reported(StatusReport(1, MARA, 1))[1].stage is Stage.SENT


def test_references_come_round_and_memory_is_bounded():
    """The newest part of that name counts; what is too old is unmatched."""
    known = Deliveries()
    sent(known, MARA, [5], "old")
    sent(known, MARA, [5], "new")
    assert known.reported(StatusReport(5, MARA, 0))[1].key == "new"
    for number in range(deliveries.PARTS_MAX + 1):
        sent(known, f"+49170{number:07}", [0], f"key {number}")
    assert known.reported(StatusReport(0, "+491700000000", 0)) == ("unmatched", None)
    assert known.reported(StatusReport(0, "+491700000001", 0))[1].key == "key 1"
    for number in range(deliveries.EARLY_MAX + 1):
        known.reported(StatusReport(3, f"+49171{number:07}", 0))
    assert sent(known, "+491710000000", [3], "forgotten") is None
    assert sent(known, "+491710000002", [3], "remembered").stage is Stage.DELIVERED


def text(rank, key=""):
    """Return a text that waits."""
    return Text(rank, MARA, [], key)


def test_the_graver_goes_first_and_the_older_of_two():
    """A person before a technical alarm before an answer before a drill."""
    queue = Waiting()
    texts = [text(rank, str(at)) for at, rank in enumerate((3, 2, 1, 0, 0, 3))]
    for each in texts:
        assert queue.put(each) is None
    order = []
    while (first := queue.next()) is not None:
        order.append(first.key)
        assert queue.holds(first)
        queue.remove(first)
        queue.remove(first)
    assert order == ["3", "4", "2", "1", "0", "5"]


def test_without_room_the_least_grave_gives_way():
    """A person's text always has room among drills."""
    queue = Waiting()
    drills = [text(Rank.PRACTICE) for _ in range(TEXTS_MAX)]
    assert [queue.put(each) for each in drills] == [None] * TEXTS_MAX
    assert queue.put(drill := text(Rank.PRACTICE)) is drill
    assert queue.put(text(Rank.PERSON)) is drills[-1]
    assert len(queue) == len(queue.clear()) == TEXTS_MAX
    assert len(queue) == 0
    assert drills[0].is_sent
    assert waiting.TEXTS_MAX == 64


def test_a_sender_gets_so_many_answers_an_hour():
    """And all together so many; the next hour begins anew."""
    counted = Hints(2)
    assert [counted.allow(MARA, at) for at in (0, 1, 2)] == [True, True, False]
    assert counted.allow(WILLI, 2)
    assert not counted.allow(MARA, HOUR_S - 1)
    assert counted.allow(MARA, HOUR_S)
    assert not counted.allow(MARA, HOUR_S)
    crowd = Hints(1)
    assert [crowd.allow(str(at), 0) for at in range(ALL_PER_HOUR_MAX + 1)].count(False) == 1
    assert hints.HOUR_S == 3600


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("+CMS ERROR: 38", "the network is out of order"),
        ("+CME ERROR: 10", "there is no SIM in the modem"),
        ("+CMS ERROR: 512", "the modem gave error 512"),
        ("+CME ERROR: SIM busy", "the modem gave error SIM busy"),
        ("+CMS ERROR:", "the modem gave error without a number"),
        ("ERROR", "the modem refused the command"),
        ("", "the modem refused the command"),
    ],
)
def test_errors_are_words(line, words):
    """A number nobody knows stands as it came."""
    assert reasons.failure_words(line) == words


@pytest.mark.parametrize(
    ("status", "arrival"),
    [
        (0x00, "delivered"), (0x01, "unconfirmed"), (0x02, "unconfirmed"), (0x03, "failed"), (0x1F, "failed"),
        (0x20, "trying"), (0x3F, "trying"), (0x40, "failed"), (0x63, "failed"), (0xFF, "failed"),
    ],
)  # fmt: skip
def test_every_status_has_a_meaning_and_words(status, arrival):
    """What is reserved failed."""
    assert reasons.arrival(status) == arrival
    assert reasons.status_words(status)
    assert reasons.status_words(0x61) == "the telephone is busy"


NOTICE = Notice(
    key="k", case_id=12, mark="real", recipient="Mara Muster", address=MARA,
    subject="Fall alarm: Willi Werker (case 12)", body="Who: Willi Werker.", worker="Willi Werker",
    place="Halle 3", code="4711", verbs=("accept", "on_the_way", "acknowledge"), link="https://r.example/a",
)  # fmt: skip


def test_a_text_says_first_what_identifies_it():
    """Kind, who, case, where, how to answer, then the rest."""
    assert wording.text_of(NOTICE) == (
        "Fall alarm: Willi Werker. Case 12.\nWhere: Halle 3.\n"
        "Answer 4711 and a digit: 1 accept 3 on my way.\nhttps://r.example/a\nWho: Willi Werker."
    )
    bare = replace(NOTICE, subject="Fall alarm", place="", link="", verbs=(), language="de", body="")
    assert wording.text_of(bare) == "Fall alarm. Willi Werker. Fall 12."
    assert wording.text_of(replace(bare, worker="", verbs=("accept",), code="")) == "Fall alarm. Fall 12."


@pytest.mark.parametrize(("mark", "said"), [("test", "TEST - "), ("drill", "DRILL - ")])
def test_the_mark_stands_before_everything(mark, said):
    """Once, also where the subject says it already; silence comes next."""
    subject = f"{said}{NOTICE.subject}"
    assert wording.text_of(replace(NOTICE, mark=mark, subject=subject)).startswith(f"{said}Fall alarm: Willi")
    silent = wording.text_of(replace(NOTICE, mark=mark, is_silent=True))
    assert silent.startswith(f"{said}SILENT: do not call")
    assert wording.text_of(replace(NOTICE, is_silent=True, language="de")).startswith("STILL: nicht anrufen")
    assert wording.cut_of(replace(NOTICE, language="fr")) == " [cut]"


@pytest.mark.parametrize("pin", ["123", "123456789", "12a4", "\u0661\u0662\u0663\u0664"])
def test_a_wrong_pin_is_refused_and_not_repeated(pin):
    """Nor does anything print a right one."""
    with pytest.raises(ValidationError) as refused:
        ModemSettings(port="/dev/ttyUSB0", pin=pin)
    assert "4 to 8 digits" in str(refused.value)
    assert pin not in str(refused.value)
    assert "1234" not in repr(ModemSettings(port="/dev/ttyUSB0", pin="1234"))


def test_a_rate_is_one_that_modems_know():
    """Others are refused."""
    assert ModemSettings(port="x", baud=9600).baud == 9600
    with pytest.raises(ValidationError, match="baud must be one of"):
        ModemSettings(port="x", baud=115_201)
