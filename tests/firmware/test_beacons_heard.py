"""Bluetooth beacons: what an advertisement says, whom the board keeps, and when it listens at all."""

from story import Story

from firmware.boards.advertising import sender_of
from firmware.boards.beacons import KEPT_MAX, LOOKS, TAKEN_MAX, Beacons
from firmware.boards.wlan import STAT_GOT_IP, Wlan
from firmware.surroundings import WANTED_MS

ADDRESS = bytes((0xAA, 0xBB, 0xCC, 0, 0, 1))
HEX = "aabbcc000001"


def name_field(name, kind=9):
    """Return the field of a local name."""
    return bytes((len(name) + 1, kind)) + name


class Ble:
    """A Bluetooth radio that a test speaks through."""

    def __init__(self):
        self.calls = []
        self.handler = None
        self.is_busy = False

    def active(self, is_active):
        """Switch on or off."""
        if self.is_busy:
            raise OSError(12)
        self.calls.append(("active", is_active))

    def irq(self, handler):
        """Take who is called."""
        self.handler = handler

    def gap_scan(self, duration_ms, *_windows):
        """Begin or end."""
        self.calls.append(("scan", duration_ms))

    def say(self, number, dbm, name=b""):
        """Let sender `number` be heard."""
        address = bytes((0xAA, 0xBB, 0xCC, 0, number >> 8, number & 255))
        self.handler(5, (0, memoryview(address), 3, dbm, memoryview(name_field(name) if name else b"")))


def test_a_name_that_can_be_a_beacons_is_one_and_any_other_sender_is_its_address():
    """Behind other fields, long or short; never beyond a length that lies, nor what is no text."""
    flags = b"\x02\x01\x06"
    for data, said in (
        (flags + name_field(b"gate-3"), "gate-3"),
        (name_field(b"hall", 8), "hall"),
        (name_field(b"Zoe\xe2\x80\x99s phone") + name_field(b"later"), "later"),
        (name_field(b"\xff\xfe"), HEX),
        (b"", HEX),
        (b"\x09", HEX),
        (b"\x00\x09abc", HEX),
        (b"\x05\x09abc", HEX),
        (b"\x04\x09abc", "abc"),
        (flags * 10 + b"\x02\x09a", HEX),
        (flags * 9 + b"\x03\x09ab", "ab"),
    ):
        assert sender_of(ADDRESS, data) == said, data


def test_it_listens_only_while_it_is_wanted_and_tells_every_few_looks():
    """One look before it is time nothing; the strongest of each sender, once."""
    ble = Ble()
    beacons = Beacons(ble)
    assert beacons.look(False) is None and ble.calls == []
    assert beacons.look(True) is None
    assert ble.calls == [("active", True), ("scan", 0)]
    for dbm in (-80, -60, -70):
        ble.say(1, dbm, b"gate-3")
    ble.handler(6, ())
    for _ in range(LOOKS - 1):
        assert beacons.look(True) is None
    assert beacons.look(True) == [("gate-3", -60)]
    for _ in range(LOOKS - 1):
        assert beacons.look(True) is None
    assert beacons.look(True) == []
    assert beacons.look(False) is None
    assert ble.calls[2:] == [("scan", None), ("active", False)]


def test_of_a_crowd_the_strongest_are_kept_and_the_rest_costs_nothing():
    """At one less than are kept, at it, and beyond; so many are taken at most between two tellings."""
    for count in (KEPT_MAX - 1, KEPT_MAX, KEPT_MAX + 1):
        ble = Ble()
        beacons = Beacons(ble)
        beacons.look(True)
        for number in range(count):
            ble.say(number, -90 + number)
        ble.say(1000, -100)
        told = [beacons.look(True) for _ in range(LOOKS)][-1]
        kept = [dbm for _, dbm in told]
        expected = [-90 + number for number in range(count)] + [-100]
        assert sorted(kept) == sorted(sorted(expected)[-KEPT_MAX:])
    for count in (TAKEN_MAX - 1, TAKEN_MAX, TAKEN_MAX + 1):
        ble = Ble()
        beacons = Beacons(ble)
        beacons.look(True)
        for number in range(count):
            ble.say(number, -90 + number)
        told = [beacons.look(True) for _ in range(LOOKS)][-1]
        assert max([dbm for _, dbm in told]) == -90 + min(count, TAKEN_MAX) - 1


def test_a_radio_that_refuses_is_asked_again_at_the_next_look():
    """And counted."""
    ble = Ble()
    beacons = Beacons(ble)
    ble.is_busy = True
    assert beacons.look(True) is None and beacons.refused == 1
    ble.is_busy = False
    beacons.look(True)
    assert ("scan", 0) in ble.calls


class Interface:
    """A network that the device is in."""

    def __init__(self, bssid):
        self.bssid = bssid
        self.asked = 0

    def active(self, is_active):
        """Switch on."""

    def config(self, name="", **_options):
        """Tell the access point, where the port does."""
        if name == "bssid":
            self.asked += 1
            if self.bssid is None:
                raise ValueError("unknown config param")
            return self.bssid
        return None

    def isconnected(self):
        """Be in it."""
        return True

    def status(self, what=""):
        """Say how."""
        return -55 if what else STAT_GOT_IP


def test_the_access_point_is_a_beacon_where_the_port_tells_which_one_it_is():
    """Where it does not it is asked once; Bluetooth is opened only when it is needed."""
    for bssid, told in ((ADDRESS, [(HEX, -55)]), (None, [])):
        opened = []

        def open_beacons(opened=opened):
            opened.append(Beacons(Ble()))
            return opened[-1]

        interface = Interface(bssid)
        wlan = Wlan(interface, [("hall", "")], lambda: 0, open_beacons)
        assert wlan.look_around(False) is None and opened == []
        found = [wlan.look_around(True) for _ in range(2 * LOOKS + 1)]
        assert [one for one in found if one is not None] == [told, told]
        assert len(opened) == 1 and interface.asked == (2 if bssid else 1)
    assert Wlan(Interface(None), [], lambda: 0).look_around(True) is None


def test_the_board_listens_in_a_persons_alarm_in_a_walk_and_when_somebody_asks():
    """Not in normal work, nor for a fault of the device; a minute after the question no more."""
    story = Story({"is_rest_on": 0, "is_position_on": 0})
    device = story.board.device
    assert not device.is_place_wanted(story.now_ms)
    story.link(False)
    story.wait_ms(90000)
    assert [alarm for alarm in device._alarms.all if alarm.kind.name == "technical"]
    assert not device.is_place_wanted(story.now_ms)
    story.link(True)
    story.command("walk", {"walk": "walk-1", "is_on": True, "remaining_ms": 60000})
    assert device.is_place_wanted(story.now_ms)
    story.command("walk", {"walk": "walk-1", "is_on": False})
    story.wait_ms(5000)
    assert not device.is_place_wanted(story.now_ms)
    story.hold(2000)
    assert device.is_place_wanted(story.now_ms)


def test_it_listens_in_the_pre_alarm_already():
    """So that the place is known when the alarm is raised; after a cancel no more."""
    story = Story({"is_rest_on": 0, "is_position_on": 0, "manual_pre_alarm_ms": 10000})
    story.hold(2000)
    assert story.sent("pre-alarm") and not story.sent("raised")
    assert story.device.is_place_wanted(story.now_ms)
    story.press()
    assert story.sent("cancelled")
    assert not story.device.is_place_wanted(story.now_ms)


def test_who_asks_for_the_place_may_ask_again_for_a_minute():
    """One ms before its end, at it; an alarm that is not known here asks for nothing."""
    story = Story({"is_rest_on": 0, "is_position_on": 0})
    device = story.board.device
    story.command("locate", {"alarm": "1-999", "is_tone_on": False})
    assert not device.is_place_wanted(story.now_ms)
    story.hold(2000)
    raised = story.last("raised")
    story.receipt(raised)
    story.hold(5000)
    assert story.sent("reset")
    story.wait_ms(100)
    assert not device.is_place_wanted(story.now_ms)
    story.command("locate", {"alarm": raised["alarm"], "is_tone_on": False})
    assert device.is_place_wanted(story.now_ms + WANTED_MS - 1)
    assert not device.is_place_wanted(story.now_ms + WANTED_MS)
