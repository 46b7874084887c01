"""Nothing is left running: children end with their starter, and what was left over is found by number and birth."""

import os
import signal
import subprocess
import sys
import time

import pytest
from django.conf import settings

from admissions.embedded.binding import Running, birth_of, end_all
from admissions.embedded.logs import KEPT, RotatedFile

# Under `nohup` the suite, and whatever it starts, would not hear the end of its terminal.
STARTER = """
import signal, subprocess, sys, time
signal.signal(signal.SIGHUP, signal.SIG_DFL)
from admissions.embedded.binding import bound
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True, preexec_fn=bound())
print(child.pid, flush=True)
time.sleep(600)
"""


def until(happened, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGHUP, signal.SIGTERM])
def test_the_child_ends_with_its_starter(how):
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTER], cwd=settings.BASE_DIR, stdout=subprocess.PIPE, text=True
    )
    child = int(starter.stdout.readline())
    assert birth_of(child)
    starter.send_signal(how)
    starter.wait()
    starter.stdout.close()
    until(lambda: not birth_of(child))


@pytest.fixture
def stubborn():
    """Does not listen to SIGTERM."""
    code = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); time.sleep(600)"
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, start_new_session=True)
    process.stdout.readline()
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_what_is_left_over_is_found_and_ended(tmp_path, stubborn):
    running = Running(tmp_path / "pids")
    running.add(stubborn.pid)
    assert running.left_over() == [stubborn.pid]
    end_all(running.left_over(), patience=0.5)
    assert birth_of(stubborn.pid) == ""
    assert stubborn.wait() == -signal.SIGKILL
    assert running.left_over() == []


def test_a_number_given_out_again_is_not_ours(tmp_path):
    file = tmp_path / "pids"
    file.write_text(f"{os.getpid()} 1\n{2**22 + 1} 5\nbroken\n")
    assert Running(file).left_over() == []
    Running(file).clear()
    assert Running(file).left_over() == []


def test_a_log_is_set_aside_when_it_has_grown(tmp_path):
    log = RotatedFile(tmp_path / "web.log", largest=30)
    for number in range(40):
        log.write(f"line {number:02}\n".encode())
    log.close()
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["web.log", *(f"web.log.{number}" for number in range(1, KEPT + 1))]
    assert (tmp_path / "web.log").read_text() == "line 39\n"
    assert (tmp_path / "web.log.1").read_text() == "line 36\nline 37\nline 38\n"
    assert {oct(path.stat().st_mode & 0o777) for path in tmp_path.iterdir()} == {"0o600"}
