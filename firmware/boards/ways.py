"""Which way out is tried next: the networks and brokers of one device, in the order of its configuration.

Decides which (network, broker) an attempt takes, when it may begin, when one that was refused may come again,
and when a device on a later way tries an earlier one: never while anything is due, and back at once when
something becomes due. Never connects anything. Times in ms of the device; the bounds are ours.

The ways are numbered network by network: all brokers through the first network, then through the second.
"""

import binascii

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

    from firmware.boards.radio import Radio

#: Networks and brokers that a device may have.
NETWORKS_MAX = BROKERS_MAX = 4

#: What a board knows of a network, see radio.
OUT_OF_RANGE, WITHIN_REACH, JOINED = 0, 1, 2

#: One way is tried again so long after the attempt before it began, and up to RETRY_JITTER_MS later, so that
#: a broker that comes back does not meet all its devices in one moment. Other ways need not wait for it.
RETRY_MS = 3000
RETRY_JITTER_MS = 2000
#: After a lost connection the first attempt is spread over this time.
FIRST_JITTER_MS = 1000
#: The same once trying again changes nothing by itself: a refused password, name or certificate.
REFUSED_RETRY_MS = 30000
REFUSED_JITTER_MS = 10000
#: A network that cannot be joined within this time is left.
JOIN_MS_MAX = 10000
#: A device on a later way tries an earlier one after this time, and each time in vain doubles the wait.
RETURN_MS = 300000
RETURN_MS_MAX = 3600000

#: What became of each way since one last stood.
_UNTRIED, _FAILED, _REFUSED = 0, 1, 2
_NOWHERE = -1


class Ways:
    """The ways of `device`, and which of them is taken."""

    def __init__(self, device: str, network_count: int, broker_count: int) -> None:
        self._broker_count = broker_count
        self._count = network_count * broker_count
        #: The way that is tried or stands, and both its parts.
        self._at = self.network = self.broker = 0
        self._not_before_ms = [0] * self._count
        self._outcomes = [_UNTRIED] * self._count
        #: Where the search begins, and when; when the attempt began.
        self._first = self._pause_ends_ms = self._attempt_ms = 0
        self._joining_since_ms: "Optional[int]" = None
        self._is_standing = False
        #: The way to go back to when an earlier one was tried in vain.
        self._home = _NOWHERE
        self._return_ms = 0
        self._return_wait_ms = RETURN_MS
        self._next_return = 0
        # 65536 would follow itself for ever.
        self._jitter: int = binascii.crc32(device.encode()) % 65536
        #: Somebody refused this device, and no way that is left leads anywhere.
        self.is_refused = False
        #: None of the networks is there.
        self.is_out_of_range = False

    def choose(self, now_ms: int, radio: "Radio") -> bool:
        """Return True when an attempt through `network` to `broker` is to begin now."""
        if self._joining_since_ms is None and not self._seek(now_ms, radio):
            return False
        since_ms = self._joining_since_ms
        assert since_ms is not None
        state = radio.state(self.network)
        if state == JOINED:
            self._joining_since_ms = None
            self._attempt_ms = now_ms
            return True
        if state == OUT_OF_RANGE or now_ms - since_ms >= JOIN_MS_MAX:
            self._attempt_ms = since_ms
            self.failed(now_ms, False)
        return False

    def stands(self, now_ms: int) -> None:
        """Note that messages pass."""
        self._is_standing = True
        self.is_refused = False
        for way in range(self._count):
            self._outcomes[way] = _UNTRIED
        if self._home != _NOWHERE or self._at == 0:
            # An earlier way than before.
            self._return_wait_ms = RETURN_MS
            self._next_return = 0
        self._home = _NOWHERE
        self._return_ms = now_ms + self._return_wait_ms

    def failed(self, now_ms: int, is_refused: bool) -> None:
        """Note that the attempt or the connection came to its end, and plan."""
        self._outcomes[self._at] = _REFUSED if is_refused else _FAILED
        if is_refused:
            not_before_ms = now_ms + REFUSED_RETRY_MS + self._next_jitter(REFUSED_JITTER_MS)
        else:
            soonest_ms = self._attempt_ms + RETRY_MS + self._next_jitter(RETRY_JITTER_MS)
            not_before_ms = max(soonest_ms, now_ms + self._next_jitter(FIRST_JITTER_MS))
        self._not_before_ms[self._at] = not_before_ms
        if self._is_standing:
            # A broker that dies sends all its devices to the next one.
            self._pause_ends_ms = now_ms + self._next_jitter(FIRST_JITTER_MS)
        self.left()

    def left(self) -> None:
        """Note that it ended by no fault of the way: its network is gone, or something is due."""
        self._is_standing = False
        self._joining_since_ms = None
        self._first = self._at + 1
        if self._home != _NOWHERE:
            self._first, self._home = self._home, _NOWHERE
            self._return_wait_ms = min(2 * self._return_wait_ms, RETURN_MS_MAX)

    def is_returning(self) -> bool:
        """Tell whether an earlier way is being tried, and nothing but that keeps the device from a link."""
        return self._home != _NOWHERE

    def is_return_due(self, now_ms: int, radio: "Radio") -> bool:
        """Tell whether a device that has nothing else to do should try an earlier way."""
        if self._at == 0 or now_ms < self._return_ms:
            return False
        for _ in range(self._at):
            way = self._next_return % self._at
            self._next_return = way + 1
            if self._is_open(way, now_ms, radio):
                self._first = way
                return True
        self._return_ms = now_ms + RETRY_MS
        return False

    def go_back(self, now_ms: int) -> None:
        """Take the earlier way that `is_return_due` found."""
        self._home = self._at
        self._is_standing = False
        self._pause_ends_ms = now_ms

    def _seek(self, now_ms: int, radio: "Radio") -> bool:
        """Find the next way that may be tried now, and join its network."""
        if now_ms < self._pause_ends_ms:
            return False
        if self.is_out_of_range and self._is_any_network(radio):
            self._forgive(now_ms)
        for step in range(self._count):
            way = (self._first + step) % self._count
            if self._is_open(way, now_ms, radio):
                self._at = way
                self.network, self.broker = way // self._broker_count, way % self._broker_count
                self._joining_since_ms = now_ms
                self.is_out_of_range = False
                radio.join(self.network)
                return True
        self.is_out_of_range = not self._is_any_network(radio)
        self.is_refused = _REFUSED in self._outcomes and not self.is_out_of_range
        return False

    def _forgive(self, now_ms: int) -> None:
        """Let ways be tried at once whose attempts failed before the networks were gone."""
        for way in range(self._count):
            if self._outcomes[way] != _REFUSED:
                self._not_before_ms[way] = now_ms

    def _is_open(self, way: int, now_ms: int, radio: "Radio") -> bool:
        return now_ms >= self._not_before_ms[way] and radio.state(way // self._broker_count) != OUT_OF_RANGE

    def _is_any_network(self, radio: "Radio") -> bool:
        for way in range(0, self._count, self._broker_count):
            if radio.state(way // self._broker_count) != OUT_OF_RANGE:
                return True
        return False

    def _next_jitter(self, span_ms: int) -> int:
        """Return 0..span_ms, the same series for the same device in every run."""
        self._jitter = (self._jitter * 75 + 74) % 65537
        return self._jitter * span_ms // 65536
