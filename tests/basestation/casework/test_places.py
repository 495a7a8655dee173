"""Where the wearer was heard: on the case and in the notices, whatever comes first; and the location tone."""

import pytest

from basestation.cases.step import WrongVerb
from basestation.casework.pressing import Said
from basestation.errors import UnknownCase
from tests.basestation.site_bench import DEVICE, OPERATOR, running_site

HEARD = {"gate-3": -52, "e0b1c2d3e4f5": -49}


async def _place(site, alarm="1-100", age_s=12, beacons=None, **fields):
    await site.say("place", alarm=alarm, beacons=beacons or HEARD, age_s=age_s, **fields)


async def test_the_case_and_the_helpers_learn_where_the_wearer_was_heard(tmp_path):
    """The beacon on the list counts, though another is heard more strongly; who was called is told."""
    async with running_site(tmp_path) as site:
        await site.engine.beacons.add("gate-3", "Boiler room, gate 3")
        await site.start_shift()
        await site.raise_alarm()
        first = await site.channel.next_notice()
        assert "Last heard near" not in first.body
        await _place(site)
        case = await site.only_case(near="Boiler room, gate 3", near_dbm=-52)
        notice = await site.channel.next_notice()
        assert notice.recipient == first.recipient
        assert notice.subject.startswith("PLACE KNOWN: ")
        assert "Last heard near: Boiler room, gate 3 (-52 dBm, 20" in notice.body
        found = await site.engine.case(case["id"])
        assert found["places"][0]["beacons"] == [
            {"name": "e0b1c2d3e4f5", "zone": None, "dbm": -49},
            {"name": "gate-3", "zone": "Boiler room, gate 3", "dbm": -52},
        ]
        site.clock.jump(31)
        later = await site.channel.next_notice()
        assert "Boiler room, gate 3" in later.body
        assert (await site.engine.verify_log()) == []


async def test_a_beacon_nobody_has_listed_is_shown_by_its_name(tmp_path):
    """And calls nobody a second time."""
    async with running_site(tmp_path) as site:
        await site.raise_alarm()
        await site.channel.next_notice()
        await _place(site)
        case = await site.only_case(near="e0b1c2d3e4f5", near_dbm=-49)
        kinds = [entry["kind"] for entry in await site.engine.timeline(case["id"])]
        assert kinds.count("notified") == 1


async def test_a_place_that_overtakes_its_alarm_waits_for_it(tmp_path):
    """It opens no case, and stands in the first notice."""
    async with running_site(tmp_path) as site:
        await site.engine.beacons.add("gate-3", "Boiler room")
        await _place(site)
        await _place(site, alarm="1-777", mark="test")
        assert await site.cases() == []
        await site.raise_alarm()
        await site.only_case(near="Boiler room")
        await site.say("raised", alarm="1-777", alarm_kind="manual", repeat=0)
        await site.until(lambda snapshot: snapshot["cases"][0]["further"])
        assert (await site.engine.case(1))["near"] == "Boiler room"
        joined = await site.engine.case(2)
        assert (joined["alarm"], joined["near"]) == ("1-777", None)


async def test_a_place_without_an_age_was_heard_just_now(tmp_path):
    """The age may be left out: the place is taken all the same, and nothing goes into quarantine."""
    async with running_site(tmp_path) as site:
        await site.raise_alarm()
        await site.say("place", alarm="1-100", beacons=HEARD)
        await site.only_case(near="e0b1c2d3e4f5", near_dbm=-49)
        assert await site.engine.quarantined() == []


async def test_of_a_silent_alarm_the_place_is_kept_and_nothing_is_sent_back(tmp_path):
    """But the receipts, which the device does not show."""
    async with running_site(tmp_path) as site:
        await site.engine.beacons.add("gate-3", "Boiler room")
        await site.raise_alarm(kind="silent")
        await _place(site)
        await site.only_case(kind="silent", near="Boiler room")
        assert set(site.link.kinds_sent(DEVICE)) == {"receipt"}


async def test_the_tone_is_ordered_and_the_devices_answer_is_shown(tmp_path):
    """On and off, and off by itself with the all-clear."""
    async with running_site(tmp_path) as site:
        await site.raise_alarm()
        case = await site.only_case(tone=None)
        order = site.engine.locating.order
        assert (await order(case["id"], "Otto", is_tone_on=True))["result"] is None
        command = await site.link.told(DEVICE, "locate", alarm="1-100", is_tone_on=True)
        await site.answer(command)
        shown = await site.only_case()
        assert (shown["tone"]["is_tone_on"], shown["tone"]["result"]) == (True, "done")
        entries = [entry["kind"] for entry in await site.engine.timeline(case["id"])]
        assert [kind for kind in entries if kind in ("tone_ordered", "command_answered")] == [
            "tone_ordered",
            "command_answered",
        ]
        await site.engine.press(case["id"], "accept", OPERATOR)
        await site.engine.press(case["id"], "on_scene", OPERATOR)
        await site.engine.press(case["id"], "all_clear", OPERATOR, Said("found, well"))
        await site.answer(await site.link.told(DEVICE, "locate", is_tone_on=False), "refused")
        assert (await site.engine.case(case["id"]))["tone"]["result"] == "refused"


async def test_the_base_station_orders_no_tone_in_a_silent_case(tmp_path):
    """Nor for another alarm of a device that has one open; nothing goes out."""
    async with running_site(tmp_path) as site:
        await site.raise_alarm("1-100", "manual")
        await site.raise_alarm("1-200", "duress")
        snapshot = await site.until(lambda snapshot: len(snapshot["cases"]) == 2)
        for case in snapshot["cases"]:
            with pytest.raises(WrongVerb, match="silent alarm"):
                await site.engine.locating.order(case["id"], "Otto", is_tone_on=True)
        assert "locate" not in site.link.kinds_sent(DEVICE)


async def test_the_tone_belongs_to_the_open_case_of_a_person_that_the_device_knows(tmp_path):
    """Everything else is refused with a sentence."""
    async with running_site(tmp_path) as site:
        order = site.engine.locating.order
        with pytest.raises(UnknownCase):
            await order(99, "Otto", is_tone_on=True)
        await site.raise_alarm("1-100", "technical", cause="battery_low")
        technical = (await site.only_case())["id"]
        with pytest.raises(WrongVerb, match="open alarm of a person"):
            await order(technical, "Otto", is_tone_on=True)
        await site.raise_alarm("1-200")
        snapshot = await site.until(lambda snapshot: len(snapshot["cases"]) == 2)
        person = next(case["id"] for case in snapshot["cases"] if case["is_person"])
        await site.engine.press(person, "accept", OPERATOR)
        await site.engine.press(person, "on_scene", OPERATOR)
        await site.engine.press(person, "all_clear", OPERATOR, Said("found, well"))
        with pytest.raises(WrongVerb, match="open alarm of a person"):
            await order(person, "Otto", is_tone_on=True)
        assert "locate" not in site.link.kinds_sent(DEVICE)
