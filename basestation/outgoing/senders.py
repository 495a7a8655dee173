"""Who sent an answer: one of those called in the case, somebody else of the site, or the worker in danger.

Decides by the address that the answer came from; an address is never proof, but a reply from one that nobody
knows counts for nothing. Whoever is in danger themselves is no help, whatever they send; an address that
belongs to several people stands for none of them.
"""

import re
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from basestation.cases.case import Case
from basestation.cases.directory import Directory, Situation, is_same_number
from basestation.cases.people import WORKER_KEY
from basestation.site.finding import situation_of
from basestation.site.rescue_settings import rescue_settings

#: An address that is a number of a telephone, however it is written.
_NUMBER = re.compile(r"[+0-9][0-9 ()./\u2013-]*", re.ASCII)
#: What is shown of a number.
_DIGITS_SHOWN = 3
_PERSON = "person/"


@dataclass(frozen=True, slots=True)
class Sender:
    """Somebody whose words are judged."""

    #: As the chain knows them: `Found.key`.
    key: str
    name: str
    language: str = "en"
    #: They have an open alarm of their own.
    is_in_danger: bool = False

    @property
    def is_worker(self) -> bool:
        """Tell whether these are the words of the worker in danger."""
        return self.key == WORKER_KEY


async def sender_of(connection: AsyncConnection, case: Case, address: str) -> Sender | None:
    """Return whose address it is in this case; None if nobody knows it, or several people have it."""
    directory = (await rescue_settings(connection)).directory
    situation = await situation_of(connection, case, directory, is_attended=True)
    return found(case, directory, situation, address)


async def known(connection: AsyncConnection, case: Case, sender: Sender) -> Sender:
    """Return a sender whom their notice or link names, with what is known of them now."""
    directory = (await rescue_settings(connection)).directory
    return judged(sender, directory, await situation_of(connection, case, directory, is_attended=True))


def found(case: Case, directory: Directory, situation: Situation, address: str) -> Sender | None:
    """Return the same from what was read."""
    if is_same_address(situation.worker_phone, address):
        return Sender(WORKER_KEY, situation.worker_name)
    called = {
        call.key: Sender(call.key, call.name, call.language)
        for call in case.calls
        if any(is_same_address(way.address, address) for way in call.ways)
    }
    others = {
        f"{_PERSON}{person.id}": Sender(f"{_PERSON}{person.id}", person.name, person.language)
        for person in directory.people
        if any(is_same_address(own.address, address) for own in person.addresses)
    }
    these = called or others
    return judged(next(iter(these.values())), directory, situation) if len(these) == 1 else None


def judged(sender: Sender, directory: Directory, situation: Situation) -> Sender:
    """Return the sender as the worker, or as one in danger, where that is what they are."""
    number = sender.key.removeprefix(_PERSON)
    person = directory.person(int(number)) if sender.key.startswith(_PERSON) and number.isdecimal() else None
    if person is None or person.worker_id is None:
        return sender
    if person.worker_id == situation.worker_id:
        return Sender(WORKER_KEY, sender.name, sender.language)
    is_in_danger = person.worker_id in situation.in_danger
    return Sender(sender.key, sender.name, sender.language, is_in_danger)


def is_same_address(one: str, other: str) -> bool:
    """Tell whether two addresses are the same: numbers by their last digits, others by their letters."""
    one, other = one.strip(), other.strip()
    if _NUMBER.fullmatch(one) and _NUMBER.fullmatch(other):
        return is_same_number(one, other)
    return bool(one) and one.casefold() == other.casefold()


def masked(address: str) -> str:
    """Return what a timeline may show of an address: the last digits, or the first letter and the host."""
    if _NUMBER.fullmatch(address.strip()):
        return f"…{address.strip()[-_DIGITS_SHOWN:]}"
    name, at, host = address.strip().rpartition("@")
    if at and "/" not in address:
        return f"{name[:1]}…@{host}"
    return f"{address.strip()[:1]}…" if address.strip() else ""


async def holder_of(connection: AsyncConnection, case: Case, who: str) -> Sender | None:
    """Return whose link this is; None for somebody who is called no more, or not in this case."""
    call = next((call for call in case.calls if call.key == who), None)
    directory = (await rescue_settings(connection)).directory
    situation = await situation_of(connection, case, directory, is_attended=True)
    if not who.startswith(_PERSON):
        return None if call is None else Sender(who, call.name, call.language)
    person = next((one for one in directory.people if who == f"{_PERSON}{one.id}"), None)
    if person is None:
        return None
    return judged(Sender(who, person.name, person.language), directory, situation)
