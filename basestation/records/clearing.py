"""Clearance asked of what is on record: when a shift is planned, when it starts, and while it lasts.

Decides what the judging (`basestation/clearance`) is asked, whether a refusal stops the start (only where
the safety officer has made clearance binding for the site) and that a later lapse is noted and takes no
protection away. Night is 22 to 6 o'clock of the site [D]. Drills and a second person are not known here yet:
everybody counts as alone.
"""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from basestation.cases.protection import NOT_PROTECTED
from basestation.casework.conditions import Conditions
from basestation.clearance.judging import Clearance, Override, OverrideRefused, clearance, overridden
from basestation.clearance.question import Device, Question
from basestation.clearance.rule_file import RuleRefused, rules_in
from basestation.clearance.rules import REFUSED, Rule, Terms
from basestation.clock import from_ms, iso, to_ms
from basestation.errors import ChangedMeanwhile, EntryRefused, ShiftRefused
from basestation.intake.device_states import ONLINE, DeviceStates
from basestation.records.answers import brief, full, kept_view
from basestation.records.rows import of_subjects, record_of, works_in
from basestation.site.bookkeeping import Bookkeeping
from basestation.site.readiness import READINESS, STATION
from basestation.store.committer import Work
from basestation.store.record_tables import clearance_rules, clearances
from basestation.store.responder_tables import sites
from basestation.store.tables import shifts, workers, workplaces

ALWAYS: Final = "lone_work"
_FOLDER: Final = Path(__file__).parent.parent / "clearance" / "rules"
PACKS: Final = {
    file.stem: rules_in(file.read_text(encoding="utf-8"), file.stem)
    for file in sorted(_FOLDER.glob("*.toml"))
}
EVERY: Final = timedelta(minutes=15)
_TEST_VALID: Final = timedelta(hours=24)
_NIGHT_FROM, _NIGHT_TO = 22, 6
#: How long an override waits for its shift.
_OVERRIDE_VALID: Final = timedelta(hours=24)


class Planned(NamedTuple):
    """A shift as it is planned."""

    worker_id: int
    workplace_id: int
    device: str
    planned_end: datetime
    activity: str = ""


class ClearanceDesk:
    """Asks, keeps the answers, and the rules of each site."""

    def __init__(self, book: Bookkeeping, conditions: Conditions, states: DeviceStates) -> None:
        self._book = book
        self._conditions = conditions
        self._states = states

    async def ask(self, planned: Planned) -> Clearance:
        """Return the clearance of a shift as it is planned; raises EntryRefused."""
        return await self._book.committer.run(lambda work: self._judge(work, planned))

    async def override(self, planned: Planned, reason: str, by: str) -> Clearance:
        """Clear a refused shift by name, for a day; raises EntryRefused."""

        async def job(work: Work) -> Clearance:
            found = await self._judge(work, planned)
            name = (
                await work.connection.execute(select(workers.c.name).where(workers.c.id == planned.worker_id))
            ).scalar()
            is_worker = str(name).casefold() == by.casefold()
            try:
                done = overridden(found, by, reason, is_worker=is_worker, is_authorised=True)
            except OverrideRefused as refused:
                raise EntryRefused(str(refused)) from None
            number = await self._keep(work, planned, done)
            content = {"clearance": number, "worker": planned.worker_id, "workplace": planned.workplace_id}
            await self._book.note(work, "clearance_overridden", content, by)
            return done

        return await self._book.committer.run(job)

    async def start(self, work: Work, planned: Planned, shift_id: int) -> dict[str, Any]:
        """Judge a shift that starts and keep the answer; raises ShiftRefused where it is binding."""
        found = await self._judge(work, planned)
        if found.result == REFUSED:
            found = await self._with_override(work, planned, found)
        site_id = await _site_of(work.connection, planned.workplace_id)
        if found.result == REFUSED and (await rules_row(work.connection, site_id))["is_binding"]:
            raise ShiftRefused(
                "Clearance is refused: a safety officer can see why, and what would change it."
            )
        number = await self._keep(work, planned, found, shift_id)
        content = {"clearance": number, "shift": shift_id, "result": found.result}
        await self._book.note(work, "clearance_judged", content, "clearance")
        return brief(found)

    async def look(self, now: datetime) -> datetime:
        """Note every open shift whose clearance is refused by now, once, and return when to look again."""

        async def job(work: Work) -> None:
            query = (
                select(clearances)
                .join(shifts, shifts.c.id == clearances.c.shift_id)
                .where(shifts.c.ended_at_ms.is_(None), clearances.c.lapsed_at_ms.is_(None))
                .where(clearances.c.result != REFUSED, clearances.c.override_by.is_(None))
            )
            for row in (await work.connection.execute(query)).mappings().all():
                end = max(from_ms(row["planned_end_at_ms"]), now)
                planned = Planned(row["worker_id"], row["workplace_id"], row["device"], end)
                if (await self._judge(work, planned)).result == REFUSED:
                    lapsed = update(clearances).where(clearances.c.id == row["id"])
                    await work.connection.execute(lapsed.values(lapsed_at_ms=to_ms(now)))
                    content = {"clearance": row["id"], "shift": row["shift_id"]}
                    await self._book.note(work, "clearance_lapsed", content, "clearance")

        await self._book.committer.run(job)
        return now + EVERY

    async def kept(self) -> list[dict[str, Any]]:
        """Return what was judged for the open shifts, and the overrides, newest first."""
        query = (
            select(clearances, workers.c.name.label("worker"), workplaces.c.name.label("workplace"))
            .join(workers, workers.c.id == clearances.c.worker_id)
            .join(workplaces, workplaces.c.id == clearances.c.workplace_id)
            .outerjoin(shifts, shifts.c.id == clearances.c.shift_id)
            .where(shifts.c.ended_at_ms.is_(None))
            .order_by(clearances.c.id.desc())
            .limit(200)
        )
        async with self._book.database.connect() as connection:
            return [kept_view(dict(row)) for row in (await connection.execute(query)).mappings()]

    async def rules(self, site_id: int) -> dict[str, Any]:
        """Return how a site judges, and which packs there are."""
        async with self._book.database.connect() as connection:
            return {
                **await rules_row(connection, site_id),
                "all_packs": [one for one in PACKS if one != ALWAYS],
            }

    async def set_rules(
        self, site_id: int, packs: list[str], own_rules: str, by: str, version: int, *, is_binding: bool
    ) -> dict[str, Any]:
        """Set how a site judges; raises EntryRefused with line and rule, ChangedMeanwhile."""
        if not set(packs) <= set(PACKS) - {ALWAYS}:
            raise EntryRefused(f"There are these packs of rules: {', '.join(sorted(set(PACKS) - {ALWAYS}))}.")
        try:
            rules_in(own_rules, "site")
        except RuleRefused as refused:
            raise EntryRefused(str(refused)) from None

        async def job(work: Work) -> None:
            before = await rules_row(work.connection, site_id)
            if before["version"] != version:
                raise ChangedMeanwhile(
                    f"NOT SAVED: {before['changed_by']} changed this at {before['changed_at']}, "
                    "after you had opened it. Look at both, then save again."
                )
            values = {
                "is_binding": is_binding, "packs": json.dumps(sorted(packs)), "own_rules": own_rules,
                "version": version + 1, "changed_at_ms": to_ms(self._book.clock.now()), "changed_by": by,
            }  # fmt: skip
            if version == 0:
                await work.connection.execute(insert(clearance_rules).values(site_id=site_id, **values))
            else:
                here = clearance_rules.c.site_id == site_id
                await work.connection.execute(update(clearance_rules).where(here).values(values))
            await self._book.note(work, "clearance_rules_set", {"site": site_id, **values}, by)

        await self._book.committer.run(job)
        return await self.rules(site_id)

    async def _judge(self, work: Work, planned: Planned) -> Clearance:
        site_id = await _site_of(work.connection, planned.workplace_id)
        return clearance(await self._question(work, planned, site_id), await _rules(work.connection, site_id))

    async def _question(self, work: Work, planned: Planned, site_id: int) -> Question:
        now = self._book.clock.now()
        subjects = [
            ("worker", str(planned.worker_id)), ("workplace", str(planned.workplace_id)),
            ("device", planned.device), ("site", str(site_id)), ("activity", planned.activity),
        ]  # fmt: skip
        rows = await of_subjects(work.connection, subjects)
        zone = (await work.connection.execute(select(sites.c.zone).where(sites.c.id == site_id))).scalar()
        fault = await self._conditions.open_case(work, STATION, READINESS)
        return Question(
            worker=str(planned.worker_id), workplace=str(planned.workplace_id), activity=planned.activity,
            device=self._device(planned.device, now) if planned.device else None, site=str(site_id),
            records=tuple(record_of(row) for row in rows),
            chain_faults=() if fault is None else (READINESS,),
            has_second_person=False, is_night=_is_night(now, planned.planned_end, ZoneInfo(zone or "UTC")),
            now=now, planned_end=max(planned.planned_end, now), works=works_in(rows),
        )  # fmt: skip

    def _device(self, name: str, now: datetime) -> Device:
        state = self._states.of(name)
        said, test = state.protection, state.self_test
        return Device(
            name,
            is_ready=state.presence == ONLINE and (said is None or said.state != NOT_PROTECTED),
            is_tested=test is not None and test.result == "passed" and now - test.at <= _TEST_VALID,
        )

    async def _with_override(self, work: Work, planned: Planned, found: Clearance) -> Clearance:
        since_ms = to_ms(self._book.clock.now() - _OVERRIDE_VALID)
        query = select(clearances).where(
            clearances.c.shift_id.is_(None), clearances.c.override_by.is_not(None),
            clearances.c.worker_id == planned.worker_id, clearances.c.workplace_id == planned.workplace_id,
            clearances.c.judged_at_ms >= since_ms,
            clearances.c.planned_end_at_ms >= to_ms(planned.planned_end),
        )  # fmt: skip
        row = (await work.connection.execute(query.limit(1))).mappings().first()
        if row is None or found.is_final:
            return found
        by = Override(row["override_by"], row["override_reason"])
        return overridden(found, by.by, by.reason, is_worker=False, is_authorised=True)

    async def _keep(self, work: Work, planned: Planned, found: Clearance, shift_id: int | None = None) -> int:
        row = {
            "site_id": await _site_of(work.connection, planned.workplace_id), "shift_id": shift_id,
            "worker_id": planned.worker_id, "workplace_id": planned.workplace_id, "device": planned.device,
            "judged_at_ms": to_ms(self._book.clock.now()), "planned_end_at_ms": to_ms(planned.planned_end),
            "result": found.result, "answer": json.dumps(full(found), ensure_ascii=False),
            "override_by": None if found.override is None else found.override.by,
            "override_reason": None if found.override is None else found.override.reason,
        }  # fmt: skip
        result = await work.connection.execute(insert(clearances).values(row).returning(clearances.c.id))
        return int(result.scalar_one())


async def rules_row(connection: AsyncConnection, site_id: int) -> dict[str, Any]:
    """Return how a site judges; version 0: as it is before anybody set it, shown and not binding."""
    query = select(clearance_rules).where(clearance_rules.c.site_id == site_id)
    row = (await connection.execute(query)).mappings().first()
    if row is None:
        nobody = {"changed_at": None, "changed_by": ""}
        return {"site_id": site_id, "is_binding": False, "packs": [], "own_rules": "", "version": 0, **nobody}
    names = ("site_id", "is_binding", "own_rules", "version", "changed_by")
    changed_at = iso(from_ms(row["changed_at_ms"]))
    return {**{one: row[one] for one in names}, "packs": json.loads(row["packs"]), "changed_at": changed_at}


async def _rules(connection: AsyncConnection, site_id: int) -> list[Rule]:
    row = await rules_row(connection, site_id)
    return [
        *(rule for name in (ALWAYS, *row["packs"]) for rule in PACKS.get(name, ())),
        *_own(row["own_rules"]),
    ]


def _own(text: str) -> tuple[Rule, ...]:
    try:
        return rules_in(text, "site")
    except RuleRefused as refused:
        # Judged by another version of this program: it must neither stop a shift nor look as if it were kept.
        said = {"en": str(refused), "de": f"Die eigenen Regeln sind nicht lesbar: {refused}"}
        remedy = {"en": "Put the rules of the site right.", "de": "Die Regeln des Standorts berichtigen."}
        return (Rule("own_rules", "site", (), None, REFUSED, False, Terms(), said, remedy, "site", "D"),)  # noqa: FBT003


async def _site_of(connection: AsyncConnection, workplace_id: int) -> int:
    query = select(workplaces.c.site_id).where(workplaces.c.id == workplace_id)
    found = (await connection.execute(query)).scalar()
    if found is None:
        raise EntryRefused(f"There is no workplace {workplace_id}: add the workplace first.")
    return int(found)


def _is_night(begin: datetime, end: datetime, zone: ZoneInfo) -> bool:
    """Tell whether any hour of the shift is one of the night at the site."""
    hours = max(0, int((end - begin).total_seconds() // 3600)) + 1
    moments = [begin + timedelta(hours=one) for one in range(min(hours, 24))] + [end]
    return any(not _NIGHT_TO <= moment.astimezone(zone).hour < _NIGHT_FROM for moment in moments)
