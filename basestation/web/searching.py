"""Search over HTTP: anything by a few letters. Who finds what decides `site/finding_things.py`."""

from dataclasses import asdict
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query
from pydantic import StringConstraints

from basestation.site.finding_things import find
from basestation.web.part import Web
from basestation.web.sessions import Operator

router = APIRouter(prefix="/api/v1", tags=["search"])

FOUND_MAX: Final = 50


@router.get("/search")
async def search(
    user: Operator,
    web: Web,
    q: Annotated[str, StringConstraints(min_length=1, max_length=80, strip_whitespace=True), Query()],
    limit: Annotated[int, Query(ge=1, le=FOUND_MAX)] = 12,
) -> list[dict[str, Any]]:
    """Return what fits these letters, the best first: kind, id, title, and what else is known of it."""
    async with web.engine.database.connect() as connection:
        return [asdict(one) for one in await find(connection, q, user.grants, limit)]
