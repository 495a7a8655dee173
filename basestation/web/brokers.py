"""The brokers over HTTP: where each is, whose it is, and how it does. Anybody logged in may see them."""

from typing import Any

from fastapi import APIRouter

from basestation.web.part import Web
from basestation.web.sessions import Operator

router = APIRouter(prefix="/api/v1", tags=["station"])


@router.get("/brokers")
async def brokers(user: Operator, web: Web) -> list[dict[str, Any]]:
    """Return the brokers in the order in which devices try them."""
    del user
    return web.engine.station.listed()
