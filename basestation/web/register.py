"""What a site registers: workers, workplaces and the rescue chain.

Decides who may: a safety officer keeps workers, workplaces and the chain; an operator reads what a shift is
started with. Devices and log-ins have files of their own.
"""

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel

from basestation.cases.chain import chain_from_json
from basestation.web.forms import Id, Line, OptionalLine, Seen, Text
from basestation.web.part import Web
from basestation.web.sessions import Operator, SafetyOfficer
from basestation.web.sight import seen, seen_devices

router = APIRouter(prefix="/api/v1", tags=["register"])


class WorkerForm(BaseModel):
    """Somebody who may wear a device."""

    name: Line
    phone: OptionalLine = ""
    site_id: Id = 1


class WorkplaceForm(BaseModel):
    """A place of work, and the way there for helpers."""

    name: Line
    directions: Text = ""
    site_id: Id = 1


@router.get("/workers")
async def workers(user: Operator, web: Web) -> list[dict[str, Any]]:
    """Return all workers, without what is noted for helpers."""
    found = [{name: row[name] for name in row if name != "note"} for row in await web.engine.workers()]
    return seen(found, user)


@router.post("/workers", status_code=201)
async def add_worker(form: WorkerForm, user: SafetyOfficer, web: Web) -> dict[str, Any]:
    """Register a worker."""
    return await web.engine.rescue.registrar.add("workers", form.model_dump(), user.display_name)


@router.get("/workplaces")
async def workplaces(user: Operator, web: Web) -> list[dict[str, Any]]:
    """Return all workplaces."""
    return seen(await web.engine.workplaces(), user)


@router.post("/workplaces", status_code=201)
async def add_workplace(form: WorkplaceForm, user: SafetyOfficer, web: Web) -> dict[str, Any]:
    """Register a workplace."""
    return await web.engine.rescue.registrar.add("workplaces", form.model_dump(), user.display_name)


@router.get("/quarantine")
async def quarantine(user: Operator, web: Web) -> list[dict[str, Any]]:
    """Return the newest messages that nobody understood, with their device and the reason."""
    return await seen_devices(web.engine.database, await web.engine.quarantined(), user)


@router.get("/chain")
async def chain(user: Operator, web: Web) -> dict[str, Any]:
    """Return the rescue chain that new cases get."""
    del user
    return asdict(await web.engine.chain())


@router.put("/chain")
async def set_chain(request: Request, user: SafetyOfficer, web: Web, version: Seen = None) -> dict[str, Any]:
    """Set the rescue chain; cases that are open keep theirs."""
    chosen = chain_from_json(await request.body())
    await web.engine.set_chain(chosen, user.display_name, version)
    return asdict(chosen)
