"""Where the machines of others tell us something: POST /hooks/<name>, signed.

Decides nothing: `Hooks` judges. There is no log-in; the signature is what counts. A body is read up to its
bound and no further.
"""

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse

from basestation.outgoing.channels.webhook.hooks import BODY_BYTES_MAX, Hooks
from basestation.web.problems import problem


def hooks_router(hooks: Hooks) -> APIRouter:
    """Return the route of the hooks."""
    router = APIRouter()

    @router.post("/hooks/{name}", tags=["hooks"])
    async def take(name: str, request: Request) -> JSONResponse:
        """Take a report or an answer, version 1 (docs/channels/webhook.md)."""
        headers = {key: ",".join(request.headers.getlist(key)) for key in request.headers}
        outcome = await hooks.take(name, headers, await _body(request))
        if not outcome.is_taken:
            return problem(request.scope, outcome.status, outcome.sentence)
        return JSONResponse({"sentence": outcome.sentence}, outcome.status)

    return router


async def _body(request: Request) -> bytes:
    """Return the body, at most one byte more than is taken."""
    body = bytearray()
    async for part in request.stream():
        body += part[: BODY_BYTES_MAX + 1 - len(body)]
        if len(body) > BODY_BYTES_MAX:
            break
    return bytes(body)
