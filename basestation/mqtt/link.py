"""The base station's two MQTT connections to one broker: alarms and heartbeats.

alarms: event, presence and trace at QoS 1 in a session the broker keeps. A message is
acknowledged when its owner says so (after the commit) and not before; what is not acknowledged
comes again, after 2 s, after a lost connection, after a crash of either side. heartbeats: QoS 0
on a connection of its own, so that no flood of them can delay an alarm.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from datetime import datetime

from basestation.broker.address import BrokerAddress
from basestation.broker.configuration import station_user
from basestation.broker.credential import Credential, new_secret
from basestation.mqtt.connection import Connection
from basestation.mqtt.copies import Copies
from basestation.mqtt.events import LinkEvent, MqttCounters
from basestation.mqtt.inbox import AckToken, Inbound, Inbox
from protocol import topics

#: Alarm messages waiting for their batch; more stay with the broker.
ALARMS_WAITING_MAX = 30_000
#: Heartbeats waiting for their batch; of more the oldest go.
HEARTBEATS_WAITING_MAX = 20_000

ALARMS = "alarms"
HEARTBEATS = "heartbeats"


def _alarm_filters(replica: str) -> list[tuple[str, int]]:
    channels = [channel for channel in topics.UP_CHANNELS if topics.QOS[channel] == 1]
    return [(topics.all_devices(channel), 1) for channel in channels] + [(topics.canary_topic(replica), 1)]


def _heartbeat_filters() -> list[tuple[str, int]]:
    return [(topics.all_devices(channel), 0) for channel in topics.UP_CHANNELS if topics.QOS[channel] == 0]


class StationLink:
    """Both connections of one replica of the base station; make it in the running event loop.

    `base` is the replica's credential, `now` the station clock; `on_event` (LinkUp, LinkDown,
    SubscriptionRefused) and `on_canary` (payload of the returned canary) are called in the loop.
    `user` is for a broker of others, which knows the base station by another name; links to several brokers
    may count together in `counters`.
    """

    def __init__(
        self,
        address: BrokerAddress,
        base: Credential,
        now: Callable[[], datetime],
        on_event: Callable[[LinkEvent], None],
        on_canary: Callable[[bytes], None],
        *,
        user: str = "",
        counters: MqttCounters | None = None,
        copies: Copies | None = None,
    ) -> None:
        """`copies` is shared by the links to the nodes of one cluster."""
        self._copies = copies
        self.counters = counters or MqttCounters()
        self._now = now
        self._on_canary = on_canary
        self._canary_topic = topics.canary_topic(base.name)
        self._loop = asyncio.get_running_loop()
        self._alarm_inbox = Inbox(ALARMS_WAITING_MAX)
        self._heartbeat_inbox = Inbox(HEARTBEATS_WAITING_MAX)
        log_in = (user or station_user(base.name), base.secret)
        self._alarms = Connection(
            ALARMS, address, log_in, base.client_id, _alarm_filters(base.name), self._take_alarm,
            on_event, now, self.counters, is_session_kept=True,
        )  # fmt: skip
        # Nothing waits for this one, so its client id is new every time.
        self._heartbeats = Connection(
            HEARTBEATS, address, log_in, new_secret(), _heartbeat_filters(), self._take_heartbeat,
            on_event, now, self.counters, is_session_kept=False,
        )  # fmt: skip

    @property
    def is_up(self) -> bool:
        """Whether both connections are up with every subscription granted."""
        return self.up_since is not None

    @property
    def up_since(self) -> datetime | None:
        """Since when both connections have been up without a break, aware UTC; None while one is down."""
        alarms, heartbeats = self._alarms.up_since, self._heartbeats.up_since
        return max(alarms, heartbeats) if alarms is not None and heartbeats is not None else None

    def start(self) -> None:
        """Begin to connect; returns at once. Both connections are tried again for ever."""
        self._alarms.start()
        self._heartbeats.start()

    async def stop(self) -> None:
        """Log out; the iterators end. What is not acknowledged stays with the broker."""
        await asyncio.gather(self._alarms.stop(), self._heartbeats.stop())
        self._alarm_inbox.close()
        self._heartbeat_inbox.close()

    def alarm_batches(self) -> AsyncIterator[list[Inbound]]:
        """Iterate over the messages of event, presence and trace; each has to be acknowledged."""
        return self._alarm_inbox.batches()

    def heartbeat_batches(self) -> AsyncIterator[list[Inbound]]:
        """Iterate over the heartbeats; nothing to acknowledge."""
        return self._heartbeat_inbox.batches()

    def ack(self, tokens: Iterable[AckToken | None]) -> None:
        """Acknowledge stored (or quarantined) messages; None is skipped. Any thread."""
        self._alarms.acknowledge([token for token in tokens if token is not None])

    def publish_command(self, device: str, payload: bytes) -> bool:
        """Send a command at QoS 0; False if it was not sent. True proves nothing. Any thread."""
        is_sent = self._alarms.publish(topics.device_topic(device, "command"), payload, topics.QOS["command"])
        if is_sent:
            self.counters.commands += 1
        else:
            self.counters.commands_refused += 1
        return is_sent

    def publish_canary(self, payload: bytes) -> bool:
        """Send a canary to ourselves at QoS 1; False if it was not sent."""
        return self._alarms.publish(self._canary_topic, payload, 1)

    # In the network threads.

    def _take_alarm(self, message: Inbound) -> None:
        if message.topic == self._canary_topic:
            self.ack([message.ack])
            self._loop.call_soon_threadsafe(self._on_canary, message.payload)
            return
        self.counters.alarm_messages += 1
        self.counters.redelivered += message.is_repeat
        if self._is_copy(message):
            # The first one is confirmed when it is stored, and comes again until then.
            self.ack([message.ack])
        elif not self._alarm_inbox.put(message):
            self.counters.deferred += 1
        else:
            self._note(message)

    def _is_copy(self, message: Inbound) -> bool:
        copies = self._copies
        return copies is not None and copies.is_copy(id(self), message.topic, message.payload)

    def _note(self, message: Inbound) -> None:
        if self._copies is not None:
            self._copies.took(id(self), message.topic, message.payload)

    def _take_heartbeat(self, message: Inbound) -> None:
        self.counters.heartbeats += 1
        if self._is_copy(message):
            return
        self._note(message)
        if not self._heartbeat_inbox.put_newest(message):
            self.counters.heartbeats_refused += 1
