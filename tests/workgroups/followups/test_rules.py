"""Each part of each rule made false alone, the rule asked directly, its own sentence expected; for either kind of origin."""

from datetime import timedelta

import pytest
from django.utils import timezone

from admissions.accounts.enums import Role
from admissions.core.decision import Refused
from tests import parts
from tests.factories.accounts import user_with
from tests.factories.followups import SCENES, stranger, task_row
from tests.factories.meetings import MatterFactory
from tests.factories.recusal import fact_about
from tests.factories.requests import fresh, on_duty, person
from tests.trail import assert_refused, setting_up
from workgroups.followups import rules, services
from workgroups.followups.enums import TaskStatus
from workgroups.meetings.models import AgendaItem, ItemRecusal

pytestmark = pytest.mark.django_db
RECUSED = "您对此事项负有回避义务"
STOPPED = {"resolution": "已制止：未见测算依据", "reply": "停止办理"}
NOT_ENTITLED = {"resolution": "您没有办理会务的权限", "reply": "您不是"}


def today():
    return timezone.localdate()


def recuse(scene, somebody):
    fact_about(somebody, scene.season, kind="institution", key=scene.school.pk)


def keep_away(scene, somebody):
    """From this very item, without any relation to what it names."""
    with setting_up():
        if scene.kind == "reply":
            row = scene.origin.submission
            row.item = AgendaItem.objects.first() or an_item(row)
            row.save()
        item = scene.origin.item if scene.kind == "resolution" else scene.origin.submission.item
        ItemRecusal(item=item, person=somebody, reason="亲属", recorded_by=scene.orderer, at=timezone.now()).save()


def an_item(submission):
    item = AgendaItem(
        group=submission.addressee, matter=MatterFactory(), title="议题", proposal="拟办。", proposer=submission.drafted_by,
        presenter=submission.drafted_by,
    )  # fmt: skip
    item.save()
    return item


def end_season(scene):
    with setting_up():
        season = fresh(scene.season)
        season.status, season.closed_at = "closed", timezone.now()
        season.save()


def close_account(somebody):
    with setting_up():
        row = person(somebody)
        row.status = "closed"
        row.save()


def asked(rule, user, record, *rest):
    """As a request would ask it: everything read anew."""
    return parts.asked(rule, person(user), fresh(record), *rest)


def no(answer, sentence):
    assert sentence in answer.decision.reason
    answer.lacks_only(answer.decision.reason)


class TestAssigning:
    def ask(self, scene, user=None, assignee=None, acceptor=None, due_on=None):
        people = [person(somebody) for somebody in (assignee or scene.assignee, acceptor or scene.acceptor)]
        return asked(rules.can_assign_to, user or scene.orderer, scene.origin, *people, due_on or today())

    def test_yes_on_the_last_day(self, scene):
        assert self.ask(scene).ok

    def test_not_entitled(self, scene):
        no(self.ask(scene, user=scene.supervisor), NOT_ENTITLED[scene.kind])

    def test_what_ordered_it_is_stopped(self, scene):
        scene.stop()
        no(self.ask(scene), STOPPED[scene.kind])

    def test_the_day_is_past(self, scene):
        no(self.ask(scene, due_on=today() - timedelta(days=1)), "完成时限不能早于今天")

    def test_one_and_the_same_person(self, scene):
        no(self.ask(scene, acceptor=scene.assignee), "验收人不能是责任人本人")

    @pytest.mark.parametrize("part", ["assignee", "acceptor"])
    def test_a_recused_person_is_given_nothing(self, scene, part):
        somebody = stranger()
        recuse(scene, somebody)
        no(self.ask(scene, **{part: somebody}), f"{somebody.name}对此事项负有回避义务，不能承办或验收")

    @pytest.mark.parametrize("part", ["assignee", "acceptor"])
    def test_nor_is_who_was_kept_away_from_the_item(self, scene, part):
        somebody = stranger()
        keep_away(scene, somebody)
        no(self.ask(scene, **{part: somebody}), f"{somebody.name}对此事项负有回避义务，不能承办或验收")

    @pytest.mark.parametrize("part", ["assignee", "acceptor"])
    def test_nor_is_whose_account_is_closed(self, scene, part):
        somebody = stranger()
        close_account(somebody)
        no(self.ask(scene, **{part: somebody}), f"{somebody.name}的账号已停用")

    @pytest.mark.parametrize("who", ["assignee", "acceptor"])
    def test_nobody_accepts_the_work_of_whom_they_must_keep_away_from(self, scene, who):
        other = {"assignee": scene.acceptor, "acceptor": scene.assignee}[who]
        fact_about(getattr(scene, who), scene.season, key=other.pk)
        no(self.ask(scene, user=scene.orderer if scene.kind == "resolution" else scene.head), "之间应当回避")


def test_nothing_is_ordered_where_a_resolution_says_so():
    scene = SCENES["resolution"]()
    with setting_up():
        scene.origin.no_action_reason = "备查"
        scene.origin.save()
    no(asked(rules.can_assign, scene.orderer, scene.origin), "决议已注明无需执行")


def test_nothing_is_ordered_for_a_document_withdrawn():
    scene = SCENES["reply"]()
    with setting_up():
        row = scene.origin.submission
        row.status = "withdrawn"
        row.save()
    no(asked(rules.can_assign, scene.orderer, scene.origin), "已经撤回，不能交办")


def given(scene, **fields):
    return task_row(scene.origin, **{**scene.people(), **fields})


class TestReporting:
    def test_yes(self, scene):
        assert asked(rules.can_report, scene.assignee, given(scene)).ok

    @pytest.mark.parametrize("who", ["acceptor", "orderer", "head"])
    def test_somebody_else(self, scene, who):
        answer = asked(rules.can_report, getattr(scene, who), given(scene))
        no(answer, "督办事项由责任人报告")
        assert str(scene.assignee) in answer.decision.who_can

    def test_reported_already(self, scene):
        no(
            asked(rules.can_report, scene.assignee, given(scene, status=TaskStatus.REPORTED)),
            "督办事项待验收，不必再报告",
        )

    def test_accepted_already(self, scene):
        task = given(scene, status=TaskStatus.ACCEPTED, accepted_at=timezone.now())
        no(asked(rules.can_report, scene.assignee, task), "督办事项已办结，不必再报告")

    def test_what_ordered_it_is_stopped(self, scene):
        task = given(scene)
        scene.stop()
        no(asked(rules.can_report, scene.assignee, task), STOPPED[scene.kind])


class TestAccepting:
    def reported(self, scene):
        return given(scene, status=TaskStatus.REPORTED)

    def test_yes(self, scene):
        assert asked(rules.can_accept, scene.acceptor, self.reported(scene)).ok

    @pytest.mark.parametrize("who", ["assignee", "head"])
    def test_somebody_else(self, scene, who):
        no(asked(rules.can_accept, getattr(scene, who), self.reported(scene)), "责任人不能验收自己的事项")

    def test_nothing_reported(self, scene):
        no(asked(rules.can_accept, scene.acceptor, given(scene)), "责任人还没有报告办理情况")

    def test_accepted_already(self, scene):
        task = given(scene, status=TaskStatus.ACCEPTED, accepted_at=timezone.now())
        no(asked(rules.can_accept, scene.acceptor, task), "督办事项已办结")

    def test_what_ordered_it_is_stopped(self, scene):
        task = self.reported(scene)
        scene.stop()
        no(asked(rules.can_accept, scene.acceptor, task), STOPPED[scene.kind])


class TestHandingOn:
    def ask(self, scene, task, user=None, assignee=None, acceptor=None):
        people = [person(somebody) for somebody in (assignee or scene.head, acceptor or scene.acceptor)]
        return asked(rules.can_hand_on_to, user or scene.orderer, task, *people)

    @pytest.mark.parametrize("status", [TaskStatus.OPEN, TaskStatus.REPORTED])
    def test_yes(self, scene, status):
        assert self.ask(scene, given(scene, status=status)).ok

    def test_not_entitled(self, scene):
        no(self.ask(scene, given(scene), user=scene.supervisor), NOT_ENTITLED[scene.kind])

    def test_accepted_already(self, scene):
        task = given(scene, status=TaskStatus.ACCEPTED, accepted_at=timezone.now())
        no(self.ask(scene, task), "督办事项已办结，不能改派")

    def test_nobody_changes(self, scene):
        no(self.ask(scene, given(scene), assignee=scene.assignee), "责任人和验收人都没有变动")

    def test_the_two_would_be_one(self, scene):
        no(self.ask(scene, given(scene), assignee=scene.acceptor), "验收人不能是责任人本人")

    def test_what_ordered_it_is_stopped(self, scene):
        task = given(scene)
        scene.stop()
        no(self.ask(scene, task), STOPPED[scene.kind])

    def test_a_recused_person_is_given_nothing(self, scene):
        somebody = stranger()
        recuse(scene, somebody)
        no(self.ask(scene, given(scene), assignee=somebody), f"{somebody.name}对此事项负有回避义务")


class TestTakingBack:
    def stopped(self, scene, **fields):
        task = given(scene, **fields)
        scene.stop()
        return task

    @pytest.mark.parametrize("status", [TaskStatus.OPEN, TaskStatus.REPORTED])
    def test_yes(self, scene, status):
        assert asked(rules.can_retract, scene.orderer, self.stopped(scene, status=status)).ok

    @pytest.mark.parametrize("who", ["supervisor", "assignee"])
    def test_not_entitled(self, scene, who):
        no(asked(rules.can_retract, getattr(scene, who), self.stopped(scene)), NOT_ENTITLED[scene.kind])

    def test_whoever_has_the_right_now_may_as_well(self, scene):
        """Who ordered it may have left: the right goes with role and post."""
        other = {
            "resolution": lambda: user_with(Role.SECRETARIAT, season=scene.season),
            "reply": lambda: on_duty(fresh(scene.origin).submission.addressee, "新秘书"),
        }[scene.kind]()
        assert asked(rules.can_retract, other, self.stopped(scene)).ok

    def test_what_ordered_it_stands(self, scene):
        no(asked(rules.can_retract, scene.orderer, given(scene)), "交办的依据仍然有效，不能收回")

    def test_accepted_already(self, scene):
        task = self.stopped(scene, status=TaskStatus.ACCEPTED, accepted_at=timezone.now())
        no(asked(rules.can_retract, scene.orderer, task), "督办事项已办结，不能收回")

    def test_taken_back_already(self, scene):
        no(asked(rules.can_retract, scene.orderer, self.stopped(scene, **retracted(scene))), "督办事项已收回，不能收回")

    def test_also_where_the_document_was_withdrawn_since(self):
        """No more tasks may be given then; those that are left are taken back all the same."""
        scene = SCENES["reply"]()
        task = self.stopped(scene)
        with setting_up():
            row = fresh(scene.origin).submission
            row.status = "withdrawn"
            row.save()
        assert not asked(rules.can_assign, scene.orderer, scene.origin).ok
        assert asked(rules.can_retract, scene.orderer, task).ok


def retracted(scene):
    why = "决议不再执行"
    return {
        "status": TaskStatus.RETRACTED, "retracted_at": timezone.now(), "retracted_by": scene.orderer, "retracted_why": why,
    }  # fmt: skip


class TestOnceTakenBack:
    def test_nothing_more_is_reported(self, scene):
        no(asked(rules.can_report, scene.assignee, given(scene, **retracted(scene))), "督办事项已收回，不必再报告")

    def test_nor_accepted(self, scene):
        no(asked(rules.can_accept, scene.acceptor, given(scene, **retracted(scene))), "督办事项已收回")

    def test_nor_handed_on(self, scene):
        people = [person(scene.head), person(scene.acceptor)]
        task = given(scene, **retracted(scene))
        no(asked(rules.can_hand_on_to, scene.orderer, task, *people), "督办事项已收回，不能改派")


def ready(scene, act):
    """The act as it would be done now, and by whom."""
    people = {"assignee": scene.assignee, "acceptor": scene.head}
    status = TaskStatus.REPORTED if act == "accept" else TaskStatus.OPEN
    task = None if act == "assign" else task_row(scene.origin, **people, status=status)
    if act == "retract":
        scene.stop()
    who = {"report": scene.assignee, "accept": scene.head}.get(act, scene.orderer)
    others = {"assignee": stranger(), "acceptor": scene.head}

    def do():
        if act == "assign":
            more = {"origin": fresh(scene.origin), "what": "办", "due_on": today(), **people}
            return services.assign_task(actor=person(who), reason="办理", **more)
        command = {
            "report": services.report_task,
            "accept": services.accept_task,
            "hand_on": services.hand_on_task,
            "retract": services.retract_task,
        }[act]
        more = {"report": {"report": "已办"}, "accept": {"is_done": True}, "hand_on": others, "retract": {}}[act]
        return command(actor=person(who), reason="办理", task=fresh(task), **more)

    return who, do


@pytest.mark.parametrize("act", ["assign", "report", "accept", "hand_on", "retract"])
class TestTheGate:
    """What every command asks, of the task and of what ordered it."""

    def test_open(self, scene, act):
        _, do = ready(scene, act)
        do()

    def test_recused_meanwhile(self, scene, act):
        who, do = ready(scene, act)
        recuse(scene, who)
        with pytest.raises(Refused, match=RECUSED):
            do()
        assert_refused(f"followups.{act}", actor=who)

    def test_kept_away_from_the_item_meanwhile(self, scene, act):
        who, do = ready(scene, act)
        keep_away(scene, who)
        with pytest.raises(Refused, match="您已在此事项回避"):
            do()
        assert_refused(f"followups.{act}", actor=who)

    def test_the_season_has_ended(self, scene, act):
        _, do = ready(scene, act)
        end_season(scene)
        with pytest.raises(Refused, match="录取季已结束，不能再办理"):
            do()


def test_the_secretariat_orders_for_resolutions_only():
    scene = SCENES["reply"]()
    no(asked(rules.can_assign, user_with(Role.SECRETARIAT), scene.origin), "您不是")
