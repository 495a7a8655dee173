"""What a device or a base station needs to log in at the broker.

Secret and client id are 128 random bits each, in lower-case hexadecimal; neither is ever
shown in a `repr`, logged or derived from a name. The client id is as secret as the password:
who knows it can take the session over and with it the messages waiting there.
"""

import re
import secrets
from dataclasses import dataclass, field

from protocol import topics

#: Random bits of a secret and of a client id.
SECRET_BITS = 128

#: The form of every secret; also what is struck out of the broker's own log lines.
SECRET_PATTERN = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Credential:
    """The log-in of one device, or of one replica of the base station."""

    #: Device name or replica name, [a-z0-9-]{1,32}.
    name: str
    secret: str = field(repr=False)
    client_id: str = field(repr=False)
    #: It is a base station's: another one beside the broker's own.
    is_station: bool = False

    def __post_init__(self) -> None:
        assert topics.is_name(self.name), self.name
        assert self.secret, self.name
        assert self.client_id, self.name

    @property
    def user(self) -> str:
        """The broker's user; the slash keeps a base station apart from every device name."""
        return f"station/{self.name}" if self.is_station else self.name

    @property
    def is_ours(self) -> bool:
        """Whether secret and client id have the form we give them; at a broker of others they need not."""
        return all(SECRET_PATTERN.fullmatch(text) is not None for text in (self.secret, self.client_id))


def new_credential(name: str) -> Credential:
    """Return a credential for `name` with a fresh secret and a fresh client id."""
    return Credential(name, new_secret(), new_secret())


def new_secret() -> str:
    """Return 128 random bits as 32 hexadecimal digits."""
    return secrets.token_hex(SECRET_BITS // 8)


def struck_out(text: str) -> str:
    """Return `text` with everything that has the form of a secret struck out."""
    return SECRET_PATTERN.sub("[secret]", text)
