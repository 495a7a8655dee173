"""The rescue chain: who is called, in what order, after how long.

Decides which chains a site may set. It never calls anybody. Times in seconds. The outer bound is help
on the spot within 15 minutes (DGUV 112-139): a chain that takes longer to go through is refused.
"""

from dataclasses import dataclass

from pydantic import TypeAdapter, ValidationError

#: Going through all levels takes at most this long, in seconds.
CHAIN_S_MAX = 900
#: A level gets this long to answer, in seconds.
ANSWER_S_MIN, ANSWER_S_MAX = 10, 900
#: From acceptance to help on the spot, in seconds.
ARRIVAL_S_MIN, ARRIVAL_S_MAX = 30, 900
#: Between two calls of everyone, in seconds; the lower end bounds the rate of calls.
REPEAT_S_MIN, REPEAT_S_MAX = 30, 900


class ChainError(Exception):
    """The chain cannot be used; the text is a sentence for the person who entered it."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """One way to reach somebody."""

    name: str
    #: "console", "log", "webhook", "email" or a kind of URL that apprise knows.
    channel: str
    #: What the channel needs: a login, an address, a URL.
    address: str


@dataclass(frozen=True, slots=True)
class Level:
    """Those who are called together."""

    name: str
    recipients: tuple[Recipient, ...]
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


_CHAIN = TypeAdapter(Chain)


def validate(chain: Chain) -> None:
    """Return if the chain may be used; raise ChainError with a sentence if not."""
    if not chain.name.strip():
        raise ChainError("The chain has no name: give it one.")
    if not chain.levels:
        raise ChainError(f"Chain {chain.name!r} has no level: add at least one with a recipient.")
    names = [level.name for level in chain.levels]
    for level in chain.levels:
        _validate_level(level)
        if names.count(level.name) > 1:
            raise ChainError(f"Two levels are called {level.name!r}: give each its own name.")
    _validate_range("arrival_s of the chain", chain.arrival_s, ARRIVAL_S_MIN, ARRIVAL_S_MAX)
    _validate_range("repeat_s of the chain", chain.repeat_s, REPEAT_S_MIN, REPEAT_S_MAX)
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
    for recipient in level.recipients:
        if not (recipient.name.strip() and recipient.channel.strip()):
            raise ChainError(f"A recipient of level {level.name!r} has no name or no channel: fill in both.")
    if len(set(level.recipients)) < len(level.recipients):
        raise ChainError(f"Level {level.name!r} has the same recipient twice: remove one.")
    _validate_range(f"answer_s of level {level.name!r}", level.answer_s, ANSWER_S_MIN, ANSWER_S_MAX)


def _validate_range(name: str, value_s: int, low_s: int, high_s: int) -> None:
    if not low_s <= value_s <= high_s:
        raise ChainError(f"The {name} is {value_s} s: set it between {low_s} s and {high_s} s.")
