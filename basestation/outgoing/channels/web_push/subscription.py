"""What a browser gives whoever may send to it, and what of it is kept as an address.

Decides whether a text is a subscription and whether its endpoint may be used: it comes from a browser, so it
may lead to no machine inside. Without I/O; what a name stands for is judged when something is sent.
"""

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from basestation.outgoing.channels.https.destination import (
    AddressRefused,
    Destination,
    destination_of,
    fault_of,
    literal_address,
)
from basestation.outgoing.channels.web_push.encryption import KeysRefused, receiver_key
from basestation.outgoing.channels.web_push.settings import WebPushSettings


class SubscriptionRefused(ValueError):
    """A text is no subscription that may be used; the text is a sentence that does not repeat it."""


class _Keys(BaseModel):
    model_config = ConfigDict(frozen=True)

    p256dh: str = Field(max_length=200)
    auth: str = Field(max_length=100)


class Subscription(BaseModel):
    """What a browser gives whoever may send to it."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    endpoint: str = Field(max_length=1000)
    keys: _Keys


def place_of(subscription: Subscription, settings: WebPushSettings) -> Destination:
    """Return where the service of a subscription is; raises AddressRefused."""
    place = destination_of(subscription.endpoint)
    if place.is_loopback and not settings.is_loopback_allowed:
        raise AddressRefused("the endpoint of the subscription is this machine itself")
    return place


def address_of(text: str, settings: WebPushSettings) -> str:
    """Return a subscription as the address that is kept, as JSON; raises SubscriptionRefused."""
    try:
        subscription = Subscription.model_validate_json(text)
        place = place_of(subscription, settings)
        receiver_key(subscription.keys.p256dh, subscription.keys.auth)
    except ValidationError:
        raise SubscriptionRefused("This is no subscription of a browser.") from None
    except (AddressRefused, KeysRefused) as error:
        raise SubscriptionRefused(str(error)) from None
    literal = literal_address(place.host)
    allowed = settings.is_private_allowed
    if literal and (
        fault := fault_of(literal, is_loopback_named=place.is_loopback, is_private_allowed=allowed)
    ):
        raise SubscriptionRefused(fault)
    return subscription.model_dump_json()
