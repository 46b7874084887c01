"""Figures for monitoring: only with the token, only numbers."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from admissions.accounts.enums import Role
from admissions.accounts.models import LoginSession
from admissions.audit.models import Event
from admissions.jobs.models import Job
from admissions.seals.sealing import seal
from tests.factories.accounts import OrganisationFactory, UserFactory, user_with

TOKEN = "figures-token-0123456789"
pytestmark = pytest.mark.django_db


@pytest.fixture
def read(client):
    def ask(token=TOKEN, scheme="Bearer"):
        with override_settings(METRICS_TOKEN=TOKEN):
            return client.get(reverse("metrics"), headers={"Authorization": f"{scheme} {token}"})

    return ask


def values(response):
    lines = (line for line in response.content.decode().splitlines() if not line.startswith("#"))
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


def test_without_a_token_the_address_does_not_exist(client):
    with override_settings(METRICS_TOKEN=""):
        assert client.get(reverse("metrics"), headers={"Authorization": "Bearer "}).status_code == 404


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", f"Bearer {TOKEN}x", f"Basic {TOKEN}", TOKEN, "Bearer 令牌"]
)
def test_only_the_token_opens(client, header):
    with override_settings(METRICS_TOKEN=TOKEN):
        response = client.get(reverse("metrics"), headers={"Authorization": header})
    assert (response.status_code, response.content) == (401, b"")


def test_an_administrator_without_the_token_is_refused(client):
    client.force_login(user_with(Role.SYSTEM_ADMIN))
    with override_settings(METRICS_TOKEN=TOKEN):
        assert client.get(reverse("metrics")).status_code == 401


def test_figures(read):
    person, other = UserFactory(name="柳示隐", phone="13800001234"), UserFactory()
    now = timezone.now()
    for state in ("waiting", "waiting", "running", "failed", "done"):
        Job.objects.create(kind="k", title="柳示隐的任务", state=state, requested_by=person)
    Job.objects.filter(state="waiting").update(created_at=now - timedelta(minutes=10))
    LoginSession.objects.create(user=person, token="a", last_seen_at=now)
    LoginSession.objects.create(user=other, token="b", last_seen_at=now - timedelta(hours=1))
    events = Event.objects.filter(at__gt=now - timedelta(hours=1)).count()
    response = read()
    found = values(response)
    assert response.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert 600 <= found.pop("admissions_job_oldest_waiting_seconds") < 700
    assert found == {
        'admissions_jobs{state="waiting"}': 2,
        'admissions_jobs{state="running"}': 1,
        'admissions_jobs{state="failed"}': 1,
        "admissions_events_last_hour": events,
        "admissions_refused_last_hour": 0,
        "admissions_raw_changes": 0,
        "admissions_wrong_marks": 0,
        "admissions_active_sessions": 1,
    }
    assert "柳示隐" not in response.content.decode()
    assert "13800001234" not in response.content.decode()


def test_an_older_entry_is_not_of_the_last_hour(read):
    user_with(Role.SECRETARIAT)
    assert values(read())["admissions_events_last_hour"] > 0
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE audit_event SET at = at - interval '61 minutes'")
    assert values(read())["admissions_events_last_hour"] == 0


def test_age_of_the_last_seal(read):
    assert "admissions_last_seal_age_seconds" not in values(read())
    OrganisationFactory()
    seal("定时")
    assert 0 <= values(read())["admissions_last_seal_age_seconds"] < 60
