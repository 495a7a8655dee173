"""Log-ins that brokers of others have yet to remove, over HTTP.

Decides who may: an operator sees them, an administrator says that one is removed. Never a secret.
"""

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel

from basestation.web.devices import Named
from basestation.web.forms import Line
from basestation.web.part import Web
from basestation.web.sessions import Admin, Operator
from basestation.web.sight import seen_devices

router = APIRouter(prefix="/api/v1", tags=["devices"])


class RemovedForm(BaseModel):
    """Where a log-in was removed: host:port, as the list shows it."""

    broker: Line


@router.get("/log-ins-left")
async def log_ins_left(user: Operator, web: Web) -> list[dict[str, Any]]:
    """Return what is left to be removed, oldest first."""
    return await seen_devices(web.engine.database, await web.engine.withdrawn.left(), user)


@router.post("/devices/{name}/log-in-removed")
async def log_in_removed(name: Named, form: RemovedForm, user: Admin, web: Web) -> list[dict[str, Any]]:
    """Take somebody's word for it, unless the broker still lets it in; return what is left."""
    await web.engine.withdrawn.confirm(name, form.broker, user.display_name)
    return await web.engine.withdrawn.left()
