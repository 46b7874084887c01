"""`make run`: services, migrations, demonstration season, then web, worker and timer until Ctrl-C."""

import os
import signal
import socket
import subprocess
import sys

from .places import CHECKOUT, VAR
from .processes import Processes
from .services import services

HOST = os.environ.get("HOST", "127.0.0.1")
PORT = int(os.environ.get("PORT", "8000"))
SETTINGS = "admissions.settings.development"


def main() -> int:
    if _port_taken():
        print(f"端口 {PORT} 已被占用。请停止占用它的程序，或换一个端口：PORT=8001 make run", file=sys.stderr)
        return 1
    interruptible()
    try:
        return serve(Processes())
    except KeyboardInterrupt:
        print("启动被中断；再次运行 make run，从中断处继续。", file=sys.stderr)
        return 130


def interruptible() -> None:
    """Also before the website runs, Ctrl-C and SIGTERM stop what was started, wherever this was started from."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def serve(processes: Processes) -> int:
    with services("run") as environment:
        environment = {**environment, "DJANGO_SETTINGS_MODULE": SETTINGS}
        try:
            prepare(environment)
            start(processes, environment)
            announce(environment)
            return processes.wait()
        finally:
            print("正在停止……", flush=True)
            processes.stop()


def prepare(environment: dict[str, str]) -> None:
    """Tables, reference data, the demonstration season (made once) and static files."""
    for words in (
        ["migrate", "--verbosity", "0"],
        ["seed_reference"],
        ["demo_season"],
        ["demo_operations"],
        ["demo_supervision"],
        ["collectstatic", "--noinput", "--verbosity", "0"],
    ):
        # Made anew if the power fails meanwhile: the demonstration may be written without waiting for the disk.
        hurry = {"PGOPTIONS": "-c synchronous_commit=off"} if words == ["demo_season"] else {}
        manage(words, environment | hurry)


def manage(words: list[str], environment: dict[str, str]) -> None:
    """Run to its end; in a session of its own, so that Ctrl-C reaches it as a request to stop and not as a fault."""
    command = [sys.executable, "manage.py", *words]
    running = subprocess.Popen(command, cwd=CHECKOUT, env={**os.environ, **environment}, start_new_session=True)
    try:
        code = running.wait()
    except KeyboardInterrupt:
        running.terminate()
        running.wait()
        raise
    if code != 0:
        raise SystemExit(f"manage.py {words[0]} 没有完成，见上面的说明。")


def start(processes: Processes, environment: dict[str, str]) -> None:
    binaries = os.path.dirname(sys.executable)
    processes.start(
        "网站",
        [
            f"{binaries}/gunicorn",
            "admissions.wsgi:application",
            "--bind",
            f"{HOST}:{PORT}",
            "--workers",
            "2",
            "--threads",
            "4",
            "--log-level",
            "warning",
            "--chdir",
            str(CHECKOUT),
        ],
        environment,
    )
    processes.start(
        "后台任务",
        [
            f"{binaries}/celery",
            "--quiet",
            "--app",
            "admissions",
            "--workdir",
            str(CHECKOUT),
            "worker",
            "--beat",
            "--pool",
            "threads",
            "--concurrency",
            "2",
            "--loglevel",
            "warning",
            "--schedule",
            str(VAR / "beat-schedule"),
        ],
        # On a demonstration machine root is fine; the warning would hide the address and the logins.
        environment | {"PYTHONWARNINGS": "ignore:You're running the worker with superuser"},
    )


def announce(environment: dict[str, str]) -> None:
    print(f"\n招生录取工作管理已启动：http://{HOST}:{PORT}/\n")
    manage(["demo_logins"], environment)
    print("\n按 Ctrl-C 停止；再次运行 make run，数据仍在。", flush=True)


def _port_taken() -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, PORT))
        except OSError:
            return True
    return False


if __name__ == "__main__":
    sys.exit(main())
