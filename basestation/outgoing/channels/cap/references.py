"""Which alerts went to which target about which case: what updates and cancellations refer to.

Decides how much is remembered: the newest cases, and of each the first alert and the newest ones. A disk that
refuses or hangs stops no alarm; what it knows then is what memory has.
"""

import json
import os
from collections import OrderedDict
from pathlib import Path
from typing import Any, Final, Protocol

import structlog

from basestation.outgoing.channels.cap.alert import Reference
from basestation.outgoing.channels.https.errands import Errands

CASES_MAX: Final = 500
#: Of one case; the first stays.
ALERTS_MAX: Final = 20
_DISK_S_MAX: Final = 0.5

_log = structlog.get_logger(__name__)


class ReferenceStore(Protocol):
    """Where it is kept over restarts; both block and raise OSError or ValueError."""

    def load(self) -> dict[str, Any]:
        """Return what was kept, empty for nothing."""
        ...

    def keep(self, known: dict[str, Any]) -> None:
        """Keep it, instead of what was kept before."""
        ...


class MemoryReferenceStore:
    """Keeps it as long as it lives; can be told to fail. For tests and demonstrations."""

    def __init__(self) -> None:
        self.known: dict[str, Any] = {}
        self.is_failing = False

    def load(self) -> dict[str, Any]:
        """Return what was kept."""
        if self.is_failing:
            raise OSError("told to fail")
        return dict(self.known)

    def keep(self, known: dict[str, Any]) -> None:
        """Keep it."""
        if self.is_failing:
            raise OSError("told to fail")
        self.known = dict(known)


class FileReferenceStore:
    """Keeps it in a file of its own, replaced as a whole."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> dict[str, Any]:
        """Return what is in the file, empty where there is none."""
        try:
            known = json.loads(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        if not isinstance(known, dict):
            raise ValueError("the file holds no references")  # noqa: TRY004 (its content is wrong)
        return known

    def keep(self, known: dict[str, Any]) -> None:
        """Replace the file."""
        write_whole(self._path, json.dumps(known).encode())


class References:
    """What was sent, by target and case."""

    def __init__(self, store: ReferenceStore, errands: Errands) -> None:
        self._store = store
        self._errands = errands
        self._known: OrderedDict[str, list[list[str]]] | None = None
        #: Times that it was not read or not kept.
        self.failures = 0

    async def of(self, target: str, case_id: int) -> tuple[Reference, ...]:
        """Return what was sent about a case, oldest first."""
        known = await self._all()
        return tuple(Reference(*one) for one in known.get(f"{target}/{case_id}", []))

    async def add(self, target: str, case_id: int, reference: Reference) -> None:
        """Note what was sent."""
        known = await self._all()
        place = f"{target}/{case_id}"
        sent = known.setdefault(place, [])
        if [reference.identifier, reference.sent] not in sent:
            sent.append([reference.identifier, reference.sent])
        if len(sent) > ALERTS_MAX:
            del sent[1]
        known.move_to_end(place)
        while len(known) > CASES_MAX:
            known.popitem(last=False)
        copy = {one: list(alerts) for one, alerts in known.items()}
        try:
            await self._errands.run(lambda: self._store.keep(copy), _DISK_S_MAX)
        except (OSError, ValueError) as error:
            self._failed(error)

    async def _all(self) -> OrderedDict[str, list[list[str]]]:
        if self._known is None:
            found: dict[str, Any] = {}
            try:
                found = await self._errands.run(self._store.load, _DISK_S_MAX)
            except (OSError, ValueError) as error:
                self._failed(error)
            # Whoever came first while the disk was asked has begun it already.
            if self._known is None:
                self._known = OrderedDict((place, _alerts(sent)) for place, sent in found.items())
        return self._known

    def _failed(self, error: Exception) -> None:
        self.failures += 1
        _log.warning("cap_references_not_kept", reason=type(error).__name__)


def _alerts(sent: Any) -> list[list[str]]:
    if not isinstance(sent, list):
        return []
    return [
        one
        for one in sent
        if isinstance(one, list) and len(one) == 2 and all(isinstance(x, str) for x in one)
    ]


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that whoever looks sees all of it or nothing, also after a power cut."""
    beside = path.with_name(f".{path.name}.new")
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
