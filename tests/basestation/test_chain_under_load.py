"""Many alarms at once, and channels that fail or hang: every deadline is kept, in virtual time."""

import asyncio
import os
from datetime import timedelta

from sqlalchemy import select

from basestation.cases.chain import Chain, Level, Recipient, Way
from basestation.clock import to_ms
from basestation.outgoing.channels.memory import MemoryChannel
from basestation.store import case_rows
from basestation.store.tables import outbox
from protocol import codec
from tests.basestation.site_bench import NOW, Site

#: Two hundred in `make bench`, which measures real time too; here what the suite has time for.
CASES = int(os.environ.get("RUFWEITE_CASES", "40"))
LATE_MS_MAX = 1000
#: The first level cannot be reached by one channel and hangs on the other, so only time calls the next one.
CHAIN = Chain(
    "Load",
    (
        Level("First", (_dead := Recipient("person", "Dead", (Way("dead", 1, 300, "d"),)),
                        _stuck := Recipient("person", "Stuck", (Way("stuck", 1, 300, "s"),))), 30),
        Level("Second", (_dead, Recipient("person", "Mara Muster", (Way("memory", 1, 300, "mara"),))), 60),
    ),
    repeat_s=60,
)  # fmt: skip
#: Who is called when, in seconds from the alarm: the levels, then everybody again and again.
DUE_S = {"Dead": (0, 90), "Stuck": (0, 90), "Mara Muster": (30, 90)}


async def _all_fired(site):
    """Return when no timer is due at the moment at which the clock stands."""
    changes = site.engine.changes()
    async with asyncio.timeout(60):
        while True:
            async with site.database.connect() as connection:
                due = await case_rows.due_timers(connection, site.clock.now(), 1)
            if not due:
                return
            await anext(changes)


async def _created_s(site):
    """Return when calls were handed out, by recipient and case, in seconds from the alarms."""
    query = select(outbox.c.recipient, outbox.c.case_id, outbox.c.created_at_ms).where(
        outbox.c.recipient.in_(DUE_S), outbox.c.case_id <= CASES, outbox.c.is_call
    )
    created = {}
    async with site.database.connect() as connection:
        for recipient, case_id, at_ms in (await connection.execute(query.order_by(outbox.c.id))).all():
            created.setdefault(recipient, {}).setdefault(case_id, []).append(at_ms - to_ms(NOW))
    return created


async def test_many_cases_at_once_with_failing_channels_keep_every_deadline(tmp_path):
    """Each level of each case within a second of its time, and the channel that works is not held up."""
    site = Site(tmp_path)
    dead, stuck = MemoryChannel(), MemoryChannel()
    dead.fail(10**9)
    stuck.hang()
    site.engine._parts.dispatch._channels |= {"dead": dead, "stuck": stuck}
    await site.open()
    try:
        await site.engine.set_chain(CHAIN)
        names = [f"pna-{n}" for n in range(CASES)]
        await asyncio.gather(*map(site.engine.add_device, names))
        alarm = {"alarm": "1-7", "alarm_kind": "rest", "repeat": 0}
        kept = [
            site.link.put(name, "event", codec.encode("raised", name, 1, 7, "real", alarm)) for name in names
        ]
        await asyncio.wait_for(asyncio.gather(*(one.wait() for one in kept)), 60)
        for second in (29, 30, 89, 90):
            site.clock.jump((NOW + timedelta(seconds=second) - site.clock.now()).total_seconds())
            await _all_fired(site)
            if second == 30:
                reached = {(await site.channel.next_notice(60)).case_id for _ in range(CASES)}
                assert reached == set(range(1, CASES + 1))
        created = await _created_s(site)
    finally:
        await site.engine.stop()
    for recipient, due_s in DUE_S.items():
        assert len(created[recipient]) == CASES
        for case_id, at_ms in created[recipient].items():
            late_ms = [at - 1000 * due for at, due in zip(at_ms, due_s, strict=True)]
            assert min(late_ms) >= 0, (recipient, case_id, late_ms)
            assert max(late_ms) < LATE_MS_MAX, (recipient, case_id, late_ms)
