"""物品领用 is laid down beside the project from the template of the guide: the project starts with it, or says what is missing."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from admissions.embedded.check import SHAPE
from admissions.house.discovery import declaration_of
from admissions.house.questions import Capability
from admissions.settings.env import BASE_DIR

TEMPLATE = Path(__file__).parents[1] / "template_capability" / "supplies"
ITS_TESTS = TEMPLATE.with_name("supplies_tests")
SETTINGS = "from admissions.settings.test import *\n\nINSTALLED_APPS = [*INSTALLED_APPS, 'supplies']\n"
QUESTIONS = [question.name for question in fields(Capability)]
START = """
import django
django.setup()
from django.core.management import call_command
from django.urls import reverse
from admissions.core.navigation import MENU
from admissions.core.todos import TODOS
from admissions.house.collection import capabilities
from admissions.archive.printed_papers import KINDS
from admissions.seasons.lifecycle.rules import BEFORE_CLOSING
from workgroups.duty.handover_sheet import HANDOVER
assert "supplies" in [one.code for one in capabilities()]
for slot in (MENU, TODOS, KINDS, BEFORE_CLOSING, HANDOVER):
    assert "supplies" in slot.answered_by, slot.question
assert reverse("supplies:list") == "/work/supplies/"
from supplies.urls import urlpatterns
import tests
tests.__path__.append("tests_beside")
from tests.house.pages import pages
from tests.supplies import world
assert [name for name in pages() if name.startswith("supplies:")] == [f"supplies:{one.name}" for one in urlpatterns]
assert callable(world.plant)
call_command("check")
call_command("makemigrations", "supplies", dry_run=True, verbosity=1)
"""
# Its commands as the generated tests find them: what each argument is, and the clause or why there is none.
COMMANDS = """
import django
django.setup()
import tests
tests.__path__.append("tests_beside")
from admissions.audit.commands import COMMANDS
from admissions.audit.facts import FACTS, No
from django.urls import get_resolver
_ = get_resolver().url_patterns  # every page, and with it every command
from tests.house.arguments import unknown_to_all
from tests.house.gate import gates
own = {code: run for code, run in COMMANDS.items() if code.startswith("supplies.")}
assert sorted(own) == ["supplies.hand_out", "supplies.take_back"]
assert all(isinstance(FACTS[code].clause, No) and len(FACTS[code].clause.why) >= 8 for code in own)
print(gates().season_exempt & own.keys(), {code: unknown_to_all(run) for code, run in own.items()})
"""


@pytest.fixture
def laid_down(tmp_path):
    shutil.copytree(TEMPLATE, tmp_path / "supplies")
    shutil.copytree(ITS_TESTS, tmp_path / "tests_beside" / "supplies")
    (tmp_path / "settings_with_supplies.py").write_text(SETTINGS)
    return tmp_path


def start(place: Path, program: str = "import django; django.setup()") -> subprocess.CompletedProcess:
    environment = {
        **os.environ, **SHAPE, "PYTHONPATH": f"{place}{os.pathsep}{BASE_DIR}", "PYTHONDONTWRITEBYTECODE": "1",
        "DJANGO_SETTINGS_MODULE": "settings_with_supplies",
    }  # fmt: skip
    return subprocess.run(
        [sys.executable, "-c", program], cwd=place, env=environment, capture_output=True, text=True, timeout=120
    )


def without(source: str, question: str) -> str:
    """The declaration with one answer left out, on one line or on several."""
    left, count = re.subn(rf"    {question}=.*?,\n(?=    \w+=|\))", "", source, flags=re.DOTALL)
    assert count == 1, question
    return left


def test_the_project_starts_with_it_and_everything_collects_it(laid_down):
    done = start(laid_down, START)
    assert done.returncode == 0, done.stderr[-2000:]
    assert "Create model Supply" in done.stdout


def test_the_walk_of_the_gate_needs_nothing_but_its_own_tests(laid_down):
    said = start(laid_down, COMMANDS)
    assert said.stdout == "set() {'supplies.hand_out': [], 'supplies.take_back': []}\n", said.stderr[-2000:]


def test_an_argument_its_annotation_does_not_tell_is_told_by_its_own_gate(laid_down):
    services = laid_down / "supplies" / "services.py"
    services.write_text(services.read_text().replace("taken_by: User)", 'taken_by: "object")'))
    said = start(laid_down, COMMANDS)
    assert "'supplies.hand_out': ['taken_by']" in said.stdout, said.stderr[-2000:]
    gate = laid_down / "tests_beside" / "supplies" / "gate.py"
    gate.write_text(
        "from tests.house.gate import Gate\n\n"
        "GATE = Gate(season_exempt={'supplies.take_back'}, builders={'taken_by': lambda world: world.account})\n"
    )
    said = start(laid_down, COMMANDS)
    assert said.stdout == "{'supplies.take_back'} {'supplies.hand_out': [], 'supplies.take_back': []}\n", said.stderr
    gate.write_text(gate.read_text().replace("'taken_by'", "'brought_by'"))
    assert "no command has a parameter ['brought_by']" in start(laid_down, COMMANDS).stderr


def test_an_answer_left_out_stops_the_start_and_is_named(laid_down):
    path = laid_down / "supplies" / "capability.py"
    path.write_text(without(path.read_text(), "before_account_closes"))
    done = start(laid_down)
    assert done.returncode != 0
    assert "supplies: its capability.py leaves a question out" in done.stderr
    assert "'before_account_closes'" in done.stderr


def test_no_declaration_at_all_stops_the_start(laid_down):
    (laid_down / "supplies" / "capability.py").unlink()
    done = start(laid_down)
    assert done.returncode != 0
    assert "supplies has no capability.py" in done.stderr


def test_addresses_that_nobody_mounts_stop_the_start(laid_down):
    path = laid_down / "supplies" / "capability.py"
    text = path.read_text().replace("supplies.urls", "admissions.upkeep.urls")
    path.write_text(text)
    done = start(laid_down)
    assert done.returncode != 0
    assert "supplies: `urls` does not mount supplies.urls" in done.stderr


@pytest.mark.parametrize("question", QUESTIONS)
def test_each_answer_left_out_is_named(question, tmp_path, monkeypatch):
    """The same as above for every question, without starting a program for each."""
    package = tmp_path / f"without_{question}"
    package.mkdir()
    (package / "__init__.py").touch()
    source = (TEMPLATE / "capability.py").read_text()
    answers = re.sub(
        r"^from \.(archiving|models|todos|unfinished) import .*\n", "", without(source, question), flags=re.M
    )
    names = (
        "supplies = supply_paper = supply_todos = before_account_closes = before_season_closes = supplies_of = print\n"
    )
    (package / "capability.py").write_text(answers.replace("CAPABILITY", f"{names}Supply = type\nCAPABILITY", 1))
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ImproperlyConfigured, match=f"{package.name}: its capability.py leaves.*'{question}'"):
        declaration_of(package.name)
