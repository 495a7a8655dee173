"""The settings of brokers beside the first, in the order in which devices try them: others', or ours.

Decides which entries make sense; says so with a sentence that repeats no secret. Secrets come from a file of
one line each, from the settings file or from the environment. Without `authority` there is no TLS, and then
only loopback is served.
"""

import ipaddress
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from basestation.trust import files
from basestation.trust.trust import Trust

#: A device knows four brokers (`firmware/boards/ways.py`): the first and these.
FURTHER_MAX = 3
_CHARACTERS_MAX = 256

_Secret = Annotated[str, Field(repr=False, max_length=_CHARACTERS_MAX)]


class FurtherBroker(BaseModel):
    """One broker beside the first; its operator lets its users in, or we do where `data_dir` is set."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    #: A numeric address: devices look no names up.
    host: str
    port: Annotated[int, Field(ge=1, le=65535)] = 1883
    #: The folder of a `rufweite broker` of ours; then nothing below it is set.
    data_dir: Path | None = None
    #: Where the other nodes reach it, if it is a node of our cluster; its users are those of our database.
    route: str = ""
    #: The base station's log-in there: its user, and secret and client id or the files that hold them.
    user: Annotated[str, Field(max_length=_CHARACTERS_MAX)] = ""
    secret: _Secret = ""
    secret_file: Path | None = None
    client_id: _Secret = ""
    client_id_file: Path | None = None
    #: Whom to believe (PEM), and the name in the broker's certificate; "": its address.
    authority: Path | None = None
    name: str = ""
    #: What the base station shows there (PEM), where the broker asks for it.
    certificate: Path | None = None
    key: Path | None = None

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

    @model_validator(mode="after")
    def _has_its_log_in(self) -> "FurtherBroker":
        if self.data_dir is not None:
            if set(self.model_fields_set) - {"host", "port", "data_dir", "route", "name"}:
                raise ValueError(
                    f"the broker at {self.host} has data_dir, so it is ours: set host, port and name only"
                )
            return self
        if self.route:
            if set(self.model_fields_set) - {"host", "port", "route", "name"}:
                raise ValueError(
                    f"the broker at {self.host} is a node of our cluster: set host, port, route and name only"
                )
            return self
        if not self.user:
            raise ValueError(f"the broker at {self.host} needs user, or data_dir if it is ours")
        for name, given, file in (
            ("secret", self.secret, self.secret_file),
            ("client_id", self.client_id, self.client_id_file),
        ):
            if bool(given) == (file is not None):
                raise ValueError(f"the broker at {self.host} needs {name} or {name}_file, and not both")
            value_of(name, given, file)
        return self

    @model_validator(mode="after")
    def _has_its_trust(self) -> "FurtherBroker":
        if self.is_ours:
            return self
        if self.authority is None:
            if self.name or self.certificate or self.key:
                raise ValueError(f"name, certificate and key of the broker at {self.host} need authority")
            if not ipaddress.ip_address(self.host).is_loopback:
                raise ValueError(
                    f"the broker at {self.host} can be reached by other machines: it needs authority, "
                    "without TLS only loopback is served"
                )
        if (self.certificate is None) != (self.key is None):
            raise ValueError(f"certificate and key of the broker at {self.host} need each other")
        return self

    @property
    def is_ours(self) -> bool:
        """Whether it lets in whom our database lets in."""
        return self.data_dir is not None or bool(self.route)

    @property
    def log_in(self) -> tuple[str, str]:
        """Secret and client id, from wherever they are kept."""
        return (
            value_of("secret", self.secret, self.secret_file),
            value_of("client_id", self.client_id, self.client_id_file),
        )

    @property
    def trust(self) -> Trust | None:
        """What connections to this broker believe, None without TLS."""
        if self.authority is None:
            return None
        return Trust(self.authority, self.name or self.host, self.certificate, self.key)

    def told(self) -> dict[str, Any]:
        """Return what a device must know of it beside its log-in; CertificateFault if that cannot be read."""
        place: dict[str, Any] = {"host": self.host, "port": self.port}
        if self.trust is None:
            return place
        files.certificate_in(self.trust.authority)
        authority = self.trust.authority.read_text(encoding="ascii")
        return place | {"tls_ca": authority, "tls_host": self.trust.server_name}


def fault_of_ours(further: "tuple[FurtherBroker, ...]", tls: str, data_dir: Path) -> str:
    """Return what is wrong with those that are ours, or ""; `tls` is `mqtt_tls`, `data_dir` the first's."""
    folders = [one.data_dir.absolute() for one in further if one.data_dir is not None]
    if tls == "client_certificates" and folders:
        return "a further broker with data_dir cannot ask for client certificates: set mqtt_tls to server"
    if len({*folders, data_dir.absolute()}) != len(folders) + 1:
        return "each broker needs a data_dir of its own"
    for one in further:
        if one.is_ours and tls == "off" and not ipaddress.ip_address(one.host).is_loopback:
            return f"the broker at {one.host} can be reached by other machines: set mqtt_tls to server"
    return ""


def distinct(further: tuple[FurtherBroker, ...], first: tuple[str, int]) -> None:
    """Raise ValueError if one broker stands twice; `first` is host and port of the first."""
    seen = {first}
    for broker in further:
        if (broker.host, broker.port) in seen:
            raise ValueError(f"more_brokers names {broker.host}:{broker.port}, which is a broker already")
        seen.add((broker.host, broker.port))


def value_of(name: str, given: str, file: Path | None) -> str:
    """Return what was given, or the one line of its file; ValueError with a sentence if there is none."""
    if file is None:
        return given
    try:
        text = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        raise ValueError(f"{name}_file {file} cannot be read: {reason}") from None
    if not text or len(text) > _CHARACTERS_MAX or len(text.splitlines()) > 1:
        raise ValueError(f"{name}_file {file} must hold one line of 1 to {_CHARACTERS_MAX} characters")
    return text
