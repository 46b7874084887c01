"""The embedded database where the checkout was deleted and made again: the data are there, their secrets are not."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from tests.embedded.test_run import NOT_PASSED_ON

pytestmark = pytest.mark.machine_clock

UP_AND_DOWN = """
import json, sys
from admissions.embedded import secrets
from admissions.embedded.places import places
from admissions.embedded.postgres import Postgres
where = places(sys.argv[1])
print(json.dumps([str(where.data), str(where.sockets)]))
server = Postgres(where, secrets.load(sys.argv[1]))
server.start()
server.stop()
"""


def up_and_down(var: Path, name: str, code: str = UP_AND_DOWN) -> subprocess.CompletedProcess[str]:
    inherited = {key: value for key, value in os.environ.items() if not NOT_PASSED_ON.match(key)}
    return subprocess.run(
        [sys.executable, "-c", code, name],
        env=inherited | {"ADMISSIONS_VAR": str(var)},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("name", ["test", "run"])
def test_data_whose_secrets_are_gone(tmp_path, name):
    var = tmp_path / "var"
    first = up_and_down(var, name)
    data, sockets = map(Path, json.loads(first.stdout))
    try:
        assert first.returncode == 0, first.stderr
        kept = next(var.glob("*.env"))
        secret = kept.rename(tmp_path / "kept.env")
        again = up_and_down(var, name)
        if name == "test":
            assert again.returncode == 0, again.stderr
            return
        assert again.returncode == 1
        assert "Traceback" not in again.stderr
        assert f"rm -r {data}" in again.stderr
        shutil.copy(secret, kept)
        assert up_and_down(var, name).returncode == 0, "with the old secrets the data open as before"
    finally:
        shutil.rmtree(data.parent, ignore_errors=True)
        shutil.rmtree(sockets, ignore_errors=True)


def test_data_follow_a_checkout_that_was_moved_and_not_one_that_was_copied(tmp_path):
    first = up_and_down(tmp_path / "var", "run")
    data, sockets = map(Path, json.loads(first.stdout))
    gone = [data.parent, sockets]
    try:
        assert first.returncode == 0, first.stderr
        (tmp_path / "var").rename(tmp_path / "moved")
        moved = up_and_down(tmp_path / "moved", "run")
        assert moved.returncode == 0, moved.stderr
        there, sockets = map(Path, json.loads(moved.stdout))
        gone += [there.parent, sockets]
        inside = data.is_relative_to(tmp_path)
        assert there == (tmp_path / "moved" / data.relative_to(tmp_path / "var") if inside else data)
        assert inside or f"本目录由 {tmp_path / 'var'} 移来" in moved.stderr

        shutil.copytree(tmp_path / "moved", tmp_path / "copied")
        copied = up_and_down(tmp_path / "copied", "run")
        assert copied.returncode == 0, copied.stderr
        other, sockets = map(Path, json.loads(copied.stdout))
        gone += [other.parent, sockets]
        assert other != there
        assert inside or "的副本" in copied.stderr
        assert (there / "PG_VERSION").exists()
        assert json.loads(up_and_down(tmp_path / "moved", "run").stdout)[0] == str(there)
    finally:
        for directory in gone:
            shutil.rmtree(directory, ignore_errors=True)


def test_data_of_tables_before_the_first_release_are_named_and_left_alone(tmp_path):
    first = up_and_down(tmp_path / "var", "run")
    data, sockets = map(Path, json.loads(first.stdout))
    try:
        assert first.returncode == 0, first.stderr
        data.with_name("generation").unlink()
        again = up_and_down(tmp_path / "var", "run")
        assert again.returncode == 1
        assert "Traceback" not in again.stderr
        assert f"{data} 是以前未发布版本的表结构" in again.stderr and "make clean-all" in again.stderr
        assert (data / "PG_VERSION").exists()
    finally:
        shutil.rmtree(data.parent, ignore_errors=True)
        shutil.rmtree(sockets, ignore_errors=True)


def test_a_server_left_running_is_ended_by_the_next_start(tmp_path):
    """Where the kernel's signal came too late: the next start does not fight over the data."""
    first = up_and_down(tmp_path / "var", "test", LEAVE)
    data, sockets = map(Path, json.loads(first.stdout))
    try:
        assert (data / "postmaster.pid").exists(), first.stderr
        again = up_and_down(tmp_path / "var", "test")
        assert again.returncode == 0, again.stderr
        assert not (data / "postmaster.pid").exists()
    finally:
        shutil.rmtree(data.parent, ignore_errors=True)
        shutil.rmtree(sockets, ignore_errors=True)


LEAVE = UP_AND_DOWN.replace(
    "server.stop()",
    """
import os, subprocess
server.stop()
subprocess.run(
    [str(server.programs / "pg_ctl"), "-D", str(where.data), "start", "-w", "-o",
     f"-c listen_addresses= -c unix_socket_directories={where.sockets}"],
    stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True, **server._surroundings())
""",
)
