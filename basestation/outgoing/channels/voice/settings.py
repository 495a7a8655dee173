"""The settings of the way over the firm's telephone system.

Decides which entries make sense; says so with a sentence that repeats no secret. An account is one line: it
holds one call at a time. How long people are given is ours to choose; no standard fixes it.
"""

import re
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

#: How long a notice waits for a free line, and how long the telephone system gets until it rings or refuses;
#: together less than the dispatcher allows for one attempt (20 s).
WAIT_S_MAX: Final = 9.0
SETUP_S_MAX: Final = 8.0
SEND_S_MAX: Final = 18.0
#: What the user agent's parser would misread in a quoted password.
_PASSWORD: Final = re.compile(r'[^\x00-\x1f\x7f"\\]*')
_SERVER: Final = re.compile(r"[A-Za-z0-9.-]+(:[0-9]{1,5})?|\[[0-9A-Fa-f:]+\](:[0-9]{1,5})?")


class VoiceAccount(BaseModel):
    """One extension at the telephone system, as its administrator made it for us."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    user: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.+-]{1,64}$")]
    #: The name to log in with, where it differs from `user`.
    login: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.+@-]{0,64}$")] = ""
    password: Annotated[str, Field(repr=False, max_length=128)] = ""
    password_file: Annotated[Path | None, Field(repr=False)] = None

    @field_validator("password")
    @classmethod
    def _is_sayable(cls, password: str) -> str:
        if not _PASSWORD.fullmatch(password):
            raise ValueError("a password with quotes, backslashes or control characters cannot be used")
        return password

    @model_validator(mode="after")
    def _has_one_password(self) -> "VoiceAccount":
        if self.password and self.password_file is not None:
            raise ValueError("give password or password_file, and not both")
        return self

    def secret(self) -> str:
        """Return the password; raises ValueError with a sentence where its file does not give one."""
        if self.password_file is None:
            return self.password
        try:
            secret = self.password_file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise ValueError("the file with the password of the telephone system cannot be read") from None
        if not secret or not _PASSWORD.fullmatch(secret):
            raise ValueError("the file with the password must be one line without quotes and backslashes")
        return secret


class VoiceSettings(BaseModel):
    """The telephone system, and how people are asked."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    #: Name or address of the telephone system, with its port where that is not 5060.
    server: str
    #: Where it must be registered, if that is not the server.
    registrar: str = ""
    transport: Literal["udp", "tcp"] = "udp"
    #: Each account is a line of its own, with one call at a time.
    accounts: Annotated[tuple[VoiceAccount, ...], Field(min_length=1, max_length=8)]
    #: The address of our own network card that the telephone system can reach; empty: the first that fits.
    own_address: Annotated[str, Field(pattern=r"^[0-9A-Fa-f.:]*$")] = ""
    #: From one registration to the next.
    registration_s: Annotated[int, Field(ge=30, le=3600)] = 120
    #: Dialled before every number, to get an outside line.
    prefix: Annotated[str, Field(pattern=r"^[0-9*#+]{0,8}$")] = ""

    #: How long it rings. A mobile phone takes 5 to 10 s until it rings at all; many go to voicemail after 20.
    ring_s_max: Annotated[int, Field(ge=10, le=120)] = 45
    #: How often text and keys are spoken until nobody is thought to be there.
    repeats: Annotated[int, Field(ge=1, le=5)] = 3
    #: How long a key is waited for each time.
    key_s: Annotated[int, Field(ge=3, le=30)] = 7
    #: How fast is spoken, in words a minute; names and numbers a quarter slower.
    speech_wpm: Annotated[int, Field(ge=100, le=300)] = 150
    #: The code of the case must be typed before a key counts: against menus and call screening by machines.
    is_code_asked: bool = False

    @field_validator("server", "registrar")
    @classmethod
    def _is_place(cls, server: str) -> str:
        if server and not _SERVER.fullmatch(server):
            raise ValueError(
                "is no name or address of a telephone system, such as pbx.example or 192.0.2.5:5060"
            )
        return server

    @model_validator(mode="after")
    def _has_server_and_lines(self) -> "VoiceSettings":
        if not self.server:
            raise ValueError("server is empty: give the name or address of the telephone system")
        users = [account.user for account in self.accounts]
        if len(set(users)) != len(users):
            raise ValueError("two accounts have the same user: each line needs an extension of its own")
        return self
