"""The alarm spoken over the firm's telephone system (SIP), in English or German, and answered by keys.

settings, words, reasons   what a site sets, and everything that is said
script, conversation, wires   a notice as speech and keys, one call as a table, both without I/O
waiting, calling, line, channel   who gets a line, one call, one line, the way of a notice
process, softphone, speech   the real telephone, in a process of its own (optional extra `voice`)
twin, exchange   a telephone system in memory, and one on loopback, with faults that can be set
"""

from functools import partial

from basestation.outgoing.channels.voice.channel import VoiceChannel
from basestation.outgoing.channels.voice.counters import VoiceCounters
from basestation.outgoing.channels.voice.process import ProcessTelephone
from basestation.outgoing.channels.voice.settings import VoiceAccount, VoiceSettings
from basestation.outgoing.channels.voice.twin import Callee, Fault, TwinTelephoneSystem


def voice_channel(settings: VoiceSettings, counters: VoiceCounters) -> VoiceChannel:
    """Return the channel with real telephones; where the extra is not installed, its check says so."""
    return VoiceChannel(settings, partial(ProcessTelephone, counters=counters), counters)


__all__ = [
    "Callee",
    "Fault",
    "ProcessTelephone",
    "TwinTelephoneSystem",
    "VoiceAccount",
    "VoiceChannel",
    "VoiceCounters",
    "VoiceSettings",
    "voice_channel",
]
