"""What a clearance is asked about: who, where, at what, with which device, on which records, until when.

Decides nothing. Moments are aware UTC; sets hold words of `vocabulary.py`. A record has no field
for a diagnosis or for a pregnancy, and none may be added: only what follows for the work.
"""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Record:
    """One thing on record about a worker, workplace, device, activity or site."""

    number: int
    kind: str
    #: "worker", "workplace", "device", "activity" or "site", and which.
    subject: str
    key: str
    result: str
    issued_at: datetime
    #: None: it does not end by itself.
    valid_until: datetime | None = None
    #: What it asks of the work, words of `vocabulary.CONDITIONS`.
    conditions: frozenset[str] = frozenset()
    #: GZ, NW and seconds until help of a risk assessment; None for everything else.
    figures: tuple[int, int, int] | None = None
    has_several_factors: bool = False
    #: Which laboratory, examination or step it is about; empty: the only one.
    about: str = ""


@dataclass(frozen=True, slots=True)
class Device:
    """What the device can and does at this moment."""

    name: str
    #: Its link is up, its battery and sensors are well.
    is_ready: bool
    #: Every alarm kind came through to the control room at this start of use, and within 24 h of operation.
    is_tested: bool
    #: A PNA-11, over public networks.
    is_public_network: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """Everything that a clearance depends on."""

    worker: str
    workplace: str
    #: What is done there; empty: nothing was said.
    activity: str
    #: None: no device is worn.
    device: Device | None
    site: str
    records: tuple[Record, ...]
    #: What keeps the rescue chain from being ready; empty: it is ready.
    chain_faults: tuple[str, ...]
    has_second_person: bool
    is_night: bool
    now: datetime
    planned_end: datetime
    #: Measured times until help of the drills of this workplace and shift, the newest last, seconds.
    drills_s: tuple[int, ...] = ()
    #: Kinds of work at this workplace or by this activity, words of `vocabulary.WORKS`.
    works: frozenset[str] = field(default_factory=frozenset)
