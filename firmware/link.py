"""What is sent when, again and until what; and whether anybody hears it.

Decides numbers, repeats, heartbeats and the supervision of the link. Raised alarms have places of their own
that nothing else can take, and are repeated until their receipt, without an end. Other events wait for the
link in a bounded queue and are repeated a bounded number of times. Nothing is sent while the link is down:
when it comes, everything due leaves at once, alarms first. Never decides about alarms. Device time in ms.
"""

from firmware.effects import Publish
from firmware.report import Report
from firmware.waiting import Waiting, soonest
from firmware.walltime import WallTime
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


class Link:
    """The messages of one start of one device."""

    def __init__(self, settings: "Settings", name: str, boot: int, now_ms: int) -> None:
        self._settings = settings
        self._name = name
        self.boot = boot
        self._last_seq = 0
        self.is_up = False
        #: Down because one of the two sides refuses the other.
        self.is_refused = False
        #: When the connection was lost, or None before the first one.
        self._down_since_ms: "Optional[int]" = None
        self.report = Report()
        self._heartbeat_ms = now_ms
        self._alarms: "list[Waiting]" = []
        self._events: "list[Waiting]" = []
        #: When the base station was last heard; the start counts, so that silence from the start shows.
        self._heard_ms = now_ms
        #: When the last receipt of this start came, or None.
        self.receipt_ms: "Optional[int]" = None
        self._reply_ms: "Optional[int]" = None
        self.wall = WallTime()
        #: The last heartbeat: its number, and when it was sent.
        self._beat_seq = 0
        self._beat_ms = now_ms
        #: How long the answer to the last heartbeat took, in ms, or None: there was none yet.
        self.round_trip_ms: "Optional[int]" = None
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
            waiting.made_ms = None
        # Raised alarms stand apart: of this kind only a test waits here, and it gives way at once.
        self._events = [other for other in self._events if other.kind != "raised"]
        self._alarms.append(waiting)
        self._send_due(now_ms, waiting, out)

    def drop_event(self, kind: str, alarm_id: str) -> None:
        """Stop repeating what a later event of its alarm has overtaken."""
        self._events = [
            waiting for waiting in self._events if waiting.kind != kind or waiting.fields["alarm"] != alarm_id
        ]

    def is_waiting(self, kind: str) -> bool:
        """Tell whether an event of this kind waits for the link or its receipt."""
        return kind in [waiting.kind for waiting in self._events]

    def is_full(self) -> bool:
        """Tell whether another event would cost the oldest one its place."""
        return len(self._events) >= EVENTS_MAX

    def drop_alarm(self, alarm_id: str) -> None:
        """Stop repeating an alarm whose end the base station is told instead."""
        self._alarms = [waiting for waiting in self._alarms if waiting.fields["alarm"] != alarm_id]

    def alarms_due(self) -> int:
        """Return how many raised alarms have no receipt."""
        return len(self._alarms)

    def is_idle(self) -> bool:
        """Tell whether nothing waits for the link or for a receipt."""
        return not self._alarms and not self._events

    def is_free(self) -> bool:
        """Tell whether the link is up and no event waits for its receipt."""
        return self.is_up and self.is_idle()

    def take_receipt(self, now_ms: int, message: "dict[str, Any]") -> "Optional[str]":
        """Note a receipt; return the id of the raised alarm whose repeating it ends, or None."""
        self.receipt_ms = now_ms
        key = (message["acked_boot"], message["acked_seq"], message["mark"])
        kept = [waiting for waiting in self._events if waiting.key() != key]
        receipted = [waiting for waiting in self._events if waiting not in kept]
        for waiting in receipted:
            self.wall.take(now_ms, waiting.first_sent_ms, message["time_ms"])
        self.is_test_receipted = "self-test" in [waiting.kind for waiting in receipted]
        self._events = kept
        for waiting in self._alarms:
            if waiting.key() == key:
                self.wall.take(now_ms, waiting.first_sent_ms, message["time_ms"])
                self._alarms.remove(waiting)
                return str(waiting.fields["alarm"])
        return None

    def take_reply(self, now_ms: int, message: "dict[str, Any]") -> None:
        """Note the answer to a heartbeat; only that to the last one says how long it took."""
        self._reply_ms = now_ms
        if message["acked_boot"] == self.boot and message["acked_seq"] == self._beat_seq:
            self.round_trip_ms = now_ms - self._beat_ms
            self.wall.take(now_ms, self._beat_ms, message["time_ms"])

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
        out.append(Publish("presence", self.greeting(_age_s(now_ms, self._down_since_ms))))
        for waiting in self._alarms + self._events:
            # What was sent into the link that broke may not have arrived.
            waiting.due_ms = now_ms
        self.send_due(now_ms, out)

    def greeting(self, away_s: "Optional[int]" = None) -> bytes:
        """Return the payload that says that the device is there (again, after `away_s`)."""
        fields = {"state": "online", "reason": "connected", "will_seq": self._will_seq, "away_s": away_s}
        return self.encoded("presence", fields)

    def hurry_heartbeat(self, now_ms: int) -> None:
        """Send the next heartbeat now, because somebody waits for its answer."""
        self._heartbeat_ms = now_ms

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

    def send_heartbeat(
        self, now_ms: int, fields: "dict[str, Any]", undecodable: int, out: "list[Any]"
    ) -> None:
        """Send `fields` with what this link knows, and plan the next one."""
        self.report.fill(fields, undecodable, self.events_dropped, self.events_given_up)
        fields["uptime_s"] = min(now_ms // 1000, INT_MAX)
        fields["alarms_due"] = min(len(self._alarms), 255)
        fields["receipt_age_s"] = _age_s(now_ms, self.receipt_ms)
        fields["reply_age_s"] = _age_s(now_ms, self._reply_ms)
        fields["wall_s"] = self.wall.wall_s(now_ms) or None
        fields["wall_error_ms"] = self.wall.error_ms(now_ms)
        self.send_once("heartbeat", fields, out)
        self._beat_seq, self._beat_ms = self._last_seq, now_ms
        self.round_trip_ms = None
        # Without catching up after a stall.
        self._heartbeat_ms = now_ms + self._settings.heartbeat_ms

    def is_lost(self, now_ms: int) -> bool:
        """Tell whether the worker must know that nobody hears the device."""
        return now_ms >= self._lost_ms()

    def wall_s(self, now_ms: int) -> int:
        """Return the wall time in s since 1970 as the base station told it, 0 if it never did."""
        return self.wall.wall_s(now_ms)

    def deadline_ms(self, now_ms: int) -> int:
        """Return when something is due next after `now_ms`, or what is due and was not done."""
        lost_ms = self._lost_ms()
        if self.is_up:
            due_ms = soonest(self._events, soonest(self._alarms, self._heartbeat_ms))
            return min(due_ms, lost_ms) if lost_ms > now_ms else due_ms
        # Down and known to be lost: only the connection can change that.
        return lost_ms if lost_ms > now_ms else now_ms + self._settings.heartbeat_ms

    def _lost_ms(self) -> int:
        # Whatever broke, it broke after that.
        return self._heard_ms + self._settings.link_loss_ms

    def _send_due(self, now_ms: int, waiting: "Waiting", out: "list[Any]") -> None:
        if not self.is_up or now_ms < waiting.due_ms:
            return
        fields = waiting.fields
        age_ms = None if waiting.made_ms is None else min(now_ms - waiting.made_ms, INT_MAX)
        if waiting.kind == "pre-alarm":
            # What is left now: the base station counts from when it hears it.
            fields["deadline_ms"] = max(waiting.ends_ms - now_ms, 0)
            fields["pre_alarm_ms"] = age_ms
        elif waiting.kind == "raised":
            fields["repeat"] = waiting.sent_count
            fields["raised_ago_ms"] = age_ms
        elif waiting.kind == "place":
            fields["age_s"] = min((now_ms - waiting.ends_ms) // 1000, INT_MAX)
        payload = codec.encode(waiting.kind, self._name, waiting.boot, waiting.seq, waiting.mark, fields)
        out.append(Publish("event", payload))
        if waiting.sent_count == 0:
            waiting.first_sent_ms = now_ms
        waiting.sent_count += 1
        waiting.due_ms = now_ms + self._settings.repeat_ms


def _age_s(now_ms: int, since_ms: "Optional[int]") -> "Optional[int]":
    return None if since_ms is None else min((now_ms - since_ms) // 1000, INT_MAX)
