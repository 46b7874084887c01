"""What a newcomer finds after `make run`: at the suite's instant, so that `make test-days` makes it on every awkward day."""

import re
from datetime import date

import pytest
from django.apps import apps
from django.core.management import call_command
from django.utils import timezone

from admissions.accounts.models import User
from admissions.seasons.lifecycle.models import Season
from admissions.seasons.lifecycle.services import clone_season
from tests.clock import INSTANT

CAST = (
    "secretary",
    "secadmin",
    "auditor",
    "recusal1",
    "training",
    "rules",
    "supervisor",
    "leader1",
    "leader3",
    "member1",
)
SIDE = re.compile(r'<nav class="side".*?</nav>', re.DOTALL)


@pytest.fixture
def demonstration(db, settings, tmp_path):
    settings.DEMONSTRATION = True
    settings.MEDIA_ROOT = str(tmp_path)
    call_command("seed_reference")
    call_command("demonstrate")
    return Season.objects.real().get()


def counted():
    return {model._meta.label: model._base_manager.count() for model in apps.get_models()}


@pytest.mark.usefixtures("light")
def test_it_loads_its_season_is_the_days_and_its_pages_open(demonstration, client):
    year = demonstration.year
    assert year in {INSTANT.year, timezone.localdate().year}
    assert demonstration.name == f"{year}年普通高校招生录取（演示）"
    assert f"〔{year}〕" in demonstration.basis
    began = min(timezone.localdate(demonstration.opened_at), date(year, 12, 31))
    going_on = demonstration.batches.filter(starts_on__lte=began, ends_on__gte=began)
    assert going_on.count() == 1
    assert pages_that_do_not_open(client) == []
    _again_adds_nothing(demonstration)


def pages_that_do_not_open(client):
    """(login, address, status) of what each of the cast finds in the navigation."""
    found = []
    for login in CAST:
        client.force_login(User.objects.get(username=login))
        front = client.get("/")
        found += [(login, "/", front.status_code)] * (front.status_code != 200)
        for address in sorted(
            set(re.findall(r'<a [^>]*href="(/[^"#?]*)', SIDE.search(front.content.decode()).group()))
        ):
            answer = client.get(address, follow=True)
            found += [(login, address, answer.status_code)] * (answer.status_code != 200)
    return found


def _again_adds_nothing(season):
    """Not even where a visitor made a copy that is called alike."""
    clone_season(
        actor=User.objects.get(username="secretary"), reason="试用", source=season,
        year=season.year + 1, name=f"{season.year + 1}年普通高校招生录取（演示）",
    )  # fmt: skip
    before = counted()
    call_command("demonstrate")
    assert counted() == before
