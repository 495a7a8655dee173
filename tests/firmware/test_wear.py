"""Loss: the clip, and a device without any sign of a body."""

from blocks import BLOCK_MS, Block, run, still, walking

from firmware.position import CLEARED, QUIET
from firmware.settings import Settings
from firmware.wear import WORN_MS, Wear

LOSS_MS = 30000
UNWORN_MS = 60000


def watch(**settings):
    """Return a watch of a device that was put on at 0 ms."""
    return Wear(Settings.from_dict(settings), 0)


def feed(found, now_ms, milliseconds, movement_mg):
    """Let blocks of a movement pass; return the codes and the time."""
    codes = []
    for _ in range(milliseconds // BLOCK_MS):
        now_ms += BLOCK_MS
        codes.append(found.step(now_ms, Block(movement_mg=movement_mg), 0))
    return codes, now_ms


def test_an_open_clip_is_a_loss_after_its_detection_time():
    """Whatever moves, from the moment it opened."""
    found = watch()
    _, now_ms = feed(found, 0, 5000, 300)
    assert found.deadline_ms() == now_ms + UNWORN_MS
    found.on_clip(now_ms, False)
    assert found.is_open
    assert found.deadline_ms() == now_ms + LOSS_MS
    feed(found, now_ms, 20000, 300)
    assert found.deadline_ms() == now_ms + LOSS_MS


def test_a_closed_clip_stops_the_countdown_and_gives_it_back_four_times_slower():
    """Open for 10 s, closed for 8 s: 22 s are left; closed for a minute: all is back."""
    found = watch()
    found.on_clip(0, False)
    found.on_clip(10000, True)
    assert not found.is_open
    assert found.deadline_ms() == UNWORN_MS
    found.on_clip(18000, False)
    assert found.deadline_ms() == 18000 + 22000
    found.on_clip(19000, True)
    found.on_clip(59000, False)
    assert found.deadline_ms() == min(59000 + LOSS_MS, UNWORN_MS)


def test_a_loose_contact_postpones_the_loss_by_no_more_than_the_stated_bound():
    """Detection / (s - (1 - s) / 4) for an open share s, in a wearer who moves; none below a fifth."""
    for open_blocks, closed_blocks, is_lost in ((5, 5, True), (2, 6, True), (20, 40, True), (1, 5, False)):
        found = watch()
        lost_ms = None
        now_ms = 0
        while now_ms < 900000 and lost_ms is None:
            found.on_clip(now_ms, now_ms // BLOCK_MS % (open_blocks + closed_blocks) >= open_blocks)
            _, now_ms = feed(found, now_ms, BLOCK_MS, 300)
            if found.deadline_ms() <= now_ms:
                lost_ms = now_ms
        if is_lost:
            bound_ms = LOSS_MS * 4 * (open_blocks + closed_blocks) // (4 * open_blocks - closed_blocks)
            assert lost_ms is not None
            assert lost_ms <= bound_ms + (open_blocks + closed_blocks) * BLOCK_MS, (
                open_blocks,
                closed_blocks,
            )
        else:
            assert lost_ms is None


def test_a_clip_that_opened_for_long_enough_is_not_forgotten_when_it_closes():
    """The countdown ran out in the last moment, and goes no further than zero."""
    found = watch()
    found.on_clip(0, False)
    feed(found, 0, 40000, 300)
    found.on_clip(40000, True)
    assert found.deadline_ms() == 40000


def test_stillness_finer_than_a_body_is_a_loss_after_a_minute():
    """12 mg is a body, 11 mg is the sensor; the first block beyond it begins the minute anew."""
    for movement_mg, due_ms in ((11, UNWORN_MS), (12, UNWORN_MS + 30000), (13, UNWORN_MS + 30000)):
        found = watch()
        feed(found, 0, 30000, movement_mg)
        assert found.deadline_ms() == due_ms, movement_mg
    found = watch()
    _, now_ms = feed(found, 0, 50000, 2)
    _, now_ms = feed(found, now_ms, BLOCK_MS, 12)
    assert found.deadline_ms() == now_ms + UNWORN_MS


def test_two_seconds_with_a_body_and_a_closed_clip_are_a_recovery():
    """One block less is none; stillness in between takes back; what came before the signal does not count."""
    for blocks, is_cleared in ((9, False), (10, True), (11, True)):
        codes, _ = feed(watch(), 0, blocks * BLOCK_MS, 300)
        assert (CLEARED in codes) == is_cleared, blocks
    assert WORN_MS == 10 * BLOCK_MS
    found = watch()
    _, now_ms = feed(found, 0, 1800, 300)
    _, now_ms = feed(found, now_ms, 1000, 0)
    codes, now_ms = feed(found, now_ms, 400, 300)
    assert CLEARED not in codes
    codes, now_ms = feed(found, now_ms, 200, 300)
    assert codes == [CLEARED]
    found.begin_recovery(now_ms)
    codes, now_ms = feed(found, now_ms, 1800, 300)
    assert CLEARED not in codes
    _, now_ms = feed(found, now_ms, 60000, 0)
    assert found.step(now_ms, Block(), 0) == QUIET


def test_an_open_clip_recovers_nothing():
    """However much it moves; closing it begins the 2 s."""
    found = watch()
    _, now_ms = feed(found, 0, 1800, 300)
    found.on_clip(now_ms, False)
    codes, now_ms = feed(found, now_ms, 10000, 300)
    assert CLEARED not in codes
    found.on_clip(now_ms, True)
    codes, now_ms = feed(found, now_ms, 1800, 300)
    assert CLEARED not in codes
    codes, _ = feed(found, now_ms, 200, 300)
    assert codes == [CLEARED]


def test_a_restart_gives_the_whole_time_back_and_believes_the_clip():
    """A shift begins with the clip still open: it has its 30 s again."""
    found = watch()
    found.on_clip(0, False)
    feed(found, 0, 50000, 0)
    found.restart(50000)
    assert found.is_open
    assert found.deadline_ms() == 50000 + LOSS_MS
    found.on_clip(50000, True)
    assert found.deadline_ms() == 50000 + UNWORN_MS


def test_a_silent_sensor_is_no_sign_of_a_body():
    """A gap counts as one block of it at the most."""
    found = watch()
    assert found.deadline_ms() == UNWORN_MS
    assert found.step(59000, Block(movement_mg=300), 0) == QUIET
    assert found.step(59200, Block(movement_mg=300), 0) == QUIET


def test_a_device_on_a_table_is_lost_and_a_body_that_stands_is_not():
    """Through the real motion: +-3 mg of noise against breath and sway."""
    found = watch()
    run(found, [(1, -1, 1000 + count % 3) for count in range(50 * 70)])
    assert found.deadline_ms() <= 60400
    found = watch()
    _, now_ms = run(found, still(10) + walking(2) + still(5))
    assert found.deadline_ms() > now_ms + 50000
