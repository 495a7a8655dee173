"""The outbox: sent until delivered, whatever a channel does."""

import asyncio
import threading

from sqlalchemy import select

from basestation.cases.chain import Chain, Level, Recipient, Way
from basestation.casework.pressing import Said
from basestation.outgoing.channels.memory import MemoryChannel
from basestation.outgoing.dispatch import ADDRESS_SENDS_MAX, CHANNEL_SENDS_MAX, retry_s
from basestation.store.tables import outbox
from tests.basestation.site_bench import NOW, OPERATOR, Site, running_site


async def _outbox(site):
    async with site.database.connect() as connection:
        return (await connection.execute(select(outbox).order_by(outbox.c.id))).mappings().all()


def _chain(*recipients):
    return Chain("Plant", (Level("Desk", recipients, 300),))


async def _until_entry(site, kind, **facts):
    """Wait until the timeline of case 1 has such an entry, and return it."""
    changes = site.engine.changes()
    async with asyncio.timeout(5):
        while True:
            for entry in await site.engine.timeline(1):
                if entry["kind"] == kind and all(entry.get(name) == value for name, value in facts.items()):
                    return entry
            await anext(changes)


async def test_a_failed_notice_is_tried_again_until_it_is_delivered(tmp_path):
    """Three tries and out is fine for servers, not for a person on the floor."""
    async with running_site(tmp_path) as site:
        site.channel.fail(5)
        await site.engine.set_chain(
            _chain(Recipient("person", "Mara Muster", (Way("memory", 1, 300, "mara"),)))
        )
        await site.raise_alarm()
        await _until_entry(site, "delivery_reported", stage="failed")
        assert (await site.engine.dispatch.age()).oldest_at == NOW
        for attempt in range(1, 6):
            await site.channel.attempted(attempt)
            await site.engine.dispatch.idle()
            site.clock.jump(retry_s(attempt))
        notice = await site.channel.next_notice()
        assert notice.key == (await _outbox(site))[0]["key"]
        await _until_entry(site, "delivery_reported", stage="sent")
        assert site.channel.attempts == 6
        assert (await site.engine.dispatch.age()).waiting == 0


async def test_when_nobody_of_a_level_can_be_reached_the_next_is_called_at_once(tmp_path):
    """A broken channel must not cost the answer time."""
    async with running_site(tmp_path) as site:
        site.channel.fail(1)
        await site.raise_alarm()
        assert (await site.channel.next_notice()).recipient == "Lea Leiter"


async def test_a_channel_that_hangs_holds_up_nobody_else(tmp_path):
    """Not another channel, and its own sends are bounded."""
    site = Site(tmp_path)
    hanging = MemoryChannel()
    hanging.hang()
    site.engine._parts.dispatch._channels["hanging"] = hanging
    await site.open()
    try:
        await site.furnish()
        stuck = [Recipient("person", f"Stuck {n}", (Way("hanging", 1, 300, f"s{n}"),)) for n in range(29)]
        await site.engine.set_chain(
            _chain(*stuck, Recipient("person", "Mara Muster", (Way("memory", 1, 300, "mara"),)))
        )
        await site.raise_alarm()
        assert (await site.channel.next_notice()).recipient == "Mara Muster"
        await _until_attempts(hanging, CHANNEL_SENDS_MAX)
        hanging.work()
        names = {(await hanging.next_notice()).recipient for _ in stuck}
        assert len(names) == 29
    finally:
        await site.engine.stop()


async def _until_attempts(channel, attempts):
    """Return once the channel was asked so often."""
    async with asyncio.timeout(5):
        while channel.attempts < attempts:
            await asyncio.to_thread(threading.Event().wait, 0.01)
    assert channel.attempts == attempts


async def test_an_address_that_hangs_leaves_room_for_the_others_of_its_channel(tmp_path):
    """One dead webhook of a site must not silence the living one."""
    site = Site(tmp_path)
    hanging = MemoryChannel()
    hanging.hang()
    site.engine._parts.dispatch._channels["hanging"] = hanging
    await site.open()
    try:
        await site.furnish()
        same = [Recipient("person", f"Stuck {n}", (Way("hanging", 1, 300, "same"),)) for n in range(6)]
        await site.engine.set_chain(
            _chain(*same, Recipient("person", "Mara Muster", (Way("memory", 1, 300, "mara"),)))
        )
        await site.raise_alarm()
        await site.channel.next_notice()
        await _until_attempts(hanging, ADDRESS_SENDS_MAX)
        await site.beat()
        assert hanging.attempts == ADDRESS_SENDS_MAX
    finally:
        await site.engine.stop()


class EndingMeanwhile:
    """Claims of one who has everything, and lets all that is under way end while a round looks."""

    def __init__(self, dispatch, channel):
        self._dispatch, self._channel = dispatch, channel
        self.is_armed = False

    async def take(self, _kind, numbers):
        """Return all of them."""
        if self.is_armed:
            self._channel.work()
            await self._dispatch.idle()
        return set(numbers)

    def release(self, kind, number):
        """Do nothing."""


async def test_room_that_is_made_while_a_round_looks_is_used(tmp_path):
    """Nobody knew yet that anything waited for it: without a second look it would wait for the next event."""
    site = Site(tmp_path)
    hanging, dispatch = MemoryChannel(), site.engine.dispatch
    hanging.hang()
    dispatch._channels["hanging"] = hanging
    dispatch.claims = ending = EndingMeanwhile(dispatch, hanging)
    await site.open()
    try:
        await site.furnish()
        await site.engine.add_device("pna-02")
        same = [Recipient("person", f"Both {n}", (Way("hanging", 1, 300, "same"),)) for n in range(2)]
        await site.engine.set_chain(_chain(*same))
        await site.raise_alarm()
        await _until_attempts(hanging, ADDRESS_SENDS_MAX)
        ending.is_armed = True
        await site.say("raised", device="pna-02", alarm="1-200", alarm_kind="manual", repeat=0)
        told = [(await asyncio.wait_for(hanging.next_notice(), 10)).device for _ in range(4)]
        assert sorted(told) == ["pna-01", "pna-01", "pna-02", "pna-02"]
    finally:
        await site.engine.stop()


async def test_a_notice_that_was_not_sent_before_a_restart_is_sent_after_it(tmp_path):
    """The row was written with the case."""
    site = Site(tmp_path)
    site.channel.hang()
    await site.open()
    await site.furnish()
    await site.raise_alarm()
    await site.engine.stop()
    async with running_site(tmp_path, site.clock, is_furnished=True) as again:
        assert (await again.channel.next_notice()).recipient == "Mara Muster"


async def test_a_notice_that_is_being_sent_at_a_stop_is_noted_and_not_sent_again(tmp_path):
    """An orderly restart doubles nothing."""
    async with running_site(tmp_path) as site:
        await site.raise_alarm()
        await site.channel.next_notice()
    async with running_site(tmp_path, site.clock, is_furnished=True) as again:
        assert [row["state"] for row in await _outbox(again)] == ["SENT"]
        await again.engine.dispatch.idle()
        assert again.channel.attempts == 0


async def test_a_closed_case_calls_nobody_any_more(tmp_path):
    """Help must not be sent out for what is over."""
    async with running_site(tmp_path) as site:
        site.channel.fail(100)
        await site.raise_alarm()
        await _until_entry(site, "delivery_reported", stage="failed")
        await site.engine.press(1, "accept", OPERATOR)
        await site.engine.press(1, "on_scene", OPERATOR)
        await site.engine.press(1, "all_clear", OPERATOR, Said("unhurt"))
        # A send that had begun before the close is not called back.
        await site.engine.dispatch.idle()
        site.channel.work()
        site.clock.jump(600)
        await site.beat()
        assert (await _outbox(site))[0]["state"] == "REPLACED"
        # Whoever may have got the call although it failed is told that it is over.
        await site.channel.next_notice()
        assert {notice.text_key for notice in site.channel.notices} <= {"taken", "closed"}


async def test_the_console_counts_as_told_as_soon_as_the_case_is_on_disk(tmp_path):
    """Where nobody has set a chain, the control room is called and sees it."""
    async with running_site(tmp_path) as site:
        await site.engine.set_chain(_chain(Recipient("control_room", "Control room")))
        site.sit_down()
        await site.raise_alarm()
        rows = await _outbox(site)
        assert [(row["channel"], row["state"]) for row in rows] == [("console", "SENT")]
