"""Types of what everything stands on and of what decides: kernel, rules, services, selectors. A part of `make check`."""

import os
import subprocess
import sys
from pathlib import Path

from .check import SHAPE
from .places import CHECKOUT

KERNEL = ("admissions/core", "admissions/audit", "admissions/house")
DECIDING = ("rules", "services", "selectors")


def checked() -> list[str]:
    """The kernel's packages whole, and of every other package the modules and packages that are called like these."""
    tops = sorted(path.parent for path in CHECKOUT.glob("*/__init__.py") if path.parent.name != "tests")
    found = [path for top in tops for path in sorted(top.rglob("*.py")) if _decides(path.relative_to(top))]
    named = [str(path.relative_to(CHECKOUT)) for path in found]
    return [*KERNEL, *(name for name in named if not name.startswith(tuple(f"{kernel}/" for kernel in KERNEL)))]


def _decides(path: Path) -> bool:
    """`rules.py`, `emergency_rules.py`, `services/giving.py`."""
    return path.stem.endswith("rules") or path.stem in DECIDING or any(folder in DECIDING for folder in path.parts)


def main() -> int:
    environment = {**os.environ, **SHAPE, "DJANGO_SETTINGS_MODULE": "admissions.settings.test"}
    return subprocess.run([sys.executable, "-m", "mypy", *checked()], cwd=CHECKOUT, env=environment).returncode


if __name__ == "__main__":
    sys.exit(main())
