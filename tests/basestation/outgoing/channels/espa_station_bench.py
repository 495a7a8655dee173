"""A station on the bench: its clock, what it hears, and what it asks for, byte by byte."""

from basestation.outgoing.channels.espa import tables
from basestation.outgoing.channels.espa.effects import (
    Send,
    StationAnswered,
)
from basestation.outgoing.channels.espa.frames import written
from basestation.outgoing.channels.espa.receiver import Receiver
from basestation.outgoing.channels.espa.settings import EspaSettings
from basestation.outgoing.channels.espa.station import Station
from basestation.outgoing.channels.espa.waiting import Call, WaitingCalls

EOT, ACK, NAK = b"\x04", b"\x06", b"\x15"
POLL, SELECT = b"2\x05", b"\x041\x052\x05"
BLOCK = written("1", (("1", b"550"), ("2", b"CALL ME")))
STATUS = written("2", (("1", b"550"), ("7", b"6")))
ROLES = {
    "control_station": (tables.CONTROL_STATION, tables.CONTROL_IGNORED),
    "slave": (tables.SLAVE, tables.SLAVE_IGNORED),
}


class Bench:
    """A station, its clock, and what it asked for since it was last looked at."""

    def __init__(self, role="control_station", **settings):
        # Rare polls: most of what is looked at here is what lies between two of them.
        self.settings = EspaSettings(role=role, port="/dev/null", **{"poll_ms": 60_000} | settings)
        self.waiting = WaitingCalls()
        self.station = Station(self.settings, self.waiting)
        self._receiver = Receiver(self.settings.gap_ms)
        self.now_ms = 0
        self.effects = []

    def call(self, key="case:7", **fields):
        call = Call(key, "2" if self.settings.role == "control_station" else "1", BLOCK, **fields)
        self.waiting.add(call)
        return call

    def hear(self, data):
        for signal in self._receiver.feed(data, self.now_ms):
            self.effects += self.station.hear(signal, self.now_ms)
        return self.step()

    def step(self):
        self.effects += self.station.pass_time(self.now_ms)
        return self

    def until_silent(self):
        self.now_ms = self.station.next_deadline_ms()
        return self.step()

    def sent(self):
        """Return the bytes asked for, and forget them."""
        sent = b"".join(effect.data for effect in self.effects if isinstance(effect, Send))
        self.effects = [effect for effect in self.effects if not isinstance(effect, Send)]
        return sent

    def happened(self):
        happened = [effect for effect in self.effects if not isinstance(effect, Send)]
        self.effects = []
        return happened


def control(**settings):
    """Return a bench whose first poll is answered."""
    bench = Bench(**settings).step()
    assert bench.sent() == POLL
    bench.hear(EOT)
    assert bench.happened() == [StationAnswered("2")]
    return bench
