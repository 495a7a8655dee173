"""The channels that a site has set up, from its settings.

Decides which channels there are; each decides by itself how its machine is spoken to. A channel that is not
set up is not there: a chain that names it is told so by the readiness check.
"""

from pathlib import Path

from prometheus_client import CollectorRegistry

from basestation.clock import Clock
from basestation.outgoing.channels.cap.channel import CapChannel
from basestation.outgoing.channels.cap.references import FileReferenceStore, References
from basestation.outgoing.channels.channel import Channel
from basestation.outgoing.channels.dc09.channel import Dc09Channel
from basestation.outgoing.channels.dc09.counters import Dc09Counters
from basestation.outgoing.channels.dc09.sequence import FileSequenceStore
from basestation.outgoing.channels.espa.counters import EspaCounters
from basestation.outgoing.channels.espa.line import EspaLine
from basestation.outgoing.channels.https.counters import HttpsCounters
from basestation.outgoing.channels.https.errands import Errands
from basestation.outgoing.channels.https.post import Poster
from basestation.outgoing.channels.modem.channel import ModemChannel
from basestation.outgoing.channels.modem.counters import ModemCounters
from basestation.outgoing.channels.settings import WEB_PUSH_KEY, ChannelSettings
from basestation.outgoing.channels.voice.counters import VoiceCounters
from basestation.outgoing.channels.voice.process import voice_channel
from basestation.outgoing.channels.web_push.channel import WebPushChannel
from basestation.outgoing.channels.web_push.vapid import Vapid, kept_key
from basestation.outgoing.channels.webhook.channel import WebhookChannel


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
    return {**channels, **_by_https(settings, data_dir, clock, registry)}


def _by_https(
    settings: ChannelSettings, data_dir: Path, clock: Clock, registry: CollectorRegistry
) -> dict[str, Channel]:
    channels: dict[str, Channel] = {}
    if settings.webhook is not None:
        hook = settings.webhook
        poster = Poster(
            HttpsCounters(registry, "webhook"),
            is_private_allowed=hook.is_private_allowed,
            authority_file=hook.authority_file,
            request_s_max=hook.request_s_max,
        )
        # `webhook` without a signature is what apprise sends to any URL.
        channels["signed_webhook"] = WebhookChannel(hook, poster, clock)
    if settings.cap is not None:
        poster = Poster(
            HttpsCounters(registry, "cap"),
            is_private_allowed=settings.cap.is_private_allowed,
            authority_file=settings.cap.authority_file,
        )
        references = References(FileReferenceStore(data_dir / "cap-references.json"), Errands())
        channels["cap"] = CapChannel(settings.cap, poster, references, clock)
    if settings.web_push is not None:
        vapid = Vapid(kept_key(data_dir / WEB_PUSH_KEY), settings.web_push.contact)
        counters = HttpsCounters(registry, "web_push")
        poster = Poster(counters, is_private_allowed=settings.web_push.is_private_allowed)
        channels["web_push"] = WebPushChannel(settings.web_push, vapid, poster, clock)
    return channels
