"""What a site registers: workers, workplaces, devices, users and the rescue chain.

Decides who may: a safety officer keeps workers, workplaces and the chain, an administrator users; an
operator reads what a shift is started with. Devices have a file of their own.
"""

import asyncio
from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, StringConstraints

from basestation.cases.chain import chain_from_json
from basestation.web.forms import Line, Login, OptionalLine, Seen, Text
from basestation.web.part import Web
from basestation.web.passwords import PASSWORD_CHARACTERS_MAX, hash_password
from basestation.web.sessions import Admin, Operator, SafetyOfficer

router = APIRouter(prefix="/api/v1", tags=["register"])


class WorkerForm(BaseModel):
    """Somebody who may wear a device."""

    name: Line
    phone: OptionalLine = ""


class WorkplaceForm(BaseModel):
    """A place of work, and the way there for helpers."""

    name: Line
    directions: Text = ""


class UserForm(BaseModel):
    """Somebody who may log in."""

    login: Login
    display_name: Line
    password: Annotated[str, StringConstraints(max_length=PASSWORD_CHARACTERS_MAX)]
    role: Literal["operator", "safety_officer", "admin"]


@router.get("/workers")
async def workers(user: Operator, web: Web) -> list[dict[str, Any]]:
    """Return all workers, without what is noted for helpers."""
    del user
    return [{name: row[name] for name in row if name != "note"} for row in await web.engine.workers()]


@router.post("/workers", status_code=201)
async def add_worker(form: WorkerForm, user: SafetyOfficer, web: Web) -> dict[str, Any]:
    """Register a worker."""
    return await web.engine.rescue.registrar.add("workers", form.model_dump(), user.display_name)


@router.get("/workplaces")
async def workplaces(user: Operator, web: Web) -> list[dict[str, Any]]:
    """Return all workplaces."""
    del user
    return await web.engine.workplaces()


@router.post("/workplaces", status_code=201)
async def add_workplace(form: WorkplaceForm, user: SafetyOfficer, web: Web) -> dict[str, Any]:
    """Register a workplace."""
    return await web.engine.rescue.registrar.add("workplaces", form.model_dump(), user.display_name)


@router.get("/users")
async def users(user: Admin, web: Web) -> list[dict[str, Any]]:
    """Return all users, without their password hashes."""
    del user
    return await web.engine.users()


@router.post("/users", status_code=201)
async def add_user(form: UserForm, user: Admin, web: Web) -> dict[str, Any]:
    """Register somebody who may log in."""
    del user
    password_hash = await asyncio.to_thread(hash_password, form.password)
    added = await web.engine.add_user(form.login, form.display_name, password_hash, form.role)
    return asdict(added)


@router.get("/quarantine")
async def quarantine(user: Operator, web: Web) -> list[dict[str, Any]]:
    """Return the newest messages that nobody understood, with their device and the reason."""
    del user
    return await web.engine.quarantined()


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
