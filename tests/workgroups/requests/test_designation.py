"""From a body without enough members to the request, and from its answer to the roll; hidden from who keeps away."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from admissions.accounts.models import User
from admissions.core.decision import Refused
from tests.factories.accounts import UserFactory, user_with
from tests.factories.meetings import Body, MatterFactory, decided, prepared, proposed
from tests.factories.readiness import AttemptFactory, CourseFactory, PledgeVersionFactory, make_ready
from tests.factories.recusal import fact_about
from tests.factories.requests import drafted, fresh, line, on_duty, received, say
from tests.factories.seasons import InstitutionFactory
from tests.factories.workgroups import AppointmentFactory, PostFactory, WorkGroupFactory, leader_of
from tests.sizes import SIZES
from tests.trail import setting_up
from workgroups.meetings.enums import SeatKind
from workgroups.meetings.models import DecisionMatter
from workgroups.meetings.services import agenda, sittings
from workgroups.requests.models import Submission
from workgroups.requests.services import replies

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def without_codes(settings):
    settings.MFA_REQUIRED = False


class Case:
    """A working group that decides together under a leading group; all but its head keep away from its item."""

    def __init__(self, **about):
        self.of = line()
        self.members = [self.of.member, on_duty(self.of.group, "成员")]
        self.secretary = user_with("secretariat")
        self.body = Body(self.of.group, self.of.head, self.members, self.secretary, self.of.supervisor)
        self.meeting = prepared(self.body, "计划调整会")
        self.item = proposed(self.body, matter_of(self.of.group), **about)
        agenda.schedule_item(actor=self.secretary, reason="列入", item=self.item, meeting=self.meeting)
        self.candidate = leader_of(WorkGroupFactory(season=self.of.season), status="on_duty")
        with setting_up():
            self.candidate.person.name = "荐一"
            self.candidate.person.save()
        make_ready(
            self.candidate,
            CourseFactory(season=self.of.season),
            PledgeVersionFactory(template__season=self.of.season),
        )

    def recuse(self, *people):
        for person in people:
            agenda.recuse_from_item(actor=self.secretary, reason="亲属", item=fresh(self.item), person=person)
        return self

    def clerk(self):
        """The secretary on duty in the group, who may write for it."""
        post = PostFactory(group=self.of.group, order=7)
        return AppointmentFactory(post=post, person=self.secretary, status="on_duty").person

    @property
    def address(self):
        return reverse("requests:substitutes", args=[self.item.pk])


def matter_of(group):
    return DecisionMatter.objects.filter(body=group.kind).first() or MatterFactory(body=group.kind)


def get(person, address, query=None):
    client = Client()
    client.force_login(User.objects.get(pk=person.pk))
    return client.get(address, query or {})


def text_of(response):
    assert response.status_code == 200
    return response.content.decode()


class TestThePage:
    def test_who_may_read_it(self):
        case = Case()
        statuses = {
            name: get(person, case.address).status_code
            for name, person in {
                "secretary": case.secretary,
                "head": case.of.head,
                "supervisor": case.of.supervisor,
                "stranger": UserFactory(),
            }.items()
        }
        assert statuses == {"secretary": 200, "head": 404, "supervisor": 403, "stranger": 404}
        sittings.convene(actor=case.secretary, reason="通知", meeting=fresh(case.meeting))
        assert [get(person, case.address).status_code for person in (case.of.head, case.members[0])] == [200, 403]

    def test_a_recused_head_finds_nothing(self):
        case = Case()
        sittings.convene(actor=case.secretary, reason="通知", meeting=fresh(case.meeting))
        case.recuse(case.of.head)
        assert get(case.of.head, case.address).status_code == 404

    def test_it_says_why_who_and_where_to_go_on(self):
        case = Case()
        case.recuse(*case.members, case.of.head)
        page = text_of(get(case.secretary, case.address))
        assert "能参加审议的只有0人" in page
        assert f'name="propose" value="{case.candidate.person_id}"' in page
        assert f"person={case.candidate.person_id}&amp;kind=member" in page
        item = text_of(get(case.secretary, reverse("meetings:item", args=[case.item.pk])))
        assert case.address in item

    def test_after_the_notice_the_roll_is_fixed_and_the_page_says_so(self):
        case = Case()
        sittings.convene(actor=case.secretary, reason="通知", meeting=fresh(case.meeting))
        case.recuse(*case.members)
        page = text_of(get(case.secretary, case.address))
        assert "通知已发出" in page and "请取消本次会议另行筹备" in page
        assert "kind=member" not in page

    def test_a_decided_item_asks_for_nobody(self):
        of = line()
        members = [of.member, on_duty(of.group, "成员")]
        secretary = user_with("secretariat")
        body = Body(of.group, of.head, members, secretary, of.supervisor)
        item = decided(body, proposed(body, matter_of(of.group)))
        assert get(secretary, reverse("requests:substitutes", args=[item.pk])).status_code == 403

    def test_many_candidates_cost_no_more_queries(self):
        case, counts, made = Case(), [], 0
        case.recuse(*case.members)
        get(case.secretary, case.address)
        course = CourseFactory(season=case.of.season)
        for size in SIZES:
            with setting_up():
                while made < size:
                    made += 1
                    row = leader_of(WorkGroupFactory(season=case.of.season), status="on_duty")
                    AttemptFactory(course=course, person=row.person)
            client = Client()
            client.force_login(case.secretary)
            client.get(case.address)
            with CaptureQueriesContext(connection) as captured:
                client.get(case.address)
            counts.append(len(captured))
        assert len(set(counts)) == 1


class TestTheRequest:
    def draft_page(self, case, reader, **query):
        address = reverse("requests:draft", args=["request"])
        return get(reader, address, {"item": case.item.pk, **query})

    def test_the_names_chosen_stand_in_the_draft(self):
        case = Case()
        case.recuse(case.members[1])
        sittings.convene(actor=case.secretary, reason="通知", meeting=fresh(case.meeting))
        chosen = [case.candidate.person_id, case.members[1].pk, 99999]
        page = text_of(self.draft_page(case, case.of.head, propose=chosen))
        assert f"关于请求指定人员审议“{case.item}”的请示" in page
        # The head sees no appointments of other groups, so nobody of them is named to the head either.
        assert f"荐一（{case.candidate.post}" not in page
        clerk = case.clerk()
        page = text_of(self.draft_page(case, clerk, propose=chosen))
        assert f"指定荐一（{case.candidate.post}）作为成员参加审议" in page
        assert page.count(f'name="item" value="{case.item.pk}"') == 1
        assert f"{case.members[1].name}（{case.of.group}" not in page

    def test_who_keeps_away_from_the_item_sees_nothing_of_its_request(self):
        case = Case()
        row = drafted(case.of, text={"title": "请指定审议甲校的人员"}, item=fresh(case.item))
        case.recuse(case.members[1])
        address = reverse("requests:one", args=[row.pk])
        assert get(case.of.head, address).status_code == 200
        assert get(case.members[1], address).status_code == 404
        assert "甲校" not in text_of(get(case.members[1], reverse("requests:list")))
        for model in (Submission, type(row.versions.get())):
            assert not model.objects.visible_to(fresh_user(case.members[1])).exists()

    def test_it_is_about_what_the_item_is_about(self):
        college = InstitutionFactory()
        case = Case(institution=college)
        row = drafted(case.of, item=fresh(case.item))
        assert row.institution == college
        fact_about(case.of.head, case.of.season, kind="institution", key=college.pk)
        assert get(case.of.head, reverse("requests:one", args=[row.pk])).status_code == 404

    def test_who_keeps_away_neither_writes_nor_answers(self):
        case = Case()
        case.recuse(case.of.member)
        with pytest.raises(Refused, match="您已在此事项回避"):
            drafted(case.of, item=fresh(case.item))
        other = Case()
        row = received(other.of, item=fresh(other.item))
        other.recuse(other.of.chief)
        with pytest.raises(Refused, match="回避义务"):
            say(other.of, fresh(row), "agree", "同意。")


def fresh_user(person):
    return User.objects.get(pk=person.pk)


class TestTheAnswer:
    def test_the_approval_leads_to_the_roll(self):
        case = Case()
        row = received(case.of, item=fresh(case.item))
        reply = say(case.of, row, "agree", "同意指定荐一。")
        replies.confirm_reply(actor=case.of.chief, reason="本人确认", reply=fresh(reply))
        number = fresh(row).number
        basis = f"{case.of.above}对{number}请示的批复（{reply.said_name}，同意）"
        clerk = case.clerk()
        page = text_of(get(clerk, case.address))
        assert f"指定依据：{basis}" in page
        document = text_of(get(clerk, reverse("requests:one", args=[row.pk])))
        assert case.address in document
        invite = reverse("meetings:invite", args=[case.meeting.pk])
        query = {"person": case.candidate.person_id, "kind": "member", "basis": basis}
        form = text_of(get(clerk, invite, query))
        assert f'<option value="{case.candidate.person_id}" selected>' in form
        assert f'value="{basis}"' in form
        seat = sittings.invite(
            actor=clerk, reason="按批复", meeting=case.meeting, person=case.candidate.person, kind=SeatKind.MEMBER,
            basis=basis,
        )  # fmt: skip
        assert seat.basis == basis
        assert f"指定依据：{basis}" in text_of(get(clerk, reverse("meetings:one", args=[case.meeting.pk])))

    @pytest.mark.parametrize(
        ("kind", "said"), [(None, "没有批复不等于同意"), ("noted", "没有批复不等于同意"), ("disagree", "不是同意")]
    )
    def test_a_request_without_approval_designates_nobody(self, kind, said):
        case = Case()
        row = received(case.of, item=fresh(case.item))
        if kind:
            say(case.of, row, kind, "已阅。")
        with pytest.raises(Refused, match=said):
            sittings.invite(
                actor=case.secretary, reason="列入", meeting=case.meeting, person=case.candidate.person,
                kind=SeatKind.MEMBER, basis=f"按{fresh(row).number}请示",
            )  # fmt: skip

    def test_a_number_from_outside_is_taken_at_its_word(self):
        case = Case()
        seat = sittings.invite(
            actor=case.secretary, reason="列入", meeting=case.meeting, person=case.candidate.person,
            kind=SeatKind.MEMBER, basis="省招委〔2026〕9号",
        )  # fmt: skip
        assert seat.basis == "省招委〔2026〕9号"
