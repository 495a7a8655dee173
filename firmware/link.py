"""What is sent when, again and until what; and whether anybody hears it.

Decides numbers, repeats, heartbeats and the supervision of the link. Raised alarms have places of their own
that nothing else can take, and are repeated until their receipt, without an end. Other events wait for the
link in a bounded queue and are repeated a bounded number of times. Nothing is sent while the link is down:
when it comes, everything due leaves at once, alarms first. Never decides about alarms. Device time in ms.
"""

from firmware.effects import Publish
from protocol import codec, messages
from protocol.messages import INT_MAX

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional

    from firmware.settings import Settings

#: Events other than raised alarms that wait for the link or their receipt; the oldest gives way.
EVENTS_MAX = 16
#: An event other than a raised alarm is sent again so often: a minute at the usual interval.
EVENT_REPEATS_MAX = 12


class Waiting:
    """One message that is sent again until its receipt."""

    def __init__(
        self, boot: int, seq: int, mark: str, kind: str, fields: "dict[str, Any]", made_ms: int
    ) -> None:
        self.boot = boot
        self.seq = seq
        self.mark = mark
        self.kind = kind
        self.fields = fields
        #: When it is sent next.
        self.due_ms = made_ms
        #: How often it was sent.
        self.sent_count = 0
        #: When the alarm was raised, or None: not an alarm, or raised before this start.
        self.raised_ms: "Optional[int]" = None
        #: When the pre-alarm that it announces ends.
        self.ends_ms = made_ms + fields.get("deadline_ms", 0)


class Link:
    """The messages of one start of one device."""

    def __init__(self, settings: "Settings", name: str, boot: int, now_ms: int) -> None:
        self._settings = settings
        self._name = name
        self.boot = boot
        self._last_seq = 0
        self.is_up = False
        self._down_since_ms = now_ms
        self._heartbeat_ms = now_ms
        self._alarms: "list[Waiting]" = []
        self._events: "list[Waiting]" = []
        #: When the base station was last heard; the start counts, so that silence from the start shows.
        self._heard_ms = now_ms
        self._receipt_ms: "Optional[int]" = None
        self._reply_ms: "Optional[int]" = None
        #: Wall time of the base station, in s, at `_wall_ms` of the device; None: not heard yet.
        self._wall_s: "Optional[int]" = None
        self._wall_ms = 0
        #: Number of the last will given to a connection, or None.
        self._will_seq: "Optional[int]" = None
        #: The last receipt was that of a self-test.
        self.is_test_receipted = False
        #: Events that gave way in a full queue, and those that were repeated in vain.
        self.events_dropped = 0
        self.events_given_up = 0

    def take_seq(self) -> int:
        """Return the next sequence number of this start."""
        self._last_seq += 1
        return self._last_seq

    def will(self) -> bytes:
        """Return the payload of the last will for one attempt to connect, with a number of its own."""
        payload = self.encoded("presence", {"state": "offline", "reason": "lost"})
        self._will_seq = self._last_seq
        return payload

    def encoded(self, kind: str, fields: "dict[str, Any]", mark: str = "real", seq: int = 0) -> bytes:
        """Return the payload of a message that is not repeated here; without `seq` it takes a number."""
        return codec.encode(kind, self._name, self.boot, seq or self.take_seq(), mark, fields)

    def send_once(self, kind: str, fields: "dict[str, Any]", out: "list[Any]", mark: str = "real") -> None:
        """Send a message that nobody waits for; without a link it is not sent."""
        if self.is_up:
            out.append(Publish(messages.KINDS[kind].channel, self.encoded(kind, fields, mark)))

    def send_event(
        self,
        now_ms: int,
        kind: str,
        fields: "dict[str, Any]",
        out: "list[Any]",
        seq: int = 0,
        mark: str = "real",
    ) -> None:
        """Send an event now or when the link comes, and again until its receipt or its bound."""
        if len(self._events) >= EVENTS_MAX:
            self._events.pop(0)
            self.events_dropped += 1
        waiting = Waiting(self.boot, seq or self.take_seq(), mark, kind, fields, now_ms)
        self._events.append(waiting)
        self._send_due(now_ms, waiting, out)

    def send_alarm(
        self, now_ms: int, key: "tuple[int, int]", fields: "dict[str, Any]", is_restored: bool,
        out: "list[Any]", mark: str = "real",
    ) -> None:  # fmt: skip
        """Send a raised alarm with its `key` (boot, seq), and again until its receipt."""
        waiting = Waiting(key[0], key[1], mark, "raised", fields, now_ms)
        if is_restored:
            # It was sent before, nobody knows how often.
            waiting.sent_count = 1
        else:
            waiting.raised_ms = now_ms
        self._alarms.append(waiting)
        self._send_due(now_ms, waiting, out)

    def drop_pre_alarm(self, alarm_id: str) -> None:
        """Stop repeating an announcement that its raise or cancel has overtaken."""
        self._events = [
            waiting
            for waiting in self._events
            if waiting.kind != "pre-alarm" or waiting.fields["alarm"] != alarm_id
        ]

    def drop_alarm(self, alarm_id: str) -> None:
        """Stop repeating an alarm whose end the base station is told instead."""
        self._alarms = [waiting for waiting in self._alarms if waiting.fields["alarm"] != alarm_id]

    def alarms_due(self) -> int:
        """Return how many raised alarms have no receipt."""
        return len(self._alarms)

    def is_idle(self) -> bool:
        """Tell whether the link is up and no event waits for its receipt."""
        return self.is_up and not self._alarms and not self._events

    def take_receipt(self, now_ms: int, message: "dict[str, Any]") -> "Optional[str]":
        """Note a receipt; return the id of the raised alarm whose repeating it ends, or None."""
        self._receipt_ms = now_ms
        self._set_wall(now_ms, message["time_ms"])
        key = (message["acked_boot"], message["acked_seq"], message["mark"])
        kept = [waiting for waiting in self._events if _key(waiting) != key]
        receipted = [waiting.kind for waiting in self._events if waiting not in kept]
        self.is_test_receipted = "self-test" in receipted
        self._events = kept
        for waiting in self._alarms:
            if _key(waiting) == key:
                self._alarms.remove(waiting)
                return str(waiting.fields["alarm"])
        return None

    def take_reply(self, now_ms: int, message: "dict[str, Any]") -> None:
        """Note the answer to a heartbeat."""
        self._reply_ms = now_ms
        self._set_wall(now_ms, message["time_ms"])

    def note_heard(self, now_ms: int) -> None:
        """Note that the base station said something."""
        self._heard_ms = now_ms

    def turn(self, now_ms: int, is_up: bool, out: "list[Any]") -> None:
        """Take in that the connection came or went; what is due leaves when it comes."""
        if is_up == self.is_up:
            return
        self.is_up = is_up
        if not is_up:
            self._down_since_ms = now_ms
            return
        self._heartbeat_ms = now_ms
        fields = {"state": "online", "reason": "connected", "will_seq": self._will_seq}
        out.append(Publish("presence", self.encoded("presence", fields)))
        for waiting in self._alarms + self._events:
            # What was sent into the link that broke may not have arrived.
            waiting.due_ms = now_ms
        self.send_due(now_ms, out)

    def send_due(self, now_ms: int, out: "list[Any]") -> None:
        """Send what is due by now, raised alarms first."""
        for waiting in self._alarms:
            self._send_due(now_ms, waiting, out)
        is_one_done = False
        for waiting in self._events:
            self._send_due(now_ms, waiting, out)
            is_one_done = is_one_done or waiting.sent_count > EVENT_REPEATS_MAX
        if is_one_done:
            before = len(self._events)
            self._events = [waiting for waiting in self._events if waiting.sent_count <= EVENT_REPEATS_MAX]
            self.events_given_up += before - len(self._events)

    def is_heartbeat_due(self, now_ms: int) -> bool:
        """Tell whether a heartbeat should be sent now."""
        return self.is_up and now_ms >= self._heartbeat_ms

    def send_heartbeat(self, now_ms: int, fields: "dict[str, Any]", out: "list[Any]") -> None:
        """Send `fields` with what this link knows, and plan the next one."""
        fields["uptime_s"] = min(now_ms // 1000, INT_MAX)
        fields["alarms_due"] = min(len(self._alarms), 255)
        fields["receipt_age_s"] = _age_s(now_ms, self._receipt_ms)
        fields["reply_age_s"] = _age_s(now_ms, self._reply_ms)
        self.send_once("heartbeat", fields, out)
        # Without catching up after a stall.
        self._heartbeat_ms = now_ms + self._settings.heartbeat_ms

    def is_lost(self, now_ms: int) -> bool:
        """Tell whether the worker must know that nobody hears the device."""
        return now_ms >= self._lost_ms()

    def wall_s(self, now_ms: int) -> int:
        """Return the wall time in s since 1970 as the base station told it, 0 if it never did."""
        if self._wall_s is None:
            return 0
        return min(self._wall_s + (now_ms - self._wall_ms) // 1000, INT_MAX)

    def deadline_ms(self, now_ms: int) -> int:
        """Return when something is due next after `now_ms`, or what is due and was not done."""
        lost_ms = self._lost_ms()
        if self.is_up:
            due_ms = _soonest(self._events, _soonest(self._alarms, self._heartbeat_ms))
            return min(due_ms, lost_ms) if lost_ms > now_ms else due_ms
        # Down and known to be lost: only the connection can change that.
        return lost_ms if lost_ms > now_ms else now_ms + self._settings.heartbeat_ms

    def _lost_ms(self) -> int:
        lost_ms = self._heard_ms + self._settings.base_silence_ms
        if self.is_up:
            return lost_ms
        return min(lost_ms, self._down_since_ms + self._settings.link_loss_ms)

    def _send_due(self, now_ms: int, waiting: "Waiting", out: "list[Any]") -> None:
        if not self.is_up or now_ms < waiting.due_ms:
            return
        fields = waiting.fields
        if waiting.kind == "pre-alarm":
            # What is left now: the base station counts from when it hears it.
            fields["deadline_ms"] = max(waiting.ends_ms - now_ms, 0)
        elif waiting.kind == "raised":
            fields["repeat"] = waiting.sent_count
            if waiting.raised_ms is not None:
                fields["raised_ago_ms"] = min(now_ms - waiting.raised_ms, INT_MAX)
        payload = codec.encode(waiting.kind, self._name, waiting.boot, waiting.seq, waiting.mark, fields)
        out.append(Publish("event", payload))
        waiting.sent_count += 1
        waiting.due_ms = now_ms + self._settings.repeat_ms

    def _set_wall(self, now_ms: int, time_ms: int) -> None:
        self._wall_s = time_ms // 1000
        self._wall_ms = now_ms


def _soonest(waitings: "list[Waiting]", due_ms: int) -> int:
    for waiting in waitings:
        if waiting.due_ms < due_ms:
            due_ms = waiting.due_ms
    return due_ms


def _key(waiting: "Waiting") -> "tuple[int, int, str]":
    return waiting.boot, waiting.seq, waiting.mark


def _age_s(now_ms: int, since_ms: "Optional[int]") -> "Optional[int]":
    return None if since_ms is None else min((now_ms - since_ms) // 1000, INT_MAX)
