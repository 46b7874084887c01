"""Putting bytes away: hashed while they are written, in a private directory, never under a web root."""

import hashlib
import secrets
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings

from .filetypes import FileRefused, FileType, check_file

PRIVATE = 0o700


class Incoming:
    """A file on its way in: bytes on disk, hash and size known, type not yet judged."""

    def __init__(self, chunks: Iterable[bytes], name: str) -> None:
        root = Path(settings.MEDIA_ROOT)
        root.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
        self.name = Path(name).name[-200:]
        self.storage_name = secrets.token_hex(16)
        self.path = path_of(self.storage_name)
        self.path.parent.mkdir(mode=PRIVATE, exist_ok=True)
        self.sha256, self.size = self._write(chunks)

    def _write(self, chunks: Iterable[bytes]) -> tuple[str, int]:
        digest, size = hashlib.sha256(), 0
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
        except BaseException:
            self.discard()
            raise
        return digest.hexdigest(), size

    def check(self) -> FileType:
        """The agreed type; the bytes are discarded when it is refused."""
        try:
            return check_file(self.path, self.name)
        except FileRefused:
            self.discard()
            raise

    def discard(self) -> None:
        self.path.unlink(missing_ok=True)


def path_of(storage_name: str) -> Path:
    return Path(settings.MEDIA_ROOT) / storage_name[:2] / storage_name


def is_unchanged(storage_name: str, sha256: str) -> bool:
    """The bytes on disk are still those that were stored."""
    try:
        with path_of(storage_name).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == sha256
    except OSError:
        return False


def remove_content(storage_name: str) -> None:
    path_of(storage_name).unlink(missing_ok=True)
