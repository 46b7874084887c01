"""What a person at the terminal sees: short lines, and a sign of life where a step takes long.

Runs with the system's Python too, before anything is installed.
"""

import sys
import threading
from time import monotonic

QUIET_SECONDS = 3.5


def say(text: str, stream: object = None) -> None:
    """A line; a terminal that was closed meanwhile must not keep anything from being stopped."""
    try:
        print(text, file=stream or sys.stdout, flush=True)
    except (OSError, ValueError):
        return


class Progress:
    """`with Progress() as progress: progress.step("…")`; says that a step still goes on when nothing was said for a while."""

    def __init__(self, quiet: float = QUIET_SECONDS) -> None:
        self.quiet = quiet
        self.began = monotonic()
        self.spoken = self.began
        self.label = "正在启动"
        self.over = threading.Event()
        self.ticker = threading.Thread(target=self._tick, daemon=True)

    def __enter__(self) -> "Progress":
        self.ticker.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.over.set()
        self.ticker.join()

    def step(self, label: str) -> None:
        """The next step begins."""
        self.label = label
        self.line(f"{label}……")

    def line(self, text: str) -> None:
        self.spoken = monotonic()
        say(text)

    def _tick(self) -> None:
        while not self.over.wait(self.quiet / 4):
            if monotonic() - self.spoken >= self.quiet:
                self.line(f"  {self.label}，还在进行（{monotonic() - self.began:.0f}秒）")
