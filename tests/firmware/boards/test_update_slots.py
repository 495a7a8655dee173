"""A release on its way into a slot, on real files: cut at every write, resumed, refused, gone back from.

The device is the board's part of an update over a core that says what a test wants; the starter is real.
"""

import base64
import hashlib
import json
import os
from contextlib import chdir

import pytest

from firmware.boards import starter
from firmware.boards.slot_files import SlotFiles
from firmware.boards.updating import RECORD, Updating, found
from firmware.sealed import seal
from firmware.update_order import sealed_part
from firmware.updates import CHECK_MS_MAX, CHECK_MS_MIN
from protocol.messages import UPDATE_PIECE_BYTES

KEY = "0123456789abcdef0123456789abcdef"
NAME, BOARD = "pna-01", "unix"
OLD = {"firmware/main.mpy": b"old" * 300, "protocol/codec.mpy": b"o" * 50}
NEW = {
    "firmware/main.mpy": b"new" * 900,
    "firmware/boards/unix.mpy": b"n" * 1536,
    "protocol/codec.mpy": b"c" * 40,
}


class Core:
    """What the core says of an update: the face of `firmware.updates.Updates`."""

    def __init__(self):
        self.why_not = ""
        self.lacks = ""
        self.is_heard = True
        self.is_failed = False
        self.told = []
        self.answers = []

    def hindrance(self):
        return self.why_not

    def may_switch(self):
        return not self.why_not

    def answer(self, _message, result, reason, _out):
        self.answers.append((result, reason))

    def tell(self, _now_ms, _release, state, _out, reason="", piece=None):
        self.told.append((state, reason or None if piece is None else piece))

    def is_told(self, _since_ms):
        return self.is_heard

    def is_waiting(self):
        return False

    def missing(self, _now_ms, _since_ms):
        return self.lacks

    def is_sensor_failed(self):
        return self.is_failed


class PowerCut(Exception):
    """The power went."""


class QuickFiles(SlotFiles):
    """Files on a disk whose power does not really go."""

    def _settle(self):
        pass


class CutFiles(QuickFiles):
    """Files whose power goes at the write number `cut_at`: before it, half way through it, or behind it."""

    def __init__(self, root, cut_at, how):
        super().__init__(root)
        self.writes = 0
        self._cut_at = cut_at
        self._how = how

    def _is_cut(self):
        self.writes += 1
        return self.writes == self._cut_at

    def _write(self, path, data, mode):
        is_cut = self._is_cut()
        if is_cut and self._how == "before":
            raise PowerCut
        super()._write(path, data[: len(data) // 2] if is_cut and self._how == "half" else data, mode)
        if is_cut:
            raise PowerCut

    def rename(self, path, to):
        self._step(lambda: super(CutFiles, self).rename(path, to))

    def remove(self, path):
        self._step(lambda: super(CutFiles, self).remove(path))

    def _step(self, act):
        is_cut = self._is_cut()
        if not (is_cut and self._how != "behind"):
            act()
        if is_cut:
            raise PowerCut


def stream_of(files, board=BOARD):
    """Return manifest and stream as the base station makes them."""
    lines = [f"{path} {len(data)} {hashlib.sha256(data).hexdigest()}" for path, data in sorted(files.items())]
    manifest = "\n".join([board, *lines, ""]).encode()
    return manifest, manifest + b"".join(data for _, data in sorted(files.items()))


def order(files, counter=1, release="0.3.0", board=BOARD, **changes):
    """Return the sealed order of a release."""
    manifest, stream = stream_of(files, board)
    head = len(manifest).to_bytes(4, "little") + hashlib.sha256(manifest).digest()
    message = {
        "kind": "update", "device": NAME, "release": release, "counter": counter,
        "pieces": -(-len(stream) // UPDATE_PIECE_BYTES), "manifest": base64.b64encode(head).decode(),
    }  # fmt: skip
    message |= changes
    return message | {"signature": seal(KEY.encode(), sealed_part(message))}


def piece(files, number, release="0.3.0", board=BOARD):
    """Return one piece of a release."""
    part = stream_of(files, board)[1][number * UPDATE_PIECE_BYTES :][:UPDATE_PIECE_BYTES]
    return {
        "kind": "update-piece",
        "release": release,
        "piece": number,
        "data": base64.b64encode(part).decode(),
    }


def lay_out(folder):
    """Make a board that runs the old release out of slot a."""
    for path, data in OLD.items():
        target = folder / "slot_a" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    (folder / "slot_a" / "whole").write_text("{}")
    (folder / "active").write_text("slot_a")


def start(folder, core, files=None):
    """Start the board as its starter does; return the slot and what follows the update."""
    with chdir(folder):
        slot = starter.chosen_slot()
    files = files or QuickFiles(f"{folder}/")
    updating = Updating(core, NAME, BOARD, KEY, slot, files)
    if found(slot, files)[1]:
        updating.begin(0)
    return slot, updating


def send(updating, core, files, **changes):
    """Send order and pieces as the base station does, until the device wants no more."""
    ordered = order(files, **changes)
    updating.take(0, ordered)
    if core.answers[-1][0] == "refused":
        return
    for _ in range(200):
        updating.turn(0)
    wanted = [more for state, more in core.told if state == "receiving"]
    for number in range(wanted[-1] or 0, ordered["pieces"]) if wanted else ():
        updating.take(0, piece(files, number, ordered["release"]))
    for _ in range(3):
        if not updating.is_switching:
            updating.turn(0)


def is_whole(folder, slot, files):
    """Tell whether a slot holds exactly what a release says."""
    return all((folder / slot / path).read_bytes() == data for path, data in files.items())


def test_a_release_is_received_checked_and_started_from_the_other_slot(tmp_path):
    """It says what it wants first, switches, and is on trial until everything has shown itself."""
    lay_out(tmp_path)
    core = Core()
    slot, updating = start(tmp_path, core)
    send(updating, core, NEW)
    assert slot == "slot_a"
    assert core.told == [("receiving", 0), ("received", None)]
    assert updating.is_switching
    core = Core()
    core.lacks = "no link"
    slot, updating = start(tmp_path, core)
    assert slot == "slot_b"
    assert is_whole(tmp_path, "slot_b", NEW)
    assert found(slot, QuickFiles(f"{tmp_path}/")) == ("update", True)
    assert updating.is_on_trial()
    updating.turn(CHECK_MS_MIN)
    assert updating.is_on_trial()
    core.lacks = ""
    updating.turn(CHECK_MS_MIN - 1)
    assert updating.is_on_trial()
    updating.turn(CHECK_MS_MIN)
    assert not updating.is_on_trial()
    updating.turn(CHECK_MS_MIN + 1)
    assert updating.is_over()
    assert core.told == [("started", None), ("passed", None)]
    assert not (tmp_path / "failed_starts").exists()


@pytest.mark.parametrize("how", ["before", "half", "behind"])
def test_the_power_may_go_at_every_write_and_the_device_starts_and_ends_with_the_new_release(tmp_path, how):
    """Whatever the starter chooses is whole, and the base station, which repeats itself, ends it."""
    cut_at, is_clean = 0, False
    while not is_clean:
        cut_at += 1
        folder = tmp_path / str(cut_at)
        folder.mkdir()
        lay_out(folder)
        core = Core()
        _, updating = start(folder, core, CutFiles(f"{folder}/", cut_at, how))
        try:
            send(updating, core, NEW)
            is_clean = updating.is_switching
        except PowerCut:
            pass
        for _ in range(4):
            core = Core()
            slot, updating = start(folder, core)
            assert is_whole(folder, slot, NEW if slot == "slot_b" else OLD), (cut_at, how)
            if slot == "slot_b":
                updating.turn(CHECK_MS_MIN)
                assert updating.record["state"] == "passed", (cut_at, how)
                break
            updating.turn(0)
            if not updating.is_switching:
                send(updating, core, NEW)
        else:
            raise AssertionError((cut_at, how))
    assert cut_at > 15


def test_a_release_that_fails_to_start_is_left_and_told(tmp_path):
    """After three starts the starter takes the old one; that slot is none to fall back to any more."""
    lay_out(tmp_path)
    core = Core()
    send(start(tmp_path, core)[1], core, NEW)
    with chdir(tmp_path):
        assert [starter.chosen_slot() for _ in range(4)] == ["slot_b", "slot_b", "slot_b", "slot_a"]
    (tmp_path / "failed_starts").write_text("0")
    core = Core()
    slot, updating = start(tmp_path, core)
    assert slot == "slot_a"
    assert core.told == [("rolled_back", "it failed to start")]
    assert not (tmp_path / "slot_b" / "whole").exists()
    updating.turn(1)
    assert updating.is_over()
    assert json.loads((tmp_path / RECORD).read_text())["is_told"]


@pytest.mark.parametrize("how", ["before", "half", "behind"])
def test_a_release_that_does_not_pass_goes_back_whatever_write_the_power_goes_at(tmp_path, how):
    """Only when its time is over, or at once when the sensor fails its own test; and it says why."""
    for cut_at in range(1, 12):
        folder = tmp_path / str(cut_at)
        folder.mkdir()
        lay_out(folder)
        core = Core()
        send(start(folder, core)[1], core, NEW)
        core.lacks = "no link"
        _, updating = start(folder, core, CutFiles(f"{folder}/", cut_at, how))
        updating.turn(CHECK_MS_MAX - 1)
        assert updating.is_on_trial()
        core.why_not = "on shift"
        updating.turn(CHECK_MS_MAX)
        assert updating.is_on_trial()
        core.why_not = ""
        try:
            updating.turn(CHECK_MS_MAX)
            updating.turn(CHECK_MS_MAX)
        except PowerCut:
            pass
        for _ in range(4):
            core = Core()
            core.lacks = "no link"
            slot, updating = start(folder, core)
            if slot == "slot_a":
                break
            updating.turn(CHECK_MS_MAX)
            updating.turn(CHECK_MS_MAX)
        assert slot == "slot_a", (cut_at, how)
        assert core.told == [("rolled_back", "no link")]


def test_a_sensor_that_fails_its_test_ends_the_trial_at_once(tmp_path):
    """No waiting puts it right."""
    lay_out(tmp_path)
    core = Core()
    send(start(tmp_path, core)[1], core, NEW)
    core.lacks, core.is_failed = "sensor_stuck", True
    _, updating = start(tmp_path, core)
    updating.turn(1)
    updating.turn(1)
    assert updating.is_switching
    assert updating.record["reason"] == "sensor_stuck"


def test_an_order_that_is_not_ours_or_was_overtaken_is_refused(tmp_path):
    """A seal over another device's order, a changed one, a number that was there; and nothing is written."""
    lay_out(tmp_path)
    core = Core()
    _, updating = start(tmp_path, core)
    sealed = order(NEW, counter=2)
    for changes in ({"device": "pna-02"}, {"release": "0.4.0"}, {"counter": 3}, {"signature": "0" * 64}):
        updating.take(0, sealed | changes)
        assert core.answers[-1] == ("refused", "not sealed by the base station"), changes
    assert not (tmp_path / RECORD).exists()
    updating.take(0, sealed)
    assert core.answers[-1] == ("done", "")
    for counter, result in ((1, "refused"), (2, "refused"), (3, "done")):
        updating.take(0, order(NEW, counter=counter, release="0.2.9"))
        assert core.answers[-1][0] == result, counter


def test_what_a_manifest_must_not_say_is_refused_and_the_old_release_stays(tmp_path):
    """Another board, a path out of the slot, another length, a file that is not what it says, no manifest."""
    climbing = {"firmware/../../main.py": b"x" * 9}
    torn = order(NEW) | {}
    cases = (
        (order(NEW, board="esp32s3"), lambda n: piece(NEW, n, board="esp32s3"), "for another board"),
        (order(climbing), lambda n: piece(climbing, n), "the manifest cannot be read"),
        (order(NEW, pieces=9), lambda n: piece(NEW, n), "the manifest has another length"),
        (
            torn,
            lambda n: piece(NEW | {"protocol/codec.mpy": b"d" * 40}, n),
            "a file is not what the manifest says",
        ),
        (order(NEW, manifest="AAAA"), lambda n: piece(NEW, n), "no manifest"),
    )
    for number, (ordered, part, why) in enumerate(cases):
        folder = tmp_path / str(number)
        folder.mkdir()
        lay_out(folder)
        core = Core()
        _, updating = start(folder, core)
        updating.take(0, ordered)
        for _ in range(9):
            updating.turn(0)
        for one in range(6):
            updating.take(0, part(one))
        assert ("refused", why) in core.told, why
        assert start(folder, Core())[0] == "slot_a"
        assert not (folder / "slot_b" / "whole").exists()


def test_pieces_come_in_their_order_and_a_repeat_changes_nothing(tmp_path):
    """One too far is refused, one that is there is answered and not written again."""
    lay_out(tmp_path)
    core = Core()
    _, updating = start(tmp_path, core)
    updating.take(0, piece(NEW, 0))
    assert core.answers[-1] == ("refused", "no such update")
    updating.take(0, order(NEW))
    updating.take(0, piece(NEW, 0))
    assert core.answers[-1] == ("refused", "not ready yet")
    for _ in range(9):
        updating.turn(0)
    for number, result in (
        (1, "refused"),
        (0, "done"),
        (0, "done"),
        (2, "refused"),
        (1, "done"),
        (0, "done"),
    ):
        updating.take(0, piece(NEW, number))
        assert core.answers[-1][0] == result, number
    assert (tmp_path / "slot_b" / "firmware/boards/unix.mpy").stat().st_size <= 1536
    assert os.path.exists(tmp_path / "slot_b" / "manifest")
