"""The chain is checked by itself; what is missing is one technical alarm that ends when all is there."""

from datetime import date, timedelta

from sqlalchemy import update

from basestation.cases.chain import Chain, Level, Recipient
from basestation.cases.chain_choice import Rule
from basestation.cases.readiness import ReadinessLimits
from basestation.cases.week import WEEK, Hours
from basestation.outgoing.channels import Delivery, Health, Stage
from basestation.store.responder_tables import sites
from tests.basestation.site.rescue_bench import BY, rescue_site
from tests.basestation.site_bench import NOW, running_site

HOUR = timedelta(hours=1)


async def staffed(site):
    """Let Anna have the only duty of the only chain, at every hour, by a proven address."""
    rescue = site.rescue
    await rescue.sites.change(1, "Plant", "Europe/Berlin", 30, BY)
    await rescue.responders.add("Anna Beispiel", "en", None, None, BY)
    await rescue.responders.set_addresses(1, [("memory", "anna")], BY)
    await rescue.duties.add_role("First aid", 1, BY)
    await rescue.duties.plan(1, 1, Hours(WEEK, 360, 360), date(2026, 1, 5), None, 1, BY)
    sent = []

    async def send(channel, notice):
        sent.append(notice)
        assert channel == "memory"
        return Delivery(Stage.SENT)

    rescue.proofs.send = send
    await rescue.proofs.ask(1, BY)
    await rescue.proofs.confirm(sent[-1].code)
    await rescue.chain_table.put(chain("Plant"), BY)
    await site.registry.set_chain(chain("Plant"))
    return rescue


def chain(name, *recipients):
    """Return a chain of one level."""
    return Chain(name, (Level("First", recipients or (Recipient("role", "First aid"),), 60),))


async def test_what_is_missing_is_a_technical_alarm_until_it_is_there(tmp_path):
    """Nobody, then somebody again; the next look is within the hour, or where a duty passes on."""
    async with rescue_site(tmp_path, ReadinessLimits()) as site:
        rescue = await staffed(site)
        readiness, said = site.rescue.readiness, site.conditions.said
        assert await readiness.check_due(NOW) == NOW + HOUR
        assert await readiness.check_due(NOW - HOUR - HOUR / 2) == NOW - HOUR
        assert said == [None, None]
        await rescue.duties.note_absence(1, NOW + 3 * HOUR, NOW + 4 * HOUR, BY)
        await readiness.check_due(NOW)
        assert "level 'First': nobody can be called from 2026-03-02 10:00 CET until" in said[-1]
        await rescue.duties.retire("absence", 1, BY)
        await readiness.check_due(NOW)
        assert said[-1] is None


async def test_a_channel_that_is_silent_twice_a_minute_apart_is_missing(tmp_path):
    """Named with its own words; a line that needs a moment is none, and who asks gets what is known now."""
    async with rescue_site(tmp_path, ReadinessLimits()) as site:
        await staffed(site)
        readiness, said = site.rescue.readiness, site.conditions.said
        healths = {"memory": Health(is_working=False, detail="no line")}
        asked = []

        async def check():
            asked.append(dict(healths))
            return healths

        readiness.check_channels = check
        minute = timedelta(seconds=60)
        assert await readiness.check_due(NOW) == NOW + minute
        assert [line["code"] for line in await readiness.check()] == ["channel_silent"]
        await readiness.check_due(NOW + timedelta(seconds=59))
        assert (len(asked), said) == (1, [None, None])
        await readiness.check_due(NOW + minute)
        assert said[-1] == "The rescue chain is not ready. The channel memory does not answer: no line."
        healths["memory"] = Health(is_working=True)
        assert await readiness.check_due(NOW + 2 * minute) == NOW + 2 * minute + HOUR
        assert (len(asked), said[-1]) == (3, None)


async def test_every_chain_that_may_count_is_checked_and_no_other(tmp_path):
    """The default and those that rules name; a site without one has the control room."""
    async with rescue_site(tmp_path, ReadinessLimits()) as site:
        rescue = await staffed(site)
        nobody = Recipient("person", "Nobody")
        await rescue.chain_table.put(chain("Night", nobody), BY)
        assert await rescue.readiness.check() == []
        await rescue.chain_table.set_rules([Rule("Night", marks=("test",))], BY)
        (line,) = await rescue.readiness.check()
        assert (line["code"], line["chain"], line["level"]) == ("nobody", "Night", "First")
        await site.registry.set_chain(chain("Other", nobody))
        assert {line["chain"] for line in await rescue.readiness.check()} == {"Night", "Other"}


async def test_hours_without_a_time_zone_are_found(tmp_path):
    """They would count as UTC."""
    async with rescue_site(tmp_path, ReadinessLimits()) as site:
        rescue = site.rescue
        await rescue.responders.add("Anna Beispiel", "en", None, None, BY)
        await rescue.duties.add_role("First aid", 1, BY)
        assert "no_zone" not in [line["code"] for line in await rescue.readiness.check()]
        await rescue.duties.plan(1, 1, Hours(), date(2026, 1, 5), None, 1, BY)
        assert "no_zone" in [line["code"] for line in await rescue.readiness.check()]
        await rescue.sites.change(1, "Plant", "Europe/Berlin", 30, BY)
        async with site.database.begin() as connection:
            await connection.execute(update(sites).values(zone="Europe/Nowhere"))
        assert "no_zone" in [line["code"] for line in await rescue.readiness.check()]
        await rescue.sites.change(1, "Plant", "Europe/Berlin", 30, BY)
        assert "no_zone" not in [line["code"] for line in await rescue.readiness.check()]


async def test_the_base_station_looks_by_itself_whenever_something_is_set(tmp_path):
    """Every hour, and at once after a change of the chain, the rota, the people or their proofs."""
    async with running_site(tmp_path, is_furnished=True) as site:
        looked = []
        readiness = site.engine.rescue.readiness
        changes = site.engine.changes()

        async def look(now):
            looked.append(now)
            site.engine._changes.tell()
            return now + HOUR

        readiness.check_due = look

        async def until(count):
            while len(looked) < count:
                await anext(changes)
            assert len(looked) >= count
            looked.clear()

        await site.engine.set_chain(chain("Plant"))
        await until(1)
        await site.engine.rescue.responders.add("Anna Beispiel", "en", None, None, BY)
        await until(1)
        site.clock.jump(3600)
        await until(1)


async def test_nothing_is_raised_where_no_limits_are_set(tmp_path):
    """Then the chain is checked when somebody asks."""
    async with rescue_site(tmp_path, ReadinessLimits()) as site:
        readiness, said = site.rescue.readiness, site.conditions.said
        readiness.limits = None
        await site.registry.set_chain(chain("Plant"))
        assert await readiness.check_due(NOW) == NOW + HOUR
        assert said == []
        assert await readiness.check()
