"""The settings of webhooks: whom we tell, and whom we hear.

Decides which entries make sense, with sentences that repeat no secret. Each target and each hook has a secret
of its own, from the settings or from a file of one line; a hook may have two while one is replaced.
"""

from functools import cached_property
from pathlib import Path
from typing import Annotated, Final, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from basestation.outgoing.channels.https.destination import destination_of
from basestation.outgoing.channels.webhook.signature import secret_of

#: Names stand in addresses of recipients and of hooks.
NAME: Final = r"^[a-z0-9][a-z0-9_-]{0,39}$"
TARGETS_MAX: Final = 100
Name = Annotated[str, Field(pattern=NAME)]


class SharedSecret(BaseModel):
    """A secret, from the settings or from a file."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    #: `whsec_` and base64 of 24 to 64 random bytes.
    secret: Annotated[str, Field(repr=False)] = ""
    secret_file: Path | None = None

    @model_validator(mode="after")
    def _has_one_secret(self) -> Self:
        if bool(self.secret) == (self.secret_file is not None):
            raise ValueError("set secret or secret_file, one of them, not both")
        assert self.secret_bytes
        return self

    @cached_property
    def secret_bytes(self) -> bytes:
        """Return the secret; raises ValueError with a sentence."""
        return secret_of(self.secret if self.secret_file is None else read_line(self.secret_file))


class WebhookTarget(SharedSecret):
    """Somebody's machine that we tell."""

    #: https, or http on loopback.
    url: Annotated[str, Field(repr=False)]

    @field_validator("url")
    @classmethod
    def _leads_somewhere(cls, url: str) -> str:
        destination_of(url)
        return url


class Hook(SharedSecret):
    """Somebody's machine that tells us, at /hooks/<name>."""

    #: Taken as well while a secret is replaced.
    old_secret: Annotated[str, Field(repr=False)] = ""

    @field_validator("old_secret")
    @classmethod
    def _is_secret(cls, text: str) -> str:
        if text:
            secret_of(text)
        return text

    @property
    def secrets(self) -> tuple[bytes, ...]:
        """Return the secrets, any of which will do."""
        return (self.secret_bytes, *([secret_of(self.old_secret)] if self.old_secret else []))


class WebhookSettings(BaseModel):
    """Webhooks, out and in."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    #: By name; the address of a recipient is such a name.
    targets: Annotated[dict[Name, WebhookTarget], Field(max_length=TARGETS_MAX)] = {}
    hooks: Annotated[dict[Name, Hook], Field(max_length=TARGETS_MAX)] = {}
    #: Whether a name may stand for an address of a private network.
    is_private_allowed: bool = False
    #: Whom to believe instead of the public authorities (PEM).
    authority_file: Path | None = None
    #: For one request, in seconds.
    request_s_max: Annotated[float, Field(ge=1, le=15)] = 15.0


def read_line(path: Path) -> str:
    """Return the one line of a file; raises ValueError with a sentence."""
    try:
        text = path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ValueError(f"{path} holds no secret: it is no text") from None
    if not text:
        raise ValueError(f"{path} is empty")
    return text
