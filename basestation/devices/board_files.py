"""The files of a board: what is there, what is written, and whether it arrived.

Decides that a file is in its place only when the board's own sum over what it can read there equals
ours: written beside it (`NAME.new`), read back, renamed. A cut at any moment leaves the old file or the
new one. Never decides what the files are. Paths are relative to the board's root; sums are SHA-256.
"""

import ast
import base64
import hashlib
from collections.abc import Callable, Iterable, Mapping

from basestation.devices.errors import BoardFailed
from basestation.devices.raw_repl import RawRepl

#: Bytes of a file that go in one program.
PIECE_BYTES = 768
#: Summing and listing all files, on a slow flash.
SUM_S_MAX = 30.0
#: A file that arrives wrong is sent once more; then the line or the flash is not to be trusted.
ATTEMPTS_MAX = 2

#: Defined once on the board, called by short programs afterwards.
_TOOLS = """
import os, hashlib, binascii
def _sum(p):
 try: f=open(p,'rb')
 except OSError: return ''
 h=hashlib.sha256(); b=bytearray(512); n=f.readinto(b)
 while n:
  h.update(memoryview(b)[:n]); n=f.readinto(b)
 f.close()
 return binascii.hexlify(h.digest()).decode()
def _walk(p,out):
 try: es=list(os.ilistdir(p or '.'))
 except OSError: return out
 for e in es:
  q=(p+'/' if p else '')+e[0]
  if e[0] in ('.','..'): continue
  if e[1]==0x4000: _walk(q,out)
  else: out.append(q)
 return out
def _room(p):
 q=''
 for d in p.split('/')[:-1]:
  q=q+d
  try: os.mkdir(q)
  except OSError: pass
  q=q+'/'
def _put(s): _f.write(binascii.a2b_base64(s))
def _done(p):
 _f.close()
 if hasattr(os,'sync'): os.sync()
 return _sum(p+'.new')
def _away(p):
 try: os.remove(p)
 except OSError: pass
"""


def sum_of(data: bytes) -> str:
    """Return the sum by which a file is compared."""
    return hashlib.sha256(data).hexdigest()


class BoardFiles:
    """The files of the board behind `repl`, which is in its raw REPL."""

    def __init__(self, repl: RawRepl) -> None:
        self._repl = repl
        #: Bytes of files that were sent.
        self.sent_bytes = 0
        repl.run(_TOOLS)

    def sums(self, paths: Iterable[str]) -> dict[str, str]:
        """Return the sum of each file as the board reads it; "" where there is none."""
        wanted = sorted(paths)
        printed = self._repl.run(f"for p in {wanted!r}: print(_sum(p))", SUM_S_MAX)
        return dict(zip(wanted, printed.decode().replace("\r", "").split("\n"), strict=False))

    def listed(self, folder: str) -> list[str]:
        """Return the paths of all files in a folder and below it; an empty list where there is none."""
        printed = self._repl.run(f"print(_walk({folder!r},[]))", SUM_S_MAX)
        return sorted(ast.literal_eval(printed.decode().strip()))

    def read(self, path: str) -> bytes:
        """Return what is in a small file; b"" where there is none."""
        program = (
            f"try: print(binascii.hexlify(open({path!r},'rb').read()).decode())\nexcept OSError: print()"
        )
        return bytes.fromhex(self._repl.run(program).decode().strip())

    def write(self, path: str, data: bytes) -> None:
        """Put a file into its place and read it back; BoardFailed if it is not there as it should be."""
        for _ in range(ATTEMPTS_MAX):
            if self._written_beside(path, data) == sum_of(data):
                self._repl.run(f"os.rename({path + '.new'!r},{path!r})\nif hasattr(os,'sync'): os.sync()")
                return
        self.remove([path + ".new"])
        raise BoardFailed(
            f"The board keeps {path} otherwise than it was sent, twice: try another cable, or the board's "
            "memory is worn out."
        )

    def write_all(self, files: Mapping[str, bytes], told: Callable[[str], None]) -> int:
        """Write those files that are not right already; return how many were written."""
        found = self.sums(files)
        wrong = [path for path in sorted(files) if found[path] != sum_of(files[path])]
        for path in wrong:
            told(path)
            self.write(path, files[path])
        return len(wrong)

    def are_right(self, files: Mapping[str, bytes]) -> bool:
        """Tell whether every file is on the board as given."""
        found = self.sums(files)
        return all(found[path] == sum_of(data) for path, data in files.items())

    def remove(self, paths: Iterable[str]) -> None:
        """Remove files; those that are not there are no fault."""
        self._repl.run(f"for p in {sorted(paths)!r}: _away(p)", SUM_S_MAX)

    def _written_beside(self, path: str, data: bytes) -> str:
        """Write `path`.new and return the board's sum of it."""
        beside = path + ".new"
        self._repl.run(f"_room({path!r})\n_f=open({beside!r},'wb')")
        for start in range(0, len(data), PIECE_BYTES):
            piece = data[start : start + PIECE_BYTES]
            self._repl.run(f"_put('{base64.b64encode(piece).decode()}')")
            self.sent_bytes += len(piece)
        return self._repl.run(f"print(_done({path!r}))").decode().strip()
