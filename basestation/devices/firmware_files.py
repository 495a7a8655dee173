"""The files that make a board a device, whoever wears it: the starter, and firmware and protocol in a slot.

Decides where on the board each of them lies; `firmware/boards/starter.py` says what it does with them.
The file `whole` of a slot names every other one with its sum and is written last, so that a slot with it
was written to its end. Compiled for the processor that the board
itself names, without what only other boards need.
"""

import json
import tempfile
from pathlib import Path

from basestation.devices.board_files import sum_of
from basestation.devices.build import BOARDS, LEFT_OUT, ROOT, compile_modules

#: The slot that is written over the serial line.
SLOT, OTHER_SLOT = "slot_a", "slot_b"
ACTIVE, HOLD, FAILED_STARTS = "active", "setup", "failed_starts"
WHOLE = f"{SLOT}/whole"
_STARTER = ROOT / "firmware" / "boards" / "starter.py"
#: What a board ran at its start before must not run any more.
_BOOT = b"# Nothing: main.py starts the firmware.\n"


def firmware_files(kind: str, processor: str) -> dict[str, bytes]:
    """Return the content of every such file by its path on the board.

    `kind` is the `board` of its configuration, `processor` what mpy-cross calls it.
    """
    _, left_out = BOARDS.get(kind, (processor, LEFT_OUT))
    with tempfile.TemporaryDirectory() as folder:
        compile_modules(Path(folder), processor=processor, left_out=left_out)
        modules = {
            f"{SLOT}/{path.relative_to(folder).as_posix()}": path.read_bytes()
            for path in sorted(Path(folder).rglob("*.mpy"))
        }
    return slot_files(modules)


def slot_files(modules: dict[str, bytes]) -> dict[str, bytes]:
    """Return these modules with what belongs beside them."""
    sums = {path: sum_of(data) for path, data in sorted(modules.items())}
    whole = json.dumps(sums, sort_keys=True, separators=(",", ":")).encode()
    return {"boot.py": _BOOT, "main.py": _STARTER.read_bytes(), **modules, WHOLE: whole}
