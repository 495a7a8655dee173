"""A device as a board keeps it: the starter, two slots, a file that says who it is, in real MicroPython.

Whenever its program ends by itself it is started again, as a board starts itself again after a reset.
"""

import json
import subprocess
import threading
from pathlib import Path
from typing import Any, Self

from basestation.devices.firmware_files import ACTIVE, SLOT, slot_files
from simulator.runtime import find_runtime, runtime_environment
from tests.system.broker import HOST

#: One sample each turn of the loop would do; a few a second keep the sensor from being called silent.
_SAMPLE_S = 0.1


class SlotDevice:
    """A device in `folder`; a context manager."""

    def __init__(
        self, folder: Path, modules: dict[str, bytes], credential: dict[str, Any], port: int
    ) -> None:
        self.folder = folder
        files = slot_files({f"{SLOT}/{path}": data for path, data in modules.items()})
        broker = {
            "host": HOST, "port": port, "username": credential["name"], "password": credential["secret"],
            "client_id": credential["client_id"],
        }  # fmt: skip
        own = {"name": credential["name"], "journal": "journal", "broker": broker, "settings": {}}
        own["settings_key"] = credential["settings_key"]
        files |= {ACTIVE: SLOT.encode(), "device.json": json.dumps(own).encode()}
        for path, data in files.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        self.starts = 0
        self._is_on = True
        self._never = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._live, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_on = False
        if self._process is not None:
            self._process.kill()
        self._thread.join()

    def _live(self) -> None:
        environment = runtime_environment() | {"MICROPYPATH": ".frozen"}
        with (self.folder / "said").open("ab") as said:
            while self._is_on:
                self.starts += 1
                self._process = subprocess.Popen(
                    [*find_runtime("micropython").command, "main.py"],
                    cwd=self.folder, env=environment, stdin=subprocess.PIPE, stdout=said, stderr=said,
                )  # fmt: skip
                self._move(self._process)

    def _move(self, process: "subprocess.Popen[bytes]") -> None:
        """Let its wearer move until the program ends."""
        assert process.stdin is not None
        number = 0
        while process.poll() is None:
            number += 1
            try:
                process.stdin.write(b"s %d 0 1000\n" % (number % 7))
                process.stdin.flush()
            except OSError:
                process.wait()
            self._never.wait(_SAMPLE_S)
