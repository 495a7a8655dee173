"""What the firmware needs beside itself, as files that MicroPython can import.

Decides which installed packages the device gets (`chumicro-mqtt` and what it is built on; nothing
optional) and copies them to a folder of their own, because in a virtual environment they lie beside
hundreds of packages that MicroPython must not see. Does nothing when the folder is up to date.

    python -m simulator.device_lib
"""

import importlib.metadata
import importlib.util
import os
import shutil
import sys
import tempfile
from pathlib import Path

#: Where the packages `firmware` and `protocol` lie; the working directory does not matter.
ROOT = Path(__file__).resolve().parent.parent
#: Import names, and the distributions whose versions decide whether the copy is up to date.
PACKAGES = {
    "chumicro_mqtt": "chumicro-mqtt",
    "chumicro_sockets": "chumicro-sockets",
    "chumicro_timing": "chumicro-timing",
}
_STAMP = "versions.txt"
_UNWANTED = shutil.ignore_patterns("__pycache__", "*.pyc", "testing.py", "_ca_bundle.der")


def device_lib(target: Path | None = None) -> Path:
    """Return the folder with the device's packages, made or renewed if it has to be.

    Raises:
        ModuleNotFoundError: a package is not installed.
    """
    folder = default_folder() if target is None else target
    versions = "".join(f"{name} {importlib.metadata.version(name)}\n" for name in PACKAGES.values())
    stamp = folder / _STAMP
    if stamp.is_file() and stamp.read_text() == versions:
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="device_lib-") as scratch:
        fresh = Path(scratch) / "fresh"
        for package in PACKAGES:
            shutil.copytree(_location(package), fresh / package, ignore=_UNWANTED)
        (fresh / _STAMP).write_text(versions)
        _replace(folder, fresh, Path(scratch) / "old")
    return folder


def default_folder() -> Path:
    """Return `build/device_lib` in a source tree, and a folder of the user's cache for an installed wheel."""
    if (ROOT / "pyproject.toml").is_file():
        return ROOT / "build" / "device_lib"
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "rufweite" / "device_lib"


def micropython_path(lib: Path) -> str:
    """Return the MICROPYPATH that finds the firmware, MicroPython's own frozen modules and `lib`."""
    return f"{ROOT}:.frozen:{lib}"


def _location(package: str) -> Path:
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        raise ModuleNotFoundError(f"{package} is not installed; run `make install`.", name=package)
    return Path(found.origin).parent


def _replace(folder: Path, fresh: Path, old: Path) -> None:
    """Put `fresh` in the place of `folder`; where another process was faster, its copy is as good."""
    try:
        if folder.exists():
            folder.rename(old)
        fresh.rename(folder)
    except OSError:
        if not (folder / _STAMP).is_file():
            raise


if __name__ == "__main__":
    sys.stdout.write(f"{device_lib()}\n")
