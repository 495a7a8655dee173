"""A case as it stands in JSON, with the cases it belongs to."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from basestation.cases.case import Case, Helper, Proposal, gravity
from basestation.cases.step import next_doing, next_step, verbs
from basestation.casework.called_view import call_view
from basestation.clock import iso
from basestation.site.fleet_view import pairs_of_devices
from basestation.store import case_rows


def linked_ids(case: Case, open_cases: list[Case], pairs: Mapping[str, set[str]]) -> list[int]:
    """Return the numbers of the cases linked with this one, whichever of the two names the other.

    `pairs` names for each device those it replaces or that replace it: their open cases belong together.
    """
    paired = pairs.get(case.device, set())
    naming = {other.id for other in open_cases if case.id in other.linked or other.device in paired}
    return sorted(naming | set(case.linked))


async def links_of(connection: AsyncConnection, case: Case) -> list[int]:
    """Return the same for one case, open or closed, from what the database holds."""
    pairs = await pairs_of_devices(connection)
    others = [
        other
        for device in (case.device, *sorted(pairs.get(case.device, ())))
        for other in await case_rows.open_of_device(connection, device)
    ]
    return linked_ids(case, others, pairs)


def case_view(case: Case, linked: list[int]) -> dict[str, Any]:
    """Return a case as it stands in JSON."""
    return {
        "id": case.id,
        "kind": case.kind,
        "is_person": case.is_person,
        "mark": case.mark,
        "state": case.state.value,
        "is_open": case.is_open,
        "is_loud": case.is_loud,
        "device": case.device,
        "alarm": case.alarm,
        "worker": case.worker_name,
        "is_wearer_confirmed": case.is_wearer_confirmed,
        "workplace": case.workplace_name,
        "directions": case.workplace_directions,
        "cause": case.cause,
        "opened_at": iso(case.opened_at),
        "raised_at": _iso(case.raised_at),
        "deadline_at": _iso(case.deadline_at),
        "shown_at": _iso(case.shown_at),
        "accepted_by": case.accepted_by,
        "accepted_at": _iso(case.accepted_at),
        "acknowledged_by": case.acknowledged_by,
        "closed_by": case.closed_by,
        "closed_at": _iso(case.closed_at),
        "outcome": case.outcome,
        "reason": case.reason,
        "contact_by": case.contact_by,
        "contact_words": case.contact_words,
        "proposal": _proposal_view(case.proposal),
        "confirmed_by": case.confirmed_by,
        **_rescue_view(case),
        "linked": linked,
    }


def _rescue_view(case: Case) -> dict[str, Any]:
    """Return who comes, who is called, and what may be pressed."""
    planned = next_step(case)
    return {
        "helpers": [_helper_view(helper) for helper in case.helpers],
        "on_scene_by": case.on_scene_by,
        "offered_to": case.offered_to,
        "dropped_by": case.dropped_by,
        "more_wanted_by": case.more_wanted_by,
        "is_helper_silent": case.is_helper_silent,
        "is_unanswered": case.is_unanswered,
        "is_further_unseen": case.is_further_unseen,
        "further": [{"case": one.case_id, "kind": one.kind, "at": iso(one.at)} for one in case.further],
        "companion": case.companion,
        "code": case.code,
        "called": [call_view(call, {}) for call in case.calls],
        "level": case.level,
        "next_step_at": None if planned is None else iso(planned[0]),
        "next_step": None if planned is None else planned[1],
        "next_doing": next_doing(case),
        "verbs": list(verbs(case)),
        "may_end": case.may_end,
        "is_arrival_overdue": case.is_arrival_overdue,
        "is_silent_alarm": case.is_silent,
        "device_reset_at": _iso(case.device_reset_at),
        "all_right_at": _iso(case.all_right_at),
        "near": case.near,
        "near_dbm": case.near_dbm,
        "near_at": _iso(case.near_at),
        "hidden_in": case.hidden_in,
        "cancelled_under": case.cancelled_under,
        "gravity": gravity(case.kind, case.mark),
    }


def _proposal_view(proposal: Proposal | None) -> dict[str, Any] | None:
    if proposal is None:
        return None
    return {"outcome": proposal.outcome, "reason": proposal.reason, "by": proposal.by, "at": iso(proposal.at)}


def _helper_view(helper: Helper) -> dict[str, Any]:
    return {
        "name": helper.name,
        "on_the_way_at": _iso(helper.on_the_way_at),
        "expected_at": _iso(helper.expected_at),
        "on_scene_at": _iso(helper.on_scene_at),
    }


def _iso(at: datetime | None) -> str | None:
    return None if at is None else iso(at)
