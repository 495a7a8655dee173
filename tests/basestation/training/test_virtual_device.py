"""A virtual device: the real firmware behind a page, marked by the base station whatever it says itself."""

import asyncio
import json

import pytest

from basestation.clock import SystemClock
from basestation.errors import Refused
from basestation.training import edge, pose
from basestation.training.link import WAITING_MAX, TrainingLink
from basestation.training.pose import MOVEMENTS, Pose
from basestation.training.sessions import SESSIONS_MAX, Training
from tests.basestation.site_bench import OPERATOR, running_site

#: No wait is longer.
WAIT_S_MAX = 60


def message(kind, mark="real", **fields):
    """Return a message of a virtual device."""
    envelope = {"v": 1, "kind": kind, "device": "training-1", "boot": 1, "seq": 7, "mark": mark}
    return envelope | fields


@pytest.mark.parametrize("mark", edge.MARKS)
def test_every_message_gets_a_mark_that_is_not_real(mark):
    """A device that says real is not believed; a test of its own stays one."""
    raised = message("raised", alarm="1-7", alarm_kind="manual", repeat=0)
    assert json.loads(edge.marked(raised, mark))["mark"] == mark
    assert json.loads(edge.marked(raised | {"mark": "test"}, mark))["mark"] == "test"
    with pytest.raises(AssertionError):
        edge.marked(raised, "real")


def test_what_does_not_concern_an_alarm_ends_at_the_edge_and_is_answered_there():
    """The base station's lists know nothing of a device that nobody wears."""
    started = message("started", firmware="1", cause="power_on", settings_version=0)
    assert not edge.is_told(started)
    assert json.loads(edge.reply(started, 2, 0))["kind"] == "receipt"
    assert json.loads(edge.reply(message("heartbeat"), 2, 0))["kind"] == "heartbeat-reply"
    assert edge.reply(message("presence"), 2, 0) is None
    assert edge.is_told(message("answer", answers_boot=3))
    assert not edge.is_told(message("answer", answers_boot=edge.OWN_BOOT))
    assert edge.is_told(message("raised"))


def test_a_command_comes_back_with_the_mark_that_the_device_knows():
    """By the number it acknowledges, or by that of its alarm; what is about nothing keeps its own."""

    def mark_of(**command):
        return json.loads(edge.own_mark(json.dumps(command).encode(), {7: "real", 9: "test"}))["mark"]

    assert mark_of(mark="drill", acked_seq=7) == "real"
    assert mark_of(mark="drill", alarm="1-9") == "test"
    assert mark_of(mark="drill", alarm="1-8") == mark_of(mark="drill", state="on") == "drill"


def test_a_figure_stands_leans_shakes_and_falls_as_a_sensor_would_tell_it():
    """1 g upwards standing, sideways lying, far more while shaking; a fall is weightless and then a blow."""

    def force_mg(one):
        return sum(value * value for value in one) ** 0.5

    assert pose.sample(Pose(0, "still"), 5)[2] > 990
    assert pose.sample(Pose(90, "still"), 5)[1] > 990
    assert max(force_mg(pose.sample(Pose(0, "shake"), n)) for n in range(50)) > 1800
    fallen = [force_mg(one) for one in pose.fall()]
    assert min(fallen) < 200
    assert max(fallen) > 3000
    for movement in MOVEMENTS:
        assert len({pose.sample(Pose(0, movement), n) for n in range(10)}) > 5, "a sensor is never stuck"


def test_the_link_of_virtual_devices_speaks_to_no_other_and_is_bounded():
    """A command for a real device is not taken for sent; too much is dropped and counted."""
    link = TrainingLink(SystemClock())
    taken = []
    link.devices["training-1"] = taken.append
    assert not link.publish_command("png-01", b"x")
    assert link.publish_command("training-1", b"y")
    for _ in range(WAITING_MAX + 2):
        link.put("training-1", b"{}")
    assert (taken, link.dropped) == ([b"y"], 2)


async def until(shown, is_wanted):
    """Return the first of what a device shows that is wanted."""
    async with asyncio.timeout(WAIT_S_MAX):
        async for one in shown:
            if is_wanted(one):
                return one
    raise AssertionError("the device ended")


async def test_the_key_of_a_virtual_device_makes_a_drill_and_the_acceptance_comes_back(tmp_path):
    """The real firmware raises, the case is marked, nobody is its wearer, and the device shows who comes."""
    async with running_site(tmp_path) as site:
        training = Training(site.engine, site.clock)
        async with training.session("drill", OPERATOR) as session:
            shown = session.serve()
            await until(shown, lambda one: one["kind"] == "signal" and one["name"] == "shift_on")
            session.key(is_down=True)
            await until(shown, lambda one: one.get("what") == "raised")
            session.key(is_down=False)
            await until(shown, lambda one: one.get("name") == "alarm_received")
            (case,) = await site.cases()
            await site.engine.press(case["id"], "accept", OPERATOR)
            accepted = await until(shown, lambda one: one["kind"] == "signal" and "accepted" in one["name"])
            await shown.aclose()
        people = (await site.engine.snapshot())["people"]
        devices = await site.engine.devices()
    assert (case["kind"], case["mark"], case["device"]) == ("manual", "drill", session.name)
    assert case["worker"] is None
    assert accepted["light"]
    assert (people, [one["name"] for one in devices]) == ([], ["pna-01"])


async def test_virtual_devices_are_few_and_never_real(tmp_path):
    """A mark of real is refused, and so is one too many."""
    async with running_site(tmp_path) as site:
        training = Training(site.engine, site.clock)
        with pytest.raises(Refused, match="never as anything else"):
            async with training.session("real", OPERATOR):
                pass
        training._count = SESSIONS_MAX
        with pytest.raises(Refused, match="running already"):
            async with training.session("test", OPERATOR):
                pass
