"""Every setting of the base station, from a TOML file, from the environment, or as it is by default.

`RUFWEITE_<NAME>` in the environment wins over the file, the file over the default. A wrong value is
refused at start with a sentence; an unknown name too, since a misspelt limit protects nobody. Units
are in the names. The limits are conventions of this product, chosen inside those of the field.
"""

import ipaddress
import os
import re
import tomllib
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, Field, ValidationError, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from basestation.cases.vigilance import ATTENDED_S_DEFAULT, ATTENDED_S_MAX, ATTENDED_S_MIN
from basestation.cluster_settings import ClusterSettings, fault_of_cluster
from basestation.further_brokers import FURTHER_MAX, FurtherBroker, distinct, fault_of_ours
from basestation.health.dead_man_url import DeadManUrl
from basestation.outgoing.channels.settings import ChannelSettings
from basestation.public_origin import public_origin
from protocol import topics

PREFIX = "RUFWEITE_"
#: Host names (RFC 1123) and numeric addresses alike.
_HOST_NAME = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9.:-]*[a-z0-9])?")
#: What no sentence may repeat.
SECRET = (
    "mqtt_secret", "mqtt_client_id", "mail_server", "more_brokers", "cluster", "channels", "dead_man_url",
)  # fmt: skip
#: Set for the simulator and the tests, not settings of the base station.
FOREIGN = (
    "RUFWEITE_RECORDINGS", "RUFWEITE_CHROMIUM", "RUFWEITE_WORLD_S", "RUFWEITE_WORLD_FIRST",
    "RUFWEITE_STORIES", "RUFWEITE_CASES", "RUFWEITE_STORE", "RUFWEITE_OLD_RELEASES",
    "RUFWEITE_CLUSTER_TEST",
)  # fmt: skip


class ConfigError(Exception):
    """A setting is wrong; the text is a sentence for whoever set it."""


def default_data_dir() -> Path:
    """Return the folder for data: `$XDG_DATA_HOME/rufweite`, by default below the home folder."""
    base = os.environ.get("XDG_DATA_HOME")
    return (Path(base) if base else Path.home() / ".local" / "share") / "rufweite"


class Settings(BaseSettings):
    """The settings; `load` is the way to get them."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    #: Where database, broker queues and secrets lie.
    data_dir: Path = Field(default_factory=default_data_dir)
    #: Name of this base station; part of its canary topic.
    replica: str = "station-1"
    #: What the site is called, on labels.
    site_name: Annotated[str, Field(max_length=60)] = ""
    #: SQLAlchemy URL; empty: an SQLite file in `data_dir`.
    database_url: str = ""

    #: Address of the console. Loopback only: it is served without TLS.
    http_host: str = "127.0.0.1"
    #: 0 takes a free port.
    http_port: Annotated[int, Field(ge=0, le=65535)] = 8017
    #: Address of the broker. Beyond loopback only with `mqtt_tls`; 0.0.0.0 is every address of this machine.
    mqtt_host: str = "127.0.0.1"
    mqtt_port: Annotated[int, Field(ge=0, le=65535)] = 1883
    #: `embedded`: our own child; `apart`: our own, run by `rufweite broker`; `external`: somebody else's;
    #: `replica`: that of another base station on the same database, which lets us in.
    broker: Literal["embedded", "apart", "external", "replica"] = "embedded"
    #: `server`: the broker shows a certificate; `client_certificates`: everybody at the site does.
    mqtt_tls: Literal["off", "server", "client_certificates"] = "off"
    #: Host names and numeric addresses in the broker's certificate, with commas between them. Devices are
    #: told to expect the first, whatever address they connect to.
    mqtt_names: str = "rufweite.internal"
    #: At an external broker: whom to believe (PEM), and with `client_certificates` what to show (PEM).
    mqtt_authority: Path | None = None
    mqtt_certificate: Path | None = None
    mqtt_key: Path | None = None
    #: User, secret and client id at an external broker.
    mqtt_user: str = ""
    mqtt_secret: Annotated[str, Field(repr=False)] = ""
    mqtt_client_id: Annotated[str, Field(repr=False)] = ""

    #: Further brokers that devices may log in at, in their order; in the environment a list in JSON.
    more_brokers: Annotated[tuple[FurtherBroker, ...], Field(max_length=FURTHER_MAX)] = ()

    #: This base station's broker as a node of a cluster; in the environment an object in JSON.
    cluster: ClusterSettings | None = None

    #: From a last will to the technical alarm.
    last_will_s: Annotated[int, Field(ge=1, le=60)] = 20
    #: From the last sign of life to the technical alarm; at most 90 s with what store and screen take.
    silence_s: Annotated[int, Field(ge=35, le=85)] = 85
    #: So many devices silent at once are one collective case, or half of those on shift where that is fewer.
    collective_count: Annotated[int, Field(ge=2, le=1000)] = 3
    #: Contact with them was lost within this time, in seconds.
    collective_window_s: Annotated[int, Field(ge=5, le=60)] = 30
    #: From a device's word that it does not protect its wearer to the technical alarm.
    not_protected_s: Annotated[int, Field(ge=30, le=1800)] = 300
    #: Longer than a planned shift may not be.
    shift_h_max: Annotated[int, Field(ge=1, le=24)] = 24
    #: How long a worker whose shift is overdue has to answer.
    shift_ask_s: Annotated[int, Field(ge=30, le=600)] = 120
    #: By how much an answer extends the shift.
    shift_extension_min: Annotated[int, Field(ge=5, le=60)] = 15
    #: From an operator's last act at a console with proven sound until it counts as left alone.
    attended_s: Annotated[int, Field(ge=ATTENDED_S_MIN, le=ATTENDED_S_MAX)] = ATTENDED_S_DEFAULT
    #: Apprise URL of the mail server for recipients by e-mail, such as mailto://user:secret@mail.example.
    mail_server: Annotated[str, Field(repr=False)] = ""
    #: Where responders' phones reach their pages, such as https://rufweite.example; empty: no links are sent.
    public_url: str = ""
    #: How long a log-in lasts.
    session_h: Annotated[int, Field(ge=1, le=24)] = 12
    #: The channels beside e-mail and URLs: receiving centre, pager line, SMS modem and so on.
    channels: Annotated[ChannelSettings, Field(repr=False)] = ChannelSettings()
    #: From the alarm to help on the spot, all levels called: what a rescue chain has to keep.
    chain_help_s: Annotated[int, Field(ge=60, le=900)] = 900
    #: What is missing in the chain is a technical alarm; only where nobody relies on it may that be off.
    is_chain_checked: bool = True
    #: Interval of the broker's canary.
    canary_s: Annotated[int, Field(ge=1, le=60)] = 5
    #: Called every `dead_man_s` while the whole way of an alarm is proven; empty: nothing is called.
    dead_man_url: Annotated[DeadManUrl, Field(repr=False)] = ""
    dead_man_s: Annotated[int, Field(ge=10, le=600)] = 60
    #: A file with one line `Name: value`: a header that goes with the call.
    dead_man_header_file: Path | None = None
    #: Less free space for the data is a technical alarm.
    disk_free_mb_min: Annotated[int, Field(ge=50, le=1_000_000)] = 500

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let the environment win over the file, whose values come in as arguments."""
        del settings_cls, dotenv_settings, file_secret_settings
        return env_settings, init_settings

    @field_validator("http_host", "mqtt_host")
    @classmethod
    def _is_address(cls, host: str) -> str:
        try:
            ipaddress.ip_address(host)
        except ValueError:
            raise ValueError(f"{host!r} is not a numeric address, such as 127.0.0.1") from None
        return host

    @field_validator("replica")
    @classmethod
    def _is_name(cls, replica: str) -> str:
        if not topics.is_name(replica):
            raise ValueError(f"{replica!r} is not 1 to 32 characters of a-z, 0-9 and -")
        return replica

    @field_validator("database_url")
    @classmethod
    def _is_database(cls, url: str) -> str:
        if url and urlsplit(url).scheme not in {"sqlite+aiosqlite", "postgresql+asyncpg"}:
            raise ValueError("only sqlite+aiosqlite:// and postgresql+asyncpg:// are known")
        return url

    @field_validator("public_url")
    @classmethod
    def _is_public_url(cls, url: str) -> str:
        return public_origin(url)

    @field_validator("mqtt_names")
    @classmethod
    def _are_names(cls, names: str) -> str:
        for name in names_in(names):
            if not _HOST_NAME.fullmatch(name):
                raise ValueError(f"{name!r} is neither a host name in lower case nor a numeric address")
        if not names_in(names):
            raise ValueError("the broker's certificate needs one name at least")
        return names

    @model_validator(mode="after")
    def _is_loopback_only(self) -> "Settings":
        if not ipaddress.ip_address(self.http_host).is_loopback:
            raise ValueError(
                f"http_host is {self.http_host}, but the console has no TLS: only loopback is served"
            )
        if self.mqtt_tls == "off" and not ipaddress.ip_address(self.mqtt_host).is_loopback:
            raise ValueError(
                f"mqtt_host is {self.mqtt_host}, which other machines can reach: set mqtt_tls to server or "
                "client_certificates, without TLS only loopback is served"
            )
        if self.broker == "external" and not (self.mqtt_user and self.mqtt_secret and self.mqtt_client_id):
            raise ValueError("broker external needs mqtt_user, mqtt_secret and mqtt_client_id")
        if self.broker == "replica" and not self.database_url.startswith("postgresql"):
            raise ValueError("broker replica needs the database_url of the PostgreSQL that both work on")
        if self.broker != "embedded" and self.mqtt_port == 0:
            raise ValueError(f"broker {self.broker} needs a fixed mqtt_port")
        distinct(self.more_brokers, (self.mqtt_host, self.mqtt_port))
        fault = fault_of_ours(self.more_brokers, self.mqtt_tls, self.data_dir) or fault_of_cluster(
            self.cluster, self.more_brokers, self.broker, self.mqtt_port, self.mqtt_tls
        )
        if fault:
            raise ValueError(fault)
        return self

    @model_validator(mode="after")
    def _has_its_files(self) -> "Settings":
        given = {
            "mqtt_authority": self.mqtt_authority,
            "mqtt_certificate": self.mqtt_certificate,
            "mqtt_key": self.mqtt_key,
        }
        wanted = {"off": 0, "server": 1, "client_certificates": 3}[self.mqtt_tls]
        needed = list(given)[: 0 if self.is_broker_ours else wanted]
        for name, path in given.items():
            if path is None and name in needed:
                raise ValueError(f"an external broker with mqtt_tls {self.mqtt_tls} needs {name}")
            if path is not None and name not in needed:
                raise ValueError(
                    f"{name} is set, but not used by broker {self.broker} with mqtt_tls {self.mqtt_tls}"
                )
        return self

    @property
    def is_broker_ours(self) -> bool:
        """Whether this base station writes the broker's configuration."""
        return self.broker in {"embedded", "apart"}

    @property
    def database(self) -> str:
        """The URL of the database."""
        return self.database_url or f"sqlite+aiosqlite:///{self.data_dir / 'rufweite.db'}"


def names_in(text: str) -> list[str]:
    """Return the names in a list with commas."""
    return [name.strip() for name in text.split(",") if name.strip()]


def load(file: Path | None = None) -> Settings:
    """Return the settings of `file` (TOML) and the environment; raise ConfigError with a sentence."""
    values = _read(file) if file is not None else {}
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    for name in os.environ:
        if name.startswith(PREFIX) and name not in known and name not in FOREIGN:
            raise ConfigError(f"The environment sets {name}, which is no setting. Known: {_names()}.")
    try:
        return Settings(**values)  # type: ignore[arg-type]
    except ValidationError as error:
        raise ConfigError(_sentence(error)) from error
    except SettingsError:
        # Its words may hold what was set.
        raise ConfigError(f"The environment sets {PREFIX}MORE_BROKERS, which is no list in JSON.") from None


def _read(file: Path) -> dict[str, object]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"The settings file {file} cannot be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"The settings file {file} is not TOML: {error}.") from error


def _names(model: type[BaseModel] = Settings) -> str:
    return ", ".join(sorted(model.model_fields))


def _known_at(place: tuple[int | str, ...]) -> str:
    if place[0] == "more_brokers":
        return _names(FurtherBroker)
    if place[0] == "cluster":
        return _names(ClusterSettings)
    if place[0] == "channels":
        return _names(ChannelSettings) if len(place) == 2 else f"see docs/channels/{place[1]}.md"
    return _names()


def _sentence(error: ValidationError) -> str:
    first = error.errors()[0]
    name = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        return f"{name} is no setting. Known: {_known_at(error.errors()[0]['loc'])}."
    reason = first["msg"].removeprefix("Value error, ")
    if not name:
        return f"The settings do not fit: {reason}."
    given = "not shown" if str(first["loc"][0]) in SECRET else repr(first["input"])
    return f"The setting {name} is {given}: {reason}."
