"""Drills of a real base station: along the real chain, observed, measured, cut short by a real alarm."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from basestation.casework.pressing import Said
from basestation.drills.observing import LIFE, Note
from basestation.drills.planning import Plan
from basestation.drills.rows import VIRTUAL_PREFIX
from basestation.drills.times import measured, times_view
from basestation.errors import ChangedMeanwhile, EntryRefused
from basestation.store.tables import log
from basestation.training.sessions import PREFIX
from tests.basestation.site_bench import NOW, OPERATOR, running_site

BY = "Otto Officer"


def plan(**more):
    """Return a plan of a drill at the pump house."""
    given = {"shift": "day", "scenario": "Fallen from the ladder", "place": "Behind pump 4"}
    return Plan(**{"workplace_id": 1, "planned_for": NOW, "observers": ("Vera Viewer",)} | given | more)


async def begun(site, **more):
    """Plan a drill and begin it; return it."""
    planned = await site.engine.drills.plan(plan(**more), BY)
    return await site.engine.drills.start(planned["id"], planned["version"], BY)


def ms(at):
    """Return milliseconds since 1970."""
    return round(at.timestamp() * 1000)


async def noted(site, drill, stage, after_s, key=None, **more):
    """Let the first observer note a stage, so many seconds after now."""
    token = drill["observers"][0]["link"].rsplit("/", 1)[1]
    note = Note(key or f"key-{stage}", stage, ms(site.clock.now()) + round(after_s * 1000), 0, **more)
    return await site.engine.drills.observing.take(token, note)


def stage(drill, name):
    """Return a stage of a drill."""
    return next(one for one in drill["stages"] if one["name"] == name)


async def test_a_drill_runs_along_the_real_chain_to_help_and_is_measured(tmp_path):
    """Marked at every step; helpers get the way to the workplace and never where the dummy lies."""
    async with running_site(tmp_path) as site:
        drill = await begun(site)
        notice = await site.channel.next_notice()
        assert (notice.mark, notice.recipient, notice.place) == ("drill", "Mara Muster", "Pump house")
        assert notice.subject.startswith("DRILL")
        assert "Behind pump 4" not in notice.body
        case_id = drill["case_id"]
        for seconds, verb in ((20, "accept"), (10, "on_the_way"), (200, "on_scene")):
            site.clock.jump(seconds)
            await site.engine.press(case_id, verb, OPERATOR)
        site.clock.jump(60)
        await noted(site, drill, "first_aid", 0)
        drill = await site.engine.drills.read(drill["id"])
        ended = await site.engine.drills.end(drill["id"], drill["version"], "", BY)
        assert (ended["state"], ended["is_measured"], ended["help_s"], ended["help_stage"]) == (
            "ENDED", True, 290, "first_aid")  # fmt: skip
        assert ended["is_passed"]
        assert stage(ended, "accepted")["took_s"] == 20
        assert "Mara Muster" in ended["participants"]
        assert not (await site.engine.case(case_id))["is_open"]
        async with site.database.connect() as connection:
            found = await times_view(connection, 1, "day", (4, 0, 6))
            assert await measured(connection, 1, "night") == []
        assert (found["worst"]["ev"], found["verdict"]["outcome"]) == (0, "holds")


async def test_a_real_alarm_ends_a_running_drill_at_once_and_everybody_called_hears_why(tmp_path):
    """It measures nothing, and the real alarm is answered by the same people."""
    async with running_site(tmp_path) as site:
        drill = await begun(site)
        await site.channel.next_notice()
        await site.start_shift()
        changes = site.engine.changes()
        await site.raise_alarm()
        bodies = []
        while not any("REAL ALARM" in body for body in bodies):
            bodies.append((await site.channel.next_notice()).body)
        over = await site.engine.drills.read(drill["id"])
        while over["state"] == "RUNNING":
            await anext(changes)
            over = await site.engine.drills.read(drill["id"])
        assert (over["state"], over["is_measured"]) == ("CUT_SHORT", False)
        assert not (await site.engine.case(drill["case_id"]))["is_open"]
        real = await site.engine.case(over["cut_short_by"])
        assert (real["mark"], real["state"]) == ("real", "RECEIVED")
        planned = await site.engine.drills.plan(plan(), BY)
        with pytest.raises(EntryRefused, match="is a real alarm and open"):
            await site.engine.drills.start(planned["id"], planned["version"], BY)
        assert (await site.engine.drills.read(planned["id"]))["state"] == "PLANNED"


async def test_a_drill_whose_case_a_real_alarm_has_ended_is_cut_short_though_that_is_over_by_then(tmp_path):
    """As after a restart in between: it measures nothing, and is no drill in which nobody came."""
    async with running_site(tmp_path) as site:
        site.engine._parts.casebook.raised = lambda: None
        drill = await begun(site)
        await site.raise_alarm()
        await site.until(lambda shown: [case["mark"] for case in shown["cases"]] == ["real"])
        (real,) = await site.cases()
        await site.engine.press(real["id"], "on_scene", OPERATOR)
        await site.engine.press(real["id"], "all_clear", OPERATOR, Said("found well"))
        await site.engine.drills.look(site.clock.now())
        over = await site.engine.drills.read(drill["id"])
        assert (over["state"], over["cut_short_by"], over["is_measured"]) == ("CUT_SHORT", real["id"], False)


async def test_a_note_is_taken_once_corrected_beside_the_old_one_and_measured_anew(tmp_path):
    """Also after the end, as a phone without a link sends it; a foreign link opens nothing."""
    async with running_site(tmp_path) as site:
        observing = site.engine.drills.observing
        planned = await site.engine.drills.plan(plan(), BY)
        with pytest.raises(EntryRefused, match="has not begun"):
            await noted(site, planned, "found", 0)
        drill = await site.engine.drills.start(planned["id"], planned["version"], BY)
        site.clock.jump(400)
        for _ in range(2):
            page = await noted(site, drill, "found", 0, "one")
        assert [one["key"] for one in page["notes"]] == ["one"]
        drill = await site.engine.drills.end(drill["id"], drill["version"], "", BY)
        assert drill["help_s"] == 400
        await noted(site, drill, "found", -100, "two", corrects="one")
        drill = await site.engine.drills.read(drill["id"])
        assert drill["help_s"] == 300
        assert [(one["key"], one["is_corrected"]) for one in drill["notes"]] == [
            ("one", True),
            ("two", False),
        ]
        with pytest.raises(EntryRefused, match="noted yourself"):
            await noted(site, drill, "alarm", 0, "three", corrects="two")
        token = drill["observers"][0]["link"].rsplit("/", 1)[1]
        assert await observing.page(f"{token[:-1]}{'0' if token[-1] != '0' else '1'}") is None
        assert await observing.page("nonsense") is None
        site.clock.jump((LIFE + timedelta(seconds=1)).total_seconds())
        assert await observing.page(token) is None


async def test_a_drill_that_ends_without_help_counts_as_the_worst_and_one_called_off_not_at_all(tmp_path):
    """Nobody came: the assessment no longer holds."""
    async with running_site(tmp_path) as site:
        off = await begun(site)
        off = await site.engine.drills.call_off(off["id"], off["version"], "Storm", BY)
        assert (off["state"], off["is_measured"], off["end_words"]) == ("CANCELLED", False, "Storm")
        drill = await begun(site)
        drill = await site.engine.drills.end(drill["id"], drill["version"], "", BY)
        assert (drill["is_measured"], drill["help_s"], drill["is_passed"]) == (True, None, False)
        assert stage(drill, "accepted")["result"] == "not_noted"
        with pytest.raises(EntryRefused, match="is ended"):
            await site.engine.drills.call_off(drill["id"], drill["version"], "", BY)
        with pytest.raises(ChangedMeanwhile, match=BY):
            await site.engine.drills.end(drill["id"], drill["version"] - 1, "", BY)
        async with site.database.connect() as connection:
            verdict = (await times_view(connection, 1, "day", (1, 0, 1)))["verdict"]
        assert (verdict["outcome"], verdict["no_longer_holds"]) == ("forbidden", True)


async def test_the_alarm_of_a_device_marked_as_drill_is_that_of_the_drill(tmp_path):
    """The first one after it was begun."""
    async with running_site(tmp_path) as site:
        await site.start_shift()
        drill = await begun(site, source="device", device="pna-01")
        assert drill["case_id"] is None
        assert VIRTUAL_PREFIX == PREFIX
        await site.raise_alarm(mark="drill")
        case_id = (await site.only_case(mark="drill"))["id"]
        assert (await site.engine.drills.read(drill["id"]))["case_id"] == case_id


async def test_the_place_drilled_longest_ago_is_offered_first_and_lessons_come_back_until_done(tmp_path):
    """A lesson overdue is in the log once a day; done only with what shows it."""
    async with running_site(tmp_path) as site:
        drills = site.engine.drills
        for name in ("Cable cellar", "Silo top"):
            await drills.places.add(1, name, "two doors look alike", BY)
        drill = await begun(site, hard_place_id=1)
        drill = await drills.end(drill["id"], drill["version"], "", BY)
        assert [one["name"] for one in await drills.places.all()] == ["Silo top", "Cable cellar"]
        due_on = (NOW - timedelta(days=1)).date()
        lesson = await drills.lessons.add(drill["id"], "Mark the door", "Lea Leiter", due_on, BY)
        assert lesson["is_overdue"]
        for _ in range(2):
            await drills.look(site.clock.now())
        assert [one["words"] for one in (await drills.plan(plan(), BY))["lessons"]] == ["Mark the door"]
        with pytest.raises(EntryRefused, match="Write what shows"):
            await drills.lessons.done(lesson["id"], " ", lesson["version"], BY)
        done = await drills.lessons.done(lesson["id"], "Door painted, picture 3", lesson["version"], BY)
        assert not done["is_overdue"]
        async with site.database.connect() as connection:
            kinds = (await connection.execute(select(log.c.kind))).scalars().all()
        assert kinds.count("lesson_overdue") == 1
        await drills.places.retire(2, 1, BY)
        assert [one["name"] for one in await drills.places.all()] == ["Cable cellar"]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"kind": "silent"}, "cannot be drilled"),
        ({"source": "telepathy"}, "raises no alarm"),
        ({"source": "device", "device": "png-99"}, "no device"),
        ({"limits": {"alarm": 5}}, "limit of 'alarm'"),
        ({"limits": {"told": 0}}, "limit of 'told'"),
        ({"workplace_id": 99}, "no workplace 99"),
        ({"observers": ["x"] * 21}, "20 observers"),
        ({"hard_place_id": 9}, "another workplace"),
    ],
)
async def test_a_plan_that_cannot_be_drilled_is_refused_with_its_reason(tmp_path, wrong, sentence):
    """Nothing of it is kept."""
    async with running_site(tmp_path) as site:
        with pytest.raises(EntryRefused, match=sentence):
            await site.engine.drills.plan(plan(**wrong), BY)
        assert await site.engine.drills.all() == []
