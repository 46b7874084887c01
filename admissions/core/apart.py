"""Work on what others sent, in a process of its own: its memory and time are limited, its death is a sentence.

A task is a generator of ours, named `module:function`, that takes words and numbers and yields what JSON can hold.
The process gets no part of our environment, so no key and no password is within its reach.
"""

import json
import os
import re
import select
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import structlog

from .unreadable import TOO_MUCH, Unreadable

ROOT = Path(__file__).resolve().parents[2]
SECONDS, MEGABYTES = 60, 1024
# What a file may cost is in proportion to what was sent: an honest table needs a tenth of it.
LEAST_SECONDS, BYTES_A_SECOND = 2, 1 << 18
# One answer of the child in bytes; what is longer is not taken into our own memory.
LONGEST = 64 << 20
PIECE = 1 << 20
NAMELESS = re.compile(r"/proc/self/fd/([0-9]{1,6})")
NOT_UNDERSTOOD = "文件的内部结构不合规范，没有读取。请用原来的程序打开后另存，再重新上传。"
# How many at once: each may take all the memory it is allowed. Who waits longer than this is told so.
TOGETHER, PATIENCE = threading.BoundedSemaphore(3), 120
BUSY = "同时读取的文件太多，这个文件还没有读取，请稍后重新上传。"

log = structlog.get_logger(__name__)


def work_apart(task: str, *, seconds: int = SECONDS, megabytes: int = MEGABYTES, **given: Any) -> Iterator[Any]:
    """What the task yields, one by one.

    `seconds` of processor time; without an answer for a minute and twice as long the process is ended as well.
    Raises Unreadable: the task raised a refusal, or the process died, whatever the reason. Raises OSError where the disk
    is full, which is no fault of the file.
    """
    if not TOGETHER.acquire(timeout=PATIENCE):
        raise Unreadable(BUSY)
    try:
        with _started(task, seconds, megabytes, given) as child:
            try:
                yield from _answers(child, 60 + seconds * 2)
            finally:
                child.kill()
    finally:
        TOGETHER.release()


def seconds_for(path: Path, most: int = SECONDS) -> int:
    """Of processor time, for a file of this size."""
    return min(most, LEAST_SECONDS + path.stat().st_size // BYTES_A_SECOND)


@contextmanager
def on_disk(source: Path | BinaryIO) -> Iterator[Path]:
    """A path that a task can open: of a stream a copy that no other name leads to, gone with the block."""
    if isinstance(source, Path):
        yield Path(os.path.abspath(source))
        return
    with tempfile.TemporaryFile() as copy:
        shutil.copyfileobj(source, copy, PIECE)
        copy.flush()
        yield Path(f"/proc/self/fd/{copy.fileno()}")


def _started(task: str, seconds: int, megabytes: int, given: dict[str, Any]) -> subprocess.Popen[bytes]:
    # A file without a name is handed on as it is open here.
    files = [int(found[1]) for value in given.values() if (found := NAMELESS.fullmatch(str(value)))]
    command = [sys.executable, "-m", "admissions.core.apart_child", task, str(seconds), str(megabytes)]
    child = subprocess.Popen(
        [*command, json.dumps(given)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
        pass_fds=files,
        env={"PATH": os.defpath, "LANG": "C.UTF-8", "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"},
    )
    return child


def _answers(child: subprocess.Popen[bytes], wait: int) -> Iterator[Any]:
    with closing(_lines(child, wait)) as lines:
        for line in lines:
            kind, content = json.loads(line)
            if kind == "end":
                return
            if kind == "refused":
                raise Unreadable(content)
            if kind == "full":
                raise OSError(content, os.strerror(content))
            if kind == "broken":
                log.warning("a task apart broke", error=content)
                raise Unreadable(NOT_UNDERSTOOD)
            yield content
    child.kill()
    # Minus 9 and 24 are the limits of memory and time; whatever else it was, an administrator finds it here.
    log.warning("a task apart died", code=child.wait())
    raise Unreadable(TOO_MUCH)


def _lines(child: subprocess.Popen[bytes], wait: int) -> Generator[bytes, None, None]:
    """Whole lines until the process ends; nothing more when it says nothing for `wait` seconds, or far too much."""
    output = child.stdout
    if output is None:
        return
    ready = select.poll()
    ready.register(output, select.POLLIN | select.POLLHUP)
    parts: list[bytes] = []
    size = 0
    while size <= LONGEST and ready.poll(wait * 1000):
        piece = os.read(output.fileno(), PIECE)
        if not piece:
            return
        # Pieces of one answer are put together once, however many they are.
        first, *others = piece.split(b"\n")
        parts.append(first)
        size += len(first)
        if others:
            yield b"".join(parts)
            yield from others[:-1]
            parts, size = [others[-1]], len(others[-1])
