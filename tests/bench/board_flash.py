"""How much flash the firmware of each worn board takes: the sum of its .mpy files, by part.

python -m tests.bench.board_flash
"""

import tempfile
from pathlib import Path

from basestation.devices.build import BOARDS, compile_board

#: Part -> where its modules lie; the first that fits counts.
PARTS = (
    ("drivers and board", ("esp32", "m5stick", "accel", "chip", "lsm", "mpu", "worn", "player", "battery",
                           "console", "start", "restart", "flash_", "choice")),
    ("network and MQTT", ("mqtt", "outbox", "tls", "transport", "wlan", "ways", "radio", "broker")),
)  # fmt: skip


def part_of(path: Path) -> str:
    """Return the part that a module belongs to."""
    if path.parent.name == "protocol":
        return "protocol"
    for part, beginnings in PARTS:
        if path.parent.name == "boards" and path.name.startswith(beginnings):
            return part
    return "loop and configuration" if path.parent.name == "boards" or path.stem == "main" else "device core"


def main() -> None:
    """Print the figures of each board."""
    for board in BOARDS:
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch)
            size = compile_board(folder, board)
            parts: dict[str, int] = {}
            for path in folder.rglob("*.mpy"):
                part = part_of(path)
                parts[part] = parts.get(part, 0) + path.stat().st_size
        print(f"{board}: {size / 1024:.1f} kB in flash, as .mpy files")
        for part, part_size in sorted(parts.items(), key=lambda entry: -entry[1]):
            print(f"  {part:24} {part_size / 1024:6.1f} kB")


if __name__ == "__main__":
    main()
