"""`make test`: one database server and one broker for all test workers, stopped afterwards."""

import os
import subprocess
import sys

from .binding import bound
from .places import CHECKOUT
from .services import services


def main() -> int:
    arguments = sys.argv[1:] or ["-n", "2", "-q"]
    with services("bench" if arguments[:2] == ["--module", "tests.bench"] else "test") as environment:
        environment["DATABASE_URL"] = environment["DATABASE_OWNER_URL"]
        return subprocess.run(
            [sys.executable, "-m", *(["pytest"] if arguments[0] != "--module" else []), *_module(arguments)],
            cwd=CHECKOUT,
            env={**os.environ, **environment},
            preexec_fn=bound(),
        ).returncode


def _module(arguments: list[str]) -> list[str]:
    """`--module NAME` runs another module with the services (benchmarks)."""
    return arguments[1:] if arguments[0] == "--module" else arguments


if __name__ == "__main__":
    sys.exit(main())
