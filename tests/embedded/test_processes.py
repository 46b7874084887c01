"""What ends by itself is started again; what cannot live ends the whole; nothing outlives what started it."""

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from admissions.embedded.binding import Running, birth_of
from admissions.embedded.processes import MOST_ENDS, WITHIN, Child, Processes

pytestmark = pytest.mark.machine_clock
LIVES = [sys.executable, "-c", "import time; time.sleep(600)"]
DIES = [sys.executable, "-c", "raise SystemExit(3)"]
# Starts another of its group, says its number, and waits.
HAS_CHILD = (
    "import subprocess, sys, time; p = subprocess.Popen(['sleep', '600']); print(p.pid, flush=True); time.sleep(600)"
)


class Service:
    """A server that ended once with these words."""

    label = "数据库"

    def __init__(self) -> None:
        self.how, self.starts = "退出码 -9", 0

    def ended(self) -> str:
        return self.how

    def start_again(self) -> None:
        self.how, self.starts = "", self.starts + 1


@pytest.fixture
def processes(tmp_path):
    found = Processes(tmp_path, Running(tmp_path / "pids"), [])
    yield found
    found.stop()


def until(happened, seconds=20):
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_service_and_a_program_are_started_again_and_the_terminal_says_so(processes, capfd):
    processes.services.append(service := Service())
    processes.start("web", "网站", LIVES, {})
    first = processes.children[0].process
    os.kill(first.pid, signal.SIGKILL)
    until(processes.children[0].ended)
    assert processes.look_after()
    assert service.starts == 1
    second = processes.children[0].process
    assert second.pid != first.pid and second.poll() is None
    said = capfd.readouterr().err
    for label in ("数据库", "网站"):
        assert f"{label}意外结束（退出码 -9），正在重新启动。" in said
        assert f"{label}已重新启动。" in said
    assert processes.look_after() and not capfd.readouterr().err


def test_what_ends_again_and_again_ends_the_whole(processes, capfd):
    now = [0.0]
    processes.clock = lambda: now[0]
    processes.start("web", "网站", DIES, {})
    for number in range(1, MOST_ENDS + 1):
        until(processes.children[0].ended)
        now[0] += 1
        assert processes.look_after() is (number < MOST_ENDS)
    assert "网站一再意外结束（退出码 3）" in capfd.readouterr().err


def test_ends_that_lie_far_apart_are_forgotten(processes):
    now = [0.0]
    processes.clock = lambda: now[0]
    processes.start("web", "网站", DIES, {})
    for _ in range(MOST_ENDS + 2):
        until(processes.children[0].ended)
        now[0] += WITHIN / 2
        assert processes.look_after()


def test_what_a_killed_program_had_started_does_not_outlive_it(tmp_path):
    child = Child("网站", [sys.executable, "-c", HAS_CHILD], {}, tmp_path / "web.log", Running(tmp_path / "pids"))
    child.start()
    log = tmp_path / "web.log"
    until(lambda: log.read_text().endswith("\n"))
    grandchild = int(Path(log).read_text())
    assert birth_of(grandchild)
    os.kill(child.process.pid, signal.SIGKILL)
    until(child.ended)
    until(lambda: not birth_of(grandchild))
    child.wait(1)
