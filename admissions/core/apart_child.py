"""The other side of `apart`: limits itself, runs one task, says what it yields line by line."""

import importlib
import json
import resource
import sys
import traceback
from collections.abc import Callable, Iterator
from typing import Any

from .unreadable import FULL, TOO_MUCH, Unreadable

OPEN_FILES = 64
OURS = ("admissions", "workgroups")


def limit(seconds: int, megabytes: int) -> None:
    """From here on the kernel keeps the bounds: beyond them memory is refused and the process is ended."""
    size = megabytes << 20
    resource.setrlimit(resource.RLIMIT_AS, (size, size))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def task_named(name: str) -> Callable[..., Iterator[Any]]:
    module, _, function = name.partition(":")
    if module.partition(".")[0] not in OURS:
        raise LookupError(f"no task of ours: {name}")
    return getattr(importlib.import_module(module), function)


def main() -> None:
    name, seconds, megabytes, given = sys.argv[1:]
    task = task_named(name)
    limit(int(seconds), int(megabytes))
    try:
        for answer in task(**json.loads(given)):
            say("answer", answer)
        say("end", None)
    except Unreadable as refusal:
        say("refused", str(refusal))
    except (MemoryError, RecursionError):
        say("refused", TOO_MUCH)
    except OSError as error:
        say(*(("full", error.errno) if error.errno in FULL else ("broken", told(error))))
    except Exception as error:  # what a damaged file made its reader do; told without the words of the file
        say("broken", told(error))


def told(error: Exception) -> str:
    return f"{type(error).__name__} {place_of(error)}"


def place_of(error: Exception) -> str:
    """The file and line of ours where it happened, last."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else ""


def say(kind: str, content: Any) -> None:
    sys.stdout.write(json.dumps([kind, content], ensure_ascii=False, separators=(",", ":")) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
