"""The settings of CAP: who we are, and where alerts go: by signed request, or into a folder.

Decides which entries make sense, with sentences that repeat no secret.
"""

from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from basestation.outgoing.channels.cap.alert import is_sender
from basestation.outgoing.channels.webhook.settings import TARGETS_MAX, Name, WebhookTarget


class CapTarget(BaseModel):
    """Where alerts go."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    #: A machine that takes requests, signed as webhooks are.
    request: WebhookTarget | None = None
    #: A folder that somebody watches.
    folder: Path | None = None

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if (self.request is None) == (self.folder is None):
            raise ValueError("set request or folder, one of them, not both")
        return self


class CapSettings(BaseModel):
    """Alerts by CAP 1.2."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    #: Who we are, unique in the world by agreement, such as rufweite@works.example.
    sender: Annotated[str, Field(max_length=100)]
    #: By name; the address of a recipient is such a name.
    targets: Annotated[dict[Name, CapTarget], Field(min_length=1, max_length=TARGETS_MAX)]
    is_private_allowed: bool = False
    #: Whom to believe instead of the public authorities (PEM).
    authority_file: Path | None = None

    @field_validator("sender")
    @classmethod
    def _names_somebody(cls, sender: str) -> str:
        if not is_sender(sender):
            raise ValueError("the sender is a name without spaces, commas, < and &")
        return sender
