"""An alarm from the device to a receiving centre, through the store, the outbox and the log of its case."""

import asyncio

from basestation.cases.chain import Chain, Level, Recipient, Way
from basestation.outgoing.channels.dc09 import Fault, TwinReceiver
from basestation.outgoing.dispatch import retry_s
from tests.basestation.outgoing.channels.dc09_centre import ACCOUNT, KEY, a_channel
from tests.basestation.site_bench import running_site

CENTRE = Recipient("receiving_centre", "Leitstelle Beispiel", (Way("dc09", 1, 300, ACCOUNT),))
CHAIN = Chain("Plant", (Level("Centre", (CENTRE,), 300),))


async def test_an_alarm_is_told_to_the_centre_until_it_is_acknowledged_and_taken_there_once(tmp_path):
    """The first attempt is lost on the way; the case shows both, and the number is the same."""
    async with running_site(tmp_path) as site, TwinReceiver(ACCOUNT, KEY, site.clock.now) as centre:
        channel, _ = a_channel(centre.port, key=KEY, clock=site.clock)
        site.engine.dispatch._channels = {"dc09": channel}
        await site.engine.set_chain(CHAIN)
        centre.do(*[Fault.DIES] * 3)
        changes = site.engine.changes()
        await site.raise_alarm()
        told = await _deliveries(site, changes, 1)
        assert "it may have arrived" in told[0]["detail"]
        site.clock.jump(retry_s(1))
        told = await _deliveries(site, changes, 2)
        assert [entry["stage"] for entry in told] == ["failed", "delivered"]
        assert "that is no person yet" in told[1]["detail"]
        assert len(centre.taken) == 1
        lead = f"#{ACCOUNT}|Nri00/QA000^Case 1. Emergency button: device pna-01"
        assert centre.taken[0].data.startswith(lead)
        assert {one.frame.sequence for one in centre.heard} == {1}


async def _deliveries(site, changes, count):
    """Return what the case's log says of deliveries, once there are so many."""
    async with asyncio.timeout(5):
        while True:
            entries = await site.engine.timeline(1)
            told = [entry for entry in entries if entry["kind"] == "delivery_reported"]
            if len(told) >= count:
                return told
            await anext(changes)
