"""Without the cache every page answers, signing in is as strict as ever, and what a worker was to do is done later."""

import re
import threading

import pytest
from celery import current_app
from django.conf import settings as project
from django.core.cache import caches
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from admissions.audit.models import Event
from admissions.celery import app
from admissions.core.todos import own_todos
from admissions.evidence.models import ImportBatch
from admissions.jobs import runner
from admissions.jobs.models import Job
from tests.accounts.signing import code_at, is_signed_in, post_code, post_password, with_totp
from tests.factories.accounts import UserFactory
from tests.factories.files import csv_file
from tests.house.lookers import RECUSALS, SECRETARY
from tests.house.pages import addresses, pages
from tests.house.test_pages import drawn, signed_in
from tests.sizes import ALL

pytestmark = pytest.mark.django_db
COUNT = re.compile(r'<span class="count">(\d+)<')


def looked_at(world) -> dict[str, str]:
    """What opens for the secretariat: every page in the whole run, each eighth otherwise."""
    places = addresses(world)
    opening = sorted(name for name, page in pages().items() if page.wanted(SECRETARY) == 200 and page.status == 200)
    return {name: places[name] for name in opening[:: 1 if ALL else 8]}


@pytest.mark.walk
@pytest.mark.parametrize("no_cache", ["closed", *(["silent"] if ALL else [])], indirect=True)
def test_every_page_is_drawn_whole_and_counts_the_to_dos_itself(world, settings, light, no_cache):
    settings.MFA_REQUIRED = False
    client = signed_in(world, SECRETARY)
    count = len(own_todos(world.who[SECRETARY]))
    wrong = {}
    for name, address in looked_at(world).items():
        answer = client.get(address)
        shown = [] if answer.streaming else COUNT.findall(answer.content.decode(errors="replace"))
        if faults := drawn(answer, name) or (shown and shown[0] != str(count) and ["another count"]):
            wrong[name] = faults
    assert wrong == {}


def test_signing_in_takes_each_code_once_and_five_wrong_ones_at_most(no_cache):
    person, other = with_totp(UserFactory()), with_totp(UserFactory())
    client, again = Client(), Client()
    code = code_at()
    post_password(client, person.username)
    assert post_code(client, code).url == reverse("home")
    assert is_signed_in(client)
    post_password(again, person.username)
    post_code(again, code)
    assert not is_signed_in(again)
    guessing = Client()
    post_password(guessing, other.username)
    for _ in range(5):
        post_code(guessing, "000000")
    post_code(guessing, code_at())
    assert not is_signed_in(guessing)


def test_a_cache_that_may_forget_is_asked_for_nothing_that_must_be_remembered():
    for ask in (caches["counts"].add, caches["counts"].incr):
        with pytest.raises(NotImplementedError):
            ask("one", 1)


def test_work_for_the_background_is_kept_said_and_done_later(
    world, settings, no_cache, django_capture_on_commit_callbacks
):
    settings.MFA_REQUIRED = False
    client = signed_in(world, RECUSALS)
    rows = [["考生参考号", "证件号摘要", "区县代码", "学校代码"], ["K0001", "h1:" + "a" * 64, "110101", "0001"]]
    address, sent = reverse("evidence:import-upload", args=["candidates"]), csv_file(rows)
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(address, {"file": SimpleUploadedFile("考生.csv", sent), "reason": "省招办报送"})
    batch = ImportBatch.objects.latest("id")
    task = Job.objects.get(params__batch=batch.pk)
    assert answer.url == reverse("jobs:one", args=[task.pk])
    assert runner.NOT_DELIVERED in client.get(answer.url).content.decode()
    assert (task.state, task.attempts) == ("waiting", 0)
    assert runner.run(task.pk), "as the timer has it done"
    task.refresh_from_db()
    assert (task.state, task.note) == ("done", "预检完成")


def test_a_hidden_record_that_was_asked_for_is_on_record(world, settings, no_cache):
    """Noted by the process itself where no worker can be told."""
    settings.MFA_REQUIRED = False
    before = Event.objects.filter(action="page.hidden").count()
    answer = signed_in(world, RECUSALS).get(reverse("meetings:one", args=[world.meeting.pk]))
    assert answer.status_code == 404
    assert Event.objects.filter(action="page.hidden").count() == before + 1


def test_threads_of_a_web_server_hand_over_to_the_broker_of_the_settings():
    """Celery's own fallback for a thread would be another broker, and what is sent there is never done."""
    found = []
    thread = threading.Thread(target=lambda: found.append(current_app._get_current_object()))
    thread.start()
    thread.join()
    assert found == [app]
    assert app.conf.broker_url == project.CELERY_BROKER_URL
