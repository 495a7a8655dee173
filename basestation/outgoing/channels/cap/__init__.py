"""Alerts by the Common Alerting Protocol 1.2, to machines and into folders.

alert        a notice as XML, without I/O
references   what was sent about a case before
settings, channel   where it goes
twin         a machine that takes alerts, with faults that can be set, for tests and demonstrations
"""

from basestation.outgoing.channels.cap.channel import CapChannel
from basestation.outgoing.channels.cap.references import (
    FileReferenceStore,
    MemoryReferenceStore,
    References,
)
from basestation.outgoing.channels.cap.settings import CapSettings, CapTarget
from basestation.outgoing.channels.cap.twin import TwinReceiver

__all__ = [
    "CapChannel",
    "CapSettings",
    "CapTarget",
    "FileReferenceStore",
    "MemoryReferenceStore",
    "References",
    "TwinReceiver",
]
