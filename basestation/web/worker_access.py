"""Who gives workers their own access, and makes kiosks, over HTTP.

Decides who may: a safety officer gives a worker access and withdraws it, an administrator makes kiosks. PIN,
link and token stand in the answer to their making, and in no other. A PIN is hashed as a password is.
"""

import asyncio
import secrets
from typing import Any

from fastapi import APIRouter
from pwdlib import PasswordHash
from pydantic import BaseModel

from basestation.site.worker_access import LINK_BYTES, new_pin
from basestation.web.forms import Id, Line
from basestation.web.part import Web
from basestation.web.sessions import Admin, SafetyOfficer, digest
from basestation.web.sight import rows_seen

router = APIRouter(prefix="/api/v1", tags=["workers' access"])

_HASHER = PasswordHash.recommended()


class KioskForm(BaseModel):
    """Where the tablet hangs."""

    name: Line


@router.get("/worker-access")
async def accesses(user: SafetyOfficer, web: Web) -> list[dict[str, Any]]:
    """Return which workers have access of their own."""
    found = await web.engine.crew.access.all()
    return await rows_seen(web.engine.database, "of_workers", found, user)


@router.post("/workers/{worker_id}/access", status_code=201)
async def give(worker_id: Id, user: SafetyOfficer, web: Web) -> dict[str, Any]:
    """Give a worker a PIN and a personal link, in place of what they had; both are shown this once."""
    pin, link = new_pin(), secrets.token_urlsafe(LINK_BYTES)
    pin_hash = await asyncio.to_thread(_HASHER.hash, pin)
    await web.engine.crew.access.give(worker_id, pin_hash, digest(link), user)
    # Behind the #, so that it stands in no log of a server on the way.
    return {"number": worker_id, "pin": pin, "path": f"/me#{link}"}


@router.delete("/workers/{worker_id}/access", status_code=204)
async def withdraw(worker_id: Id, user: SafetyOfficer, web: Web) -> None:
    """Withdraw a worker's access; whoever is in is out at once."""
    await web.engine.crew.access.withdraw(worker_id, user)


@router.get("/kiosks")
async def kiosks(user: Admin, web: Web) -> list[dict[str, Any]]:
    """Return the kiosks in service."""
    del user
    return await web.engine.crew.access.kiosks()


@router.post("/kiosks", status_code=201)
async def add_kiosk(form: KioskForm, user: Admin, web: Web) -> dict[str, Any]:
    """Make a kiosk; the address that opens its tablet is shown this once."""
    token = secrets.token_urlsafe(LINK_BYTES)
    number = await web.engine.crew.access.add_kiosk(form.name, digest(token), user)
    return {"id": number, "name": form.name, "path": f"/kiosk#{token}"}


@router.delete("/kiosks/{number}", status_code=204)
async def retire_kiosk(number: Id, user: Admin, web: Web) -> None:
    """Take a kiosk out of service at once."""
    await web.engine.crew.access.retire_kiosk(number, user)
