"""Rows that nobody could read, over HTTP: looked at, put back, dropped. For administrators."""

from typing import Any

from fastapi import APIRouter

from basestation.web.forms import Id
from basestation.web.part import Web
from basestation.web.sessions import Admin

router = APIRouter(prefix="/api/v1/set-aside", tags=["station"])


@router.get("")
async def listed(user: Admin, web: Web) -> list[dict[str, Any]]:
    """Return what is set aside, newest first, without its content."""
    del user
    return await web.engine.setting_aside.listed()


@router.get("/{number}")
async def shown(number: Id, user: Admin, web: Web) -> dict[str, Any]:
    """Return one row as it was; it may be personal."""
    del user
    return await web.engine.setting_aside.shown(number)


@router.post("/{number}/retry", status_code=204)
async def retry(number: Id, user: Admin, web: Web) -> None:
    """Put a row back that can be read by now."""
    await web.engine.setting_aside.retry(number, user.display_name)


@router.delete("/{number}", status_code=204)
async def drop(number: Id, user: Admin, web: Web) -> None:
    """Forget a row for good."""
    await web.engine.setting_aside.drop(number, user.display_name)
