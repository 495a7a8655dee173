"""Who is called when nobody answers: level by level, then everybody, for ever."""

from datetime import timedelta

from basestation.cases import events as e
from basestation.cases.case import CaseState, Timer
from basestation.cases.chain import Chain, Level, Recipient, Way
from basestation.cases.effects import Fault, Notify
from basestation.cases.step import next_doing, next_step

RAISE = e.AlarmReported("manual")


def keys(effects):
    """Return the keys of the notices among effects."""
    return [effect.key for effect in effects if isinstance(effect, Notify)]


def faults(effects):
    """Return the technical alarms about the rescue that effects raise, and end."""
    return [(effect.name, effect.is_over) for effect in effects if isinstance(effect, Fault)]


def deliver(told, effects, stage):
    """Report what became of every notice among effects, each at the same moment."""
    notices = [effect for effect in effects if isinstance(effect, Notify)]
    return told.tell(*(e.DeliveryReported(n.key, n.recipient, stage) for n in notices))


def test_levels_are_called_one_after_the_other_and_then_everybody_for_ever(story, called):
    """The whole way of an alarm that nobody answers; the last level is everybody, again and again."""
    told = story()
    assert called(told.tell(RAISE)) == ["Desk"]
    assert called(told.wait(59)) == []
    assert called(told.wait(1)) == ["Mara Lead", "Gate"]
    assert called(told.wait(119)) == []
    assert called(told.wait(1)) == ["Doctor"], "the desk has it on its screen since level 1"
    assert called(told.wait(29)) == []
    everybody = told.wait(1)
    assert (called(everybody), faults(everybody)) == (["Desk", "Mara Lead", "Gate", "Doctor"], [])
    assert told.case.rounds == 1
    assert faults(told.wait(2)) == []
    unanswered = told.wait(1)
    assert (called(unanswered), faults(unanswered)) == ([], [("unanswered", False)])
    assert called(told.wait(41)) == []
    assert called(told.wait(1)) == ["Desk", "Mara Lead", "Gate", "Doctor"]
    assert told.case.rounds == 2
    rest = told.wait(9_000)
    assert len(called(rest)) == 4 * 9_000 / 45
    assert faults(rest) == [], "one technical alarm is enough"
    assert told.case.state is CaseState.RECEIVED


def test_no_two_notices_share_a_key_and_each_says_what_it_is(story):
    """The outbox sends a key once; a second round must get through it."""
    told = story(mark="drill")
    told.tell(RAISE)
    told.wait(1000)
    notices = [effect for effect in told.effects if isinstance(effect, Notify)]
    found = keys(notices)
    assert len(set(found)) == len(found)
    assert {notice.mark for notice in notices} == {"drill"}
    assert [(n.text_key, n.level, n.round) for n in notices[:5]] == [
        ("alarm", 0, 0),
        ("alarm", 1, 0),
        ("alarm", 1, 0),
        ("alarm", 2, 0),
        ("alarm_again", -1, 1),
    ]
    assert not [key for key in found if "email" in key], "an address may hold a password"
    assert all(key.startswith("d-1/7-3/") for key in found)


def test_a_case_without_levels_still_stands_and_sounds(story, called):
    """A broken chain is no reason to lose an alarm."""
    told = story(chain=Chain("Empty", ()))
    assert called(told.tell(RAISE)) == ["Control room"]
    assert told.case.is_loud
    assert told.timers == {"repeat": 60.0, "unanswered": 3.0}


def test_a_raised_alarm_that_is_repeated_calls_nobody_twice(story):
    """The device repeats until its receipt; people are not called by that."""
    told = story()
    told.tell(RAISE)
    told.wait(10)
    before = told.case
    assert told.tell(RAISE, RAISE, e.PreAlarmReported("manual", 10_000)) == ()
    assert told.case == before


def test_a_level_of_whom_nobody_can_be_called_is_passed_at_once(story, called):
    """Nobody on duty, away, the casualty themselves: the next level is called in the same moment."""
    told = story()
    told.away = {"Desk": "unknown", "Mara Lead": "casualty", "Gate": "nobody_on_duty"}
    assert called(told.tell(RAISE)) == ["Doctor"]
    assert told.timers["answer"] == 30.0
    told.away["Doctor"] = "absent"
    assert called(told.wait(30)) == []
    assert told.case.is_unanswered
    told.away = {}
    assert called(told.wait(45)) == ["Desk", "Mara Lead", "Gate", "Doctor"], "found at each step anew"


def test_people_are_found_at_each_step_anew(story, called):
    """The rota turned over between two levels, and between two rounds."""
    told = story()
    told.tell(RAISE)
    told.away = {"Gate": "absent"}
    assert called(told.wait(60)) == ["Mara Lead"]
    told.away = {"Mara Lead": "absent"}
    told.wait(120)
    assert called(told.wait(30)) == ["Desk", "Gate", "Doctor"]
    assert called(told.wait(45)) == ["Desk", "Gate", "Doctor"], "who is away is called no more"


def test_without_anybody_at_a_console_the_next_level_is_called_together_with_it(story, called):
    """And that is a technical alarm."""
    told = story()
    told.is_attended = False
    asked = told.tell(RAISE)
    assert called(asked) == ["Desk", "Mara Lead", "Gate"]
    assert faults(asked) == [("unattended", False)]
    assert told.timers == {"answer": 120.0, "call": 300.0}


def test_the_desk_is_unattended_in_the_last_level_and_nothing_loops(story, called):
    """There is no next level to call together with it."""
    told = story(chain=Chain("Desk only", (Level("Desk", (Recipient("control_room", "Desk"),), 60),)))
    told.is_attended = False
    assert called(told.tell(RAISE)) == ["Desk"]
    assert called(told.wait(60)) == ["Desk"]


PERSISTENT = Chain(
    "Persistent",
    (
        Level(
            "Lead",
            (
                Recipient(
                    "person", "Mara Lead", (Way("sms", 2, 40), Way("voice", 1, 50), Way("email", 1, 10))
                ),
            ),
            900,
        ),
    ),
)


def test_each_way_is_tried_as_often_and_at_the_interval_set_then_the_next_and_so_on_for_ever(story, reached):
    """Calls go on, bounded in rate and without limit of number, until somebody has accepted."""
    told = story(chain=PERSISTENT)
    assert reached(told.tell(RAISE)) == ["Mara Lead sms alarm"]
    assert reached(told.wait(39)) == []
    assert reached(told.wait(1)) == ["Mara Lead sms alarm"]
    assert reached(told.wait(40)) == ["Mara Lead voice alarm"]
    assert reached(told.wait(50)) == ["Mara Lead email alarm"]
    assert reached(told.wait(10)) == ["Mara Lead sms alarm"]
    assert len(reached(told.wait(140 * 5))) == 20
    assert told.timers["answer"] == 900 - 140 * 6


def test_a_channel_that_fails_is_left_at_once_for_the_next(story, reached):
    """Known at once, and the next is tried; the one that failed gets its turn only when all have."""
    told = story(chain=PERSISTENT)
    first = told.tell(RAISE)
    told.wait(5)
    second = deliver(told, first, "failed")
    assert reached(second) == ["Mara Lead voice alarm"]
    third = deliver(told, second, "failed")
    assert reached(third) == ["Mara Lead email alarm"]
    assert deliver(told, third, "sent") == ()
    assert reached(told.wait(10)) == ["Mara Lead sms alarm"]


def test_a_person_whom_no_way_reaches_has_failed_and_is_tried_all_the_same(story, reached):
    """At the interval, not as fast as it fails."""
    told = story(chain=PERSISTENT)
    effects = told.tell(RAISE)
    for _ in range(3):
        effects = deliver(told, effects, "failed")
    assert effects == ()
    (call,) = told.case.calls
    assert call.is_failed
    assert reached(told.wait(9)) == []
    again = told.wait(1)
    assert reached(again) == ["Mara Lead sms alarm"]
    assert deliver(told, again, "failed") == ()
    assert reached(told.wait(40)) == ["Mara Lead voice alarm"]
    assert deliver(told, told.effects[-1:], "sent") == ()
    assert not told.case.calls[0].is_failed


def test_a_level_nobody_of_whom_can_be_reached_is_passed_at_once(story, called):
    """Waiting for the answer of someone who was never called helps nobody."""
    told = story()
    told.tell(RAISE)
    told.wait(60)
    mara, gate = told.effects[-2:]
    told.wait(5)
    assert deliver(told, [mara], "failed") == ()
    assert told.timers["answer"] == 115.0
    assert called(deliver(told, [gate], "failed")) == ["Doctor"]
    assert told.timers["answer"] == 30.0


def test_one_delivered_notice_is_enough_to_wait_for_the_answer(story):
    """In either order of the reports."""
    for order in (("sent", "failed"), ("failed", "delivered")):
        told = story()
        told.tell(RAISE)
        told.wait(60)
        pair = told.effects[-2:]
        for notice, stage in zip(pair, order, strict=True):
            assert deliver(told, [notice], stage) == ()
        assert told.timers["answer"] == 120.0
        assert told.case.told_at == told.now


def test_a_notice_that_bounces_after_it_was_taken_counts_as_failed(story, called):
    """What the gateway accepted has not reached a person."""
    told = story()
    told.tell(RAISE)
    told.wait(60)
    pair = told.effects[-2:]
    assert deliver(told, pair, "sent") == ()
    assert called(deliver(told, pair, "failed")) == ["Doctor"]


def test_a_late_report_about_an_older_call_changes_nothing(story):
    """Only the newest notice by a way counts."""
    told = story()
    told.tell(RAISE)
    first = told.wait(60)
    told.wait(150)
    before = told.case
    assert deliver(told, first, "failed") == ()
    assert deliver(told, first, "sent") == ()
    assert told.tell(e.DeliveryReported("", "nobody", "failed")) == ()
    assert told.case.calls == before.calls


def test_failed_calls_of_everybody_do_not_make_a_loop(story):
    """A broken channel is called at the set interval, not as fast as it fails; nor is the last level."""
    told = story()
    told.tell(RAISE)
    last = told.wait(180)[-1:]
    assert deliver(told, last, "failed") == ()
    assert told.timers["answer"] == 30.0
    everybody = told.wait(30)
    assert deliver(told, everybody, "failed") == ()
    assert told.timers["repeat"] == 45.0


def test_a_level_that_has_declined_is_passed_at_once(story, called):
    """All of it: by their key where the channel knows them, by their name at the console."""
    told = story()
    told.tell(RAISE)
    told.wait(60)
    assert told.tell(e.DeclinePressed("Mara Lead")) == ()
    assert called(told.tell(e.DeclinePressed("whoever", "role/Gate"))) == ["Doctor"]
    assert told.tell(e.DeclinePressed("Stranger")) == ()
    assert called(told.wait(30)) == ["Desk", "Mara Lead", "Gate", "Doctor"], "everybody, also who declined"


def test_one_who_declined_and_one_who_cannot_be_reached_are_nobody(story, called):
    """Declined and failed count alike."""
    told = story()
    told.tell(RAISE)
    _, gate = told.wait(60)
    told.tell(e.DeclinePressed("Mara Lead"))
    assert called(deliver(told, [gate], "failed")) == ["Doctor"]


def test_whoever_declined_is_called_no_more_in_this_round(story, reached):
    """Neither by their other ways, nor when somebody else's call is due."""
    told = story(chain=PERSISTENT)
    first = told.tell(RAISE)
    told.tell(e.DeclinePressed("Mara Lead"))
    assert deliver(told, first, "failed") == ()
    assert reached(told.wait(44)) == []


def test_the_workers_phone_is_called_beside_and_never_instead(story, called):
    """Who has declined or cannot be reached is passed, though the worker's phone rings."""
    worker = Recipient("worker", "Worker", (Way("voice", 1, 300),))
    lead = Recipient("person", "Mara Lead", (Way("email", 1, 300),))
    doctor = Recipient("person", "Doctor", (Way("email", 1, 300),))
    told = story(chain=Chain("C", (Level("A", (worker, lead), 60), Level("B", (doctor,), 60))))
    assert called(told.tell(RAISE)) == ["Worker", "Mara Lead"]
    assert called(told.tell(e.DeclinePressed("Mara Lead"))) == ["Doctor"]


def test_an_operator_escalates_without_waiting(story, called):
    """The next level, and when there is none everybody."""
    told = story()
    told.tell(RAISE)
    assert called(told.tell(e.EscalatePressed("Anna"))) == ["Mara Lead", "Gate"]
    assert called(told.tell(e.EscalatePressed("Anna"))) == ["Doctor"]
    assert called(told.tell(e.EscalatePressed("Anna"))) == ["Desk", "Mara Lead", "Gate", "Doctor"]


def test_a_recipient_can_be_added_and_stays_when_everybody_is_called(story, called, found_as):
    """Called at once, and again with everybody."""
    told = story()
    told.tell(RAISE)
    extra = found_as(Recipient("person", "Nora New", (Way("sms", 1, 300),)))
    assert called(told.tell(e.RecipientAdded("Otto", extra))) == ["Nora New"]
    assert called(told.tell(e.RecipientAdded("Otto", extra))) == []
    told.wait(180)
    assert called(told.wait(30)) == ["Desk", "Mara Lead", "Gate", "Doctor", "Nora New"]


def test_who_is_added_while_somebody_has_it_is_told_once(story, called, found_as):
    """And is told when it is over."""
    told = story()
    told.tell(RAISE, e.AcceptPressed("Anna"))
    extra = found_as(Recipient("person", "Nora New", (Way("sms", 1, 10),)))
    assert called(told.tell(e.RecipientAdded("Otto", extra))) == ["Nora New"]
    assert called(told.wait(500)) == []
    assert "call" not in told.timers
    closed = told.tell(e.OnScenePressed("Anna"), e.AllClearPressed("Anna", "all well"))
    assert called(closed) == ["Nora New"]


def test_a_corrected_address_is_tried_at_once_and_kept_in_this_case(story):
    """Also through the next round; a channel that was not there comes first."""
    told = story()
    told.tell(RAISE)
    told.wait(60)
    (notice,) = told.tell(e.AddressCorrected("Otto", "person/Mara Lead", "email", "new@site.example"))
    assert (notice.recipient, notice.address) == ("Mara Lead", "new@site.example")
    (notice,) = told.tell(e.AddressCorrected("Otto", "person/Mara Lead", "sms", "+49123"))
    assert (notice.channel, notice.address) == ("sms", "+49123")
    told.wait(120)
    mara = next(n for n in told.wait(30) if isinstance(n, Notify) and n.recipient == "Mara Lead")
    assert (mara.channel, mara.address) == ("sms", "+49123")
    assert told.tell(e.AddressCorrected("Otto", "person/Nobody", "sms", "+49")) == ()


def test_a_channel_added_first_keeps_what_is_known_of_the_others(story, reached):
    """Its failures stay with the way that failed."""
    told = story(chain=PERSISTENT)
    first = told.tell(RAISE)
    deliver(told, first, "failed")
    told.tell(e.AddressCorrected("Otto", "person/Mara Lead", "espa", "12"))
    (call,) = told.case.calls
    assert [way.channel for way in call.ways] == ["espa", "sms", "voice", "email"]
    assert call.failed_ways == (1,)
    assert deliver(told, told.effects[-1:], "failed")
    assert reached(told.effects[-1:]) == ["Mara Lead voice alarm"]


def test_a_timer_counts_once_and_not_before_its_moment(story):
    """The database may hand it out twice, or a clock may be early."""
    told = story()
    told.tell(RAISE)
    before = told.case
    told.now = before.timers[0].due_at.replace(microsecond=0) - (before.opened_at.resolution * 1000)
    assert told.tell(e.TimerFired("answer"), e.TimerFired("nonsense")) == ()
    assert told.case == before
    told.now = before.timers[0].due_at
    assert len(told.tell(e.TimerFired("answer"))) == 2
    assert told.tell(e.TimerFired("answer")) == ()


def test_the_next_step_is_told_in_a_sentence(story):
    """What the console shows beside the age of the case."""
    told = story()
    assert next_step(told.case) is None
    assert next_doing(told.case) is None
    told.tell(e.PreAlarmReported("rest", 30_000))
    due_at, sentence = next_step(told.case)
    assert (due_at - told.now).total_seconds() == 40
    assert sentence == "raises the alarm unless the wearer cancels it"
    told.wait(40)
    assert next_step(told.case)[1] == "calls level 2: Shift lead"
    doing = {"does": "answer", "who": None, "level": 2, "level_name": "Shift lead", "round": 1}
    assert next_doing(told.case) == doing
    told.tell(e.AcceptPressed("Anna"))
    assert next_step(told.case)[1] == "asks Anna whether help has arrived and calls level 2: Shift lead"
    told.wait(600)
    assert next_step(told.case)[1] == "takes the case from Anna and calls the chain again"
    told.wait(60 + 60 + 120 + 30)
    assert next_step(told.case)[1].startswith("calls everyone again (round ")
    told.tell(e.OnScenePressed("Bert"))
    doing = next_doing(told.case)
    assert (doing["does"], doing["who"], doing["level"]) == ("presence", "Bert", None)
    assert next_step(told.case)[1].startswith("asks Bert for a sign of life and calls everyone again")


def test_of_several_timers_the_next_step_is_the_first_due_and_no_other_try(story):
    """Whatever their order in the case; one more try of the same call is no news."""
    told = story(level=0)
    soon, late = (Timer("answer", told.now), Timer("arrival", told.now + timedelta(seconds=1)))
    tries = Timer("call", told.now - timedelta(seconds=9))
    for timers in ((soon, late, tries), (tries, late, soon)):
        assert next_step(told.with_facts(timers=timers).case)[0] == told.now
    assert next_step(told.with_facts(timers=(tries,)).case) is None
