"""The pages of long work: progress for whose work it is, nothing for strangers."""

import pytest
from django.urls import reverse
from django.utils import timezone

from admissions.accounts.enums import Role
from admissions.jobs.models import Job
from admissions.jobs.registry import KINDS
from tests.factories.accounts import UserFactory, user_with
from tests.factories.jobs import KIND, counting

pytestmark = pytest.mark.django_db
PAGES = ["jobs:one", "jobs:progress"]


@pytest.fixture(autouse=True)
def kind(monkeypatch, settings):
    settings.MFA_REQUIRED = False
    monkeypatch.setitem(KINDS, KIND, counting())


@pytest.fixture
def owner():
    return UserFactory()


def job_of(user, **fields):
    return Job.objects.create(kind=KIND, title="预检人员花名册甲", requested_by=user, **fields)


def page(client, user, name, job):
    client.force_login(user)
    return client.get(reverse(name, args=[job.pk]))


@pytest.mark.parametrize("name", PAGES)
def test_progress_is_shown_and_asked_for_again(client, owner, name):
    job = job_of(owner, state="running", done=40, total=400, note="正在核对", started_at=timezone.now())
    html = page(client, owner, name, job).content.decode()
    assert "已完成 40 / 400" in html
    assert 'max="400" value="40"' in html
    assert "正在核对" in html
    assert "运行中" in html
    assert reverse("jobs:progress", args=[job.pk]) in html


@pytest.mark.parametrize("name", PAGES)
def test_failure_is_said_in_chinese_and_not_asked_for_again(client, owner, name):
    error = "系统故障，已停止重试。请把任务编号告诉系统管理员。"
    job = job_of(owner, state="failed", error=error, finished_at=timezone.now())
    html = page(client, owner, name, job).content.decode()
    assert error in html
    assert f"{job.pk}" in html
    assert "hx-get" not in html.partition('id="job-progress"')[2].partition("</section>")[0]


def test_the_number_of_the_job_is_on_its_page(client, owner):
    """The failure asks for it."""
    job = job_of(owner, state="failed", error="系统故障")
    assert f"任务编号 {job.pk}" in page(client, owner, "jobs:one", job).content.decode()


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("role", [None, *(role for role in Role if role != Role.SYSTEM_ADMIN)])
def test_strangers_do_not_see_it(client, owner, name, role):
    job = job_of(owner)
    stranger = user_with(role) if role else UserFactory()
    assert page(client, stranger, name, job).status_code == 404
    assert job.title not in client.get(reverse("jobs:list")).content.decode()
    assert client.post(reverse("jobs:cancel", args=[job.pk])).status_code == 404
    job.refresh_from_db()
    assert (job.state, job.cancel_asked) == ("waiting", False)


def test_owner_and_system_administrator_see_it_in_the_list(client, owner):
    job = job_of(owner)
    for user in (owner, user_with(Role.SYSTEM_ADMIN)):
        client.force_login(user)
        assert job.title in client.get(reverse("jobs:list")).content.decode()


def test_result_is_linked(client, owner):
    job = job_of(owner, state="done", params={"result_url": "/somewhere/7/"})
    assert 'href="/somewhere/7/"' in page(client, owner, "jobs:one", job).content.decode()


def test_cancel_that_is_not_allowed_says_why(client, owner, monkeypatch):
    monkeypatch.setitem(KINDS, KIND, counting(can_cancel=False))
    job = job_of(owner)
    client.force_login(owner)
    response = client.post(reverse("jobs:cancel", args=[job.pk]))
    assert response.status_code == 403
    assert "中途取消不安全，请等它结束" in response.content.decode()


def test_job_of_a_kind_that_no_longer_exists_can_be_looked_at(client, owner, monkeypatch):
    job = job_of(owner)
    monkeypatch.delitem(KINDS, KIND)
    assert page(client, owner, "jobs:one", job).status_code == 200


@pytest.mark.parametrize("name", PAGES)
def test_who_asked_is_on_its_page(client, owner, name):
    assert f"发起人：{owner.name}，" in page(client, owner, name, job_of(owner)).content.decode()


def test_what_nobody_asked_for_is_the_systems(client):
    assert "发起人：系统，" in page(client, user_with(Role.SYSTEM_ADMIN), "jobs:one", job_of(None)).content.decode()
