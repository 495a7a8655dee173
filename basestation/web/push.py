"""What a browser needs to be told by web push: the service worker and the site's public key.

Decides nothing. Both are no secrets. The worker lies at the root, because it may open any page of ours.
"""

from fastapi import APIRouter
from starlette.responses import FileResponse

from basestation.web.pages import STATIC


def push_router(public_key: str) -> APIRouter:
    """Return the routes; `public_key` in base64url, as browsers want it."""
    router = APIRouter()

    @router.get("/push.js", include_in_schema=False)
    async def worker() -> FileResponse:
        """Return the service worker."""
        headers = {"Service-Worker-Allowed": "/"}
        return FileResponse(STATIC / "push.js", media_type="text/javascript", headers=headers)

    @router.get("/api/v1/push-key", tags=["rescue"])
    async def key() -> dict[str, str]:
        """Return the key that a browser subscribes with."""
        return {"public_key": public_key}

    return router
