"""A receiving centre (control room of others) by SIA DC-09, over TCP or UDP, plain or with AES.

settings   what the centre has to say before anything works
events, content   which code, zone and text a notice becomes
frames, answers, exchange   the protocol without I/O
wires, turns, receiver, sequence, channel   connections, order, numbers, the way of a notice
twin       the centre's side, with faults that can be set, for tests and demonstrations
"""

from basestation.outgoing.channels.dc09.channel import Dc09Channel
from basestation.outgoing.channels.dc09.counters import Dc09Counters
from basestation.outgoing.channels.dc09.sequence import FileSequenceStore, MemorySequenceStore, SequenceStore
from basestation.outgoing.channels.dc09.settings import Dc09Receiver, Dc09Settings
from basestation.outgoing.channels.dc09.twin import Fault, TwinReceiver

__all__ = [
    "Dc09Channel",
    "Dc09Counters",
    "Dc09Receiver",
    "Dc09Settings",
    "Fault",
    "FileSequenceStore",
    "MemorySequenceStore",
    "SequenceStore",
    "TwinReceiver",
]
