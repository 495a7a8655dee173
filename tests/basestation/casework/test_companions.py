"""Which alarms become one case and which never do, and what the chain of a case is; on the engine."""

from datetime import timedelta

from basestation.cases.chain import Chain, Level, Recipient, Way
from basestation.cases.chain_choice import Rule
from basestation.cases.escalation import UNANSWERED_AFTER_S, UNANSWERED_SPREAD_S
from basestation.supervision.accepters import LOOK_S
from tests.basestation.site_bench import DEVICE, OPERATOR, running_site

OTHER = "pna-02"


async def test_two_workers_are_never_merged(tmp_path):
    """Each has a device and a shift; their alarms come in the same moment."""
    async with running_site(tmp_path) as site:
        await site.engine.add_device(OTHER)
        await site.engine.add_worker("Wanda Wartung")
        await site.start_shift()
        await site.start_shift(device=OTHER, worker_id=2)
        await site.raise_alarm(alarm="1-50", kind="fall")
        await site.raise_alarm(alarm="1-51", kind="fall", device=OTHER)
        cases = await site.cases()
        assert [(case["worker"], case["further"]) for case in cases] == [
            ("Willi Werker", []),
            ("Wanda Wartung", []),
        ]


async def test_further_alarms_of_one_worker_are_one_case_and_test_and_silent_ones_are_not(tmp_path):
    """A fall, then lying and resting: one worker in danger, whom one chain is called for."""
    async with running_site(tmp_path) as site:
        await site.start_shift()
        for number, kind in enumerate(("rest", "fall", "position"), start=50):
            await site.raise_alarm(alarm=f"1-{number}", kind=kind)
        await site.raise_alarm(alarm="1-60", kind="silent")
        await site.raise_alarm(alarm="1-61", kind="fall", mark="test")
        cases = {(case["kind"], case["mark"]): case for case in await site.cases()}
        assert set(cases) == {("fall", "real"), ("silent", "real")}
        test = await site.engine.case(5)
        assert (test["mark"], test["outcome"], test["companion"]) == ("test", "exercise_ended", None)
        assert [one["kind"] for one in cases["fall", "real"]["further"]] == ["fall", "position"]
        joined = await site.engine.case(cases["fall", "real"]["further"][0]["case"])
        assert (joined["state"], joined["companion"]) == ("JOINED", 1)


async def test_what_is_said_of_a_joined_alarm_is_said_of_the_case(tmp_path):
    """The device names the alarm; people look at the case."""
    async with running_site(tmp_path) as site:
        await site.start_shift()
        await site.raise_alarm(alarm="1-50", kind="rest")
        await site.raise_alarm(alarm="1-51", kind="fall")
        await site.engine.press(1, "on_scene", OPERATOR)
        told = [await site.link.told(DEVICE, "case-state", state="ON_SCENE", alarm=f"1-5{n}") for n in (0, 1)]
        assert {command["by"] for command in told} == {"Otto Operator"}
        await site.say("all-right", alarm="1-51", alarm_kind="fall")
        await site.until(lambda now: now["cases"][0]["all_right_at"] is not None)


async def test_when_everybody_was_called_in_vain_that_is_a_technical_alarm_until_somebody_accepts(tmp_path):
    """It is called like any other technical alarm, and is gone with the acceptance."""
    async with running_site(tmp_path) as site:
        await site.raise_alarm()
        site.clock.jump(30)
        await site.until(lambda now: now["cases"][0]["level"] == 1)
        site.clock.jump(60)
        await site.until(lambda now: now["cases"][0]["is_unanswered"])
        site.clock.jump(UNANSWERED_AFTER_S + UNANSWERED_SPREAD_S)
        unanswered = await site.until(lambda now: len(now["cases"]) == 2)
        cause = next(case["cause"] for case in unanswered["cases"] if not case["is_person"])
        assert cause == "everybody was called for case 1, and nobody answers"
        await site.engine.press(1, "accept", OPERATOR)
        states = {case["is_person"]: case["state"] for case in await site.cases()}
        assert states == {True: "ACCEPTED", False: "GONE"}


async def test_a_class_of_silence_has_a_chain_of_its_own(tmp_path):
    """A device whose battery is empty calls another chain than one lost from the body."""
    async with running_site(tmp_path) as site:
        way = (Way("memory", 1, 300, "store"),)
        chain = Chain("Store", (Level("Store", (Recipient("person", "Stefan Store", way),), 60),))
        await site.engine.rescue.chain_table.put(chain, "Otto")
        await site.engine.rescue.chain_table.set_rules([Rule("Store", kinds=("technical/battery",))], "Otto")
        began = site.engine._parts.conditions.began

        async def raise_both(work):
            now = site.clock.now()
            await began(work, DEVICE, "silence", "empty", now, silence_class="battery")
            await began(work, DEVICE, "protection", "loose", now, silence_class="body")

        await site.engine.committer.run(raise_both)
        called = {(await site.channel.next_notice()).recipient for _ in range(2)}
        assert called == {"Stefan Store", "Mara Muster"}


async def test_whoever_leaves_the_rota_loses_the_case_to_the_chain(tmp_path):
    """They were called for a duty that is not theirs any more."""
    async with running_site(tmp_path) as site:
        rescue, by = site.engine.rescue, "Otto"
        mara = await rescue.responders.add("Mara Muster", "en", None, None, by)
        await rescue.responders.set_addresses(mara["id"], [("memory", "mara")], by)
        role = await rescue.duties.add_role("Shift lead", 1, by)
        now = site.clock.now()
        await rescue.duties.override(
            role["id"],
            mara["id"],
            now - timedelta(hours=1),
            now + timedelta(minutes=5),
            is_instead=False,
            by=by,
        )
        lead = Recipient("role", "Shift lead", (Way("memory", 1, 300),))
        await site.engine.set_chain(Chain("Duty", (Level("Lead", (lead,), 60),)))
        await site.raise_alarm()
        assert (await site.channel.next_notice()).recipient == "Mara Muster"
        await site.engine.desk.press(1, "accept", "Mara Muster", f"person/{mara['id']}")
        site.clock.jump(LOOK_S)
        await site.beat()
        await site.only_case(state="ACCEPTED")
        site.clock.jump(300)
        lost = await site.until(
            lambda seen: seen["cases"] and seen["cases"][0]["dropped_by"] == "Mara Muster"
        )
        assert lost["cases"][0]["state"] == "RECEIVED"
