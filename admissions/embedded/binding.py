"""Nothing is left running: each program is bound to the life of the one that started it.

The kernel sends the signal when the starter ends, also by SIGKILL or with its terminal. Where that came too late (a crash
in the instant of a start), the next start finds what is left by number and birth and ends it.
"""

import ctypes
import os
import signal
from collections.abc import Callable, Iterable
from pathlib import Path
from time import monotonic, sleep

PR_SET_PDEATHSIG = 1
PATIENCE = 15.0
_libc = ctypes.CDLL(None, use_errno=True)


def bound(number: int = signal.SIGTERM) -> Callable[[], None]:
    """For `preexec_fn`: the child gets this signal when its starter is gone. Start children from the main thread only."""
    starter = os.getpid()

    def bind() -> None:
        _libc.prctl(PR_SET_PDEATHSIG, number)
        if os.getppid() != starter:
            os.kill(os.getpid(), number)

    return bind


def birth_of(pid: int) -> str:
    """When the process began, in the kernel's ticks; empty for one that is gone. A number alone is given out again."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] == "Z" else fields[19]


class Running:
    """The numbers of what was started, kept in a file for whoever comes after a crash."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def add(self, pid: int) -> None:
        with self.file.open("a") as file:
            file.write(f"{pid} {birth_of(pid)}\n")

    def clear(self) -> None:
        self.file.unlink(missing_ok=True)

    def left_over(self) -> list[int]:
        if not self.file.exists():
            return []
        pairs = (line.split() for line in self.file.read_text().splitlines())
        return [int(pair[0]) for pair in pairs if len(pair) == 2 and birth_of(int(pair[0])) == pair[1]]


def end_all(pids: Iterable[int], patience: float = PATIENCE) -> None:
    """Groups of their own: first asked, then killed."""
    left = list(pids)
    for number in (signal.SIGTERM, signal.SIGKILL):
        for pid in left:
            _signal_group(pid, number)
        end = monotonic() + patience
        while (left := [pid for pid in left if birth_of(pid)]) and monotonic() < end:
            sleep(0.1)
        if not left:
            return


def _signal_group(pid: int, number: int) -> None:
    try:
        os.killpg(pid, number)
    except (ProcessLookupError, PermissionError):
        return
