"""How much the embedded broker may use and how long it may take."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BrokerLimits:
    """The bounds of one broker; the defaults are for service."""

    #: Size limit of the queues on disk, in bytes.
    store_bytes_max: int = 1024**3
    #: Room above what the queues hold when a server starts. With full queues the broker lets nobody
    #: log in, not even the base station that would empty them.
    store_bytes_spare: int = 64 * 1024**2
    #: A restart is put off while less than this is free, in bytes: it would not heal the broker.
    space_bytes_min: int = 64 * 1024**2
    #: How long a new configuration may take until a log-in proves it.
    proof_s_max: float = 10.0
    #: How long a start waits for the server of a base station that was killed to be gone.
    lock_s_max: float = 5.0


LIMITS = BrokerLimits()
