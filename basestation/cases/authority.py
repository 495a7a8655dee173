"""Who may do what, where: one literal table of actions and roles, and grants that give a role at a site.

Decides whether the grants of somebody allow an action at a site. What belongs to no known site is open to
everybody who may do it anywhere: an alarm is never hidden for want of a fact. What concerns the whole base
station needs a grant for all sites. Roles and actions are conventions of this product.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

WORKER, RESPONDER, VIEWER, OPERATOR = "worker", "responder", "viewer", "operator"
SUPERVISOR, SAFETY_OFFICER, ADMIN = "supervisor", "safety_officer", "admin"

#: In rising order; each may at least what the one before it may.
ROLES = (WORKER, RESPONDER, VIEWER, OPERATOR, SUPERVISOR, SAFETY_OFFICER, ADMIN)

#: Know who one is, change the own password, log out.
BE_KNOWN = "be_known"
#: Read cases; press what whoever is called may press.
READ_CASES, ANSWER = "read_cases", "answer"
#: Read people at work and registers; handle every case, shifts and coverage walks.
SEE, ACT = "see", "act"
#: Keep the rota, and see whether the chain is ready.
KEEP_ROTA = "keep_rota"
#: Keep workers, workplaces, zones, plans and people, read movement and journals; keep devices and log-ins.
KEEP_SITE, KEEP_STATION = "keep_site", "keep_station"

#: Not at all; in what concerns themselves; in everything of the site.
Reach = Literal["", "own", "site"]

#: In the order of ROLES.
MAY: Final[dict[str, tuple[Reach, ...]]] = {
    BE_KNOWN: ("site", "site", "site", "site", "site", "site", "site"),
    READ_CASES: ("", "own", "site", "site", "site", "site", "site"),
    ANSWER: ("", "own", "", "site", "site", "site", "site"),
    SEE: ("", "", "site", "site", "site", "site", "site"),
    ACT: ("", "", "", "site", "site", "site", "site"),
    KEEP_ROTA: ("", "", "", "", "site", "site", "site"),
    KEEP_SITE: ("", "", "", "", "", "site", "site"),
    KEEP_STATION: ("", "", "", "", "", "", "site"),
}


class Everywhere:
    """Stands for all sites at once: what concerns the whole base station."""


EVERYWHERE: Final = Everywhere()
#: Number of a site; None: not known which.
Place = int | Everywhere | None


@dataclass(frozen=True, slots=True)
class Grant:
    """A role at one site, or at all."""

    role: str
    #: Number of the site; None: all of them, those to come too.
    site: int | None = None


def reach(role: str, action: str) -> Reach:
    """Return how far a role may do something; an unknown role may do nothing."""
    return MAY[action][ROLES.index(role)] if role in ROLES else ""


def may(grants: Iterable[Grant], action: str, site: Place, *, is_own: bool = False) -> bool:
    """Tell whether the grants allow `action` at `site`; `is_own`: it concerns themselves."""
    wanted = ("own", "site") if is_own else ("site",)
    return any(_covers(grant, site) and reach(grant.role, action) in wanted for grant in grants)


def may_somewhere(grants: Iterable[Grant], action: str) -> bool:
    """Tell whether the grants allow `action` at any site, if only in what concerns themselves."""
    return may(grants, action, None, is_own=True)


def sites_for(grants: Iterable[Grant], action: str) -> frozenset[int] | None:
    """Return the sites where the grants allow `action` in everything; None: all of them."""
    where = [grant.site for grant in grants if reach(grant.role, action) == "site"]
    return None if None in where else frozenset(site for site in where if site is not None)


def highest(grants: Iterable[Grant]) -> str:
    """Return the highest role of the grants wherever it counts; the lowest there is for none."""
    return max((grant.role for grant in grants if grant.role in ROLES), key=ROLES.index, default=WORKER)


def _covers(grant: Grant, site: Place) -> bool:
    return grant.site is None or site is None or grant.site == site
