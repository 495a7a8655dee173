"""Position: tilt, countdown, recovery; upright is learned or set."""

import math

from story import Story

from firmware import position, upright
from firmware.position import CLEARED, TILTED, UNKNOWN, UPRIGHT, Position
from firmware.settings import Settings

BLOCK_MS = 200


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
    for vector in ((0, 0, 0), (0, 0, 499), (0, 0, 1501), (1501, 0, 0), (0, -1501, 0), (0, 0, -32768)):
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
        found.step(now_ms, *((1000, 0, 0) if is_tilted else (0, 0, 1000)))
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
    found.step(200, 1000, 0, 0)
    found.step(24800, 1000, 0, 0)
    assert found.deadline_ms() == 25200
    found.step(25200, 0, 0, 1000)
    assert found.deadline_ms() == 25200


def test_four_seconds_of_right_posture_in_a_row_are_a_recovery_and_less_is_none():
    """One block less, interrupted or not, clears nothing."""
    for blocks, is_cleared in ((20, False), (21, True), (22, True)):
        found = watch()
        found.step(BLOCK_MS, 1000, 0, 0)
        codes = [found.step(BLOCK_MS * (2 + count), 0, 0, 1000) for count in range(blocks)]
        # The first block only shows the change of posture.
        assert (CLEARED in codes) == is_cleared, blocks
    found = watch()
    codes = []
    for count in range(400):
        codes.append(found.step(BLOCK_MS * count, *((1000, 0, 0) if count % 20 == 0 else (0, 0, 1000))))
    assert CLEARED not in codes


def test_a_gap_in_the_samples_recovers_nothing():
    """A minute without a sample counts as one block towards recovery, and in full towards the alarm."""
    found = watch()
    found.step(200, 0, 0, 1000)
    assert found.step(60000, 0, 0, 1000) != CLEARED
    found.step(60200, 1000, 0, 0)
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
    assert story.shown() == "pre_alarm"
    story.stand(4)
    assert story.shown() == "pre_alarm"
    story.stand(3)
    assert story.last("cancelled")["by"] == "condition"


def test_upright_is_learned_from_the_first_two_seconds_however_the_device_hangs():
    """Three directions, each then tilted by a quarter turn."""
    for way, askew in (
        ((0, 1000, 0), (0, 0, 1000)),
        ((-700, 0, 714), (700, 0, 714)),
        ((0, 0, -1000), (1000, 0, 0)),
    ):
        story = Story({"is_rest_on": 0}, stands_s=0)
        story.pose(way, 33)
        assert story.sent("pre-alarm") == []
        story.pose(askew, 29)
        assert len(story.once("pre-alarm", "position")) == 1


def test_what_cannot_be_upright_is_not_taken_and_the_worker_is_told():
    """Shaken, falling or turning: it goes on trying, and says so after 3 s."""
    story = Story(stands_s=0)
    story.pose((0, 0, 200), 5)
    assert story.shown() == "upright_unknown"
    story.stand(4)
    assert story.shown() == "guarding"
    silent = Story(stands_s=0)
    silent.wait(3)
    assert silent.shown() == "upright_unknown"


def test_the_learner_takes_gravity_and_refuses_what_turns():
    """850 to 1150 mg, and both halves the same way."""
    for length_mg, is_taken in ((849, False), (850, True), (1150, True), (1151, False)):
        learner = upright.UprightLearner()
        assert [learner.step(0, length_mg, 0) for _ in range(100)][-1] == is_taken, length_mg
    learner = upright.UprightLearner()
    turned = [learner.step(*((0, 0, 1000) if count < 50 else (1000, 0, 0))) for count in range(100)]
    assert True not in turned
    for change_mg, is_taken in ((249, True), (250, True), (251, False)):
        learner = upright.UprightLearner()
        found = [learner.step(change_mg if count >= 50 else 0, 0, 1000) for count in range(100)]
        assert found[-1] == is_taken, change_mg


def attempt(learner, first, second):
    """Give the learner 2 s: one direction for each half; return whether it learned one."""
    return [learner.step(*(first if count < 50 else second)) for count in range(100)][-1]


def test_a_restless_start_followed_by_a_fall_is_not_learned_as_upright():
    """A wearer who walks at first and lies 2 s later: the first mean counts, not the later rest."""
    learner = upright.UprightLearner()
    assert not attempt(learner, (300, 0, 950), (-300, 0, 950))
    assert not attempt(learner, (1000, 0, 0), (1000, 0, 0))
    assert attempt(learner, (1000, 0, 0), (1000, 0, 0))
    assert (learner.x_mg, learner.y_mg, learner.z_mg) == (0, 0, 950)


def test_a_restless_start_followed_by_standing_learns_the_standing():
    """The steady seconds are the better measure where they point as the first ones did."""
    learner = upright.UprightLearner()
    assert not attempt(learner, (300, 0, 950), (-300, 0, 950))
    assert attempt(learner, (200, 0, 980), (200, 0, 980))
    assert (learner.x_mg, learner.z_mg) == (200, 980)


def test_a_start_without_any_gravity_goes_on_trying():
    """Shaken so that not even the mean is gravity: nothing is learned, however long, until it is."""
    learner = upright.UprightLearner()
    for _ in range(5):
        assert not attempt(learner, (1000, 0, 0), (-1000, 0, 0))
    assert attempt(learner, (0, 0, 1000), (0, 0, 1000))


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
