"""The settings of web push: whom services may ask about us, how long they keep a message, what it tells."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class WebPushSettings(BaseModel):
    """Notifications in browsers of responders."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    #: Whom a push service may ask about us, such as mailto:safety@works.example.
    contact: Annotated[str, Field(pattern=r"^(mailto:[^\s@]+@[^\s@]+|https://\S+)$", max_length=200)]
    #: How long a service keeps a message for a phone that is away, in seconds.
    keep_s: Annotated[int, Field(ge=60, le=86_400)] = 3600
    #: Whether names and places are shown on locked phones.
    is_content_sent: bool = False
    #: Whether a service may stand in a private network.
    is_private_allowed: bool = False
    #: Whether a service may be on this machine, by http: for demonstrations.
    is_loopback_allowed: bool = False
