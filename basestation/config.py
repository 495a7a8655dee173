"""Every setting of the base station, from a TOML file, from the environment, or as it is by default.

`RUFWEITE_<NAME>` in the environment wins over the file, the file over the default. A wrong value is
refused at start with a sentence; an unknown name too, since a misspelt limit protects nobody. Units
are in the names. The limits are conventions of this product, chosen inside those of the field.
"""

import ipaddress
import os
import tomllib
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from protocol import topics

PREFIX = "RUFWEITE_"
#: What no sentence may repeat.
SECRET = ("mqtt_secret", "mqtt_client_id", "mail_server")
#: Set for the simulator and the tests, not settings of the base station.
FOREIGN = ("RUFWEITE_RECORDINGS", "RUFWEITE_CHROMIUM")


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

    #: Address of the console. Loopback only: without certificates nothing else is served.
    http_host: str = "127.0.0.1"
    #: 0 takes a free port.
    http_port: Annotated[int, Field(ge=0, le=65535)] = 8017
    #: Address of the broker. Loopback only, as above.
    mqtt_host: str = "127.0.0.1"
    mqtt_port: Annotated[int, Field(ge=0, le=65535)] = 1883
    #: `embedded`: our own child; `apart`: our own, run by `rufweite broker`; `external`: somebody else's.
    broker: Literal["embedded", "apart", "external"] = "embedded"
    #: User, secret and client id at an external broker.
    mqtt_user: str = ""
    mqtt_secret: Annotated[str, Field(repr=False)] = ""
    mqtt_client_id: Annotated[str, Field(repr=False)] = ""

    #: From a last will to the technical alarm.
    last_will_s: Annotated[int, Field(ge=1, le=60)] = 20
    #: From the last sign of life to the technical alarm; at most 90 s with what store and screen take.
    silence_s: Annotated[int, Field(ge=35, le=85)] = 85
    #: From a device's word that it does not protect its wearer to the technical alarm.
    not_protected_s: Annotated[int, Field(ge=30, le=1800)] = 300
    #: Longer than a planned shift may not be.
    shift_h_max: Annotated[int, Field(ge=1, le=24)] = 24
    #: How long a worker whose shift is overdue has to answer.
    shift_ask_s: Annotated[int, Field(ge=30, le=600)] = 120
    #: By how much an answer extends the shift.
    shift_extension_min: Annotated[int, Field(ge=5, le=60)] = 15
    #: Apprise URL of the mail server for recipients by e-mail, such as mailto://user:secret@mail.example.
    mail_server: Annotated[str, Field(repr=False)] = ""
    #: How long a log-in lasts.
    session_h: Annotated[int, Field(ge=1, le=24)] = 12
    #: Interval of the broker's canary.
    canary_s: Annotated[int, Field(ge=1, le=60)] = 5

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

    @model_validator(mode="after")
    def _is_loopback_only(self) -> "Settings":
        for name, host in {"http_host": self.http_host, "mqtt_host": self.mqtt_host}.items():
            if not ipaddress.ip_address(host).is_loopback:
                raise ValueError(f"{name} is {host}, but without certificates only loopback is served")
        if self.broker == "external" and not (self.mqtt_user and self.mqtt_secret and self.mqtt_client_id):
            raise ValueError("broker external needs mqtt_user, mqtt_secret and mqtt_client_id")
        if self.broker != "embedded" and self.mqtt_port == 0:
            raise ValueError(f"broker {self.broker} needs a fixed mqtt_port")
        return self

    @property
    def database(self) -> str:
        """The URL of the database."""
        return self.database_url or f"sqlite+aiosqlite:///{self.data_dir / 'rufweite.db'}"


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


def _read(file: Path) -> dict[str, object]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"The settings file {file} cannot be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"The settings file {file} is not TOML: {error}.") from error


def _names() -> str:
    return ", ".join(sorted(Settings.model_fields))


def _sentence(error: ValidationError) -> str:
    first = error.errors()[0]
    name = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        return f"{name} is no setting. Known: {_names()}."
    reason = first["msg"].removeprefix("Value error, ")
    if not name:
        return f"The settings do not fit: {reason}."
    given = "not shown" if name in SECRET else repr(first["input"])
    return f"The setting {name} is {given}: {reason}."
