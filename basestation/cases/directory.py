"""Who can be called now: recipients of a chain resolved to people and addresses.

Decides whom a recipient stands for at a moment, by which of their addresses, and who is left out and why. The
worker in danger and whoever is in danger themselves never count as help; nobody is called twice at once. An
address that nobody has proven is called all the same: noise rather than silence. Knows values only; the site
reads them (`site/finding.py`), and readiness and dry run ask the very same function.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from basestation.cases.chain import CONSOLE, Recipient, Way
from basestation.cases.people import CONTROL_ROOM_KEY, WORKER_KEY, Found, FoundWay, LeftOut, Reason
from basestation.cases.rota import Absence, Rota, is_away, on_duty, planned

#: Channels that need no address.
WITHOUT_ADDRESS = (CONSOLE, "log")
#: How a worker's own phone is reached, in this order.
PHONE_CHANNELS = ("voice", "sms")
#: Numbers are compared by so many of their last digits: +49 and 0 stand for the same.
_DIGITS_COMPARED = 8


@dataclass(frozen=True, slots=True)
class Address:
    """One address of a person."""

    id: int
    channel: str
    address: str
    #: When the person was last asked to confirm it, did so, and when it was last seen to work. Aware UTC.
    asked_at: datetime | None = None
    confirmed_at: datetime | None = None
    proven_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may be called."""

    id: int
    name: str
    #: Those in use, in the order in which they are tried.
    addresses: tuple[Address, ...] = ()
    #: Their number as a worker, where they work alone themselves.
    worker_id: int | None = None
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Directory:
    """Everybody who may be called, and who has which duty."""

    people: tuple[Person, ...] = ()
    #: By name of the duty.
    duties: dict[str, Rota] = field(default_factory=dict)
    absences: tuple[Absence, ...] = ()

    def person(self, number: int) -> Person | None:
        """Return the person of this number; None for nobody in service."""
        return next((person for person in self.people if person.id == number), None)

    def named(self, name: str) -> Person | None:
        """Return the person of this name, whatever its case."""
        return next((person for person in self.people if person.name.casefold() == name.casefold()), None)


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known of the case for which people are looked for."""

    #: The worker in danger, as far as known, and their phone.
    worker_id: int | None = None
    worker_name: str = ""
    worker_phone: str = ""
    #: Nobody near the worker may notice.
    is_silent: bool = False
    #: Numbers of the workers who have an open case of their own.
    in_danger: frozenset[int] = frozenset()
    #: Somebody sits in the control room.
    is_attended: bool = True


#: What one recipient comes to.
_Outcome = tuple[list[Found], list[LeftOut]]


def find(
    directory: Directory, situation: Situation, recipients: Iterable[Recipient], at: datetime
) -> tuple[tuple[Found, ...], tuple[LeftOut, ...]]:
    """Return who can be called at `at`, each once and in the order of the chain, and who cannot and why."""
    found: dict[str, Found] = {}
    left_out: list[LeftOut] = []
    for recipient in recipients:
        these, without = _RESOLVE[recipient.kind](directory, situation, recipient, at)
        left_out += without
        for one in these:
            audible = _audible(one, situation)
            if audible is None:
                left_out.append(LeftOut(one.name, "silent"))
            elif one.key in found:
                found[one.key] = _joined(found[one.key], audible)
                left_out.append(LeftOut(one.name, "called_already"))
            else:
                found[one.key] = audible
    return tuple(found.values()), tuple(left_out)


def is_same_number(one: str, other: str) -> bool:
    """Tell whether two addresses are the same phone, however they are written."""
    digits = ["".join(filter(str.isdecimal, text)) for text in (one, other)]
    if min(map(len, digits)) < _DIGITS_COMPARED:
        return bool(digits[0]) and digits[0] == digits[1]
    return digits[0][-_DIGITS_COMPARED:] == digits[1][-_DIGITS_COMPARED:]


def _audible(one: Found, situation: Situation) -> Found | None:
    """Return whom a silent case may reach: nothing rings where the worker is; None if nothing is left."""
    if not situation.is_silent or not situation.worker_phone:
        return one
    ways = tuple(way for way in one.ways if not is_same_number(way.address, situation.worker_phone))
    return replace(one, ways=ways) if ways else None


def _joined(one: Found, other: Found) -> Found:
    known = {(way.channel, way.address) for way in one.ways}
    more = tuple(way for way in other.ways if (way.channel, way.address) not in known)
    return replace(one, ways=(*one.ways, *more))


def _of_person(directory: Directory, situation: Situation, recipient: Recipient, at: datetime) -> _Outcome:
    person = directory.named(recipient.name)
    if person is not None:
        return _of_known(directory, situation, recipient, person, at)
    if situation.worker_name and recipient.name.casefold() == situation.worker_name.casefold():
        return [], [LeftOut(recipient.name, "casualty")]
    ways = _fixed(recipient.ways)
    if not ways:
        return [], [LeftOut(recipient.name, "unknown")]
    return [Found(f"address/{recipient.name}", recipient.name, "person", ways)], []


def _of_role(directory: Directory, situation: Situation, recipient: Recipient, at: datetime) -> _Outcome:
    rota = directory.duties.get(recipient.name)
    if rota is None:
        return [], [LeftOut(recipient.name, "unknown")]
    found: list[Found] = []
    left_out: list[LeftOut] = []
    on = on_duty(rota, directory.absences, at)
    named = dict.fromkeys((*on, *planned(rota, at)))
    for person in filter(None, map(directory.person, named)):
        these, without = _of_known(directory, situation, recipient, person, at)
        found += (replace(one, kind="role") for one in these)
        left_out += without
    if not found and not left_out:
        left_out.append(LeftOut(recipient.name, "nobody_on_duty"))
    return found, left_out


def _of_known(
    directory: Directory, situation: Situation, recipient: Recipient, person: Person, at: datetime
) -> _Outcome:
    reason = _hindrance(directory, situation, person, at)
    if reason is not None:
        return [], [LeftOut(person.name, reason)]
    ways = _ways_to(person, recipient.ways)
    if not ways:
        return [], [LeftOut(person.name, "no_address")]
    return [Found(f"person/{person.id}", person.name, "person", ways, person.language)], []


def _hindrance(directory: Directory, situation: Situation, person: Person, at: datetime) -> Reason | None:
    if person.worker_id is None:
        # Nobody has said whether they are the worker of the same name: not as long as that one is in danger.
        is_casualty = person.name.casefold() == situation.worker_name.casefold()
    else:
        is_casualty = person.worker_id == situation.worker_id
    if is_casualty:
        return "casualty"
    if person.worker_id in situation.in_danger:
        return "own_case"
    return "absent" if is_away(directory.absences, person.id, at) else None


def _ways_to(person: Person, ways: tuple[Way, ...]) -> tuple[FoundWay, ...]:
    """Return how a person is reached: as the chain orders it, else by all they have, in their own order."""
    found: list[FoundWay] = []
    for way in ways:
        if way.address or way.channel in WITHOUT_ADDRESS:
            addresses = [way.address]
        else:
            addresses = [own.address for own in person.addresses if own.channel == way.channel]
        found += (FoundWay(way.channel, address, way.tries, way.interval_s) for address in addresses)
    return tuple(found) or tuple(FoundWay(own.channel, own.address) for own in person.addresses)


def _fixed(ways: tuple[Way, ...]) -> tuple[FoundWay, ...]:
    return tuple(
        FoundWay(way.channel, way.address, way.tries, way.interval_s)
        for way in ways
        if way.address or way.channel in WITHOUT_ADDRESS
    )


def _of_control_room(
    directory: Directory, situation: Situation, recipient: Recipient, at: datetime
) -> _Outcome:
    del directory, at
    others = tuple(way for way in _fixed(recipient.ways) if way.channel != CONSOLE)
    ways = (FoundWay(CONSOLE, ""), *others)
    one = Found(CONTROL_ROOM_KEY, recipient.name, "control_room", ways, is_attended=situation.is_attended)
    return [one], []


def _of_centre(directory: Directory, situation: Situation, recipient: Recipient, at: datetime) -> _Outcome:
    del directory, situation, at
    ways = tuple(FoundWay(way.channel, way.address, way.tries, way.interval_s) for way in recipient.ways)
    return [Found(f"centre/{recipient.name}", recipient.name, "receiving_centre", ways)], []


def _of_worker(directory: Directory, situation: Situation, recipient: Recipient, at: datetime) -> _Outcome:
    del directory, at
    name = situation.worker_name or recipient.name
    if situation.is_silent:
        return [], [LeftOut(name, "silent")]
    phone = situation.worker_phone
    wanted = recipient.ways or tuple(Way(channel) for channel in PHONE_CHANNELS)
    ways = tuple(
        FoundWay(way.channel, way.address or phone, way.tries, way.interval_s)
        for way in wanted
        if way.address or phone
    )
    if not ways:
        return [], [LeftOut(name, "no_address")]
    return [Found(WORKER_KEY, name, "worker", ways)], []


_RESOLVE: dict[str, Callable[[Directory, Situation, Recipient, datetime], _Outcome]] = {
    "person": _of_person,
    "role": _of_role,
    "control_room": _of_control_room,
    "receiving_centre": _of_centre,
    "worker": _of_worker,
}
