"""The settings of the way to a receiving centre.

Decides which entries make sense; says so with a sentence that repeats no secret. The key comes from the
settings or from a file of one line. The times of all receivers fit into one attempt to send. Account, prefix,
receiver number, key, form and codes are the centre's to say.
"""

import ipaddress
import re
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from basestation.outgoing.channels.dc09.content import CUT, Form
from basestation.outgoing.channels.dc09.frames import Identity
from protocol.messages import PERSON_KINDS

#: One attempt to send, in seconds; with what the disk takes less than the dispatcher allows (20 s).
SEND_S_MAX: Final = 18.0
#: What the receivers share of it, so that none can use up the other's time.
RECEIVERS_S_MAX: Final = 16.0
_TEXT_CHARACTERS_MIN: Final = 60 + len(CUT)
_Hex6 = Annotated[str, Field(pattern=r"^[0-9A-Fa-f]{1,6}$")]


class Dc09Receiver(BaseModel):
    """One receiver of the centre."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    #: A numeric address: an alarm does not wait for a name server.
    host: str
    port: Annotated[int, Field(ge=1, le=65535)]

    @field_validator("host")
    @classmethod
    def _is_address(cls, host: str) -> str:
        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            raise ValueError(f"{host!r} is not a numeric address, such as 192.0.2.8") from None
        if address.is_unspecified:
            raise ValueError(f"{host} is no address to connect to")
        return host

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


class Dc09Settings(BaseModel):
    """How to reach the centre, and who we are there."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    #: The primary receiver, and a secondary one.
    receivers: Annotated[tuple[Dc09Receiver, ...], Field(min_length=1, max_length=2)]
    transport: Literal["tcp", "udp"] = "tcp"
    form: Form = "SIA-DCS"
    account: Annotated[str, Field(pattern=r"^[0-9A-Fa-f]{3,16}$")]
    prefix: _Hex6 = "0"
    #: Empty: none is told.
    receiver_number: _Hex6 | Literal[""] = ""

    #: 32, 48 or 64 hexadecimal digits: AES-128, AES-192 or AES-256.
    key: Annotated[str, Field(repr=False)] = ""
    key_file: Path | None = None
    #: Names and places then cross the network for everybody to read and to forge. Loopback needs no key.
    is_unencrypted_allowed: bool = False

    #: Group (partition) of all events, and the zone of each device; other devices have zone 0.
    group: Annotated[int, Field(ge=0, le=99)] = 0
    zones: dict[str, Annotated[int, Field(ge=1, le=999)]] = {}
    #: Contact ID codes by kind of a person's alarm, where the centre wants others than ours.
    contact_ids: dict[str, Annotated[str, Field(pattern=r"^1[0-9]{2}$")]] = {}
    #: Off only for a receiver that takes no text: then the case's number is not told either.
    is_text_sent: bool = True
    text_characters_max: Annotated[int, Field(ge=_TEXT_CHARACTERS_MIN, le=1500)] = 240

    #: From one link test to the next, per receiver.
    supervision_s: Annotated[int, Field(ge=10, le=86400)] = 60
    connect_s_max: Annotated[float, Field(ge=0.1, le=10)] = 2.0
    #: From a frame to its answer.
    answer_s_max: Annotated[float, Field(ge=0.1, le=14)] = 4.0
    #: How far the clock in an encrypted acknowledgement may be off; more is an old one, played again.
    acknowledgement_age_s_max: Annotated[int, Field(ge=10, le=86400)] = 300

    @model_validator(mode="after")
    def _has_time(self) -> "Dc09Settings":
        once_s = len(self.receivers) * (self.connect_s_max + self.answer_s_max)
        if once_s > RECEIVERS_S_MAX:
            raise ValueError(
                f"to try every receiver once takes {once_s:g} s (connect_s_max and answer_s_max for each), "
                f"which must not exceed {RECEIVERS_S_MAX:g} s"
            )
        if len(set(self.receivers)) != len(self.receivers):
            raise ValueError("the secondary receiver is the primary one: one of them is enough")
        return self

    @model_validator(mode="after")
    def _has_known_kinds(self) -> "Dc09Settings":
        for kind in self.contact_ids:
            if kind not in PERSON_KINDS:
                known = ", ".join(PERSON_KINDS)
                raise ValueError(f"contact_ids names {kind!r}, which is no kind of a person's alarm: {known}")
        return self

    @model_validator(mode="after")
    def _has_its_key(self) -> "Dc09Settings":
        if self.key and self.key_file is not None:
            raise ValueError("give key or key_file, and not both")
        if self.secret is None and not self.is_unencrypted_allowed:
            for receiver in self.receivers:
                if not ipaddress.ip_address(receiver.host).is_loopback:
                    raise ValueError(
                        f"the receiver {receiver} gets everything unencrypted: set key or key_file, or, on a "
                        "line that nobody else can read, is_unencrypted_allowed"
                    )
        return self

    @property
    def who(self) -> Identity:
        """Who we are to the centre."""
        return Identity(self.account.upper(), self.prefix.upper(), self.receiver_number.upper())

    @property
    def secret(self) -> bytes | None:
        """The key, None without one; raises ValueError for a wrong one."""
        text = self.key if self.key_file is None else _line_of(self.key_file)
        if not text:
            return None
        if not re.fullmatch(r"(?:[0-9A-Fa-f]{32}|[0-9A-Fa-f]{48}|[0-9A-Fa-f]{64})", text):
            raise ValueError("the key must be 32, 48 or 64 hexadecimal digits")
        return bytes.fromhex(text)


def _line_of(file: Path) -> str:
    try:
        text = file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        raise ValueError(f"key_file {file} cannot be read: {reason}") from None
    if not text:
        raise ValueError(f"key_file {file} is empty: it must hold the key")
    return text
