"""The settings that came over the air, on the disk: no cut or damage leaves a device without valid ones."""

import random
from pathlib import Path

import pytest

from firmware.boards.kept_settings import FILES, begin, keep, newest, write_file
from firmware.settings import SettingsError

BUILT = {"tilt_limit_deg": 40}
KEY = "5e" * 32


class PowerCut(Exception):
    """The device has no power from here on."""


class Disk:
    """Writes files, and tears one write after so many bytes; what is missing is missing, or zeros."""

    def __init__(self, cut_write=-1, cut_byte=0, *, is_filled=False):
        self._left = cut_write
        self._cut_byte = cut_byte
        self._is_filled = is_filled
        #: Bytes of the write that was torn.
        self.torn_bytes = -1

    def write(self, path, data):
        """Write a file, or the beginning of it."""
        self._left -= 1
        if self._left == -1:
            self.torn_bytes = len(data)
            rest = bytes(len(data) - self._cut_byte) if self._is_filled else b""
            put(path, data[: self._cut_byte] + rest)
            raise PowerCut
        put(path, data)


def put(path, data):
    """Write a file as `write_file` does, but for the wait for the disk: the cut is what this is about."""
    # Some file systems wait for the disk when a file is cut to nothing.
    Path(path).unlink(missing_ok=True)
    with open(path, "wb") as file:
        file.write(data)


def refuse(_path, _data):
    """Refuse, as a full disk does."""
    raise OSError(28)


def order(counter, **values):
    """Return what a command orders."""
    return {"counter": counter, "boot": 1, "seq": counter, "version": counter, "values": values}


def started(path, write=write_file, built=BUILT, key=KEY):
    """Return (version, tilt) in force and the facts of a start."""
    settings, facts = begin(str(path), built, key, write)
    return (settings.version, settings.tilt_limit_deg), facts


def changed(path, counter, tilt_deg):
    """Apply a change and confirm it."""
    _, facts = started(path)
    assert keep(facts, "apply", order(counter, tilt_limit_deg=tilt_deg))
    _, facts = started(path)
    assert keep(facts, "confirm", {})


def test_without_a_change_a_device_has_what_it_was_built_with(tmp_path):
    """And writes nothing."""
    in_force, facts = started(tmp_path / "s")
    assert in_force == (0, 40)
    assert (facts["cause"], facts["counter"], facts["standing"]) == ("", 0, "kept")
    assert list(tmp_path.iterdir()) == []


def change_with(disk, path):
    """Apply a change and confirm it over its start, as far as the power lasts; return whether it did."""
    try:
        _, facts = started(path, disk.write)
        keep(facts, "apply", order(4, tilt_limit_deg=55), disk.write)
        _, facts = started(path, disk.write)
        keep(facts, "confirm", {}, disk.write)
    except PowerCut:
        return False
    return True


@pytest.mark.parametrize("is_filled", [False, True])
def test_a_cut_at_any_byte_of_any_write_leaves_the_old_settings_or_the_new(tmp_path, is_filled):
    """From an order over its start to its confirmation, on top of an earlier change; no counter goes back."""
    path = tmp_path / "s"
    changed(path, 3, 50)
    before = {name: (tmp_path / f"s{name}").read_bytes() for name in FILES}
    points = cut_write = cut_byte = 0
    while True:
        for name in FILES:
            put(tmp_path / f"s{name}", before[name])
        disk = Disk(cut_write, cut_byte, is_filled=is_filled)
        if change_with(disk, path):
            break
        points += 1
        in_force, facts = started(path, put)
        assert in_force in ((3, 50), (4, 55)), (cut_write, cut_byte)
        assert facts["counter"] == in_force[0], (cut_write, cut_byte)
        # A write that was whole when the power went is tried too.
        cut_write, cut_byte = (cut_write, cut_byte + 1) if cut_byte < disk.torn_bytes else (cut_write + 1, 0)
    assert cut_write == 3
    assert points > 600


def test_no_order_of_commands_cuts_and_starts_leaves_a_device_without_valid_settings(tmp_path):
    """Three hundred random lives; what is in force was ordered or built, and counters never go back."""
    for seed in range(12):
        chance = random.Random(seed)
        path = tmp_path / f"life-{seed}"
        counter, known = 0, {(0, 40)}
        last_counter = 0
        for _ in range(25):
            disk = Disk(chance.randrange(6), chance.randrange(300))
            write = chance.choice((disk.write, disk.write, refuse, write_file))
            try:
                in_force, facts = started(path, write)
                assert in_force in known, seed
                assert facts["counter"] >= last_counter, seed
                last_counter = facts["counter"]
                step = chance.choice(("apply", "confirm", "undo", ""))
                if step == "apply" and facts["standing"] != "on_trial":
                    counter = max(counter, last_counter) + 1
                    known.add((counter, 30 + counter % 50))
                    keep(facts, "apply", order(counter, tilt_limit_deg=30 + counter % 50), write)
                elif step in ("confirm", "undo") and facts["standing"] == "on_trial":
                    keep(facts, step, {}, write)
            except PowerCut:
                continue
        assert started(path)[0] in known


@pytest.mark.parametrize("damage", [b"", b"\xff" * 300, b"00000000{}"])
def test_a_damaged_file_leaves_the_one_before_it(tmp_path, damage):
    """Both damaged: what the device was built with."""
    path = tmp_path / "s"
    changed(path, 3, 50)
    generation = newest(str(path), started(path)[1]["built_with"])["generation"]
    (tmp_path / f"s{FILES[generation % 2]}").write_bytes(damage)
    assert started(path)[0] == (3, 50)
    for name in FILES:
        (tmp_path / f"s{name}").write_bytes(damage)
    assert started(path)[0] == (0, 40)


def test_a_start_that_cannot_be_counted_is_not_tried(tmp_path):
    """The settings before are in force, and the device says that it went back."""
    path = tmp_path / "s"
    changed(path, 3, 50)
    _, facts = started(path)
    keep(facts, "apply", order(4, tilt_limit_deg=55))
    in_force, facts = started(path, refuse)
    assert in_force == (3, 50)
    assert (facts["cause"], facts["counter"]) == ("settings_undone", 4)


def test_settings_that_this_firmware_refuses_are_taken_back_to_the_last_it_accepts(tmp_path):
    """Those before, then those it was built with; when these are refused too, the start is."""
    path = tmp_path / "s"
    changed(path, 3, 50)
    _, facts = started(path)
    keep(facts, "apply", order(4, tilt_limit_deg=99))
    in_force, facts = started(path)
    assert (in_force, facts["cause"]) == ((3, 50), "settings_undone")
    keep(facts, "apply", order(5, tilt_limit_deg=99))
    keep(facts, "confirm", {})
    assert started(path)[0] == (0, 40)
    with pytest.raises(SettingsError):
        started(path, built={"tilt_limit_deg": 99})


def test_a_board_that_is_got_ready_again_forgets_changes_but_not_their_counter(tmp_path):
    """Other settings or another key in its configuration."""
    path = tmp_path / "s"
    changed(path, 3, 50)
    for built, key, in_force in ((BUILT | {"rest_clear_ms": 3000}, KEY, (0, 40)), (BUILT, "00", (0, 40))):
        found, facts = started(path, built=built, key=key)
        assert found == in_force
        assert facts["counter"] == 3
