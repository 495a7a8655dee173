"""What people write of a case over HTTP, and who it is about: notes, steps, report, number and picture.

Decides who may: whoever handles cases writes; a safety officer keeps protocols and pictures of workers. What
the engine refuses, such as a version that somebody else has overtaken, comes back as 409 with its sentence.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field, StringConstraints

from basestation.casefile import outcomes
from basestation.casefile.notes import NOTE_CHARACTERS_MAX
from basestation.casefile.protocols import STEP_CHARACTERS_MAX, STEPS_MAX
from basestation.casefile.reports import REPORT_CHARACTERS_MAX
from basestation.store.responder_tables import FIRST_SITE
from basestation.web.forms import TEXT_PATTERN, Id
from basestation.web.part import Web
from basestation.web.plans import MEDIA_TYPES, PICTURE_POLICY
from basestation.web.sessions import Operator, SafetyOfficer
from basestation.web.sight import rows_seen, seen

router = APIRouter(prefix="/api/v1", tags=["case files"])

#: What was read before it is changed; 0 for nothing.
Version = Annotated[int, Field(ge=0, le=2**31)]


class NoteForm(BaseModel):
    """A note, with a key of the page's choice under which it stands once."""

    text: Annotated[
        str,
        StringConstraints(
            min_length=1, max_length=NOTE_CHARACTERS_MAX, strip_whitespace=True, pattern=TEXT_PATTERN
        ),
    ]
    key: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{8,64}$")]


class Tick(BaseModel):
    """Whether a step is done, and the version of it that was read."""

    is_done: bool
    version: Version


class ReportForm(BaseModel):
    """The report, and the version that was read."""

    text: Annotated[
        str, StringConstraints(max_length=REPORT_CHARACTERS_MAX, strip_whitespace=True, pattern=TEXT_PATTERN)
    ]
    version: Version


class ProtocolForm(BaseModel):
    """The steps for a kind of alarm, "" for every alarm of a person; none takes the list out of force."""

    site_id: Id = FIRST_SITE
    kind: Annotated[str, StringConstraints(max_length=64)] = ""
    steps: Annotated[
        list[Annotated[str, StringConstraints(max_length=STEP_CHARACTERS_MAX, pattern=TEXT_PATTERN)]],
        Field(max_length=STEPS_MAX),
    ]
    version: Version


@router.post("/cases/{case_id}/notes", status_code=201)
async def add_note(case_id: Id, form: NoteForm, user: Operator, web: Web) -> dict[str, Any]:
    """Add a note to a case, open or closed; the same key again adds nothing."""
    return await web.engine.casefiles.notes.add(case_id, form.text, form.key, user.display_name)


@router.put("/cases/{case_id}/protocol/{step}")
async def tick(
    case_id: Id, step: Annotated[int, Field(ge=0, lt=STEPS_MAX)], form: Tick, user: Operator, web: Web
) -> dict[str, Any]:
    """Tick a step of the case's protocol, 0 for the first, or take its tick back."""
    checklist = web.engine.casefiles.checklist
    return await checklist.tick(case_id, step, form.version, user.display_name, is_done=form.is_done)


@router.put("/cases/{case_id}/report")
async def write_report(case_id: Id, form: ReportForm, user: Operator, web: Web) -> dict[str, Any]:
    """Write the report of a case; every version is kept."""
    return await web.engine.casefiles.reports.write(case_id, form.text, form.version, user.display_name)


@router.get("/cases/{case_id}/casualty")
async def casualty(case_id: Id, user: Operator, web: Web) -> dict[str, Any]:
    """Return who a raised, open case is about and how to call them; logged. In a silent case no number."""
    return await web.engine.casefiles.casualty.open(case_id, user.display_name)


@router.get("/cases/{case_id}/picture")
async def picture(case_id: Id, user: Operator, web: Web) -> Response:
    """Return the picture of whom a raised, open case is about; logged."""
    kind, content = await web.engine.casefiles.casualty.picture(case_id, user.display_name)
    return Response(content, media_type=MEDIA_TYPES[kind], headers=PICTURE_POLICY)


@router.get("/outcome-codes")
async def outcome_codes(user: Operator) -> list[dict[str, Any]]:
    """Return what an end can be put down to, with the words in both languages."""
    del user
    return outcomes.listed()


@router.get("/protocols")
async def protocols(user: SafetyOfficer, web: Web) -> list[dict[str, Any]]:
    """Return the site's protocols by site and kind, newest first, those out of force too."""
    return seen(await web.engine.casefiles.protocols.all(), user)


@router.put("/protocols")
async def set_protocol(form: ProtocolForm, user: SafetyOfficer, web: Web) -> dict[str, Any]:
    """Put a protocol in force; cases that are open keep theirs."""
    files = web.engine.casefiles
    return await files.protocols.set(form.site_id, form.kind, form.steps, form.version, user.display_name)


@router.get("/pictures")
async def pictured(user: SafetyOfficer, web: Web) -> list[dict[str, Any]]:
    """Return of which workers there is a picture; nobody sees one without a case."""
    found = await web.engine.casefiles.casualty.pictured()
    return await rows_seen(web.engine.database, "of_workers", found, user)


@router.put("/workers/{worker_id}/picture")
async def set_picture(worker_id: Id, user: SafetyOfficer, web: Web, request: Request) -> dict[str, Any]:
    """Keep a worker's picture: the body is the file (PNG, JPEG)."""
    body = await request.body()
    return await web.engine.casefiles.casualty.set_picture(worker_id, body, user.display_name)


@router.delete("/workers/{worker_id}/picture")
async def remove_picture(worker_id: Id, user: SafetyOfficer, web: Web) -> dict[str, Any]:
    """Forget a worker's picture."""
    await web.engine.casefiles.casualty.remove_picture(worker_id, user.display_name)
    return {"worker_id": worker_id}
