"""Test messages: every address is confirmed by its person once, and shown to work again and again.

Decides when a message is sent, and what counts: that it was delivered (once the person has confirmed), or
that the person has pressed or answered with its code; that it was opened, or sent, never. A message belongs
to no case and stands in no outbox: what is not noted is sent once more. Bound: SENDS_MAX at one moment.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo
from typing import Any, NamedTuple

from sqlalchemy import RowMapping, select, update

from basestation.cases.directory import Address
from basestation.cases.proof import ProofLimits, next_test_at
from basestation.cases.week import includes
from basestation.clock import to_ms
from basestation.errors import EntryRefused
from basestation.outgoing.channels import Answer, Delivery, Notice, Report, Stage
from basestation.site.bookkeeping import Bookkeeping
from basestation.site.directory_rows import address_of_row
from basestation.site.places_of_work import zone_of
from basestation.site.proof_words import codes_in, digest_of, new_code, words_of_test
from basestation.store.committer import Work
from basestation.store.responder_tables import responder_addresses, responders, sites

#: The first word of the keys of our notices.
KEY = "proof"
SENDS_MAX = 4
#: After a message that could not be sent, and outside the hours in which one may be.
AGAIN = timedelta(hours=1)
_LOOK_AGAIN = timedelta(minutes=15)

_THANKS = {
    "en": "Thank you. You can be reached here.",
    "de": "Danke. Sie sind hier erreichbar.",
}
_IN_USE = (
    select(
        responder_addresses,
        responders.c.name,
        responders.c.language,
        sites.c.zone,
        sites.c.proof_days,
    )
    .join(responders, responders.c.id == responder_addresses.c.responder_id)
    .join(sites, sites.c.id == responders.c.site_id)
    .where(responder_addresses.c.is_active, responders.c.is_active)
    .order_by(responder_addresses.c.id)
)


class _Tested(NamedTuple):
    """One address with what its test needs."""

    row: RowMapping
    address: Address
    zone: tzinfo
    limits: ProofLimits


async def _no_channels(channel: str, notice: Notice) -> Delivery:
    del channel, notice
    return Delivery(Stage.FAILED, "no channel is joined")


class Proofs:
    """Asks people whether they are reached, and notes what they say."""

    def __init__(self, book: Bookkeeping, limits: ProofLimits | None = None) -> None:
        self._book = book
        self._limits = limits or ProofLimits()
        self._failed_at: dict[int, datetime] = {}
        #: The newest code counts: two who ask at once follow each other.
        self._asking = asyncio.Lock()
        #: Hands one notice to the channel of this name.
        self.send: Callable[[str, Notice], Awaitable[Delivery]] = _no_channels
        #: Where the page with the button is reached, "https://rufweite.example"; empty: codes only.
        self.origin = ""

    async def send_due(self, now: datetime) -> datetime:
        """Send the tests that are due, by day at their sites, and return when to look again."""
        async with self._asking:
            return await self._send_due(now)

    async def _send_due(self, now: datetime) -> datetime:
        next_at = now + AGAIN
        due: list[_Tested] = []
        for tested in await self._in_use():
            due_at = self._due_at(tested, now)
            if due_at is None:
                continue
            if due_at > now:
                next_at = min(next_at, due_at)
            elif includes(tested.limits.hours, now.astimezone(tested.zone)):
                due.append(tested)
            else:
                next_at = min(next_at, now + _LOOK_AGAIN)
        await self._send_all(due[:SENDS_MAX], now)
        return now if len(due) > SENDS_MAX else next_at

    async def ask(self, responder_id: int, by: str) -> int:
        """Send a test to each address of a person now, whatever the time; return how many were sent."""
        now = self._book.clock.now()

        async def note(work: Work) -> None:
            await self._book.note(work, "addresses_tested", {"responder": responder_id}, by)

        async with self._asking:
            theirs = [one for one in await self._in_use() if one.row["responder_id"] == responder_id]
            wanted = [one for one in theirs if next_test_at(one.address, now, one.limits) is not None]
            if not wanted:
                raise EntryRefused(f"Responder {responder_id} has no address that could be tested.")
            await self._book.committer.run(note)
            return sum(await self._send_all(wanted, now))

    async def confirm(self, code: str) -> str:
        """Note that the person has pressed; return a sentence for them. Raises EntryRefused."""
        for found in codes_in(code):
            sentence = await self._confirmed(responder_addresses.c.code_digest == digest_of(found))
            if sentence:
                return sentence
        raise EntryRefused("This code is not known, or a newer one was sent: use the newest message.")

    async def answered(self, answer: Answer) -> str | None:
        """Take an answer that carries a code or belongs to a test; None: it is about something else."""
        if answer.is_automatic:
            return None
        if answer.verb and answer.key.startswith(f"{KEY}/"):
            return await self._confirmed(_of_key(answer.key))
        for code in codes_in(answer.text):
            sentence = await self._confirmed(responder_addresses.c.code_digest == digest_of(code))
            if sentence:
                return sentence
        return None

    async def reported(self, report: Report) -> bool:
        """Take what became of a test; False: the notice was none of ours."""
        if not report.key.startswith(f"{KEY}/"):
            return False

        async def job(work: Work) -> None:
            await self._note(work, _of_key(report.key), report.stage, report.detail)

        await self._book.committer.run(job)
        return True

    def _due_at(self, tested: _Tested, now: datetime) -> datetime | None:
        due_at = next_test_at(tested.address, now, tested.limits)
        failed_at = self._failed_at.get(tested.address.id)
        return due_at if due_at is None or failed_at is None else max(due_at, failed_at + AGAIN)

    async def _in_use(self) -> list[_Tested]:
        async with self._book.database.connect() as connection:
            rows = (await connection.execute(_IN_USE)).mappings().all()
        return [
            _Tested(
                row,
                address_of_row(row),
                zone_of(row["zone"]),
                replace(self._limits, test_days=row["proof_days"]),
            )
            for row in rows
        ]

    async def _send_all(self, wanted: list[_Tested], now: datetime) -> list[bool]:
        return await asyncio.gather(*(self._send_one(tested, now) for tested in wanted))

    async def _send_one(self, tested: _Tested, now: datetime) -> bool:
        row, code = tested.row, new_code()
        number = row["test_number"] + 1
        key = f"{KEY}/{row['id']}/{number}"
        asked: dict[str, Any] = {"test_number": number, "code_digest": digest_of(code)}
        # Before it goes out: an answer may be faster than the channel's own.
        if not await self._put(_of_key(f"{KEY}/{row['id']}/{number - 1}"), asked):
            return False
        delivery = await self.send(row["channel"], self._notice(tested, key, code))
        if delivery.is_sent:
            self._failed_at.pop(row["id"], None)
        else:
            self._failed_at[row["id"]] = now

        async def job(work: Work) -> None:
            if delivery.is_sent:
                query = update(responder_addresses).where(_of_key(key))
                await work.connection.execute(query.values(asked_at_ms=to_ms(now)))
            await self._note(work, _of_key(key), delivery.stage, delivery.detail)

        await self._book.committer.run(job)
        return delivery.is_sent

    def _notice(self, tested: _Tested, key: str, code: str) -> Notice:
        row = tested.row
        link = f"{self.origin}/proof/{code}" if self.origin else ""
        subject, body = words_of_test(row["name"], row["language"], code, link)
        return Notice(
            key=key, case_id=0, mark="test", recipient=row["name"], address=row["address"], subject=subject,
            body=body, language=row["language"], text_key="proof", kind="technical", is_person=False,
            code=code, link=link,
        )  # fmt: skip

    async def _note(self, work: Work, which: Any, stage: Stage, detail: str) -> None:
        values: dict[str, Any] = {"test_result": f"{stage}: {detail}" if detail else str(stage)}
        if stage is Stage.DELIVERED:
            # Worth something only once the person has confirmed the address: it may be somebody else's.
            values["proven_at_ms"] = to_ms(self._book.clock.now())
        query = update(responder_addresses).where(which, responder_addresses.c.is_active)
        await work.connection.execute(query.values(values))
        work.after_commit(self._book.tell)

    async def _confirmed(self, which: Any) -> str:
        """Note that the person of an address has said so; return a sentence for them, empty if it is none."""
        async with self._book.database.connect() as connection:
            if (await connection.execute(_IN_USE.where(which))).first() is None:
                return ""

        async def job(work: Work) -> str:
            row = (await work.connection.execute(_IN_USE.where(which))).mappings().first()
            if row is None:
                return ""
            now_ms = to_ms(self._book.clock.now())
            values = {"proven_at_ms": now_ms, "test_result": "confirmed by the person"}
            if row["confirmed_at_ms"] is None:
                values["confirmed_at_ms"] = now_ms
            query = update(responder_addresses).where(responder_addresses.c.id == row["id"])
            await work.connection.execute(query.values(values))
            content = {"address": row["id"], "channel": row["channel"]}
            await self._book.note(work, "address_confirmed", content, row["name"])
            return _THANKS.get(row["language"], _THANKS["en"])

        sentence: str = await self._book.committer.run(job)
        return sentence

    async def _put(self, which: Any, values: dict[str, Any]) -> bool:
        async def job(work: Work) -> bool:
            query = update(responder_addresses).where(which, responder_addresses.c.is_active)
            return (await work.connection.execute(query.values(values))).rowcount == 1

        is_put: bool = await self._book.committer.run(job)
        return is_put


def _of_key(key: str) -> Any:
    """Return the condition for the address and the test that a key names; nothing for what is no key."""
    parts = key.split("/")
    numbers = (
        parts[1:] if len(parts) == 3 and all(part.isascii() and part.isdigit() for part in parts[1:]) else ()
    )
    address_id, number = map(int, numbers or ("0", "0"))
    return (responder_addresses.c.id == address_id) & (responder_addresses.c.test_number == number)
