"""Position: tilt, countdown, recovery; upright is learned or set."""

import math

from blocks import BLOCK_MS, LYING, Block
from story import Story

from firmware import position
from firmware.position import CLEARED, MOVED, QUIET, TILTED, UNKNOWN, UPRIGHT, Position
from firmware.settings import Settings

STANDS, LIES = Block(), Block(LYING)


def tilted_by(angle_deg, length_mg=1000):
    """Return gravity for a body tilted by so much."""
    radians = math.radians(angle_deg)
    return round(length_mg * math.sin(radians)), 0, round(length_mg * math.cos(radians))


def watch(settings=None):
    """Return a watch that knows upright."""
    found = Position(settings or Settings(), 0)
    found.set_upright(0, 0, 1000)
    return found


def test_the_table_of_cosines_is_right():
    """Against the library's, which the device does not have."""
    for place, square in enumerate(position.COS_SQUARES):
        angle = math.radians(position.TILT_LIMIT_DEG_MIN + place)
        assert abs(square - 1024 * math.cos(angle) ** 2) <= 0.51


def test_tilt_is_judged_within_a_degree_of_its_limit():
    """For every limit that can be set, one degree either side, at weak and strong gravity."""
    for limit_deg in range(30, 81, 5):
        found = watch(Settings.from_dict({"tilt_limit_deg": limit_deg}))
        for length_mg in (520, 1000, 1480):
            assert found.assess(*tilted_by(limit_deg - 1, length_mg)) == UPRIGHT, (limit_deg, length_mg)
            assert found.assess(*tilted_by(limit_deg + 1, length_mg)) == TILTED, (limit_deg, length_mg)


def test_upside_down_is_tilted():
    """Beyond 90 degrees the square of the cosine grows again."""
    for angle_deg in range(61, 181):
        assert watch().assess(*tilted_by(angle_deg)) == TILTED


def test_what_is_no_gravity_is_neither_tilted_nor_upright():
    """Nothing, free fall, a blow, a dead axis at its stop."""
    for vector in ((0, 0, 0), (0, 0, 499), (0, 0, 1501), (1501, 0, 0), (0, -1501, 0), (0, 0, -16000)):
        assert watch().assess(*vector) == UNKNOWN, vector
    assert watch().assess(0, 0, 500) == UPRIGHT
    assert watch().assess(0, 0, 1500) == UPRIGHT
    assert Position(Settings(), 0).assess(0, 0, 1000) == UNKNOWN


def flap(tilted_blocks, right_blocks, blocks_max=5000):
    """Return how many ms it takes until the condition is met under this rhythm, or None."""
    found = watch()
    now_ms = 0
    for count in range(blocks_max):
        now_ms += BLOCK_MS
        is_tilted = count % (tilted_blocks + right_blocks) < tilted_blocks
        found.step(now_ms, LIES if is_tilted else STANDS, UNKNOWN)
        due_ms = found.deadline_ms()
        if due_ms is not None and due_ms < now_ms + BLOCK_MS:
            return due_ms
    return None


def test_a_body_that_rocks_postpones_its_alarm_by_no_more_than_the_stated_bound():
    """Detection / (s - (1 - s) / 4) for a tilted share s, and one rhythm; below a fifth there is none."""
    for tilted, right in ((1, 1), (2, 3), (3, 3), (5, 5), (9, 10), (18, 18), (10, 15), (2, 1), (50, 5)):
        bound_ms = 25000 * 4 * (tilted + right) // (4 * tilted - right)
        met_ms = flap(tilted, right)
        assert met_ms is not None, (tilted, right)
        assert met_ms <= bound_ms + 2 * (tilted + right) * BLOCK_MS, (tilted, right, met_ms, bound_ms)
    assert flap(1, 4) is None
    assert 25000 <= flap(1000, 1) <= 25000 + 2 * BLOCK_MS


def test_a_countdown_that_ran_out_is_not_forgotten_when_the_body_turns_upright_in_that_moment():
    """The last block of the detection time ends upright: the condition was met."""
    found = watch()
    found.step(200, LIES, UNKNOWN)
    found.step(24800, LIES, UNKNOWN)
    assert found.deadline_ms() == 25200
    found.step(25200, STANDS, UNKNOWN)
    assert found.deadline_ms() == 25200


def test_four_seconds_of_right_posture_in_a_row_are_a_recovery_and_less_is_none():
    """One block less, interrupted or not, clears nothing."""
    for blocks, is_cleared in ((20, False), (21, True), (22, True)):
        found = watch()
        found.step(BLOCK_MS, LIES, UNKNOWN)
        codes = [found.step(BLOCK_MS * (2 + count), STANDS, UNKNOWN) for count in range(blocks)]
        # The first block only shows the change of posture.
        assert (CLEARED in codes) == is_cleared, blocks
    found = watch()
    codes = []
    for count in range(400):
        codes.append(found.step(BLOCK_MS * count, LIES if count % 20 == 0 else STANDS, UNKNOWN))
    assert CLEARED not in codes


def test_a_gap_in_the_samples_recovers_nothing():
    """A minute without a sample counts as one block towards recovery, and in full towards the alarm."""
    found = watch()
    found.step(200, STANDS, UNKNOWN)
    assert found.step(60000, STANDS, UNKNOWN) != CLEARED
    found.step(60200, LIES, UNKNOWN)
    assert found.deadline_ms() is not None
    assert found.deadline_ms() <= 60200 + 25000


def test_a_silent_sensor_stops_no_countdown():
    """The worker fell, the sensor broke: the alarm comes all the same."""
    story = Story({"is_rest_on": 0})
    story.lie(5)
    story.wait(45)
    assert len(story.once("raised", "position")) == 1
    assert story.sent("cancelled") == []


def test_walking_shaking_and_blows_tilt_nobody():
    """Nor does a minute of jogging; 16 g blows once a second do not either."""
    story = Story()
    for shake_mg in (300, 900, 3000):
        story.pose((0, 0, 1000), 40, shake_mg)
    for _ in range(60):
        story.now_ms += 20
        story.board.sample(story.now_ms, 16000, -16000, 16000)
        story.walk(1)
    assert story.sent("pre-alarm", "position") == []


def test_standing_up_for_four_seconds_cancels_the_pre_alarm():
    """By the condition, and the base station is told."""
    story = Story()
    story.lie(29)
    assert story.shown() == "pre_alarm_position"
    story.stand(4)
    assert story.shown() == "pre_alarm_position"
    story.stand(3)
    assert story.last("cancelled")["by"] == "condition"


def test_an_upright_direction_can_be_set():
    """Then a worker who starts lying down is found lying down."""
    story = Story({"upright_z_mg": 1000, "is_rest_on": 0}, stands_s=0)
    story.lie(29)
    assert len(story.once("pre-alarm", "position")) == 1


def test_after_a_cancel_by_key_the_detection_begins_anew():
    """The worker still lies under the machine: 25 s later it asks again."""
    story = Story({"is_rest_on": 0})
    story.lie(29)
    story.press()
    cancelled_ms = story.now_ms
    story.lie(24)
    assert len(story.once("pre-alarm")) == 1
    story.lie(3)
    again_ms = story.sent("pre-alarm")[-1][0]
    assert again_ms - cancelled_ms >= 24800
    assert len(story.once("pre-alarm")) == 2


def test_a_pre_alarm_counts_the_right_posture_from_its_beginning():
    """3 s upright before the signal and 3 s after it are no recovery."""
    found = watch()
    codes = [found.step(BLOCK_MS * count, STANDS, UNKNOWN) for count in range(1, 18)]
    found.begin_recovery(3400)
    codes += [found.step(BLOCK_MS * count, STANDS, UNKNOWN) for count in range(18, 37)]
    assert CLEARED not in codes
    assert found.step(BLOCK_MS * 37, STANDS, UNKNOWN) == CLEARED


def test_a_restart_gives_the_whole_detection_time_back():
    """20 s down, an alarm that ended, and 25 s anew while the body still lies."""
    found = watch()
    assert found.step(BLOCK_MS, LIES, UNKNOWN) == MOVED
    assert found.step(20200, LIES, UNKNOWN) == QUIET
    assert found.deadline_ms() == 25200
    found.restart(20200)
    assert found.deadline_ms() == 45200
