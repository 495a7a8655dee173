"""A message that waits for its receipt. Decides nothing: `link.py` does. Device time in ms."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional


class Waiting:
    """One message that is sent again until its receipt."""

    def __init__(
        self, boot: int, seq: int, mark: str, kind: str, fields: "dict[str, Any]", made_ms: int
    ) -> None:
        self.boot = boot
        self.seq = seq
        self.mark = mark
        self.kind = kind
        self.fields = fields
        #: When it is sent next.
        self.due_ms = made_ms
        #: How often it was sent, and when this start sent it first: None if not yet, or not it alone.
        self.sent_count = 0
        self.first_sent_ms: "Optional[int]" = None
        #: When it was made: the alarm raised, its pre-alarm begun; None: before this start.
        self.made_ms: "Optional[int]" = made_ms
        #: When the pre-alarm that it announces ends, or when the beacons that it names were heard.
        self.ends_ms = made_ms + fields.get("deadline_ms", 0) - fields.get("age_s", 0) * 1000

    def key(self) -> "tuple[int, int, str]":
        """Return what its receipt names: boot, seq, mark."""
        return self.boot, self.seq, self.mark


def soonest(waitings: "list[Waiting]", due_ms: int) -> int:
    """Return when the first of these is due, or `due_ms` if that is sooner; allocates nothing."""
    for waiting in waitings:
        due_ms = min(due_ms, waiting.due_ms)
    return due_ms
