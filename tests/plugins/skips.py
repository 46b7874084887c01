"""In CI a skipped test is a failure, unless it names an optional server that is missing."""

import os
from typing import Any

import pytest

OPTIONAL = "需要外部服务"


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    reporter: Any = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") != "true" or reporter is None or hasattr(session.config, "workerinput"):
        return
    unexcused = [report for report in reporter.stats.get("skipped", []) if OPTIONAL not in str(report.longrepr)]
    if unexcused:
        for report in unexcused:
            reporter.write_line(f"CI 不允许跳过：{report.nodeid} {report.longrepr}", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
