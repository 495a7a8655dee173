"""Makes the reports of a base station: reads the facts, puts them into words, and logs who made which.

Decides what is logged: every incident report that is made, whoever asks and in whatever form, with its case;
a month when it leaves as a file. Who may ask is the web part's.
"""

from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from sqlalchemy import select

from basestation.clock import Clock, to_ms
from basestation.engine import Engine, User
from basestation.errors import UnknownCase
from basestation.plans.drawn import svg
from basestation.plans.shown import Drawing
from basestation.reports.document import Document
from basestation.reports.incident_page import incident_document
from basestation.reports.making import Made
from basestation.reports.month_page import month_document
from basestation.reports.months import Site, month_facts, site_of
from basestation.reports.plan_styles import styled
from basestation.reports.words import LANGUAGES
from basestation.store import case_rows, log
from basestation.store.committer import Work
from basestation.store.tables import cases, shifts, workplaces
from basestation.store.tables import log as log_table

PAGE, PDF, CSV = "page", "pdf", "csv"


class ReportDesk:
    """Everything that reports ask of the engine."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    async def month(
        self, month: str, site_id: int | None, language: str, user: User, form: str
    ) -> tuple[dict[str, Any], Document]:
        """Return the facts of a month ("YYYY-MM") and its document; raises EntryRefused."""
        now = self._clock.now()
        async with self._engine.database.connect() as connection:
            facts = await month_facts(connection, month, site_id, now)
            site = await site_of(connection, site_id)
        if form != PAGE:
            await self._log(user, form, now, {"report": "month", "month": month, "site": site.id}, None)
        return facts, month_document(facts, self._made(site, language, now, user))

    async def incident(
        self, case_id: int, language: str, user: User, form: str
    ) -> tuple[dict[str, Any], Document]:
        """Return an incident's facts and its document; raises UnknownCase."""
        now = self._clock.now()
        # First, so that the report holds its own entry, and its last hash covers that too.
        await self._log(user, form, now, {"report": "incident"}, case_id)
        case = await self._engine.case(case_id)
        timeline = await self._with_hashes(case_id, await self._engine.timeline(case_id))
        made = self._made(await self._site_of_case(case_id), language, now, user)
        drawings = [_drawn(one, made.language) for one in await self._engine.drawings(case_id)]
        document = incident_document(case, timeline, [one for one in drawings if one is not None], made)
        return {**case, "timeline": timeline}, document

    def _made(self, site: Site, language: str, now: datetime, user: User) -> Made:
        spoken = language if language in LANGUAGES else LANGUAGES[0]
        station = self._engine.station.name
        # To the second, as it is shown: the same facts in the same second are the same bytes.
        at = now.replace(microsecond=0)
        return Made(spoken, site.zoneinfo, site.zone_name, at, user.display_name, station, _version())

    async def _log(
        self, user: User, form: str, now: datetime, what: dict[str, Any], case_id: int | None
    ) -> None:
        async def job(work: Work) -> None:
            if case_id is not None and await case_rows.load(work.connection, case_id) is None:
                raise UnknownCase(f"There is no case {case_id}.")
            content = {**what, "format": form, "user": user.display_name}
            work.log(log.entry(to_ms(now), "report_made", content, case_id=case_id))

        await self._engine.committer.run(job)

    async def _with_hashes(self, case_id: int, timeline: list[dict[str, Any]]) -> list[dict[str, Any]]:
        query = select(log_table.c.seq, log_table.c.hash).where(log_table.c.case_id == case_id)
        async with self._engine.database.connect() as connection:
            hashes = {row.seq: row.hash for row in (await connection.execute(query)).all()}
        return [{**entry, "hash": hashes[entry["seq"]]} for entry in timeline]

    async def _site_of_case(self, case_id: int) -> Site:
        async with self._engine.database.connect() as connection:
            body = (await connection.execute(select(cases.c.body).where(cases.c.id == case_id))).scalar_one()
            query = (
                select(workplaces.c.site_id)
                .join(shifts, shifts.c.workplace_id == workplaces.c.id)
                .where(shifts.c.id == case_rows.case_of(body).shift_id)
            )
            return await site_of(connection, (await connection.execute(query)).scalar())


def _version() -> str:
    try:
        return version("rufweite")
    except PackageNotFoundError:
        return "?"


def _drawn(drawing: Drawing, language: str) -> tuple[str, str, str] | None:
    """Return a plan as a picture that stands alone; a photograph stays in the console."""
    if drawing.kind != "svg":
        return None
    name = ", ".join(part for part in (drawing.name, drawing.level) if part)
    shown = "; ".join(mark.label for mark in drawing.marks if mark.label)
    return name, styled(svg(drawing, language, ""), drawing.width), shown
