"""Which tests and drills a real alarm ends: those of its worker, its device, its chain and its people.

Decides by what both have in common; where it is not known, they have it in common. A real alarm is whatever
is marked real and means a person; nothing that is marked otherwise ends, mutes or holds up anything here.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom an alarm is about and whom it reaches, as far as that is known by now."""

    device: str
    worker_id: int | None
    #: Name of the chain that it follows; empty: none yet.
    chain: str
    #: Keys and names of those called, asked or answering; the control room is one of them.
    people: frozenset[str]


def is_pre_empted(exercise: Reach, real: Reach) -> bool:
    """Tell whether a real alarm ends a test or drill."""
    if exercise.device == real.device:
        return True
    if exercise.worker_id is not None and exercise.worker_id == real.worker_id:
        return True
    if not exercise.chain or not real.chain or exercise.chain == real.chain:
        return True
    return bool(exercise.people & real.people)
