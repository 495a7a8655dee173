"""A release on its way into the slot that does not run: what is there, what comes next, when it is whole.

Decides by the manifest, which the order seals: a piece counts when every file that ends in it has the sum
that stands there. The slot loses its `whole` before anything else and gets it back last. What is there after
a restart is found by its sums, one file a turn, so at most the file under way is sent again. Never chooses a
slot and never starts one. Bytes.
"""

from firmware.update_order import file_of, manifest_of, pieces_of
from protocol.messages import UPDATE_PIECE_BYTES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from firmware.boards.slot_files import SlotFiles

MANIFEST, WHOLE = "manifest", "whole"


class SlotWriter:
    """The slot in the folder `slot`, for the release of one order (a message `update`)."""

    def __init__(
        self, files: "SlotFiles", slot: str, order: "dict[str, Any]", board: str, is_resumed: bool
    ) -> None:
        """Begin; `is_resumed` when this very order was begun before."""
        self._files = files
        self._slot = slot + "/"
        self._board = board
        self._pieces = order["pieces"]
        self._manifest_bytes, self._manifest_sum = manifest_of(order)
        #: Bytes of the stream that are in their place.
        self._at = 0
        self._total = self._manifest_bytes
        #: Where the line of the file under way begins in the manifest; the file, its end in the stream.
        self._line_at = 0
        self._file = ("", 0, "")
        self._ends_at = 0
        self._is_manifest_right = False
        #: Why this release can never be whole here, or "".
        self.fault = "" if self._manifest_bytes else "no manifest"
        files.remove(self._slot + WHOLE)
        self._stale = [] if is_resumed else files.listed(slot)
        #: Whether the next piece is known.
        self.is_ready = False

    def turn(self) -> bool:
        """Do one small step of finding out what is there; tell whether there was one to do."""
        if self.is_ready or self.fault:
            return False
        if self._stale:
            self._files.remove(self._stale.pop())
        elif not self._is_manifest_right:
            self._look_at_manifest()
        elif self._file[0] and self._files.sum(self._slot + self._file[0]) == self._file[1:]:
            self._at = self._ends_at
            self._next_file()
        else:
            self.is_ready = True
        return True

    def next_piece(self) -> int:
        """Return the number of the piece that is wanted next, or how many there are when none is."""
        return self._pieces if self.is_complete() else self._at // UPDATE_PIECE_BYTES

    def is_complete(self) -> bool:
        """Tell whether every file is in its place."""
        return self.is_ready and self._is_manifest_right and not self._file[0]

    def take(self, piece: int, data: bytes) -> "tuple[str, str]":
        """Write what of a piece is not there yet; return the answer's result and reason."""
        if self.fault:
            return "refused", self.fault
        if not self.is_ready:
            return "refused", "not ready yet"
        start = piece * UPDATE_PIECE_BYTES
        if start > self._at:
            return "refused", "another piece is next"
        data = data[self._at - start :]
        while data and not self.fault and not self.is_complete():
            data = self._write(data)
        return ("refused", self.fault) if self.fault else ("done", "")

    def finish(self) -> None:
        """Make the slot one that can be started."""
        assert self.is_complete()
        self._files.rename(self._slot + MANIFEST, self._slot + WHOLE)

    def _look_at_manifest(self) -> None:
        if self._files.sum(self._slot + MANIFEST) == (self._manifest_bytes, self._manifest_sum):
            self._at = self._manifest_bytes
            self._take_manifest()
        else:
            self.is_ready = True

    def _write(self, data: bytes) -> bytes:
        """Write what of `data` belongs to the manifest or the file under way; return the rest."""
        is_file = self._is_manifest_right
        ends_at = self._ends_at if is_file else self._manifest_bytes
        path = self._slot + (self._file[0] if is_file else MANIFEST)
        begins_at = ends_at - self._file[1] if is_file else 0
        part = data[: ends_at - self._at]
        self._files.append(path, part, self._at - begins_at)
        self._at += len(part)
        if self._at == ends_at:
            wanted = self._file[1:] if is_file else (self._manifest_bytes, self._manifest_sum)
            if self._files.sum(path) != wanted:
                # It begins anew: with the next order, from this file on.
                self.fault = "a file is not what the manifest says"
            elif is_file:
                self._next_file()
            else:
                self._take_manifest()
        return data[len(part) :]

    def _take_manifest(self) -> None:
        """Read the manifest once: its board, and how long the stream is."""
        path = self._slot + MANIFEST
        board = self._files.part(path, 0)
        if board != self._board:
            self.fault = "for another board"
            return
        line_at = len(board) + 1
        while line_at < self._manifest_bytes:
            line = self._files.part(path, line_at)
            name, length, _ = file_of(line)
            if not name or not length:
                self.fault = "the manifest cannot be read"
                return
            self._total += length
            line_at += len(line) + 1
        if pieces_of(self._total) != self._pieces:
            self.fault = "the manifest has another length"
            return
        self._is_manifest_right = True
        self._line_at = len(board) + 1
        self._ends_at = self._manifest_bytes
        self._open_file()

    def _next_file(self) -> None:
        self._line_at += len(self._files.part(self._slot + MANIFEST, self._line_at)) + 1
        self._open_file()

    def _open_file(self) -> None:
        line = (
            ""
            if self._line_at >= self._manifest_bytes
            else self._files.part(self._slot + MANIFEST, self._line_at)
        )
        self._file = file_of(line)
        self._ends_at += self._file[1]
