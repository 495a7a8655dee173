"""Floor plans of a real database: added, marked, retired; and what a case shows of them."""

from datetime import timedelta

import pytest
from sqlalchemy import insert

from basestation.casework.pressing import Said
from basestation.errors import EntryRefused, UnknownCase
from basestation.plans.floor_plans import MARKS_MAX
from basestation.store.plan_tables import plan_marks
from tests.basestation.site_bench import DEVICE, OPERATOR, running_site

BY = "Otto Officer"


def drawing(word="wall", size="200 100"):
    """Return the bytes of a plan."""
    box = f'viewBox="0 0 {size}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {box}><text>{word}</text></svg>'.encode()


async def furnished(site):
    """Let a shift run at the pump house, and hang two beacons up."""
    await site.start_shift()
    await site.engine.beacons.add("gate-3", "Gate 3")
    await site.engine.beacons.add("boiler-1", "Boiler room")


async def shown(site, case_id=1):
    """Return the plans of a case as {name: {(kind, label or name): is_place}}."""
    return {
        one.name: {(m.kind, m.heard.name if m.heard else m.label): m.is_place for m in one.marks}
        for one in await site.engine.drawings(case_id)
    }


async def test_a_plan_is_kept_with_what_stands_on_it_and_who_did_it(tmp_path):
    """Added, marked, read again; the log names each step, and what was left out of the file is told."""
    async with running_site(tmp_path) as site:
        await furnished(site)
        plans = site.engine.plans
        added = await plans.add("Hall 3", "ground floor", 1, drawing() + b"<!-- -->", BY)
        assert (added["kind"], added["width"], added["height"], added["left_out"]) == ("svg", 200, 100, {})
        await plans.place(1, "workplace", [(50, 40)], BY, workplace_id=1)
        await plans.place(1, "beacon", [(0, 100)], BY, beacon="gate-3", label="Gate")
        await plans.place(1, "way", [(0, 0), (50, 0), (50, 40)], BY, label="from gate B")
        await plans.place(1, "assembly", [(199.123, 1)], BY, label="car park")
        marks = (await plans.show(1))["marks"]
        assert [(m["kind"], m["workplace"], m["beacon"], m["points"]) for m in marks] == [
            ("workplace", "Pump house", None, [[50, 40]]),
            ("beacon", None, "gate-3", [[0, 100]]),
            ("way", None, None, [[0, 0], [50, 0], [50, 40]]),
            ("assembly", None, None, [[199.12, 1]]),
        ]
        assert {m["placed_by"] for m in marks} == {BY}
        facts, content = await plans.picture(1)
        assert (facts["name"], content) == ("Hall 3", b"<g><text>wall</text></g>")
        assert await site.engine.verify_log() == []


async def test_what_is_placed_again_moves_and_what_was_stays_readable(tmp_path):
    """Also to another plan: a workplace stands at one place. Taking off and retiring delete nothing."""
    async with running_site(tmp_path) as site:
        await furnished(site)
        plans = site.engine.plans
        await plans.add("Old", "", 1, drawing(), BY)
        await plans.add("New", "", 1, drawing(), BY)
        await plans.place(1, "workplace", [(1, 1)], BY, workplace_id=1)
        await plans.place(2, "workplace", [(2, 2)], "Ada Admin", workplace_id=1)
        await plans.place(2, "beacon", [(3, 3)], BY, beacon="gate-3")
        await plans.end_mark(2, 3, BY)
        assert (await plans.show(1))["marks"] == []
        assert [m["points"] for m in (await plans.show(2))["marks"]] == [[[2, 2]]]
        history = (await plans.show(1, with_history=True))["marks"]
        assert (history[0]["points"], history[0]["ended_by"]) == ([[1, 1]], "Ada Admin")
        await plans.retire(2, BY)
        assert [one["name"] for one in await plans.all()] == ["Old"]
        assert [one["name"] for one in await plans.all(with_retired=True)] == ["New", "Old"]
        # Its name and its workplaces are free for what comes after it.
        await plans.add("New", "", 1, drawing(), BY)
        await plans.place(3, "workplace", [(4, 4)], BY, workplace_id=1)


REFUSED = (
    (9, "assembly", [(1, 1)], {}, "no plan 9"),
    (2, "assembly", [(1, 1)], {}, "retired"),
    (1, "door", [(1, 1)], {}, "'door'"),
    (1, "assembly", [], {}, "one point"),
    (1, "assembly", [(1, 1), (2, 2)], {}, "one point"),
    (1, "way", [(1, 1)], {}, "2 to 100 points"),
    (1, "way", [(1, 1)] * 101, {}, "2 to 100 points"),
    (1, "assembly", [(200.01, 1)], {}, "not on the plan, which is 200 by 100"),
    (1, "assembly", [(1, -0.01)], {}, "not on the plan"),
    (1, "assembly", [(float("nan"), 1)], {}, "not on the plan"),
    (1, "workplace", [(1, 1)], {}, "which workplace"),
    (1, "workplace", [(1, 1)], {"workplace_id": 7}, "no workplace 7"),
    (1, "way", [(1, 1), (2, 2)], {"workplace_id": 7}, "no workplace 7"),
    (1, "beacon", [(1, 1)], {"beacon": "nobody"}, "no beacon 'nobody'"),
    (1, "assembly", [(1, 1)], {"label": "x" * 121}, "120 characters"),
)


async def test_what_cannot_be_placed_is_refused_with_a_sentence(tmp_path):
    """And nothing is changed by it; a plan takes as many marks as can be told apart."""
    async with running_site(tmp_path) as site:
        plans = site.engine.plans
        await plans.add("Hall 3", "", 1, drawing(), BY)
        await plans.add("Gone", "", 1, drawing(), BY)
        await plans.retire(2, BY)
        for plan_id, kind, points, facts, words in REFUSED:
            with pytest.raises(EntryRefused, match=words):
                await plans.place(plan_id, kind, points, BY, **facts)
        assert (await plans.show(1, with_history=True))["marks"] == []
        row = {"plan_id": 1, "kind": "assembly", "points": "[[1, 1]]", "placed_at_ms": 1, "placed_by": BY}
        rows = [row] * (MARKS_MAX - 1)
        await site.engine.committer.run(lambda work: work.connection.execute(insert(plan_marks), rows))
        await plans.place(1, "assembly", [(1, 1)], BY)
        with pytest.raises(EntryRefused, match="500 marks"):
            await plans.place(1, "assembly", [(1, 1)], BY)


async def test_what_cannot_be_kept_is_refused_with_a_sentence(tmp_path):
    """A name that is taken or none, a site, plan or mark that is not there."""
    async with running_site(tmp_path) as site:
        plans = site.engine.plans
        await plans.add("Hall 3", "1", 1, drawing(), BY)
        await plans.add("Hall 3", "2", 1, drawing(), BY)
        for name, site_id, data, words in (
            ("Hall 3", 1, drawing(), "in service: retire it first"),
            (" ", 1, drawing(), "needs a name"),
            ("Hall 4", 9, drawing(), "no site 9"),
            ("Hall 4", 1, b"%PDF", "no plan"),
        ):
            with pytest.raises(EntryRefused, match=words):
                await plans.add(name, "1", site_id, data, BY)
        for refused in (plans.show(9), plans.picture(9), plans.retire(9, BY), plans.end_mark(1, 1, BY)):
            with pytest.raises(EntryRefused):
                await refused


async def test_a_case_shows_the_strongest_beacon_that_stands_on_a_plan_else_the_workplace(tmp_path):
    """Two plans where they lie on two; ways that lead elsewhere are left out; nothing before the raise."""
    async with running_site(tmp_path) as site:
        await furnished(site)
        await site.engine.add_workplace("Other hall")
        plans = site.engine.plans
        await plans.add("Pump house", "", 1, drawing(), BY)
        await plans.add("Boilers", "", 1, drawing(), BY)
        await plans.place(1, "workplace", [(5, 5)], BY, workplace_id=1)
        await plans.place(1, "way", [(0, 0), (5, 5)], BY, label="from gate 3", workplace_id=1)
        await plans.place(1, "way", [(0, 0), (9, 9)], BY, label="elsewhere", workplace_id=2)
        await plans.place(2, "beacon", [(8, 8)], BY, beacon="boiler-1")
        await plans.place(2, "assembly", [(9, 9)], BY, label="car park")
        # What was heard with another alarm says nothing of this one.
        await site.say("place", alarm="1-77", beacons={"boiler-1": -50}, age_s=0)
        await site.say("pre-alarm", alarm="1-9", alarm_kind="rest", deadline_ms=9000)
        assert await shown(site) == {}
        await site.raise_alarm("1-9", "rest")
        pump_house = {("workplace", "Pump house"): True, ("way", "from gate 3"): False}
        assert await shown(site) == {"Pump house": pump_house}
        # Gate 3 is stronger and stands on no plan; an unknown one is stronger still.
        heard = {"gate-3": -50, "boiler-1": -60, "aabbccddeeff": -40}
        await site.say("place", alarm="1-9", beacons=heard, age_s=3)
        assert await shown(site) == {
            "Boilers": {("beacon", "boiler-1"): True, ("assembly", "car park"): False},
            "Pump house": {**pump_house, ("workplace", "Pump house"): False},
        }
        mark = (await site.engine.drawings(1))[0].marks[0]
        assert (mark.heard.zone, mark.heard.dbm) == ("Boiler room", -60)
        assert mark.heard.at == site.clock.now() - timedelta(seconds=3)
        # A beacon that was taken down may hang elsewhere by now.
        await site.engine.beacons.retire("boiler-1")
        assert await shown(site) == {"Pump house": pump_house}
        with pytest.raises(UnknownCase):
            await site.engine.drawings(7)


async def test_an_open_case_keeps_a_plan_that_is_retired_and_a_closed_one_shows_its_own_time(tmp_path):
    """What is placed better in an open case is shown at once; what changes afterwards is not."""
    async with running_site(tmp_path) as site:
        await furnished(site)
        plans = site.engine.plans
        await plans.add("Hall", "", 1, drawing(), BY)
        await plans.place(1, "workplace", [(5, 5)], BY, workplace_id=1)
        site.clock.jump(60)
        await site.raise_alarm()
        site.clock.jump(60)
        await plans.place(1, "workplace", [(6, 6)], BY, workplace_id=1)

        async def points():
            return [one.marks[0].points for one in await site.engine.drawings(1)]

        assert await points() == [((6, 6),)]
        site.clock.jump(60)
        await plans.retire(1, BY)
        assert await points() == [((5, 5),)], "as it was when the case opened"
        await plans.add("Hall", "", 1, drawing(), BY)
        await plans.place(2, "workplace", [(7, 7)], BY, workplace_id=1)
        assert await points() == [((7, 7),)]
        await site.engine.press(1, "on_scene", OPERATOR)
        await site.engine.desk.press(1, "all_clear", "Otto Operator", said=Said("is well"))
        site.clock.jump(60)
        await plans.place(2, "workplace", [(8, 8)], BY, workplace_id=1)
        assert await points() == [((7, 7),)]


async def test_a_silent_case_shows_its_plan_and_a_fault_of_a_device_none(tmp_path):
    """Helpers need it most where they may not call."""
    async with running_site(tmp_path) as site:
        await furnished(site)
        await site.engine.plans.add("Hall", "", 1, drawing(), BY)
        await site.engine.plans.place(1, "workplace", [(5, 5)], BY, workplace_id=1)
        await site.raise_alarm("1-1", "silent")
        await site.raise_alarm("1-2", "technical", cause="battery_low")
        assert await shown(site, 1) == {"Hall": {("workplace", "Pump house"): True}}
        assert await shown(site, 2) == {}
        assert set(site.link.kinds_sent(DEVICE)) == {"receipt"}
