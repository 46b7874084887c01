"""Bytes that leave are the bytes that were hashed: read twice from one open file, and no changed piece is given out.

Hashing a file and opening it again lets a change in between go out; so does one descriptor, since a file can be written in
place. The first reading compares the whole and remembers each piece; the second gives a piece only while it is the same.
"""

import hashlib
import io
import os
import tempfile
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PIECE = 1 << 20
KEPT_PIECES = 4


class Changed(Exception):
    """The bytes are gone or not those that were stored."""


class Unchanged(io.RawIOBase):
    """The content of a file as it was when it was compared with its SHA-256, to be read and sought in any order.

    Memory: 32 bytes for each mebibyte of the file, and a few pieces. Raises Changed when opened over other bytes, and on
    reading a piece that has been altered since.
    """

    def __init__(self, path: Path, sha256: str) -> None:
        super().__init__()
        self._place, self._digests = 0, list[bytes]()
        self._pieces: OrderedDict[int, bytes] = OrderedDict()
        try:
            self._file = path.open("rb", buffering=0)
        except OSError as error:
            raise Changed(path.name) from error
        whole = hashlib.sha256()
        while piece := self._next():
            whole.update(piece)
            self._digests.append(hashlib.sha256(piece).digest())
        self._size = self._file.tell()
        if whole.hexdigest() != sha256:
            self.close()
            raise Changed(path.name)

    def _next(self) -> bytes:
        """A whole piece, or what is left: a raw file may give less than it is asked for."""
        found = b""
        while len(found) < PIECE and (more := self._file.read(PIECE - len(found))):
            found += more
        return found

    def _piece(self, number: int) -> bytes:
        if number not in self._pieces:
            self._file.seek(number * PIECE)
            piece = self._next()
            if hashlib.sha256(piece).digest() != self._digests[number]:
                raise Changed("changed while it was read")
            self._pieces[number] = piece
            while len(self._pieces) > KEPT_PIECES:
                self._pieces.popitem(last=False)
        return self._pieces[number]

    def readinto(self, buffer: Any) -> int:
        if self._place >= self._size:
            return 0
        number, start = divmod(self._place, PIECE)
        found = self._piece(number)[start : start + len(buffer)]
        buffer[: len(found)] = found
        self._place += len(found)
        return len(found)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        self._place = {os.SEEK_SET: 0, os.SEEK_CUR: self._place, os.SEEK_END: self._size}[whence] + offset
        return self._place

    def tell(self) -> int:
        return self._place

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def close(self) -> None:
        if not self.closed:
            self._file.close()
        super().close()


def opened_unchanged(path: Path, sha256: str) -> io.BufferedReader:
    """Raises Changed where the file is not (any more) the one with this SHA-256."""
    return io.BufferedReader(Unchanged(path, sha256), PIECE)


@contextmanager
def unchanged_copy(path: Path, sha256: str) -> Iterator[Path]:
    """For readers that open a path, and more than once: a copy made while it is hashed, that no name leads to.

    It is gone with the block, also when the process is killed. Raises Changed.
    """
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file, tempfile.TemporaryFile(dir=path.parent) as copy:
            while piece := file.read(PIECE):
                digest.update(piece)
                copy.write(piece)
            copy.flush()
            if digest.hexdigest() != sha256:
                raise Changed(path.name)
            yield Path(f"/proc/self/fd/{copy.fileno()}")
    except FileNotFoundError as error:
        raise Changed(path.name) from error
