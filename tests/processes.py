"""Other processes on the test's database, and waiting for what they do."""

import os
import subprocess
import sys
import time
from collections.abc import Callable

from django.conf import settings
from django.db import connection

from tests.plugins.database import environment_of_a_process


def worker_for(job_id: int, prepare: str = "") -> subprocess.Popen:
    """Runs the job and ends; `prepare`: statements the process executes before."""
    code = f"import django; django.setup()\n{prepare}\nfrom admissions.jobs.runner import run; run({job_id})"
    return subprocess.Popen([sys.executable, "-c", code], env=environment_of_a_process(), cwd=settings.BASE_DIR)


def in_a_child(act: Callable[[], object]) -> int:
    """Does it in a child of this process, with a session of its own: nothing has to be loaded first.

    Returns the child's exit code, 1 where it came back from the act, or the signal that ended it, negative.
    """
    child = os.fork()
    if not child:
        try:
            connection.connection = None  # the parent's; psycopg2 closes none of another process
            act()
        finally:
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def until(happened: Callable[[], bool], worker: subprocess.Popen, seconds: int = 60) -> None:
    """Wait for it while the worker lives."""
    deadline = time.monotonic() + seconds
    while not happened():
        assert worker.poll() is None, "the worker ended before it happened"
        assert time.monotonic() < deadline
        time.sleep(0.01)


def end_other_sessions() -> int:
    """What a restart of the server does to everybody: all other sessions on the test's database end; how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return cursor.fetchone()[0]
