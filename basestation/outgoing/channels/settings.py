"""What a site may set of its channels: one table each. Decides nothing, and loads none of them.

A command that only reads the settings need not know how a pager is spoken to.
"""

from pydantic import BaseModel, ConfigDict

from basestation.outgoing.channels.cap.settings import CapSettings
from basestation.outgoing.channels.dc09.settings import Dc09Settings
from basestation.outgoing.channels.espa.settings import EspaSettings
from basestation.outgoing.channels.modem.settings import ModemSettings
from basestation.outgoing.channels.voice.settings import VoiceSettings
from basestation.outgoing.channels.web_push.settings import WebPushSettings
from basestation.outgoing.channels.webhook.settings import WebhookSettings

#: The file of the site's key for web push, in the data folder.
WEB_PUSH_KEY = "web-push-key"


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
    #: Signed requests to machines of others, and theirs to us.
    webhook: WebhookSettings | None = None
    #: Alerts by CAP 1.2.
    cap: CapSettings | None = None
    #: Notifications in browsers of responders.
    web_push: WebPushSettings | None = None
