"""Test alarms over HTTP: what is under way, what became of each, a new one, and its end.

Decides who may: a safety officer, and nobody else, because the list shows unannounced tests too. What a test
is and when it is passed is decided in `exercises`.
"""

from datetime import timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.responses import Response

from basestation.exercises.results import csv_of, quarter_of
from basestation.web.forms import DeviceName, Id, Line, OptionalLine
from basestation.web.part import Web
from basestation.web.sessions import SafetyOfficer
from basestation.web.sight import seen

router = APIRouter(prefix="/api/v1", tags=["test alarms"])

#: What is listed where no quarter is named: every quarter has less.
_SHOWN: Final = timedelta(days=92)
Quarter = Annotated[str, Field(pattern=r"^20[0-9]{2}-Q[1-4]$")]


class TestForm(BaseModel):
    """A test alarm: of which device and kind, and who is not to see that it is one (null: announced)."""

    __test__ = False

    device: DeviceName
    alarm_kind: Line = "manual"
    unaware: Annotated[list[Line], Field(max_length=200)] | None = None


class StopForm(BaseModel):
    """Why a test ends early."""

    reason: OptionalLine = ""


async def _of_quarter(web: Web, user: SafetyOfficer, quarter: str) -> list[dict[str, Any]]:
    since, until = quarter_of(quarter)
    return seen(await web.engine.test_alarms.newest(since, until), user)


@router.get("/test-alarms")
async def newest(user: SafetyOfficer, web: Web, quarter: Quarter | None = None) -> list[dict[str, Any]]:
    """Return the test alarms of a quarter, or of the last 92 days, newest first."""
    if quarter is not None:
        return await _of_quarter(web, user, quarter)
    now = web.clock.now()
    shown = await web.engine.test_alarms.newest(now - _SHOWN, now + timedelta(seconds=1))
    return seen(shown, user)


@router.get("/test-alarms/{quarter}/csv")
async def as_csv(quarter: Quarter, user: SafetyOfficer, web: Web) -> Response:
    """Return the list of a quarter as CSV: stages with their times and limits, verdict, signature column."""
    rows = await _of_quarter(web, user, quarter)
    name = f"test-alarms-{quarter}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(csv_of(rows), media_type="text/csv; charset=utf-8", headers=headers)


@router.post("/test-alarms", status_code=201)
async def begin(form: TestForm, user: SafetyOfficer, web: Web) -> dict[str, Any]:
    """Let a device raise a test alarm over the whole path."""
    return await web.engine.test_alarms.begin(
        form.device, form.alarm_kind, user.display_name, unaware=form.unaware
    )


@router.post("/test-alarms/{number}/stop")
async def stop(number: Id, form: StopForm, user: SafetyOfficer, web: Web) -> dict[str, Any]:
    """End a test under way; everybody sees then that it was one."""
    return await web.engine.test_alarms.stop(number, user.display_name, form.reason)
