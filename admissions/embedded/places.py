"""Where the embedded services keep their data, sockets and secrets.

An ordinary user keeps everything under `var/` of the checkout. PostgreSQL refuses to run as root; for root it runs as
a system account, which may not be able to enter the checkout (a directory of mode 700), so its data and a copy of its
programs lie under /var/lib. Nothing outside these places is changed, no permission of a parent directory is touched.
ADMISSIONS_VAR names another directory than `var/`, so that a second set of data can live beside the first.
What tests write may be lost: it lies in memory where there is room, because every few tests the whole database is made anew.
"""

import hashlib
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
VAR = Path(os.environ.get("ADMISSIONS_VAR") or CHECKOUT / "var").resolve()
ACCOUNT = "admissions-db"
OF_THE_ACCOUNT = Path("/var/lib/admissions-work")
MEMORY = Path("/dev/shm")
MEMORY_FOR_TESTS = 3 * 1024**3


@dataclass(frozen=True)
class Account:
    """The operating system account PostgreSQL runs under; None is the present one."""

    uid: int
    gid: int


@dataclass(frozen=True)
class Places:
    """`name` keeps the services of `make run` and of `make test` apart."""

    name: str
    data: Path
    sockets: Path
    logs: Path
    account: Account | None


def places(name: str) -> Places:
    """Directories for the services called `name`, made with mode 700."""
    usable_var()
    account = database_account() if os.geteuid() == 0 else None
    base = _base(name, account)
    if base.parent == OF_THE_ACCOUNT:
        base = moved_here(name, base)
    sockets = _sockets(name)
    for directory in (base, sockets):
        _own_directory(directory, account)
    return Places(name, base / "postgres", sockets, VAR, account)


def log_directory() -> Path:
    """What the programs of `make run` say, in rotated files."""
    directory = VAR / "log"
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    return directory


def usable_var() -> None:
    """The directory of data, secrets and logs, made where it is missing; SystemExit says why it cannot be used."""
    try:
        VAR.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=VAR):
            return
    except (FileExistsError, NotADirectoryError):
        raise SystemExit(f"{VAR} 不是目录，不能存放数据；请移走同名文件，或用 ADMISSIONS_VAR 另指一个目录。") from None
    except OSError as error:
        raise SystemExit(
            f"数据目录 {VAR} 不能写入（{error.strerror}）；请改正权限，或用 ADMISSIONS_VAR 另指一个目录。"
        ) from None


def moved_here(name: str, base: Path) -> Path:
    """Data under /var/lib are found by the path of `var/`; `var/` itself remembers where they are, should it be moved.

    Who was copied and not moved leaves the data to the original and gets new ones.
    """
    note = VAR / f"{name}.data"
    known = Path(note.read_text("utf-8").strip()) if note.exists() else base
    home = known / "home"
    if known != base and (known / "postgres" / "PG_VERSION").exists() and home.exists():
        before = _home_of(known)
        if before != VAR and (before / note.name).exists():
            print(f"{VAR} 是 {before} 的副本，另建一套数据；原来的数据仍属于 {before}。", file=sys.stderr)
        else:
            print(f"本目录由 {before} 移来，继续使用它的数据 {known}。", file=sys.stderr)
            base = known
    _own_directory(base, database_account())
    note.write_text(f"{base}\n", "utf-8")
    (base / "home").write_text(f"{VAR}\n", "utf-8")
    return base


def traces(name: str) -> list[Path]:
    """What the services called `name` left outside `var/`; nothing is made by asking."""
    note = VAR / f"{name}.data"
    known = [Path(note.read_text("utf-8").strip())] if note.exists() else []
    mine = [path for path in known if (path / "home").exists() and _home_of(path) == VAR]
    return [*mine, MEMORY / f"admissions-{os.geteuid()}" / _mark(name), _sockets(name)]


def _home_of(base: Path) -> Path:
    return Path((base / "home").read_text("utf-8").strip())


def _mark(name: str) -> str:
    return hashlib.sha256(_whose(name).encode()).hexdigest()[:12]


def _sockets(name: str) -> Path:
    """A socket's path may have 107 bytes at most, so it never lies under the checkout."""
    return Path(tempfile.gettempdir()) / f"adm-{_mark(name)}"


def _base(name: str, account: Account | None) -> Path:
    mark = _mark(name)
    if name == "test" and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > MEMORY_FOR_TESTS:
        return MEMORY / f"admissions-{os.geteuid()}" / mark
    return OF_THE_ACCOUNT / mark if account else VAR / name


def _whose(name: str) -> str:
    """What keeps sockets and data apart; without ADMISSIONS_VAR as ever, so that data made before is found again."""
    place = CHECKOUT if VAR == CHECKOUT / "var" else VAR
    return f"{place}:{name}:{os.geteuid()}"


def _own_directory(directory: Path, account: Account | None) -> None:
    if not directory.parent.exists():
        directory.parent.mkdir(parents=True)
        directory.parent.chmod(0o755)  # whatever the umask
    directory.mkdir(mode=0o700, exist_ok=True)
    owner = account.uid if account else os.geteuid()
    if account:
        os.chown(directory, account.uid, account.gid)
    if directory.stat().st_uid != owner or directory.is_symlink():
        raise SystemExit(f"目录 {directory} 属于其他用户，请删除后重试。")


def database_account() -> Account:
    """A system account of our own; `nobody` where none can be made."""
    try:
        entry = pwd.getpwnam(ACCOUNT)
    except KeyError:
        entry = _make_account()
    return Account(entry.pw_uid, entry.pw_gid)


def _make_account() -> pwd.struct_passwd:
    if shutil.which("useradd"):
        subprocess.run(
            ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", ACCOUNT],
            check=False,
            capture_output=True,
        )
    try:
        return pwd.getpwnam(ACCOUNT)
    except KeyError:
        return pwd.getpwnam("nobody")
