"""Opening what is hidden: the page says nothing, supervision learns of it, the person finds no trace."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from admissions.accounts.enums import Role
from admissions.audit.actions import NOWHERE
from admissions.audit.attempts import note
from admissions.audit.enums import HIDDEN, Outcome
from admissions.audit.models import Event
from admissions.celery import app
from discipline.desk.enums import Indicator
from discipline.desk.indicators import Watch
from discipline.desk.models import Dismissal
from discipline.desk.selectors import findings
from discipline.desk.services import dismiss
from tests.factories.accounts import UserFactory, user_with
from tests.factories.recusal import fact_about
from tests.factories.supervision import again, issued, watched
from tests.races import together

SECRET = "标记词意见"


@pytest.fixture(autouse=True)
def worker_at_hand():
    """The task is run where it is sent, so that the whole way from the page to the entry is tested."""
    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = False


def get(person, name, *args):
    client = Client()
    client.force_login(again(person))
    return client.get(reverse(name, args=args))


def attempts():
    return list(Event.objects.filter(action=HIDDEN).order_by("at"))


def without_token(response):
    """The page without what differs between any two: tokens, and the key in its own address."""
    return re.sub(r"[A-Za-z0-9]{64}|/\d+/", "", response.content.decode())


@pytest.fixture
def case(db):
    """An opinion about somebody; the leader of the group is recused from the person, a second supervisor too."""
    of = watched()
    person = UserFactory(name="涉及某")
    opinion = issued(of, title=SECRET, person=person)
    recused = again(user_with(Role.SUPERVISOR, season=of.season, group=of.group))
    for reader in (of.leader, recused):
        fact_about(reader, of.season, kind="person", key=person.pk)
    return of, opinion, recused


ADDRESSES = ["opinions:one", "opinions:pdf", "opinions:answer"]


class TestAttempts:
    @pytest.mark.parametrize("name", ADDRESSES)
    def test_answered_like_nothing_and_recorded_for_supervision(self, case, name):
        of, opinion, _ = case
        hidden, nothing = get(of.leader, name, opinion.pk), get(of.leader, name, 999_999)
        assert (hidden.status_code, nothing.status_code) == (404, 404)
        assert without_token(hidden) == without_token(nothing)
        (event,) = attempts()
        assert (event.actor_id, event.outcome, event.group_id) == (of.leader.pk, Outcome.REFUSED, of.group.pk)
        assert (event.target_type, event.target_id) == ("opinions.opinion", str(opinion.pk))
        assert event.refusal == "本人应当回避，页面按没有这条记录答复。"
        assert event.details == {"recused": True}
        text = get(of.supervisor, "audit:trail").content.decode()
        assert f"试图查看不对其开放的记录：{opinion}" in text

    def test_a_page_that_asks_by_itself_is_told_to_stop(self, case):
        of, opinion, _ = case
        client = Client(headers={"X-Automatic": "1", "HX-Request": "true"})
        client.force_login(again(of.leader))
        for key in (opinion.pk, 999_999):
            assert client.get(reverse("opinions:one", args=[key])).headers["HX-Refresh"] == "true"

    def test_the_trail_of_a_hidden_record_counts_as_well(self, case):
        of, opinion, _ = case
        assert get(of.leader, "audit:record", "opinions.opinion", opinion.pk).status_code == 404
        assert [event.target_id for event in attempts()] == [str(opinion.pk)]

    def test_a_page_asks_the_same_of_the_database_either_way(self, case):
        of, opinion, _ = case
        app.conf.task_always_eager = False
        client = Client()
        client.force_login(again(of.leader))
        client.get(reverse("opinions:one", args=[999_998]))  # the frame remembers the number of to-dos
        counts = []
        for key in (opinion.pk, 999_999):
            with CaptureQueriesContext(connection) as seen:
                client.get(reverse("opinions:one", args=[key]))
            counts.append(len(seen))
        assert counts[0] == counts[1]

    def test_nothing_for_what_does_not_exist_or_is_open(self, case):
        of, opinion, _ = case
        assert get(of.leader, "opinions:one", 999_999).status_code == 404
        assert get(of.supervisor, "opinions:one", opinion.pk).status_code == 200
        assert attempts() == []
        assert note(of.supervisor.pk, "opinions.opinion", str(opinion.pk), NOWHERE) is None

    def test_out_of_scope_says_so(self, case):
        _, opinion, _ = case
        stranger = watched(opinion.group.season).leader
        get(stranger, "opinions:one", opinion.pk)
        assert [event.refusal for event in attempts()] == ["不在本人的职责范围，页面按没有这条记录答复。"]

    def test_loading_again_is_the_same_attempt_for_some_minutes(self, case):
        of, opinion, _ = case
        for _ in range(3):
            get(of.leader, "opinions:one", opinion.pk)
        assert len(attempts()) == 1
        with time_machine.travel(timezone.now() + timedelta(minutes=6), tick=True):
            note(of.leader.pk, "opinions.opinion", str(opinion.pk), NOWHERE)
        assert len(attempts()) == 2


class TestLeaks:
    def test_neither_the_person_nor_other_recused_readers_find_a_trace(self, case):
        of, opinion, recused = case
        get(of.leader, "opinions:one", opinion.pk)
        get(recused, "opinions:one", opinion.pk)
        assert len(attempts()) == 2
        for reader in (of.leader, recused, of.member):
            assert not Event.objects.visible_to(again(reader)).filter(action=HIDDEN).exists()
            for name, args in (("audit:person", [reader.pk]), ("audit:trail", []), ("desk:one", [])):
                text = get(reader, name, *args).content.decode()
                assert SECRET not in text
                assert "不对其开放" not in text

    def test_who_reads_everything_does_not_read_the_own_attempt(self, case):
        of, opinion, _ = case
        auditor = user_with(Role.AUDIT_ADMIN)
        fact_about(auditor, of.season, kind="person", key=opinion.person_id)
        get(auditor, "opinions:one", opinion.pk)
        assert len(attempts()) == 1
        assert not Event.objects.visible_to(again(auditor)).filter(action=HIDDEN).exists()
        assert Event.objects.visible_to(again(user_with(Role.AUDIT_ADMIN))).filter(action=HIDDEN).exists()

    def test_who_may_see_the_record_does_not_learn_who_may_not(self, case):
        of, _, _ = case
        other = issued(of, title="另一份")
        stranger = watched(of.season).leader
        get(stranger, "opinions:one", other.pk)
        args = ("audit:record", "opinions.opinion", other.pk)
        assert "不对其开放" in get(of.supervisor, *args).content.decode()
        assert "不对其开放" not in get(of.leader, *args).content.decode()


class TestIndicator:
    def found(self, of, person):
        watch = Watch(again(person), of.season, timezone.localdate())
        return findings(watch)[1][Indicator.HIDDEN]

    def test_the_second_look_at_what_one_is_recused_from(self, case):
        of, opinion, recused = case
        other = issued(of, title="第二份", person=opinion.person)
        get(of.leader, "opinions:one", opinion.pk)
        assert self.found(of, of.supervisor) == []
        get(of.leader, "opinions:one", other.pk)
        (finding,) = self.found(of, of.supervisor)
        wanted = f"{of.leader.name}2次试图查看不对其开放的记录，其中2次应当回避：{other}、{opinion}"
        assert finding.sentence == wanted
        assert self.found(of, recused) == []
        row = dismiss(actor=again(of.supervisor), reason="旧链接，已谈话", finding=finding)
        assert list(Dismissal.objects.visible_to(again(of.supervisor))) == [row]
        assert list(Dismissal.objects.visible_to(again(recused))) == []
        assert not Event.objects.visible_to(again(recused)).of_target(row).exists()

    @pytest.mark.parametrize(("count", "hit"), [(4, False), (5, True)])
    def test_many_records_out_of_scope(self, case, count, hit):
        of, _, _ = case
        stranger = watched(of.season).leader
        for number in range(count):
            get(stranger, "opinions:one", issued(of, title=f"第{number}份").pk)
        assert bool(self.found(of, of.supervisor)) == hit


@pytest.mark.django_db(transaction=True)
def test_two_workers_with_the_same_attempt_write_one_entry():
    of = watched()
    opinion, stranger = issued(of), watched(of.season).leader
    told = (stranger.pk, "opinions.opinion", str(opinion.pk), NOWHERE)
    results = together(lambda: note(*told), lambda: note(*told))
    assert sorted(result is None for result in results) == [False, True]
    assert len(attempts()) == 1
