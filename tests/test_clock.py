"""The suite's clock is everybody's: Python, the database and the processes a test starts."""

import re
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.db.models import Value
from django.db.models.functions import Now
from django.utils import timezone

from admissions.accounts.models import User
from tests.clock import INSTANT
from tests.factories.accounts import UserFactory
from tests.plugins.database import environment_of_a_process

WITHIN = timedelta(minutes=5)


def test_python_begins_at_the_instant():
    assert timedelta() <= timezone.now() - INSTANT < WITHIN


@pytest.mark.django_db
@pytest.mark.parametrize("words", ["now()", "clock_timestamp()", "statement_timestamp()", "transaction_timestamp()"])
def test_the_database_follows(words):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {words}")
        assert abs(cursor.fetchone()[0] - timezone.now()) < WITHIN


@pytest.mark.django_db
def test_the_database_is_never_behind():
    before = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        assert before <= cursor.fetchone()[0]


@pytest.mark.django_db
def test_django_asks_the_same_clock():
    UserFactory()
    told = User.objects.annotate(told=Now(), one=Value(1)).values_list("told", flat=True)[0]
    assert abs(told - timezone.now()) < WITHIN


@pytest.mark.django_db
def test_other_processes_follow():
    asked = "from django.utils import timezone; print(timezone.now().isoformat())"
    answer = subprocess.run(
        [sys.executable, "-c", asked],
        env=environment_of_a_process(), cwd=settings.BASE_DIR, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert abs(datetime.fromisoformat(answer.stdout.strip()).timestamp() - timezone.now().timestamp()) < 300


def test_nobody_travels_to_a_fixed_date():
    """On other days of the suite it lies years away, and what a test made now is not there yet or has expired: `at_hour`."""
    fixed = re.compile(r"""(?:travel|move_to)\(\s*(?:f?["']\d{4}|(?:dt\.)?datetime\(\d{4})""")
    files = [path for path in Path(__file__).parent.rglob("*.py") if fixed.search(path.read_text("utf-8"))]
    assert files == []
