"""Whether the chain would work, and who would be called: asked over HTTP, calling nobody.

Decides who may: a supervisor; of addresses only so much is shown as tells them apart.
"""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import AwareDatetime

from basestation.cases.chain_choice import SILENCE_CLASSES
from basestation.errors import EntryRefused
from basestation.web.forms import Id, Line
from basestation.web.part import Web
from basestation.web.sessions import Supervisor
from protocol.messages import ALARM_KINDS

router = APIRouter(prefix="/api/v1/chains", tags=["rescue"])

#: Beyond it no rota can be counted.
_EARLIEST, _LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(3000, 1, 1, tzinfo=UTC)


@router.get("/check")
async def check(user: Supervisor, web: Web) -> list[dict[str, Any]]:
    """Return what is missing, the grave first."""
    del user
    return await web.engine.rescue.readiness.check()


@router.get("/dry-run")
async def dry_run(
    user: Supervisor,
    web: Web,
    kind: Annotated[str, Query(max_length=32)] = "manual",
    mark: Literal["real", "test", "drill"] = "real",
    at: AwareDatetime | None = None,
    worker_id: Id | None = None,
    workplace: Line | None = None,
    silence_class: Annotated[str | None, Query(max_length=32)] = None,
) -> dict[str, Any]:
    """Return who would be called, when, without calling anyone; by default for an alarm now."""
    del user
    for given, known, what in (
        (kind, ALARM_KINDS, "kind of alarm"),
        (silence_class, SILENCE_CLASSES, "class"),
    ):
        if given is not None and given not in known:
            raise EntryRefused(f"{given!r} is no {what}: use {', '.join(known)}.")
    moment = at or web.clock.now()
    if not _EARLIEST <= moment < _LATEST:
        raise EntryRefused(f"The moment lies between the years {_EARLIEST.year} and {_LATEST.year - 1}.")
    return await web.engine.rescue.readiness.rehearse(
        worker_id=worker_id, workplace=workplace, kind=kind, mark=mark, at=moment, silence_class=silence_class
    )
