"""The figures of a month over HTTP."""

from typing import Any

from fastapi import APIRouter

from basestation.clock import iso
from basestation.web.part import Web
from basestation.web.sessions import Operator

router = APIRouter(prefix="/api/v1", tags=["figures"])


@router.get("/figures")
async def figures(user: Operator, web: Web, month: str = "") -> dict[str, Any]:
    """Return how fast the alarms of a month ("YYYY-MM", else this one) were answered."""
    del user
    return await web.engine.figures(month or iso(web.clock.now())[:7])
