"""Fall: the blow, the posture around it, the calm after it, and walking as the only recovery."""

from blocks import BLOCK_MS, LYING, UPRIGHT, Block, run, shaken, still, walking

from firmware import angle, fall, position
from firmware.fall import BODY, BODY_LIMITS, DELAY_BLOCKS, WALK_BLOCKS, WRIST, WRIST_LIMITS, Fall
from firmware.position import CLEARED, MOVED, QUIET
from firmware.settings import Settings

#: A second of falling: the body turns, hits with 3 g, and rests.
FALLING = [(200, 0, 700)] * 5 + [(500, 0, 500)] * 5 + [(900, 0, 300)] * 5
IMPACT = [(1500, 300, 800), (2600, -400, 1500), (1900, 500, -700), (1200, 0, 400), (1800, -300, 200)] * 2
STANDING_S = 8
UNREST_MG_MAX, COSINE_MAX, AFTER_MAX, POINTS_MIN = BODY_LIMITS
#: A blow beyond every doubt.
WILD = {"peak_mg": 9000, "jerk_mg": 2000, "load": 3000000, "mean": (1500, 0, 2500)}


class Moved(Block):
    """A block with a load."""

    def __init__(self, gravity=UPRIGHT, load=0, **more):
        Block.__init__(self, gravity, **more)
        self.load_square = load


def watch(upright=UPRIGHT, **settings):
    """Return a watch that knows upright."""
    found = Fall(Settings.from_dict(settings), 0)
    found.set_upright(*upright)
    return found


def hard(**more):
    """Return the block of a blow that tells everything about a fall."""
    signs = {"peak_mg": 3000, "jerk_mg": 800, "load": 1500000, "mean": (500, 0, 1600)}
    signs.update(more)
    return Moved(**signs)


def strike(found, blow, before=UPRIGHT, after=LYING, unrest_mg=0, blocks_after=DELAY_BLOCKS):
    """Let a body be in a posture, be struck, be in another; return what the last block was answered."""
    now_ms = 0
    code = None
    for _ in range(fall.BLOCKS + 5):
        now_ms += BLOCK_MS
        found.step(now_ms, Moved(before), 0)
    now_ms += BLOCK_MS
    found.step(now_ms, blow, 0)
    for count in range(blocks_after):
        now_ms += BLOCK_MS
        x_mg, y_mg, z_mg = after
        code = found.step(now_ms, Moved((x_mg, y_mg + (unrest_mg if count % 2 else 0), z_mg)), 0)
    return code


def expected_points(table, signs):
    """Return the points as the module tells it."""
    found = 0
    for row in rows(table):
        place, low, high, weight = row
        found += weight * (min(max(signs[place], low), high) - low) // (high - low)
    return found


def rows(table):
    """Return the rows of a table of points."""
    return [table[at : at + 4] for at in range(0, len(table), 4)]


def test_a_fall_is_found_three_seconds_after_its_blow():
    """Standing, falling, lying still; the deadline is the moment it was found."""
    found = watch()
    codes, _ = run(found, still(STANDING_S) + FALLING + IMPACT + still(10, LYING))
    assert codes.count(MOVED) == 1
    blow_block = (STANDING_S * 50 + len(FALLING)) // 10
    at = codes.index(MOVED)
    assert blow_block + DELAY_BLOCKS <= at <= blow_block + DELAY_BLOCKS + 1
    assert found.deadline_ms() == (at + 1) * BLOCK_MS


def test_a_fall_needs_no_free_fall():
    """From one moment to the next the body lies."""
    codes, _ = run(watch(), still(STANDING_S) + IMPACT + still(10, LYING))
    assert MOVED in codes


def test_a_fall_is_found_while_upright_is_unknown():
    """The directions before and after the blow are enough."""
    codes, _ = run(watch((0, 0, 0)), still(STANDING_S) + FALLING + IMPACT + still(10, LYING))
    assert MOVED in codes


def test_a_fall_onto_a_shaking_floor_is_found():
    """50 to 200 mg, also at the rates that 50 samples a second fold to slow ones."""
    for amplitude_mg in (50, 200):
        for hz in (10, 16.7, 25, 45, 49, 50):
            for way in (None, (0, 1000, 0)):
                lying = shaken(10, amplitude_mg, hz, LYING, way)
                codes, _ = run(watch(), still(STANDING_S) + FALLING + IMPACT + lying)
                assert MOVED in codes, (amplitude_mg, hz)


def test_a_jump_is_no_fall():
    """A hard blow, and the body is as upright as before."""
    found = watch()
    codes, _ = run(found, still(STANDING_S) + [(0, 0, 100)] * 20 + IMPACT + still(10))
    assert MOVED not in codes
    assert found.deadline_ms() is None


def test_lying_down_is_no_fall():
    """In half a second, with the blow that a mattress gives."""
    turn = [(100 * step, 0, 1000 - 100 * step) for step in range(11) for _ in range(3)]
    codes, _ = run(watch(), still(STANDING_S) + turn + [(1500, 0, 100), (1200, 0, 0)] * 3 + still(10, LYING))
    assert MOVED not in codes


def test_who_lies_and_turns_over_hard_does_not_fall():
    """The same blow that is a fall from upright, between two sides of a lying body."""
    assert strike(watch(), hard(jerk_mg=300), UPRIGHT, (0, 1000, 0)) == MOVED
    assert strike(watch(), hard(jerk_mg=300), LYING, (0, 1000, 0)) == QUIET


def test_who_gets_up_at_once_has_not_fallen():
    """Down for a second, then walking."""
    up_again = still(1, LYING) + walking(10)
    codes, _ = run(watch(), still(STANDING_S) + FALLING + IMPACT + up_again)
    assert MOVED not in codes


def test_walking_running_and_standing_are_no_falls():
    """Some time of each."""
    for samples in (walking(20), walking(20, bounce_mg=1500, step_hz=3), still(20)):
        codes, _ = run(watch(), samples)
        assert MOVED not in codes


def test_a_blow_counts_from_its_limit():
    """-1, 0, +1 step of its square."""
    for change, code in ((-1, QUIET), (0, MOVED), (1, MOVED)):
        blow = hard()
        blow.peak_square = fall.BLOW_SQUARE + change
        assert strike(watch(), blow) == code, change


def test_a_blow_is_judged_once_at_its_hardest_block():
    """Of equal ones the first; one that is less hard beside a harder one never."""
    for peaks, answers in (
        ((3000,), {0: 1}),
        ((3000, 3000), {0: 1}),
        ((3000, 2999), {0: 1}),
        ((2999, 3000), {1: 1}),
        ((2999, 2000, 3000), {2: 1}),
        ((3000, 2000, 2999), {0: 1}),
        ((3000, 2000, 3000), {0: 1}),
        ((3000, 2000, 2000, 2999), {0: 1, 3: 1}),
    ):
        found = watch()
        codes = []
        stillness = [Moved()] * (fall.BLOCKS + 5)
        lying = [Moved(LYING)] * 30
        for count, block in enumerate(stillness + [hard(peak_mg=peak) for peak in peaks] + lying):
            codes.append(found.step(count * BLOCK_MS, block, 0))
        judged = [at - len(stillness) - DELAY_BLOCKS for at, code in enumerate(codes) if code == MOVED]
        assert judged == sorted(answers), peaks


def test_nobody_who_goes_on_moving_has_fallen():
    """The mean change of the blocks after the blow, at its limit -1, 0, +1 mg."""
    for change, code in ((-1, MOVED), (0, MOVED), (1, QUIET)):
        found = watch()
        unrest_mg = UNREST_MG_MAX + change
        assert strike(found, hard(**WILD), after=(1000, -unrest_mg // 2, 0), unrest_mg=unrest_mg) == code, (
            change
        )


def test_a_posture_that_stayed_is_no_fall():
    """The cosine between the postures, at its limit -1, 0, +1 thousandth, whatever else there is."""
    for cosine, code in ((COSINE_MAX - 1, MOVED), (COSINE_MAX, MOVED), (COSINE_MAX + 1, QUIET)):
        # A direction with this cosine to upright, whose length is 1000 within 1.
        sine = angle.root(1000000 - cosine * cosine)
        found = watch((0, 0, 0))
        assert strike(found, hard(**WILD), after=(sine, 0, cosine)) == code, cosine


def test_who_stands_upright_afterwards_has_not_fallen():
    """Bent before the blow, upright after it: at the limit -1, 0, +1 thousandth; at the wrist any."""
    for cosine, code in ((AFTER_MAX - 1, MOVED), (AFTER_MAX, MOVED), (AFTER_MAX + 1, QUIET)):
        # Upright leans towards where the body was before; the body itself is turned by 90 degrees.
        sine = angle.root(1000000 - cosine * cosine)
        upright = (sine, 0, cosine)
        assert angle.cosine((0, 0, 1000, sine, 0, cosine), 0, 3) == cosine
        blow = hard(**WILD)
        assert strike(watch(upright), blow, before=LYING, after=UPRIGHT) == code, cosine
        assert strike(watch(upright, worn_at=2), blow, before=LYING, after=UPRIGHT) == MOVED, cosine


def test_points_make_a_fall_from_their_limit():
    """Sizes of a blow that move the sum across the limit, one point at a time."""
    seen = set()
    for jerk_mg in (300, 301):
        for peak_mg in range(1450, 4000, 10):
            found = watch()
            code = strike(found, hard(peak_mg=peak_mg, jerk_mg=jerk_mg, load=1000000))
            signs = (0, 0, 1000, 0, jerk_mg, 2100, 1000, peak_mg - fall.HEAVY_MG, 1676, 0)
            points = expected_points(BODY, signs)
            assert (code == MOVED) == (points >= POINTS_MIN), (peak_mg, points)
            seen.add(points - POINTS_MIN)
    assert {-1, 0, 1} <= seen, seen


def test_a_sign_gives_points_between_its_values_only():
    """Each row of each table, at both ends -1, 0, +1 step."""
    for table in (BODY, WRIST):
        for row in rows(table):
            place, low, high, weight = row
            signs = [0] * fall.SIGNS
            for sign, points in ((low - 1, 0), (low, 0), (high, weight), (high + 1, weight)):
                signs[place] = sign
                assert fall.points(row, signs) == points
            for sign in (low + 1, high - 1):
                signs[place] = sign
                assert fall.points(row, signs) == expected_points(row, signs)
                assert fall.points(table, signs) == expected_points(table, signs)


def around(marks):
    """Return the signs of a blow after which the body lies, with these blocks so many ago."""
    found = watch()
    for ago in range(fall.BLOCKS + 5, -1, -1):
        usual = hard(**WILD) if ago == DELAY_BLOCKS else Moved(LYING if ago < DELAY_BLOCKS else UPRIGHT)
        found.step(0, marks.get(ago, usual), 0)
    return found._signs


def test_blows_around_the_blow_are_counted():
    """From their limit; after it up to the latest block, before it back to the eldest that is kept."""
    for change, blows in ((-1, 0), (0, 1), (1, 1)):
        other = Moved(LYING)
        other.peak_square = fall.BLOW_SQUARE + change
        for ago in range(fall.BLOCKS):
            if ago != DELAY_BLOCKS:
                signs = around({ago: other})
                assert signs[fall.BLOWS_AFTER] == blows * (ago <= 12), (change, ago)
                assert signs[fall.BLOWS_BEFORE] == blows * (ago >= 18), (change, ago)


def test_unrest_is_told_early_and_late():
    """One block that is off by 420 mg is two changes; the seven latest blocks, and the six before them."""
    for ago, late_mg, early_mg in (
        (0, 60, 0), (3, 120, 0), (6, 120, 0), (7, 60, 70), (8, 0, 140), (12, 0, 140), (13, 0, 70), (14, 0, 0),
    ):  # fmt: skip
        signs = around({ago: Moved((1000, 420, 0))})
        assert (signs[fall.UNREST], signs[fall.EARLY_UNREST]) == (late_mg, early_mg), ago


def test_the_wrist_has_points_and_limits_of_its_own():
    """Worn at waist, chest and wrist."""
    for worn_at, table, limits in ((0, BODY, BODY_LIMITS), (1, BODY, BODY_LIMITS), (2, WRIST, WRIST_LIMITS)):
        found = watch(worn_at=worn_at)
        assert list(found._points) == list(table)
        assert (found._unrest_mg_max, found._turned_max, found._after_max, found._points_min) == limits


def test_only_a_blow_after_a_restart_can_be_a_fall():
    """Restarted in the block before the blow and right after it."""
    for is_before, code in ((True, MOVED), (False, QUIET)):
        found = watch()
        for count in range(fall.BLOCKS + 5):
            found.step(count * BLOCK_MS, Moved(), 0)
        if is_before:
            found.restart(0)
        found.step(0, hard(), 0)
        if not is_before:
            found.restart(0)
        codes = [found.step(0, Moved(LYING), 0) for _ in range(DELAY_BLOCKS)]
        assert codes[-1] == code, is_before
        assert MOVED not in codes[:-1]


def test_a_blow_is_judged_as_soon_as_its_past_is_known():
    """From the first sample on: the block that comes thirteenth is the first that can be one."""
    for blocks_before, is_found in ((11, False), (12, True), (13, True)):
        found = watch()
        codes = [found.step(0, Moved(), 0) for _ in range(blocks_before)]
        codes += [found.step(0, hard(), 0)] + [found.step(0, Moved(LYING), 0) for _ in range(20)]
        assert (MOVED in codes) == is_found, blocks_before


def test_a_restart_forgets_the_fall():
    """And the next one is found."""
    found = watch()
    assert strike(found, hard()) == MOVED
    assert found.deadline_ms() is not None
    found.restart(0)
    assert found.deadline_ms() is None
    assert strike(found, hard()) == MOVED


def fallen():
    """Return a watch whose pre-alarm has just begun."""
    found = watch()
    assert strike(found, hard()) == MOVED
    found.begin_recovery(0)
    return found


def step_block(jerk_mg=150, peak_mg=1300):
    """Return a block of walking."""
    return Moved(jerk_mg=jerk_mg, peak_mg=peak_mg, is_across=True)


def walk(found, blocks, posture=position.UPRIGHT):
    """Let these blocks pass; return the codes."""
    return [found.step(0, block, posture) for block in blocks]


def test_walking_upright_for_four_seconds_is_a_recovery():
    """Not one block earlier; begin_recovery counts anew."""
    codes = walk(fallen(), [step_block()] * (WALK_BLOCKS + 1))
    assert codes.index(CLEARED) == WALK_BLOCKS - 1
    found = fallen()
    walk(found, [step_block()] * (WALK_BLOCKS - 1))
    found.begin_recovery(0)
    assert CLEARED not in walk(found, [step_block()] * (WALK_BLOCKS - 1))


def test_real_walking_is_a_recovery():
    """Out of samples, after a fall out of samples."""
    codes, _ = run(fallen(), walking(8), posture=position.UPRIGHT)
    assert CLEARED in codes


def test_running_on_is_a_recovery():
    """A runner who stumbled and runs on: two and a half steps a second, with a jerk that no walk has."""
    codes = walk(fallen(), [step_block(jerk_mg=1500, peak_mg=3500)] * WALK_BLOCKS)
    assert codes[-1] == CLEARED


def test_movement_alone_is_never_a_recovery():
    """Writhing on the floor, in an unknown posture, or standing still."""
    writhing = [(1000 + 400 * (count % 3), 300 * (count % 5) - 600, 100) for count in range(1000)]
    for posture in (position.TILTED, position.UNKNOWN):
        assert CLEARED not in run(fallen(), writhing, posture=posture)[0]
        assert CLEARED not in run(fallen(), walking(20), posture=posture)[0]
    assert CLEARED not in run(fallen(), still(20), posture=position.UPRIGHT)[0]


def test_a_lull_takes_back_two_blocks_and_lying_down_all():
    """A pause while walking; below nothing nothing is taken."""
    found = fallen()
    walk(found, [Moved()] * 5 + [step_block()] * 10 + [step_block(jerk_mg=0)] * 2)
    codes = walk(found, [step_block()] * (WALK_BLOCKS - 6))
    assert codes.index(CLEARED) == WALK_BLOCKS - 7
    found = fallen()
    walk(found, [step_block()] * 10)
    walk(found, [step_block()], position.TILTED)
    assert walk(found, [step_block()] * WALK_BLOCKS).index(CLEARED) == WALK_BLOCKS - 1


def test_walking_is_judged_at_its_limits():
    """The jerk and the height of a step, -1, 0, +1; the blocks between two steps."""
    for jerk_mg, is_walking in (
        (29, False),
        (30, True),
        (31, True),
        (1999, True),
        (2000, True),
        (2001, False),
    ):
        codes = walk(fallen(), [step_block(jerk_mg)] * 30)
        assert (CLEARED in codes) == is_walking, jerk_mg
    for change, is_walking in ((-1, False), (0, False), (1, True)):
        block = step_block()
        block.peak_square = fall.STEP_SQUARE + change
        assert (CLEARED in walk(fallen(), [block] * 40)) == is_walking, change
    for gap, is_walking in ((2, True), (3, True), (4, True), (6, False)):
        stride = [step_block()] + [step_block(peak_mg=1000)] * (gap - 1)
        assert (CLEARED in walk(fallen(), stride * 40)) == is_walking, gap
        stride = [step_block()] + [Moved(jerk_mg=150, peak_mg=1300)] * (gap - 1)
        assert (CLEARED in walk(fallen(), stride * 40)) == is_walking, gap


def test_a_vibrating_seat_is_no_walking():
    """Whoever sits upright where a machine shakes as high as a step has not got up."""
    for hz in (1, 2, 3, 5, 10, 17, 24):
        samples = shaken(30, 300, hz, UPRIGHT)
        assert CLEARED not in run(fallen(), samples, posture=position.UPRIGHT)[0], hz


def test_the_root_is_right_within_one():
    """All sizes that squares can have."""
    square = 0
    while square < 1 << 30:
        found = angle.root(square)
        assert (found - 1) * (found - 1) <= square <= (found + 1) * (found + 1), square
        square += 1 + square // 7
