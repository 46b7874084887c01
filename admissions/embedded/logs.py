"""What a program says goes to a file that is set aside when it has grown; the terminal stays readable."""

import contextlib
import subprocess
import threading
from pathlib import Path

LARGEST = 10 * 2**20
KEPT = 5


class RotatedFile:
    """`web.log`, before that `web.log.1` to `web.log.5`."""

    def __init__(self, path: Path, largest: int = LARGEST) -> None:
        self.path = path
        self.largest = largest
        self.file = path.open("ab")
        path.chmod(0o600)

    def write(self, line: bytes) -> None:
        if self.file.tell() + len(line) > self.largest:
            self._set_aside()
        self.file.write(line)
        self.file.flush()

    def close(self) -> None:
        self.file.close()

    def _set_aside(self) -> None:
        self.file.close()
        for number in range(KEPT, 0, -1):
            older = self.path.with_name(f"{self.path.name}.{number - 1}") if number > 1 else self.path
            if older.exists():
                older.replace(self.path.with_name(f"{self.path.name}.{number}"))
        self.file = self.path.open("ab")
        self.path.chmod(0o600)


def follow(process: "subprocess.Popen[bytes]", path: Path) -> threading.Thread:
    """Carry over what the process says until it has ended; on a full disk it is not kept, but the process must not wait for us."""
    log = RotatedFile(path)

    def carry() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            with contextlib.suppress(OSError, ValueError):
                log.write(line)
        with contextlib.suppress(OSError):
            log.close()

    thread = threading.Thread(target=carry, daemon=True)
    thread.start()
    return thread
