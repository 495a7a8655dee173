"""Upright: learned from standing and walking, proved by walking, never from somebody who lies."""

import math

from blocks import BLOCK_MS, LYING, Block, learn, shaken, still, walking
from story import Story

from firmware import upright
from firmware.upright import UprightLearner


def tilt_deg(learner):
    """Return the angle between what was learned and the z axis."""
    length = math.sqrt(learner.x_mg**2 + learner.y_mg**2 + learner.z_mg**2)
    return math.degrees(math.acos(learner.z_mg / length))


def window(learner, *means, **fields):
    """Feed 1 s for each mean; return whether the last block of each gave a new direction."""
    found = []
    for mean in means:
        codes = [learner.step(0, Block(mean=mean, **fields)) for _ in range(5)]
        assert True not in codes[:4]
        found.append(codes[4])
    return found


STEPS = {"movement_mg": 300, "jerk_mg": 100, "peak_mg": 1400, "low_mg": 700}


def step_window(learner, count=1, tilt=0, **changes):
    """Feed seconds of steps, each limit as given; return whether any gave a new direction."""
    fields = STEPS.copy()
    fields.update(changes)
    x_mg, z_mg = round(1000 * math.sin(math.radians(tilt))), round(1000 * math.cos(math.radians(tilt)))
    is_new = False
    for _ in range(count):
        for _ in range(5):
            is_new = learner.step(0, Block(mean=(x_mg, 0, z_mg), is_across=True, **fields)) or is_new
    return is_new


def test_upright_is_known_within_two_seconds_however_the_device_hangs():
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
    """Nothing that is as long as gravity: it goes on trying, and says so."""
    story = Story(stands_s=0)
    story.pose((0, 0, 200), 6)
    assert story.shown() == "upright_unknown"
    story.stand(4)
    assert story.shown() == "guarding"


def test_standing_is_provisional_and_walking_is_the_proof():
    """2 s of standing are taken; 5 s of walking after them confirm, and are the better measure."""
    learner = UprightLearner()
    assert learn(learner, still(10, (300, 0, 954))) == [2]
    assert learner.is_known
    assert not learner.is_confirmed
    found = learn(learner, walking(10))
    assert len(found) == 1
    assert 5 <= found[0] <= 6
    assert learner.is_confirmed
    assert tilt_deg(learner) < 3


def test_somebody_who_walks_from_the_first_second_is_known_after_two():
    """The first two seconds alike, then the proof."""
    learner = UprightLearner()
    found = learn(learner, walking(8, tilt_deg=40))
    assert len(found) == 2
    assert found[0] == 2
    assert found[1] in (5, 6)
    assert 37 < tilt_deg(learner) < 43


def test_a_provisional_direction_far_off_takes_a_longer_walk():
    """Learned while bent down over a shoe: corrected after 12 s."""
    learner = UprightLearner()
    learn(learner, still(4, (1000, 0, 0)))
    assert learn(learner, walking(11)) == []
    assert tilt_deg(learner) > 85
    assert learn(learner, walking(3)) in ([1], [2])
    assert tilt_deg(learner) < 3


def test_what_walking_has_proved_gives_way_only_to_a_long_walk():
    """A belt that shifts by 35 degrees takes 12 s; 10 degrees change nothing, and 80 are no belt."""
    for shift_deg, found_s in ((10, []), (35, [12]), (80, [])):
        learner = UprightLearner()
        learn(learner, walking(8))
        assert learn(learner, walking(20, tilt_deg=shift_deg)) == found_s, shift_deg
        assert abs(tilt_deg(learner) - (shift_deg if found_s else 0)) < 3
        learner = UprightLearner()
        learn(learner, walking(8))
        assert learn(learner, walking(11, tilt_deg=shift_deg)) == []


def test_shifts_do_not_add_up_to_a_body_that_lies():
    """35 degrees are a belt; another 35 in the same way are not, and back they are again."""
    learner = UprightLearner()
    learn(learner, walking(8))
    assert learn(learner, walking(13, tilt_deg=35)) == [12]
    assert learn(learner, walking(60, tilt_deg=70)) == []
    assert 32 < tilt_deg(learner) < 38
    assert learn(learner, walking(13)) == [12]


def test_a_fit_is_not_learned_as_upright():
    """A body that lies and shakes as regularly as steps, for minutes."""
    learner = UprightLearner()
    learn(learner, walking(8))
    assert learn(learner, walking(180, tilt_deg=90)) == []
    assert tilt_deg(learner) < 3


def test_a_device_that_was_taken_off_may_be_worn_another_way():
    """In doubt the old direction stands until 12 s of walking prove a new one, or 5 s the old one."""
    learner = UprightLearner()
    learn(learner, walking(8))
    learner.doubt()
    assert learner.is_known
    assert learn(learner, still(30, (0, 0, -1000))) == []
    assert learn(learner, walking(13, tilt_deg=180)) == [12]
    assert learner.is_confirmed
    assert tilt_deg(learner) > 177
    learner.doubt()
    assert learn(learner, walking(7, tilt_deg=180)) in ([5], [6])
    assert learner.is_confirmed


def test_a_walk_that_is_interrupted_begins_anew():
    """4 s of steps, a second of standing, 4 s of steps: no proof; nor if the direction changes."""
    learner = UprightLearner()
    learn(learner, still(3))
    assert not step_window(learner, 4)
    window(learner, (0, 0, 1000))
    assert not step_window(learner, 4)
    assert not step_window(learner, 1, tilt=30)
    assert not step_window(learner, 3, tilt=30)
    assert not learner.is_confirmed
    assert step_window(learner, 1, tilt=30)
    assert learner.is_confirmed


def test_a_second_without_gravity_ends_the_walk():
    """A stumble, a jump: the steps before it do not count."""
    learner = UprightLearner()
    window(learner, (0, 0, 1000), (0, 0, 1000))
    step_window(learner, 4)
    window(learner, (0, 0, 400))
    assert not step_window(learner, 4)
    assert step_window(learner, 1)


def test_steps_are_judged_at_their_limits():
    """Movement, peak, low, jerk and the blocks across the line: the limit, one less, one more."""
    cases = (
        ("movement_mg", ((99, False), (100, True), (101, True)), {"jerk_mg": 50}),
        ("movement_mg", ((1199, True), (1200, True), (1201, False)), {}),
        ("peak_mg", ((1099, False), (1100, True), (1101, True)), {}),
        ("peak_mg", ((2999, True), (3000, True), (3001, False)), {}),
        ("low_mg", ((939, True), (940, True), (941, False)), {}),
        ("jerk_mg", ((224, True), (225, True), (226, False)), {}),
    )
    for name, values, others in cases:
        for value, is_walking in values:
            learner = UprightLearner()
            window(learner, (0, 0, 1000), (0, 0, 1000))
            fields = others.copy()
            fields[name] = value
            step_window(learner, 6, **fields)
            assert learner.is_confirmed == is_walking, (name, value)


def test_steps_along_one_line_are_no_steps():
    """Two of the three changes that follow another within the second must go across."""
    for across, is_walking in (
        ((1, 1, 0, 0, 0), False),
        ((1, 1, 0, 1, 0), False),
        ((0, 0, 1, 1, 0), True),
        ((0, 0, 0, 1, 1), True),
        ((0, 0, 1, 1, 1), True),
    ):
        learner = UprightLearner()
        window(learner, (0, 0, 1000), (0, 0, 1000))
        for _ in range(6):
            for is_across in across:
                learner.step(0, Block(is_across=bool(is_across), **STEPS))
        assert learner.is_confirmed == is_walking, across


def test_nobody_who_lies_is_learned_as_upright():
    """After a start on their feet: a day in bed, rolling, and a floor that vibrates at any pace."""
    for samples in (
        still(300, LYING),
        (still(3, (1000, 0, 0)) + still(3, (0, 1000, 0)) + still(3, (-1000, 0, 0))) * 20,
        shaken(60, 200, 10), shaken(60, 200, 33), shaken(60, 200, 45), shaken(60, 200, 47),
        shaken(60, 200, 48), shaken(60, 200, 49), shaken(60, 200, 48, LYING, (577, 577, 577)),
    ):  # fmt: skip
        for start in (walking(8), still(3)):
            learner = UprightLearner()
            learn(learner, start)
            assert learn(learner, samples) == []
            assert tilt_deg(learner) < 3


def test_a_restless_start_is_given_five_attempts_and_then_its_first_mean_counts():
    """Turning every second; and a fall after a restless second is not learned as upright."""
    learner = UprightLearner()
    ways = ((300, 0, 950), (-300, 0, 950), (300, 0, 950), (-300, 0, 950), (300, 0, 950))
    assert window(learner, *ways) == [False, False, False, False, True]
    assert (learner.x_mg, learner.y_mg, learner.z_mg) == (300, 0, 950)
    assert learner.is_known
    assert not learner.is_confirmed
    learner = UprightLearner()
    lying = (1000, 0, 0)
    assert window(learner, (0, 300, 950), lying, lying, lying, lying) == [False, False, False, False, True]
    assert (learner.x_mg, learner.y_mg, learner.z_mg) == (0, 300, 950)


def test_a_start_without_any_gravity_goes_on_trying():
    """Shaken so that not even the mean is gravity; afterwards two good seconds are enough."""
    learner = UprightLearner()
    assert True not in window(learner, *((0, 0, 400),) * 20)
    assert window(learner, (0, 0, 1000), (0, 0, 400), (0, 0, 1000)) == [False, False, False]
    assert window(learner, (0, 0, 1000)) == [True]


def test_a_walk_can_be_the_first_thing_that_is_learned():
    """A start in which every second pair is unlike the first second ends with the proof by walking."""
    learner = UprightLearner()
    learner.state[upright._ATTEMPTS] = -100
    assert step_window(learner, 5)
    assert learner.is_confirmed


def test_two_seconds_are_alike_up_to_the_limit():
    """300 mg apart, summed over the axes; and gravity from 850 to 1150 mg."""
    for change_mg, is_taken in ((299, True), (300, True), (301, False)):
        assert window(UprightLearner(), (0, 0, 1000), (change_mg, 0, 1000))[1] == is_taken, change_mg
    for length_mg, is_taken in ((849, False), (850, True), (1150, True), (1151, False)):
        found = window(UprightLearner(), (0, length_mg, 0), (0, length_mg, 0))
        assert found[1] == is_taken, length_mg


def test_directions_are_alike_within_about_45_degrees():
    """At the limit of the product, on either side."""
    for x_mg, is_alike in ((699, False), (700, True), (701, True)):
        assert upright.is_alike(x_mg, 714, 0, 1000, 0, 0) == is_alike, x_mg


def test_a_restart_learns_anew_and_a_restored_direction_is_proved():
    """A shift begins; a device that was switched off in a fall does not learn the floor as upright."""
    learner = UprightLearner()
    learn(learner, walking(8))
    learner.restart(9000)
    assert not learner.is_known
    assert not learner.is_confirmed
    assert learn(learner, still(3, LYING)) == [2]
    learner = UprightLearner()
    learner.restore(0, 0, 1000)
    assert learner.is_known
    assert learn(learner, still(60, LYING)) == []
    assert tilt_deg(learner) == 0
    assert BLOCK_MS * upright.WINDOW_BLOCKS == 1000


def test_a_sensor_at_its_stops_teaches_nothing():
    """Every axis at its stop, for a minute."""
    for stop_mg in (-32768, 32767):
        learner = UprightLearner()
        block = Block((stop_mg, stop_mg, stop_mg), 3000, 98301, 32767, 32767)
        for _ in range(300):
            assert not learner.step(0, block)
        assert not learner.is_known
