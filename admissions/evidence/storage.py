"""Putting bytes away: hashed while they are written, in a private directory, never under a web root."""

import hashlib
import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings

from admissions.core.apart import seconds_for, work_apart
from admissions.core.faults import NO_SPACE, WHO_MAKES_ROOM, is_full
from admissions.core.text import fault_of, on_one_line
from admissions.core.unreadable import Unreadable

from .filetypes import TYPES, FileRefused, FileType, check_file, is_opened

PRIVATE = 0o700


def file_name(given: str) -> str:
    """The name a file is kept under: no folders, nothing unseen (a reversed ending is shown as it is), and a low line for signs
    that a conversion lost or that only one machine has. A file is not refused for its name.
    """
    name = on_one_line(Path(given).name)
    return "".join("_" if fault_of(sign) else sign for sign in name)[-200:] or "文件"


class Incoming:
    """A file on its way in: bytes on disk, hash and size known, type not yet judged."""

    def __init__(self, chunks: Iterable[bytes], name: str) -> None:
        self.name = file_name(name)
        self.storage_name = secrets.token_hex(16)
        self.path = path_of(self.storage_name)
        try:
            self.sha256, self.size = self._write(chunks)
        except OSError as error:
            if is_full(error):
                raise FileRefused(NO_SPACE + WHO_MAKES_ROOM) from error
            raise

    def _write(self, chunks: Iterable[bytes]) -> tuple[str, int]:
        """On the disk, and not only on its way there, before any row says so; nothing is left of a file that is not whole."""
        digest, size = hashlib.sha256(), 0
        Path(settings.MEDIA_ROOT).mkdir(mode=PRIVATE, parents=True, exist_ok=True)
        self.path.parent.mkdir(mode=PRIVATE, exist_ok=True)
        try:
            with self.path.open("xb") as file:
                self.path.chmod(0o600)
                for chunk in chunks:
                    size += len(chunk)
                    if size > settings.EVIDENCE_MAX_BYTES:
                        limit = settings.EVIDENCE_MAX_BYTES // 2**20
                        raise FileRefused(f"文件超过 {limit} MB，不能上传。请拆分后再传。")
                    digest.update(chunk)
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            _keep_names_of(self.path.parent)
        except BaseException:
            self.discard()
            raise
        return digest.hexdigest(), size

    def check(self) -> FileType:
        """The agreed type; the bytes are discarded when it is refused.

        A package or an old workbook is opened in a process apart; of others only the first bytes are looked at.
        """
        try:
            return check_apart(self.path, self.name) if is_opened(self.name) else check_file(self.path, self.name)
        except FileRefused:
            self.discard()
            raise

    def discard(self) -> None:
        self.path.unlink(missing_ok=True)


def check_apart(path: Path, name: str) -> FileType:
    try:
        seconds = seconds_for(path, 20)
        (suffix,) = work_apart(
            "admissions.evidence.filetypes:suffix_of", seconds=seconds, path=os.path.abspath(path), name=name
        )
    except Unreadable as refusal:
        raise FileRefused(str(refusal)) from refusal
    return TYPES[suffix]


def _keep_names_of(folder: Path) -> None:
    """A file is found after a power cut only if its folder was written too."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def path_of(storage_name: str) -> Path:
    return Path(settings.MEDIA_ROOT) / storage_name[:2] / storage_name


def is_unchanged(storage_name: str, sha256: str) -> bool:
    """The bytes on disk are still those that were stored."""
    return is_same(path_of(storage_name), sha256)


def is_same(path: Path, sha256: str) -> bool:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == sha256
    except OSError:
        return False


def remove_content(storage_name: str) -> None:
    path_of(storage_name).unlink(missing_ok=True)
