"""A small file system that only this process and its children see, to be filled, freed and made read-only.

It is a tmpfs in a mount namespace of our own, so nothing of the machine is touched and nothing is left
behind. Who may make one: root, or anybody where unprivileged user namespaces are allowed. Sizes in bytes.
"""

import ctypes
import os
from pathlib import Path

_NEW_MOUNTS, _NEW_USER = 0x00020000, 0x10000000
_READ_ONLY, _REMOUNT, _RECURSIVE, _PRIVATE = 1, 32, 16384, 1 << 18
_DETACH = 2
_FILL_BYTES = 1 << 16

_libc = ctypes.CDLL(None, use_errno=True)
#: Why there can be no small disks, if so.
_missing = ["this process has not left the machine's mounts"]


def why_none() -> str:
    """Return why there can be no small disk here; "" if there can."""
    return _missing[0]


def enter_private_mounts() -> None:
    """Leave the machine's mounts, for this process and its children; `why_none` tells if that is not allowed.

    Must be called before any thread is started.
    """
    _missing[0] = _left_mounts()


def _left_mounts() -> str:
    user, group = os.geteuid(), os.getegid()
    if _libc.unshare(_NEW_MOUNTS) != 0:
        if _libc.unshare(_NEW_USER | _NEW_MOUNTS) != 0:
            return f"no mount namespace of our own: {os.strerror(ctypes.get_errno())}"
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    return _mount("none", Path("/"), "", _RECURSIVE | _PRIVATE, "")


def _mount(source: str, target: Path, kind: str, flags: int, options: str) -> str:
    words = [os.fsencode(word) for word in (source, target, kind)]
    if _libc.mount(*words, ctypes.c_ulong(flags), os.fsencode(options)) == 0:
        return ""
    return f"{target} cannot be mounted: {os.strerror(ctypes.get_errno())}"


class SmallDisk:
    """A file system of `size_bytes` at the folder `path`, which is made."""

    def __init__(self, path: Path, size_bytes: int) -> None:
        self.path = path
        self._ballast = path / ".ballast"
        self._options = f"size={size_bytes},mode=0755"
        path.mkdir(parents=True, exist_ok=True)
        fault = _mount("none", path, "tmpfs", 0, self._options)
        if fault:
            raise OSError(fault)

    def fill(self) -> None:
        """Leave not one byte."""
        with self._ballast.open("ab", buffering=0) as file:
            size_bytes = _FILL_BYTES
            while size_bytes:
                try:
                    file.write(b"\0" * size_bytes)
                except OSError:
                    size_bytes //= 2

    def free(self) -> None:
        """Give back what `fill` took."""
        self._ballast.unlink(missing_ok=True)

    def set_read_only(self, *, is_read_only: bool) -> None:
        """Make it read-only, or writable again; OSError while a file in it is open for writing."""
        flags = _REMOUNT | (_READ_ONLY if is_read_only else 0)
        fault = _mount("none", self.path, "tmpfs", flags, self._options)
        if fault:
            raise OSError(fault)

    def close(self) -> None:
        """Take it away, whoever still uses it."""
        _libc.umount2(os.fsencode(self.path), _DETACH)
