"""Web push as a channel: a notification in the browser of one responder.

Decides what an address is (the subscription of a browser, as JSON) and what the answer of a push service
means. 2xx is SENT: the service has it, which is neither the phone nor the person. 404 and 410 mean that the
browser has given the subscription up: the address is dead, and somebody has to subscribe anew. An endpoint
comes from a browser, so it may lead to no machine inside.
"""

from collections import OrderedDict
from typing import Final

from pydantic import ValidationError

from basestation.clock import Clock, to_ms
from basestation.outgoing.channels.channel import Delivery, Health, Notice, Stage
from basestation.outgoing.channels.https.destination import AddressRefused
from basestation.outgoing.channels.https.post import MAY_HAVE_ARRIVED, Posted, Poster
from basestation.outgoing.channels.web_push.encryption import KeysRefused, encrypted
from basestation.outgoing.channels.web_push.message import message_of
from basestation.outgoing.channels.web_push.settings import WebPushSettings
from basestation.outgoing.channels.web_push.subscription import Subscription, place_of
from basestation.outgoing.channels.web_push.vapid import Vapid
from basestation.outgoing.channels.webhook.channel import reached

#: Push services that are asked whether they let us in; the one used longest ago is forgotten first.
SERVICES_MAX: Final = 4
DEAD: Final = "the address is dead: the browser gave it up, and its owner has to subscribe anew"
_REASONS: Final = {
    "400": "it does not understand the message",
    "401": "it does not believe our key",
    "403": "the subscription belongs to another key: its owner has to subscribe anew",
    "404": DEAD,
    "410": DEAD,
    "413": "the message is too large for it",
    "429": "it is asked too often",
    "5": "it failed",
}


class WebPushChannel:
    """The way to browsers; the address of a notice is a subscription, as JSON."""

    def __init__(self, settings: WebPushSettings, vapid: Vapid, poster: Poster, clock: Clock) -> None:
        self._settings = settings
        self._vapid = vapid
        self._poster = poster
        self._clock = clock
        self._services: OrderedDict[str, str] = OrderedDict()

    async def send(self, notice: Notice) -> Delivery:
        """Hand the notice to the service of the subscription."""
        try:
            subscription = Subscription.model_validate_json(notice.address)
            place = place_of(subscription, self._settings)
            text = message_of(notice, is_content_sent=self._settings.is_content_sent)
            body = encrypted(text, subscription.keys.p256dh, subscription.keys.auth)
        except ValidationError:
            return Delivery(Stage.FAILED, "the address is no subscription of a browser")
        except (AddressRefused, KeysRefused) as error:
            return Delivery(Stage.FAILED, str(error))
        self._remember(place.authority, subscription.endpoint)
        posted = await self._poster.post(subscription.endpoint, self._headers(subscription.endpoint), body)
        return _delivery(place.host, posted)

    async def check(self) -> Health:
        """Connect to the services used last, and tell them nothing."""
        if not self._services:
            return Health(is_working=True, detail="no service has been used yet")
        return await reached(dict(self._services), self._poster)

    def _headers(self, endpoint: str) -> dict[str, str]:
        return {
            "Authorization": self._vapid.authorization(endpoint, to_ms(self._clock.now()) // 1000),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(self._settings.keep_s),
            "Urgency": "high",
        }

    def _remember(self, name: str, endpoint: str) -> None:
        self._services[name] = endpoint
        self._services.move_to_end(name)
        if len(self._services) > SERVICES_MAX:
            self._services.popitem(last=False)


def _delivery(host: str, posted: Posted) -> Delivery:
    if posted.status is None:
        arrived = f"; {MAY_HAVE_ARRIVED}" if posted.may_have_arrived else ""
        return Delivery(Stage.FAILED, f"{host}: {posted.fault}{arrived}")
    if 200 <= posted.status < 300:
        return Delivery(Stage.SENT, f"{host} took it")
    text = str(posted.status)
    reason = _REASONS.get(text) or _REASONS.get(text[0]) or "it refused the message"
    return Delivery(Stage.FAILED, f"{host} answered {text}: {reason}")
