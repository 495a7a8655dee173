"""The watches at their limits: one step before, at it, one beyond; a step is 1 ms, 1 mg or 1 mg**2."""

from blocks import BLOCK_MS, LYING, UPRIGHT, Block

from firmware import position, upright
from firmware.escape import Escape
from firmware.fall import BLOCKS, BLOW_SQUARE, DELAY_BLOCKS, STEP_SQUARE, WALK_BLOCKS, Fall
from firmware.position import CLEARED, TILTED, UNKNOWN, Position
from firmware.position import UPRIGHT as UPRIGHT_POSTURE
from firmware.rest import STEADY_RISE_MG, Rest
from firmware.settings import Settings, SettingsError
from firmware.upright import UprightLearner
from firmware.wear import Wear

DETECTION_MS = 30000
UNWORN_MS = 60000
STEPS = {"movement_mg": 300, "jerk_mg": 100, "peak_mg": 1400, "low_mg": 700, "is_across": True}


def parts_of(square):
    """Return three whole numbers whose squares sum up to this one, the first of them large, or None."""
    for x in range(int(square**0.5) + 1, int(square**0.5) - 60, -1):
        y = 0
        while 0 <= x * x + y * y <= square:
            z = int((square - x * x - y * y) ** 0.5 + 0.5)
            if x * x + y * y + z * z == square:
                return x, y, z
            y += 1
    return None


def test_the_last_ms_of_an_open_clip_decides():
    """Closed one ms before its time it is no loss, however long it stays closed."""
    for open_ms, due_ms in ((29999, UNWORN_MS), (30000, 30000), (30001, 30001)):
        found = Wear(Settings(), 0)
        found.on_clip(0, False)
        found.on_clip(open_ms, True)
        assert found.deadline_ms() == due_ms, open_ms


def test_a_single_ms_of_an_open_clip_is_given_back():
    """What is not full is refilled, by the contact and by the next block."""
    for has_contact in (False, True):
        found = Wear(Settings(), 0)
        found.on_clip(0, False)
        found.on_clip(1, True)
        assert found._left_ms == DETECTION_MS - 1
        if has_contact:
            found.on_clip(1 + BLOCK_MS, True)
        else:
            found.step(1 + BLOCK_MS, Block(movement_mg=300), 0)
        assert found._left_ms == DETECTION_MS


def test_a_sign_of_a_body_counts_for_no_more_than_two_blocks():
    """400 ms; and a still block takes back even a single ms."""
    for passed_ms, counted_ms in ((399, 399), (400, 400), (401, 400)):
        found = Wear(Settings(), 0)
        found.step(passed_ms, Block(movement_mg=300), 0)
        assert found._worn_ms == counted_ms
    found = Wear(Settings(), 0)
    found.step(1, Block(movement_mg=300), 0)
    assert found._worn_ms == 1
    found.step(1 + BLOCK_MS, Block(), 0)
    assert found._worn_ms == 0


def lying(settings=None, upright_mg=UPRIGHT):
    """Return a watch of the posture whose body lies from 0 ms on."""
    found = Position(settings or Settings(), 0)
    found.set_upright(*upright_mg)
    found.step(0, Block(LYING), 0)
    return found


def test_the_last_ms_of_lying_decides():
    """Upright again one ms before its time: nothing is due."""
    for lain_ms, due_ms in ((24999, None), (25000, 25000), (25001, 25001)):
        found = lying()
        found.step(lain_ms, Block(), 0)
        assert found.deadline_ms() == due_ms, lain_ms


def test_a_single_ms_of_lying_is_given_back():
    """By the next block upright."""
    found = lying()
    found.step(1, Block(), 0)
    assert found._left_ms == 24999
    found.step(1 + BLOCK_MS, Block(), 0)
    assert found._left_ms == 25000


def test_gravity_is_judged_to_the_last_square_mg():
    """From 0.5 g to 1.5 g; no three whole numbers have the square one below either of them."""
    for square, is_known in (
        (500 * 500, True),
        (500 * 500 + 1, True),
        (1500 * 1500, True),
        (1500 * 1500 + 1, False),
    ):
        vector = parts_of(square)
        assert (lying().assess(*vector) != UNKNOWN) == is_known, vector
    for square in (500 * 500 - 1, 1500 * 1500 - 1):
        assert square % 8 == 7
        assert parts_of(square) is None


def test_tilt_is_judged_to_the_last_unit_of_its_square():
    """Exactly at the limit is upright, one unit less is tilted; found by trying all vectors."""
    for tilt_deg, upright_mg, vector, beyond in ((45, 1000, (512, 0, 512), 0), (71, 864, (1069, 0, 369), 1)):
        found = lying(Settings.from_dict({"tilt_limit_deg": tilt_deg}), (0, 0, upright_mg))
        square = vector[0] * vector[0] + vector[2] * vector[2]
        limit = (((upright_mg * upright_mg >> 6) * (square >> 6)) >> 10) * position.COS_SQUARES[tilt_deg - 30]
        along = vector[2] * upright_mg >> 6
        assert limit - along * along == beyond
        assert (found.assess(*vector) == TILTED) == (beyond > 0)


def test_a_steady_level_must_be_exceeded_from_25_mg_on():
    """41 mg are less than 7/4 of 24 mg and of 25; below 25 mg no level is exceeded, whatever it is."""
    for level_mg, is_moving in ((24, True), (25, False), (26, False)):
        found = Rest(Settings.from_dict({"movement_mg": 20}), 0)
        found._mean = 43 << 4
        found._steady_mg = level_mg - STEADY_RISE_MG
        found.step(BLOCK_MS, Block(movement_mg=41), 0)
        assert (found._moved_ms > 0) == is_moving, level_mg


def test_the_steady_level_rises_no_further_than_the_mean():
    """From one mg below the mean, from the mean, and from one mg beyond it."""
    for beyond_mg, level_mg in ((-1, 42), (0, 43), (1, 43)):
        found = Rest(Settings(), 0)
        found._mean = 43 << 4
        found._steady_mg = 43 - STEADY_RISE_MG + beyond_mg
        found.step(BLOCK_MS, Block(movement_mg=43), 0)
        assert found._steady_mg == level_mg


def test_the_shorter_countdown_of_an_escape_decides_to_the_last_ms():
    """Of two that differ by one ms; and who has one ms left and stops has not run for long enough."""
    for short_ms, long_ms in ((999, 1000), (1000, 1000), (1000, 999)):
        found = Escape(Settings(), 0)
        found._is_hectic, found._short_left_ms, found._long_left_ms = True, short_ms, long_ms
        assert found.deadline_ms() == min(short_ms, long_ms)
    for left_ms, due_ms in ((1, None), (0, 0)):
        found = Escape(Settings(), 0)
        found._short_left_ms = left_ms
        assert found.deadline_ms() == due_ms


def test_running_levels_stay_within_their_limits():
    """Between 100 mg and 4 g, or 1 g: from the lowest level a block of so many mg**2 moves it by that."""
    for beyond_mg in (-1, 0, 1):
        for name, largest_mg in (("peak", 4000), ("low", 1000)):
            found = Escape(Settings(), 0)
            found._peak_mg = found._low_mg = 100
            square = ((largest_mg + beyond_mg - 100) * 4 + 100) * 100
            found._follow(square, 10000) if name == "peak" else found._follow(10000, square)
            level_mg = found._peak_mg if name == "peak" else found._low_mg
            assert level_mg == min(largest_mg + beyond_mg, largest_mg), name
    for start_mg, level_mg in ((132, 100), (134, 100), (135, 101)):
        found = Escape(Settings(), 0)
        found._peak_mg = found._low_mg = start_mg
        assert found._follow(0, 0) == 0
        assert (found._peak_mg, found._low_mg) == (level_mg, level_mg), start_mg


def test_a_block_counts_no_further_than_its_limit_for_running():
    """4 g for the highest, 1 g for the lowest: one mg**2 beyond them is them."""
    for name, largest_mg in (("peak", 4000), ("low", 1000)):
        levels_mg = []
        for change in (-1, 0, 1):
            found = Escape(Settings(), 0)
            # Where a single mg**2 makes one mg of the level.
            found._peak_mg = found._low_mg = 1
            square = largest_mg * largest_mg + change
            squares = (square, 1) if name == "peak" else (1, square)
            found._follow(*squares)
            levels_mg.append((found._peak_mg, found._low_mg))
        assert levels_mg[1] == levels_mg[2], name


def blow_is_found(squares):
    """Tell whether the third of five blocks with these peaks is taken for a blow."""
    found = Fall(Settings(), 0)
    blocks = [Block() for _ in range(BLOCKS)]
    for count, square in enumerate(squares):
        blocks[count - 2 - DELAY_BLOCKS - 1].peak_square = square
    for count, block in enumerate(blocks):
        block.load_square = 0
        found.step(count * BLOCK_MS, block, 0)
    return found._is_blow()


def test_a_blow_is_the_hardest_of_five_blocks_and_the_first_of_equal_ones():
    """Each of the four others one mg**2 below it, equal, one above it."""
    blow = BLOW_SQUARE
    for place, is_equal_found in ((0, False), (1, False), (3, True), (4, True)):
        for change, is_found in ((-1, True), (0, is_equal_found), (1, False)):
            squares = [1000000, 1000000, blow, 1000000, 1000000]
            squares[place] = blow + change
            assert blow_is_found(squares) == is_found, (place, change)


def walks(pattern, **fields):
    """Tell whether every block counts of somebody who fell and whose blocks repeat this pattern of steps."""
    found = Fall(Settings(), 0)
    found._fell_ms = 0
    codes = []
    for count in range(WALK_BLOCKS):
        block = Block(jerk_mg=100, **fields)
        if pattern[count % len(pattern)] == "s":
            block.peak_square = STEP_SQUARE + 1
            block.is_across = True
        codes.append(found._walk(block, UPRIGHT_POSTURE))
    return CLEARED in codes


def test_walking_has_a_step_in_four_blocks():
    """One in three and one in four are steps, one in five are none."""
    for pattern, is_found in (("s..", True), ("s...", True), ("s....", False)):
        assert walks(pattern) == is_found, pattern


def window(learner, mean, **changes):
    """Feed a second of steps around one mean; return whether any block gave a new direction."""
    block = Block(mean=mean, **STEPS)
    for name, square in changes.items():
        setattr(block, name, square)
    return True in [learner.step(0, block) for _ in range(5)]


def walked(**changes):
    """Tell whether five seconds with these changes prove a direction."""
    learner = UprightLearner()
    for _ in range(5):
        window(learner, UPRIGHT, **changes)
    return learner.is_confirmed


def test_the_load_of_steps_is_judged_to_the_last_square_mg():
    """Highest between 1.1 g and 3 g, lowest up to 0.94 g."""
    for change in (-1, 0, 1):
        assert walked(peak_square=upright.WALK_PEAK_SQUARE_MIN + change) == (change >= 0), change
        assert walked(peak_square=upright.WALK_PEAK_SQUARE_MAX + change) == (change <= 0), change
        assert walked(low_square=upright.WALK_LOW_SQUARE_MAX + change) == (change <= 0), change


def test_of_a_second_the_highest_and_the_lowest_block_count():
    """By a single mg**2: one block of the five reaches the limit that the others miss."""
    for name, limit, change in (
        ("peak_square", upright.WALK_PEAK_SQUARE_MIN, -1), ("low_square", upright.WALK_LOW_SQUARE_MAX, 1),
    ):  # fmt: skip
        for has_one in (False, True):
            learner = UprightLearner()
            for count in range(25):
                block = Block(**STEPS)
                setattr(block, name, limit if has_one and count % 5 == 1 else limit + change)
                learner.step(0, block)
            assert learner.is_confirmed == has_one, name


def test_the_movement_and_jerk_of_steps_are_summed_to_the_last_mg():
    """Over a second: movement from 500 to 6000 mg, jerk up to 3/4 of it."""
    for movement_mg, jerk_mg, is_found in (
        (499, 100, False), (500, 100, True), (501, 100, True), (5999, 100, True), (6000, 100, True),
        (6001, 100, False), (1499, 1124, True), (1500, 1125, True), (1501, 1126, False),
    ):  # fmt: skip
        learner = UprightLearner()
        for count in range(25):
            block = Block(**STEPS)
            block.movement_mg, block.jerk_mg = movement_mg // 5, jerk_mg // 5
            if count % 5 == 0:
                block.movement_mg += movement_mg % 5
                block.jerk_mg += jerk_mg % 5
            learner.step(0, block)
        assert learner.is_confirmed == is_found, (movement_mg, jerk_mg)


def test_steps_of_one_walk_point_the_same_way():
    """The fifth second differs from the mean of four by 300 mg, one less, one more."""
    for y_mg in (149, 150, 151):
        learner = UprightLearner()
        for _ in range(4):
            window(learner, UPRIGHT)
        window(learner, (150, y_mg, 1000))
        assert learner.is_confirmed == (y_mg <= 150), y_mg


def test_a_belt_has_shifted_beyond_300_mg():
    """A walk of 12 s that differs by 300 mg or one less changes nothing, by one more it does."""
    for y_mg in (149, 150, 151):
        learner = UprightLearner()
        learner.restore(*UPRIGHT)
        found = [window(learner, (150, y_mg, 1000)) for _ in range(12)]
        assert (True in found) == (y_mg > 150), y_mg


def test_two_directions_are_alike_from_a_product_on():
    """699,999, 700,000 and 700,001 mg**2."""
    for one, other, is_found in (
        ((1, 0, 1000), (-1, 0, 700), False),
        ((0, 0, 1000), (0, 0, 700), True),
        ((1, 0, 1000), (1, 0, 700), True),
    ):  # fmt: skip
        assert upright.is_alike(one[0], one[1], one[2], other[0], other[1], other[2]) == is_found


def is_accepted(x_mg, y_mg, z_mg):
    """Tell whether settings with this upright direction are taken."""
    try:
        Settings.from_dict({"upright_x_mg": x_mg, "upright_y_mg": y_mg, "upright_z_mg": z_mg})
    except SettingsError:
        return False
    return True


def test_what_is_as_long_as_gravity_is_judged_to_the_last_square_mg():
    """850 mg and 1150 mg: where upright is learned, and where it is set."""
    for limit_mg, way in ((850, 1), (1150, -1)):
        for change in (-1, 0, 1):
            vector = parts_of(limit_mg * limit_mg + change)
            is_found = change * way >= 0
            assert upright.is_gravity(*vector) == is_found, vector
            assert is_accepted(*vector) == is_found, vector


def test_what_must_be_more_than_another_setting_is_so_from_one_on():
    """One below, equal, one above."""
    for name, lower_name, base in (
        ("unheard_ms", "repeat_ms", 6000),
        ("reset_hold_ms", "manual_hold_ms", 4000),
    ):
        for change in (-1, 0, 1):
            values = {lower_name: base, name: base + change}
            try:
                Settings.from_dict(values)
                is_taken = True
            except SettingsError:
                is_taken = False
            assert is_taken == (change > 0), values
