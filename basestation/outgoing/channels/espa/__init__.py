"""ESPA 4.4.4: calls to pagers and DECT handsets over a serial line, as control station or as slave.

    frames          a data block as bytes, and back; the check character
    receiver        from what comes over the line to signals: enquiry, ACK, NAK, EOT, block
    tables          what a station does in which state, for each role
    station         one station on the line; effects: what it asks of the line
    meanings        what a call status and a NAK mean, in words and as a stage
    wording         what a pager shows, and the records of a call
    waiting         the calls that wait for the line, gravest first
    called          the calls that were taken, until their status is known
    settings        role, addresses, line and time-outs
    presence        whether the stations answer; news: what statuses make known
    port, line      the serial port, and the channel itself
    pager_system    the other side, for tests and demonstrations, with faults that can be set

Sources of the protocol are named in docs/channels/espa.md.
"""

from basestation.outgoing.channels.espa.counters import EspaCounters
from basestation.outgoing.channels.espa.line import EspaLine
from basestation.outgoing.channels.espa.settings import EspaSettings

__all__ = ["EspaCounters", "EspaLine", "EspaSettings"]
