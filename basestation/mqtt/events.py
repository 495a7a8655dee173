"""What a connection reports, and its counters; `at` is aware UTC."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class LinkUp:
    """Logged in and every subscription granted; from here on silence means something."""

    at: datetime
    #: "alarms" or "heartbeats".
    connection: str


@dataclass(frozen=True, slots=True)
class LinkDown:
    """Not connected, or could not log in; tried again as `back_off` says."""

    at: datetime
    connection: str
    reason: str


@dataclass(frozen=True, slots=True)
class SubscriptionRefused:
    """The broker does not let us hear these filters; tried again every few seconds."""

    at: datetime
    connection: str
    filters: tuple[str, ...]


LinkEvent = LinkUp | LinkDown | SubscriptionRefused


@dataclass(slots=True)
class MqttCounters:
    """Counts since the start of the base station; written by the network threads, read by anybody."""

    #: Messages of the alarm channels taken in, repeats of the broker included.
    alarm_messages: int = 0
    #: Messages that the broker marked as delivered before.
    redelivered: int = 0
    #: Alarm messages left with the broker because the inbox was full or held them already.
    deferred: int = 0
    heartbeats: int = 0
    #: The oldest heartbeats, dropped because the inbox was full.
    heartbeats_refused: int = 0
    acknowledged: int = 0
    #: Acknowledgements that came after their connection had ended; the broker delivers again.
    acks_too_late: int = 0
    commands: int = 0
    #: Commands not sent: no connection, or too many not yet written to it.
    commands_refused: int = 0
    connects: int = 0
    subscriptions_refused: int = 0
    #: Attempts to connect that ended because we did not believe who answered, or were not let in.
    refusals: int = 0
