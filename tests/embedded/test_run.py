"""`make run`, as a newcomer has it: one process that brings its own services, works, stops whole and keeps its data."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings

from admissions.accounts.demo import DEMO_PASSWORD, totp_code, totp_secret
from tests.visitor import Visitor

# What the suite or the machine says about servers and secrets is not for the newcomer.
NOT_PASSED_ON = re.compile(r"DATABASE_|REDIS_URL|DJANGO_|ADMISSIONS_|PYTEST_|CELERY_|[A-Z]+_KEY$|SEAL_|PG")
READY = "按 Ctrl-C 停止"

pytestmark = pytest.mark.machine_clock


class Program:
    """`python -m admissions.embedded.run` on a place and a port of its own."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.port = free_port()
        inherited = {key: value for key, value in os.environ.items() if not NOT_PASSED_ON.match(key)}
        own = {"ADMISSIONS_VAR": str(place), "PORT": str(self.port), "STATIC_ROOT": str(place.parent / "static")}
        self.environment = inherited | own | {"PYTHONUNBUFFERED": "1"}
        self.where = json.loads(self.ask(WHERE))
        self.process: subprocess.Popen | None = None

    def ask(self, code: str) -> str:
        command = [sys.executable, "-c", code]
        return subprocess.run(
            command, env=self.environment, cwd=settings.BASE_DIR, check=True, stdout=subprocess.PIPE, text=True
        ).stdout

    def start(self) -> str:
        """Until it says that it can be stopped; what it printed."""
        output = self.place.parent / "output"
        with output.open("w") as file:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "admissions.embedded.run"],
                cwd=settings.BASE_DIR,
                env=self.environment,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.until(lambda: READY in output.read_text(), 900)
        return output.read_text()

    def until(self, happened: Callable[[], bool], seconds: int = 120) -> None:
        end = time.monotonic() + seconds
        while not happened():
            assert self.process is not None and self.process.poll() is None, (self.place.parent / "output").read_text()
            assert time.monotonic() < end
            time.sleep(0.2)

    def until_over(self, seconds: int = 40) -> None:
        end = time.monotonic() + seconds
        while self.running:
            assert time.monotonic() < end, self.running
            time.sleep(0.2)

    def press_ctrl_c(self) -> int:
        """What a terminal does: the signal goes to the whole process group."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(120)

    @property
    def running(self) -> list[int]:
        """Processes that were given this place; the database server, which has no environment, by its own mark."""
        mark = f"ADMISSIONS_VAR={self.place}".encode()
        found = [int(path.parent.name) for path in Path("/proc").glob("[0-9]*/environ") if mark in content_of(path)]
        server = Path(self.where["data"], "postmaster.pid")
        return found + ([int(server.read_text().splitlines()[0])] if server.exists() else [])

    @property
    def printed(self) -> str:
        return (self.place.parent / "output").read_text()

    def child(self, word: str) -> int:
        """The number of the program with this word on its command line; what it started itself is not meant."""
        assert self.process is not None
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        (found,) = (int(pid) for pid in listed if word in content_of(Path("/proc", pid, "cmdline")).decode())
        return found

    def broker_answers(self) -> bool:
        lines = (self.place / "embedded.env").read_text().splitlines()
        broker = urlsplit(dict(line.split("=", 1) for line in lines)["REDIS_URL"])
        with socket.socket() as probe:
            return probe.connect_ex((broker.hostname, broker.port)) == 0

    def sign_in(self, login: str) -> Visitor:
        visitor = Visitor(f"http://127.0.0.1:{self.port}").open("/login/").sees("登录")
        visitor.submit(login=login, password=DEMO_PASSWORD).sees("动态口令")
        return visitor.submit(code=totp_code(login)).sees("我的待办")


WHERE = """
import json
from admissions.embedded.places import places
found = places("run")
print(json.dumps({"data": str(found.data), "sockets": str(found.sockets)}))
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def content_of(path: Path) -> bytes:
    """Empty for a process that has gone or is somebody else's."""
    try:
        return path.read_bytes()
    except OSError:
        return b""


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    """Nothing of it is left behind, whatever happens: not under /var/lib either, where root's data lie."""
    found = Program(tmp_path / "var")
    yield found
    if found.process is not None and found.process.poll() is None:
        found.press_ctrl_c()
    shutil.rmtree(Path(found.where["data"]).parent, ignore_errors=True)
    shutil.rmtree(found.where["sockets"], ignore_errors=True)


@pytest.mark.walk
def test_run_serves_works_stops_whole_and_keeps_its_data(program: Program):
    printed = program.start()
    assert f"http://127.0.0.1:{program.port}/" in printed
    assert f"共用口令：{DEMO_PASSWORD}" in printed
    assert f"密钥 {totp_secret('leader1')}" in printed
    assert "Traceback" not in printed and "warning" not in printed.lower()
    stranger = Visitor(f"http://127.0.0.1:{program.port}")
    assert stranger.open("/healthz").text == '{"status": "ok"}'
    assert stranger.open("/readyz").text == '{"database": true, "redis": true}'
    assert program.sign_in("leader1").status == 200
    auditor = export_is_made(program)

    assert len(program.running) >= 5, "the program, web server, worker, broker and database server"
    assert program.press_ctrl_c() == 0
    assert program.running == []
    assert not program.broker_answers()

    printed = program.start()
    assert "数据已在，程序没有变动" in printed
    assert "Traceback" not in printed
    assert "request_started" not in printed, "what the programs say goes to their logs"
    assert "request_started" in (program.place / "log" / "web.log").read_text()
    auditor.open(auditor.url).sees("SHA-256", "看看后台是否在工作")
    assert program.sign_in("supervisor").status == 200
    visitor = Visitor(f"http://127.0.0.1:{program.port}").open("/login/").sees("演示环境")
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', visitor.text)
    visitor.open("/login/as/", {"csrfmiddlewaretoken": token[1], "account": "leader2"}).sees("我的待办")

    each_killed_is_started_again(program)
    export_is_made(program, auditor)

    program.process.kill()  # no time to stop anything
    program.process.wait()
    program.until_over()
    assert not program.broker_answers()


# What stands on the command line of each program, and its name on the terminal.
PROGRAMS = {
    "gunicorn": "网站",
    "celery\0--quiet\0--app\0admissions\0--workdir\0" + str(settings.BASE_DIR) + "\0worker": "后台任务",
    "celery\0--quiet\0--app\0admissions\0--workdir\0" + str(settings.BASE_DIR) + "\0beat": "定时任务",
    "valkey-server": "缓存",
    "postgres": "数据库",
}


def each_killed_is_started_again(program: Program) -> None:
    """By the one that started it, with a line on the terminal; nothing that belonged to it is left, and pages answer again."""
    stranger = Visitor(f"http://127.0.0.1:{program.port}")
    for word, label in PROGRAMS.items():
        before = program.child(word)
        os.kill(before, signal.SIGKILL)
        program.until(lambda label=label: f"{label}已重新启动" in program.printed)
        assert f"{label}意外结束（退出码 -9），正在重新启动。" in program.printed
        assert program.child(word) != before
        program.until(lambda before=before: not of_group(before))  # told to end, on a busy machine not gone yet
        program.until(lambda: answers(stranger, "/readyz") == '{"database": true, "redis": true}')
        assert answers(stranger, "/login/") is not None
    assert "Traceback" not in program.printed
    # Somebody new: a code that was used is remembered, whatever was killed since.
    assert program.sign_in("leader3").status == 200


def of_group(leader: int) -> list[int]:
    """Processes of the group that this one led."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        fields = content_of(path).decode().rpartition(")")[2].split()
        if fields and fields[0] != "Z" and int(fields[2]) == leader:
            found.append(int(path.parent.name))
    return found


def answers(visitor: Visitor, address: str) -> str | None:
    """What the page says; nothing while nobody takes the connection."""
    try:
        return visitor.open(address).text
    except OSError:
        return None


def export_is_made(program: Program, auditor: Visitor | None = None) -> Visitor:
    """A job that the website hands over and the worker does; who asked for it, looking at it. A code signs in only once."""
    auditor = (auditor or program.sign_in("auditor")).open("/seals/exports/new/").sees("申请核验包")
    seals = re.compile(r'<option value="(\d+)"')
    # The worker starts when the address is told; until its first seal there is none to choose.
    program.until(lambda: seals.search(auditor.open("/seals/exports/new/").text) is not None)
    newest = seals.search(auditor.text)
    auditor.submit(seal=newest[1], reason="看看后台是否在工作").sees("看看后台是否在工作")
    address = auditor.url
    program.until(lambda: "SHA-256" in auditor.open(address).text)
    return auditor
