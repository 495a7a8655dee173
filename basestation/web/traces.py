"""The movement around alarms over HTTP, and trial operation.

Decides who: whoever handles cases sees that a trace is there, a safety officer reads it and switches trial
operation. Every reading is logged by the engine. A trace leaves as CSV in the format of a recording.
"""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel

from basestation.traces.movement import Movement
from basestation.web.forms import Id
from basestation.web.part import Web
from basestation.web.sessions import Operator, SafetyOfficer

router = APIRouter(prefix="/api/v1", tags=["traces"])


class TrialForm(BaseModel):
    """For how many days trial operation is on from now."""

    days: int


@router.get("/cases/{case_id}/trace", response_class=PlainTextResponse)
async def case_trace(case_id: Id, user: SafetyOfficer, web: Web) -> PlainTextResponse:
    """Return the movement around a case's alarm as CSV."""
    return _file(await web.engine.traces.read_case(case_id, user), f"case-{case_id}.csv")


@router.get("/cases/{case_id}/movement")
async def case_movement(case_id: Id, user: SafetyOfficer, web: Web) -> dict[str, Any]:
    """Return the movement around a case's alarm with what the detectors saw, limits and marks; logged."""
    return await Movement(web.engine.committer, web.engine.traces).read(case_id, user)


@router.get("/trial")
async def trial(user: Operator, web: Web) -> dict[str, Any]:
    """Return whether trial operation is on, and until when."""
    del user
    return await web.engine.trial.show()


@router.put("/trial")
async def switch_on(form: TrialForm, user: SafetyOfficer, web: Web) -> dict[str, Any]:
    """Switch trial operation on for some days: the movement around cancelled pre-alarms is kept too."""
    return await web.engine.trial.switch_on(form.days, user)


@router.delete("/trial")
async def switch_off(user: SafetyOfficer, web: Web) -> dict[str, Any]:
    """Switch trial operation off."""
    return await web.engine.trial.switch_off(user)


@router.get("/trial/traces")
async def trial_traces(user: SafetyOfficer, web: Web) -> list[dict[str, Any]]:
    """Return the traces of cancelled pre-alarms, newest first, without their samples."""
    del user
    return await web.engine.traces.of_trial()


@router.get("/trial/traces/{trace_id}", response_class=PlainTextResponse)
async def trial_trace(trace_id: Id, user: SafetyOfficer, web: Web) -> PlainTextResponse:
    """Return the movement around a cancelled pre-alarm as CSV."""
    return _file(await web.engine.traces.read_trial(trace_id, user), f"trial-{trace_id}.csv")


def _file(text: str, name: str) -> PlainTextResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return PlainTextResponse(text, media_type="text/csv", headers=headers)
