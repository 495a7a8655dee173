"""What the web part asks of the rest of the base station, and nothing more.

The engine fills this seam; the web part knows no database, no broker and no case step.
Every answer is ready for JSON, with times in ISO 8601 and a Z; arguments carry aware UTC times.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from basestation.cases.chain import Chain

#: A JSON object.
Facts = Mapping[str, Any]


class Clock(Protocol):
    """Tells the station's time."""

    def now(self) -> datetime:
        """Return the time, aware, in UTC."""


class User(Protocol):
    """Somebody who may log in."""

    @property
    def id(self) -> int: ...
    @property
    def login(self) -> str: ...
    @property
    def display_name(self) -> str: ...
    @property
    def role(self) -> str: ...
