"""What others do when a shift starts or ends; here nobody does anything."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from basestation.store.committer import Work

#: Called after the commit with the device and the time its shift began; None: it ended.
OnShift = Callable[[str, datetime | None], None]
#: Takes the shift as its view tells it, and returns what everybody may see of its clearance.
Clearing = Callable[[Work, dict[str, Any]], Awaitable[dict[str, Any] | None]]


async def not_judged(_work: Work, _view: dict[str, Any]) -> None:
    """Judge nothing."""
    return
