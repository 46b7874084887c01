"""`make check`, after style and imports: the lock current, migrations complete, production settings sound."""

import os
import subprocess
import sys

from . import lock
from .places import CHECKOUT

# Only the shape matters to the checks; no server is asked.
SHAPE = {
    "DATABASE_URL": "postgres://admissions_web:none@localhost/none",
    "REDIS_URL": "redis://localhost:6379/0",
    "SECRET_KEY": "".join(chr(33 + (index * 37) % 90) for index in range(64)),
    "DIGEST_KEY": "".join(chr(48 + (index * 7) % 10) for index in range(64)),
    "SEAL_KEY": "".join(chr(65 + (index * 11) % 26) for index in range(44)),
    "MARK_KEY": "".join(chr(97 + (index * 11) % 26) for index in range(44)),
    "ALLOWED_HOSTS": "example.invalid",
    "ADMISSIONS_AS_OWNER": "0",
}


def main() -> int:
    if (code := lock.main(["--check"])) != 0:
        return code
    environment = {**os.environ, **SHAPE}
    steps = [
        (["makemigrations", "--check", "--dry-run"], "admissions.settings.test"),
        (["check", "--deploy", "--fail-level", "WARNING"], "admissions.settings.production"),
    ]
    for words, settings in steps:
        command = [sys.executable, "manage.py", *words]
        done = subprocess.run(command, cwd=CHECKOUT, env={**environment, "DJANGO_SETTINGS_MODULE": settings})
        if done.returncode != 0:
            return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
