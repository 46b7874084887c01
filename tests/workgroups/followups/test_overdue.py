"""What nobody does goes up the ladder, whatever ordered it; what a report rests on can be read by whoever accepts it."""

from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone

from admissions.audit.models import Event
from admissions.evidence.services import keep_file
from admissions.evidence.storage import Incoming, path_of
from tests.factories.files import pdf_file
from tests.factories.followups import task_row
from tests.factories.recusal import fact_about
from tests.factories.requests import fresh
from tests.trail import setting_up
from tests.workgroups.requests.test_pages import as_, no_second_factor, text_of, url  # noqa: F401
from workgroups.followups.enums import ReminderLevel, TaskStatus
from workgroups.followups.ladder import level_reached
from workgroups.followups.models import FollowUpReminder
from workgroups.followups.services import remind_of_overdue_tasks
from workgroups.followups.todos import follow_up_todos

pytestmark = pytest.mark.django_db
PURPOSE = {"purpose": "work"}


def given(scene, **fields):
    return task_row(scene.origin, **{**scene.people(), "due_on": timezone.localdate(), **fields})


def after(days):
    return time_machine.travel(timezone.now() + timedelta(days=days), tick=False)


def verbs(somebody):
    return [todo.verb for todo in follow_up_todos(fresh(somebody))]


def is_urged(somebody):
    return "督促办理" in verbs(somebody)


class TestTodos:
    def test_each_in_their_turn(self, scene):
        task = given(scene)
        assert (verbs(scene.assignee), verbs(scene.acceptor)) == (["办理"], ["督办"])
        with setting_up():
            task.status = TaskStatus.REPORTED
            task.save()
        assert (verbs(scene.assignee), verbs(scene.acceptor)) == (["督办"], ["验收"])

    def test_none_while_it_is_stopped(self, scene):
        given(scene)
        scene.stop()
        in_charge = ["处理停办"] if scene.acceptor == scene.orderer else []
        assert (verbs(scene.assignee), verbs(scene.acceptor)) == ([], in_charge)

    def test_none_for_who_keeps_away(self, scene):
        given(scene)
        fact_about(scene.assignee, scene.season, kind="institution", key=scene.school.pk)
        assert verbs(scene.assignee) == []


class TestLadder:
    @pytest.mark.parametrize(("days", "level"), [(0, 0), (1, 1), (2, 1), (3, 2), (7, 3), (70, 3)])
    def test_level_by_days_past_the_term(self, days, level):
        assert level_reached(date(2026, 7, 1), date(2026, 7, 1) + timedelta(days=days)) == level

    def test_each_level_once_and_missed_ones_are_made_up(self, scene):
        task = given(scene)
        assert remind_of_overdue_tasks() == 0
        with after(3):
            assert [remind_of_overdue_tasks(), remind_of_overdue_tasks()] == [2, 0]
        assert list(FollowUpReminder.objects.filter(task=task).values_list("level", flat=True)) == [1, 2]
        assert Event.objects.filter(action="followups.remind").of_target(task).count() == 2

    @pytest.mark.parametrize(
        ("days", "reached"),
        [(0, ()), (1, ("acceptor",)), (3, ("acceptor", "head")), (7, ("acceptor", "head", "supervisor"))],
    )
    def test_who_is_reached_sees_it_and_nobody_else(self, scene, days, reached):
        given(scene)
        with after(days):
            remind_of_overdue_tasks()
            people = ("assignee", "acceptor", "head", "supervisor")
            assert tuple(name for name in people if is_urged(getattr(scene, name))) == reached

    def test_the_acceptor_of_what_is_reported_is_not_urged_to_urge(self, scene):
        given(scene, status=TaskStatus.REPORTED)
        with after(1):
            remind_of_overdue_tasks()
            assert verbs(scene.acceptor) == ["验收"]

    def test_accepted_nobody_is_reminded(self, scene):
        given(scene, status=TaskStatus.ACCEPTED, accepted_at=timezone.now())
        with after(9):
            assert remind_of_overdue_tasks() == 0

    def test_stopped_nobody_is_reminded(self, scene):
        given(scene)
        scene.stop()
        with after(9):
            assert remind_of_overdue_tasks() == 0

    def test_who_keeps_away_is_not_urged_with_it(self, scene):
        given(scene)
        fact_about(scene.head, scene.season, kind="institution", key=scene.school.pk)
        with after(4):
            remind_of_overdue_tasks()
            assert FollowUpReminder.objects.filter(level=ReminderLevel.HEAD).exists()
            assert (is_urged(scene.acceptor), is_urged(scene.head)) == (True, False)
            assert FollowUpReminder.objects.visible_to(fresh(scene.acceptor)).exists()
            assert not FollowUpReminder.objects.visible_to(fresh(scene.head)).exists()


class TestEvidence:
    def with_evidence(self, scene):
        with setting_up():
            file = keep_file(scene.assignee, Incoming([pdf_file()], "回执.pdf"), "督办证据")
        return given(scene, evidence=file, status=TaskStatus.REPORTED)

    def test_the_acceptor_reads_it_for_a_purpose_and_on_record(self, scene):
        task = self.with_evidence(scene)
        address, client = url("followups:file", task.pk), as_(scene.acceptor)
        assert address in text_of(client.get(url("followups:one", task.pk)))
        asked = text_of(client.get(address))
        assert "下载办理证据“回执.pdf”" in asked
        given = client.get(address, PURPOSE)
        assert b"".join(given.streaming_content) == pdf_file()
        event = Event.objects.of_target(task).latest("at")
        assert (event.actor, event.action) == (scene.acceptor, "trail.read")

    def test_without_evidence_there_is_nothing_to_read(self, scene):
        task = given(scene)
        assert "下载办理证据" not in text_of(as_(scene.acceptor).get(url("followups:one", task.pk)))
        assert as_(scene.acceptor).get(url("followups:file", task.pk)).status_code == 404

    def test_who_keeps_away_finds_no_file(self, scene):
        task = self.with_evidence(scene)
        address = url("followups:file", task.pk)
        assert as_(scene.acceptor).get(address).status_code == 200
        fact_about(scene.acceptor, scene.season, kind="institution", key=scene.school.pk)
        assert as_(scene.acceptor).get(address, PURPOSE).status_code == 404

    def test_a_changed_file_is_not_handed_out(self, scene):
        task = self.with_evidence(scene)
        path = path_of(task.evidence.storage_name)
        path.chmod(0o600)
        path.write_bytes(b"other")
        address = url("followups:file", task.pk)
        assert "材料的内容已丢失或与当初的校验值不符" in text_of(as_(scene.acceptor).get(address, PURPOSE))
