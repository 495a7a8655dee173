"""What waits to leave for the broker, and what waits for its acknowledgement.

Decides what of the traffic is carried: events have places in the queue that telemetry cannot take, and an
event goes at QoS 0 where no acknowledgement can be waited for, or where none comes any more. What cannot
be carried is refused; nothing is kept beyond the connection. Never decides what is said. Times in ms.
"""

from array import array

from firmware.boards import mqtt_packets
from protocol import topics

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

    from firmware.boards.transport import Transport

QUEUED_MAX = 20
#: Beyond this many waiting packets telemetry is refused and commands wait; the rest is for events.
QUEUED_TELEMETRY_MAX = 10
#: Events waiting for the broker's acknowledgement; further ones go at QoS 0.
UNACKNOWLEDGED_MAX = 8
#: A broker that acknowledges nothing for so long (a full disk) gets events at QoS 0 as well.
UNACKNOWLEDGED_MS_MAX = 5000
#: So long some bytes at least must have left.
SEND_MS_MAX = 4000
#: Packet ids from here on; below lie those of packets that are no messages.
_PACKET_ID_MIN, _PACKET_ID_MAX = 2, 65535


class Outbox:
    """The packets of `device` that wait, in their order."""

    def __init__(self, device: str) -> None:
        self._device = device
        self._packets: "list[bytes]" = []
        #: Bytes of the first packet that have left.
        self._sent_bytes = 0
        self._stuck_since_ms: "Optional[int]" = None
        #: Packet ids of events without an acknowledgement, 0 a free place.
        self._unacknowledged = array("H", [0] * UNACKNOWLEDGED_MAX)
        self._unacknowledged_since_ms: "Optional[int]" = None
        self._packet_id = _PACKET_ID_MIN

    def clear(self) -> None:
        """Forget what an earlier connection left; the core repeats what still counts."""
        self._packets = []
        self._sent_bytes = 0
        for place in range(UNACKNOWLEDGED_MAX):
            self._unacknowledged[place] = 0
        self._stuck_since_ms = self._unacknowledged_since_ms = None

    def put(self, packet: bytes) -> None:
        """Queue a packet that is no message; there is always a place, since these are few."""
        self._packets.append(packet)

    def put_message(self, now_ms: int, channel: str, payload: bytes) -> bool:
        """Queue one message (bytes); return False if it was refused."""
        needs_place = topics.QOS[channel] > 0
        place = self._free_place() if needs_place else -1
        is_acknowledged = place >= 0
        if channel != "event" and (self.is_crowded() or (needs_place and not is_acknowledged)):
            return False
        is_plain = not is_acknowledged or self.is_acknowledgement_overdue(now_ms)
        if len(self._packets) + is_acknowledged + is_plain > QUEUED_MAX:
            return False
        topic = topics.device_topic(self._device, channel)
        if is_plain:
            self.put(mqtt_packets.publish(topic, payload, 0))
        if is_acknowledged:
            self._packet_id = _PACKET_ID_MIN if self._packet_id == _PACKET_ID_MAX else self._packet_id + 1
            self._unacknowledged[place] = self._packet_id
            self.put(mqtt_packets.publish(topic, payload, self._packet_id))
            if self._unacknowledged_since_ms is None:
                self._unacknowledged_since_ms = now_ms
        return True

    def send(self, now_ms: int, transport: "Transport") -> bool:
        """Hand over as much as the connection takes; return False if it has taken nothing for too long.

        Raises:
            OSError: the connection is gone.
        """
        while self._packets:
            packet = self._packets[0]
            count = transport.write(memoryview(packet)[self._sent_bytes :])
            if not count:
                break
            self._stuck_since_ms = None
            self._sent_bytes += count
            if self._sent_bytes == len(packet):
                self._packets.pop(0)
                self._sent_bytes = 0
        if not self._packets:
            self._stuck_since_ms = None
        elif self._stuck_since_ms is None:
            self._stuck_since_ms = now_ms
        return self._stuck_since_ms is None or now_ms - self._stuck_since_ms < SEND_MS_MAX

    def acknowledged(self, now_ms: int, packet_id: int) -> None:
        """Note that the broker has an event; an id that is not waited for proves nothing."""
        for place in range(UNACKNOWLEDGED_MAX):
            if packet_id and self._unacknowledged[place] == packet_id:
                self._unacknowledged[place] = 0
                self._unacknowledged_since_ms = now_ms if any(self._unacknowledged) else None

    def is_empty(self) -> bool:
        """Tell whether nothing waits to leave."""
        return not self._packets

    def is_idle(self) -> bool:
        """Tell whether everything has left and was acknowledged."""
        return not self._packets and not any(self._unacknowledged)

    def is_crowded(self) -> bool:
        """Tell whether the places that are left are for events."""
        return len(self._packets) >= QUEUED_TELEMETRY_MAX

    def is_acknowledgement_overdue(self, now_ms: int) -> bool:
        """Tell whether events wait, and none was acknowledged for too long."""
        since_ms = self._unacknowledged_since_ms
        return since_ms is not None and now_ms - since_ms >= UNACKNOWLEDGED_MS_MAX

    def _free_place(self) -> int:
        for place in range(UNACKNOWLEDGED_MAX):
            if not self._unacknowledged[place]:
                return place
        return -1
