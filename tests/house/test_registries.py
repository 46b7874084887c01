"""What stands beside the code it is about, by decorator: filled by the product, and agreeing with the declarations."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import get_commands
from django.urls import get_resolver

from admissions.audit.commands import CONSTRAINT_SENTENCES, REGISTRY
from admissions.audit.facts import FACTS
from admissions.audit.saved import TRAIL_PAGES
from admissions.celery import app
from admissions.core import status
from admissions.house.collection import answers, packages
from admissions.jobs.registry import KINDS
from admissions.settings.env import BASE_DIR
from discipline.desk.enums import Indicator

# To-dos that outlive their season or have none, and why: as `after_season` of the commands behind them.
OF_NO_SEASON = {
    ("admissions/accounts/todos.py", "修改"),  # one's own password
    ("admissions/accounts/todos.py", "发放"),  # first passwords
    ("admissions/accounts/break_glass/todos.py", "审批"),  # reading goes on after the season, and so do its request,
    ("admissions/accounts/break_glass/todos.py", "复核"),  # its review
    ("workgroups/recusal/todos.py", "裁定"),  # what is found after the season is ruled on all the same,
    ("workgroups/recusal/todos.py", "复查"),  # and what was done before is looked at
    ("workgroups/recusal/todos.py", "核查"),  # refused attempts of the last days
    ("discipline/opinions/todos.py", "?"),  # supervision looks back
    ("discipline/desk/selectors.py", "复核查阅"),  # by months
}


@pytest.mark.parametrize(
    "registry", [REGISTRY, CONSTRAINT_SENTENCES, FACTS, TRAIL_PAGES, status._by_choices, KINDS], ids=range(6)
)
def test_each_is_filled(registry):
    assert get_resolver().url_patterns  # with the pages comes all the rest
    assert registry


def test_every_job_is_declared_and_every_declared_one_is_a_job():
    product = {kind.run for kind in KINDS.values() if kind.run.__module__.startswith(packages())}
    assert set(answers("job_kinds")) == product


def test_every_indicator_of_the_desk_has_its_owner():
    assert sorted(one.code for one in answers("indicators")) == sorted(Indicator.values)


def test_every_demonstration_is_a_command():
    assert {one.command for one in answers("demo")} <= set(get_commands())


def test_every_timer_names_a_task_that_exists():
    schedule = app.conf.beat_schedule
    assert {entry["task"] for entry in schedule.values()} <= set(app.tasks)
    assert len(schedule) == len(list(answers("timers")))


def test_every_todo_says_its_season():
    found = {
        (str(path.relative_to(BASE_DIR)), _verb(node))
        for package in packages()
        for path in (BASE_DIR / Path(*package.split("."))).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Todo"
        if "season_id" not in {keyword.arg for keyword in node.keywords}
    }
    assert found == OF_NO_SEASON


def _verb(node: ast.Call) -> str:
    return node.args[0].value if isinstance(node.args[0], ast.Constant) else "?"


STARTED = """
import importlib, json, django
django.setup()
from django.conf import settings
from admissions.audit.commands import REGISTRY
from admissions.audit.facts import FACTS
from admissions.jobs.registry import KINDS
known = {name: set(kept) for name, kept in (("acts", REGISTRY), ("facts", FACTS), ("jobs", KINDS))}
importlib.import_module(settings.ROOT_URLCONF)
late = {name: sorted(set(kept) - known[name]) for name, kept in (("acts", REGISTRY), ("facts", FACTS), ("jobs", KINDS))}
print(json.dumps([{name: len(kept) for name, kept in known.items()}, late]))
"""


def test_a_process_without_pages_knows_what_the_web_site_knows():
    """A worker that asks what weight an act has, or whom it checks, must hear the same."""
    done = subprocess.run([sys.executable, "-c", STARTED], cwd=BASE_DIR, capture_output=True, check=True)
    known, late = json.loads(done.stdout)
    assert min(known.values()) > 0
    assert late == {"acts": [], "facts": [], "jobs": []}
