"""A test alarm over the whole path of a base station at work, and what a real alarm does to it."""

import asyncio

import pytest

from basestation.cases.chain import Chain, Level, Recipient, Way
from basestation.errors import EntryRefused
from basestation.outgoing.channels.memory import MemoryChannel
from tests.basestation.site_bench import DEVICE, NOW, OPERATOR, Site, running_site

CHAIN = Chain(
    "Plant",
    (
        Level(
            "Desk",
            (
                Recipient("person", "Mara Muster", (Way("sms", 1, 300, "+490000111111"),)),
                Recipient("person", "Centre", (Way("dc09", 1, 300, "1234"),)),
            ),
            30,
        ),
    ),
)


@pytest.fixture
async def site(tmp_path):
    """A furnished base station whose chain has a person by SMS and an outside receiver."""
    sms, outside = MemoryChannel(), MemoryChannel()
    site = Site(tmp_path, channels={"sms": sms, "dc09": outside})
    site.sms, site.outside = sms, outside
    await site.open()
    await site.furnish()
    await site.engine.set_chain(CHAIN)
    await site.start_shift()
    yield site
    await site.engine.stop()


async def raised(site, **begun):
    """Begin a test and let the device raise it; return its number, and its case."""
    test = await site.engine.test_alarms.begin(DEVICE, "manual", "Sina Safety", **begun)
    command = await site.link.told(DEVICE, "test")
    assert (command["mark"], command["alarm_kind"]) == ("test", "manual")
    await site.say(
        "answer", mark="test", answers_boot=command["boot"], answers_seq=command["seq"], result="done"
    )
    await site.say("raised", mark="test", alarm="1-50", alarm_kind="manual", repeat=0, cause=command["test"])
    return test["id"], await site.only_case(mark="test")


async def over(site, number):
    """Return the test once it is over."""
    return await once(site, number, lambda test: not test["is_open"])


async def told(site, number):
    """Return the test once somebody was told."""
    return await once(site, number, lambda test: test["state"] == "TOLD")


async def once(site, number, is_so):
    """Return the test once this is true of it."""
    changes = site.engine.changes()
    async with asyncio.timeout(5):
        while not is_so(found := await site.engine.test_alarms.one(number)):
            await anext(changes)
    return found


async def test_a_test_goes_from_the_order_to_the_device_that_confirms_the_answer(site):
    """Command, alarm, notices, an answer, the device's word: the mark at every step, and a verdict."""
    number, case = await raised(site)
    await site.sms.next_notice()
    await site.outside.next_notice()
    await told(site, number)
    await site.engine.press(case["id"], "accept", OPERATOR)
    state = await site.link.told(DEVICE, "case-state", state="ACCEPTED")
    assert state["mark"] == "test"
    await site.say("answer", mark="test", answers_boot=state["boot"], answers_seq=state["seq"], result="done")
    test = await over(site, number)
    assert (test["state"], test["answered_by"], test["case_id"]) == (
        "PASSED",
        OPERATOR.display_name,
        case["id"],
    )
    assert set(test["reached"]) == {"STORED", "TOLD", "ANSWERED", "PASSED"}
    assert await site.cases() == []
    assert {notice.mark for notice in site.sms.notices + site.outside.notices} == {"test"}
    assert all(notice.subject.startswith("TEST") for notice in site.sms.notices + site.outside.notices)


async def test_a_stage_that_is_late_fails_the_test_and_ends_its_calls(site):
    """Nobody answers: after the limit the test has failed, by name of the stage."""
    number, _ = await raised(site)
    await told(site, number)
    site.clock.jump(181)
    test = await over(site, number)
    assert (test["state"], test["reason"]) == ("FAILED", "Nobody has answered.")
    assert [case for case in await site.cases() if case["mark"] == "test"] == []


async def test_a_real_alarm_ends_the_test_of_its_people_and_calls_them_at_once(site):
    """Both are in one transaction; no test begins again before the real case is closed."""
    number, _ = await raised(site)
    await site.raise_alarm("1-60")
    test = await over(site, number)
    assert (test["state"], test["ended_by"]) == ("CUT_SHORT", "REAL ALARM")
    real = await site.only_case(mark="real")
    assert real["state"] == "RECEIVED"
    with pytest.raises(EntryRefused, match="real alarm is open"):
        await site.engine.test_alarms.begin(DEVICE, "manual", "Sina Safety")


async def test_a_test_that_comes_after_a_real_alarm_calls_nobody(site):
    """The device had the order already; its alarm arrives late."""
    test = await site.engine.test_alarms.begin(DEVICE, "manual", "Sina Safety")
    await site.raise_alarm("1-60")
    await site.say("raised", mark="test", alarm="1-50", alarm_kind="manual", repeat=0, cause="test-1")
    assert (await over(site, test["id"]))["state"] == "CUT_SHORT"
    await site.only_case(mark="real")
    await site.sms.next_notice()
    assert {notice.mark for notice in site.sms.notices if notice.text_key == "alarm"} == {"real"}


async def test_the_mark_is_withheld_from_a_named_person_and_from_nothing_that_leaves_the_house(site):
    """The text message reads like an alarm; the receiving centre and the case say test."""
    number, case = await raised(site, unaware=["Mara Muster"])
    await site.sms.next_notice()
    await site.outside.next_notice()
    await site.engine.test_alarms.stop(number, "Sina Safety", "enough")
    await site.until(lambda shown: not shown["cases"])
    first, outside = site.sms.notices[0], site.outside.notices[0]
    assert (first.mark, first.shown_mark) == ("test", "real")
    assert "test" not in (first.subject + first.body).lower()
    assert (outside.mark, outside.shown_mark) == ("test", "test")
    assert outside.subject.startswith("TEST")
    assert case["mark"] == "test"


async def test_what_may_not_begin_is_refused_with_its_reason(site):
    """An unknown device, a kind without people, a second test at once, one that is over."""
    tests = site.engine.test_alarms
    for device, kind, words in (
        ("nobody", "manual", "no device"),
        (DEVICE, "technical", "one of these kinds"),
    ):
        with pytest.raises(EntryRefused, match=words):
            await tests.begin(device, kind, "Sina Safety")
    begun = await tests.begin(DEVICE, "manual", "Sina Safety")
    with pytest.raises(EntryRefused, match="under way already"):
        await tests.begin(DEVICE, "manual", "Sina Safety")
    await tests.stop(begun["id"], "Sina Safety", "")
    with pytest.raises(EntryRefused, match="over already"):
        await tests.stop(begun["id"], "Sina Safety", "")
    with pytest.raises(EntryRefused, match="no test 99"):
        await tests.stop(99, "Sina Safety", "")


async def test_a_device_that_refuses_fails_the_test_at_once(site):
    """Its own words are kept."""
    begun = await site.engine.test_alarms.begin(DEVICE, "manual", "Sina Safety")
    command = await site.link.told(DEVICE, "test")
    await site.say(
        "answer", mark="test", answers_boot=command["boot"], answers_seq=command["seq"], result="refused",
        reason="an alarm runs",
    )  # fmt: skip
    test = await over(site, begun["id"])
    assert (test["state"], test["reason"]) == ("FAILED", "The device refuses: an alarm runs.")
    assert test["ordered_at"] == NOW.isoformat(timespec="milliseconds").replace("+00:00", "Z")


async def test_a_silent_alarm_that_ends_a_drill_of_its_device_sends_nothing_there(tmp_path):
    """Its receipt and that of the drill; that the drill is over waits until the silent case is."""
    async with running_site(tmp_path) as site:
        await site.start_shift()
        await site.raise_alarm(alarm="1-50", kind="fall", mark="drill")
        await site.channel.next_notice()
        before = len(site.link.kinds_sent(DEVICE))
        await site.raise_alarm(alarm="1-51", kind="silent")
        await site.until(lambda shown: [case["mark"] for case in shown["cases"]] == ["real"])
        await site.beat()
        site.clock.jump(30)
        await site.beat(seq=901)
        assert set(site.link.kinds_sent(DEVICE)[before:]) == {"receipt"}
