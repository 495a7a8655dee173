"""Health over HTTP, for supervisors and load balancers; nobody logs in, and nothing here names anybody.

Decides only the status: 503 while an alarm might not come through. What is answered was found before: asking
reads no database and waits for nothing.
"""

from http import HTTPStatus
from typing import Any

from fastapi import APIRouter
from starlette.responses import JSONResponse

from basestation.health.station_health import StationHealth


def health_router(health: StationHealth) -> APIRouter:
    """Return the routes of /health."""
    router = APIRouter(prefix="/health", tags=["station"])

    @router.get("/live")
    async def live() -> dict[str, Any]:
        """Answer, which the event loop does only while it turns."""
        return {"is_live": True}

    @router.get("/ready")
    async def ready() -> JSONResponse:
        """Return each part with its state and the age of its proof; 503 with reasons if one is missing."""
        view = health.view()
        return JSONResponse(view, HTTPStatus.OK if view["is_ready"] else HTTPStatus.SERVICE_UNAVAILABLE)

    return router
