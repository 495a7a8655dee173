"""Sites and zones: versions, history, undo, what may be retired, and which site nobody watches."""

import pytest
from sqlalchemy import insert, select

from basestation.cases.authority import Grant
from basestation.errors import EntryRefused
from basestation.site.sites_watched import unwatched
from basestation.store.location_tables import beacons
from basestation.store.tables import workplaces
from tests.basestation.site.rescue_bench import BY, rescue_site


@pytest.fixture
async def site(tmp_path):
    """Two sites; a workplace at each, two beacons."""
    async with rescue_site(tmp_path) as site:
        await site.rescue.sites.add("Depot", "Europe/London", 30, BY)
        for number, name in ((1, "Hall 3"), (2, "Yard")):
            await site.registry.add_workplace(name, "", number)
        async with site.database.begin() as connection:
            for name in ("gate-1", "gate-2"):
                await connection.execute(insert(beacons).values(name=name, zone=name))
        yield site


async def zone_of(site, table, number):
    """Return the zone that a beacon or workplace is in."""
    async with site.database.connect() as connection:
        return (await connection.execute(select(table.c.zone_id).where(table.c.id == number))).scalar()


async def test_a_site_is_changed_from_its_version_undone_retired_and_brought_back(site):
    """The first one, which was there before there was a history, too."""
    sites = site.rescue.sites
    await sites.change(1, "Plant", "Europe/Berlin", 14, BY, 1)
    with pytest.raises(EntryRefused, match=rf"NOT DONE: {BY} \(at 20"):
        await sites.change(1, "Works", "Europe/Berlin", 14, "Ada", 1)
    undone = await sites.undo(1, 2, BY)
    assert (undone["name"] != "Plant", undone["version"]) == (True, 3)
    assert [one["kind"] for one in await sites.history(1)] == ["undone", "changed", "found"]
    spare = await sites.add("Spare", "Europe/Paris", 30, BY)
    await sites.retire(spare["id"], 1, BY)
    assert "Spare" not in [one["name"] for one in await sites.all()]
    assert "Spare" in [one["name"] for one in await sites.all(with_retired=True)]
    assert (await sites.bring_back(spare["id"], 2, BY))["is_active"]


async def test_a_site_that_anything_belongs_to_is_not_retired(site):
    """Nor the first one, which everything belongs to that names no other."""
    sites = site.rescue.sites
    with pytest.raises(EntryRefused, match="the first one"):
        await sites.retire(1, 1, BY)
    with pytest.raises(EntryRefused, match="workplaces belong to Depot"):
        await sites.retire(2, 1, BY)
    spare = await sites.add("Spare", "Europe/Paris", 30, BY)
    await site.rescue.log_ins.add("nora", "Nora", "h", [Grant("viewer", spare["id"])], BY)
    with pytest.raises(EntryRefused, match="log-ins have a role at Spare"):
        await sites.retire(spare["id"], 1, BY)
    with pytest.raises(EntryRefused, match="no site 9"):
        await sites.change(9, "Nine", "UTC", 30, BY, 1)


async def test_a_zone_has_its_beacons_and_workplaces_to_itself_and_gives_them_back(site):
    """What one zone takes the other loses; a retired one has none, and undoing gives all back."""
    zones = site.rescue.zones
    tank = await zones.add(1, "Tank farm", "Gas", None, [1, 2], [1], BY)
    boiler = await zones.add(1, "Boiler room", "", None, [2], [], BY)
    assert await zone_of(site, beacons, 2) == boiler["id"]
    await zones.retire(tank["id"], 1, BY)
    assert await zone_of(site, beacons, 1) is None
    undone = await zones.undo(tank["id"], 2, BY)
    assert (undone["beacon_ids"], undone["workplace_ids"], undone["is_active"]) == ([1, 2], [1], True)
    changed = await zones.change(tank["id"], "Tanks", "Gas, dust", None, [], [1], 3, BY)
    assert (changed["name"], changed["beacon_ids"]) == ("Tanks", [])
    assert [one["kind"] for one in await zones.history(tank["id"])] == [
        "changed",
        "undone",
        "retired",
        "added",
    ]
    assert [one["name"] for one in await zones.all()] == ["Boiler room", "Tanks"]


async def test_a_zone_holds_nothing_of_another_site(site):
    """A workplace of the depot, a plan that is not there, a beacon nobody knows, a name that is taken."""
    zones = site.rescue.zones
    await zones.add(1, "Tank farm", "", None, [], [], BY)
    attempts = {
        "no workplace of this site": lambda: zones.add(1, "X", "", None, [], [2], BY),
        "no plan 7 at this site": lambda: zones.add(1, "X", "", 7, [], [], BY),
        "no beacon: 9": lambda: zones.add(1, "X", "", None, [9], [], BY),
        "no site 9 in service": lambda: zones.add(9, "X", "", None, [], [], BY),
        "'Tank farm' already": lambda: zones.add(1, "Tank farm", "", None, [], [], BY),
    }
    for sentence, attempt in attempts.items():
        with pytest.raises(EntryRefused, match=sentence):
            await attempt()
    assert await zone_of(site, workplaces, 2) is None


async def test_a_site_that_only_administrators_watch_is_told_by_the_check_of_the_chain(site):
    """Once roles are given at single sites; an officer, operator or supervisor of all sites watches all."""
    log_ins = site.rescue.log_ins

    async def found():
        async with site.database.connect() as connection:
            return await unwatched(connection)

    await log_ins.add("ada", "Ada", "h", [Grant("admin")], BY)
    assert await found() == ()
    await log_ins.add("nora", "Nora", "h", [Grant("operator", 1)], BY)
    await log_ins.add("vera", "Vera", "h", [Grant("viewer", 2)], BY)
    assert await found() == ("Depot",)
    sentences = [one["sentence"] for one in await site.rescue.readiness.check()]
    assert any("may take an alarm of site 'Depot'" in sentence for sentence in sentences)
    await log_ins.add("olga", "Olga", "h", [Grant("operator")], BY)
    assert await found() == ()
