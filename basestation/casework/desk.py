"""What people do to cases: press a verb, call one more, correct an address; from every page and channel.

Decides nothing: the case step does. Raises UnknownCase, or WrongVerb with the sentence for whoever pressed.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from basestation.casefile import outcomes
from basestation.cases.case import Case
from basestation.cases.chain import PERSON, Recipient
from basestation.cases.events import AddressCorrected, Event, RecipientAdded, ShownOnConsole
from basestation.cases.people import Found
from basestation.cases.step import WrongVerb
from basestation.casework.called_view import called_views
from basestation.casework.candidates import candidates, operator_of
from basestation.casework.case_view import case_view, links_of
from basestation.casework.casebook import Casebook, Finder
from basestation.casework.conditions import Conditions
from basestation.casework.locating import Locating
from basestation.casework.pressing import NOTHING, Said, pressed
from basestation.clock import Clock, to_ms
from basestation.errors import UnknownCase
from basestation.store import case_rows
from basestation.store.committer import GroupCommitter, Work
from basestation.store.responder_tables import responders

#: What an address may be long; the longest URLs with a token are far shorter.
ADDRESS_CHARACTERS_MAX = 2000


class Desk:
    """Takes what people press."""

    def __init__(
        self,
        committer: GroupCommitter,
        casebook: Casebook,
        conditions: Conditions,
        locating: Locating,
        find_people: Finder,
        clock: Clock,
    ) -> None:
        self._committer = committer
        self._casebook = casebook
        self._conditions = conditions
        self._locating = locating
        self._find_people = find_people
        self._clock = clock

    async def press(
        self,
        case_id: int,
        verb: str,
        user: str,
        key: str = "",
        said: Said = NOTHING,
        to: str = "",
        user_id: int | None = None,
    ) -> dict[str, Any]:
        """Carry out a verb and return the case after the commit.

        `key` is whom the chain knows them as; of somebody who has logged in (`user_id`) it is looked up. `to`
        names who is to take over.
        """

        async def job(work: Work) -> dict[str, Any]:
            case = await _loaded(work.connection, case_id)
            nonlocal key
            key = key or await _key_in(work, case, user_id)
            full = said
            if to:
                full = replace(said, to=await self._successor(work, case, to))
            outcomes.check(verb, said.code)
            done = await self._applied(work, case, pressed(verb, user, key, full), user)
            await outcomes.keep(work, case_id, verb, said.code, to_ms(self._clock.now()), user)
            return done

        return await self._committer.run(job)

    async def note_shown(self, case_ids: Iterable[int]) -> None:
        """Note that an attended console shows these cases; what is noted already stays as it is."""

        async def job(work: Work) -> None:
            for case_id in case_ids:
                case = await _loaded(work.connection, case_id)
                await self._casebook.apply(work, case, ShownOnConsole(), self._clock.now())

        await self._committer.run(job)

    async def add_recipient(self, case_id: int, user: str, name: str) -> dict[str, Any]:
        """Call one more person in an open case."""

        async def job(work: Work) -> dict[str, Any]:
            case = _open(await _loaded(work.connection, case_id))
            event = RecipientAdded(user, await self._one(work, case, name))
            return await self._applied(work, case, event, user)

        return await self._committer.run(job)

    async def correct_address(
        self, case_id: int, user: str, key: str, channel: str, address: str
    ) -> dict[str, Any]:
        """Call somebody at another address from now on, in this case only."""
        if not (channel.strip() and address.strip()) or len(address) > ADDRESS_CHARACTERS_MAX:
            raise WrongVerb("Give the channel and the address.")

        async def job(work: Work) -> dict[str, Any]:
            case = _open(await _loaded(work.connection, case_id))
            if not any(call.key == key for call in case.calls):
                raise WrongVerb("Nobody of that name is called in this case: add them first.")
            event = AddressCorrected(user, key, channel.strip(), address.strip())
            return await self._applied(work, case, event, user)

        return await self._committer.run(job)

    async def applied(self, work: Work, case: Case, event: Event, user: str) -> Case:
        """Step a press within somebody else's job; raises WrongVerb before anything has changed."""
        now = self._clock.now()
        case = await self._casebook.apply(work, case, event, now)
        case = await self._conditions.acknowledged(work, case, now)
        await self._locating.case_ended(work, case, user, now)
        return case

    async def _applied(self, work: Work, case: Case, event: Event, user: str) -> dict[str, Any]:
        case = await self.applied(work, case, event, user)
        called = (await called_views(work.connection, [case]))[case.id]
        return {**case_view(case, await links_of(work.connection, case)), "called": called}

    async def found(self, work: Work, case: Case, name: str) -> Found:
        """Return somebody of that name as the chain finds them; raises WrongVerb if they cannot be called."""
        return await self._one(work, case, name)

    async def candidates(self, connection: AsyncConnection, case_id: int) -> dict[str, Any]:
        """Return who could be called or take over: people, those who cannot and why, operators logged in."""
        case = await _loaded(connection, case_id)
        return await candidates(connection, self._find_people, case, self._clock.now())

    async def _successor(self, work: Work, case: Case, name: str) -> Found:
        try:
            return await self._one(work, case, name)
        except WrongVerb:
            operator = await operator_of(work.connection, name, self._clock.now())
            if operator is None:
                raise
            return operator

    async def _one(self, work: Work, case: Case, name: str) -> Found:
        recipients = (Recipient(PERSON, name),)
        found, left_out = await self._find_people(work.connection, case, recipients, self._clock.now())
        if not found:
            why = left_out[0].reason.replace("_", " ") if left_out else "unknown"
            raise WrongVerb(f"{name} cannot be called: {why}.")
        return found[0]


async def _loaded(connection: AsyncConnection, case_id: int) -> Case:
    case = await case_rows.load(connection, case_id)
    if case is None:
        raise UnknownCase(f"There is no case {case_id}.")
    return case


async def _key_in(work: Work, case: Case, user_id: int | None) -> str:
    """Return the key under which somebody who has logged in is called in this case; empty if they are not."""
    query = select(responders.c.id).where(responders.c.user_id == user_id, responders.c.is_active)
    number = None if user_id is None else (await work.connection.execute(query)).scalar()
    key = f"person/{number}"
    return key if any(call.key == key for call in case.calls) else ""


def _open(case: Case) -> Case:
    if not case.is_open or case.raised_at is None:
        raise WrongVerb("Nobody is called in this case: it is not open.")
    return case
