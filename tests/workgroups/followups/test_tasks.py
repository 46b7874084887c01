"""The course of a task, for either kind of origin: through the commands, and as the database keeps it."""

from datetime import timedelta

import pytest
from django.core.checks import run_checks
from django.db import IntegrityError, transaction
from django.utils import timezone

from admissions.core.decision import Refused
from discipline.desk.counting import pending
from tests.factories.followups import SCENES, settle, task_row
from tests.factories.meetings import upload
from tests.factories.recusal import fact_about
from tests.factories.requests import fresh
from tests.factories.workgroups import AppointmentFactory, PostFactory
from tests.trail import assert_recorded, assert_refused, setting_up
from workgroups.followups import checks, origins, services, unfinished
from workgroups.followups.enums import FollowUpState, TaskStatus
from workgroups.followups.models import FollowUp, FollowUpReminder
from workgroups.followups.todos import follow_up_todos
from workgroups.meetings import rules as meeting_rules
from workgroups.meetings.models import Meeting, Resolution
from workgroups.meetings.ordering import RESOLUTIONS
from workgroups.meetings.selectors import earlier_tasks, resolutions_of
from workgroups.meetings.services import agenda
from workgroups.requests.models import Reply, Submission
from workgroups.requests.ordering import REPLIES

pytestmark = pytest.mark.django_db


def assign(scene, **fields):
    values = {**scene.people(), "what": "下达计划", "due_on": timezone.localdate(), **fields}
    return services.assign_task(actor=scene.orderer, reason="交办", origin=fresh(scene.origin), **values)


def report(scene, task, text="已下达"):
    return services.report_task(actor=scene.assignee, reason="报告", task=fresh(task), report=text)


def accept(scene, task, is_done=True):
    return services.accept_task(actor=scene.acceptor, reason="属实", task=fresh(task), is_done=is_done)


def named(scene):
    """What an entry about the task names: what its origin is about, and the item that a resolution decided."""
    item = getattr(scene.origin, "item", None)
    return [f"institution:{scene.school.pk}", *([f"item:{item.pk}"] if item else [])]


class TestCourse:
    def test_the_origin_is_kept_as_it_was(self, scene):
        task = assign(scene)
        kind = origins.kind_of(scene.origin)
        assert (task.origin, task.kind, task.group.season) == (scene.origin, kind, scene.season)
        assert (task.origin_title, task.origin_number) == (kind.title_of(scene.origin), kind.number_of(scene.origin))
        assert task.origin_number in task.origin_text
        event = assert_recorded("followups.assign", actor=scene.orderer, target=task, reason="交办")
        assert (event.season_id, event.subjects) == (scene.season.pk, named(scene))

    def test_reported_sent_back_reported_accepted(self, scene):
        task = assign(scene)
        with pytest.raises(Refused, match="还没有报告"):
            accept(scene, task)
        report(scene, task)
        with pytest.raises(Refused, match="不能验收自己"):
            services.accept_task(actor=scene.assignee, reason="好", task=fresh(task), is_done=True)
        assert accept(scene, task, is_done=False).status == "open"
        done = accept(scene, report(scene, task, "已补回执"))
        assert (done.status, done.report, done.verdict, done.accepted_at is not None) == (
            "accepted",
            "已补回执",
            "属实",
            True,
        )
        assert_refused("followups.accept", actor=scene.assignee)

    def test_a_refused_order_leaves_no_task(self, scene):
        with pytest.raises(Refused, match="验收人不能是责任人本人"):
            assign(scene, acceptor=scene.assignee)
        with pytest.raises(Refused, match="不能早于今天"):
            assign(scene, due_on=timezone.localdate() - timedelta(days=1))
        assert not FollowUp.objects.exists()

    def test_a_stop_keeps_it_from_being_reported_and_accepted(self, scene):
        task, reported = assign(scene), report(scene, assign(scene, what="报送"))
        scene.stop()
        for act in (lambda: report(scene, task), lambda: accept(scene, reported), lambda: assign(scene)):
            with pytest.raises(Refused, match=r"已制止|停止办理"):
                act()
        assert [fresh(row).status for row in (task, reported)] == ["open", "reported"]

    def test_handed_on_to_others_it_is_reported_anew(self, scene):
        task = report(scene, assign(scene))
        task = services.hand_on_task(
            actor=scene.orderer, reason="原责任人调离", task=fresh(task), assignee=scene.head, acceptor=scene.acceptor
        )
        assert (task.status, task.assignee) == ("open", scene.head)
        with pytest.raises(Refused, match="由责任人报告"):
            report(scene, task)
        services.report_task(actor=scene.head, reason="报告", task=fresh(task), report="已办")
        assert_recorded("followups.hand_on", actor=scene.orderer, target=task, reason="原责任人调离")

    def test_another_acceptor_finds_the_report_as_it_is(self, scene):
        task = report(scene, assign(scene))
        task = services.hand_on_task(
            actor=scene.orderer,
            reason="原验收人出差",
            task=fresh(task),
            assignee=scene.assignee,
            acceptor=scene.supervisor,
        )
        assert (task.status, task.report) == ("reported", "已下达")

    def test_a_season_does_not_close_over_it(self, scene):
        task = assign(scene)
        (left,) = unfinished.before_season_closes(scene.season, scene.orderer)
        assert (left.kind, left.count, left.holds) == (f"督办事项（{task.source}）", 1, True)
        accept(scene, report(scene, task))
        assert unfinished.before_season_closes(scene.season, scene.orderer) == []

    def test_an_account_is_not_closed_over_it_and_a_sheet_lists_it(self, scene):
        task = assign(scene)
        for who in (scene.assignee, scene.acceptor):
            assert [left.count for left in unfinished.before_account_closes(who, scene.orderer)] == [1]
        post = AppointmentFactory(post=PostFactory(group=task.group), person=scene.assignee)
        (held,) = unfinished.tasks_of(post, scene.head)
        assert held.text.startswith("办理：下达计划")
        fact_about(scene.head, scene.season, kind="institution", key=scene.school.pk)
        assert list(unfinished.tasks_of(post, fresh(scene.head))) == []


def retract(scene, task, reason="决议不再执行"):
    return services.retract_task(actor=scene.orderer, reason=reason, task=fresh(task))


class TestTakenBack:
    def test_is_final_counts_nowhere_and_stays_to_be_read(self, scene):
        task = assign(scene)
        reported = report(scene, assign(scene, what="报送"))
        with pytest.raises(Refused, match="交办的依据仍然有效，不能收回"):
            retract(scene, task)
        assert_refused("followups.retract", actor=scene.orderer)
        scene.stop()
        for row in (task, reported):
            done = retract(scene, row)
            assert (done.status, done.retracted_by, done.retracted_why) == ("retracted", scene.orderer, "决议不再执行")
            assert done.retracted_at is not None
            event = assert_recorded("followups.retract", actor=scene.orderer, target=done, reason="决议不再执行")
            assert event.subjects == named(scene)
        assert fresh(reported).report == "已下达"
        assert not FollowUp.objects.open().exists() and not FollowUp.objects.stopped().exists()
        assert unfinished.before_season_closes(scene.season, scene.orderer) == []
        for who in (scene.assignee, scene.acceptor):
            assert unfinished.before_account_closes(who, scene.orderer) == []
            assert [todo.label for todo in follow_up_todos(fresh(who))] == []
        post = AppointmentFactory(post=PostFactory(group=task.group), person=scene.assignee)
        assert list(unfinished.tasks_of(post, scene.head)) == []
        assert {row.standing for row in FollowUp.objects.visible_to(fresh(scene.assignee)).with_state()} == {
            FollowUpState.RETRACTED
        }
        assert pending(timezone.localdate() + timedelta(days=30)).tasks is False

    def test_by_nobody_else_and_not_twice(self, scene):
        task = assign(scene)
        scene.stop()
        for who in (scene.assignee, scene.supervisor):
            with pytest.raises(Refused, match=r"您没有|您不是"):
                services.retract_task(actor=fresh(who), reason="不办了", task=fresh(task))
        retract(scene, task)
        with pytest.raises(Refused, match="督办事项已收回，不能收回"):
            retract(scene, task)

    def test_whoever_is_in_charge_is_asked_to_and_nobody_else(self, scene):
        assign(scene)
        scene.stop()
        assert "处理停办" in [todo.verb for todo in follow_up_todos(fresh(scene.orderer))]
        for who in (scene.assignee, scene.supervisor):
            assert follow_up_todos(fresh(who)) == []

    def test_an_order_that_stands_again_leaves_it_taken_back(self):
        scene = SCENES["resolution"]()
        task = assign(scene)
        remark = scene.stop()
        retract(scene, task)
        settle(scene, remark)
        assert fresh(task).status == "retracted"
        assert not FollowUp.objects.open().exists()
        assert assign(scene, what="重新交办").status == "open"

    def test_the_next_meeting_hears_of_it_once_more(self):
        """上次决议执行情况: as of what was accepted since the last meeting."""
        scene = SCENES["resolution"]()
        task = assign(scene)
        scene.stop()
        retract(scene, task)
        item = fresh(scene.origin).item
        with setting_up():
            sitting = fresh(item.meeting)
            sitting.status, sitting.closed_at = "closed", timezone.now()
            sitting.save()
        later = Meeting(group=item.group, starts_at=item.meeting.starts_at + timedelta(days=1))
        assert list(earlier_tasks(later, fresh(scene.orderer))) == [task]
        assert [row.left for row in resolutions_of(fresh(scene.orderer), scene.season)] == [0]


class TestStopped:
    """What the list finds stopped is what the rule refuses, and nothing else."""

    def same(self, scene):
        found = origins.kind_of(scene.origin).stopped().filter(pk=scene.origin.pk).exists()
        assert found is not origins.kind_of(scene.origin).still_stands(fresh(scene.origin)).ok
        assert found is not FollowUp.objects.open().exists()
        return found

    def test_by_either_way(self, scene):
        task_row(scene.origin, **scene.people())
        assert not self.same(scene)
        scene.stop()
        assert self.same(scene)

    def test_a_settled_stop_stops_nothing(self):
        scene = SCENES["resolution"]()
        task_row(scene.origin, **scene.people())
        settle(scene, scene.stop())
        assert not self.same(scene)

    def test_a_changed_paper_and_the_same_one_again(self, settings, tmp_path):
        settings.MEDIA_ROOT = tmp_path
        scene = SCENES["resolution"]()
        task_row(scene.origin, **scene.people())

        def replace(content, change):
            agenda.add_paper(
                actor=scene.orderer, reason="换", item=fresh(scene.origin.item), title="测算", change=change,
                incoming=upload(content=b"%PDF-1.4\n" + content + b"\n%%EOF\n"),
            )  # fmt: skip

        replace(b"first", "")
        assert self.same(scene)
        with setting_up():
            row = fresh(scene.origin)
            row.issued_at, row.content_hash = timezone.now(), meeting_rules.content_hash(row.item)
            row.save()
        assert not self.same(scene)
        replace(b"second", "改数")
        assert self.same(scene)
        replace(b"first", "改回")
        assert not self.same(scene)

    def test_the_season_over_nothing_is_to_do(self, scene):
        task_row(scene.origin, **scene.people())
        with setting_up():
            season = fresh(scene.season)
            season.status, season.closed_at = "closed", timezone.now()
            season.save()
        assert not FollowUp.objects.open().exists()


def sql(row, **values):
    """Past the application: as the owner of the tables, without the command's own checks."""
    with setting_up(), transaction.atomic():
        for name, value in values.items():
            setattr(row, name, value)
        row.save()


class TestTheDatabase:
    @pytest.mark.parametrize(
        ("field", "value"),
        [("what", "别的事"), ("due_on", timezone.localdate() + timedelta(days=9)), ("origin_id", 1), ("origin_title", "别的"),
         ("origin_number", "别的")],
    )  # fmt: skip
    def test_what_was_ordered_stays(self, field, value):
        scene = SCENES["reply"]()
        task = task_row(scene.origin, **scene.people())
        with pytest.raises(IntegrityError, match="办结的不能再改"):
            sql(task, **{field: value})

    def test_nobody_accepts_their_own(self):
        scene = SCENES["reply"]()
        with pytest.raises(IntegrityError, match="followup_accepted_by_another"), setting_up(), transaction.atomic():
            task_row(scene.origin, assignee=scene.head, acceptor=scene.head)

    def test_no_passage_past_the_report(self):
        scene = SCENES["reply"]()
        task = task_row(scene.origin, **scene.people())
        with pytest.raises(IntegrityError, match="须先报告、后验收"):
            sql(task, status="accepted", accepted_at=timezone.now())

    def test_what_is_accepted_is_over(self):
        scene = SCENES["reply"]()
        task = task_row(scene.origin, **scene.people(), status=TaskStatus.ACCEPTED, accepted_at=timezone.now())
        with pytest.raises(IntegrityError, match="办结的不能再改"):
            sql(task, report="别的")
        with pytest.raises(IntegrityError, match="办结的不能再改"), setting_up(), transaction.atomic():
            task.delete()

    def test_what_is_taken_back_is_over(self):
        scene = SCENES["reply"]()
        taken = {
            "status": TaskStatus.RETRACTED, "retracted_at": timezone.now(), "retracted_by": scene.orderer,
            "retracted_why": "不再恢复",
        }  # fmt: skip
        task = task_row(scene.origin, **scene.people(), **taken)
        for values in ({"status": "open"}, {"report": "别的"}, {"retracted_why": "别的"}):
            with pytest.raises(IntegrityError, match="已收回的、办结的不能再改"):
                sql(fresh(task), **values)

    @pytest.mark.parametrize(
        "values", [{"status": "retracted"}, {"retracted_why": "不办了"}, {"retracted_at": timezone.now()}]
    )
    def test_taking_back_says_who_when_and_why(self, values):
        scene = SCENES["reply"]()
        task = task_row(scene.origin, **scene.people())
        with pytest.raises(IntegrityError, match="followup_retracted_why"):
            sql(task, **values)

    @pytest.mark.parametrize("kind", list(SCENES))
    def test_an_origin_with_tasks_stays(self, kind):
        scene = SCENES[kind]()
        task_row(scene.origin, **scene.people())
        with (
            pytest.raises(IntegrityError, match=r"办结的不能再改|批复原文只能追加"),
            setting_up(),
            transaction.atomic(),
        ):
            scene.origin.delete()

    def test_reminders_stay(self):
        scene = SCENES["reply"]()
        with setting_up():
            row = FollowUpReminder(task=task_row(scene.origin, **scene.people()), level=1, at=timezone.now())
            row.save()
        with pytest.raises(IntegrityError, match="逾期提醒只能追加"):
            sql(row, level=2)


class Strange:
    """Answers for a kind of record that orders nothing."""

    model = Submission


class TestProviders:
    def test_both_kinds_answer(self):
        assert {kind.model for kind in origins.kinds()} == {Resolution, Reply}
        assert {kind.code for kind in origins.kinds()} == {"resolution", "reply"}
        assert run_checks(tags=["followups"]) == []

    @pytest.mark.parametrize(
        ("answers", "problems"),
        [
            ([RESOLUTIONS], ["followups.E001"]),
            ([RESOLUTIONS, REPLIES, REPLIES], ["followups.E003", "followups.E003"]),
            ([RESOLUTIONS, REPLIES, Strange()], ["followups.E002"]),
        ],
    )
    def test_whatever_does_not_fit_stops_the_start(self, monkeypatch, answers, problems):
        monkeypatch.setattr(origins.ORIGINS, "_given", [("test", answer) for answer in answers])
        assert [error.id for error in checks.origins_are_provided(None)] == problems

    def test_every_question_is_answered(self):
        with pytest.raises(TypeError, match="abstract"):
            type("Half", (origins.Origin,), {"model": Reply})()

    def test_of_a_kind_nobody_answers_for_nothing_is_seen(self, monkeypatch):
        scene = SCENES["reply"]()
        task_row(scene.origin, **scene.people())
        assert FollowUp.objects.visible_to(scene.assignee).exists()
        monkeypatch.setattr(origins.ORIGINS, "_given", [("test", RESOLUTIONS)])
        assert not FollowUp.objects.visible_to(scene.assignee).exists()


class TestPage:
    def needed(self, client, scene, task):
        client.force_login(fresh(scene.acceptor))
        return client.get(fresh(task).get_absolute_url()).context["needs"]

    def test_says_whose_turn_it_is(self, client, settings, scene):
        settings.MFA_REQUIRED = False
        task = assign(scene)
        assert self.needed(client, scene, task).startswith(f"{scene.assignee.name}报告办理情况。")
        report(scene, task)
        assert self.needed(client, scene, task).startswith(f"{scene.acceptor.name}验收。")
        accept(scene, task)
        assert self.needed(client, scene, task) == ""
