"""An earlier commit of this repository, taken out of git: its firmware, or its base station, as it ran then.

Run as a program, in that commit's own tree, it is that commit's device: one command a line on standard input,
`ok` when it is done. Nothing of the present tree is imported there.
"""

import io
import json
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
START_S_MAX = 60


def tree_of(commit: str, folder: Path) -> Path:
    """Return a folder with everything that was in this commit."""
    packed = subprocess.run(["git", "archive", commit], cwd=ROOT, capture_output=True, check=True).stdout
    tree = folder / commit
    tree.mkdir()
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        archive.extractall(tree, filter="data")
    return tree


class OldDevice:
    """A device of an earlier commit, worn by somebody who walks."""

    def __init__(
        self, tree: Path, name: str, place: tuple[str, int], told: dict[str, Any], folder: Path
    ) -> None:
        given = [*place, name, told["secret"], told["client_id"]]
        self._process = subprocess.Popen(
            [sys.executable, __file__, json.dumps({"log_in": given, "name": name, "folder": str(folder)})],
            cwd=tree, env={"PYTHONPATH": str(tree), "PATH": "/usr/bin:/bin", "PYTHONUTF8": "1"},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def do(self, *words: str) -> None:
        """Let the device do it, and wait until it is done."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(" ".join(words) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline().strip()
        assert answer == "ok", answer

    def stop(self) -> None:
        """Switch it off."""
        self._process.communicate("", timeout=START_S_MAX)


def main() -> None:
    """Be the device, until the end of the commands."""
    from simulator.device import VirtualDevice
    from simulator.device_config import BrokerLogin, DeviceConfig
    from tests.system.running import UNTESTED, is_signal, keep_walking

    given = json.loads(sys.argv[1])
    config = DeviceConfig(given["name"], BrokerLogin(*given["log_in"]), UNTESTED)
    device = VirtualDevice(config, Path(given["folder"]))
    device.start()
    try:
        keep_walking(device)
        device.wait_for(lambda effect: effect["effect"] == "link" and effect["is_up"], START_S_MAX)
        for line in sys.stdin:
            word, *names = line.split()
            if word == "signal":
                device.wait_for(is_signal(*names), START_S_MAX)
            elif word in ("press", "release"):
                getattr(device, word)()
            print("ok", flush=True)
    finally:
        device.stop()


if __name__ == "__main__":
    # This file's own folder comes first otherwise, and with it nothing that is meant.
    sys.path[0] = str(Path.cwd())
    main()
