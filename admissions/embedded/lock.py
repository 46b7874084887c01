"""The lock: every package that is installed, with version and hashes. `make lock` writes it, `make check` asks whether it is current.

The first line of a lock holds the hash of what it was made from, so that the question needs no network.
"""

import hashlib
import re
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
LOCKS: dict[str, str] = {"run": "requirements.lock", "test": "requirements-dev.lock"}
INPUTS = {"run": ("requirements.txt",), "test": ("requirements.txt", "requirements-dev.txt")}
HEAD = "# made by `make lock` from "


def main(arguments: list[str]) -> int:
    if arguments == ["--check"]:
        stale = [LOCKS[purpose] for purpose in LOCKS if not is_current(purpose, CHECKOUT)]
        for name in stale:
            print(f"{name} 不是按现在的 requirements 生成的，请运行 make lock。", file=sys.stderr)
        return 1 if stale else 0
    for purpose in LOCKS:
        write(purpose, CHECKOUT, *arguments)
    return 0


def is_current(purpose: str, checkout: Path) -> bool:
    lock = checkout / LOCKS[purpose]
    if not lock.exists():
        return False
    return lock.read_text("utf-8").startswith(f"{HEAD}{inputs_hash(purpose, checkout)}\n")


def inputs_hash(purpose: str, checkout: Path) -> str:
    """Of the requirement lines alone: what is said about them behind `#` changes nothing."""
    lines = [line for name in INPUTS[purpose] for line in (checkout / name).read_text("utf-8").splitlines()]
    wanted = "\n".join(sorted(filter(None, (re.sub(r"(^|\s)#.*", "", line).strip() for line in lines))))
    return hashlib.sha256(wanted.encode()).hexdigest()


def write(purpose: str, checkout: Path, *more: str) -> None:
    """Versions of the lock there is are kept where they still fit; the test lock keeps to those of the run lock."""
    lock = checkout / LOCKS[purpose]
    constraint = [] if purpose == "run" else ["--constraint", str(checkout / LOCKS["run"])]
    fixed = ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-header", "--no-annotate", "--quiet"]
    command = [sys.executable, "-m", "uv", "pip", "compile", *fixed, *constraint, *more, "--output-file", str(lock)]
    subprocess.run([*command, INPUTS[purpose][-1]], cwd=checkout, check=True, stdout=subprocess.DEVNULL)
    made = lock.read_text("utf-8")
    lock.write_text(f"{HEAD}{inputs_hash(purpose, checkout)}\n{made}", "utf-8")
    print(f"{lock.name}：{len(blocks(made))}个包")


def blocks(text: str) -> list[str]:
    """One requirement with its hashes each."""
    return re.findall(r"^[A-Za-z0-9][^\n]*(?:\n +[^\n]*)*", text, re.MULTILINE)


def fingerprint(lock: Path) -> str:
    return hashlib.sha256(lock.read_bytes()).hexdigest()[:16]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
