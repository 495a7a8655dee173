"""The browsers that people add to their own addresses, by a press on a page of theirs.

Decides that such an address counts as confirmed by its person, that it comes last in their order, and that
the oldest browser gives way to a new one. What a subscription is was judged before; it stands in no log.
"""

from typing import Any, Final, NamedTuple

from sqlalchemy import Select, insert, select, update

from basestation.clock import to_ms
from basestation.errors import EntryRefused
from basestation.site.bookkeeping import Bookkeeping
from basestation.site.proof_words import codes_in, digest_of
from basestation.site.responders import ADDRESSES_MAX
from basestation.store.committer import Work
from basestation.store.responder_tables import responder_addresses, responders

CHANNEL: Final = "web_push"
#: Browsers of one person.
PHONES_MAX: Final = 5

_ADDED: Final = {
    "en": "This phone is one of your addresses now. It is told where the chain calls by web push.",
    "de": "Dieses Telefon ist jetzt eine Ihrer Adressen. Es meldet sich, wo die Kette Web-Push vorsieht.",
}
_FULL: Final = {
    "en": f"You have {ADDRESSES_MAX} addresses already. Ask the safety officer to remove one.",
    "de": f"Sie haben schon {ADDRESSES_MAX} Adressen. Die Sicherheitsfachkraft kann eine davon entfernen.",
}
_PEOPLE: Final = select(responders.c.id, responders.c.name, responders.c.language).where(
    responders.c.is_active
)


class Holder(NamedTuple):
    """Somebody of the site whose page it is."""

    responder_id: int
    name: str
    language: str


class OwnPhones:
    """Adds browsers to people."""

    def __init__(self, book: Bookkeeping) -> None:
        self._book = book

    async def holder_of_code(self, code: str) -> Holder | None:
        """Return whom the code of a test message was sent to; None for one that is not known."""
        digests = [digest_of(found) for found in codes_in(code)]
        theirs = select(responder_addresses.c.responder_id).where(
            responder_addresses.c.code_digest.in_(digests), responder_addresses.c.is_active
        )
        return await self._holder(_PEOPLE.where(responders.c.id.in_(theirs)))

    async def holder_of_key(self, key: str) -> Holder | None:
        """Return a person of the site by `Found.key`; None for whoever is none."""
        number = key.removeprefix("person/")
        if number == key or not number.isdecimal():
            return None
        return await self._holder(_PEOPLE.where(responders.c.id == int(number)))

    async def add(self, holder: Holder, address: str) -> str:
        """Add a subscription as the last address of a person; return a sentence. Raises EntryRefused."""

        async def job(work: Work) -> None:
            rows = (await work.connection.execute(_in_use(holder.responder_id))).mappings().all()
            own = [row for row in rows if row["channel"] == CHANNEL]
            known = next((row for row in own if row["address"] == address), None)
            if known is not None and known["confirmed_at_ms"] is not None:
                return
            now = {"confirmed_at_ms": to_ms(self._book.clock.now())}
            retired = [] if known else [row["id"] for row in own[: max(0, len(own) + 1 - PHONES_MAX)]]
            if known is None and len(rows) - len(retired) >= ADDRESSES_MAX:
                raise EntryRefused(_FULL.get(holder.language, _FULL["en"]))
            await _retire(work, retired)
            if known is not None:
                address_id = known["id"]
                await _set(work, [address_id], now)
            else:
                position = 1 + max((row["position"] for row in rows), default=-1)
                whose = {"responder_id": holder.responder_id, "position": position}
                row = {"channel": CHANNEL, "address": address, **whose, **now}
                added = insert(responder_addresses).values(row).returning(responder_addresses.c.id)
                address_id = (await work.connection.execute(added)).scalar_one()
            content = {"responder": holder.responder_id, "channel": CHANNEL, "address": address_id}
            await self._book.note(work, "own_phone_added", {**content, "retired": retired}, holder.name)

        await self._book.committer.run(job)
        return _ADDED.get(holder.language, _ADDED["en"])

    async def _holder(self, query: Select[Any]) -> Holder | None:
        async with self._book.database.connect() as connection:
            rows = (await connection.execute(query)).all()
        return Holder(*rows[0]) if len(rows) == 1 else None


def _in_use(responder_id: int) -> Select[Any]:
    """Return the addresses of a person, the oldest first."""
    table = responder_addresses
    return select(table).where(table.c.responder_id == responder_id, table.c.is_active).order_by(table.c.id)


async def _retire(work: Work, numbers: list[int]) -> None:
    await _set(work, numbers, {"is_active": False, "code_digest": None})


async def _set(work: Work, numbers: list[int], values: dict[str, Any]) -> None:
    table = responder_addresses
    await work.connection.execute(update(table).where(table.c.id.in_(numbers)).values(**values))
