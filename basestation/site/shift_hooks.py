"""What others do when a shift starts or ends; here nobody does anything."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import structlog

from basestation.errors import ShiftRefused
from basestation.store.committer import Work

_log = structlog.get_logger(__name__)

#: Called after the commit with the device and the time its shift began; None: it ended.
OnShift = Callable[[str, datetime | None], None]
#: Takes the shift as its view tells it, and returns what everybody may see of its clearance.
Clearing = Callable[[Work, dict[str, Any]], Awaitable[dict[str, Any] | None]]


async def not_judged(_work: Work, _view: dict[str, Any]) -> None:
    """Judge nothing."""
    return


async def judged(work: Work, clear: Clearing, view: dict[str, Any]) -> dict[str, Any] | None:
    """Return the clearance of a shift that starts; None where it could not be judged.

    Raises ShiftRefused where it is refused and that is binding. A mistake in the judging starts the shift all
    the same: a device that guards is better than none.
    """
    found: list[dict[str, Any] | None] = []

    async def judge(within: Work) -> None:
        found.append(await clear(within, view))

    failed = await work.beside(judge)
    if isinstance(failed, ShiftRefused):
        raise failed
    if failed is not None:
        _log.error("shift_not_judged", shift=view["id"], exc_info=failed)
        return None
    return found[0]
