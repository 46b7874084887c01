"""Whom the superior could designate, and that nobody decides in a body without belonging to it or being designated."""

import pytest
from django.db import IntegrityError, connection, transaction

from admissions.accounts.models import User
from admissions.core.decision import Refused
from tests.factories.accounts import UserFactory
from tests.factories.meetings import DESIGNATED, body, its_time, prepared, proposed, resolved, seat
from tests.factories.readiness import CourseFactory, PledgeVersionFactory, make_ready
from tests.factories.recusal import fact_about
from tests.factories.seasons import InstitutionFactory
from tests.factories.workgroups import AppointmentFactory, PostFactory, WorkGroupFactory, leader_of
from tests.races import together
from tests.trail import assert_recorded, assert_refused, setting_up
from workgroups.groups.enums import GroupKind, PostRank
from workgroups.meetings.document import attendance, facts_of
from workgroups.meetings.enums import SeatKind
from workgroups.meetings.models import AgendaItem, Seat
from workgroups.meetings.printing import attendance_lines
from workgroups.meetings.services import agenda, sittings
from workgroups.meetings.substitutes import can_read_substitutes, lacks_members, standing_of, substitutes
from workgroups.pledges.models import PledgeVersion
from workgroups.training.models import Course

pytestmark = pytest.mark.django_db


def again(record):
    return type(record)._default_manager.get(pk=record.pk)


def invited(of, meeting, person, kind=SeatKind.MEMBER, basis=""):
    return sittings.invite(actor=of.secretary, reason="列入", meeting=meeting, person=person, kind=kind, basis=basis)


def asked(of, *recused, **fields):
    """An item on the agenda of a meeting being prepared, from which some keep away."""
    item = proposed(of, **fields)
    meeting = prepared(of)
    agenda.schedule_item(actor=of.secretary, reason="列入", item=item, meeting=meeting)
    for person in recused:
        agenda.recuse_from_item(actor=of.secretary, reason="亲属", item=again(item), person=person)
    return AgendaItem.objects.select_related("matter", "group__season", "meeting__group__season").get(pk=item.pk)


class TestSeats:
    def test_who_does_not_belong_needs_a_document(self):
        of, outsider = body(), UserFactory()
        meeting = prepared(of)
        for basis in ("", "省招委口头同意"):
            with pytest.raises(Refused, match="须有上级指定的依据"):
                invited(of, meeting, outsider, basis=basis)
        row = invited(of, meeting, outsider, basis=f" {DESIGNATED} ")
        assert (row.basis, row.appointment) == (DESIGNATED, None)
        assert assert_recorded("meetings.invite", target=row).details["ground"] == DESIGNATED

    def test_observers_and_members_of_the_body_need_none(self):
        of = body()
        meeting = prepared(of)
        assert invited(of, meeting, UserFactory(), SeatKind.OBSERVER).basis == ""
        post = PostFactory(group=of.group)
        late = AppointmentFactory(post=post, status="on_duty")
        row = invited(of, meeting, late.person, basis=DESIGNATED)
        assert (row.appointment, row.basis) == (late, "")

    def test_an_own_resolution_is_no_designation_once_it_is_stale(self, settings, tmp_path):
        settings.MEDIA_ROOT = tmp_path
        of, outsider = body(3), UserFactory()
        resolution = resolved(of, proposed(of))
        meeting = prepared(of, "第二次会议")
        with pytest.raises(Refused, match="没有编号为"):
            invited(of, meeting, outsider, basis=resolution.number.replace("1号", "99号"))
        assert invited(of, meeting, outsider, basis=resolution.number).basis == resolution.number

    @pytest.mark.parametrize("reverse", [False, True])
    def test_who_must_keep_away_from_a_member_is_not_designated(self, reverse):
        of, outsider = body(), UserFactory()
        meeting = prepared(of)
        pair = (of.head, outsider) if reverse else (outsider, of.head)
        fact_about(pair[0], of.group.season, kind="person", key=pair[1].pk, state="confirmed")
        with pytest.raises(Refused, match="与参会成员之间应当回避"):
            invited(of, meeting, outsider, basis=DESIGNATED)
        assert_refused("meetings.invite", actor=of.secretary)
        assert invited(of, meeting, outsider, SeatKind.OBSERVER).kind == SeatKind.OBSERVER

    def test_the_database_keeps_it_past_every_rule(self):
        of, outsider = body(), UserFactory()
        meeting = prepared(of)
        row = invited(of, meeting, outsider, SeatKind.OBSERVER)
        for change in ("kind = 'member'", "kind = 'head'"):
            with (
                pytest.raises(IntegrityError, match="须写明上级指定的依据"),
                transaction.atomic(),
                connection.cursor() as sql,
            ):
                sql.execute(f"UPDATE meetings_seat SET {change} WHERE id = %s", [row.pk])
        with setting_up(), pytest.raises(IntegrityError, match="须写明上级指定的依据"), transaction.atomic():
            Seat(meeting=meeting, person=UserFactory(), kind=SeatKind.MEMBER, name="某").save()
        designated = invited(of, meeting, UserFactory(), basis=DESIGNATED)
        with (
            pytest.raises(IntegrityError, match="须写明上级指定的依据"),
            transaction.atomic(),
            connection.cursor() as sql,
        ):
            sql.execute("UPDATE meetings_seat SET basis = '' WHERE id = %s", [designated.pk])

    def test_a_roll_from_before_can_still_be_used(self):
        """Signing in saves the seat; only a change of capacity is asked about."""
        of, outsider = body(), UserFactory()
        meeting = prepared(of)
        with connection.cursor() as sql:
            sql.execute("SET CONSTRAINTS ALL IMMEDIATE")
            sql.execute("ALTER TABLE meetings_seat DISABLE TRIGGER seat_voting_by_right")
            sql.execute("SET CONSTRAINTS ALL DEFERRED")
        with setting_up():
            row = Seat(meeting=meeting, person=outsider, kind=SeatKind.MEMBER, name="旧员", order=9)
            row.save()
        with connection.cursor() as sql:
            sql.execute("SET CONSTRAINTS ALL IMMEDIATE")
            sql.execute("ALTER TABLE meetings_seat ENABLE TRIGGER seat_voting_by_right")
            sql.execute("SET CONSTRAINTS ALL DEFERRED")
        agenda.schedule_item(actor=of.secretary, reason="列入", item=proposed(of), meeting=meeting)
        meeting = its_time(sittings.convene(actor=of.secretary, reason="通知", meeting=meeting))
        assert sittings.be_present(actor=outsider, reason="签到", seat=again(row), kind="present").kind == "present"

    def test_roll_and_minutes_name_the_document(self):
        of, outsider = body(), UserFactory(name="外某")
        meeting = prepared(of)
        invited(of, meeting, outsider, basis=DESIGNATED)
        agenda.schedule_item(actor=of.secretary, reason="列入", item=proposed(of), meeting=meeting)
        meeting = its_time(sittings.convene(actor=of.secretary, reason="通知", meeting=meeting))
        sittings.be_present(actor=outsider, reason="签到", seat=seat(meeting, outsider), kind="present")
        facts = facts_of(again(meeting))
        assert [row for row in facts["attendance"]["出席"] if "basis" in row] == [
            {"name": "外某", "post": outsider.title, "excuse": "", "basis": DESIGNATED}
        ]
        assert attendance_lines(facts)[-1] == f"上级指定：外某（依据：{DESIGNATED}）"
        assert len(attendance(meeting)["缺席"]) == 3


@pytest.mark.django_db(transaction=True)
def test_the_same_person_invited_twice_at_once_sits_once():
    of, outsider = body(), UserFactory()
    meeting = prepared(of)
    results = together(*(lambda: invited(of, meeting, outsider, basis=DESIGNATED) for _ in range(2)))
    assert sorted(type(result).__name__ for result in results) != ["Seat", "Seat"]
    assert Seat.objects.filter(meeting=meeting, person=outsider).count() == 1


class TestProposed:
    def people(self, of):
        """One of each nearness, all fit for their posts."""
        season = of.group.season
        course, version = CourseFactory(season=season), PledgeVersionFactory(template__season=season)
        above = WorkGroupFactory(season=season, kind=GroupKind.OTHER, name="省招委办")
        with setting_up():
            of.group.parent = above
            of.group.save()
        other = WorkGroupFactory(season=season)
        rows = {
            "身边": AppointmentFactory(post=PostFactory(group=of.group, order=9), status="on_duty"),
            "上级": AppointmentFactory(post=PostFactory(group=above), status="on_duty"),
            "组长": leader_of(other, status="on_duty"),
            "副组长": AppointmentFactory(post=PostFactory(group=other, rank=PostRank.DEPUTY), status="on_duty"),
        }
        for row in rows.values():
            make_ready(row, course, version)
        return rows

    def test_in_the_order_of_nearness_then_of_use_and_why_others_may_not(self):
        of = body()
        season, college = of.group.season, InstitutionFactory()
        rows = self.people(of)
        item = asked(of, of.members[0], institution=college)
        sittings.uninvite(actor=of.secretary, reason="移出", seat=seat(item.meeting, rows["身边"].person))
        often = leader_of(WorkGroupFactory(season=season), status="on_duty")
        unready = leader_of(WorkGroupFactory(season=season), status="on_duty")
        watches = leader_of(WorkGroupFactory(season=season, kind=GroupKind.SUPERVISION), status="on_duty")
        make_ready(often, Course.objects.get(season=season), PledgeVersion.objects.get(template__season=season))
        invited(of, prepared(of, "前次会议"), often.person, basis=DESIGNATED)
        fact_about(rows["副组长"].person, season, kind="institution", key=college.pk, state="confirmed")
        found = substitutes(User.objects.get(pk=of.secretary.pk), item)
        assert [(row.person, row.nearness.rank, row.served, row.decision.reason) for row in found] == [
            (rows["身边"].person, 1, 0, ""),
            (rows["上级"].person, 2, 0, ""),
            (rows["组长"].person, 3, 0, ""),
            (often.person, 3, 1, ""),
            (unready.person, 3, 0, "回避未核清。"),
            (rows["副组长"].person, 4, 0, "须回避本议题。"),
        ]
        assert watches.person not in [row.person for row in found]

    def test_kept_apart_from_who_decides_but_not_from_who_keeps_away(self):
        of = body()
        rows = self.people(of)
        item = asked(of, of.members[0])
        fact_about(rows["组长"].person, of.group.season, kind="person", key=of.members[0].pk, state="confirmed")
        fact_about(of.head, of.group.season, kind="person", key=rows["上级"].person_id, state="confirmed")
        found = {row.person: row.decision.reason for row in substitutes(User.objects.get(pk=of.secretary.pk), item)}
        assert found[rows["组长"].person] == ""
        assert found[rows["上级"].person] == "与参会成员之间应当回避。"

    def test_whoever_the_item_is_about_does_not_decide_it(self):
        of = body()
        rows = self.people(of)
        item = asked(of, of.members[0], subject_person=rows["上级"].person)
        found = {row.person: row.decision.reason for row in substitutes(User.objects.get(pk=of.secretary.pk), item)}
        assert found[rows["上级"].person] == "须回避本议题。"

    def test_the_reader_finds_nobody_they_keep_away_from(self):
        of = body()
        rows = self.people(of)
        item = asked(of, of.members[0])
        fact_about(of.secretary, of.group.season, kind="person", key=rows["上级"].person_id)
        names = [row.person for row in substitutes(User.objects.get(pk=of.secretary.pk), item)]
        assert rows["上级"].person not in names and rows["组长"].person in names


class TestWhoReads:
    def test_the_office_and_the_head_while_it_is_undecided(self):
        of = body()
        item = asked(of, of.members[0])
        assert can_read_substitutes(of.secretary, item).ok
        assert can_read_substitutes(of.head, item).ok
        for person in (of.members[1], of.supervisor):
            assert not can_read_substitutes(person, item).ok
        fresh = proposed(of, title="另一项")
        assert "没有列入议程" in can_read_substitutes(of.secretary, fresh).reason

    def test_a_head_who_keeps_away_reads_nothing(self):
        of = body()
        item = asked(of, of.head)
        assert "已在本议题回避" in can_read_substitutes(of.head, item).reason

    def test_the_standing_of_the_body(self):
        of = body(3)
        item = asked(of, of.members[0])
        invited(of, again(item.meeting), UserFactory(name="外某"), basis=DESIGNATED)
        words = dict(standing_of(item))
        assert lacks_members(item)
        assert (words["应到成员"], words["能参加审议"], words["须回避"]) == ("4人", "3人", of.members[0].name)
        assert words["上级已指定"] == f"外某（{DESIGNATED}）"
        assert not lacks_members(proposed(of, title="另一项"))
