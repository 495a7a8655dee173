"""What every route of the web part works with, joined once by `build_web`."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection

from basestation.clock import Clock
from basestation.engine import Engine
from basestation.web.attempts import Attempts
from basestation.web.counts import WebCounts
from basestation.web.live import Live
from basestation.web.passwords import PasswordChecks
from basestation.web.programs import Programs
from basestation.web.sessions import Sessions
from basestation.web.settings import WebSettings


@dataclass(frozen=True, slots=True)
class WebPart:
    """The parts of the web part."""

    engine: Engine
    clock: Clock
    settings: WebSettings
    counts: WebCounts
    sessions: Sessions
    passwords: PasswordChecks
    attempts: Attempts
    live: Live
    programs: Programs


def _part_of(connection: HTTPConnection) -> WebPart:
    part: WebPart = connection.app.state.web
    return part


#: What a route names as the type of its `web` argument.
Web = Annotated[WebPart, Depends(_part_of)]
