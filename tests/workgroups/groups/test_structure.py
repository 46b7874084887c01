"""Groups, posts, duties, incompatible pairs: by command, and what the database keeps by itself."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from admissions.accounts.enums import Role
from admissions.core.decision import Refused
from admissions.seasons.lifecycle.enums import SeasonStatus
from tests.factories.accounts import UserFactory, user_with
from tests.factories.recusal import fact_about
from tests.factories.rulebook import clause_in_force
from tests.factories.seasons import OpenSeasonFactory
from tests.factories.workgroups import (
    AppointmentFactory,
    PostFactory,
    SeasonFactory,
    WorkGroupFactory,
    leader_of,
)
from tests.races import together
from tests.trail import assert_recorded, assert_refused, setting_up
from workgroups.groups import rules, services
from workgroups.groups.enums import GROUP_TRANSITIONS, GroupStatus
from workgroups.groups.headcount import busiest, covers
from workgroups.groups.models import LEVELS, PostDuty, PostIncompatibility, Step, StepDuty, WorkGroup

pytestmark = pytest.mark.django_db
START = timezone.now()
POST = {
    "name": "录检员",
    "rank": "member",
    "headcount_min": 1,
    "headcount_max": 2,
    "authority_limit": "不能单独退档",
    "needs_pledge": True,
    "needs_training": True,
    "secrecy": "internal",
    "order": 0,
}


def days(first, last=None):
    upper = None if last is None else START + timedelta(days=last)
    return DateTimeTZRange(START + timedelta(days=first), upper)


@pytest.fixture
def season():
    return OpenSeasonFactory()


@pytest.fixture
def secretary():
    return user_with(Role.SECRETARIAT)


def create(actor, season, name="录取管理组", parent=None):
    return services.create_group(
        actor=actor, reason="按方案", season=season, kind="admission", name=name, parent=parent
    )


def move_to(actor, group, parent, name=None):
    return services.change_group(
        actor=actor,
        reason="调整",
        group=group,
        kind=group.kind,
        name=name or group.name,
        parent=parent,
        charter=group.charter,
        order=0,
    )


class TestGroups:
    def test_life_of_a_group(self, season, secretary):
        group = create(secretary, season)
        assert (group.status, assert_recorded("groups.create", target=group).group_id) == ("draft", group.pk)
        with pytest.raises(Refused, match="还没有组长岗位"):
            services.activate_group(actor=secretary, reason="运行", group=group)
        services.define_post(actor=secretary, reason="定岗", group=group, fields={**POST, "rank": "leader"})
        assert services.activate_group(actor=secretary, reason="运行", group=group).status == "active"
        with pytest.raises(Refused, match="已在运行"):
            services.activate_group(actor=secretary, reason="运行", group=group)
        assert services.dissolve_group(actor=secretary, reason="季终", group=group).status == "dissolved"
        assert_recorded("groups.dissolve", actor=secretary, target=group, reason="季终")

    @pytest.mark.parametrize("role", [role for role in Role if role != Role.SECRETARIAT])
    def test_only_the_secretariat_shapes(self, season, role):
        actor, group = user_with(role), WorkGroupFactory(season=season)
        post = PostFactory(group=group)
        answers = [
            rules.can_shape_season(actor, season),
            rules.can_change_group(actor, group),
            rules.can_activate_group(actor, group),
            rules.can_dissolve_group(actor, group),
            rules.can_change_post(actor, post),
            rules.can_abolish_post(actor, post),
        ]
        assert not any(answers)
        assert {answer.who_can for answer in answers} == {"请联系行政秘书办理。"}
        with pytest.raises(Refused):
            create(actor, season)
        assert_refused("groups.create", actor=actor)

    def test_a_secretary_of_another_season_does_not(self, season):
        actor = user_with(Role.SECRETARIAT, season=SeasonFactory())
        assert not rules.can_shape_season(actor, season).ok

    def test_a_closed_season_stays_as_it_is(self, secretary):
        closed = SeasonFactory(status=SeasonStatus.CLOSED)
        with pytest.raises(Refused, match="录取季已结束"):
            create(secretary, closed)

    def test_one_name_a_season(self, season, secretary):
        create(secretary, season)
        with pytest.raises(ValidationError, match="已有同名工作组"):
            create(secretary, season)
        assert create(secretary, SeasonFactory()).pk
        other = create(secretary, season, "信访接待组")
        with (
            pytest.raises(IntegrityError, match="workgroup_name_once"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("UPDATE groups_workgroup SET name = '录取管理组' WHERE id = %s", [other.pk])

    def test_what_was_dissolved_stays(self, secretary):
        group = WorkGroupFactory(status="dissolved")
        for act in (
            lambda: move_to(secretary, group, None, "新名"),
            lambda: services.activate_group(actor=secretary, reason="复活", group=group),
            lambda: services.define_post(actor=secretary, reason="定岗", group=group, fields=POST),
        ):
            with pytest.raises(Refused, match="已撤销，不能再改"):
                act()
        assert GROUP_TRANSITIONS[GroupStatus.DISSOLVED] == set()

    @pytest.mark.parametrize("status", ["proposed", "pending", "on_duty", "suspended"])
    def test_not_dissolved_while_somebody_sits_there(self, secretary, status):
        row = AppointmentFactory(status=status)
        with pytest.raises(Refused, match="还有岗位有人任职") as caught:
            services.dissolve_group(actor=secretary, reason="撤", group=row.post.group)
        assert caught.value.decision.who_can == rules.HAND_OVER_FIRST
        with setting_up():
            row.status = "ended"
            row.save()
        assert services.dissolve_group(actor=secretary, reason="撤", group=row.post.group).status == "dissolved"

    def test_not_dissolved_over_groups_below_or_steps_of_the_matrix(self, season, secretary):
        group = WorkGroupFactory(season=season)
        below = WorkGroupFactory(season=season, parent=group)
        with pytest.raises(Refused, match="还有下级工作组"):
            services.dissolve_group(actor=secretary, reason="撤", group=group)
        services.dissolve_group(actor=secretary, reason="撤", group=below)
        post = PostFactory(group=group)
        with setting_up():
            step = Step(season=season, stage="checking", name="录退审查")
            step.save()
            StepDuty(step=step, post=post, letter="A").save()
        for act in (
            lambda: services.dissolve_group(actor=secretary, reason="撤", group=group),
            lambda: services.abolish_post(actor=secretary, reason="撤", post=post),
        ):
            with pytest.raises(Refused, match="“录退审查”还由此承担"):
                act()


class TestTree:
    def test_not_below_itself(self, season, secretary):
        top = WorkGroupFactory(season=season)
        middle = WorkGroupFactory(season=season, parent=top)
        low = WorkGroupFactory(season=season, parent=middle)
        for parent in (top, middle, low):
            with pytest.raises(Refused, match="不能是自己或自己的下级"):
                move_to(secretary, top, parent)
        assert move_to(secretary, low, top).parent == top
        with (
            pytest.raises(IntegrityError, match="workgroup_not_own_parent"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("UPDATE groups_workgroup SET parent_id = id WHERE id = %s", [top.pk])

    def test_not_under_another_season_or_a_dissolved_group(self, season, secretary):
        with pytest.raises(Refused, match="不属于本录取季"):
            create(secretary, season, parent=WorkGroupFactory())
        with pytest.raises(Refused, match="上级工作组已撤销"):
            create(secretary, season, parent=WorkGroupFactory(season=season, status="dissolved"))

    def test_five_levels(self, season, secretary):
        groups = [None]
        for level in range(LEVELS):
            groups.append(create(secretary, season, f"第{level}级", groups[-1]))
        with pytest.raises(Refused, match="最多5级"):
            create(secretary, season, "太深", groups[-1])
        pair = create(secretary, season, "旁支")
        create(secretary, season, "旁支下级", pair)
        with pytest.raises(Refused, match="最多5级"):
            move_to(secretary, pair, groups[4])
        assert move_to(secretary, pair, groups[3]).parent == groups[3]


class TestPosts:
    @pytest.fixture
    def post(self, season):
        return PostFactory(group=WorkGroupFactory(season=season), headcount_max=2)

    def change(self, actor, post, **fields):
        return services.change_post(actor=actor, reason="调整", post=post, fields=fields)

    def test_defining_and_changing(self, season, secretary):
        group = WorkGroupFactory(season=season)
        post = services.define_post(actor=secretary, reason="定岗", group=group, fields=POST)
        assert {name: getattr(post, name) for name in POST} == POST
        assert assert_recorded("posts.define", target=post).group_id == group.pk
        assert self.change(secretary, post, authority_limit="双人复核").authority_limit == "双人复核"
        with pytest.raises(ValidationError, match="本组已有同名岗位"):
            services.define_post(actor=secretary, reason="定岗", group=group, fields=POST)

    @pytest.mark.parametrize(("least", "most"), [(3, 2), (0, 0), (1, 0)])
    def test_headcount_in_order_by_form_of_the_row_and_by_sql(self, secretary, post, least, most):
        with pytest.raises(ValidationError):
            self.change(secretary, post, headcount_min=least, headcount_max=most)
        with (
            pytest.raises(IntegrityError, match="post_headcount_in_order"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(
                "UPDATE groups_post SET headcount_min = %s, headcount_max = %s WHERE id = %s",
                [least, most, post.pk],
            )

    def test_not_fewer_seats_than_people_at_the_busiest_moment(self, secretary, post):
        AppointmentFactory(post=post, period=days(0, 10))
        AppointmentFactory(post=post, period=days(5, 15))
        AppointmentFactory(post=post, period=days(20, 30))
        with pytest.raises(Refused, match="不能改少"):
            self.change(secretary, post, headcount_max=1)
        with (
            pytest.raises(IntegrityError, match="has 2 holders"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("UPDATE groups_post SET headcount_max = 1 WHERE id = %s", [post.pk])

    def test_fewer_seats_when_people_follow_one_another(self, secretary, post):
        AppointmentFactory(post=post, period=days(0, 10))
        AppointmentFactory(post=post, period=days(10, 20))
        AppointmentFactory(post=post, period=days(0, 20), status="ended")
        assert self.change(secretary, post, headcount_max=1).headcount_max == 1

    def test_abolishing(self, secretary, post):
        row = AppointmentFactory(post=post)
        with pytest.raises(Refused, match="还有人任职"):
            services.abolish_post(actor=secretary, reason="撤", post=post)
        with setting_up():
            row.status = "ended"
            row.save()
        assert services.abolish_post(actor=secretary, reason="撤", post=post).is_abolished
        for act in (
            lambda: self.change(secretary, post, name="新名"),
            lambda: services.add_duty(actor=secretary, reason="加", post=post, text="职责"),
        ):
            with pytest.raises(Refused, match="岗位已撤销"):
                act()

    def test_duties_with_their_clause(self, client, secretary, post):
        clause = clause_in_force("须双人复核。", clause__title="双人复核")
        client.force_login(secretary)
        address = reverse("groups:post-duty-add", args=[post.pk])
        answer = client.post(address, {"text": "复核录退意见", "clause_id": clause.pk, "reason": "按条款"})
        assert answer.status_code == 302
        (duty,) = post.duties.all()
        assert (duty.text, duty.clause, duty.order) == ("复核录退意见", clause, 1)
        page = client.get(reverse("groups:post", args=[post.pk])).content.decode()
        assert "复核录退意见" in page
        assert clause.citation in page
        services.remove_duty(actor=secretary, reason="改岗", duty=duty)
        assert not post.duties.exists()
        assert_recorded("posts.remove_duty", actor=secretary)
        kept = PostDuty.history.filter(text="复核录退意见").order_by("history_date")
        assert [row.history_type for row in kept] == ["+", "-"]


class TestIncompatible:
    @pytest.fixture
    def posts(self, season):
        group = WorkGroupFactory(season=season, name="录取管理组")
        return [PostFactory(group=group, name=name) for name in ("录入", "复核")]

    def declare(self, actor, one, other):
        return services.declare_incompatible(actor=actor, reason="须由不同的人承担", post=one, other=other)

    def test_either_way_round_it_is_one_pair(self, secretary, posts):
        pair = self.declare(secretary, *reversed(posts))
        assert (pair.first, pair.second, pair.why) == (*posts, "须由不同的人承担")
        with pytest.raises(ValidationError, match="已登记为不相容"):
            self.declare(secretary, *posts)
        services.lift_incompatible(actor=secretary, reason="合并岗位", pair=pair)
        assert not PostIncompatibility.objects.exists()
        assert_recorded("posts.lift_incompatible", actor=secretary, reason="合并岗位")

    def test_not_with_itself_and_not_across_seasons(self, secretary, posts):
        with pytest.raises(ValidationError, match="两个岗位不能相同"):
            self.declare(secretary, posts[0], posts[0])
        with pytest.raises(Refused, match="同一录取季"):
            self.declare(secretary, posts[0], PostFactory())

    def test_not_with_an_abolished_post(self, secretary, posts):
        services.abolish_post(actor=secretary, reason="撤", post=posts[1])
        with pytest.raises(Refused, match="岗位已撤销"):
            self.declare(secretary, *posts)

    def test_not_while_somebody_holds_both_by_rule_and_by_sql(self, secretary, posts):
        person = UserFactory(name="示例甲")
        rows = [AppointmentFactory(person=person, post=post, period=days(0, 9)) for post in posts]
        with pytest.raises(Refused, match="示例甲在同一时间任这两个岗位"):
            self.declare(secretary, *posts)
        with (
            pytest.raises(IntegrityError, match="somebody holds both posts"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(
                "INSERT INTO groups_postincompatibility (revision, first_id, second_id, why) VALUES (1, %s, %s, '试')",
                [post.pk for post in posts],
            )
        with setting_up():
            rows[1].period = days(9, 12)
            rows[1].save()
        assert self.declare(secretary, *posts).pk

    def test_whom_one_is_recused_from_is_not_named(self, season, secretary, posts):
        person = UserFactory(name="示例甲")
        for post in posts:
            AppointmentFactory(person=person, post=post)
        fact_about(secretary, season, key=person.pk)
        with pytest.raises(Refused, match="有人在同一时间任这两个岗位") as caught:
            self.declare(secretary, *posts)
        assert "示例甲" not in str(caught.value)

    def test_the_page_of_either_post_names_the_other(self, client, secretary, posts):
        self.declare(secretary, *posts)
        client.force_login(secretary)
        for one, other in (posts, reversed(posts)):
            assert str(other) in client.get(reverse("groups:post", args=[one.pk])).content.decode()


periods = st.lists(
    st.tuples(st.integers(0, 20), st.one_of(st.none(), st.integers(1, 8))).map(
        lambda pair: days(pair[0], None if pair[1] is None else pair[0] + pair[1])
    ),
    max_size=7,
)


@settings(max_examples=100)
@given(held=periods, within=st.tuples(st.integers(0, 20), st.integers(1, 8)))
def test_busiest_is_the_greatest_number_on_any_day(held, within):
    """Against counting day by day; periods begin and end on whole days."""
    every_day = [START + timedelta(days=day) for day in range(40)]
    span = days(within[0], sum(within))
    assert busiest(held) == max(sum(covers(p, day) for p in held) for day in every_day)
    inside = [day for day in every_day if covers(span, day)]
    assert busiest(held, span) == max(sum(covers(p, day) for p in held) for day in inside)


@pytest.mark.django_db(transaction=True)
class TestTwoOfficesAtOnce:
    """Whoever comes second reads why; the tree never closes into a ring."""

    def test_two_groups_are_not_moved_below_each_other(self):
        season = OpenSeasonFactory()
        one, other = WorkGroupFactory(season=season), WorkGroupFactory(season=season)
        offices = [user_with(Role.SECRETARIAT) for _ in range(2)]
        results = together(
            lambda: move_to(offices[0], one, other),
            lambda: move_to(offices[1], other, one),
        )
        (refusal,) = [result for result in results if isinstance(result, Refused)]
        assert "不能是自己或自己的下级" in refusal.decision.reason
        assert WorkGroup.objects.filter(parent__isnull=True).count() == 1

    def test_no_group_is_set_up_below_one_that_is_being_dissolved(self):
        season = OpenSeasonFactory()
        parent = WorkGroupFactory(season=season)
        offices = [user_with(Role.SECRETARIAT) for _ in range(2)]
        results = together(
            lambda: services.dissolve_group(actor=offices[0], reason="撤", group=parent),
            lambda: create(offices[1], season, "新组", WorkGroup.objects.get(pk=parent.pk)),
        )
        assert len([result for result in results if isinstance(result, Refused)]) == 1
        parent.refresh_from_db()
        assert (parent.status == "dissolved") != parent.children.exists()


class TestPages:
    def test_group_list_counts_and_leader_without_the_recused(self, client, season, secretary):
        group = WorkGroupFactory(season=season, name="录取管理组")
        hidden = leader_of(group, status="on_duty", person__name="隐去组长").person
        AppointmentFactory(post=PostFactory(group=group), status="pending")
        client.force_login(secretary)
        row = client.get(reverse("groups:list")).context["table"].rows[0].record
        assert (row.leader, row.post_count, row.people_count, row.duty_count) == ("隐去组长", 2, 2, 1)
        fact_about(secretary, season, key=hidden.pk)
        answer = client.get(reverse("groups:list"))
        row = answer.context["table"].rows[0].record
        assert (row.leader, row.people_count, row.duty_count) == (None, 1, 0)
        assert "隐去组长" not in answer.content.decode()
        assert "隐去组长" not in client.get(reverse("groups:one", args=[group.pk])).content.decode()

    def test_tree_order_and_depth(self, client, season, secretary):
        top = WorkGroupFactory(season=season, name="顶", order=2)
        WorkGroupFactory(season=season, name="另", order=1)
        low = WorkGroupFactory(season=season, name="底", order=0, parent=top)
        client.force_login(secretary)
        table = client.get(reverse("groups:list")).context["table"]
        assert [(row.record.name, row.record.depth) for row in table.rows] == [("另", 0), ("顶", 0), (low.name, 1)]

    def test_creating_through_the_page(self, client, season, secretary):
        client.force_login(secretary)
        answer = client.post(
            reverse("groups:create"),
            {"name": "信息技术组", "kind": "technology", "order": "3", "reason": "按方案"},
        )
        group = WorkGroup.objects.get(name="信息技术组")
        assert answer.url == reverse("groups:one", args=[group.pk])
        assert (group.season, group.kind, group.order) == (season, "technology", 3)
