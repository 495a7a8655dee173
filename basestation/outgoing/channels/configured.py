"""The channels that a site has set up, from its settings.

Decides which channels there are; each decides by itself how its machine is spoken to. A channel that is not
set up is not there: a chain that names it is told so by the readiness check.
"""

from pathlib import Path

from prometheus_client import CollectorRegistry
from pydantic import BaseModel, ConfigDict

from basestation.clock import Clock
from basestation.outgoing.channels.channel import Channel
from basestation.outgoing.channels.dc09.channel import Dc09Channel
from basestation.outgoing.channels.dc09.counters import Dc09Counters
from basestation.outgoing.channels.dc09.sequence import FileSequenceStore
from basestation.outgoing.channels.dc09.settings import Dc09Settings
from basestation.outgoing.channels.espa.counters import EspaCounters
from basestation.outgoing.channels.espa.line import EspaLine
from basestation.outgoing.channels.espa.settings import EspaSettings
from basestation.outgoing.channels.modem.channel import ModemChannel
from basestation.outgoing.channels.modem.counters import ModemCounters
from basestation.outgoing.channels.modem.settings import ModemSettings
from basestation.outgoing.channels.voice.counters import VoiceCounters
from basestation.outgoing.channels.voice.process import voice_channel
from basestation.outgoing.channels.voice.settings import VoiceSettings


class ChannelSettings(BaseModel):
    """One table a channel, `[channels.<name>]` in the settings file."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    #: A receiving centre by SIA DC-09.
    dc09: Dc09Settings | None = None
    #: A pager or telephone system by ESPA 4.4.4.
    espa: EspaSettings | None = None
    #: Text messages by a modem.
    sms: ModemSettings | None = None
    #: Calls over the firm's telephone system; needs the extra `voice`.
    voice: VoiceSettings | None = None


def channels_of(
    settings: ChannelSettings, data_dir: Path, clock: Clock, registry: CollectorRegistry
) -> dict[str, Channel]:
    """Return the channels that are set up, by the name under which a chain calls them."""
    channels: dict[str, Channel] = {}
    if settings.dc09 is not None:
        store = FileSequenceStore(data_dir / "dc09-sequence")
        channels["dc09"] = Dc09Channel(settings.dc09, store, clock, Dc09Counters(registry))
    if settings.espa is not None:
        channels["espa"] = EspaLine(settings.espa, EspaCounters(registry))
    if settings.sms is not None:
        channels["sms"] = ModemChannel(settings.sms, ModemCounters(registry), name="sms")
    if settings.voice is not None:
        channels["voice"] = voice_channel(settings.voice, VoiceCounters(registry))
    return channels
