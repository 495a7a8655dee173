"""The people who come, their addresses, and the chains with the table that chooses among them.

Decides who may: a safety officer, in all of it; numbers of people are nobody else's business. What is refused
comes back as 409 with its sentence.
"""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field, StringConstraints

from basestation.cases.chain import chain_from_json
from basestation.cases.chain_choice import Rule
from basestation.cases.week import WEEK, Hours
from basestation.web.forms import Id, Line, Seen
from basestation.web.part import Web
from basestation.web.sessions import SafetyOfficer, Supervisor
from basestation.web.sight import seen

router = APIRouter(prefix="/api/v1", tags=["rescue"])

#: A time of the day, "22:05".
ClockTime = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
#: 1 is Monday.
Weekdays = Annotated[list[Annotated[int, Field(ge=1, le=7)]], Field(min_length=1, max_length=7)]
#: As chains name channels.
ChannelName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_.-]{1,32}$")]
#: A number, an account, a URL or the subscription of a browser; one line.
AddressText = Annotated[
    str, StringConstraints(max_length=1500, strip_whitespace=True, pattern=r"^[^\x00-\x1f]*$")
]
Word = Annotated[str, StringConstraints(max_length=32)]


class HoursForm(BaseModel):
    """Hours on days of the week; the end may lie on the day after, equal ends are 24 hours."""

    weekdays: Weekdays = list(WEEK)
    start: ClockTime = "00:00"
    end: ClockTime = "00:00"

    def hours(self) -> Hours:
        """Return them as the rota takes them."""
        return Hours(tuple(self.weekdays), minute_of(self.start), minute_of(self.end))


class ResponderForm(BaseModel):
    """Somebody who may be called."""

    name: Line
    language: Literal["en", "de"] = "en"
    user_id: Id | None = None
    worker_id: Id | None = None
    site_id: Id = 1


class AddressForm(BaseModel):
    """One way to somebody."""

    channel: ChannelName
    address: AddressText = ""


class AddressesForm(BaseModel):
    """All ways to somebody, in the order in which they are tried."""

    addresses: list[AddressForm]
    #: The version of the person that was seen.
    version: Seen = None


class RuleForm(HoursForm):
    """One line of the table that chooses a chain; what is left out counts for everything."""

    chain: Line
    site: Id | None = None
    kinds: list[Word] = []
    marks: list[Word] = []

    def rule(self) -> Rule:
        """Return it as the choice takes it."""
        return Rule(self.chain, self.site, tuple(self.kinds), self.hours(), tuple(self.marks))


class RulesForm(BaseModel):
    """The whole table; the first line that fits counts."""

    rules: list[RuleForm]
    #: The version of the table that was seen.
    version: Seen = None


class AssignForm(BaseModel):
    """The site that a workplace belongs to."""

    site_id: Id


def minute_of(clock_time: str) -> int:
    """Return the minutes from midnight of "22:05"."""
    return int(clock_time[:2]) * 60 + int(clock_time[3:])


@router.put("/workplaces/{workplace_id}/site")
async def assign(workplace_id: Id, form: AssignForm, user: SafetyOfficer, web: Web) -> dict[str, Any]:
    """Let a workplace belong to a site."""
    return await web.engine.rescue.sites.assign(workplace_id, form.site_id, user.display_name)


@router.get("/responders")
async def responders(user: Supervisor, web: Web) -> list[dict[str, Any]]:
    """Return the people who may be called, with their addresses in order."""
    return seen(await web.engine.rescue.responders.all(), user)


@router.post("/responders", status_code=201)
async def add_responder(form: ResponderForm, user: SafetyOfficer, web: Web) -> dict[str, Any]:
    """Add somebody who may be called."""
    people = web.engine.rescue.responders
    return await people.add(
        form.name, form.language, form.user_id, form.worker_id, user.display_name, form.site_id
    )


@router.put("/responders/{responder_id}")
async def change_responder(
    responder_id: Id, form: ResponderForm, user: SafetyOfficer, web: Web
) -> dict[str, Any]:
    """Change somebody, or bring back somebody who was retired."""
    people, by = web.engine.rescue.responders, user.display_name
    return await people.change(
        responder_id, form.name, form.language, form.user_id, form.worker_id, by, form.site_id
    )


@router.post("/responders/{responder_id}/retire")
async def retire_responder(responder_id: Id, user: SafetyOfficer, web: Web) -> dict[str, Any]:
    """Call somebody no more."""
    await web.engine.rescue.responders.retire(responder_id, user.display_name)
    return {"id": responder_id}


@router.put("/responders/{responder_id}/addresses")
async def set_addresses(
    responder_id: Id, form: AddressesForm, user: SafetyOfficer, web: Web
) -> list[dict[str, Any]]:
    """Set the addresses of somebody; those that stay keep their proof."""
    wanted = [(one.channel, one.address) for one in form.addresses]
    people, by = web.engine.rescue.responders, user.display_name
    return await people.set_addresses(responder_id, wanted, by, form.version)


@router.get("/chains")
async def chains(user: SafetyOfficer, web: Web) -> list[dict[str, Any]]:
    """Return all chains."""
    del user
    return await web.engine.rescue.chain_table.chains()


@router.post("/chains", status_code=201)
async def put_chain(request: Request, user: SafetyOfficer, web: Web, version: Seen = None) -> dict[str, Any]:
    """Keep a chain for the rules to name; one of the same name is replaced."""
    chosen = chain_from_json(await request.body())
    await web.engine.rescue.chain_table.put(chosen, user.display_name, version)
    return {"name": chosen.name}


@router.delete("/chains/{name}")
async def remove_chain(name: Line, user: SafetyOfficer, web: Web) -> dict[str, Any]:
    """Forget a chain that nothing names."""
    await web.engine.rescue.chain_table.remove(name, user.display_name)
    return {"name": name}


@router.get("/chain-rules")
async def rules(user: SafetyOfficer, web: Web) -> list[dict[str, Any]]:
    """Return the rules that choose a chain, in their order."""
    del user
    return await web.engine.rescue.chain_table.rules()


@router.put("/chain-rules")
async def set_rules(form: RulesForm, user: SafetyOfficer, web: Web) -> list[dict[str, Any]]:
    """Set the whole table of rules."""
    rules = [one.rule() for one in form.rules]
    return await web.engine.rescue.chain_table.set_rules(rules, user.display_name, form.version)
