"""Timers of cases: rows that survive, fired once, late ones at the start."""

import asyncio
from datetime import timedelta

from basestation.casework.timers import Timers
from basestation.store import case_rows
from basestation.store.case_rows import DueTimer
from tests.basestation.site_bench import DEVICE, NOW, running_site
from tests.store_faults import accept, refuse


def _fired(timeline):
    # One more try of the same call is no step of the chain.
    return [entry["name"] for entry in timeline if entry["kind"] == "timer_fired" and entry["name"] != "call"]


async def test_a_timer_that_fell_due_while_the_base_was_down_fires_once_at_its_start(tmp_path):
    """The chain goes on where it stood."""
    async with running_site(tmp_path) as site:
        await site.raise_alarm()
        await site.channel.next_notice()
        clock = site.clock
    clock.jump(3600)
    async with running_site(tmp_path, clock, is_furnished=True) as site:
        called = {(await site.channel.next_notice()).recipient for _ in range(2)}
        assert called == {"Mara Muster", "Lea Leiter"}
        assert _fired(await site.engine.timeline(1)) == ["answer"]
    async with running_site(tmp_path, clock, is_furnished=True) as site:
        await site.beat(seq=900)
        assert _fired(await site.engine.timeline(1)) == ["answer"]


async def _called(site, count):
    """Return who is called next for the person, that many times."""
    names = set()
    while count:
        notice = await site.channel.next_notice()
        # That nobody answers is a technical alarm of its own.
        if notice.is_person:
            names.add(notice.recipient)
            count -= 1
    return names


async def test_two_who_look_at_the_same_moment_fire_a_timer_once(tmp_path):
    """As two replicas would."""
    async with running_site(tmp_path) as site:
        await site.raise_alarm()
        now = NOW + timedelta(seconds=30)
        others = [Timers(site.database, site.engine.committer, site.engine._parts.casebook) for _ in range(2)]
        await asyncio.gather(*[timers.fire_due(now) for timers in others])
        assert _fired(await site.engine.timeline(1)) == ["answer"]


async def test_a_timer_is_due_no_part_of_a_millisecond_early(tmp_path):
    """One that was looked at too early would wait for the next look, up to ten seconds."""
    async with running_site(tmp_path) as site:
        site.clock.jump(0.0007)
        await site.raise_alarm()
        timers = Timers(site.database, site.engine.committer, site.engine._parts.casebook)
        due_at = site.clock.now() + timedelta(seconds=30)
        early = due_at - timedelta(microseconds=400)
        look_at = await timers.fire_due(early)
        assert (look_at - due_at) < timedelta(milliseconds=1)
        assert _fired(await site.engine.timeline(1)) == []
        await timers.fire_due(look_at)
        assert _fired(await site.engine.timeline(1)) == ["answer"]


async def test_a_timer_that_is_gone_or_not_yet_due_is_not_claimed(tmp_path):
    """What was read outside the transaction may be old."""
    async with running_site(tmp_path) as site:
        await site.raise_alarm()
        due_at = NOW + timedelta(seconds=30)

        async def claims(work):
            return [
                await case_rows.claim_timer(work.connection, DueTimer(1, name, due_at), now)
                for name, now in (("answer", due_at), ("answer", NOW), ("arrival", due_at))
            ]

        assert await site.engine.committer.run(claims) == [True, False, False]


async def test_a_case_whose_timer_fails_does_not_hold_up_the_others(tmp_path):
    """A mistake of ours in one case must not silence the rest."""
    async with running_site(tmp_path) as site:
        await site.raise_alarm(alarm="1-50")
        await site.engine.add_device("pna-02")
        await site.raise_alarm(alarm="1-51", device="pna-02")
        for _ in range(2):
            await site.channel.next_notice()
        async with site.database.begin() as connection:
            await refuse(connection, "UPDATE", "cases", "NEW.id = 1")
        site.clock.jump(30)
        assert "case 2" in (await site.channel.next_notice()).subject
        async with site.database.begin() as connection:
            await accept(connection, "cases")
        site.clock.jump(5)
        assert "case 1" in (await site.channel.next_notice()).subject
        assert site.metrics.get_sample_value("rufweite_loop_failures_total", {"loop": "timers"}) >= 1


async def test_an_unaccepted_case_is_called_again_for_ever(tmp_path):
    """Bounded in rate, never in number."""
    async with running_site(tmp_path) as site:
        await site.raise_alarm()
        assert (await site.channel.next_notice()).recipient == "Mara Muster"
        site.clock.jump(30)
        assert (await site.channel.next_notice()).recipient == "Lea Leiter"
        for _ in range(3):
            site.clock.jump(60)
            assert await _called(site, 2) == {"Mara Muster", "Lea Leiter"}
        assert (await site.cases())[0]["device"] == DEVICE
