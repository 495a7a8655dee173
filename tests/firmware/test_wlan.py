"""What reaches beyond a worn board: its networks, and the partition of its journal."""

from firmware.boards.flash_partition import FlashPartition
from firmware.boards.wlan import JOINED, OUT_OF_RANGE, VAIN_MS, WITHIN_REACH, Wlan


class ModelPartition:
    """A data partition as `esp32.Partition` gives it: a write with an offset clears bits."""

    def __init__(self, block_count):
        self.data = bytearray(b"\x00" * (4096 * block_count))

    def readblocks(self, block, buffer, offset):
        """Read."""
        at = block * 4096 + offset
        buffer[:] = self.data[at : at + len(buffer)]

    def writeblocks(self, block, data, offset):
        """Write without erasing."""
        for place, byte in enumerate(data):
            self.data[block * 4096 + offset + place] &= byte

    def ioctl(self, operation, argument):
        """Count the blocks, or erase one."""
        if operation == 4:
            return len(self.data) // 4096
        assert operation == 6
        self.data[argument * 4096 : argument * 4096 + 4096] = b"\xff" * 4096
        return 0


def test_the_flash_reads_writes_and_erases_where_it_is_told():
    """Across the places of a sector, and one sector only."""
    partition = ModelPartition(4)
    flash = FlashPartition(partition)
    assert (flash.sector_bytes, flash.sector_count) == (4096, 4)
    flash.erase(2)
    assert partition.data.count(b"\xff") == 4096
    flash.write(2 * 4096 + 4064, b"0123456789abcdef0123456789abcdef")
    found = bytearray(32)
    flash.read(2 * 4096 + 4064, found)
    assert found == b"0123456789abcdef0123456789abcdef"
    flash.read(2 * 4096 + 4032, found)
    assert found == b"\xff" * 32


class ModelInterface:
    """`network.WLAN` of an ESP32: joins take their time, and may fail."""

    def __init__(self):
        self.code = 1000
        self.calls = []
        self.is_busy = False

    def active(self, is_active):
        """Switch on."""
        self.calls.append(("active", is_active))

    def config(self, **options):
        """Set options."""
        self.calls.append(("config", options))

    def connect(self, name, key):
        """Begin to join."""
        if self.is_busy:
            raise OSError("Wifi Internal State Error")
        self.calls.append(("connect", name, key))
        self.code = 1001

    def disconnect(self):
        """Leave."""
        self.calls.append(("disconnect",))
        self.code = 1000

    def isconnected(self):
        """Tell whether frames pass."""
        return self.code == 1010

    def status(self, what=""):
        """Return how far it is, or the strength."""
        return -61 if what == "rssi" else self.code


def joined_wlan():
    """Return two networks, the interface, and a list whose first entry is the time."""
    interface, now = ModelInterface(), [1000]
    return Wlan(interface, [("yard", "one"), ("hall", "two")], lambda: now[0]), interface, now


def test_joining_is_begun_and_not_repeated_while_it_is_on_its_way():
    """The driver retries nothing by itself; asking again is free."""
    wlan, interface, _ = joined_wlan()
    assert interface.calls == [("active", True), ("config", {"reconnects": 0})]
    wlan.join(0)
    wlan.join(0)
    assert interface.calls[2:] == [("connect", "yard", "one")]
    assert wlan.state(0) == WITHIN_REACH and not wlan.is_joined() and wlan.rssi_dbm() is None
    interface.code = 1010
    wlan.join(0)
    assert wlan.state(0) == JOINED and wlan.state(1) == WITHIN_REACH
    assert wlan.is_joined() and wlan.rssi_dbm() == -61
    assert len(interface.calls) == 3


def test_another_network_is_joined_after_leaving_the_first():
    """One at a time."""
    wlan, interface, _ = joined_wlan()
    wlan.join(0)
    interface.code = 1010
    wlan.join(1)
    assert interface.calls[3:] == [("disconnect",), ("connect", "hall", "two")]
    assert wlan.state(0) == WITHIN_REACH and wlan.state(1) == WITHIN_REACH


def test_a_network_that_was_looked_for_in_vain_is_out_of_range_for_a_while():
    """No access point, a wrong key, a driver that is busy: all are counted, and none lasts for ever."""
    for code in (201, 202, 203, 204):
        wlan, interface, now = joined_wlan()
        wlan.join(1)
        interface.code = code
        assert wlan.state(1) == OUT_OF_RANGE and wlan.state(0) == WITHIN_REACH
        now[0] += VAIN_MS - 1
        assert wlan.state(1) == OUT_OF_RANGE
        now[0] += 1
        assert wlan.state(1) == WITHIN_REACH
        assert wlan.vain_joins == 1
    wlan, interface, _ = joined_wlan()
    interface.is_busy = True
    wlan.join(0)
    assert wlan.state(0) == OUT_OF_RANGE
