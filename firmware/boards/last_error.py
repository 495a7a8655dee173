"""The exception of our own that ended a start, kept for the next one to tell.

Decides what is kept of it: kind, sentence and the place in our code, in 64 characters, which is what the
message `started` carries. A board without files keeps the same text where a restart leaves it (on an ESP32
the memory of the real-time clock). Never keeps a traceback, and never stops a device: what cannot be kept is
lost. Characters.
"""

import io
import os
import sys

TEXT_CHARACTERS_MAX = 64


def sentence(error: BaseException) -> str:
    """Return where it happened, its kind and what it says, in 64 printable characters at most."""
    text = _place(error) + " " + type(error).__name__ + ": " + str(error)
    printable = "".join([letter if 32 <= ord(letter) < 127 else "?" for letter in text.strip()])
    return printable[:TEXT_CHARACTERS_MAX]


def keep(path: str, error: BaseException) -> None:
    """Write the sentence of the exception to the file at `path`."""
    try:
        with open(path, "w") as file:
            file.write(sentence(error))
    except OSError:
        pass


def take(path: str) -> str:
    """Return what `keep` wrote, once, or ""."""
    try:
        with open(path) as file:
            text = file.read()
        os.remove(path)
    except (OSError, ValueError):
        return ""
    return text[:TEXT_CHARACTERS_MAX]


def _place(error: BaseException) -> str:
    """Return the innermost file:line."""
    if hasattr(sys, "print_exception"):
        lines = io.StringIO()
        sys.print_exception(error, lines)
        frames = [line for line in lines.getvalue().split("\n") if "File " in line]
        if not frames:
            return ""
        words = frames[-1].split('"')
        return words[1].split("/")[-1] + ":" + words[2].split("line ")[-1].split(",")[0]
    trace = error.__traceback__
    if trace is None:
        return ""
    while trace.tb_next is not None:
        trace = trace.tb_next
    return trace.tb_frame.f_code.co_filename.split("/")[-1] + ":" + str(trace.tb_lineno)
