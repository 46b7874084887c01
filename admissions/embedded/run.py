"""`make run`: services, migrations, demonstration season, then web, worker and timer until Ctrl-C."""

import hashlib
import http.client
import os
import signal
import subprocess
import sys
from pathlib import Path
from time import monotonic, sleep

from .address import Address, NoAddress, wanted
from .binding import Running, bound, end_all
from .places import CHECKOUT, VAR, log_directory, places, usable_var
from .processes import Kept, Processes
from .progress import Progress, say
from .services import services

SETTINGS = "admissions.settings.development"
STATIC = Path(os.environ.get("STATIC_ROOT") or CHECKOUT / "staticfiles")
# Lost in a power cut, the beginning is made anew.
HURRY = {"PGOPTIONS": "-c synchronous_commit=off", "DJANGO_SETTINGS_MODULE": "admissions.settings.demonstration"}
ANSWER_SECONDS = 60
CODE = ("*.py", "*.html", "*.json", "*.csv", "*.txt", "*.css", "*.js", "*.svg")
PACKAGES = ("admissions", "workgroups", "discipline", "publicity", "templates", "static")


def main() -> int:
    try:
        address = wanted()
        interruptible()
        usable_var()
        with Progress() as progress:
            return serve(address, progress)
    except NoAddress as obstacle:
        say(str(obstacle), sys.stderr)
        return 1
    except KeyboardInterrupt:
        say("启动被中断；再次运行 make run，从中断处继续。", sys.stderr)
        return 130


def interruptible() -> None:
    """Also before the website runs, Ctrl-C, SIGTERM and a closed terminal stop what was started, wherever this was started from."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)


def serve(address: Address, progress: Progress) -> int:
    progress.step("启动数据库和缓存")
    running = Running(VAR / "run.pids")
    kept: list[Kept] = []
    with services("run", before=lambda: make_room(address, running, progress), kept=kept) as environment:
        processes = Processes(log_directory(), running, kept)
        environment = {**environment, "DJANGO_SETTINGS_MODULE": SETTINGS}
        environment["ALLOWED_HOSTS"] = os.environ.get("ALLOWED_HOSTS") or address.allowed_hosts
        try:
            prepare(environment, running, progress)
            progress.step("启动网站")
            start_web(processes, environment, address)
            logins = listing(environment)
            if not answers(address, processes):
                return 1
            announce(address, logins)
            progress.over.set()
            start_workers(processes, environment)
            return processes.wait()
        finally:
            say("正在停止……")
            processes.stop()
            running.clear()


def make_room(address: Address, running: Running, progress: Progress) -> None:
    """What a start before this one left behind is ended; then the address must be free."""
    left = running.left_over()
    if left:
        progress.line("上次启动留下的程序还在运行，先结束它们……")
        end_all(left)
    running.clear()
    address.examine()


def prepare(environment: dict[str, str], running: Running, progress: Progress) -> None:
    """Tables, reference data, the demonstration season and static files: once for each state of the program and its data."""
    stamp = VAR / "prepared"
    state = state_of(places("run").data / "PG_VERSION")
    if is_prepared(stamp, state):
        progress.line("数据已在，程序没有变动。")
        return
    stamp.unlink(missing_ok=True)
    run([sys.executable, "-m", "admissions.embedded.first_steps"], environment | HURRY, running, progress)
    stamp.write_text(state)


def is_prepared(stamp: Path, state: str) -> bool:
    """A server of the operator's is asked each time; the static files may have been cleaned away."""
    if os.environ.get("DATABASE_URL") or not (STATIC / "staticfiles.json").exists():
        return False
    return stamp.exists() and stamp.read_text() == state


def state_of(database: Path) -> str:
    """Of the program, and of the database it prepared: made anew, that is another file of another time."""
    identity = database.stat() if database.exists() else None
    digest = hashlib.sha256(f"{STATIC} {identity and (identity.st_ino, identity.st_mtime_ns)}\n".encode())
    for package in PACKAGES:
        for path in sorted(path for pattern in CODE for path in (CHECKOUT / package).rglob(pattern)):
            digest.update(f"{path.relative_to(CHECKOUT)} {path.stat().st_mtime_ns} {path.stat().st_size}\n".encode())
    digest.update((CHECKOUT / "requirements.lock").read_bytes())
    return digest.hexdigest()


def run(command: list[str], environment: dict[str, str], running: Running, progress: Progress) -> None:
    """To its end, line by line; in a session of its own, so that Ctrl-C reaches it as a request to stop and not as a fault."""
    child = subprocess.Popen(
        command,
        cwd=CHECKOUT,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        errors="replace",
        start_new_session=True,
        preexec_fn=bound(),
    )
    running.add(child.pid)
    assert child.stdout is not None
    try:
        for line in child.stdout:
            if line.rstrip().endswith("……"):
                progress.label = line.strip().rstrip("…")
            progress.line(line.rstrip())
        code = child.wait()
    except KeyboardInterrupt:
        child.terminate()
        child.wait()
        raise
    if code != 0:
        raise SystemExit("准备数据没有完成，见上面的说明。")


def start_web(processes: Processes, environment: dict[str, str], address: Address) -> None:
    """Named by module: the scripts beside Python hold the path they were installed at."""
    command = [sys.executable, "-m", "gunicorn", "admissions.wsgi:application", "--bind", address.bind]
    # Loaded once, before the workers part; no socket in the home directory to steer it by.
    command += ["--workers", "2", "--threads", "4", "--preload", "--no-control-socket", "--graceful-timeout", "5"]
    processes.start("web", "网站", [*command, "--log-level", "warning", "--chdir", str(CHECKOUT)], environment)


def start_workers(processes: Processes, environment: dict[str, str]) -> None:
    """The timer is a child of its own: inside the worker it would outlive it."""
    celery = [sys.executable, "-m", "celery", "--quiet", "--app", "admissions", "--workdir", str(CHECKOUT)]
    worker = [*celery, "worker", "--pool", "threads", "--concurrency", "2", "--loglevel", "warning"]
    timer = [*celery, "beat", "--loglevel", "warning", "--schedule", str(VAR / "beat-schedule"), "--pidfile="]
    processes.start("worker", "后台任务", worker, environment)
    processes.start("timer", "定时任务", timer, environment)


def answers(address: Address, processes: Processes) -> bool:
    """The address is told when the website answers there."""
    end = monotonic() + ANSWER_SECONDS
    while monotonic() < end and not processes.ended():
        connection = http.client.HTTPConnection(address.nearest, address.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            connection.getresponse().read()
            return True
        except (OSError, http.client.HTTPException):
            sleep(0.1)
        finally:
            connection.close()
    return False


def listing(environment: dict[str, str]) -> "subprocess.Popen[str]":
    """The demonstration logins, collected while the website starts."""
    return subprocess.Popen(
        [sys.executable, "manage.py", "demo_logins"],
        cwd=CHECKOUT,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=bound(),
    )


def announce(address: Address, logins: "subprocess.Popen[str]") -> None:
    say(f"\n招生录取工作管理已启动：{address.url}\n打开登录页，点一个角色即可登录；也可以用下面的账号。\n")
    say(logins.communicate()[0].rstrip())
    data = "外部" if os.environ.get("DATABASE_URL") else places("run").data
    say(f"\n日志：{log_directory()}　数据：{VAR}，数据库：{data}")
    say("按 Ctrl-C 停止；再次运行 make run，数据仍在。某个程序意外结束的，会自动重新启动并在这里说明。")


if __name__ == "__main__":
    sys.exit(main())
