"""Who could deputise, in what order, and why others may not: the list says what the command would answer."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from admissions.accounts.enums import Role
from admissions.accounts.models import User
from admissions.core.decision import allow, deny
from tests.factories.accounts import UserFactory, user_with
from tests.factories.readiness import AttemptFactory, CourseFactory, train
from tests.factories.recusal import declared, fact_about
from tests.factories.seasons import OpenSeasonFactory
from tests.factories.workgroups import AppointmentFactory, PostFactory, WorkGroupFactory, incompatible
from tests.sizes import SIZES
from tests.trail import assert_recorded, setting_up
from workgroups.appointments.enums import RightArea
from workgroups.appointments.models import Appointment
from workgroups.duty.models import Delegation
from workgroups.duty.rules import can_deputise
from workgroups.duty.services import delegate
from workgroups.duty.substitutes import Nearness, deputies_for, ranked
from workgroups.duty.views import SHOWN
from workgroups.groups.models import Post

ROWS = st.lists(st.tuples(st.integers(1, 4), st.integers(1, 5), st.integers(0, 3), st.booleans()), max_size=12)


@given(ROWS, st.dictionaries(st.integers(1, 5), st.integers(0, 9)))
def test_ranked_gives_everybody_once_by_the_nearest_post_in_order(rows, served):
    candidates, decisions = [], {}
    for number, (rank, person, order, ok) in enumerate(rows, 1):
        post = Post(pk=number, order=order, name="岗")
        candidates.append((Nearness(rank, str(rank)), Appointment(pk=number, person_id=person, post=post)))
        decisions[number] = allow() if ok else deny("不可。")
    found = ranked(candidates, served, decisions)
    assert sorted(row.appointment.person_id for row in found) == sorted({person for _, person, _, _ in rows})
    keys = [(not row.decision.ok, row.nearness.rank, row.served) for row in found]
    assert keys == sorted(keys)
    for row in found:
        person = row.appointment.person_id
        own = [(near.rank, a.post.order, a.pk) for near, a in candidates if a.person_id == person]
        assert (row.nearness.rank, row.appointment.post.order, row.appointment.pk) == min(own)
        assert row.served == served.get(person, 0)


pytestmark = pytest.mark.django_db


@pytest.fixture
def season():
    return OpenSeasonFactory()


@pytest.fixture
def group(season):
    return WorkGroupFactory(season=season, name="录取管理组")


@pytest.fixture
def course(season):
    return CourseFactory(season=season)


def on_duty(post, **fields):
    return AppointmentFactory(post=post, status="on_duty", person=UserFactory(**fields))


def fit(row, course):
    """Declared and trained for every post of the season."""
    declared(row.person, row.post.group.season)
    train(row.person, course)
    return row


def again(person):
    return User.objects.get(pk=person.pk)


def words(found):
    return [(row.person.name, row.nearness.label, row.served, row.decision.reason) for row in found]


def tomorrow():
    return DateTimeTZRange(timezone.now(), timezone.now() + timedelta(days=1))


def test_near_before_far_seldom_before_often_unfit_last_with_the_reason(season, group, course):
    post = PostFactory(group=group, name="计划员", headcount_max=9)
    holder = on_duty(post)
    often, seldom = (
        fit(on_duty(PostFactory(group=group, order=n), name=name), course) for n, name in ((1, "甲常"), (2, "乙疏"))
    )
    alike = fit(on_duty(PostFactory(group=WorkGroupFactory(season=season)), name="丙远"), course)
    untrained = on_duty(PostFactory(group=group, order=3), name="丁未训")
    declared(untrained.person, season)
    with setting_up():
        Delegation(appointment=seldom, deputy=often.person, period=tomorrow(), scope="值守").save()
    found = deputies_for(again(user_with(Role.SECRETARIAT)), holder)
    assert words(found) == [
        ("乙疏", "同组", 0, ""),
        ("甲常", "同组", 1, ""),
        ("丙远", "同类工作组", 0, ""),
        ("丁未训", "同组", 0, "未完成这一岗位的培训。"),
    ]
    assert alike.person_id == found[2].person.pk


def test_the_list_answers_as_the_command_would(season, group, course):
    """Every kind of obstacle, and none: whoever is proposed is taken, whoever is not is refused."""
    post, clashing = PostFactory(group=group, headcount_max=9), PostFactory(group=group, order=4)
    holder, colleague = on_duty(post), on_duty(post)
    incompatible(post, clashing)
    people = {
        "可以": fit(on_duty(PostFactory(group=group)), course),
        "不相容": fit(on_duty(clashing), course),
        "须回避": fit(on_duty(PostFactory(group=WorkGroupFactory(season=season))), course),
        "被回避": fit(on_duty(PostFactory(group=WorkGroupFactory(season=season))), course),
        "未申报": on_duty(PostFactory(group=group)),
        "未培训": on_duty(PostFactory(group=group)),
    }
    train(people["未申报"].person, course)
    declared(people["未培训"].person, season)
    fact_about(people["须回避"].person, season, kind="person", key=colleague.person_id, state="confirmed")
    fact_about(colleague.person, season, kind="person", key=people["被回避"].person_id, state="confirmed")
    found = {row.person.pk: row.decision.ok for row in deputies_for(again(user_with(Role.SECRETARIAT)), holder)}
    answers = {name: found[row.person_id] for name, row in people.items()}
    assert answers == {name: name == "可以" for name in people}
    for row in people.values():
        assert can_deputise(again(row.person), holder, tomorrow()).ok == found[row.person_id], row.person


def test_a_reader_finds_nobody_they_may_not_see(season, group, course):
    holder = on_duty(PostFactory(group=group))
    stranger = fit(on_duty(PostFactory(group=WorkGroupFactory(season=season))), course)
    apart = fit(on_duty(PostFactory(group=group)), course)
    fact_about(holder.person, season, kind="person", key=apart.person_id)
    assert deputies_for(again(holder.person), holder) == []
    secretary = {row.person.pk for row in deputies_for(again(user_with(Role.SECRETARIAT)), holder)}
    assert secretary == {stranger.person_id, apart.person_id}


def test_nobody_at_hand_gives_an_empty_list(group):
    assert deputies_for(again(user_with(Role.SECRETARIAT)), on_duty(PostFactory(group=group))) == []


class TestThePage:
    @pytest.fixture
    def client(self, settings):
        settings.MFA_REQUIRED = False
        client = Client()
        client.force_login(user_with(Role.SECRETARIAT))
        return client

    def test_a_link_fills_the_form_and_the_command_takes_it(self, client, season, group, course):
        holder = on_duty(PostFactory(group=group, name="计划员"))
        able = fit(on_duty(PostFactory(group=group), name="甲能"), course)
        on_duty(PostFactory(group=group), name="乙缺")
        address = reverse("duty:delegate", args=[holder.pk])
        page = client.get(address).content.decode()
        assert f'href="?deputy={able.person_id}#id_deputy"' in page
        assert "不能代岗的（1）" in page and "未完成这一岗位的培训。" in page
        chosen = client.get(address, {"deputy": able.person_id}).content.decode()
        assert f'<option value="{able.person_id}" selected>' in chosen
        assert "<strong>已选</strong>" in chosen
        now = timezone.localtime()
        posted = {
            "deputy": able.person_id,
            "starts_at": f"{now:%Y-%m-%dT%H:%M}",
            "ends_at": f"{now + timedelta(days=1):%Y-%m-%dT%H:%M}",
            "areas": [RightArea.MEETINGS],
            "scope": "值守",
            "reason": "出差",
            f"seen:appointments.appointment:{holder.pk}": holder.revision,
        }
        assert client.post(address, posted).status_code == 302
        delegation = Delegation.objects.get()
        assert delegation.deputy == able.person
        assert_recorded(delegate.action_code, target=delegation)

    @pytest.mark.parametrize("deputy", ["x", "-1", "99999999999999999999", "１"])
    def test_a_mistyped_link_is_an_empty_form(self, client, group, deputy):
        holder = on_duty(PostFactory(group=group))
        address = reverse("duty:delegate", args=[holder.pk])
        assert client.get(address, {"deputy": deputy}).status_code == 200

    def test_many_candidates_cost_no_more_queries_and_fill_no_screen(self, client, season, group, course):
        holder, counts = on_duty(PostFactory(group=group)), []
        address = reverse("duty:delegate", args=[holder.pk])
        client.get(address)
        made = 0
        for size in SIZES:
            with setting_up():
                while made < size:
                    made += 1
                    row = on_duty(PostFactory(group=group, order=made))
                    AttemptFactory(course=course, person=row.person)
            if made == 1:
                declared(row.person, season)
            with CaptureQueriesContext(connection) as captured:
                page = client.get(address)
            counts.append(len(captured))
        assert len(set(counts)) == 1
        assert page.content.decode().count("选择<span") <= SHOWN
