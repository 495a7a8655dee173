"""What the incoming shift has to confirm before the outgoing one is released, and whether it may end.

Decides from the facts of the moment: each open case and each worker who is not protected is one item. What
was confirmed counts as long as it has not become worse: a case that rings again, or a protection lost again,
joins the list anew. Accepts and closes nothing. Two people are two log-ins; times are aware UTC.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Press(StrEnum):
    """What somebody may do about a handover."""

    JOIN = "join"
    CONFIRM = "confirm"
    TAKE = "take"
    BREAK_OFF = "break_off"


class Refusal(StrEnum):
    """Why not."""

    OUTGOING = "outgoing"
    NOT_INCOMING = "not_incoming"
    OTHER_INCOMING = "other_incoming"
    NOBODY_JOINED = "nobody_joined"
    NOT_THERE = "not_there"
    CHANGED = "changed"
    UNCONFIRMED = "unconfirmed"
    NOT_OURS = "not_ours"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to confirm."""

    #: "case/7" or "shift/3".
    key: str
    #: What of it must not become worse after it was confirmed.
    mark: str
    #: Marks that are worse; whoever has confirmed one of them knows this too.
    worse: tuple[str, ...] = ()

    def is_known_as(self, mark: str | None) -> bool:
        """Tell whether a confirmation of `mark` counts for the item as it is."""
        return mark == self.mark or mark in self.worse


@dataclass(frozen=True, slots=True)
class Handover:
    """A handover that is open."""

    outgoing_id: int
    incoming_id: int | None = None
    #: Key to mark, as confirmed by the incoming person.
    confirmed: Mapping[str, str] = field(default_factory=dict)


def case_item(number: int, kind: str, further: int, *, is_waiting: bool) -> Item:
    """Return the item of an open case; `further`: how many alarms of the worker have joined it."""
    waiting, known = (f"{kind} {further} {word}" for word in ("waiting", "known"))
    # A case that somebody has taken since it was confirmed is no worse.
    return Item(f"case/{number}", waiting) if is_waiting else Item(f"case/{number}", known, (waiting,))


def worker_item(shift_id: int, reason: str | None, since: str | None) -> Item:
    """Return the item of a worker who is not protected; `since` in ISO 8601."""
    return Item(f"shift/{shift_id}", f"{reason or '-'} {since or '-'}")


def outstanding(items: Iterable[Item], confirmed: Mapping[str, str]) -> tuple[Item, ...]:
    """Return what is still to be confirmed, in its order."""
    return tuple(item for item in items if not item.is_known_as(confirmed.get(item.key)))


def refusal(
    handover: Handover,
    press: Press,
    user_id: int,
    items: tuple[Item, ...],
    key: str = "",
    mark: str = "",
    *,
    may_break_off: bool = False,
) -> Refusal | None:
    """Return why `user_id` may not press; None: they may. `key`, `mark`: the item as their page showed it.

    `may_break_off`: somebody who answers for the room, and may break off what others have begun.
    """
    if press is Press.BREAK_OFF:
        is_theirs = user_id in (handover.outgoing_id, handover.incoming_id)
        return None if is_theirs or may_break_off else Refusal.NOT_OURS
    if user_id == handover.outgoing_id:
        return Refusal.OUTGOING
    if press is Press.JOIN:
        is_free = handover.incoming_id in (None, user_id)
        return None if is_free else Refusal.OTHER_INCOMING
    if user_id != handover.incoming_id:
        return Refusal.NOBODY_JOINED if handover.incoming_id is None else Refusal.NOT_INCOMING
    if press is Press.TAKE:
        is_left = outstanding(items, handover.confirmed)
        return Refusal.UNCONFIRMED if is_left else None
    return _refusal_of(items, key, mark)


def _refusal_of(items: tuple[Item, ...], key: str, mark: str) -> Refusal | None:
    found = next((item for item in items if item.key == key), None)
    if found is None:
        return Refusal.NOT_THERE
    return None if found.is_known_as(mark) else Refusal.CHANGED
