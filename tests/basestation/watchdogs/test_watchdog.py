"""Real parts of a real engine are made to hang: each is noticed, told, and started again or given up."""

import asyncio

from basestation.engine import UnknownCase
from basestation.watchdogs.herald import Herald
from basestation.watchdogs.standing import WELL
from tests.basestation.site_bench import running_site

LOOP_NAMES = (
    "timers",
    "dispatch",
    "commands",
    "supervision",
    "protection",
    "battery",
    "attendance",
    "states",
)


def _ears(site):
    """Let the watchdog tell people straight through the channels, as in a base station that serves."""
    herald = Herald(site.engine.database, site.engine.dispatch.send_once)

    async def tell(subject, body):
        return await herald.tell(subject, body, site.clock.now())

    site.engine.watchdog.tell = tell


async def _looks(site, seconds, *, working=None):
    """Let so many seconds of looks pass; a store and loops that work get the time they need for each."""
    for _ in range(seconds):
        while working is not None and (
            site.engine.committer.age_of_oldest_s or any(site.engine.pulses[name].is_busy for name in working)
        ):
            await asyncio.to_thread(int)
        site.engine.watchdog.look(1.0)
        await asyncio.to_thread(int)


async def _recover(site):
    """Let forty looks pass, each when nothing is under way: time that is well spent."""
    async with asyncio.timeout(20):
        await _looks(site, 40, working=tuple(site.engine.pulses))
        await site.engine.watchdog.settled()


async def _stations_case(site, condition):
    snapshot = await site.until(
        lambda shown: any(case["cause"] and condition in case["cause"] for case in shown["cases"])
    )
    return next(case for case in snapshot["cases"] if case["cause"] and condition in case["cause"])


async def test_a_job_that_never_ends_is_given_up_alone_and_the_others_are_kept(tmp_path):
    """Its caller is told; what waited behind it is on disk."""
    async with running_site(tmp_path) as site:
        site.engine.committer.job_s_max = 0.05

        async def hangs(_work):
            await asyncio.Event().wait()

        told = await asyncio.gather(
            site.engine.committer.run(hangs), site.engine.add_worker("Rita Rand"), return_exceptions=True
        )
        assert isinstance(told[0], TimeoutError)
        assert told[1]["name"] == "Rita Rand"
        await site.raise_alarm()
        assert (await site.cases())[0]["kind"] == "manual"


async def _word(site, words):
    """Return once the channel was given a notice with these words; the alarm's own may overtake it."""
    async with asyncio.timeout(20):
        while words not in (await site.channel.next_notice()).body:
            pass


async def test_a_committer_that_hangs_is_told_past_the_store_started_again_and_takes_the_alarm(tmp_path):
    """Nothing can be stored: the channel has the word all the same, and the alarm is stored afterwards."""
    async with running_site(tmp_path) as site:
        _ears(site)
        site.engine.committer.job_s_max = None
        has_begun = asyncio.Event()

        async def hangs(_work):
            has_begun.set()
            await asyncio.Event().wait()

        hung = asyncio.create_task(site.engine.committer.run(hangs))
        await asyncio.wait_for(has_begun.wait(), 10)
        alarm = asyncio.create_task(site.raise_alarm())
        await _looks(site, 25)
        await _word(site, "committer stood still")
        await asyncio.wait_for(alarm, 10)
        assert isinstance(await asyncio.gather(hung, return_exceptions=True), list)
        assert any(case["kind"] == "manual" for case in await site.cases())
        case = await _stations_case(site, "committer stood still")
        assert case["device"] == "station"
        await _recover(site)
        assert site.engine.watchdog.standing == ()


async def test_a_committer_that_cannot_be_ended_ends_the_base_station(tmp_path):
    """A job that swallows its cancellation: the process is lost, says why, and its supervisor takes over."""
    async with running_site(tmp_path) as site:
        _ears(site)
        site.engine.committer.job_s_max = None
        kept, is_over, has_begun = [], asyncio.Event(), asyncio.Event()
        site.engine.watchdog.keep_last_words = kept.append

        async def stubborn(_work):
            has_begun.set()
            while not is_over.is_set():
                try:
                    await is_over.wait()
                except asyncio.CancelledError:
                    continue

        site.engine.watchdog.subjects["committer"].restart = lambda: site.engine.running.restart(
            "committer", 0.05
        )
        hung = asyncio.create_task(site.engine.committer.run(stubborn))
        failed = asyncio.create_task(site.engine.wait_failed())
        try:
            await asyncio.wait_for(has_begun.wait(), 10)
            await _looks(site, 25)
            assert await asyncio.wait_for(failed, 20) == "committer"
            assert "cannot be started again" in kept[0]
        finally:
            is_over.set()
        await asyncio.gather(hung, return_exceptions=True)


def _hang(site, name):
    """Let the next round of a loop never end, and those after it work."""
    loop, has_begun = site.engine._loops[name], asyncio.Event()
    work = loop._work

    async def stuck(now):
        if not has_begun.is_set():
            has_begun.set()
            await asyncio.Event().wait()
        return await work(now)

    loop._work = site.engine.pulses[name].around(stuck)
    loop.wake()
    return has_begun


async def test_every_loop_that_hangs_is_a_technical_alarm_and_is_started_again(tmp_path):
    """The rounds that never end are given up, the next ones work, and the alarms go after a while."""
    async with running_site(tmp_path) as site:
        _ears(site)
        for has_begun in [_hang(site, name) for name in LOOP_NAMES]:
            await asyncio.wait_for(has_begun.wait(), 10)
        await _looks(site, 22, working=())
        assert "timers" in (await site.engine.snapshot())["station"]["standing"]
        await _looks(site, 100, working=LOOP_NAMES[:4])
        for name in LOOP_NAMES:
            case = await _stations_case(site, f"{name} stood still")
            assert case["device"] == "station"
            restarts = site.metrics.get_sample_value("rufweite_watchdog_restarts_total", {"part": name})
            assert (restarts, site.engine.running.is_running(name)) == (1, True), name
        await _recover(site)
        assert (await site.engine.snapshot())["station"]["standing"] == []
        shown = await site.until(lambda shown: all(case["state"] == "GONE" for case in shown["cases"]))
        assert len(shown["cases"]) == len(LOOP_NAMES)


async def test_a_loop_that_oversleeps_is_noticed_like_one_that_hangs(tmp_path):
    """Its round is due and does not begin: a lost wake, a clock that was set."""
    async with running_site(tmp_path) as site:
        pulse = site.engine.pulses["timers"]
        await _looks(site, 2)
        pulse.due_at = site.clock.now().replace(year=2020)
        await _looks(site, 25)
        assert (await _stations_case(site, "timers stood still"))["state"] == "RECEIVED"


async def test_an_intake_that_hangs_ends_the_base_station_and_loses_no_message(tmp_path):
    """What it has in hand was not acknowledged: the broker brings it again to the process that follows."""
    async with running_site(tmp_path) as site:
        _ears(site)

        has_begun = asyncio.Event()

        async def never(*_):
            has_begun.set()
            await asyncio.Event().wait()

        site.engine.ingest._try = never
        saying = asyncio.create_task(site.raise_alarm())
        await asyncio.wait_for(has_begun.wait(), 10)
        failed = asyncio.create_task(site.engine.wait_failed())
        await _looks(site, 25)
        assert await asyncio.wait_for(failed, 20) == "alarms"
        assert not saying.done()
        saying.cancel()


async def test_whoever_waits_for_the_committer_is_not_the_one_that_stands(tmp_path):
    """A store that is busy, or hangs, is one alarm and not one of every loop."""
    async with running_site(tmp_path) as site:
        site.engine.committer.job_s_max = None
        is_free, has_begun = asyncio.Event(), asyncio.Event()

        async def waits(_work):
            has_begun.set()
            await is_free.wait()

        job = asyncio.create_task(site.engine.committer.run(waits))
        await asyncio.wait_for(has_begun.wait(), 10)
        saying = asyncio.create_task(site.raise_alarm())
        await _looks(site, 18)
        assert site.engine.watchdog.standing == ()
        is_free.set()
        await asyncio.gather(job, saying)


async def test_what_an_earlier_process_said_of_its_parts_is_over_when_the_next_one_runs(tmp_path):
    """A case of a part that stood does not stay open for ever because the process ended."""
    async with running_site(tmp_path) as site:
        site.engine.watchdog._store("timers", "timers stood still for more than 20 s")
        await _stations_case(site, "timers stood still")
    async with running_site(tmp_path, is_furnished=True) as site:
        watching = asyncio.create_task(site.engine.watchdog.run())
        await site.until(lambda shown: any(case["state"] == "GONE" for case in shown["cases"]))
        watching.cancel()


async def test_a_task_that_ends_by_itself_is_named_with_its_reason(tmp_path):
    """None ever should; the process ends."""
    async with running_site(tmp_path) as site:

        async def breaks():
            raise UnknownCase("a mistake of ours")

        site.engine.running.start("thing", breaks)
        assert await asyncio.wait_for(site.engine.wait_failed(), 5) == "thing: UnknownCase: a mistake of ours"


async def test_states_of_the_subjects_are_known_by_name(tmp_path):
    """Every loop, the committer and both intakes are looked at."""
    async with running_site(tmp_path) as site:
        watched = set(site.engine.watchdog.subjects)
        assert {"committer", "alarms", "heartbeats", *LOOP_NAMES} <= watched
        assert set(site.engine._loops) <= watched
        assert all(one.standing.state == WELL for one in site.engine.watchdog.subjects.values())
