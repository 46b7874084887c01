"""监督意见: issued, answered, re-checked, closed; silence counted; recurrence linked; nobody outside sees it."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from admissions.accounts.enums import Role
from admissions.accounts.models import RoleGrant
from admissions.audit.models import Event
from admissions.core import pdf
from admissions.core.decision import Refused
from admissions.core.todos import own_todos, todos_of
from discipline.opinions import rules
from discipline.opinions.enums import OpinionKind, OpinionStatus
from discipline.opinions.models import Flag, Opinion, OpinionPassage
from discipline.opinions.selectors import chain_of, overdue_opinions, silence_by_group
from discipline.opinions.services import (
    answer_opinion,
    close_opinion,
    flag_entry,
    issue_opinion,
    note_recurrence,
    return_opinion,
    settle_flag,
    withdraw_opinion,
)
from tests.factories.accounts import UserFactory, user_with
from tests.factories.meetings import upload
from tests.factories.recusal import fact_about, officer
from tests.factories.supervision import again, answered, closed, in_days, issued, watched
from tests.races import together
from tests.trail import assert_recorded, assert_refused, setting_up
from workgroups.recusal.services.ruling import rule_fact


def event_of(of):
    """Something that happened in the group: here the issue of another opinion."""
    issued(of, title="先前一份")
    return Event.objects.filter(group_id=of.group.pk).newest_first().first()


def page(user, name, *args, **query):
    client = Client()
    client.force_login(user)
    return client.get(reverse(name, args=args), query)


@pytest.mark.django_db
class TestTheWay:
    def test_from_issue_to_closing_every_step_is_kept(self):
        of = watched()
        opinion = issued(of)
        assert (opinion.status, opinion.number.endswith("1号"), opinion.occurrence) == (OpinionStatus.ISSUED, True, 1)
        assert "答复监督意见" in [todo.verb for todo in own_todos(again(of.leader))]
        answer_opinion(
            actor=again(of.leader), reason="答复", opinion=opinion, text="已补齐。", incoming=upload("交接单.pdf")
        )
        assert [todo.verb for todo in own_todos(again(of.supervisor))] == ["复查监督意见"]
        return_opinion(actor=again(of.supervisor), reason="四日仍缺。", opinion=opinion, due_on=in_days(1))
        answered(of, opinion, "四日的也已补齐。")
        close_opinion(actor=again(of.supervisor), reason="抽查三日，齐全。", opinion=opinion)
        opinion.refresh_from_db()
        assert opinion.status == OpinionStatus.CLOSED
        rows = OpinionPassage.objects.filter(opinion=opinion)
        assert [(row.from_status, row.to_status, row.file is not None) for row in rows] == [
            ("issued", "answered", True), ("answered", "returned", False),
            ("returned", "answered", False), ("answered", "closed", False),
        ]  # fmt: skip
        assert_recorded("opinions.close", actor=of.supervisor, target=opinion, reason="抽查三日，齐全。")
        assert own_todos(again(of.supervisor)) == []

    @pytest.mark.parametrize(
        ("status", "allowed"),
        [
            (OpinionStatus.ISSUED, {"answer", "withdraw"}),
            (OpinionStatus.ANSWERED, {"check"}),
            (OpinionStatus.RETURNED, {"answer"}),
            (OpinionStatus.CLOSED, {"recur"}),
            (OpinionStatus.WITHDRAWN, set()),
        ],
    )
    def test_each_state_allows_just_its_acts_to_just_their_people(self, status, allowed):
        of = watched()
        opinion = issued(of)
        with setting_up():
            opinion.status = status
            opinion.save()
        entitled = {
            "answer": (rules.can_answer, {"leader"}),
            "check": (rules.can_check, {"supervisor"}),
            "withdraw": (rules.can_withdraw, {"supervisor"}),
            "recur": (rules.can_note_recurrence, {"supervisor", "colleague"}),
        }
        people = {
            "leader": of.leader, "member": of.member, "supervisor": of.supervisor,
            "colleague": user_with(Role.SUPERVISOR, season=of.season, group=of.group),
            "elsewhere": user_with(Role.SUPERVISOR, season=of.season, group=watched(of.season).group),
            "secretary": user_with(Role.SECRETARIAT), "auditor": user_with(Role.AUDIT_ADMIN),
        }  # fmt: skip
        for act, (rule, who) in entitled.items():
            for name, person in people.items():
                answer = rule(again(person), opinion)
                assert (act, name, answer.ok) == (act, name, act in allowed and name in who)
                assert answer.ok or answer.reason

    def test_a_day_that_is_past_is_refused_and_nothing_is_numbered(self):
        of = watched()
        with pytest.raises(Refused, match="答复期限已经过去"):
            issued(of, due_on=in_days(-1))
        assert Opinion.objects.count() == 0
        assert_refused("opinions.issue", actor=of.supervisor)
        assert issued(of).number.endswith("1号")

    def test_another_supervisor_closes_only_when_the_issuer_supervises_no_more(self):
        of = watched()
        opinion = answered(of)
        colleague = user_with(Role.SUPERVISOR, season=of.season)
        with pytest.raises(Refused, match="谁发出的意见由谁复查销号"):
            close_opinion(actor=again(colleague), reason="代为复查", opinion=opinion)
        self.end_grants(of.supervisor)
        with pytest.raises(Refused, match="授权已于"):
            close_opinion(actor=again(of.supervisor), reason="复查", opinion=opinion)
        with pytest.raises(Refused, match="授权已于"):
            issued(of)
        close_opinion(actor=again(colleague), reason="复查属实", opinion=opinion)
        assert OpinionPassage.objects.last().actor == colleague

    @staticmethod
    def end_grants(user):
        with setting_up():
            for grant in RoleGrant.objects.filter(user=user):
                grant.period = type(grant.period)(
                    grant.period.lower - dt.timedelta(days=9), timezone.now() - dt.timedelta(days=1)
                )
                grant.save()

    def test_withdrawn_only_before_the_answer(self):
        of = watched()
        opinion = issued(of)
        withdraw_opinion(actor=again(of.supervisor), reason="发错了组", opinion=opinion)
        with pytest.raises(Refused, match="不能答复"):
            answered(of, opinion)
        with pytest.raises(Refused, match="不能撤回"):
            withdraw_opinion(actor=again(of.supervisor), reason="改变主意", opinion=answered(of))


@pytest.mark.django_db
class TestSilenceAndRecurrence:
    def test_silence_is_counted_and_late_answers_stay_late(self):
        of, other = watched(), None
        other = watched(of.season)
        first, second = issued(of), issued(of)
        issued(other)
        with time_machine.travel(timezone.now() + dt.timedelta(days=5), tick=True):
            assert [row.pk for row in overdue_opinions(again(of.supervisor))] == [first.pk, second.pk]
            answered(of, first)
            auditor = user_with(Role.AUDIT_ADMIN)
            found = {row.group: (row.issued, row.late, row.silent) for row in silence_by_group(auditor, of.season)}
            assert found == {of.group: (2, 1, 1), other.group: (1, 0, 1)}
            waiting = [todo for todo in todos_of(again(of.supervisor)) if todo.waiting_on]
            assert [todo.object_label for todo in waiting] == [str(second)]
        assert OpinionPassage.objects.get(opinion=first).was_late

    def test_recurrence_opens_a_new_one_at_least_as_strict(self):
        of = watched()
        before = closed(of, issued(of, kind=OpinionKind.ADVISE))
        given = {"reason": "又缺一日", "opinion": before, "text": "七月九日又缺。", "due_on": in_days(2)}
        with pytest.raises(Refused, match="不能轻于前次的“建议”"):
            note_recurrence(actor=again(of.supervisor), kind=OpinionKind.REMIND, **given)
        after = note_recurrence(actor=again(of.supervisor), kind=OpinionKind.ORDER, **given)
        assert (after.occurrence, after.recurrence_of_id, after.title) == (2, before.pk, before.title)
        with pytest.raises(Refused, match="已就再次出现的问题发出新的意见"):
            note_recurrence(actor=again(of.supervisor), kind=OpinionKind.ORDER, **given)
        before.refresh_from_db()
        assert before.status == OpinionStatus.CLOSED
        assert chain_of(before, of.supervisor) == chain_of(after, of.supervisor) == [before, after]
        assert "第2次" in page(of.supervisor, "opinions:one", after.pk).content.decode()

    def test_an_open_matter_does_not_recur(self):
        of = watched()
        with pytest.raises(Refused, match="还没有销号"):
            note_recurrence(
                actor=again(of.supervisor), reason="又", opinion=issued(of), kind="order", text="又", due_on=in_days(1)
            )


@pytest.mark.django_db
class TestFlags:
    def test_a_row_of_the_trail_is_marked_once_and_leads_to_an_opinion(self):
        of = watched()
        event = event_of(of)
        text = page_of_trail(of.supervisor)
        assert reverse("opinions:flag-raise", args=[event.pk]) in text
        flag = flag_entry(actor=again(of.supervisor), reason="时间不对", event=event)
        with pytest.raises(ValidationError, match="您已标记过这条留痕"):
            flag_entry(actor=again(of.supervisor), reason="再标", event=event)
        form = page(of.supervisor, "opinions:issue", flag=flag.pk).context["form"]
        assert (form.initial["group"], "时间不对" in form.initial["text"]) == (of.group.pk, True)
        opinion = issued(of, flag=flag)
        flag.refresh_from_db()
        assert flag.opinion == opinion
        with pytest.raises(Refused, match="已经了结"):
            settle_flag(actor=again(of.supervisor), reason="无碍", flag=flag)

    def test_a_flag_is_settled_by_who_raised_it_with_a_reason(self):
        of = watched()
        event = event_of(of)
        flag = flag_entry(actor=again(of.supervisor), reason="时间不对", event=event)
        colleague = user_with(Role.SUPERVISOR, season=of.season)
        with pytest.raises(Refused, match="标记由标记人了结"):
            settle_flag(actor=colleague, reason="无碍", flag=flag)
        settle_flag(actor=again(of.supervisor), reason="已问明，时钟未校", flag=flag)
        assert Flag.objects.waiting().count() == 0

    def test_nobody_else_sees_marks_or_may_make_them(self):
        of = watched()
        event = event_of(of)
        flag = flag_entry(actor=again(of.supervisor), reason="时间不对", event=event)
        elsewhere = user_with(Role.SUPERVISOR, season=of.season, group=watched(of.season).group)
        assert page(elsewhere, "opinions:flag", flag.pk).status_code == 404
        assert page(elsewhere, "opinions:flag-raise", event.pk).status_code == 404
        assert page(of.leader, "opinions:flag", flag.pk).status_code == 404
        assert "标记" not in page_of_trail_of_group(of.leader, of.group)
        with pytest.raises(Refused, match="没有标记留痕的权限"):
            flag_entry(actor=again(of.leader), reason="试", event=event)


def page_of_trail(user):
    client = Client()
    client.force_login(user)
    return client.get(reverse("audit:trail")).content.decode()


def page_of_trail_of_group(user, group):
    client = Client()
    client.force_login(user)
    return client.get(reverse("audit:group", args=[group.pk])).content.decode()


@pytest.mark.django_db
class TestWhoSees:
    def test_supervisor_of_one_group_finds_nothing_of_another(self):
        of = watched()
        other = watched(of.season)
        issued(other, title="他组标记词")
        for name, query in (
            ("opinions:list", {}),
            ("opinions:list", {"export": "csv", "purpose": "work"}),
            ("opinions:list", {"q": "他组"}),
        ):
            answer = page(of.supervisor, name, **query)
            assert (answer.status_code, "他组标记词" in answer.content.decode()) == (200, False)
        assert (
            "共 0" in page(of.supervisor, "opinions:list").content.decode()
            or Opinion.objects.visible_to(of.supervisor).count() == 0
        )

    def test_only_the_groups_leaders_and_supervision_see_it(self):
        of = watched()
        opinion = issued(of)
        seen = {name: page(person, "opinions:one", opinion.pk).status_code for name, person in {
            "leader": of.leader, "member": of.member, "supervisor": of.supervisor,
            "secretary": user_with(Role.SECRETARIAT), "auditor": user_with(Role.AUDIT_ADMIN),
        }.items()}  # fmt: skip
        assert seen == {"leader": 200, "member": 404, "supervisor": 200, "secretary": 404, "auditor": 200}

    def test_who_is_recused_from_the_person_finds_it_nowhere(self):
        of = watched()
        opinion = issued(of, person=of.member, title="回避标记词")
        colleague = user_with(Role.SUPERVISOR, season=of.season)
        assert page(colleague, "opinions:one", opinion.pk).status_code == 200
        fact_about(colleague, of.season, kind="person", key=of.member.pk)
        colleague = again(colleague)
        assert page(colleague, "opinions:one", opinion.pk).status_code == 404
        assert "回避标记词" not in page(colleague, "opinions:list").content.decode()
        assert Opinion.objects.visible_to(colleague).count() == 0
        with pytest.raises(Refused, match="回避义务"):
            issue_opinion(
                actor=colleague, reason="试", group=of.group, kind="remind", title="试", text="试",
                due_on=in_days(1), person=of.member,
            )  # fmt: skip

    def test_evidence_follows_the_opinion(self):
        of = watched()
        opinion = issued(of)
        answer_opinion(actor=again(of.leader), reason="答复", opinion=opinion, text="已补。", incoming=upload("证.pdf"))
        passage = OpinionPassage.objects.get()
        assert page(of.supervisor, "opinions:file", passage.pk, purpose="supervision").status_code == 200
        assert page(of.member, "opinions:file", passage.pk).status_code == 404
        assert assert_recorded("trail.read", actor=of.supervisor, outcome="read").reason.startswith("监督检查")

    @pytest.mark.skipif(pdf.engine() is None, reason="没有 pango：apt-get install libpangoft2-1.0-0")
    def test_so_does_the_paper(self):
        of = watched()
        opinion = issued(of)
        assert page(of.leader, "opinions:pdf", opinion.pk).status_code == 200
        assert page(of.member, "opinions:pdf", opinion.pk).status_code == 404


@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_two_recheckers_meet_and_one_is_told(self):
        of = watched()
        opinion = answered(of)
        results = together(
            lambda: close_opinion(actor=again(of.supervisor), reason="通过", opinion=opinion),
            lambda: return_opinion(actor=again(of.supervisor), reason="不通过", opinion=opinion, due_on=in_days(1)),
        )
        assert sorted(type(result).__name__ for result in results) == ["Opinion", "Refused"]
        assert OpinionPassage.objects.filter(from_status="answered").count() == 1

    def test_two_opinions_at_once_have_two_numbers(self):
        of = watched()
        results = together(lambda: issued(of), lambda: issued(of))
        assert len({result.number for result in results}) == 2

    def test_one_recurrence_of_two_supervisors(self):
        of = watched()
        before = closed(of)
        given = {"reason": "又", "opinion": before, "kind": "order", "text": "又缺。", "due_on": in_days(2)}
        results = together(
            lambda: note_recurrence(actor=again(of.supervisor), **given),
            lambda: note_recurrence(actor=again(of.supervisor), **given),
        )
        assert sorted(type(result).__name__ for result in results) == ["Opinion", "Refused"]
        assert Opinion.objects.filter(recurrence_of=before).count() == 1


@pytest.mark.django_db
def test_a_flag_is_hidden_as_the_entry_is_from_who_keeps_away_from_anybody_it_names(client, settings):
    settings.MFA_REQUIRED = False
    of, other = watched(), user_with(Role.SUPERVISOR)
    fact = fact_about(UserFactory(), of.season, kind="institution", key=7)
    apart = user_with(Role.SUPERVISOR)
    first = rule_fact(actor=officer(), reason="属实", fact=fact, verdict="confirm")
    event = Event.objects.filter(action="recusal.rule").get()
    assert "institution:7" in event.subjects and first.fact == fact
    flag = flag_entry(actor=again(other), reason="有疑点", event=event)
    assert flag.subjects == event.subjects
    fact_about(apart, of.season, kind="institution", key=7)
    assert list(Flag.objects.open_to(again(apart))) == list(Flag.objects.open_to(again(other))) == [flag]
    assert list(Flag.objects.visible_to(again(apart))) == []
    assert page(again(apart), "opinions:flag", flag.pk).status_code == 404
