"""A row that nobody can read stops nothing else, is told, and is kept: poison in a real database."""

import json

import pytest
from sqlalchemy import select, text, update

from basestation.errors import EntryRefused
from basestation.store.tables import cases, commands, device_states
from tests.basestation.site_bench import DEVICE, OPERATOR, running_site


async def _poison(site, query):
    async with site.database.begin() as connection:
        await connection.execute(query)


def _caused(shown, word):
    return [case for case in shown["cases"] if word in (case["cause"] or "")]


async def _set_aside(site):
    """Wait until a row is set aside, and return it."""
    await site.until(lambda shown: _caused(shown, "set aside"))
    return (await site.engine.setting_aside.listed())[0]


async def test_an_open_case_that_cannot_be_read_is_raised_anew_and_the_others_stay_on_the_screen(tmp_path):
    """The console goes on, the alarm is loud again, the row is kept as it was, and the log says so."""
    async with running_site(tmp_path) as site:
        await site.start_shift()
        await site.raise_alarm(kind="fall")
        await site.engine.press(1, "accept", OPERATOR)
        await site.engine.add_device("pna-02")
        await site.say("raised", device="pna-02", seq=1, alarm="1-5", alarm_kind="rest", repeat=0)
        await _poison(site, update(cases).where(cases.c.id == 1).values(body='{"id": 1, "secret": '))
        kept = await _set_aside(site)
        shown = await site.until(lambda shown: len(shown["cases"]) == 3)
        states = {case["kind"]: case["state"] for case in shown["cases"]}
        assert states == {"fall": "RECEIVED", "rest": "RECEIVED", "technical": "RECEIVED"}
        told = _caused(shown, "set aside")[0]
        assert (told["device"], kept["place"], kept["number"]) == (DEVICE, "cases", "1")
        assert "raised anew" in told["cause"]
        assert (await site.engine.setting_aside.shown(kept["id"]))["row"]["body"] == '{"id": 1, "secret": '
        assert await site.engine.verify_log() == []


async def test_an_alarm_of_a_device_with_a_poisoned_case_comes_through(tmp_path):
    """It was in quarantine for nothing before; now the row makes way, and the repeat of the alarm too."""
    async with running_site(tmp_path) as site:
        await site.start_shift()
        await site.raise_alarm(alarm="1-100")
        await _poison(site, update(cases).where(cases.c.id == 1).values(body="x"))
        await site.say("raised", seq=70, alarm="1-100", alarm_kind="manual", repeat=2)
        await site.say("raised", seq=71, alarm="1-101", alarm_kind="position", repeat=0)
        shown = await site.until(lambda shown: _caused(shown, "set aside"))
        assert any(case["is_person"] for case in shown["cases"])
        async with site.database.connect() as connection:
            kinds = (await connection.execute(select(cases.c.kind).where(cases.c.is_person))).scalars().all()
            refused = (await connection.execute(text("SELECT count(*) FROM quarantine"))).scalar()
        assert {"manual", "position"} <= set(kinds)
        assert refused == 0


async def test_a_timer_of_a_poisoned_case_holds_up_no_other_case(tmp_path):
    """The other one escalates in its time."""
    async with running_site(tmp_path) as site:
        await site.start_shift()
        await site.raise_alarm()
        await site.engine.add_device("pna-02")
        await site.say("raised", device="pna-02", seq=1, alarm="1-5", alarm_kind="rest", repeat=0)
        await site.channel.next_notice()
        await site.channel.next_notice()
        await _poison(site, update(cases).where(cases.c.id == 1).values(body="[]"))
        site.clock.jump(30)
        while (await site.channel.next_notice()).recipient != "Lea Leiter":
            continue
        assert (await _set_aside(site))["number"] == "1"


async def test_a_case_that_can_be_read_again_is_put_back_and_one_that_cannot_is_refused(tmp_path):
    """After an update of the program, or by hand; dropping is for good, and stands in the log."""
    async with running_site(tmp_path) as site:
        await site.raise_alarm()
        async with site.database.connect() as connection:
            body = (await connection.execute(select(cases.c.body).where(cases.c.id == 1))).scalar()
        await _poison(site, update(cases).where(cases.c.id == 1).values(body="x"))
        kept = await _set_aside(site)
        aside = site.engine.setting_aside
        with pytest.raises(EntryRefused, match="still cannot be read"):
            await aside.retry(kept["id"], "Ada Admin")
        row = text("UPDATE set_aside SET row = replace(row, :before, :after)")
        await _poison(site, row.bindparams(before='"body": "x"', after=f'"body": {json.dumps(body)}'))
        await aside.retry(kept["id"], "Ada Admin")
        assert (await site.engine.case(1))["state"] == "RECEIVED"
        assert await aside.listed() == []
        for refused in (aside.shown, lambda number: aside.drop(number, "Ada Admin")):
            with pytest.raises(EntryRefused, match="Nothing is set aside under number 1"):
                await refused(1)
        assert await site.engine.verify_log() == []


async def test_a_base_station_starts_although_an_open_case_cannot_be_read(tmp_path):
    """What reads every open case at the start finds none that it cannot."""
    async with running_site(tmp_path) as site:
        await site.start_shift()
        await site.raise_alarm(kind="fall")
        site.engine.watchdog._store("timers", "timers stood still")
        await site.until(lambda shown: _caused(shown, "timers stood still"))
        await _poison(site, text("UPDATE cases SET body = 'x' WHERE is_open"))
        await site.engine.running.end("set aside")
    async with running_site(tmp_path, is_furnished=True) as site:
        shown = await site.until(lambda shown: len(_caused(shown, "set aside")) == 2)
        assert [case["kind"] for case in shown["cases"] if case["is_person"]] == ["fall"]


async def test_a_command_that_cannot_be_read_holds_up_no_other_command(tmp_path):
    """It ends, with an alarm; the next one goes out in the same round."""
    async with running_site(tmp_path) as site:
        await site.engine.add_device("pna-02")
        await site.engine.add_worker("Nina Neu")
        for device, worker in ((DEVICE, 1), ("pna-02", 2)):
            await site.engine.start_shift(
                worker_id=worker, device=device, workplace_id=1, user=OPERATOR,
                planned_end=site.clock.now().replace(hour=12),
            )  # fmt: skip
        await _poison(site, update(commands).where(commands.c.device == DEVICE).values(fields="{"))
        sent = len(site.link.sent)
        site.clock.jump(60)
        kept = await _set_aside(site)
        assert (kept["place"], kept["device"]) == ("commands", DEVICE)
        assert any(
            one["device"] == "pna-02" and one["kind"] == "shift" for one in list(site.link.sent)[sent:]
        )
        with pytest.raises(EntryRefused, match="Only cases"):
            await site.engine.setting_aside.retry(kept["id"], "Ada Admin")
        await site.engine.setting_aside.drop(kept["id"], "Ada Admin")
        assert await site.engine.setting_aside.listed() == []


async def test_a_base_station_starts_although_the_state_of_a_device_cannot_be_read(tmp_path):
    """The device says it anew; until then its row is empty, and somebody knows."""
    async with running_site(tmp_path) as site:
        await site.beat()
        await site.engine._parts.states.flush(site.clock.now())
    async with running_site(tmp_path, is_furnished=True) as site:
        await _poison(site, update(device_states).values(protection="{", link="7"))
    async with running_site(tmp_path, is_furnished=True) as site:
        assert (await _set_aside(site))["place"] == "device_states"
        await site.beat()
        assert site.engine._parts.states.of(DEVICE).mode == "guarding"
