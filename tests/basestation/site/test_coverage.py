"""Beacons and coverage walks: kept, mapped with the worst place first, and asked for anew."""

import pytest

from basestation.errors import EntryRefused
from basestation.site.coverage_map import Measurement, coverage_map, grade
from basestation.site.walks import VALID_FOR
from tests.basestation.site_bench import DEVICE, OPERATOR, running_site


def test_a_measurement_is_as_good_as_the_worse_of_signal_and_time():
    """One step on either side of each limit; unknown signal is judged by the time alone."""
    for dbm, trip_ms, expected in (
        (-67, 500, "good"), (-68, 500, "weak"), (-67, 501, "weak"), (-80, 500, "weak"), (-81, 500, "poor"),
        (-67, 2000, "weak"), (-67, 2001, "poor"), (-30, None, "unanswered"), (None, 100, "good"),
    ):  # fmt: skip
        assert grade(Measurement(0, dbm, trip_ms, {})) == expected, (dbm, trip_ms)


def test_the_map_has_a_row_a_point_and_the_worst_first():
    """The worst measurement of a point counts; within a grade the weaker signal, then the longer time."""
    measured = [
        Measurement(0, -50, 40, {"gate-3": -50}),
        Measurement(1, -70, 100, {"gate-3": -70, "roof": -60}),
        Measurement(1, -50, 60, {}),
        Measurement(2, None, None, {}),
        Measurement(3, -75, 40, {}),
        Measurement(4, -70, 200, {}),
    ]
    rows = coverage_map(measured, ["Entrance", "Hall"])
    assert [row["point"] for row in rows] == [2, 3, 4, 1, 0]
    assert rows[3] == {
        "point": 1, "name": "Hall", "grade": "weak", "rssi_dbm": -70, "round_trip_ms": 100, "unanswered": 0,
        "measurements": 2, "beacon": "roof",
    }  # fmt: skip
    assert (rows[0]["grade"], rows[0]["name"], rows[0]["unanswered"]) == ("unanswered", "", 1)
    assert rows[0]["rssi_dbm"] is rows[0]["round_trip_ms"] is rows[0]["beacon"] is None
    assert coverage_map([], []) == []


async def test_a_beacon_is_on_the_list_once_until_it_is_retired(tmp_path):
    """Then it may hang somewhere else."""
    async with running_site(tmp_path) as site:
        beacons = site.engine.beacons
        await beacons.add("gate-3", " Boiler room ", "above the door")
        for name, zone, sentence in (
            ("gate-3", "Roof", "already"), ("Gate 3", "Roof", "cannot name"), ("roof", " ", "where"),
        ):  # fmt: skip
            with pytest.raises(EntryRefused, match=sentence):
                await beacons.add(name, zone)
        await beacons.retire("gate-3")
        with pytest.raises(EntryRefused, match="no beacon"):
            await beacons.retire("gate-3")
        await beacons.add("gate-3", "Roof")
        assert [(row["name"], row["zone"]) for row in await beacons.all()] == [("gate-3", "Roof")]


async def test_a_walk_is_recorded_and_its_map_is_dated(tmp_path):
    """By whom, where, with what; the device is told when it begins and when it ends."""
    async with running_site(tmp_path) as site:
        walk = await site.engine.walks.start(DEVICE, 1, 30, OPERATOR.display_name)
        command = await site.link.told(DEVICE, "walk", is_on=True)
        assert (command["walk"], command["remaining_ms"]) == (f"walk-{walk['id']}", 1_800_000)
        await site.answer(command)
        own = {"walk": command["walk"], "beacons": {"gate-3": -52}}
        await site.say("coverage", point=0, rssi_dbm=-60, round_trip_ms=80, **own)
        await site.say("coverage", point=1, rssi_dbm=-85, **own)
        # Those of a walk that is none, or of another device, belong to nobody.
        for name in ("walk-99", "walk-x", "other"):
            await site.say("coverage", point=0, walk=name)
        await site.engine.walks.name_points(walk["id"], ["Entrance", " Cellar "])
        site.clock.jump(60)
        ended = await site.engine.walks.stop(walk["id"], OPERATOR.display_name)
        await site.link.told(DEVICE, "walk", is_on=False, walk=command["walk"])
        shown = await site.engine.walks.show(walk["id"])
        assert [(row["name"], row["grade"]) for row in shown["map"]] == [
            ("Cellar", "unanswered"),
            ("Entrance", "good"),
        ]
        assert (shown["workplace"], shown["started_by"]) == ("Pump house", OPERATOR.display_name)
        assert shown["started_at"] < ended["ended_at"]
        assert (await site.engine.walks.all()) == [ended]
        with pytest.raises(EntryRefused, match="ended already"):
            await site.engine.walks.stop(walk["id"], "Otto")


async def test_a_walk_that_cannot_begin_is_refused_with_a_sentence(tmp_path):
    """Nothing goes to the device."""
    async with running_site(tmp_path) as site:
        start = site.engine.walks.start
        for device, workplace_id, minutes, sentence in (
            ("nobody", 1, 30, "no device"), (DEVICE, 9, 30, "no workplace"), (DEVICE, 1, 0, "minutes"),
            (DEVICE, 1, 121, "minutes"),
        ):  # fmt: skip
            with pytest.raises(EntryRefused, match=sentence):
                await start(device, workplace_id, minutes, "Otto")
        with pytest.raises(EntryRefused, match="no walk"):
            await site.engine.walks.show(7)
        with pytest.raises(EntryRefused, match="no workplace"):
            await site.engine.walks.building_changed(9, "Otto")
        await site.raise_alarm()
        await site.only_case()
        with pytest.raises(EntryRefused, match="alarm"):
            await start(DEVICE, 1, 30, "Otto")
        assert "walk" not in site.link.kinds_sent(DEVICE)


async def test_one_walk_of_a_device_goes_on_at_a_time(tmp_path):
    """Until it is ended or its time is over."""
    async with running_site(tmp_path) as site:
        await site.engine.walks.start(DEVICE, 1, 30, "Otto")
        site.clock.jump(30 * 60 - 1)
        with pytest.raises(EntryRefused, match="goes on"):
            await site.engine.walks.start(DEVICE, 1, 30, "Otto")
        site.clock.jump(1)
        await site.engine.walks.start(DEVICE, 1, 30, "Otto")


async def test_a_new_walk_is_asked_for_after_a_change_and_after_a_year(tmp_path):
    """On the console's list; a workplace nobody has walked or changed asks for nothing."""

    async def due(site):
        return [(row["workplace"], row["reason"]) for row in (await site.engine.snapshot())["coverage_due"]]

    async with running_site(tmp_path) as site:
        assert await due(site) == []
        await site.engine.walks.building_changed(1, "Otto")
        assert await due(site) == [("Pump house", "building_changed")]
        site.clock.jump(60)
        walk = await site.engine.walks.start(DEVICE, 1, 30, "Otto")
        assert await due(site) == []
        await site.engine.walks.stop(walk["id"], "Otto")
        site.clock.jump(VALID_FOR.total_seconds() - 1)
        assert await due(site) == []
        site.clock.jump(1)
        assert await due(site) == [("Pump house", "old")]
