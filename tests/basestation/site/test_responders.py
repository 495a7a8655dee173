"""What a site keeps of the people who come, and who is found for a case."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import insert, select, update

from basestation.cases.chain import Chain, ChainError, Level, Recipient, Way, chain_to_json
from basestation.cases.chain_choice import Rule
from basestation.cases.people import LeftOut
from basestation.cases.week import WEEK, Hours
from basestation.clock import to_ms
from basestation.engine import EntryRefused
from basestation.site.finding import chain_of, find_people
from basestation.site.places_of_work import zone_of
from basestation.site.registry import FIRST_CHAIN
from basestation.site.rescue_settings import rescue_settings
from basestation.store.rescue_token import renew
from basestation.store.responder_tables import responder_addresses, responders
from basestation.store.tables import cases, chains, log_contents
from tests.basestation.site.rescue_bench import BY, rescue_site
from tests.basestation.site_bench import NOW, running_site

HOUR = timedelta(hours=1)


@dataclass
class InDanger:
    """What the finder asks of a case."""

    id: int = 0
    worker_id: int | None = None
    mark: str = "real"
    is_silent: bool = False


def chain(name, *recipients):
    """Return a chain of one level."""
    return Chain(name, (Level("First", recipients or (Recipient("control_room", "Desk"),), 60),))


async def staffed(site):
    """Add three people, two of them with addresses, and a duty of Berlin that Anna has by day."""
    rescue = site.rescue
    await rescue.sites.change(1, "Plant", "Europe/Berlin", 30, BY)
    for name in ("Anna Beispiel", "Ben Muster", "Cara Muster"):
        await rescue.responders.add(name, "en", None, None, BY)
    await rescue.responders.set_addresses(1, [("voice", "0000 111"), ("email", "anna@x.example")], BY)
    await rescue.responders.set_addresses(2, [("sms", "0000 222")], BY)
    await rescue.duties.add_role("First aid", 1, BY)
    await rescue.duties.plan(1, 1, Hours(WEEK, 360, 1080), date(2026, 1, 5), None, 1, BY)
    return rescue


async def found(site, *recipients, case=None, at=NOW):
    """Return the names that are found and who is left out."""
    async with site.database.connect() as connection:
        these, left_out = await find_people(connection, case or InDanger(), recipients, at)
    return [one.name for one in these], left_out


async def test_whoever_has_a_duty_by_the_clock_of_the_site_is_found(tmp_path):
    """From six to six in Berlin: 5 to 17 UTC in winter; a change of the plan counts for its time."""
    async with rescue_site(tmp_path) as site:
        rescue = await staffed(site)
        duty = Recipient("role", "First aid")
        day = NOW.replace(hour=0)
        for hour, names in ((4, []), (5, ["Anna Beispiel"]), (16, ["Anna Beispiel"]), (17, [])):
            assert (await found(site, duty, at=day + hour * HOUR))[0] == names
        await rescue.duties.override(1, 2, NOW, NOW + HOUR, is_instead=True, by=BY)
        assert (await found(site, duty))[0] == ["Ben Muster"]
        assert (await found(site, duty, at=NOW + HOUR))[0] == ["Anna Beispiel"]
        await rescue.duties.note_absence(2, NOW, NOW + HOUR, BY)
        assert await found(site, duty) == (["Anna Beispiel"], (LeftOut("Ben Muster", "absent"),))
        for what in ("duty_override", "absence", "duty_plan"):
            await rescue.duties.retire(what, 1, BY)
        assert (await found(site, duty))[1] == (LeftOut("First aid", "nobody_on_duty"),)


async def test_who_is_retired_is_neither_called_nor_displaces_anybody(tmp_path):
    """Until they come back."""
    async with rescue_site(tmp_path) as site:
        rescue = await staffed(site)
        await rescue.duties.override(1, 2, NOW, NOW + HOUR, is_instead=True, by=BY)
        await rescue.responders.retire(2, BY)
        recipients = (Recipient("role", "First aid"), Recipient("person", "Ben Muster"))
        assert await found(site, *recipients) == (["Anna Beispiel"], (LeftOut("Ben Muster", "unknown"),))
        await rescue.responders.change(2, "Ben Muster", "de", None, None, BY)
        assert (await found(site, *recipients))[0] == ["Ben Muster"]


async def test_neither_the_casualty_nor_who_has_a_case_of_their_own_is_found(tmp_path):
    """A real case counts everywhere, a drill only among drills, a closed one nowhere."""
    async with running_site(tmp_path, is_furnished=True) as site:
        rescue = await staffed(SimpleNamespace(rescue=site.engine.rescue))
        await site.engine.add_device("pna-01")
        await site.engine.add_workplace("Pump house")
        worker_id = (await site.engine.add_worker("Ben Muster", "0000 222"))["id"]
        await site.start_shift(worker_id=worker_id)
        await rescue.responders.change(2, "Ben Muster", "de", None, worker_id, BY)
        ben = Recipient("person", "Ben Muster")
        assert (await found(site, ben))[0] == ["Ben Muster"]
        assert (await found(site, ben, case=InDanger(worker_id=worker_id)))[1] == (
            LeftOut("Ben Muster", "casualty"),
        )
        row = {
            "device": "pna-01", "alarm": "1-1", "kind": "manual", "mark": "drill", "state": "RECEIVED",
            "is_open": True, "is_person": True, "body": json.dumps({"worker_id": worker_id}),
            "opened_at_ms": 0, "updated_at_ms": 0,
        }  # fmt: skip
        async with site.database.begin() as connection:
            await connection.execute(insert(cases).values(row))
        own_case = (LeftOut("Ben Muster", "own_case"),)
        assert (await found(site, ben))[0] == ["Ben Muster"]
        assert (await found(site, ben, case=InDanger(mark="drill")))[1] == own_case
        assert (await found(site, ben, case=InDanger(id=1, mark="drill")))[0] == ["Ben Muster"]
        async with site.database.begin() as connection:
            await connection.execute(update(cases).values(mark="real"))
        assert (await found(site, ben, case=InDanger(mark="test")))[1] == own_case
        async with site.database.begin() as connection:
            await connection.execute(update(cases).values(is_open=False))
        assert (await found(site, ben))[0] == ["Ben Muster"]


async def test_the_workers_phone_is_called_in_parallel_and_never_in_a_silent_case(tmp_path):
    """It is the number that the worker was registered with."""
    async with rescue_site(tmp_path) as site:
        worker_id = (await site.registry.add_worker("Willi Werker", "0000 555"))["id"]
        phone = Recipient("worker", "The worker")
        async with site.database.connect() as connection:
            (one,), _ = await find_people(connection, InDanger(worker_id=worker_id), (phone,), NOW)
            silent = InDanger(worker_id=worker_id, is_silent=True)
            none, left_out = await find_people(connection, silent, (phone,), NOW)
        assert [(way.channel, way.address) for way in one.ways] == [
            ("voice", "0000 555"),
            ("sms", "0000 555"),
        ]
        assert (none, left_out) == ((), (LeftOut("Willi Werker", "silent"),))


async def test_the_first_rule_that_fits_names_the_chain_else_the_default_counts(tmp_path):
    """By site, kind, class of silence, mark and the site's time of day; cases to come only."""
    async with rescue_site(tmp_path) as site:
        table = site.rescue.chain_table
        await site.rescue.sites.change(1, "Plant", "Europe/Berlin", 30, BY)
        await site.rescue.sites.add("Depot", "Europe/London", 30, BY)
        await site.registry.add_workplace("Pump house")
        await site.registry.add_workplace("Yard")
        await site.rescue.sites.assign(2, 2, BY)
        for name in ("Default", "Night", "Lost", "Depot"):
            await table.put(chain(name), BY)
        await site.registry.set_chain(chain("Default"))
        await table.set_rules(
            [
                Rule("Lost", kinds=("technical/body",)),
                Rule("Depot", site=2, marks=("real",)),
                Rule("Night", hours=Hours(WEEK, 1320, 360)),
            ],
            BY,
        )
        night = NOW.replace(hour=21)
        async with site.database.connect() as connection:

            async def name(kind="manual", mark="real", now=NOW, **facts):
                return (await chain_of(connection, kind=kind, mark=mark, now=now, **facts)).name

            assert await name() == "Default"
            assert await name(now=night) == "Night"
            assert await name(now=night, kind="technical", silence_class="body") == "Lost"
            assert await name(kind="technical", silence_class="battery") == "Default"
            assert await name(now=night, workplace="Yard") == "Depot"
            assert await name(now=night, workplace="Yard", mark="test") == "Default"
            assert await name(now=night, workplace="Nowhere") == "Night"


async def test_a_chain_that_cannot_be_read_is_passed_over(tmp_path):
    """The next that fits counts, then the default, then the control room: noise rather than silence."""
    async with rescue_site(tmp_path) as site:
        table = site.rescue.chain_table
        for name in ("Broken", "Whole"):
            await table.put(chain(name), BY)
        await table.set_rules([Rule("Broken"), Rule("Whole")], BY)
        async with site.database.begin() as connection:
            broken = update(chains).where(chains.c.name == "Broken")
            await connection.execute(broken.values(body=chain_to_json(Chain("Broken", ()))))
            await renew(connection)
            assert (await chain_of(connection, kind="manual", mark="real", now=NOW)).name == "Whole"
            await connection.execute(update(chains).values(body="{", is_default=True))
            await renew(connection)
            assert await chain_of(connection, kind="manual", mark="real", now=NOW) == FIRST_CHAIN


async def test_what_is_set_is_read_once_for_many_cases_and_again_after_every_change(tmp_path):
    """Also a change that another process made; of two databases each has its own."""
    (tmp_path / "other").mkdir()
    async with rescue_site(tmp_path) as site, rescue_site(tmp_path / "other") as other:
        async with site.database.connect() as connection:
            assert (await rescue_settings(connection)).directory.people == ()
        await staffed(site)
        await staffed(other)
        await other.rescue.responders.retire(1, BY)
        async with site.database.connect() as connection:
            known = await rescue_settings(connection)
            assert await rescue_settings(connection) is known
        for _ in range(5):
            await other.rescue.responders.change(1, "Anna Beispiel", "en", None, None, BY)
            assert (await found(other, Recipient("role", "First aid")))[0] == ["Anna Beispiel"]
        async with site.database.begin() as connection:
            await connection.execute(update(responders).values(is_active=False))
            await renew(connection)
        assert await found(site, Recipient("role", "First aid")) == (
            [],
            (LeftOut("First aid", "nobody_on_duty"),),
        )


async def test_an_address_that_stays_keeps_its_proof_and_a_changed_one_begins_without(tmp_path):
    """Also where the order changes; one that comes back was not proven meanwhile."""
    async with rescue_site(tmp_path) as site:
        rescue = await staffed(site)
        async with site.database.begin() as connection:
            await connection.execute(update(responder_addresses).values(proven_at_ms=to_ms(NOW)))
        people = rescue.responders
        shown = await people.set_addresses(1, [("email", "anna@x.example"), ("voice", "0000 112")], BY)
        assert [(one["channel"], one["proven_at"] is not None) for one in shown] == [
            ("email", True), ("voice", False),
        ]  # fmt: skip
        shown = await people.set_addresses(1, [("voice", "0000 111"), ("email", "anna@x.example")], BY)
        assert [(one["channel"], one["proven_at"] is not None) for one in shown] == [
            ("voice", False), ("email", True),
        ]  # fmt: skip


async def test_every_change_is_logged_with_its_author_and_without_addresses(tmp_path):
    """Who set what; numbers and URLs may be secrets."""
    async with rescue_site(tmp_path) as site:
        rescue = await staffed(site)
        way = Way("webhook", address="https://x.example/secret")
        await rescue.chain_table.put(chain("Night", Recipient("person", "Anna Beispiel", (way,))), BY)
        async with site.database.connect() as connection:
            contents = (await connection.execute(select(log_contents.c.content))).scalars().all()
    assert len(contents) == 9
    assert all(json.loads(content)["by"] == BY for content in contents)
    assert not [content for content in contents if "0000" in content or "secret" in content]


REFUSED = {
    "There is a 'Anna Beispiel' already": lambda r: r.responders.add("Anna Beispiel", "en", None, None, BY),
    "'fr' is no language": lambda r: r.responders.add("Dora", "fr", None, None, BY),
    "no user 9 in service": lambda r: r.responders.add("Dora", "en", 9, None, BY),
    "no worker 9 in service": lambda r: r.responders.add("Dora", "en", None, 9, BY),
    "needs a name": lambda r: r.responders.add(" ", "en", None, None, BY),
    "no responder 9": lambda r: r.responders.change(9, "Dora", "en", None, None, BY),
    "no responder 9 in service": lambda r: r.responders.set_addresses(9, [("sms", "1")], BY),
    "address twice|there twice": lambda r: r.responders.set_addresses(1, [("sms", "1"), ("sms", "1 ")], BY),
    "needs its channel": lambda r: r.responders.set_addresses(1, [(" ", "1")], BY),
    "no address for sms": lambda r: r.responders.set_addresses(1, [("sms", " ")], BY),
    "More than 12": lambda r: r.responders.set_addresses(1, [("sms", str(n)) for n in range(13)], BY),
    "is no time zone": lambda r: r.sites.add("Depot", "Europe/Nowhere", 30, BY),
    "'../etc/passwd' is no time zone": lambda r: r.sites.add("Depot", "../etc/passwd", 30, BY),
    "every 0 days": lambda r: r.sites.add("Depot", "Europe/London", 0, BY),
    "every 91 days": lambda r: r.sites.add("Depot", "Europe/London", 91, BY),
    "no site 9 in service": lambda r: r.sites.assign(1, 9, BY),
    "no workplace 9": lambda r: r.sites.assign(9, 1, BY),
    "no duty role 9": lambda r: r.duties.override(9, 1, NOW, NOW + HOUR, is_instead=True, by=BY),
    "end lies before": lambda r: r.duties.note_absence(1, NOW, NOW, BY),
    "between the years": lambda r: r.duties.note_absence(1, datetime(1999, 12, 31, tzinfo=UTC), NOW, BY),
    "every 53 weeks|Every 53": lambda r: r.duties.change_plan(1, Hours(), date(2026, 1, 5), None, 53, BY),
    "last day lies": lambda r: r.duties.change_plan(1, Hours(), date(2026, 1, 5), date(2026, 1, 4), 1, BY),
    "days of the week": lambda r: r.duties.change_plan(1, Hours((8,)), date(2026, 1, 5), None, 1, BY),
    "time of the day": lambda r: r.duties.change_plan(1, Hours(WEEK, 1440), date(2026, 1, 5), None, 1, BY),
    "no duty plan 9": lambda r: r.duties.retire("duty_plan", 9, BY),
    "no chain 'Nowhere'": lambda r: r.chain_table.set_rules([Rule("Nowhere")], BY),
    "no chain 'None'": lambda r: r.chain_table.remove("None", BY),
    "More than 50": lambda r: r.chain_table.set_rules([Rule("A")] * 51, BY),
}


async def test_what_makes_no_sense_is_refused_with_a_sentence_and_changes_nothing(tmp_path):
    """A person gets a sentence."""
    async with rescue_site(tmp_path) as site:
        rescue = await staffed(site)
        before = await rescue.responders.all(), await rescue.duties.all(), await rescue.sites.all()
        for sentence, act in REFUSED.items():
            with pytest.raises(EntryRefused, match=sentence):
                await act(rescue)
        assert before == (await rescue.responders.all(), await rescue.duties.all(), await rescue.sites.all())


async def test_a_chain_that_is_needed_stays(tmp_path):
    """The default, and whatever a rule names."""
    async with rescue_site(tmp_path) as site:
        table = site.rescue.chain_table
        await site.registry.set_chain(chain("Default"))
        await table.put(chain("Night"), BY)
        await table.set_rules([Rule("Night")], BY)
        for name in ("Default", "Night"):
            with pytest.raises(EntryRefused, match="is in use"):
                await table.remove(name, BY)
        for rule in (Rule("Night", kinds=("earthquake",)), Rule("Night", marks=("joke",))):
            with pytest.raises(EntryRefused, match=r"is no (kind of alarm|mark)"):
                await table.set_rules([rule], BY)
        assert [rule["chain"] for rule in await table.rules()] == ["Night"]
        await table.set_rules([], BY)
        await table.remove("Night", BY)
        assert [entry["chain"]["name"] for entry in await table.chains()] == ["Default"]
        with pytest.raises(ChainError):
            await table.put(Chain("Empty", ()), BY)


def test_a_zone_that_this_machine_does_not_know_counts_as_utc():
    """A rota goes on by the wrong hour rather than not at all."""
    assert zone_of("") is UTC
    assert zone_of("Europe/Nowhere") is UTC
    assert zone_of("../etc/passwd") is UTC
