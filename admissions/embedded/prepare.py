"""Before `make run` and `make test`: system packages (as root), virtual environment, locked requirements.

Runs with the system's Python and its standard library only; pip comes as a wheel beside this file, because Debian's Python
has none. As an ordinary user it says once what is missing and goes on.
"""

import contextlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from .lock import LOCKS, blocks, fingerprint, is_current
from .missing import APT, can_install, lacks, packages_of, sentence
from .progress import Progress, say

CHECKOUT = Path(__file__).resolve().parents[2]
VENV = CHECKOUT / ".venv"
PYTHON = VENV / "bin" / "python"
# What the environment was made for: another place (the checkout was moved) or an interrupted making shows here.
PLACE, MAKING = VENV / ".place", VENV / ".making"
PIP = next(Path(__file__).parent.glob("pip-*.whl"))
AT_ONCE = 4
CAUSES = (
    (
        r"CERTIFICATE_VERIFY_FAILED|certificate verify failed|SSLError",
        "软件源的证书不被信任（可用 PIP_CERT 指定证书文件）",
    ),
    (r"No space left", "磁盘已满"),
    (r"Permission denied", "没有写权限"),
    (r"DO NOT MATCH THE HASHES", "下载的文件与锁定的校验值不符，没有安装"),
    (
        r"name resolution|Name or service not known|NewConnectionError|Network is unreachable|timed out|refused|ProxyError",
        "连不上软件源，请检查网络",
    ),
    (r"No matching distribution", "软件源里没有锁定的版本"),
)


def main(purpose: str) -> int:
    """`purpose` is run or test; test needs a browser and the development requirements too."""
    if sys.version_info[:2] < (3, 11):
        raise SystemExit(f"需要 Python 3.11 或更新版本，现在是 {sys.version.split()[0]}。")
    os.umask(0o077)
    try:
        with Progress() as progress:
            prepare(purpose, progress)
    except KeyboardInterrupt:
        say("准备工作被中断；再次运行，从头补齐。", sys.stderr)
        return 130
    except OSError as error:
        raise SystemExit(f"不能准备运行环境：{error.filename or CHECKOUT}：{error.strerror}。") from None
    return 0


def prepare(purpose: str, progress: Progress) -> None:
    found = lacks(purpose)
    if not found:
        install(purpose, progress)
    elif not can_install():
        progress.line(sentence(found))
        install(purpose, progress)
    else:  # both wait for the network most of the time
        with system_packages(packages_of(found), progress):
            install(purpose, progress)
        left = lacks(purpose)
        if left:
            progress.line(sentence(left))


@contextlib.contextmanager
def system_packages(packages: list[str], progress: Progress) -> Iterator[None]:
    progress.line(f"安装系统组件：{' '.join(packages)}")
    with contextlib.ExitStack() as stack:
        output = stack.enter_context(_scratch())
        script = f"{' '.join([*APT, *packages])} || {{ apt-get update && {' '.join([*APT, *packages])}; }}"
        running = subprocess.Popen(
            ["/bin/sh", "-c", script],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        )
        try:
            yield
            progress.label = "安装系统组件"
            if running.wait() != 0:
                progress.line(f"系统组件没有装全：\n{last_lines(output)}")
        finally:
            if running.poll() is None:
                running.wait()  # apt must not be cut off in the middle


def install(purpose: str, progress: Progress) -> None:
    """Once per content of the lock; an environment half made, or made for another place, is made anew."""
    name = LOCKS[purpose]
    if not is_current(purpose, CHECKOUT):
        progress.line(f"提醒：{name} 不是按现在的 requirements 生成的，请运行 make lock。")
    stamp = VENV / f".installed-{fingerprint(CHECKOUT / name)}"
    sound = is_sound()
    if sound and stamp.exists():
        return
    if not sound:
        make_environment(progress)
    MAKING.touch()
    fetch_and_install(CHECKOUT / name, progress)
    for old in VENV.glob(".installed-*"):
        old.unlink()
    stamp.touch()
    PLACE.write_text(str(VENV.resolve()), "utf-8")
    MAKING.unlink()


def is_sound() -> bool:
    if not PYTHON.exists() or MAKING.exists():
        return False
    return not PLACE.exists() or PLACE.read_text("utf-8") == str(VENV.resolve())


def make_environment(progress: Progress) -> None:
    if VENV.is_symlink():
        raise SystemExit(f"{VENV} 是一个链接，它指的虚拟环境不完整或已移动；请删除这个链接后重试。")
    progress.step("重新建立虚拟环境" if VENV.exists() else "建立虚拟环境")
    if VENV.exists():
        shutil.rmtree(VENV)
    venv.create(VENV, with_pip=False, symlinks=True)


def fetch_and_install(lock: Path, progress: Progress) -> None:
    """Wheels are fetched several at a time, then installed without a network; every file is checked against the lock."""
    progress.step(f"下载依赖（{lock.name}）")
    wheels = VENV / ".wheels"
    shutil.rmtree(wheels, ignore_errors=True)
    wheels.mkdir()
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, wheels, ignore_errors=True)
        running = []
        for number, part in enumerate(parts(lock)):
            wanted = wheels / f"part-{number}.txt"
            wanted.write_text("\n".join(part) + "\n", "utf-8")
            output = stack.enter_context(_scratch())
            command = pip("download", "--only-binary=:all:", "--dest", str(wheels), "--requirement", str(wanted))
            running.append((start(command, output), output))
            stack.callback(_end, running[-1][0])
        for process, output in running:
            finish(process, output, lock)
        if not running:
            return
        progress.step("安装依赖")
        output = stack.enter_context(_scratch())
        # Byte code is written by whoever imports a module first; that is two seconds of work instead of six.
        compiling = [] if sys.dont_write_bytecode else ["--no-compile"]
        command = pip("install", "--no-index", "--find-links", str(wheels), *compiling, "--requirement", str(lock))
        process = start(command, output)
        stack.callback(_end, process)
        finish(process, output, lock)


def parts(lock: Path) -> list[list[str]]:
    entries = blocks(lock.read_text("utf-8"))
    return [part for part in (entries[number::AT_ONCE] for number in range(AT_ONCE)) if part]


def pip(verb: str, *arguments: str) -> list[str]:
    """pip out of its wheel, so that neither Debian's python3-venv nor an installed pip is needed."""
    fixed = ["--quiet", "--disable-pip-version-check", "--no-input", "--progress-bar", "off"]
    return [str(PYTHON), str(PIP / "pip"), verb, *fixed, "--no-deps", "--require-hashes", *arguments]


def start(command: list[str], output: IO[bytes]) -> "subprocess.Popen[bytes]":
    environment = {**os.environ, "PIP_ROOT_USER_ACTION": "ignore"}
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, env=environment)


def finish(process: "subprocess.Popen[bytes]", output: IO[bytes], lock: Path) -> None:
    if process.wait() != 0:
        said = last_lines(output)
        raise SystemExit(f"依赖没有装上：{cause(said)}。排除后重试；pip 的原话：\n{said}")


def cause(said: str) -> str:
    return next((sentence for pattern, sentence in CAUSES if re.search(pattern, said)), "原因见下")


def last_lines(output: IO[bytes], count: int = 8) -> str:
    output.seek(0)
    lines = [line.rstrip() for line in output.read().decode(errors="replace").splitlines() if line.strip()]
    return "\n".join(f"  {line}" for line in _once_each(lines)[-count:])


def _once_each(lines: list[str]) -> list[str]:
    return list(dict.fromkeys(lines))


def _scratch() -> IO[bytes]:
    return tempfile.TemporaryFile()


def _end(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is None:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
