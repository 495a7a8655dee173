"""Records and clearance over HTTP: kept and read by safety officers of the site.

Decides who sees what: records and reasons the safety officer, and the worker their own; operators see results
and conditions only. What the desk refuses comes back as 409 with its sentence.
"""

from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import AwareDatetime, BaseModel, Field

from basestation.cases.authority import KEEP_SITE, sites_for
from basestation.clearance.kinds import KINDS
from basestation.clearance.vocabulary import CONDITIONS, WORKS
from basestation.records.answers import brief, full
from basestation.records.clearing import Planned
from basestation.web.forms import DeviceName, Id, Line, OptionalLine, Text
from basestation.web.part import Web
from basestation.web.sessions import Operator, SafetyOfficer
from basestation.web.sight import seen

router = APIRouter(prefix="/api/v1", tags=["records"])

Word = Annotated[str, Field(max_length=64)]
Words = Annotated[list[Word], Field(max_length=40)]
Kind = Literal[
    "risk_assessment",
    "attestation",
    "instruction",
    "fitness",
    "preventive_care",
    "work_condition",
    "admission",
    "approval",
    "inspection",
    "device_check",
    "function_test",
    "door_plate",
    "operating_instruction",
    "equivalence",
]


class Figures(BaseModel):
    """What was estimated: GZ and NW 1..10, seconds until help, and the kinds of work."""

    hazard: int
    probability: int
    help_s: Annotated[int, Field(le=86_400)]
    has_several_factors: bool = False
    works: Words = []


class Measure(BaseModel):
    """One measure of a risk assessment, and whether it was done."""

    step: Literal["design", "safeguard", "information"]
    text: Line
    is_done: bool = False


class RecordForm(BaseModel):
    """A record; `age` in years serves to find the end of its validity and is not kept."""

    site_id: Id
    kind: Kind
    subject: Literal["worker", "workplace", "device", "activity", "site"]
    subject_key: Line
    about: OptionalLine = ""
    result: Word
    issued_at: AwareDatetime
    valid_until: AwareDatetime | None = None
    issuer: Line
    note: Text = ""
    conditions: Words = []
    figures: Figures | None = None
    measures: Annotated[list[Measure], Field(max_length=100)] = []
    age: Annotated[int | None, Field(ge=14, le=120)] = None


class SeenForm(BaseModel):
    """The version that was seen."""

    version: Annotated[int, Field(ge=0)]


class RecordChangeForm(RecordForm, SeenForm):
    """A record as it is to be."""


class HoldForm(SeenForm):
    """Why a record may not be deleted; empty: it may."""

    because: Text = ""


class AskForm(BaseModel):
    """A shift as it is planned."""

    worker_id: Id
    workplace_id: Id
    device: DeviceName
    planned_end: AwareDatetime
    activity: OptionalLine = ""

    def planned(self) -> Planned:
        """Return it as the desk takes it."""
        return Planned(self.worker_id, self.workplace_id, self.device, self.planned_end, self.activity)


class OverrideForm(AskForm):
    """Why somebody clears what is refused."""

    reason: Annotated[Line, Field()]


class RulesForm(SeenForm):
    """How a site judges: binding or only shown, packs beside lone work, and rules of its own as TOML."""

    is_binding: bool
    packs: Words = []
    own_rules: Annotated[str, Field(max_length=50_000)] = ""


@router.get("/records")
async def records(user: SafetyOfficer, web: Web, *, ended: bool = False) -> list[dict[str, Any]]:
    """Return the records of the sites whose safety officer somebody is, what runs out first in front."""
    mine = sites_for(user.grants, KEEP_SITE)
    found = await web.engine.records.all(with_ended=ended)
    return [one for one in found if mine is None or one["site_id"] in mine]


@router.get("/records/kinds")
async def kinds(user: SafetyOfficer, web: Web) -> dict[str, Any]:
    """Return the kinds of record with source and tag, the conditions and the kinds of work."""
    del user, web
    rows = [
        {
            "name": name, "subjects": kind.subjects, "results": kind.results, "abouts": kind.abouts,
            "valid_months": kind.valid_months, "kept_months": kind.kept_months,
            "source": kind.source, "tag": kind.tag,
        }
        for name, kind in KINDS.items()
    ]  # fmt: skip
    return {"kinds": rows, "conditions": CONDITIONS, "works": WORKS}


@router.post("/records", status_code=201)
async def add_record(form: RecordForm, user: SafetyOfficer, web: Web) -> dict[str, Any]:
    """Keep a record."""
    return await web.engine.records.add(form.site_id, _entry(form), user.display_name)


@router.put("/records/{record_id}")
async def change_record(
    record_id: Id, form: RecordChangeForm, user: SafetyOfficer, web: Web
) -> dict[str, Any]:
    """Change a record that was seen in this version."""
    return await web.engine.records.change(
        record_id, form.site_id, _entry(form), user.display_name, form.version
    )


@router.post("/records/{record_id}/end")
async def end_record(record_id: Id, form: SeenForm, user: SafetyOfficer, web: Web) -> dict[str, Any]:
    """Take a record out of force."""
    await web.engine.records.end(record_id, user.display_name, form.version)
    return {"id": record_id}


@router.post("/records/{record_id}/hold")
async def hold_record(record_id: Id, form: HoldForm, user: SafetyOfficer, web: Web) -> dict[str, Any]:
    """Suspend the deletion of a record, or let it go on."""
    return await web.engine.records.hold(record_id, form.because, user.display_name, form.version)


@router.post("/records/{record_id}/copy")
async def copy_record(record_id: Id, user: SafetyOfficer, web: Web) -> dict[str, Any]:
    """Return the copy for the person concerned; from then on it counts as given."""
    return await web.engine.records.copy(record_id, user.display_name)


@router.get("/records/{record_id}/history")
async def record_history(record_id: Id, user: SafetyOfficer, web: Web) -> list[dict[str, Any]]:
    """Return what was changed of a record, newest first."""
    del user
    return await web.engine.records.history(record_id)


@router.get("/clearances")
async def clearances(user: Operator, web: Web) -> list[dict[str, Any]]:
    """Return what was judged for the open shifts; reasons only for the safety officer of the site."""
    mine = sites_for(user.grants, KEEP_SITE)
    rows = seen(await web.engine.clearing.kept(), user)
    hidden = ("reasons", "override", "lapses_at", "is_final")
    return [
        one if mine is None or one["site_id"] in mine else {k: one[k] for k in one if k not in hidden}
        for one in rows
    ]


@router.post("/clearances/ask")
async def ask(form: AskForm, user: Operator, web: Web) -> dict[str, Any]:
    """Judge a shift as it is planned; operators get result and conditions."""
    found = await web.engine.clearing.ask(form.planned())
    mine = sites_for(user.grants, KEEP_SITE)
    here = {row["id"]: row["site_id"] for row in await web.engine.workplaces()}
    is_officer = mine is None or here.get(form.workplace_id) in mine
    return full(found) if is_officer else brief(found)


@router.post("/clearances/override", status_code=201)
async def override(form: OverrideForm, user: SafetyOfficer, web: Web) -> dict[str, Any]:
    """Clear a refused shift by name, for a day; what nobody may override stays refused."""
    return full(await web.engine.clearing.override(form.planned(), form.reason, user.display_name))


@router.get("/sites/{site_id}/clearance-rules")
async def rules(site_id: Id, user: SafetyOfficer, web: Web) -> dict[str, Any]:
    """Return how a site judges clearance."""
    del user
    return await web.engine.clearing.rules(site_id)


@router.put("/sites/{site_id}/clearance-rules")
async def set_rules(site_id: Id, form: RulesForm, user: SafetyOfficer, web: Web) -> dict[str, Any]:
    """Set how a site judges clearance; a wrong rule is refused with its line."""
    return await web.engine.clearing.set_rules(
        site_id, form.packs, form.own_rules, user.display_name, form.version, is_binding=form.is_binding
    )


def _entry(form: RecordForm) -> dict[str, Any]:
    entry = {name: getattr(form, name) for name in type(form).model_fields}
    entry["figures"] = None if form.figures is None else form.figures.model_dump()
    entry["measures"] = [one.model_dump() for one in form.measures]
    return entry
