"""What the form of a report says when it is opened, and who is reminded when nobody answers."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from admissions.audit.models import Event
from tests.factories.accounts import UserFactory
from tests.factories.recusal import fact_about
from tests.factories.requests import (
    ReportableFactory,
    ReportFactory,
    fresh,
    instructed,
    line,
    person,
    received,
    say,
    sent,
)
from tests.trail import setting_up
from tests.workgroups.requests.test_pages import as_, no_second_factor, text_of, url  # noqa: F401
from workgroups.requests.models import ReportDuty
from workgroups.requests.prefill import from_duty, from_report
from workgroups.requests.services import duties, submissions
from workgroups.requests.todos import request_todos

pytestmark = pytest.mark.django_db


def urgent():
    return ReportFactory(code="outage", name="系统中断情况报告", chain_hours=2, urgency="flash")


def owed(of, matter, **fields):
    return duties.open_duty(
        actor=of.member,
        reason="登记",
        group=of.group,
        matter=matter,
        what="网络中断",
        happened_at=timezone.now(),
        **fields,
    )


class TestFirst:
    def test_from_the_duty(self):
        of = line()
        duty = owed(of, urgent())
        found = from_duty(of.member, duty)
        assert (found["title"], found["urgency"]) == ("关于网络中断的首报", "flash")
        assert found["body"].endswith("，网络中断。\n影响范围：\n已采取的措施：\n下一步安排：")
        address = f"{url('requests:draft', 'report')}?duty={duty.pk}&matter={duty.matter_id}&group={of.group.pk}"
        assert "关于网络中断的首报" in text_of(as_(of.member).get(address))

    def test_a_request_from_its_duty(self):
        of = line()
        found = from_duty(of.member, owed(of, ReportableFactory(timing="before")))
        assert found["title"] == "关于网络中断的请示"
        assert "影响范围" not in found["body"]

    def test_the_trail_tells_who_did_it_to_who_may_see_that(self):
        of = line()
        row = instructed(of)
        event = Event.objects.get(action="requests.record_instruction", target_id=str(row.pk))
        with setting_up():
            duty = owed_quietly(of, "补录口头指示", event_id=event.pk, opened_by=None)
        assert f"{of.member.name}办理“补录口头指示”" in from_duty(of.supervisor, duty)["body"]
        assert of.member.name not in from_duty(UserFactory(), duty)["body"]

    def test_a_long_matter_still_fits(self):
        of = line()
        with setting_up():
            duty = owed_quietly(of, "长" * 300)
        assert len(from_duty(of.member, duty)["title"]) == 120

    def test_nothing_of_another_groups_duty(self):
        of, other = line(), line()
        duty = owed(of, urgent())
        page = text_of(as_(other.member).get(f"{url('requests:draft', 'report')}?duty={duty.pk}"))
        assert "网络中断" not in page


def owed_quietly(of, what, **fields):
    now = timezone.now()
    values = {"happened_at": now, "due_at": now + timedelta(hours=1), "opened_by": of.member, **fields}
    duty = ReportDuty(matter=urgent(), group=of.group, addressee=of.above, what=what, **values)
    duty.save()
    return duty


class TestNext:
    def test_begins_with_the_reports_before_and_what_was_answered(self):
        of = line()
        first = received(of, urgent(), text={"title": "关于网络中断的首报"})
        say(of, first, "directed", "每小时报一次。")
        found = from_report(of.member, fresh(first))
        assert found["title"] == "关于网络中断的续报"
        assert f"首报：{first.number}《关于网络中断的首报》" in found["body"]
        assert f"{of.chief.name}批示：每小时报一次。" in found["body"]
        assert found["body"].endswith("最新进展：\n影响范围：\n已采取的措施：\n下一步安排：")
        page = text_of(as_(of.member).get(url("requests:continue", first.pk)))
        assert "每小时报一次。" in page

    def test_what_is_prefilled_can_be_sent(self):
        of = line()
        first = sent(of, urgent(), text={"title": "网络中断"})
        found = from_report(of.member, fresh(first))
        text = {"title": found["title"], "body": found["body"]}
        row = submissions.continue_report(
            actor=of.member, reason="续报", submission=fresh(first), stage="follow_up", text=text
        )
        assert row.title == "网络中断的续报"


class TestSilence:
    def todos(self, user):
        return [todo.verb for todo in request_todos(person(user)) if todo.verb == "督促批复"]

    def test_above_the_top_stand_the_supervisors(self):
        of = line()
        row = received(of)
        assert self.todos(of.supervisor) == []
        with time_machine.travel(timezone.now() + timedelta(hours=25), tick=False):
            assert self.todos(of.supervisor) == ["督促批复"]
            assert "监督人员已被提醒" in text_of(as_(of.member).get(url("requests:one", row.pk)))
            say(of, row)
            assert self.todos(of.supervisor) == []

    def test_a_recused_supervisor_is_not(self):
        of = line()
        someone = UserFactory()
        received(of, about={"subject_person": someone})
        fact_about(of.supervisor, of.season, key=someone.pk)
        with time_machine.travel(timezone.now() + timedelta(hours=25), tick=False):
            assert self.todos(of.supervisor) == []
