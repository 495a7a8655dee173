"""What is to be drilled: the plan of a drill, and what of one is refused.

Decides which alarms can be drilled, by what, with how many observers, and what limits a site may set: seconds
from the alarm. Nothing of a silent alarm may be noticed, so none is drilled.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from basestation.cases import drill
from basestation.drills.rows import DEVICE, STATION, VIRTUAL
from basestation.errors import EntryRefused
from basestation.site.bookkeeping import check_known
from basestation.store.drill_tables import hard_places
from basestation.store.tables import devices, workplaces
from protocol.messages import PERSON_KINDS, SILENT_KINDS

#: Kinds that can be drilled: of a silent alarm nobody may notice anything, a drill is for everybody.
KINDS: Final = tuple(kind for kind in PERSON_KINDS if kind not in SILENT_KINDS)
SOURCES: Final = (STATION, DEVICE, VIRTUAL)
OBSERVERS_MAX: Final = 20
LIMIT_S_MAX: Final = 3600


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be drilled; limits of the site in seconds from the alarm, by stage."""

    workplace_id: int
    shift: str
    scenario: str
    place: str
    planned_for: datetime
    observers: Sequence[str] = ()
    kind: str = KINDS[0]
    source: str = STATION
    device: str = ""
    hard_place_id: int | None = None
    limits: Mapping[str, int] = field(default_factory=dict)


async def checked(connection: AsyncConnection, plan: Plan) -> int:
    """Return the number of the site of a plan; raises EntryRefused for what cannot be drilled."""
    await check_known(connection, workplaces, plan.workplace_id, "workplace")
    if plan.kind not in KINDS:
        raise EntryRefused(f"{plan.kind!r} cannot be drilled: choose {', '.join(KINDS)}.")
    if plan.source not in SOURCES:
        raise EntryRefused(f"{plan.source!r} raises no alarm: choose {', '.join(SOURCES)}.")
    wrong = [name for name, limit_s in plan.limits.items()
             if name not in drill.STAGES[1:] or not 1 <= limit_s <= LIMIT_S_MAX]  # fmt: skip
    if wrong:
        raise EntryRefused(f"The limit of {wrong[0]!r}: set one of a stage, 1 to {LIMIT_S_MAX} s.")
    if len(plan.observers) > OBSERVERS_MAX:
        raise EntryRefused(f"A drill has {OBSERVERS_MAX} observers at most.")
    if plan.source == DEVICE:
        query = select(devices.c.name).where(devices.c.name == plan.device, devices.c.is_active)
        if (await connection.execute(query)).first() is None:
            raise EntryRefused(f"There is no device {plan.device!r} in service.")
    if plan.hard_place_id is not None:
        query = select(hard_places.c.workplace_id).where(hard_places.c.id == plan.hard_place_id)
        if (await connection.execute(query)).scalar() != plan.workplace_id:
            raise EntryRefused("The place that is hard to find belongs to another workplace.")
    site = select(workplaces.c.site_id).where(workplaces.c.id == plan.workplace_id)
    site_id: int = (await connection.execute(site)).scalar_one()
    return site_id
