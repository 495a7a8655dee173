"""Parts as one message again.

Decides which parts belong together, how long the rest is waited for, and what is passed on without it:
such a text shows where a part is missing, with a question mark, so that it never counts as an answer.
Knows nothing of where parts are stored. Times are seconds of one clock.
"""

from dataclasses import dataclass

from basestation.outgoing.channels.modem.received import Message

MISSING = " [part {number} of {total} is missing?] "


@dataclass(frozen=True, slots=True)
class Stored:
    """A message or part, and where it lies."""

    #: Place in the modem's store; None: it came without being stored.
    index: int | None
    message: Message
    #: When we saw it first.
    since_s: float
    #: As it is stored.
    pdu: str = ""


@dataclass(frozen=True, slots=True)
class Whole:
    """A message that can be passed on."""

    sender: str
    text: str
    is_automatic: bool
    #: Everything it was made of.
    parts: tuple[Stored, ...]
    is_complete: bool = True


def joined(stored: list[Stored], now_s: float, wait_s: float) -> tuple[list[Whole], list[Stored]]:
    """Return the messages to pass on now, and the parts that wait for others."""
    wholes: list[Whole] = []
    waiting: list[Stored] = []
    for group in _groups(stored):
        first = group[0].message
        if first.place is None:
            wholes.append(Whole(first.sender, first.text, first.is_automatic, tuple(group)))
            continue
        texts = {part.message.place.number: part.message.text for part in group if part.message.place}
        is_complete = len(texts) == first.place.total
        if not is_complete and now_s - min(part.since_s for part in group) < wait_s:
            waiting += group
            continue
        total = first.place.total
        text = "".join(
            texts.get(number, MISSING.format(number=number, total=total)) for number in range(1, total + 1)
        )
        is_automatic = any(part.message.is_automatic for part in group)
        wholes.append(Whole(first.sender, text, is_automatic, tuple(group), is_complete))
    return wholes, waiting


def _groups(stored: list[Stored]) -> list[list[Stored]]:
    groups: list[list[Stored]] = []
    for each in stored:
        group = next((group for group in groups if _belongs(each.message, group)), None)
        if group is None:
            groups.append([each])
        else:
            group.append(each)
    return groups


def _belongs(message: Message, group: list[Stored]) -> bool:
    """Tell whether it is of this message: the same reference, and no other text at its place."""
    first = group[0].message
    if message.place is None or first.place is None:
        return False
    mine = (message.sender, message.place.reference, message.place.total)
    if mine != (first.sender, first.place.reference, first.place.total):
        return False
    return all(part.message.text == message.text for part in group if part.message.place == message.place)
