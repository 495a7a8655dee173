"""Many devices silent at once, on a running base station: one case, whoever is in it and whoever leaves."""

import asyncio

from basestation.mqtt.events import LinkDown, LinkUp
from tests.basestation.site_bench import OPERATOR, running_site
from tests.store_faults import refuse

FLEET = ("pna-01", "pna-02", "pna-03", "pna-04")
NAMES = ("Willi Werker", "Anna Amsel", "Bert Buche", "Carl Citrin")


async def _all_at_work(site):
    for name, device in zip(NAMES[1:], FLEET[1:], strict=True):
        await site.engine.add_device(device)
        await site.engine.add_worker(name)
    for number, device in enumerate(FLEET, 1):
        await site.start_shift(device=device, worker_id=number)
    await _beat(site, FLEET)


async def _beat(site, devices):
    for device in devices:
        await site.beat(device=device)


async def _collective(site, *parts, **facts):
    """Return the collective case once it has these facts and these words in its cause."""

    def found(snapshot):
        return [
            one
            for one in snapshot["cases"]
            if one["device"] == "station"
            and all(part in one["cause"] for part in parts)
            and all(one[name] == value for name, value in facts.items())
        ]

    return found(await site.until(found))[0]


async def _devices(site):
    return sorted(one["device"] for one in await site.cases())


async def test_many_silent_at_once_are_one_case_that_lists_every_worker(tmp_path):
    """Within the bound of each; it ends when all are back, and stays until somebody knows."""
    async with running_site(tmp_path) as site:
        await _all_at_work(site)
        site.clock.jump(85)
        case = await _collective(site, "Silent (4)", kind="technical", state="RECEIVED")
        assert all(f"{name} ({device})" in case["cause"] for name, device in zip(NAMES, FLEET, strict=True))
        assert await _devices(site) == ["station"]
        assert all(one["is_silent"] for one in (await site.engine.snapshot())["people"])
        await site.channel.next_notice()
        await _beat(site, FLEET)
        case = await _collective(site, "Heard again or off shift (4)", state="GONE")
        assert not any(one["is_silent"] for one in (await site.engine.snapshot())["people"])
        assert (await site.engine.press(case["id"], "acknowledge", OPERATOR))["state"] == "CLOSED"
        kinds = [one for one in await site.engine.timeline(case["id"]) if one["kind"] == "collective_silence"]
        assert kinds[0]["silent"] == list(FLEET)
        assert kinds[-1]["back"] == list(FLEET)


async def test_who_stays_silent_sixty_seconds_after_the_others_gets_a_case_of_its_own(tmp_path):
    """And the collective one is over with it."""
    async with running_site(tmp_path) as site:
        await _all_at_work(site)
        site.clock.jump(85)
        await _collective(site, "Silent (4)")
        await _beat(site, FLEET[:3])
        await _collective(site, "Still silent after the others (1): Carl Citrin")
        site.clock.jump(59)
        assert await _devices(site) == ["station"]
        site.clock.jump(1)
        await _collective(site, "With a case of their own (1): Carl Citrin", state="GONE")
        (own,) = [one for one in await site.cases() if one["device"] == "pna-04"]
        assert own["state"] == "RECEIVED"
        assert own["worker"] == "Carl Citrin"
        assert "those that fell silent with it are back" in own["cause"]
        await _beat(site, FLEET)
        await site.until(lambda snapshot: all(one["state"] == "GONE" for one in snapshot["cases"]))


async def test_an_open_alarm_or_pre_alarm_is_never_folded_in(tmp_path):
    """Its silence is a case of its own at once, beside the alarm."""
    async with running_site(tmp_path) as site:
        await _all_at_work(site)
        await site.raise_alarm(device="pna-01")
        await site.say("pre-alarm", device="pna-02", alarm="1-900", alarm_kind="rest", deadline_ms=900_000)
        await _beat(site, FLEET)
        site.clock.jump(85)
        await _collective(site, "Silent (2): Bert Buche (pna-03), Carl Citrin (pna-04)")
        await site.until(lambda snapshot: len(snapshot["cases"]) == 5)
        assert await _devices(site) == ["pna-01", "pna-01", "pna-02", "pna-02", "station"]


async def test_a_restart_of_the_base_keeps_the_collective_case_and_those_in_it(tmp_path):
    """Its members and their waits stand on disk with it; its own absence is nobody's fault."""
    async with running_site(tmp_path) as site:
        await _all_at_work(site)
        site.clock.jump(85)
        await _beat(site, ())
        case = await _collective(site, "Silent (4)")
        clock = site.clock
    clock.jump(600)
    async with running_site(tmp_path, clock, is_furnished=True) as site:
        assert [one["id"] for one in await site.cases()] == [case["id"]]
        for device in FLEET[:3]:
            await site.beat(device=device, uptime_s=900)
        await _collective(site, "Still silent after the others (1)", id=case["id"])
        site.clock.jump(60)
        await _collective(site, "With a case of their own (1)", id=case["id"], state="GONE")
        assert await _devices(site) == ["pna-04", "station"]


async def test_what_was_acknowledged_takes_nobody_in_any_more(tmp_path):
    """Whoever is lost after that is heard of anew."""
    async with running_site(tmp_path) as site:
        await _all_at_work(site)
        site.clock.jump(14)
        await _beat(site, FLEET[2:])
        site.clock.jump(71)
        case = await _collective(site, "Silent (2)", "Not heard for too long (2)")
        await site.engine.press(case["id"], "acknowledge", OPERATOR)
        site.clock.jump(14)
        other = await _collective(site, "Silent (2): Bert Buche", state="RECEIVED")
        assert other["id"] != case["id"]


async def test_after_a_broker_restart_nobody_is_silent_who_is_back_in_time(tmp_path):
    """Down for five seconds: the station's own case, and neither four cases nor a collective one."""
    async with running_site(tmp_path) as site:
        await _all_at_work(site)
        site.clock.jump(20)
        for kind in (LinkDown, LinkUp):
            for connection in ("alarms", "heartbeats"):
                site.engine.take(kind(site.clock.now(), connection, *(["lost"] if kind is LinkDown else [])))
            await site.until(
                lambda snapshot, kind=kind: snapshot["station"]["mqtt"]["is_connected"] == (kind is LinkUp)
            )
            site.clock.jump(5 if kind is LinkDown else 44)
        await _beat(site, FLEET)
        site.clock.jump(60)
        await site.until(lambda snapshot: all(one["state"] == "GONE" for one in snapshot["cases"]))
        assert len(await site.cases()) <= 1


async def test_where_the_collective_case_cannot_be_kept_each_device_gets_its_own(tmp_path):
    """Towards noise: a fault of one part hides nobody's silence."""
    async with running_site(tmp_path) as site:
        await _all_at_work(site)
        when = "NEW.key = 'silence_collectives'"
        await site.engine.committer.run(lambda work: refuse(work.connection, "INSERT", "station", when))
        site.clock.jump(85)
        await site.until(lambda snapshot: len(snapshot["cases"]) == 4)
        assert await _devices(site) == list(FLEET)


async def test_who_is_heard_while_the_case_is_being_written_is_back_all_the_same(tmp_path):
    """Between what the round saw and its commit."""
    async with running_site(tmp_path) as site:
        await _all_at_work(site)
        site.clock.jump(85)
        await _collective(site, "Silent (4)")
        supervision, now = site.engine._parts.supervision, site.clock.now()
        wake, supervision.wake = supervision.wake, lambda: None

        async def meanwhile(_work):
            for device in FLEET[1:]:
                supervision.heard(device, now)

        supervision.heard(FLEET[0], now)
        # In this order: the round is the first job, the devices speak in the second.
        await asyncio.gather(supervision.check(now), site.engine.committer.run(meanwhile))
        supervision.wake = wake
        wake()
        await _collective(site, "Heard again or off shift (4)", state="GONE")
        assert await _devices(site) == ["station"]
