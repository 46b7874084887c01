"""Readiness: exactly what is missing, who can fix each, and no way on duty past it."""

from datetime import timedelta

import pytest
import time_machine
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from admissions.accounts.enums import Role
from admissions.core.decision import Refused
from tests.factories.accounts import user_with
from tests.factories.readiness import CourseFactory, PledgeVersionFactory, make_ready, sign, train
from tests.factories.recusal import candidates, declared, fact_about, id_number, relative, ruled
from tests.factories.seasons import InstitutionFactory, OpenSeasonFactory
from tests.factories.workgroups import AppointmentFactory, PostFactory, SeasonFactory, WorkGroupFactory, leader_of
from tests.trail import assert_recorded, assert_refused, setting_up
from workgroups.appointments.enums import AppointmentStatus
from workgroups.appointments.models import Appointment
from workgroups.readiness.conditions import Readiness, ReadinessItem
from workgroups.readiness.rules import READINESS_CLAUSE, can_put_on_duty
from workgroups.readiness.selectors import readiness, readiness_of
from workgroups.readiness.services import activate_appointment

pytestmark = pytest.mark.django_db

WHO = {
    "appointed": "行政秘书",
    "account": "安全管理员",
    "recusal": "本人",
    "training": "本人",
    "pledge": "本人",
}
LABELS = {"appointed": "任命", "account": "账号", "recusal": "回避", "training": "培训", "pledge": "承诺书"}
subsets = st.sets(st.sampled_from(sorted(WHO)))


@pytest.fixture
def season():
    return OpenSeasonFactory()


@pytest.fixture
def course(season):
    return CourseFactory(season=season)


@pytest.fixture
def version(season):
    return PledgeVersionFactory(template__season=season)


@pytest.fixture
def post(season):
    return PostFactory(group=WorkGroupFactory(season=season), rank="leader", headcount_max=500)


@pytest.fixture
def secretary():
    return user_with(Role.SECRETARIAT)


def lacking(missing, post, course, version):
    """An appointment for which exactly these conditions do not hold."""
    row = AppointmentFactory(
        post=post,
        status="proposed" if "appointed" in missing else "pending",
        basis="" if "appointed" in missing else "决议",
    )
    if "recusal" not in missing:
        declared(row.person, post.group.season)
    if "training" not in missing:
        train(row.person, course)
    if "pledge" not in missing:
        sign(row, version)
    if "account" in missing:
        row.person.status = "suspended"
        with setting_up():
            row.person.save()
    return Appointment.objects.select_related("person", "post__group__season").get(pk=row.pk)


items = st.builds(
    ReadinessItem,
    code=st.text(max_size=5),
    label=st.text(min_size=1, max_size=5),
    ok=st.booleans(),
    sentence=st.text(max_size=10),
    who_can_fix=st.text(max_size=5),
)


class TestTheAnswer:
    @given(rows=st.lists(items, max_size=8))
    def test_ready_means_every_condition_and_at_least_one(self, rows):
        state = Readiness(rows)
        assert state.ok == (len(rows) > 0 and not [row for row in rows if not row.ok])
        assert state.missing == [row for row in rows if not row.ok]
        if rows and not state.ok:
            assert (
                state.sentence
                == "还缺："
                + "；".join(f"{row.label}（{row.sentence.rstrip('。')}）" for row in rows if not row.ok)
                + "。"
            )

    def test_no_condition_at_all_is_not_ready(self):
        assert not Readiness([]).ok


class TestEverySubset:
    @settings(max_examples=32)
    @given(missing=subsets)
    def test_lists_exactly_what_is_missing_and_who_can_fix_it(self, missing, post, course, version):
        state = readiness(lacking(missing, post, course, version))
        assert [item.code for item in state.items] == list(LABELS)
        assert {item.code: item.who_can_fix for item in state.missing} == {code: WHO[code] for code in missing}
        assert state.ok == (not missing)
        for item in state.items:
            assert item.label == LABELS[item.code]
            assert item.sentence.endswith("。")
            assert item.ok or item.who_can_fix

    @settings(max_examples=32)
    @given(missing=subsets)
    def test_going_on_duty_is_refused_with_the_same_list(self, missing, post, course, version, secretary):
        row = lacking(missing, post, course, version)
        state = readiness(row)
        if not missing:
            active = activate_appointment(actor=secretary, reason="条件具备", appointment=row)
            assert active.status == AppointmentStatus.ON_DUTY
            assert_recorded("appointments.activate", actor=secretary, target=row, reason="条件具备")
            return
        with pytest.raises(Refused) as caught:
            activate_appointment(actor=secretary, reason="先上岗", appointment=row)
        decision = caught.value.decision
        assert (decision.reason, decision.clause) == (state.sentence, READINESS_CLAUSE)
        for code in WHO:
            assert (f"{LABELS[code]}（" in decision.reason) == (code in missing)
        who = "、".join(dict.fromkeys(WHO[code] for code in LABELS if code in missing))
        assert decision.who_can == f"可由{who}办理。"
        event = assert_refused("appointments.activate", actor=secretary, target=row)
        assert (event.refusal, event.clause) == (state.sentence, READINESS_CLAUSE)
        before = row.status
        row.refresh_from_db()
        assert row.status == before
        assert not row.passages.exists()

    def test_many_at_once_are_the_same_as_one_by_one(self, post, course, version):
        codes = sorted(WHO)
        rows = [lacking(set(codes[:number]), post, course, version) for number in range(len(codes) + 1)]
        together = readiness_of(rows)
        assert together == {row.pk: readiness(row) for row in rows}
        assert [together[row.pk].ok for row in rows] == [True, False, False, False, False, False]


class TestEachCondition:
    """Every way a condition can fail names its own sentence and its own helper."""

    @pytest.fixture
    def row(self, post, course, version):
        return make_ready(AppointmentFactory(post=post), course, version)

    def item(self, row, code):
        fresh = Appointment.objects.select_related("person", "post__group__season").get(pk=row.pk)
        return next(item for item in readiness(fresh).items if item.code == code)

    @pytest.mark.parametrize("status", ["proposed", "ended"])
    def test_not_appointed(self, row, status):
        row.status = status
        with setting_up():
            row.save()
        item = self.item(row, "appointed")
        assert (item.ok, item.who_can_fix) == (False, "行政秘书")
        assert f"“{AppointmentStatus(status).label}”" in item.sentence

    def test_a_fact_waits_for_its_ruling(self, row, season):
        fact_about(row.person, season, kind="institution", key=InstitutionFactory().pk)
        item = self.item(row, "recusal")
        assert (item.ok, item.who_can_fix, item.sentence) == (False, "回避审查员", "有1项回避事项等待裁定。")

    def test_a_confirmed_tie_to_a_college_does_not_bar(self, row, season):
        ruled(
            fact_about(row.person, season, kind="institution", key=InstitutionFactory().pk), superior_order="上级文号"
        )
        assert self.item(row, "recusal").ok

    def test_a_candidate_among_the_relatives_bars_who_is_not_full_time(self, row, season):
        row.person.employment = "seconded"
        with setting_up():
            row.person.save()
        ruled(
            fact_about(row.person, season, kind="candidate", key="h1:aa", is_candidate_relative=True),
            superior_order="上级文号",
        )
        item = self.item(row, "recusal")
        assert (item.ok, item.who_can_fix) == (False, "回避审查员")
        assert "不得参加本年度录取工作" in item.sentence

    def test_relatives_not_compared_yet_are_not_clean(self, post, season, course, version):
        candidates(season, id_number(9))
        row = AppointmentFactory(post=post)
        declared(row.person, season, relative(id_number(1)))
        train(row.person, course)
        sign(row, version)
        item = self.item(row, "recusal")
        assert (item.ok, item.who_can_fix, item.sentence) == (False, "回避审查员", "未核查：申报后尚未比对（1项）。")

    def test_a_relative_without_a_number_is_for_the_person(self, post, season):
        row = AppointmentFactory(post=post)
        declared(row.person, season, relative(None))
        item = self.item(row, "recusal")
        assert (item.ok, item.who_can_fix) == (False, "本人")

    def test_a_pass_out_of_date(self, row, course):
        assert self.item(row, "training").ok
        with time_machine.travel(timezone.now() + timedelta(days=course.valid_days, minutes=1), tick=False):
            item = self.item(row, "training")
        assert (item.ok, item.who_can_fix, item.url) == (
            False,
            "本人",
            reverse("training:course", args=[course.pk]),
        )

    def test_no_course_is_for_the_training_officer(self, season, post):
        item = self.item(AppointmentFactory(post=post), "training")
        assert (item.ok, item.who_can_fix) == (False, "培训管理员")

    def test_no_pledge_is_for_the_secretariat(self, season, post):
        item = self.item(AppointmentFactory(post=post), "pledge")
        assert (item.ok, item.who_can_fix) == (False, "行政秘书")

    def test_a_member_waits_for_the_leader_by_name(self, season, version):
        group = WorkGroupFactory(season=season)
        leader = leader_of(group)
        member = AppointmentFactory(post=PostFactory(group=group))
        item = self.item(member, "pledge")
        assert (item.ok, item.who_can_fix) == (False, f"{leader.person.name}（{leader.post}）")
        sign(leader, version)
        assert self.item(member, "pledge").who_can_fix == "本人"

    def test_a_post_that_needs_neither(self, season):
        row = AppointmentFactory(post__group__season=season, post__needs_pledge=False, post__needs_training=False)
        declared(row.person, season)
        assert readiness(Appointment.objects.get(pk=row.pk)).ok


class TestWhoMayActivate:
    @pytest.fixture
    def row(self, season, course, version):
        group = WorkGroupFactory(season=season)
        return make_ready(AppointmentFactory(post=PostFactory(group=group)), course, version)

    def test_the_leader_and_the_leader_above_but_no_other(self, row, season):
        above = WorkGroupFactory(season=season)
        row.post.group.parent = above
        with setting_up():
            row.post.group.save()
        own = leader_of(row.post.group, status="on_duty")
        high = leader_of(above, status="on_duty")
        aside = leader_of(WorkGroupFactory(season=season), status="on_duty")
        colleague = AppointmentFactory(post=row.post, status="on_duty")
        answers = [can_put_on_duty(actor.person, row).ok for actor in (own, high, aside, colleague)]
        assert answers == [True, True, False, False]

    @pytest.mark.parametrize("role", list(Role))
    def test_of_the_roles_only_the_secretariat(self, row, role):
        assert can_put_on_duty(user_with(role), row).ok == (role == Role.SECRETARIAT)

    def test_not_oneself(self, season, course, version, secretary):
        row = make_ready(AppointmentFactory(person=secretary, post__group__season=season), course, version)
        with pytest.raises(Refused, match="不能为自己办理上岗"):
            activate_appointment(actor=secretary, reason="自己", appointment=row)

    def test_a_leader_who_only_waits_leads_nobody(self, row):
        assert not can_put_on_duty(leader_of(row.post.group, status="pending").person, row).ok

    @pytest.mark.parametrize("status", AppointmentStatus)
    def test_only_from_pending_and_suspended(self, row, status, secretary):
        row.status = status
        with setting_up():
            row.save()
        assert can_put_on_duty(secretary, row).ok == (status in ("pending", "suspended"))

    @pytest.mark.parametrize(("first", "last"), [(1, 2), (-3, -1)])
    def test_not_outside_the_period(self, row, secretary, first, last):
        now = timezone.now()
        row.period = DateTimeTZRange(now + timedelta(days=first), now + timedelta(days=last))
        with setting_up():
            row.save()
        with pytest.raises(Refused, match="不在任职期间内"):
            activate_appointment(actor=secretary, reason="上岗", appointment=row)

    def test_back_on_duty_only_while_still_ready(self, row, season, secretary):
        row.status = "suspended"
        with setting_up():
            row.save()
        fact_about(row.person, season, kind="institution", key=InstitutionFactory().pk)
        with pytest.raises(Refused, match="等待裁定"):
            activate_appointment(actor=secretary, reason="恢复", appointment=row)
        assert Appointment.objects.get(pk=row.pk).status == "suspended"


class TestPages:
    def test_overview_counts_people_where_they_stand_and_names_what_is_missing(
        self, client, season, course, version, post, secretary
    ):
        on_duty = make_ready(AppointmentFactory(post=post, status="on_duty"), course, version)
        make_ready(AppointmentFactory(post=post), course, version)
        waiting = AppointmentFactory(post=post)
        lapsed = AppointmentFactory(post=post, status="on_duty")
        AppointmentFactory(post=post, status="suspended")
        AppointmentFactory(post=post, status="ended")
        AppointmentFactory(post__group__season=SeasonFactory())
        client.force_login(secretary)
        context = client.get(reverse("readiness:overview")).context
        assert context["chart_rows"] == [[post.group.name, 2, 1, 1, 1]]
        assert (context["total"], [row.pk for row, _ in context["lapsed"]]) == (5, [lapsed.pk])
        assert waiting.pk in [row.pk for row, _ in context["not_ready"]]
        assert on_duty.pk not in [row.pk for row, _ in context["not_ready"] + context["lapsed"]]

    def test_nobody_the_reader_is_recused_from_is_shown_or_counted(self, client, season, post, secretary):
        hidden = AppointmentFactory(post=post, person__name="隐去某")
        shown = AppointmentFactory(post=post, person__name="可见某")
        fact_about(secretary, season, key=hidden.person_id)
        client.force_login(secretary)
        answer = client.get(reverse("readiness:overview"))
        assert (answer.context["total"], "隐去某" in answer.content.decode()) == (1, False)
        assert shown.person.name in answer.content.decode()

    def test_the_button_says_what_is_missing(self, client, post, secretary):
        row = AppointmentFactory(post=post)
        client.force_login(secretary)
        page = client.get(reverse("appointments:one", args=[row.pk])).content.decode()
        assert "还缺：回避（尚未申报回避）；培训（" in page
        refused = client.get(reverse("readiness:activate", args=[row.pk]))
        assert (refused.status_code, "还缺：" in refused.content.decode()) == (403, True)

    def test_activating_through_the_page(self, client, post, course, version, secretary):
        row = make_ready(AppointmentFactory(post=post), course, version)
        client.force_login(secretary)
        answer = client.post(reverse("readiness:activate", args=[row.pk]), {"reason": "条件具备"})
        assert answer.status_code == 302
        row.refresh_from_db()
        assert row.status == "on_duty"
        event = assert_recorded("appointments.activate", actor=secretary, target=row)
        assert (event.clause, event.person_id) == (READINESS_CLAUSE, row.person_id)
