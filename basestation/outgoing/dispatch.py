"""The outbox: what has to be told to whom is a row first, and sent until it is delivered.

Decides when a notice is tried again. At least once, with the same key each time; a notice about a
person is never given up while the case needs somebody. The first failure and the delivery go back
to the case as events. Bounds: sends per channel and per address, so that one that hangs holds up
nobody else; a send is given up after SEND_S_MAX and counts as failed.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import RowMapping, Select, func, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from basestation.cases.events import DeliveryReported
from basestation.casework.casebook import Casebook
from basestation.clock import Clock, from_ms, to_ms
from basestation.counters import Counters
from basestation.outgoing.channels import Channel, Delivery, Health, Notice, Stage
from basestation.outgoing.claiming import claimed
from basestation.outgoing.notices import notice_of
from basestation.replicas.claims import ALONE, NOTICE, Claims
from basestation.store import case_rows
from basestation.store.committer import GroupCommitter, Work
from basestation.store.tables import cases, outbox

#: Sends at one moment, per channel and per address of it.
CHANNEL_SENDS_MAX = 16
ADDRESS_SENDS_MAX = 2
#: A send that takes longer counts as failed, in seconds.
SEND_S_MAX = 20.0
#: What sends under way get to end when the base station stops, in seconds.
STOP_S_MAX = 1.0
#: Seconds to the next attempt: doubling from the first, up to the last.
RETRY_FIRST_S, RETRY_S_MAX = 2, 60
#: What calls nobody for a person (news, technical alarms) is given up after so many attempts, over an hour.
NEWS_ATTEMPTS_MAX = 70

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class OutboxAge:
    """How far behind the outbox is."""

    waiting: int
    #: When the oldest notice that is not delivered was written.
    oldest_at: datetime | None


def retry_s(attempts: int) -> int:
    """Return the seconds from failed attempt number `attempts` (1, 2, …) to the next."""
    return min(RETRY_S_MAX, RETRY_FIRST_S << min(attempts - 1, 10))


class Dispatch:
    """Hands notices to channels."""

    def __init__(
        self,
        database: AsyncEngine,
        committer: GroupCommitter,
        casebook: Casebook,
        channels: Mapping[str, Channel],
        fallback: Channel,
        clock: Clock,
        counters: Counters,
    ) -> None:
        self._database = database
        self._committer = committer
        self._casebook = casebook
        self._channels = channels
        self._fallback = fallback
        self._clock = clock
        self._counters = counters
        self._sending: dict[int, asyncio.Task[None]] = {}
        self._busy: Counter[tuple[str, ...]] = Counter()
        #: Returns the address of a recipient's page: of a case, for whom, by which notice; empty: none.
        self.link_of: Callable[[int, str, int], str] = lambda _case_id, _who, _notice_id: ""
        #: Keeps other base stations from sending the same at the same time.
        self.claims: Claims = ALONE
        #: Called when a send has ended and the loop may have something to start.
        self.wake: Callable[[], None] = lambda: None

    async def send_due(self, now: datetime) -> datetime | None:
        """Start what is due and has room, and return when the next attempt is due."""
        rows = await self._due(now)
        async with self._database.connect() as connection:
            ours = await claimed(connection, self.claims, {row["id"]: row["attempts"] for row in rows})
        for row in rows:
            if row["id"] in ours:
                self._start(row)
        age = await self.age()
        self._counters.notices_waiting.set(age.waiting)
        self._counters.notices_oldest_s.set((now - (age.oldest_at or now)).total_seconds())
        return await self._next_due_at(now)

    async def age(self) -> OutboxAge:
        """Return how many notices wait and since when."""
        query = select(func.count(), func.min(outbox.c.created_at_ms)).where(outbox.c.state == "DUE")
        async with self._database.connect() as connection:
            waiting, oldest_ms = (await connection.execute(query)).one()
        return OutboxAge(waiting, None if oldest_ms is None else from_ms(oldest_ms))

    async def send_once(self, channel: str, notice: Notice) -> Delivery:
        """Hand over a notice that belongs to no case and stands in no outbox; whatever fails is an answer."""
        try:
            sending = self._channels.get(channel, self._fallback).send(notice)
            return await asyncio.wait_for(sending, SEND_S_MAX)
        except TimeoutError:
            return Delivery(Stage.FAILED, f"no answer within {SEND_S_MAX:.0f} s; it may have arrived")
        except Exception as error:  # noqa: BLE001
            _log.exception("channel_failed", channel=channel)
            return Delivery(Stage.FAILED, f"the channel failed: {type(error).__name__}")

    async def check_all(self) -> dict[str, Health]:
        """Ask every channel by name whether its machine answers; one that does not within the time is not."""
        names = tuple(self._channels)
        return dict(zip(names, await asyncio.gather(*map(self._check, names)), strict=True))

    async def _check(self, name: str) -> Health:
        try:
            return await asyncio.wait_for(self._channels[name].check(), SEND_S_MAX)
        except TimeoutError:
            return Health(is_working=False, detail=f"no answer within {SEND_S_MAX:.0f} s")
        except Exception as error:  # noqa: BLE001
            _log.exception("channel_failed", channel=name)
            return Health(is_working=False, detail=f"the channel failed: {type(error).__name__}")

    async def idle(self) -> None:
        """Return when no send is under way and what became of each is on disk."""
        while self._sending:
            await asyncio.wait(tuple(self._sending.values()))

    async def stop(self) -> None:
        """Let the sends under way end, then give up the rest; their rows stay due."""
        tasks = tuple(self._sending.values())
        if tasks:
            await asyncio.wait(tasks, timeout=STOP_S_MAX)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _due(self, now: datetime) -> list[RowMapping]:
        is_due = (outbox.c.state == "DUE") & (outbox.c.next_try_at_ms <= to_ms(now))
        rows: list[RowMapping] = []
        async with self._database.connect() as connection:
            channels = (
                (await connection.execute(select(outbox.c.channel).where(is_due).distinct())).scalars().all()
            )
            for channel in channels:
                room = CHANNEL_SENDS_MAX - self._busy[channel,]
                if room > 0:
                    query = self._query(channel, room).where(is_due)
                    rows += (await connection.execute(query)).mappings().all()
        return rows

    def _query(self, channel: str, room: int) -> Select[Any]:
        full = [
            place[1] for place, sends in self._busy.items() if len(place) > 1 and sends >= ADDRESS_SENDS_MAX
        ]
        return (
            select(outbox, cases.c.is_person)
            .join(cases, cases.c.id == outbox.c.case_id)
            .where(outbox.c.channel == channel)
            .where(outbox.c.id.not_in(self._sending), outbox.c.address.not_in(full))
            # A person's notice is not kept waiting by technical ones.
            .order_by(cases.c.is_person.desc(), outbox.c.next_try_at_ms)
            .limit(room)
        )

    async def _next_due_at(self, after: datetime) -> datetime | None:
        # What was due already is under way, or has no room: the end of a send wakes the loop.
        query = select(func.min(outbox.c.next_try_at_ms)).where(
            outbox.c.state == "DUE", outbox.c.next_try_at_ms > to_ms(after)
        )
        async with self._database.connect() as connection:
            next_ms = (await connection.execute(query)).scalar()
        return None if next_ms is None else from_ms(next_ms)

    def _start(self, row: RowMapping) -> None:
        places = ((row["channel"],), (row["channel"], row["address"]))
        if self._busy[places[0]] >= CHANNEL_SENDS_MAX or self._busy[places[1]] >= ADDRESS_SENDS_MAX:
            self.claims.release(NOTICE, row["id"])
            return
        self._busy.update(places)
        task = asyncio.create_task(self._send(row))
        self._sending[row["id"]] = task

        def ended(_: asyncio.Task[None]) -> None:
            self._busy.subtract(places)
            self._busy += Counter()
            del self._sending[row["id"]]
            self.claims.release(NOTICE, row["id"])
            self.wake()

        task.add_done_callback(ended)

    async def _send(self, row: RowMapping) -> None:
        if not await self._is_still_due(row):
            return
        delivery = await self._try(row)
        self._counters.notices.labels(
            row["channel"] if row["channel"] in self._channels else "other",
            "sent" if delivery.is_sent else "failed",
        ).inc()
        try:
            await self._committer.run(lambda work: self._note(work, row, delivery))
        except Exception:  # noqa: BLE001
            # The row is still due: the notice goes out once more, and then is noted.
            _log.exception("delivery_not_noted", case=row["case_id"])
            await self._clock.wait(asyncio.Event(), self._clock.now() + timedelta(seconds=RETRY_FIRST_S))

    async def _is_still_due(self, row: RowMapping) -> bool:
        """Look once more: the case may have closed since the round read its rows."""
        query = select(outbox.c.state).where(outbox.c.id == row["id"])
        async with self._database.connect() as connection:
            return (await connection.execute(query)).scalar() == "DUE"

    async def _try(self, row: RowMapping) -> Delivery:
        channel = self._channels.get(row["channel"], self._fallback)
        try:
            notice = await self._notice(row)
            return await asyncio.wait_for(channel.send(notice), SEND_S_MAX)
        except TimeoutError:
            return Delivery(Stage.FAILED, f"no answer within {SEND_S_MAX:.0f} s; it may have arrived")
        except Exception as error:  # noqa: BLE001
            _log.exception("channel_failed", channel=row["channel"])
            return Delivery(Stage.FAILED, f"the channel failed: {type(error).__name__}")

    async def _notice(self, row: RowMapping) -> Notice:
        async with self._database.connect() as connection:
            case = await case_rows.load(connection, row["case_id"])
        assert case is not None, row["case_id"]
        return notice_of(row, case, self.link_of(row["case_id"], row["who"], row["id"]))

    async def _note(self, work: Work, row: RowMapping, delivery: Delivery) -> None:
        now = self._clock.now()
        attempts = row["attempts"] + 1
        values: dict[str, Any] = {"attempts": attempts, "last_error": delivery.detail or None}
        if delivery.is_sent:
            values |= {"state": "SENT", "sent_at_ms": to_ms(now), "next_try_at_ms": None}
            values["reference"] = delivery.reference
            if delivery.stage is Stage.DELIVERED:
                values["delivered_at_ms"] = to_ms(now)
        elif not (row["is_person"] and row["is_call"]) and attempts >= NEWS_ATTEMPTS_MAX:
            values |= {"state": "FAILED", "next_try_at_ms": None}
        else:
            values["next_try_at_ms"] = to_ms(now + timedelta(seconds=retry_s(attempts)))
        # A case that has closed meanwhile has ended the row; only a delivery is still worth noting.
        noted = await work.connection.execute(
            update(outbox)
            .where(outbox.c.id == row["id"])
            # A report may have overtaken this: what is known to be lost stays lost.
            .where(outbox.c.state != "FAILED" if delivery.is_sent else outbox.c.state == "DUE")
            .values(values)
        )
        if noted.rowcount and (delivery.is_sent or attempts == 1):
            case = await case_rows.load(work.connection, row["case_id"])
            assert case is not None
            event = DeliveryReported(row["key"], row["recipient"], delivery.stage.value, delivery.detail)
            await self._casebook.apply(work, case, event, now)
