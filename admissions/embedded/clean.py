"""`make clean-all`: everything the two commands made, also outside this directory; listed first, removed only after a yes.

Runs with the system's Python: the virtual environment is among what goes.
"""

import fcntl
import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .places import ACCOUNT, CHECKOUT, OF_THE_ACCOUNT, VAR, traces
from .progress import say

NAMES = ("run", "test", "bench")
INSIDE = (".venv", "staticfiles", ".pytest_cache", ".ruff_cache", ".import_linter_cache", ".hypothesis")


def main() -> int:
    found = [path for path in everything() if path.exists() or path.is_symlink()]
    if not found:
        say("没有什么可清除的。")
        return 0
    say("将永久删除下列内容，包括全部数据：")
    for path in found:
        say(f"  {path}（{size_of(path)}）")
    if input("确认请输入 yes：").strip() != "yes":
        say("没有删除任何内容。")
        return 1
    with nobody_at_work():
        for path in found:
            remove(path)
    remove_what_was_shared()
    say("已清除。")
    return 0


def everything() -> list[Path]:
    """Of this checkout and its `var/`."""
    outside = [path for name in NAMES for path in traces(name)]
    return list(dict.fromkeys([*(CHECKOUT / name for name in INSIDE), *outside, VAR]))


def size_of(path: Path) -> str:
    if path.is_symlink():
        return "链接"
    total = sum(part.lstat().st_size for part in [path, *path.rglob("*")])
    return f"{total / 2**20:.0f} MB"


def remove(path: Path) -> None:
    if path.is_symlink() or path.is_file():
        path.unlink()
    else:
        shutil.rmtree(path)


@contextmanager
def nobody_at_work() -> Iterator[None]:
    """SystemExit where `make run` or `make test` is using the data."""
    held = []
    for name in NAMES:
        lock = VAR / f"{name}.lock"
        if lock.exists():
            held.append(lock.open("w"))
            try:
                fcntl.flock(held[-1], fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise SystemExit(f"make {name} 正在使用这些数据，请先停止它。没有删除任何内容。") from None
    yield
    for file in held:
        file.close()


def remove_what_was_shared() -> None:
    """Programs and account that serve all checkouts of root go with the last of them."""
    if os.geteuid() != 0 or not OF_THE_ACCOUNT.exists():
        return
    if [path for path in OF_THE_ACCOUNT.iterdir() if path.name != "programs"]:
        return
    shutil.rmtree(OF_THE_ACCOUNT)
    try:
        pwd.getpwnam(ACCOUNT)
    except KeyError:
        return
    subprocess.run(["userdel", ACCOUNT], check=False, capture_output=True)


if __name__ == "__main__":
    sys.exit(main())
