"""Programs that live and end together; one that ends by itself is started again, and the terminal says so.

What they say goes to files. A program that cannot live (five times within two minutes) ends the whole.
"""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep
from types import FrameType
from typing import Protocol

from .binding import Running, bound
from .logs import follow
from .progress import say

STOP_SECONDS = 20
# So many ends within so many seconds are no accident.
MOST_ENDS, WITHIN = 5, 120.0


class Kept(Protocol):
    """What is looked after: `label` names it on the terminal."""

    label: str

    def ended(self) -> str:
        """How it ended, in words; empty while it lives."""

    def start_again(self) -> None:
        """Anew, at the same place. Raises SystemExit where it does not come up."""


@dataclass
class Ends:
    """When something ended, as far back as it matters."""

    at: deque[float] = field(default_factory=deque)

    def too_many(self, now: float) -> bool:
        self.at.append(now)
        while self.at[0] < now - WITHIN:
            self.at.popleft()
        return len(self.at) >= MOST_ENDS


class Child:
    """One program of ours, in a session of its own."""

    def __init__(self, label: str, command: list[str], environment: Mapping[str, str], log: Path, running: Running):
        self.label, self.command, self.log, self.running = label, command, log, running
        self.environment = {**os.environ, **environment}
        self.process: subprocess.Popen[bytes] | None = None
        self.carrying: threading.Thread | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(
            self.command,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=bound(),
        )
        self.running.add(self.process.pid)
        self.carrying = follow(self.process, self.log)

    def start_again(self) -> None:
        self.start()

    def ended(self) -> str:
        if self.process is None or not self._is_over():
            return ""
        return f"退出码 {self._collected()}"

    def ask_to_end(self) -> None:
        if self.process is not None and not self._is_over():
            self.process.terminate()

    def wait(self, seconds: float) -> None:
        """Until it has ended; after so many seconds it is killed."""
        end = monotonic() + seconds
        while not self._is_over() and monotonic() < end:
            sleep(0.05)
        self._collected()
        if self.carrying is not None:
            self.carrying.join(2)

    def _is_over(self) -> bool:
        """Looked at without collecting it: until then its number, which is that of its group, belongs to nobody else."""
        if self.process is None or self.process.returncode is not None:
            return True
        return os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None

    def _collected(self) -> int | None:
        """Its exit code. Whoever it started is of its group and would outlive it where it was killed."""
        if self.process is not None and self.process.returncode is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        return self.process.returncode if self.process is not None else None


class Processes:
    """Start in order, start again what ends; when a stop is asked for, stop all, the last started first."""

    def __init__(self, logs: Path, running: Running, services: list[Kept], clock: Callable[[], float] = monotonic):
        self.logs = logs
        self.running = running
        self.clock = clock
        self.children: list[Child] = []
        # Services first: what needs them is started anew after them.
        self.services = services
        self.ends: dict[str, Ends] = {}
        self.stopping = False

    def start(self, name: str, label: str, command: list[str], environment: Mapping[str, str]) -> None:
        child = Child(label, command, environment, self.logs / f"{name}.log", self.running)
        self.children.append(child)
        child.start()

    def ended(self) -> bool:
        """Has one of them ended by itself, before all of them were there? The terminal says which and where its last words are."""
        for one in [*self.services, *self.children]:
            if how := one.ended():
                say(f"{one.label}意外结束（{how}），见 {self.logs}。正在停止其余程序。", sys.stderr)
                return True
        return False

    def wait(self) -> int:
        """Until Ctrl-C, SIGTERM or the end of the terminal (0), or until something cannot be kept alive (1)."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._ask_to_stop)
        while not self.stopping:
            if not self.look_after():
                return 1
            sleep(0.3)
        return 0

    def look_after(self) -> bool:
        """Start again what has ended; False where that is of no use."""
        for one in [*self.services, *self.children]:
            how = one.ended()
            if how and not self.stopping and not self._again(one, how):
                return False
        return True

    def _again(self, one: Kept, how: str) -> bool:
        if self.ends.setdefault(one.label, Ends()).too_many(self.clock()):
            say(f"{one.label}一再意外结束（{how}），见 {self.logs}。正在停止其余程序。", sys.stderr)
            return False
        say(f"{one.label}意外结束（{how}），正在重新启动。", sys.stderr)
        one.start_again()
        say(f"{one.label}已重新启动。", sys.stderr)
        return True

    def stop(self) -> None:
        for child in reversed(self.children):
            child.ask_to_end()
        end = monotonic() + STOP_SECONDS
        for child in reversed(self.children):
            child.wait(max(end - monotonic(), 0.1))

    def _ask_to_stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True
