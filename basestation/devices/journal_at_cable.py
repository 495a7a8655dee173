"""The journal of a device that somebody has at a cable: read by the device's own firmware, kept by the base.

Decides that nothing is kept under the name of another device, and that nothing is written onto the board: it
is stopped, read and started again. What the records say is not judged here. Sizes in bytes.
"""

import base64
import json
from collections.abc import Callable
from typing import Any

from basestation.devices.board import Board
from basestation.devices.board_journal import COMPUTER, BoardJournal
from basestation.devices.configuration import CONFIG, JOURNAL, credential_in
from basestation.devices.errors import SetupFailed
from basestation.devices.serial_line import SerialLine
from basestation.devices.setup import StationApi

#: Records that go to the base station at once.
PIECE_BYTES = 24_000


def read_at_cable(station: StationApi, name: str, port: str, told: Callable[[str], None]) -> Any:
    """Read the device's journal at `port`, let the base station keep it, and return what it keeps.

    Raises:
        SetupFailed: it is another device, or cannot be read.
        NotReached: the base station refused.
    """
    # Before the device is stopped.
    path = f"devices/{name}/journals"
    read = station.post(f"{path}/cable")["read"]
    with SerialLine(port) as line:
        board = Board(line)
        try:
            data = journal_of(board, name)
        finally:
            board.leave()
    told(f"{len(data)} bytes read; {name} starts again.")
    pieces = [data[at : at + PIECE_BYTES] for at in range(0, len(data), PIECE_BYTES)]
    for number, piece in enumerate(pieces):
        records = base64.b64encode(piece).decode()
        body = {"piece": number, "pieces": len(pieces), "records": records}
        station.post(f"{path}/{read}", body)
    return station.get(f"{path}/{read}")


def journal_of(board: Board, name: str) -> bytes:
    """Return the journal of the device `name` at the line, oldest sector first; raises SetupFailed."""
    content = board.files.read(CONFIG)
    there = credential_in(content)
    if there is None or there.name != name:
        what = "no device yet" if there is None else there.name
        raise SetupFailed(f"The board at {board.port} is {what}, not {name}: nothing was read.")
    config = json.loads(content)
    kind = config.get("board", COMPUTER)
    return BoardJournal(board, kind, str(config.get("journal", JOURNAL))).read()
