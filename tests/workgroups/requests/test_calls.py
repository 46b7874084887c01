"""逐级通知 (#48): one level after the other, somebody else where nobody answers, a receipt only by oneself."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from admissions.audit.models import Event
from admissions.core.decision import Refused
from tests.factories.accounts import UserFactory
from tests.factories.recusal import fact_about
from tests.factories.requests import ReportFactory, fresh, line, matter, on_duty, person, sent
from tests.factories.seasons import InstitutionFactory
from tests.factories.workgroups import AppointmentFactory, PostFactory, WorkGroupFactory, leader_of
from tests.trail import setting_up
from tests.workgroups.requests.test_pages import as_, no_second_factor, text_of, url  # noqa: F401
from workgroups.appointments.enums import AppointmentStatus
from workgroups.appointments.models import Appointment
from workgroups.duty.models import Delegation
from workgroups.requests.models import Call, CallReceipt
from workgroups.requests.notice_chain import known_to, next_of, steps_of
from workgroups.requests.services import calls, submissions
from workgroups.requests.todos import request_todos

pytestmark = pytest.mark.django_db
LATER = timedelta(minutes=3)


@pytest.fixture
def of():
    """The group reports to a leading group, above which stands another one."""
    of = line()
    of.above.parent = WorkGroupFactory(season=of.season, name="招生委员会")
    with setting_up():
        of.above.save()
    return of


def deputy_of(group):
    post = PostFactory(group=group, name="副组长", rank="deputy")
    return AppointmentFactory(post=post, status=AppointmentStatus.ON_DUTY).person


def stand_in(appointment, deputy):
    now = timezone.now()
    with setting_up():
        Delegation(appointment=appointment, deputy=deputy, period=DateTimeTZRange(now, now + timedelta(days=1))).save()


def urgent(of, **fields):
    under = ReportFactory(code="outage", name="系统中断情况报告", chain_hours=2)
    return sent(of, under, text={"title": "系统中断的首报"}, **fields)


def told(of, row, whom, outcome="told", **fields):
    values = {"channel": "phone", "called_at": timezone.now(), **fields}
    return calls.record_call(
        actor=person(of.member), reason="逐级通知", submission=fresh(row), person=whom, outcome=outcome, **values
    )


def names(steps):
    return [step.person for step in steps]


class TestOrder:
    def test_from_the_body_addressed_to_the_top_leaders_first(self, of):
        second, top = deputy_of(of.above), leader_of(of.above.parent, status=AppointmentStatus.ON_DUTY).person
        on_duty(of.above, "联络员")
        row = urgent(of)
        assert names(steps_of(row)) == [of.chief, second, top]
        assert next_of(steps_of(row)).person == of.chief

    def test_who_is_not_reached_is_followed_by_the_next_of_the_level(self, of):
        second, top = deputy_of(of.above), leader_of(of.above.parent, status=AppointmentStatus.ON_DUTY).person
        row = urgent(of)
        told(of, row, of.chief, "unreached")
        assert next_of(steps_of(row)).person == second
        told(of, row, second, "unreached")
        assert next_of(steps_of(row)).person == of.chief
        told(of, row, second)
        assert next_of(steps_of(row)).person == top
        told(of, row, top)
        assert next_of(steps_of(row)) is None

    def test_who_signs_for_it_has_answered(self, of):
        row = urgent(of)
        submissions.receive(actor=of.chief, reason="签收", submission=row)
        step = steps_of(fresh(row))[0]
        assert (step.person, step.state) == (of.chief, "confirmed")

    def test_who_keeps_away_or_is_meant_is_not_on_it(self, of):
        school, second = InstitutionFactory(), deputy_of(of.above)
        fact_about(of.chief, of.season, kind="institution", key=school.pk)
        assert names(steps_of(urgent(of, about={"institution": school, "subject_person": second}))) == []

    def test_many_reports_cost_no_more_queries(self, of):
        deputy_of(of.above)
        under = ReportFactory(code="outage", name="系统中断情况报告", chain_hours=2)
        counts = []
        for number in range(3):
            sent(of, under, text={"title": f"首报{number}"})
            with CaptureQueriesContext(connection) as queries:
                request_todos(person(of.chief))
            counts.append(len(queries))
        assert counts[0] == counts[1] == counts[2]


class TestCalling:
    def test_on_record_with_who_how_and_when(self, of):
        row = urgent(of)
        with time_machine.travel(timezone.now() + LATER, tick=False):
            call = told(of, row, of.chief, note="已安排值守")
        assert (call.called_by, call.person, call.outcome) == (of.member, of.chief, "told")
        event = Event.objects.get(action="requests.call")
        assert (event.actor, event.target_id) == (of.member, str(call.pk))

    @pytest.mark.parametrize(
        ("shift", "whom", "words"),
        [
            (timedelta(hours=-1), "chief", "通知时间应在报送之后、现在之前"),
            (timedelta(hours=1), "chief", "通知时间应在报送之后、现在之前"),
            (timedelta(0), "clerk", "不在通知名单内"),
        ],
    )
    def test_refused(self, of, shift, whom, words):
        row = urgent(of)
        with pytest.raises(Refused, match=words):
            told(of, row, getattr(of, whom), called_at=timezone.now() + shift)
        assert not Call.objects.exists()

    def test_only_by_the_two_bodies_and_only_first_reports(self, of):
        row = urgent(of)
        with pytest.raises(Refused):
            calls.record_call(
                actor=UserFactory(), reason="x", submission=row, person=of.chief, channel="phone", outcome="told",
                called_at=timezone.now(),
            )  # fmt: skip
        with pytest.raises(Refused, match="只有已报送的首报"):
            told(of, sent(of, matter(), text={"title": "一般请示"}), of.chief)
        submissions.withdraw(actor=of.head, reason="误报", submission=fresh(row))
        with pytest.raises(Refused, match="只有已报送的首报"):
            told(of, row, of.chief)

    def test_nobody_notes_having_told_oneself(self, of):
        row = urgent(of)
        with pytest.raises(Refused, match="请直接回执"):
            calls.record_call(
                actor=of.chief, reason="x", submission=row, person=of.chief, channel="face", outcome="told",
                called_at=timezone.now(),
            )  # fmt: skip


class TestReceipts:
    def test_once_and_only_by_who_is_on_the_list(self, of):
        row = urgent(of)
        receipt = calls.acknowledge(actor=of.chief, reason="知悉", submission=row)
        assert receipt.person == of.chief
        with pytest.raises(Refused, match="已经回执"):
            calls.acknowledge(actor=of.chief, reason="知悉", submission=row)
        with pytest.raises(Refused, match="不在逐级通知的名单内"):
            calls.acknowledge(actor=of.clerk, reason="知悉", submission=row)
        assert CallReceipt.objects.count() == 1

    def test_todos_of_both_sides(self, of):
        row = urgent(of)

        def verbs(user):
            return {todo.verb for todo in request_todos(person(user))}

        assert "逐级通知" in verbs(of.member) and "回执" in verbs(of.chief)
        assert "回执" not in verbs(of.clerk) and "逐级通知" not in verbs(of.head)
        told(of, row, of.chief)
        assert "逐级通知" not in verbs(of.member) and "回执" in verbs(of.chief)
        calls.acknowledge(actor=of.chief, reason="知悉", submission=row)
        assert "回执" not in verbs(of.chief)


class TestPages:
    def test_through_the_forms(self, of):
        second = deputy_of(of.above)
        row = urgent(of)
        client, home = as_(of.member), url("requests:one", row.pk)
        page = text_of(client.get(home))
        assert "逐级通知和回执" in page and f"现在应通知领导小组的{of.chief.name}" in page
        form = text_of(client.get(url("requests:call", row.pk)))
        assert f'<option value="{of.chief.pk}" selected>' in form
        at = timezone.localtime().strftime("%Y-%m-%dT%H:%M")
        data = {"person": of.chief.pk, "channel": "phone", "outcome": "unreached", "called_at": at, "note": "无人接听"}
        page = text_of(client.post(url("requests:call", row.pk), data, follow=True))
        assert "未联系上" in page and "无人接听" in page and f"现在应通知领导小组的{second.name}" in page
        chief = as_(of.chief)
        assert url("requests:acknowledge", row.pk) in text_of(chief.get(home))
        page = text_of(chief.post(url("requests:acknowledge", row.pk), follow=True))
        assert "已回执" in page and "每一级都有人知悉" in page
        assert url("requests:acknowledge", row.pk) not in page

    def test_who_keeps_away_from_somebody_on_the_list_does_not_read_of_them(self, of):
        leader, second = Appointment.objects.get(person=of.chief), deputy_of(of.above)
        stand_in(leader, second)
        row = urgent(of)
        fact_about(of.member, of.season, key=of.chief.pk)
        assert names(known_to(person(of.member), steps_of(row))) == [second]
        assert [step.seat for step in known_to(person(of.head), steps_of(row))] == [
            "领导小组·组长", f"领导小组·组长（代{of.chief.name}）",
        ]  # fmt: skip
        client, home = as_(of.member), url("requests:one", row.pk)
        for address in (home, url("requests:call", row.pk), url("home")):
            page = text_of(client.get(address))
            assert of.chief.name not in page, address
        assert "请由本组其他人员通知" in text_of(client.get(home))
        assert "逐级通知" in [todo.verb for todo in request_todos(person(of.member))]
        assert f"领导小组·组长（代{of.chief.name}）" in text_of(as_(of.head).get(home))

    def test_a_report_that_is_not_urgent_has_no_list(self, of):
        row = sent(of, ReportFactory(code="weekly", name="工作情况报告"), text={"title": "一周情况的报告"})
        assert "逐级通知和回执" not in text_of(as_(of.member).get(url("requests:one", row.pk)))
        assert as_(of.member).get(url("requests:call", row.pk)).status_code == 403
