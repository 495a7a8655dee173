"""Who was found when a level is called: people, duties and bodies resolved to names and addresses.

Holds values only. The site finds them at each step of a case (`site/`), because rotas turn over and numbers
change while a case is open; what was found is an event of the case, so that its story can be told again.
"""

from dataclasses import dataclass
from typing import Literal

from basestation.cases.chain import RecipientKind

#: Who the control room is, whoever sits in it.
CONTROL_ROOM_KEY = "control_room"
#: The worker in danger; never somebody who helps.
WORKER_KEY = "worker"

Reason = Literal[
    "casualty",
    "own_case",
    "absent",
    "nobody_on_duty",
    "no_address",
    "unknown",
    "silent",
    "called_already",
]


@dataclass(frozen=True, slots=True)
class FoundWay:
    """One way to somebody, with the address as it is now."""

    channel: str
    address: str
    tries: int = 2
    interval_s: int = 30


@dataclass(frozen=True, slots=True)
class Found:
    """One who can be called now."""

    #: Whom it is, the same in every level and round: "person/12", "control_room", "centre/<name>", "worker",
    #: "address/<name>" for somebody who is no more than an address in the chain.
    key: str
    name: str
    kind: RecipientKind
    #: In the order in which they are tried; never empty.
    ways: tuple[FoundWay, ...]
    language: str = "en"
    #: The control room only: somebody sits there, and its sound is proven.
    is_attended: bool = True


@dataclass(frozen=True, slots=True)
class LeftOut:
    """One whom the chain names and who cannot be called now."""

    name: str
    #: "casualty": in danger themselves; "own_case": has an open case of their own; "silent": whom a silent
    #: case must not reach; the others as they say.
    reason: Reason
