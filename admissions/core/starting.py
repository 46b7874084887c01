"""Before a process serves anybody: the database is as the program needs it, or the process ends."""

from django.core.checks import ERROR, Tags, run_checks
from django.core.management.base import SystemCheckError
from django.db import connections

SHOWN = 5


def require_sound_database() -> None:
    """Ask the checks that look into the database; without a database they say nothing, and every page will."""
    try:
        problems = [row for row in run_checks(tags=[Tags.database], databases=["default"]) if row.level >= ERROR]
    finally:
        connections.close_all()  # nothing is carried over into processes forked later
    if problems:
        shown = "\n".join(str(row) for row in problems[:SHOWN])
        raise SystemCheckError(f"没有启动，数据库有 {len(problems)} 处不对：\n{shown}")
