"""Who is called when nobody answers: level by level, then everybody, for ever."""

from basestation.cases import events as e
from basestation.cases.case import CaseState
from basestation.cases.chain import Chain, Level, Recipient
from basestation.cases.step import next_step

RAISE = e.AlarmReported("manual")


def keys(effects):
    """Return the keys of the notices among effects."""
    return [effect.key for effect in effects if isinstance(effect, e.Notify)]


def test_levels_are_called_one_after_the_other_and_then_everybody_for_ever(story, called):
    """The whole way of an alarm that nobody answers."""
    told = story()
    assert called(told.tell(RAISE)) == ["Desk"]
    assert called(told.wait(59)) == []
    assert called(told.wait(1)) == ["Mara Lead", "Gate"]
    assert called(told.wait(119)) == []
    assert called(told.wait(1)) == ["Doctor", "Desk"]
    assert called(told.wait(29)) == []
    assert called(told.wait(1)) == ["Desk", "Mara Lead", "Gate", "Doctor"]
    assert told.case.rounds == 1
    assert called(told.wait(44)) == []
    assert called(told.wait(1)) == ["Desk", "Mara Lead", "Gate", "Doctor"]
    assert told.case.rounds == 2
    assert len(called(told.wait(86_400))) == 4 * 86_400 / 45
    assert told.case.state is CaseState.RECEIVED


def test_no_two_notices_share_a_key_and_each_says_what_it_is(story):
    """The outbox sends a key once; a second round must get through it."""
    told = story(mark="drill")
    told.tell(RAISE)
    told.wait(1000)
    found = keys(told.effects)
    assert len(set(found)) == len(found)
    assert {notice.mark for notice in told.effects} == {"drill"}
    assert [(n.text_key, n.level, n.round) for n in told.effects[:6]] == [
        ("alarm", 0, 0),
        ("alarm", 1, 0),
        ("alarm", 1, 0),
        ("alarm", 2, 0),
        ("alarm", 2, 0),
        ("alarm_again", 0, 1),
    ]
    assert not [key for key in found if "example" in key], "an address may hold a password"
    assert all(key.startswith("d-1/7-3/") for key in found)


def test_a_case_without_levels_still_stands_and_waits(story):
    """A broken chain is no reason to lose an alarm; the console sounds without it."""
    told = story(chain=Chain("Empty", ()))
    assert told.tell(RAISE) == ()
    assert told.case.is_loud
    assert told.timers == {"repeat": 60.0}


def test_a_raised_alarm_that_is_repeated_calls_nobody_twice(story):
    """The device repeats until its receipt; people are not called by that."""
    told = story()
    told.tell(RAISE)
    told.wait(10)
    before = told.case
    assert told.tell(RAISE, RAISE, e.PreAlarmReported("manual", 10_000)) == ()
    assert told.case == before


def test_acceptance_stops_the_calls_and_gives_time_to_arrive(story, called):
    """From here on it is the accepter's."""
    told = story()
    told.tell(RAISE)
    told.wait(60)
    assert called(told.tell(e.AcceptPressed("Anna"))) == []
    assert (told.case.accepted_by, told.case.accepted_at) == ("Anna", told.now)
    assert told.timers == {"arrival": 600.0}
    assert told.case.unfailed == ()
    assert not told.case.is_loud
    assert called(told.wait(599.999)) == []


def test_nobody_on_the_scene_in_time_asks_the_accepter_and_calls_on(story, called):
    """Accepting is not arriving; also dispatching is not."""
    told = story()
    told.tell(RAISE, e.AcceptPressed("Anna"))
    told.wait(300)
    told.tell(e.DispatchedPressed("Anna"))
    assert told.timers == {"arrival": 300.0}
    asked = told.wait(300)
    assert called(asked) == ["Anna", "Mara Lead", "Gate"]
    assert (asked[0].text_key, asked[0].recipient.channel, asked[0].level) == (
        "arrival_overdue",
        "console",
        0,
    )
    assert told.case.is_arrival_overdue
    assert told.case.is_loud
    assert told.case.state is CaseState.DISPATCHED
    assert told.timers == {"answer": 120.0}
    assert called(told.wait(120)) == ["Doctor", "Desk"]
    assert called(told.wait(30)) == ["Desk", "Mara Lead", "Gate", "Doctor"]
    told.tell(e.OnScenePressed("Carl"))
    assert not told.case.is_arrival_overdue
    assert told.timers == {}
    assert called(told.wait(86_400)) == []


def test_the_accepter_is_asked_wherever_the_chain_reaches_them_but_not_twice_the_same_way(story):
    """They may have left the console; that is what one does who helps."""
    ways = (Recipient("Anna", "console", "Anna"), Recipient("Anna", "email", "anna@site.example"))
    told = story(chain=Chain("One", (Level("All", ways, 60),)))
    told.tell(RAISE, e.AcceptPressed("Anna"))
    told.wait(599)
    asked = told.wait(1)
    assert [notice.recipient for notice in asked] == [*ways, *ways], "asked, and called with everybody"
    assert len(set(keys(asked))) == 4


def test_somebody_else_can_take_over_while_the_arrival_is_overdue(story, called):
    """A new accepter gets the time anew and has dispatched nobody yet."""
    told = story()
    told.tell(RAISE, e.AcceptPressed("Anna"), e.DispatchedPressed("Anna"))
    told.wait(600)
    told.tell(e.AcceptPressed("Bert"))
    assert told.case.state is CaseState.ACCEPTED
    assert (told.case.accepted_by, told.case.dispatched_by, told.case.dispatched_at) == ("Bert", None, None)
    assert not told.case.is_arrival_overdue
    assert told.timers == {"arrival": 600.0}
    assert called(told.wait(600)) == ["Bert", "Doctor", "Desk"]
    assert len(set(keys(told.effects))) == len(keys(told.effects))


def test_the_accepter_who_presses_again_does_not_stop_the_calls(story):
    """A second press, or a slow network, must not hide that nobody has come."""
    told = story()
    told.tell(RAISE, e.AcceptPressed("Anna"))
    told.wait(600)
    before = told.case
    assert told.tell(e.AcceptPressed("Anna")) == ()
    assert told.case == before


def deliver(told, effects, is_delivered):
    """Report the delivery of every notice among effects, each at the same moment."""
    return told.tell(
        *(e.DeliveryReported(n.key, n.recipient.name, is_delivered=is_delivered, detail="") for n in effects)
    )


def test_a_level_nobody_of_whom_can_be_reached_is_passed_at_once(story, called):
    """Waiting for the answer of someone who was never called helps nobody."""
    told = story()
    told.tell(RAISE)
    told.wait(60)
    mara, gate = told.effects[-2:]
    told.wait(5)
    assert deliver(told, [mara], is_delivered=False) == ()
    assert told.timers == {"answer": 115.0}
    assert called(deliver(told, [gate], is_delivered=False)) == ["Doctor", "Desk"]
    assert told.timers == {"answer": 30.0}


def test_one_delivered_notice_is_enough_to_wait_for_the_answer(story):
    """In either order of the reports."""
    for order in ((True, False), (False, True)):
        told = story()
        told.tell(RAISE)
        told.wait(60)
        pair = told.effects[-2:]
        for notice, is_delivered in zip(pair, order, strict=True):
            assert deliver(told, [notice], is_delivered) == ()
        assert told.timers == {"answer": 120.0}


def test_a_notice_that_bounces_after_its_delivery_counts_as_failed(story, called):
    """What the gateway accepted has not reached a person."""
    told = story()
    told.tell(RAISE)
    told.wait(60)
    pair = told.effects[-2:]
    assert deliver(told, pair, is_delivered=True) == ()
    assert called(deliver(told, pair, is_delivered=False)) == ["Doctor", "Desk"]


def test_a_late_report_about_an_older_call_changes_nothing(story):
    """Only the newest call counts."""
    told = story()
    first = told.tell(RAISE)
    told.wait(60)
    before = told.case
    assert deliver(told, first, is_delivered=False) == ()
    assert deliver(told, first, is_delivered=True) == ()
    assert told.case == before


def test_failed_calls_of_everybody_do_not_make_a_loop(story):
    """A broken channel is called at the set interval, not as fast as it fails; nor is the last level."""
    told = story()
    told.tell(RAISE)
    told.wait(180)
    last = told.effects[-2:]
    assert deliver(told, last, is_delivered=False) == ()
    assert told.timers == {"answer": 30.0}
    everybody = told.wait(30)
    assert deliver(told, everybody, is_delivered=False) == ()
    assert told.timers == {"repeat": 45.0}


def test_failed_calls_count_also_while_the_arrival_is_overdue(story, called):
    """The same rule, after acceptance."""
    for presses in ((), (e.DispatchedPressed("Anna"),)):
        told = story()
        told.tell(RAISE, e.AcceptPressed("Anna"), *presses)
        _, *pair = told.wait(600)
        assert called(deliver(told, pair, is_delivered=False)) == ["Doctor", "Desk"]


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
    told.tell(e.PreAlarmReported("rest", 30_000))
    due_at, sentence = next_step(told.case)
    assert (due_at - told.now).total_seconds() == 40
    assert sentence == "raises the alarm unless the wearer cancels it"
    told.wait(40)
    assert next_step(told.case)[1] == "calls level 2: Shift lead"
    told.tell(e.AcceptPressed("Anna"))
    assert next_step(told.case)[1] == "asks Anna whether help has arrived and calls level 2: Shift lead"
    told.wait(600 + 120)
    assert next_step(told.case)[1] == "calls everyone again (round 1)"
    told.wait(30)
    assert next_step(told.case)[1] == "calls everyone again (round 2)"


def test_of_several_timers_the_next_step_is_the_first_due(story):
    """Whatever their order in the case."""
    from datetime import timedelta

    from basestation.cases.case import Timer

    told = story(level=0)
    soon, late = (Timer("answer", told.now), Timer("arrival", told.now + timedelta(seconds=1)))
    for timers in ((soon, late), (late, soon)):
        assert next_step(told.with_facts(timers=timers).case)[0] == told.now
