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


def up_and_down(var: Path, name: str) -> subprocess.CompletedProcess[str]:
    inherited = {key: value for key, value in os.environ.items() if not NOT_PASSED_ON.match(key)}
    return subprocess.run(
        [sys.executable, "-c", UP_AND_DOWN, name],
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
