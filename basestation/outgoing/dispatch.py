"""The outbox: what has to be told to whom is a row first, and sent until it is delivered.

Decides when a notice is tried again. At least once, with the same key each time; a notice about a
person is never given up while the case needs somebody. The first failure and the delivery go back
to the case as events. Bounds: sends per channel and per address, so that one that hangs holds up
nobody else; a send is given up after SEND_S_MAX and counts as failed. Who posts a notice tells the loop;
LOOK_S finds what nobody told.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog
from sqlalchemy import BigInteger, Row, bindparam, func, update
from sqlalchemy.ext.asyncio import AsyncEngine

from basestation.cases.events import DeliveryReported
from basestation.casework.casebook import Casebook
from basestation.clock import Clock, to_ms
from basestation.counters import Counters
from basestation.outgoing.channels import Channel, Delivery, Health, Notice, Stage
from basestation.outgoing.claiming import claimed
from basestation.outgoing.notices import notice_of
from basestation.outgoing.waiting import OutboxState, outbox_state, to_send
from basestation.replicas.claims import ALONE, NOTICE, Claims
from basestation.store import case_rows
from basestation.store.committer import GroupCommitter, Work
from basestation.store.tables import outbox

#: Sends at one moment, per channel and per address of it.
CHANNEL_SENDS_MAX = 16
ADDRESS_SENDS_MAX = 2
#: A send that takes longer counts as failed, in seconds.
SEND_S_MAX = 20.0
#: What sends under way get to end when the base station stops, in seconds.
STOP_S_MAX = 1.0
#: Seconds to the next attempt: doubling from the first, up to the last.
RETRY_FIRST_S, RETRY_S_MAX = 2, 60
#: Between two looks at most, in seconds.
LOOK_S = 10
#: What calls nobody for a person (news, technical alarms) is given up after so many attempts, over an hour.
NEWS_ATTEMPTS_MAX = 70

_log = structlog.get_logger(__name__)


# A case that has closed meanwhile has ended the row; only a delivery is still worth noting.
_NOTE_SENT = (
    update(outbox)
    # A report may have overtaken this: what is known to be lost stays lost.
    .where(outbox.c.id == bindparam("notice"), outbox.c.state != "FAILED")
    .values(state="SENT", next_try_at_ms=None, attempts=bindparam("tried"), last_error=bindparam("detail"))
    .values(sent_at_ms=bindparam("now_ms"), reference=bindparam("known_as"))
    .values(
        delivered_at_ms=func.coalesce(bindparam("arrived_ms", type_=BigInteger), outbox.c.delivered_at_ms)
    )
)
_NOTE_FAILED = (
    update(outbox)
    .where(outbox.c.id == bindparam("notice"), outbox.c.state == "DUE")
    .values(state=bindparam("becomes"), attempts=bindparam("tried"), last_error=bindparam("detail"))
    .values(next_try_at_ms=bindparam("again_ms"))
)


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
        #: Something is due that found no room.
        self._is_crowded = False
        #: Sends that have ended.
        self._ended = 0
        #: Called when the end of a send has made room for what waits.
        self.wake: Callable[[], None] = lambda: None
        #: Called with the time at which something is tried again.
        self.expect: Callable[[datetime], None] = lambda _at: None

    async def send_due(self, now: datetime) -> datetime:
        """Start what is due and has room, and return when to look again."""
        ended = self._ended
        async with self._database.connect() as connection:
            rows = await to_send(
                connection, now, self._sending, self._full(),
                channel_max=CHANNEL_SENDS_MAX, address_max=ADDRESS_SENDS_MAX,
            )  # fmt: skip
            ours = await claimed(connection, self.claims, {row.id: row.attempts for row in rows})
            for row in rows:
                if row.id in ours:
                    self._start(row)
            state = await outbox_state(connection, now, self._sending)
        self._is_crowded = state.left > 0
        if self._is_crowded and ended != self._ended:
            # The room was made while this round looked, when nobody knew yet that anything waits for it.
            self.wake()
        self._counters.notices_waiting.set(state.waiting)
        self._counters.notices_oldest_s.set((now - (state.oldest_at or now)).total_seconds())
        look_at = now + timedelta(seconds=LOOK_S)
        return look_at if state.next_at is None else min(look_at, state.next_at)

    async def age(self) -> OutboxState:
        """Return how many notices wait and since when."""
        async with self._database.connect() as connection:
            return await outbox_state(connection, self._clock.now(), self._sending)

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

    def _full(self) -> list[tuple[str, ...]]:
        """Return the channels, and the addresses of channels, that have no room."""
        return [
            place
            for place, sends in self._busy.items()
            if sends >= (CHANNEL_SENDS_MAX if len(place) == 1 else ADDRESS_SENDS_MAX)
        ]

    def _start(self, row: Row[Any]) -> None:
        places = ((row.channel,), (row.channel, row.address))
        if self._busy[places[0]] >= CHANNEL_SENDS_MAX or self._busy[places[1]] >= ADDRESS_SENDS_MAX:
            self.claims.release(NOTICE, row.id)
            return
        self._busy.update(places)
        task = asyncio.create_task(self._send(row))
        self._sending[row.id] = task

        def ended(_: asyncio.Task[None]) -> None:
            self._busy.subtract(places)
            self._busy += Counter()
            self._ended += 1
            del self._sending[row.id]
            self.claims.release(NOTICE, row.id)
            if self._is_crowded:
                self.wake()

        task.add_done_callback(ended)

    async def _send(self, row: Row[Any]) -> None:
        delivery = await self._try(row)
        self._counters.notices.labels(
            row.channel if row.channel in self._channels else "other",
            "sent" if delivery.is_sent else "failed",
        ).inc()
        try:
            await self._committer.run(lambda work: self._note(work, row, delivery))
        except Exception:  # noqa: BLE001
            # The row is still due: the notice goes out once more, and then is noted.
            _log.exception("delivery_not_noted", case=row.case_id)
            await self._clock.wait(asyncio.Event(), self._clock.now() + timedelta(seconds=RETRY_FIRST_S))
            self._is_crowded = True

    async def _try(self, row: Row[Any]) -> Delivery:
        channel = self._channels.get(row.channel, self._fallback)
        try:
            link = self.link_of(row.case_id, row.who, row.id)
            notice = notice_of(row._mapping, case_rows.case_of(row.case_body), link)  # noqa: SLF001
            return await asyncio.wait_for(channel.send(notice), SEND_S_MAX)
        except TimeoutError:
            return Delivery(Stage.FAILED, f"no answer within {SEND_S_MAX:.0f} s; it may have arrived")
        except Exception as error:  # noqa: BLE001
            _log.exception("channel_failed", channel=row.channel)
            return Delivery(Stage.FAILED, f"the channel failed: {type(error).__name__}")

    async def _note(self, work: Work, row: Row[Any], delivery: Delivery) -> None:
        now, attempts = self._clock.now(), row.attempts + 1
        values = {"notice": row.id, "tried": attempts, "detail": delivery.detail or None}
        if delivery.is_sent:
            arrived_ms = to_ms(now) if delivery.stage is Stage.DELIVERED else None
            values |= {"now_ms": to_ms(now), "known_as": delivery.reference, "arrived_ms": arrived_ms}
            noted = await work.connection.execute(_NOTE_SENT, values)
        else:
            is_given_up = not (row.is_person and row.is_call) and attempts >= NEWS_ATTEMPTS_MAX
            again_at = None if is_given_up else now + timedelta(seconds=retry_s(attempts))
            values |= {"becomes": "DUE" if again_at else "FAILED", "again_ms": again_at and to_ms(again_at)}
            noted = await work.connection.execute(_NOTE_FAILED, values)
            if again_at is not None:
                work.after_commit(partial(self.expect, again_at))
        if noted.rowcount and (delivery.is_sent or attempts == 1):
            case = await case_rows.load(work.connection, row.case_id)
            assert case is not None
            event = DeliveryReported(row.key, row.recipient, delivery.stage.value, delivery.detail)
            await self._casebook.apply(work, case, event, now)
