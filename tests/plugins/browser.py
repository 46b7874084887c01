"""Headless Chromium of Debian for the browser walks."""

import os
import shutil
from functools import cache
from typing import Any

import pytest

from admissions.embedded.missing import BROWSERS, lacks_of_the_browser, packages_of

CHROMIUM = next(filter(None, map(shutil.which, BROWSERS)), None)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=zh-CN",
]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without a browser that starts they are skipped one by one, each with what is missing; in CI they fail."""
    walks = [item for item in items if item.get_closest_marker("browser")]
    if not walks or os.environ.get("CI") == "true" or not missing_packages():
        return
    for item in walks:
        item.add_marker(pytest.mark.skip(reason=f"没有能启动的浏览器，缺少 {missing_packages()}"))


@cache
def missing_packages() -> str:
    return " ".join(packages_of(lacks_of_the_browser()))


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    return {"executable_path": CHROMIUM or BROWSERS[0], "headless": True, "args": ARGUMENTS}


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, Any]:
    return {"locale": "zh-CN", "timezone_id": "Asia/Shanghai", "viewport": {"width": 1440, "height": 900}}
