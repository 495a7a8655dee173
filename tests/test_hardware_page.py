"""docs/hardware.md shows what the firmware and the partition tables say."""

import hashlib
import itertools

import pytest

from basestation.devices import partitions
from docs import hardware

#: GPIOs that a board must not use: boot, flash, PSRAM, USB, serial line.
TAKEN = {
    "esp32s3": {0, 3, 19, 20, 45, 46, *range(26, 33)},
    "m5stickc_plus2": {0, 1, 3, *range(6, 12)},
}


def test_the_page_and_the_drawing_are_those_of_the_firmware():
    """A changed pin without `make docs` fails here."""
    page = hardware.PAGE.read_text()
    assert hardware.with_tables(page) == page
    assert hardware.PICTURE.read_text() == hardware.picture()


@pytest.mark.parametrize(("board", "rows"), [("esp32s3", hardware.WORN), ("m5stickc_plus2", hardware.STICK)])
def test_every_pin_of_a_board_is_on_the_page_once_and_free(board, rows):
    """No pin twice, none that the chip needs itself, none that the page leaves out."""
    pins = hardware.pins(board)
    assert sorted(row[0] for row in rows) == sorted(pins)
    assert len(set(pins.values())) == len(pins)
    assert not set(pins.values()) & TAKEN[board]


def test_the_page_says_first_that_nothing_has_run_on_hardware():
    """Whoever reads three lines has read it."""
    assert "None of this has run on hardware" in "\n".join(hardware.PAGE.read_text().splitlines()[:3])


@pytest.mark.parametrize("board", partitions.TABLES)
def test_partitions_fill_the_flash_without_overlap(board):
    """Behind the table, sector by sector, to the last byte; the journal is large enough for its ring."""
    table = partitions.TABLES[board]
    assert table[0].offset >= partitions.TABLE_OFFSET + partitions.TABLE_BYTES
    for part, following in itertools.pairwise(table):
        assert part.end == following.offset
        assert part.offset % partitions.SECTOR_BYTES == part.size % partitions.SECTOR_BYTES == 0
    assert table[-1].end == partitions.FLASH_BYTES[board]
    assert table[-1].label == "journal"
    assert table[-1].size >= 4 * partitions.SECTOR_BYTES
    (application,) = [part for part in table if part.label == "factory"]
    assert application.offset % partitions.APPLICATION_ALIGNMENT == 0


def test_the_binary_table_reads_back_as_the_boot_loader_reads_it(tmp_path):
    """32 bytes an entry, little endian, then the MD5 of all entries, then nothing."""
    path = tmp_path / "partitions.bin"
    assert partitions.main(["esp32s3", str(path)]) == 0
    data = path.read_bytes()
    table = partitions.TABLES["esp32s3"]
    assert len(data) == 0xC00
    for place, part in enumerate(table):
        entry = data[32 * place : 32 * place + 32]
        assert entry[:4] == bytes((0xAA, 0x50, part.kind, part.subtype))
        assert int.from_bytes(entry[4:8], "little") == part.offset
        assert int.from_bytes(entry[8:12], "little") == part.size
        assert entry[12:28].rstrip(b"\0").decode() == part.label
    end = 32 * len(table)
    assert data[end : end + 16] == b"\xeb\xeb" + b"\xff" * 14
    assert data[end + 16 : end + 32] == hashlib.md5(data[:end]).digest()
    assert set(data[end + 32 :]) == {0xFF}
    assert partitions.main(["unknown", str(path)]) == 2
