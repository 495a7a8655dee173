"""Times of the device: nothing happens a ms before its time, whatever comes in then, and all of it at it."""

from story import Story

from firmware import block, journal
from firmware.link import EVENT_REPEATS_MAX, Link
from firmware.motion import Motion
from firmware.settings import Settings
from firmware.technical import Technical, sooner_after

REPEAT_MS = 5000
LOSS_MS = 60000


def touch(story, now_ms):
    """Let the battery be told at a time: an input that changes nothing, at which everything due is done."""
    story.board.battery(now_ms, 3900, 80, False)
    story.now_ms = now_ms


def happens_at(story, due_ms, count):
    """Tell whether what `count` counts becomes one more at its time, and not one ms before it."""
    counts = []
    for now_ms in (due_ms - 1, due_ms, due_ms + 1):
        touch(story, now_ms)
        counts.append(count() - counts[0] if counts else count())
    return counts[1:] == [1, 1]


def lying_story(**settings):
    """Return the story of somebody who lies, in the pre-alarm."""
    story = Story(dict({"is_rest_on": 0}, **settings))
    story.lie(29)
    return story


def test_a_condition_is_met_at_its_time():
    """45 s of rest."""
    story = Story()
    story.wait(1)
    assert happens_at(story, 45000, lambda: len(story.once("pre-alarm", "rest")))


def test_a_pre_alarm_ends_at_its_time():
    """Then its alarm is raised."""
    story = lying_story()
    due_ms = story.device._alarms.next_deadline_ms()
    assert happens_at(story, due_ms, lambda: len(story.once("raised", "position")))


def test_an_alarm_is_repeated_and_becomes_loud_at_its_time():
    """Every 5 s; unheard after 20 s."""
    story = Story()
    story.hold(2100)
    raised_ms = story.sent("raised")[0][0]
    assert happens_at(story, raised_ms + REPEAT_MS, lambda: len(story.sent("raised")))
    alarm = story.device._alarms.shown()
    assert happens_at(story, raised_ms + 20000, lambda: int(alarm.is_unheard))


def test_even_a_pre_alarm_of_one_ms_is_announced():
    """None is not."""
    for pre_alarm_ms in (0, 1, 2):
        story = Story({"is_rest_on": 0, "position_pre_alarm_ms": pre_alarm_ms})
        story.lie(30)
        assert len(story.once("pre-alarm")) == min(pre_alarm_ms, 1)
        assert len(story.once("raised")) == 1


def test_of_two_alarms_the_sooner_one_sets_the_deadline():
    """By a single ms, whichever began first."""
    for first_ms, second_ms in ((50000, 50001), (50000, 50000), (50001, 50000)):
        story = lying_story()
        alarms = story.device._alarms
        story.hold(2100)
        alarms.all[0].state = alarms.all[1].state = "PRE_ALARM"
        alarms.all[0].deadline_ms, alarms.all[1].deadline_ms = first_ms, second_ms
        assert alarms.next_deadline_ms() == 50000


def test_of_watches_and_deadlines_the_sooner_one_counts():
    """The rest watch is due at 45 s."""
    vigil = Story().device._vigil
    for deadline_ms in (44999, 45000, 45001):
        assert vigil.sooner(deadline_ms) == min(deadline_ms, 45000)


def test_heartbeats_go_at_their_time():
    """25 s after the last one."""
    story = Story({"is_rest_on": 0})
    beat_ms = story.sent("heartbeat")[-1][0]
    assert happens_at(story, beat_ms + 25000, lambda: len(story.sent("heartbeat")))


def test_an_event_is_given_up_only_after_its_own_last_repeat():
    """Of two events that began one ms apart both are sent to the end."""
    link, out = Link(Settings(), "unit-7", 1, 0), []
    link.turn(0, True, out)
    link._heartbeat_ms = 2 * REPEAT_MS * EVENT_REPEATS_MAX
    for now_ms in (0, 1):
        link.send_event(now_ms, "confirmed", {"ask": "ask-" + str(now_ms)}, out)
        link.send_due(now_ms, out)
    assert [waiting.sent_count for waiting in link._events] == [1, 1]
    for count in range(1, EVENT_REPEATS_MAX):
        for now_ms in (0, 1):
            link.send_due(count * REPEAT_MS + now_ms, out)
    last_ms = EVENT_REPEATS_MAX * REPEAT_MS
    assert [waiting.sent_count for waiting in link._events] == [EVENT_REPEATS_MAX] * 2
    link.send_due(last_ms - 1, out)
    assert len(link._events) == 2
    link.send_due(last_ms, out)
    assert [waiting.sent_count for waiting in link._events] == [EVENT_REPEATS_MAX]
    assert link.deadline_ms(last_ms) == last_ms + 1
    link.send_due(last_ms + 1, out)
    assert link._events == []
    assert link.events_given_up == 2


def test_a_link_is_lost_at_its_time_and_that_time_is_a_deadline():
    """60 s after the base station was heard last, with a connection and without one."""
    for is_up in (False, True):
        link = Link(Settings.from_dict({"heartbeat_ms": 25000}), "unit-7", 1, 0)
        link.turn(0, is_up, [])
        link._heartbeat_ms = LOSS_MS + 7000
        for now_ms in (LOSS_MS - 1, LOSS_MS, LOSS_MS + 1):
            assert link.is_lost(now_ms) == (now_ms >= LOSS_MS)
        for now_ms in (LOSS_MS - 2, LOSS_MS - 1):
            assert link.deadline_ms(now_ms) == LOSS_MS
        assert link.deadline_ms(LOSS_MS) > LOSS_MS
        assert link.deadline_ms(LOSS_MS + 1) > LOSS_MS + 1


def test_a_worker_without_an_upright_direction_is_told_at_the_time():
    """5 s after learning began."""
    story = Story(stands_s=0)
    since_ms = story.device._watches.learning_since_ms
    assert happens_at(story, since_ms + 5000, lambda: story.signals().count("upright_unknown"))


def test_what_is_due_next_lies_after_now():
    """What was due up to now does not count, one ms later does; the sooner one does."""
    for due_ms, found_ms in ((99, 200), (100, 200), (101, 101), (199, 199), (200, 200), (201, 200)):
        assert sooner_after(100, 200, due_ms) == found_ms


def moving():
    """Return the motion of a block whose samples differ."""
    motion = Motion()
    for count in range(block.BLOCK_SAMPLES):
        motion.step(0, 0, 1000 + count % 2)
    return motion


def test_a_stuck_sensor_that_moves_again_was_a_fault_from_its_time_on():
    """10 s without a difference; one ms less was none."""
    for now_ms, is_fault in ((9999, False), (10000, True), (10001, True)):
        watch = Technical(Settings.from_dict({"sensor_silent_ms": 60000}), 0)
        assert watch.note_block(now_ms, moving()) == is_fault
        assert watch.is_stuck(now_ms) == is_fault


def is_encoded(number):
    """Tell whether a record takes this number."""
    try:
        journal.encode(journal.Record(journal.RAISED, 0, 1, 1, 0, 0, number, 1, 0))
    except AssertionError:
        return False
    return True


def test_a_record_takes_what_fits_in_32_bits():
    """And nothing else; a cause that is none is told as none."""
    for number, is_taken in (
        (-1, False),
        (0, True),
        (1, True),
        (2**32 - 2, True),
        (2**32 - 1, True),
        (2**32, False),
    ):
        assert is_encoded(number) == is_taken, number
    record = journal.decode(journal.encode(journal.Record(journal.RAISED, 0, 1, 1, 0, 0, 0, 1, 0)))
    assert journal.cause_of(record) == ""
