"""The power goes in the middle of anything that the journal does: no alarm is lost, changed or invented.

A life of boots, alarms, receipts, resets and shifts that goes round a small ring several times is cut in
every write and every erase.
"""

from journal_life import (
    LIFE,
    SECTOR_BYTES,
    SECTOR_COUNT,
    Life,
    cut_lives,
    found,
    quieten,
    restarted_after_cuts,
    told,
)

from firmware.device import Device
from firmware.effects import ShowSignal
from firmware.journal_open import open_ring
from firmware.settings import Settings
from simulator.flash import PowerCut, SimulatedFlash

SETTINGS = Settings.from_dict({"is_self_test_on": 0, "is_fall_on": 0, "is_loss_on": 0})


def test_a_cut_in_the_middle_of_a_write_or_an_erase_loses_and_invents_nothing():
    """What was done is found, what was under way is found or not; no number of a start comes twice."""
    # Every byte and every stage: tests/firmware/boards/test_journal_every_cut.py.
    assert restarted_after_cuts(every=19) > 100


def test_after_any_cut_the_ring_goes_round_again_and_keeps_what_stands():
    """Every old sector is erased meanwhile; nothing may have been left only there."""
    for torn, _ in cut_lives(LIFE, every=97):
        said = told(torn.start())
        for count in range(2 * SECTOR_COUNT * SECTOR_BYTES // 32):
            torn.do("shift on" if count % 2 else "shift off")
            quieten(torn)
        assert found(torn.flash) == (said[0], True, said[2])


def test_a_cut_in_the_start_after_a_cut_and_in_the_one_after_that_change_nothing():
    """Three cuts in a row, at places that a seed chooses; numbers go on rising."""
    seed = 7
    for torn, allowed in cut_lives(LIFE, every=79):
        for _ in range(2):
            seed = (seed * 1103515245 + 12345) & 0x7FFFFFFF
            torn.flash.steps = 0
            torn.flash.cut_after = (seed >> 16) % 90
            try:
                torn.start()
                quieten(torn)
            except PowerCut:
                pass
            torn.flash.cut_after = None
        assert told(torn.start()) in allowed


def test_without_a_single_quiet_moment_the_ring_erases_by_itself_and_a_cut_there_loses_nothing():
    """An alarm never finds the journal full; what is slow is counted."""
    life = Life()
    life.start()
    life.do("raise a")
    for count in range(60):
        step = "shift on" if count % 2 else "shift off"
        whole = life.twin()
        whole.do(step)
        for cut in range(0, whole.flash.steps, 17):
            torn = life.twin()
            torn.flash.cut_after = cut
            try:
                torn.do(step)
            except PowerCut:
                torn.flash.cut_after = None
            assert told(torn.start())[0] == [((1, ord("a")), False)]
        whole.ring.forced_erases += life.ring.forced_erases
        life = whole
        life.flash.steps = 0
    assert life.ring.forced_erases > 3
    assert found(life.flash) == life.expected()


def test_the_first_start_of_all_can_be_cut_anywhere():
    """A flash half begun is begun again."""
    whole = Life()
    whole.start()
    for cut in range(whole.flash.steps):
        life = Life()
        life.flash.cut_after = cut
        try:
            life.start()
        except PowerCut:
            life.flash.cut_after = None
        assert life.start() == ()
        assert life.boot >= 1


def test_any_single_flipped_bit_is_put_right():
    """Every 37th bit of the whole flash, head, copy, blank or record: it says the same as before."""
    life = Life()
    life.start()
    for step in LIFE:
        life.do(step)
    expected = life.expected()
    assert len(expected[0]) == 1
    for bit in range(0, SECTOR_BYTES * SECTOR_COUNT * 8, 37):
        life.flash.flip(bit >> 3, bit & 7)
        ring, standing, _ = open_ring(life.flash.copy())
        assert told(standing) == expected, bit
        assert ring.boot > life.boot
        life.flash.flip(bit >> 3, bit & 7)


def test_a_device_that_comes_back_is_in_alarm_if_it_was():
    """The core that is started from the torn journal shows and repeats what was raised, and nothing else."""
    shown = {False: "alarm", True: "alarm_received"}
    in_alarm = 0
    for torn, allowed in cut_lives(LIFE, every=61):
        standing = torn.start()
        device = Device(SETTINGS, "unit-7", torn.boot, standing, 0)
        effects = list(device.on_start(0)) + list(device.on_link(10, True))
        names = [effect.name for effect in effects if isinstance(effect, ShowSignal)]
        alarms = told(standing)[0]
        assert alarms in [state[0] for state in allowed]
        raised = [effect for effect in effects if b'"kind":"raised"' in getattr(effect, "payload", b"")]
        assert len(raised) == len([None for _, is_receipted in alarms if not is_receipted])
        if alarms:
            in_alarm += 1
            # The elder of two of a kind is shown.
            assert names[-1] == shown[alarms[0][1]], (names, alarms)
        else:
            assert "alarm" not in names and "alarm_received" not in names
    assert in_alarm > 15


def test_the_simulated_flash_wears_and_behaves_as_a_chip_does():
    """A write only clears bits, an erase sets those of one sector, both can be half done."""
    flash = SimulatedFlash(256, 4)
    flash.write(256, b"\x0f\xff\xff\xff")
    flash.write(256, b"\xf8\xff\xff\xff")
    assert flash.data[256] == 0x08
    flash.erase(1)
    assert flash.data[256] == 0xFF
    assert flash.erases == [0, 1, 0, 0]
    states = []
    for cut in range(6):
        torn = flash.copy()
        torn.write(256, bytes(256))
        torn.steps = 0
        torn.cut_after = cut
        try:
            torn.erase(1)
        except PowerCut:
            states.append(sum([byte == 0xFF for byte in torn.data[256:512]]))
    assert min(states) < max(states) < 256
