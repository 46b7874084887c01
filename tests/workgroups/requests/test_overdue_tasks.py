"""What a reply orders and nobody does goes up the ladder; what it rests on can be read by whoever accepts it."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from admissions.audit.models import Event
from admissions.evidence.storage import Incoming, path_of
from tests.factories.files import pdf_file
from tests.factories.recusal import fact_about
from tests.factories.requests import line, received, say
from tests.factories.seasons import InstitutionFactory
from tests.trail import setting_up
from tests.workgroups.requests.test_followups import of_resolution
from tests.workgroups.requests.test_pages import as_, no_second_factor, text_of, url  # noqa: F401
from workgroups.meetings.enums import ReminderLevel
from workgroups.requests.models import ReplyTaskReminder
from workgroups.requests.services import replies
from workgroups.requests.services.reminders import remind_of_overdue_reply_tasks
from workgroups.requests.todos import request_todos

pytestmark = pytest.mark.django_db
PURPOSE = {"purpose": "work"}


def ordered(of, school=None):
    row = received(of, about={"institution": school} if school else {})
    reply = say(of, row)
    return replies.assign_reply_task(
        actor=of.clerk, reason="交办", reply=reply, what="报送名单", assignee=of.head, acceptor=of.clerk,
        due_on=timezone.localdate() + timedelta(days=1),
    )  # fmt: skip


def after(days):
    return time_machine.travel(timezone.now() + timedelta(days=days), tick=False)


def is_urged(person):
    return any(todo.verb == "督促办理" and "报送名单" in todo.object_label for todo in request_todos(person))


class TestLadder:
    def test_each_level_once_and_missed_ones_are_made_up(self):
        task = ordered(line())
        assert remind_of_overdue_reply_tasks() == 0
        with after(4):
            assert [remind_of_overdue_reply_tasks(), remind_of_overdue_reply_tasks()] == [2, 0]
        assert list(ReplyTaskReminder.objects.filter(task=task).values_list("level", flat=True)) == [1, 2]
        assert Event.objects.filter(action="requests.remind_task").count() == 2

    @pytest.mark.parametrize(
        ("days", "reached"), [(1, ()), (2, ("clerk",)), (4, ("clerk", "chief")), (8, ("clerk", "chief", "supervisor"))]
    )
    def test_who_is_reached_sees_it_and_nobody_else(self, days, reached):
        of = line()
        ordered(of)
        with after(days):
            remind_of_overdue_reply_tasks()
            people = ("clerk", "chief", "supervisor", "head", "member")
            assert tuple(name for name in people if is_urged(getattr(of, name))) == reached

    def test_done_in_time_nobody_is_reminded(self):
        of = line()
        task = replies.report_reply_task(actor=of.head, reason="报告", task=ordered(of), report="已报送")
        replies.accept_reply_task(actor=of.clerk, reason="名单齐全", task=task, is_done=True)
        with after(9):
            assert remind_of_overdue_reply_tasks() == 0

    def test_who_keeps_away_is_not_urged_with_it(self):
        of, school = line(), InstitutionFactory()
        ordered(of, school)
        fact_about(of.chief, of.season, kind="institution", key=school.pk)
        with after(4):
            remind_of_overdue_reply_tasks()
            assert ReplyTaskReminder.objects.filter(level=ReminderLevel.HEAD).exists()
            assert is_urged(of.clerk) and not is_urged(of.chief)
            assert not ReplyTaskReminder.objects.visible_to(of.chief).exists()


def with_evidence(kind, of, school=None):
    """A task whose report came with a file, and the address of the file."""
    incoming = Incoming([pdf_file()], "回执.pdf")
    done = replies.report_reply_task(
        actor=of.head, reason="报告", task=ordered(of, school), report="已报送", incoming=incoming
    )
    if kind == "reply":
        return done, url("reply-task-evidence", done.pk), url("reply-task", done.pk)
    task = of_resolution(of, "报送名单", school=school, acceptor=of.clerk)
    with setting_up():
        task.evidence = done.evidence
        task.save()
    return task, url("task-evidence", task.pk), url("task", task.pk)


@pytest.mark.parametrize("kind", ["reply", "resolution"])
class TestEvidence:
    def test_the_acceptor_reads_it_for_a_purpose_and_on_record(self, kind):
        of = line()
        task, address, home = with_evidence(kind, of)
        client = as_(of.clerk)
        assert address in text_of(client.get(home))
        asked = text_of(client.get(address))
        assert "下载办理证据“回执.pdf”" in asked
        given = client.get(address, PURPOSE)
        assert b"".join(given.streaming_content) == pdf_file()
        event = Event.objects.filter(target_id=str(task.pk), target_type=task._meta.label_lower).latest("at")
        assert (event.actor, event.action) == (of.clerk, "trail.read")

    def test_without_evidence_there_is_nothing_to_read(self, kind):
        of = line()
        task = ordered(of) if kind == "reply" else of_resolution(of, acceptor=of.clerk)
        name = "reply-task" if kind == "reply" else "task"
        assert "下载办理证据" not in text_of(as_(of.clerk).get(url(name, task.pk)))
        assert as_(of.clerk).get(url(f"{name}-evidence", task.pk)).status_code == 404

    def test_who_keeps_away_finds_no_file(self, kind):
        of, school = line(), InstitutionFactory()
        _, address, _ = with_evidence(kind, of, school)
        assert as_(of.clerk).get(address).status_code == 200
        fact_about(of.clerk, of.season, kind="institution", key=school.pk)
        assert as_(of.clerk).get(address, PURPOSE).status_code == 404

    def test_a_changed_file_is_not_handed_out(self, kind):
        of = line()
        task, address, _ = with_evidence(kind, of)
        path = path_of(task.evidence.storage_name)
        path.chmod(0o600)
        path.write_bytes(b"other")
        assert "材料的内容已丢失或与当初的校验值不符" in text_of(as_(of.clerk).get(address, PURPOSE))
