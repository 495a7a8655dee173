"""Lists that grow come in pages: `limit` entries, and in `next` what to send as `after` for the page behind.

Decides nothing about the order, which is that of numbers that never change. What `after` says is nobody's
business but ours; one that is none of ours is refused, not guessed at.
"""

import base64
import binascii
import json
from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import HTTPException, Query

#: Entries of a page, at most.
LIMIT_MAX: Final = 200
#: What a route names as the type of its `limit` and `after` arguments.
Limit = Annotated[int, Query(ge=1, le=LIMIT_MAX, description="entries of this page at most")]
After = Annotated[str, Query(max_length=120, description="`next` of the page before; empty: the first page")]

_FOREIGN: Final = "What stands in `after` is no `next` of ours: begin without it."


def page(items: Sequence[dict[str, Any]], place: Sequence[int] | None) -> dict[str, Any]:
    """Return a page; `place` is where the next one begins, None: this was the last."""
    return {"items": list(items), "next": None if place is None else cursor(place)}


def cursor(place: Sequence[int]) -> str:
    """Return a place as it travels."""
    return base64.urlsafe_b64encode(json.dumps(list(place)).encode()).decode().rstrip("=")


def place_of(after: str, length: int = 1) -> tuple[int, ...] | None:
    """Return the place that `after` names, of so many numbers; None: the first page. Raises HTTPException."""
    if not after:
        return None
    try:
        found = json.loads(base64.urlsafe_b64decode(after + "=" * (-len(after) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        found = None
    is_ours = isinstance(found, list) and len(found) == length
    if not is_ours or not all(type(one) is int and abs(one) < 2**62 for one in found):
        raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY, _FOREIGN)
    return tuple(found)
