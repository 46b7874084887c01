"""Before `make run` and `make test`: system packages (as root), virtual environment, requirements.

Runs with the system's Python and its standard library only. As an ordinary user it says what is missing and goes on.
"""

import ctypes.util
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
VENV = CHECKOUT / ".venv"
BINARIES = VENV / "bin"
# The same engine; the first draws no window around the page, which saves the browser tests a quarter of their time.
BROWSERS = ("chromium-headless-shell", "chromium")
PANGO = ["libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"]


def main(purpose: str) -> None:
    """`purpose` is run or test; test needs a browser and the development requirements too."""
    if sys.version_info[:2] < (3, 11):
        raise SystemExit(f"需要 Python 3.11 或更新版本，现在是 {sys.version.split()[0]}。")
    os.umask(0o077)
    for packages, what_fails in missing_packages(purpose):
        provide(packages, what_fails)
    install("requirements-dev.txt" if purpose == "test" else "requirements.txt")


def missing_packages(purpose: str) -> list[tuple[list[str], str]]:
    """Debian packages that are not there, each with what does not work without it."""
    missing = []
    if not can_make_venv():
        missing.append((["python3-venv"], "无法建立虚拟环境"))
    if ctypes.util.find_library("pango-1.0") is None or ctypes.util.find_library("pangoft2-1.0") is None:
        missing.append((PANGO, "不能生成PDF，相应按钮会说明原因"))
    if not has_chinese_font():
        missing.append((["fonts-noto-cjk"], "PDF和浏览器测试中的汉字不能显示"))
    if purpose == "test" and not any(map(shutil.which, BROWSERS)):
        missing.append(([BROWSERS[0]], "浏览器测试将逐项跳过"))
    return missing


def can_make_venv() -> bool:
    if (BINARIES / "pip").exists():
        return True
    return subprocess.run([sys.executable, "-c", "import venv, ensurepip"], capture_output=True).returncode == 0


def has_chinese_font() -> bool:
    places = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".fonts")
    return any(place.exists() and any(place.rglob("*CJK*")) for place in places)


def provide(packages: list[str], what_fails: str) -> None:
    command = ["apt-get", "install", "--yes", "--no-install-recommends", *packages]
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        print(f"缺少 {' '.join(packages)}：{what_fails}。安装方法：sudo {' '.join(command)}", file=sys.stderr)
        if "python3-venv" in packages:
            raise SystemExit(1)
        return
    print(f"安装 {' '.join(packages)} ……", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    quiet = {"stdout": subprocess.DEVNULL, "env": environment}
    if subprocess.run(command, stderr=subprocess.DEVNULL, **quiet).returncode != 0:
        subprocess.run(["apt-get", "update"], **quiet)
        if subprocess.run(command, **quiet).returncode != 0:
            print(f"没能安装 {' '.join(packages)}：{what_fails}。", file=sys.stderr)


def install(requirements: str) -> None:
    """Install once per content of the requirement files."""
    content = b"".join((CHECKOUT / name).read_bytes() for name in ("requirements.txt", requirements))
    stamp = VENV / f".installed-{hashlib.sha256(content).hexdigest()[:16]}"
    if stamp.exists():
        return
    if not (BINARIES / "python").exists():
        subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True)
    print(f"安装依赖（{requirements}）……", flush=True)
    command = [str(BINARIES / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    if (
        subprocess.run([*command, "--requirement", str(CHECKOUT / requirements)], stderr=subprocess.PIPE).returncode
        != 0
    ):
        raise SystemExit(f"依赖没有装上，请检查网络后重试：{' '.join(command)} --requirement {requirements}")
    stamp.touch()


if __name__ == "__main__":
    main(sys.argv[1])
