"""What is known of a notice after it was sent: four different things, and what each of them changes."""

import asyncio

import pytest
from prometheus_client import generate_latest
from sqlalchemy import select

from basestation.outgoing.channels import Health, Report, Stage
from basestation.outgoing.channels.memory import MemoryChannel
from basestation.outgoing.reporting import change_of
from basestation.store.tables import outbox
from tests.basestation.site_bench import running_site

ROW = {"state": "SENT", "sent_at_ms": 1, "delivered_at_ms": None, "opened_at_ms": None}


@pytest.mark.parametrize(
    ("facts", "stage", "change"),
    [
        ({}, Stage.SENT, {}),
        ({}, Stage.DELIVERED, {"delivered_at_ms": 9}),
        ({"delivered_at_ms": 5}, Stage.DELIVERED, {}),
        ({}, Stage.OPENED, {"opened_at_ms": 9}),
        ({"opened_at_ms": 5}, Stage.OPENED, {}),
        ({}, Stage.FAILED, {"state": "FAILED", "next_try_at_ms": None, "last_error": "gone"}),
        ({"state": "FAILED"}, Stage.FAILED, {}),
        ({"state": "REPLACED"}, Stage.FAILED, {}),
        ({"state": "DUE"}, Stage.FAILED, {"state": "FAILED", "next_try_at_ms": None, "last_error": "gone"}),
        ({"state": "FAILED"}, Stage.SENT, {"state": "SENT", "next_try_at_ms": None, "sent_at_ms": 1}),
        (
            {"state": "DUE", "sent_at_ms": None},
            Stage.DELIVERED,
            {"state": "SENT", "next_try_at_ms": None, "sent_at_ms": 9, "delivered_at_ms": 9},
        ),
    ],
)
def test_a_report_changes_what_it_says_and_says_it_once(facts, stage, change):
    """Delivered is not opened, opened is not delivered, and what has arrived is not sent again."""
    assert change_of({**ROW, **facts}, stage, "gone", 9) == change


class Reporting(MemoryChannel):
    """A channel whose machine says that a notice is lost before the channel says that it was sent."""

    def __init__(self, site):
        super().__init__()
        self._site = site
        self.reported = asyncio.Event()

    async def send(self, notice):
        """Report first, for Mara only."""
        if notice.recipient == "Mara Muster":
            await self._site.engine.answering.report(Report(notice.key, Stage.FAILED, "no such number"))
            self.reported.set()
        return await super().send(notice)

    async def check(self):
        """Answer."""
        return Health(is_working=True)


async def test_delivered_and_opened_are_shown_apart_and_are_no_answer(tmp_path):
    """The calls go on: nobody has said anything."""
    async with running_site(tmp_path) as site:
        await site.raise_alarm()
        notice = await site.channel.next_notice()
        await site.engine.dispatch.idle()
        report = site.engine.answering.report
        stages = []
        for stage in (Stage.DELIVERED, Stage.OPENED, Stage.OPENED):
            site.clock.jump(1)
            await report(Report(notice.key, stage))
            case = await site.only_case(state="RECEIVED")
            stages.append(case["called"][0]["ways"][0]["stage"])
        way = case["called"][0]["ways"][0]
        assert stages == ["delivered", "opened", "opened"]
        assert len({way["sent_at"], way["delivered_at"], way["opened_at"]}) == 3
        assert way["answered_at"] is None
        told = [entry for entry in await site.engine.timeline(1) if entry["kind"] == "delivery_reported"]
        assert [entry["stage"] for entry in told] == ["sent", "delivered", "opened"]
        await report(Report("nobody's", Stage.DELIVERED))
        assert 'rufweite_reports_total{stage="unknown_notice"} 1.0' in generate_latest(site.metrics).decode()
        site.clock.jump(30)
        assert (await site.channel.next_notice()).recipient == "Lea Leiter"


async def test_a_notice_lost_after_it_was_sent_counts_as_failed(tmp_path):
    """The next one is called at once; what was lost is shown so, and comes back if it arrives after all."""
    async with running_site(tmp_path) as site:
        await site.raise_alarm()
        notice = await site.channel.next_notice()
        await site.engine.dispatch.idle()
        await site.engine.answering.report(Report(notice.key, Stage.FAILED, "the number does not exist"))
        assert (await site.channel.next_notice()).recipient == "Lea Leiter"
        call = (await site.cases())[0]["called"][0]
        assert (call["is_failed"], call["ways"][0]["stage"]) == (True, "failed")
        assert call["ways"][0]["detail"] == "the number does not exist"
        await site.engine.answering.report(Report(notice.key, Stage.DELIVERED))
        call = (await site.cases())[0]["called"][0]
        assert (call["is_failed"], call["ways"][0]["stage"]) == (False, "delivered")


async def test_a_report_that_overtakes_its_own_sending_is_not_lost(tmp_path):
    """A network may refuse a number before the modem has said OK."""
    async with running_site(tmp_path) as site:
        site.engine.dispatch._channels["memory"] = channel = Reporting(site)
        await site.raise_alarm()
        await channel.reported.wait()
        while (await channel.next_notice()).recipient != "Lea Leiter":
            pass
        await site.engine.dispatch.idle()
        async with site.database.connect() as connection:
            states = (await connection.execute(select(outbox.c.recipient, outbox.c.state))).all()
        assert ("Mara Muster", "FAILED") in [tuple(row) for row in states]
        assert (await site.cases())[0]["called"][0]["ways"][0]["stage"] == "failed"
