"""The flash of the journal as a file: made whole, synced, taken over from an older firmware, refused."""

import json
import subprocess
import sys

import pytest

from firmware import journal
from firmware.boards.flash_file import SECTOR_BYTES, SECTOR_COUNT
from firmware.boards.flash_making import open_flash
from firmware.boards.recorder import TEND_AGAIN_MS, TEND_MS, Recorder
from firmware.journal_open import JournalError, open_ring
from firmware.main import REFUSED_EXIT
from simulator.runtime import ROOT, runtime_environment

SIZE = SECTOR_BYTES * SECTOR_COUNT
RAISED = journal.alarm_record(journal.RAISED, (4, 7), 12, 0, 6, 1, "real")


class QuietDevice:
    """A core to which nothing happens but what the recorder tells it."""

    def __init__(self):
        self.told = []
        self.is_still = True

    def is_quiet(self, _now_ms):
        """Tell whether the board may be busy."""
        return self.is_still

    def on_journal(self, _now_ms, is_written):
        """Note it."""
        self.told.append(is_written)
        return ("told",)

    def on_journal_piece(self, _now_ms, pieces, data):
        """Note it."""
        self.told.append((pieces, data))
        return ("sent",)


def test_a_new_file_is_an_erased_flash_of_fixed_size_and_keeps_what_is_written(tmp_path):
    """Nothing lies beside it; what was appended is there at the next start."""
    path = tmp_path / "a.journal"
    recorder = Recorder(open_flash(str(path)))
    assert recorder.append(RAISED)
    assert path.stat().st_size == SIZE
    assert [file.name for file in tmp_path.iterdir()] == ["a.journal"]
    again = Recorder(open_flash(str(path)))
    assert again.boot == 5
    assert [(record.boot, record.seq) for record in again.take_standing()] == [(4, 7)]
    assert again.take_standing() == ()


def test_a_sector_is_erased_and_the_others_are_not(tmp_path):
    """All of its bytes are 0xFF."""
    path = tmp_path / "a.journal"
    flash = open_flash(str(path))
    for sector in range(SECTOR_COUNT):
        flash.write(sector * SECTOR_BYTES + 64, bytes(32))
    flash.erase(2)
    data = path.read_bytes()
    assert data[2 * SECTOR_BYTES : 3 * SECTOR_BYTES] == b"\xff" * SECTOR_BYTES
    assert data.count(0) == 32 * (SECTOR_COUNT - 1)


@pytest.mark.parametrize("count", [1, 500, SIZE // journal.RECORD_BYTES - 3])
def test_a_journal_of_an_older_firmware_is_taken_over_with_all_that_stands(tmp_path, count):
    """A plain row of records, of whatever length, also of exactly the size of a flash, also a torn one."""
    path = tmp_path / "a.journal"
    old = b"".join([journal.boot_record(boot + 1) for boot in range(count)])
    old += RAISED + journal.shift_record(4, 1, 0, True) + journal.upright_record(4, 1, 2, 1000)
    path.write_bytes(old + b"RW\x02" * (count == 1))
    recorder = Recorder(open_flash(str(path)))
    assert recorder.boot > max(count, 4)
    kinds = [record.kind for record in recorder.take_standing()]
    assert kinds == [journal.RAISED, journal.SHIFT, journal.UPRIGHT]
    assert path.stat().st_size == SIZE
    assert [file.name for file in tmp_path.iterdir()] == ["a.journal"]


def test_a_file_that_is_no_journal_is_refused_and_stays_as_it_is(tmp_path):
    """Too short, too long, of the very size; what to do is said."""
    path = tmp_path / "a.journal"
    for content in (b"x", b"\xff" * 40, b"notes of somebody\n" * 9999, b"n" * SIZE):
        path.write_bytes(content)
        with pytest.raises(JournalError, match=r"(?i)is no journal|something else"):
            open_ring(open_flash(str(path)))
        assert path.read_bytes() == content


def test_a_disk_that_refuses_is_counted_and_told_and_ends_nothing(tmp_path):
    """The alarm must go out all the same; the core hears it once."""
    recorder = Recorder(open_flash(str(tmp_path / "missing" / "a.journal")))
    device = QuietDevice()
    assert not recorder.is_well
    assert not recorder.append(RAISED)
    assert recorder.counts()["failed_records"] == 2
    assert recorder.turn(0, device) == ("told",)
    assert recorder.turn(20, device) == ()
    assert device.told == [False]


def test_slow_work_waits_for_a_quiet_moment_and_for_its_time(tmp_path):
    """One thing at a time: what stands is carried, the next sector is erased, and then there is rest."""
    recorder = Recorder(open_flash(str(tmp_path / "a.journal")))
    ring, device = recorder._ring, QuietDevice()
    device.is_still = False
    recorder.turn(0, device)
    assert ring.is_carry_due
    device.is_still = True
    recorder.turn(20, device)
    assert not ring.is_carry_due
    assert not ring.is_prepared
    recorder.turn(20 + TEND_MS - 1, device)
    assert not ring.is_prepared
    recorder.turn(20 + TEND_MS, device)
    assert ring.is_prepared
    assert not ring.is_tending_due()


def test_a_flash_that_recovers_is_told_and_one_that_does_not_is_tried_seldom(tmp_path):
    """The record that was refused is written with all that stands; only then it counts as well again."""
    path = tmp_path / "a.journal"
    recorder = Recorder(open_flash(str(path)))
    device, flash = QuietDevice(), recorder._ring.flash
    file, flash._file = flash._file, None
    assert not recorder.append(RAISED)
    recorder.turn(0, device)
    recorder.turn(20, device)
    flash._file = file
    recorder.turn(20 + TEND_AGAIN_MS - 1, device)
    assert recorder._ring.is_carry_due
    recorder.turn(20 + TEND_AGAIN_MS, device)
    assert recorder.turn(40 + TEND_AGAIN_MS, device) == ("told",)
    assert device.told == [False, True]
    assert [record.seq for record in Recorder(open_flash(str(path))).take_standing()] == [7]


def test_the_recorder_hands_over_the_pieces_that_the_core_asks_for(tmp_path):
    """And erases nothing while they are read."""
    recorder = Recorder(open_flash(str(tmp_path / "a.journal")))
    device = QuietDevice()
    recorder.ask(0)
    assert recorder.turn(0, device) == ("sent",)
    recorder.turn(20, device)
    assert recorder._ring.is_tending_due()
    assert device.told[0][0] == 1
    assert journal.decode(device.told[0][1][32:64]).kind == journal.BOOT
    recorder.ask(-1)
    recorder.turn(40, device)
    recorder.turn(60, device)
    assert not recorder._ring.is_carry_due


def test_a_device_whose_journal_is_none_does_not_start_and_says_why(tmp_path):
    """Of the wrong size, and of the very size of a flash; it is refused as a wrong configuration is."""
    path, config = tmp_path / "a.journal", tmp_path / "device.json"
    config.write_text(json.dumps({"name": "unit-7", "journal": str(path)}))
    for content, reason in ((b"notes", "is no journal"), (b"n" * SIZE, "holds something else")):
        path.write_bytes(content)
        done = subprocess.run(
            [sys.executable, str(ROOT / "firmware" / "main.py"), "--config", str(config)],
            env=runtime_environment(), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
            check=False,
        )  # fmt: skip
        assert done.returncode == REFUSED_EXIT
        assert reason in json.loads(done.stdout)["reason"]
        assert path.read_bytes() == content
