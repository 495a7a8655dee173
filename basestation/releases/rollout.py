"""How a release comes to many devices: which of them may begin, and when nobody may any more.

Decides by what became of those before: the canaries begin, the rest follows when every canary has passed,
and one that failed stops all that have not begun. Pure: rows in, decisions out.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

WAITING, SENDING, RECEIVED, STARTED = "waiting", "sending", "received", "started"
PASSED, ROLLED_BACK, REFUSED, FAILED, STOPPED = "passed", "rolled_back", "refused", "failed", "stopped"
#: On its way.
OPEN = (WAITING, SENDING, RECEIVED, STARTED)
#: On its way and begun.
BEGUN = (SENDING, RECEIVED, STARTED)
#: What stops a roll-out.
BAD = (ROLLED_BACK, REFUSED, FAILED)
#: Devices that are updated at one time: their pieces share the radio and the store with alarms.
DEVICES_MAX = 4


@dataclass(frozen=True, slots=True)
class Step:
    """One device in a roll-out."""

    id: int
    #: The roll-out it belongs to.
    rollout: int
    is_canary: bool
    state: str
    #: It may be begun as far as the device is concerned: off shift, no alarm, heard.
    is_free: bool = True


def beginning(steps: Sequence[Step]) -> list[int]:
    """Return which may begin now, in their order."""
    room = DEVICES_MAX - sum(step.state in BEGUN for step in steps)
    stopped = set(stopping(steps))
    found = [
        step.id
        for step in steps
        if step.state == WAITING
        and step.is_free
        and step.id not in stopped
        and (step.is_canary or _have_canaries_passed(steps, step.rollout))
    ]
    return found[: max(0, room)]


def stopping(steps: Iterable[Step]) -> list[int]:
    """Return which must not begin any more because one of the same roll-out failed."""
    steps = list(steps)
    bad = {step.rollout for step in steps if step.state in BAD}
    return [step.id for step in steps if step.state == WAITING and step.rollout in bad]


def _have_canaries_passed(steps: Iterable[Step], rollout: int) -> bool:
    return all(step.state == PASSED for step in steps if step.rollout == rollout and step.is_canary)
