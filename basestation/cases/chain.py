"""The rescue chain as a site sets it: who is called, in what order, after how long, by which ways.

Decides which chains may be set. It knows recipients by what they are (a person, a role, the control room,
a receiving centre), never by address: who that is, and how they are reached, is found at each step of a
case. Times in seconds. The outer bound is help on the spot within 15 minutes (DGUV 112-139): a chain that
takes longer to go through is refused. No standard fixes the other limits: conventions of this product.
"""

from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

from pydantic import BeforeValidator, TypeAdapter, ValidationError

#: Going through all levels takes at most this long, in seconds.
CHAIN_S_MAX = 900
#: A level gets this long to answer, in seconds.
ANSWER_S_MIN, ANSWER_S_MAX = 10, 900
#: From acceptance to help on the spot, in seconds.
ARRIVAL_S_MIN, ARRIVAL_S_MAX = 30, 900
#: What somebody who is asked whether help has arrived gets to answer, in seconds.
ASK_S_MIN, ASK_S_MAX = 30, 300
#: From one press of a helper on the scene to the next, in seconds.
PRESENCE_S_MIN, PRESENCE_S_MAX = 60, 1800
#: Between two calls of everyone, in seconds; the lower end bounds the rate of calls.
REPEAT_S_MIN, REPEAT_S_MAX = 30, 900
#: How often one way is tried before the next one, and at what interval in seconds.
TRIES_MIN, TRIES_MAX = 1, 10
INTERVAL_S_MIN, INTERVAL_S_MAX = 10, 300
#: Levels and recipients of one chain; beyond it nobody can say any more who is called.
LEVELS_MAX, RECIPIENTS_MAX, WAYS_MAX = 12, 30, 8

#: The control room's own channel: what the consoles show.
CONSOLE = "console"

PERSON: Final = "person"
ROLE: Final = "role"
CONTROL_ROOM: Final = "control_room"
RECEIVING_CENTRE: Final = "receiving_centre"
#: The phone of the worker in danger: called beside the others, never instead.
WORKER: Final = "worker"
RecipientKind = Literal["person", "role", "control_room", "receiving_centre", "worker"]


class ChainError(Exception):
    """The chain cannot be used; the text is a sentence for the person who entered it."""


@dataclass(frozen=True, slots=True)
class Way:
    """One channel to a recipient, and how often it is tried before the next."""

    #: "console", "log", "webhook", "email", "sms", "voice", "espa", "dc09" or what apprise knows.
    channel: str
    #: Tries before the next way, 1..10.
    tries: int = 2
    #: Between two tries, in seconds, 10..300.
    interval_s: int = 30
    #: Instead of the recipient's own address for this channel; empty: theirs.
    address: str = ""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who is to be called: somebody, whoever has a duty, the control room, a centre, the worker's phone."""

    kind: RecipientKind
    #: Of the person, the role or the centre.
    name: str
    #: In this order; empty: all of their own, in their own order.
    ways: tuple[Way, ...] = ()


def _recipient_of_before(value: Any) -> Any:
    """Return a recipient as it was stored before recipients had kinds: a name, one channel, one address."""
    if not isinstance(value, dict) or "kind" in value or "channel" not in value:
        return value
    if value["channel"] == CONSOLE:
        return {"kind": CONTROL_ROOM, "name": value.get("name", ""), "ways": ()}
    way = {"channel": value["channel"], "address": value.get("address", "")}
    return {"kind": PERSON, "name": value.get("name", ""), "ways": (way,)}


@dataclass(frozen=True, slots=True)
class Level:
    """Those who are called together."""

    name: str
    recipients: tuple[Annotated[Recipient, BeforeValidator(_recipient_of_before)], ...]
    #: Time to accept before the next level is called in addition, in seconds, 10..900.
    answer_s: int


@dataclass(frozen=True, slots=True)
class Chain:
    """Levels in the order in which they are called."""

    name: str
    levels: tuple[Level, ...]
    #: Time from acceptance to somebody on the scene, in seconds, 30..900.
    arrival_s: int = 600
    #: Time between two calls of everyone once all levels were called in vain, in seconds, 30..900.
    repeat_s: int = 60
    #: Time a helper on the scene may be without a press, in seconds, 60..1800.
    presence_s: int = 600
    #: Time to answer whether help has arrived, before the case goes back to the chain, in seconds, 30..300.
    ask_s: int = 60


_CHAIN = TypeAdapter(Chain)


def validate(chain: Chain) -> None:
    """Return if the chain may be used; raise ChainError with a sentence if not."""
    if not chain.name.strip():
        raise ChainError("The chain has no name: give it one.")
    if not chain.levels:
        raise ChainError(f"Chain {chain.name!r} has no level: add at least one with a recipient.")
    if len(chain.levels) > LEVELS_MAX:
        raise ChainError(f"Chain {chain.name!r} has more than {LEVELS_MAX} levels: join some.")
    names = [level.name for level in chain.levels]
    for level in chain.levels:
        _validate_level(level)
        if names.count(level.name) > 1:
            raise ChainError(f"Two levels are called {level.name!r}: give each its own name.")
    _validate_range("arrival_s of the chain", chain.arrival_s, ARRIVAL_S_MIN, ARRIVAL_S_MAX)
    _validate_range("repeat_s of the chain", chain.repeat_s, REPEAT_S_MIN, REPEAT_S_MAX)
    _validate_range("presence_s of the chain", chain.presence_s, PRESENCE_S_MIN, PRESENCE_S_MAX)
    _validate_range("ask_s of the chain", chain.ask_s, ASK_S_MIN, ASK_S_MAX)
    total_s = sum(level.answer_s for level in chain.levels)
    if total_s > CHAIN_S_MAX:
        raise ChainError(
            f"All levels of chain {chain.name!r} together take {total_s} s: shorten the answer times to"
            f" {CHAIN_S_MAX} s or less, help has to be on the spot within 15 minutes."
        )


def chain_from_json(text: str | bytes) -> Chain:
    """Return the valid chain in JSON `text`; raise ChainError with a sentence for anything else."""
    try:
        chain = _CHAIN.validate_json(text)
    except ValidationError as error:
        fault = error.errors()[0]
        place = ".".join(str(part) for part in fault["loc"])
        raise ChainError(f"The chain cannot be read at {place or 'its start'}: {fault['msg']}.") from error
    validate(chain)
    return chain


def chain_to_json(chain: Chain) -> str:
    """Return the chain as JSON text."""
    return _CHAIN.dump_json(chain).decode()


def _validate_level(level: Level) -> None:
    if not level.name.strip():
        raise ChainError("A level has no name: give it one.")
    if not level.recipients:
        raise ChainError(f"Level {level.name!r} has no recipient: add at least one.")
    if len(level.recipients) > RECIPIENTS_MAX:
        raise ChainError(
            f"Level {level.name!r} has more than {RECIPIENTS_MAX} recipients: use another level."
        )
    if all(recipient.kind == WORKER for recipient in level.recipients):
        raise ChainError(
            f"Level {level.name!r} calls nobody but the worker in danger: add somebody who can help."
        )
    if len({(recipient.kind, recipient.name) for recipient in level.recipients}) < len(level.recipients):
        raise ChainError(f"Level {level.name!r} has the same recipient twice: remove one.")
    for recipient in level.recipients:
        _validate_recipient(level, recipient)
    _validate_range(f"answer_s of level {level.name!r}", level.answer_s, ANSWER_S_MIN, ANSWER_S_MAX)


def _validate_recipient(level: Level, recipient: Recipient) -> None:
    if not recipient.name.strip():
        raise ChainError(f"A recipient of level {level.name!r} has no name: fill it in.")
    whose = f"{recipient.name!r} in level {level.name!r}"
    if len(recipient.ways) > WAYS_MAX:
        raise ChainError(f"There are more than {WAYS_MAX} ways to {whose}: remove some.")
    if recipient.kind == RECEIVING_CENTRE and not recipient.ways:
        raise ChainError(f"There is no way to the receiving centre {whose}: add its channel.")
    for way in recipient.ways:
        if not way.channel.strip():
            raise ChainError(f"A way to {whose} has no channel: fill it in.")
        _validate_range(f"interval_s to {whose}", way.interval_s, INTERVAL_S_MIN, INTERVAL_S_MAX)
        if not TRIES_MIN <= way.tries <= TRIES_MAX:
            raise ChainError(
                f"{whose} is tried {way.tries} times: set it between {TRIES_MIN} and {TRIES_MAX}."
            )


def _validate_range(name: str, value_s: int, low_s: int, high_s: int) -> None:
    if not low_s <= value_s <= high_s:
        raise ChainError(f"The {name} is {value_s} s: set it between {low_s} s and {high_s} s.")
