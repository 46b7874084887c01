"""Child processes that live and end together."""

import os
import signal
import subprocess
import sys
from time import monotonic, sleep
from types import FrameType

STOP_SECONDS = 20


class Processes:
    """Start children in order; when one ends or a stop is asked for, stop all, the last started first."""

    def __init__(self) -> None:
        self.children: list[tuple[str, subprocess.Popen[bytes]]] = []
        self.stopping = False

    def start(self, label: str, command: list[str], environment: dict[str, str]) -> None:
        child = subprocess.Popen(command, env={**os.environ, **environment}, start_new_session=True)
        self.children.append((label, child))

    def wait(self) -> int:
        """Until Ctrl-C, SIGTERM, or the end of a child; returns the exit code for the shell."""
        signal.signal(signal.SIGTERM, self._ask_to_stop)
        signal.signal(signal.SIGINT, self._ask_to_stop)
        while not self.stopping:
            for label, child in self.children:
                if child.poll() is not None:
                    print(f"{label}意外结束（退出码 {child.returncode}），正在停止其余程序。", file=sys.stderr)
                    return 1
            sleep(0.3)
        return 0

    def stop(self) -> None:
        for _, child in reversed(self.children):
            if child.poll() is None:
                child.terminate()
        end = monotonic() + STOP_SECONDS
        for _, child in reversed(self.children):
            try:
                child.wait(max(end - monotonic(), 0.1))
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)

    def _ask_to_stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True
