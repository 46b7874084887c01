"""What this machine lacks: everything is looked for before anything begins, and named in one sentence.

Runs with the system's Python and its standard library only. A library counts as there when it loads, a browser when it starts.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

# The same engine; the first draws no window around the page, which saves the browser tests a quarter of their time.
BROWSERS = ("chromium-headless-shell", "chromium")
BROWSER_FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run")
START_SECONDS = 30
APT = ("apt-get", "install", "--yes", "--no-install-recommends")
PANGO = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")
# Names are written with signs up to Unicode's newest planes: with these two, all of extensions A to F and most of G and H.
RARE_SIGNS = {"fonts-hanazono": "HanaMinB*", "fonts-babelstone-han": "BabelStoneHan*"}
FONT_PLACES = ("/usr/share/fonts", "/usr/local/share/fonts")


class Lack(NamedTuple):
    """Debian packages that are not there, and what does not work without them."""

    packages: tuple
    consequence: str


def lacks(purpose: str) -> list[Lack]:
    """All at once; `purpose` is run or test."""
    found = []
    if not loads("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz-subset.so.0"):
        found.append(Lack(PANGO, "不能生成PDF，相应按钮会说明原因"))
    if not has_font("*CJK*"):
        found.append(Lack(("fonts-noto-cjk",), "PDF和浏览器测试中没有汉字字体"))
    rare = tuple(package for package, files in RARE_SIGNS.items() if not has_font(files))
    if rare:
        found.append(Lack(rare, "PDF显示不出部分生僻字，签署前逐字指出"))
    return found + lacks_of_the_browser() if purpose == "test" else found


def lacks_of_the_browser() -> list[Lack]:
    """The browser itself, and the library that the program which drives it is linked to."""
    found = []
    if not starting_browser():
        found.append(Lack((BROWSERS[0],), "浏览器测试逐项跳过"))
    if not loads("libatomic.so.1"):
        found.append(Lack(("libatomic1",), "浏览器测试逐项跳过"))
    return found


def loads(*libraries: str) -> bool:
    """In a process of its own: a library that was missing a moment ago is looked for anew, and nothing stays loaded."""
    code = "import ctypes, sys\nfor name in sys.argv[1:]: ctypes.CDLL(name)"
    return subprocess.run([sys.executable, "-c", code, *libraries], capture_output=True).returncode == 0


def has_font(files: str) -> bool:
    home = os.environ.get("HOME")
    places = [Path(place) for place in FONT_PLACES] + ([Path(home) / ".fonts"] if home else [])
    return any(True for place in places for _ in _fonts(place, files))


def _fonts(place: Path, files: str) -> list[Path]:
    try:
        return list(place.rglob(files))
    except OSError:  # a home nobody may enter
        return []


def starting_browser() -> str:
    """The first browser of the list that opens a page (one that is installed but lacks a library does not), or nothing."""
    return next((path for path in map(shutil.which, BROWSERS) if path and _opens_a_page(path)), "")


def _opens_a_page(browser: str) -> bool:
    with tempfile.TemporaryDirectory() as profile:
        command = [browser, *BROWSER_FLAGS, f"--user-data-dir={profile}", "--dump-dom", "data:text/html,<p>ja</p>"]
        try:
            done = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, timeout=START_SECONDS)
        except (OSError, subprocess.TimeoutExpired):
            return False
    return b"<p>ja</p>" in done.stdout


def packages_of(found: list[Lack]) -> list[str]:
    return [package for lack in found for package in lack.packages]


def sentence(found: list[Lack]) -> str:
    """What is missing, what follows from it, and one command for whoever may install it."""
    wants = "；".join(f"{' '.join(lack.packages)}（{lack.consequence}）" for lack in found)
    command = " ".join([*APT, *packages_of(found)])
    return f"缺少系统组件：{wants}。没有它们也继续；要装上，请以 root 身份运行：su -c 'apt-get update && {command}'"


def can_install() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None
