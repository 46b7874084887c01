"""At the end of a whole run: has each part of each rule been proved? One that no test makes false alone fails the run.

`--parts=PATH` tells after any run which parts under the path it did not prove, and fails nothing:
`--parts=workgroups/duty tests/workgroups/duty`; an empty path stands for all.
"""

from typing import Any

import pytest

from tests import parts


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--parts", metavar="PATH", help="the parts of rules under this path that the run does not prove")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    config = session.config
    if hasattr(config, "workeroutput"):
        config.workeroutput["parts"] = sorted(parts.proved)
    elif is_whole(config) and unproved() and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    parts.proved.update(getattr(node, "workeroutput", {}).get("parts", ()))


def is_whole(config: pytest.Config) -> bool:
    option = config.option
    chosen = option.keyword or option.markexpr or getattr(option, "lf", False) or option.maxfail or option.collectonly
    return not chosen and config.args == config.getini("testpaths")


def unproved(under: str = "") -> list[str]:
    return sorted(key for key in set(parts.sites().values()) - parts.proved if key.startswith(under))


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    under = config.getoption("parts")
    if under is None and not is_whole(config):
        return
    every, gaps = len(set(parts.sites().values())), unproved(under or "")
    terminalreporter.write_sep("=", f"parts of rules: {every}, proved alone: {len(parts.proved)}")
    # Last of all, below the dearest tests: who sees only the end of the output sees why the run failed.
    for key in gaps:
        terminalreporter.write_line(f"no test makes this part false alone: {key}")
