"""What the supervision of the broker reports; `at` is aware UTC."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class BrokerUp:
    """The broker answers log-ins."""

    at: datetime
    pid: int
    #: How often it was started again since the base station started.
    restarts: int


@dataclass(frozen=True, slots=True)
class BrokerDied:
    """The broker's process ended without being asked to, or was ended because it hung."""

    at: datetime
    #: Negative: the number of the signal that ended it.
    exit_code: int
    reason: str
    restart_in_s: float


@dataclass(frozen=True, slots=True)
class BrokerSpaceShort:
    """A restart was put off: on a full disk it heals nothing and costs the QoS 0 traffic."""

    at: datetime
    free_bytes: int
    needed_bytes: int


@dataclass(frozen=True, slots=True)
class ClusterJudged:
    """A node of the cluster works with the others, or alone; said when that changes."""

    at: datetime
    #: A word of `membership`.
    state: str
    #: What is wrong about that, as a text for people; None: nothing.
    fault: str | None


BrokerEvent = BrokerUp | BrokerDied | BrokerSpaceShort | ClusterJudged
