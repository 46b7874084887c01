"""What travels with a cloned season, and what never does."""

import pytest
from django.apps import apps

from admissions.accounts.enums import Role
from admissions.seasons.lifecycle.services import clone_season
from tests.factories.accounts import user_with
from tests.factories.readiness import CourseFactory, PledgeFactory, PledgeVersionFactory, train
from tests.factories.recusal import declared, fact_about
from tests.factories.rulebook import clause_in_force
from tests.factories.seasons import InstitutionFactory, OpenSeasonFactory
from tests.factories.workgroups import AppointmentFactory, PostFactory, WorkGroupFactory, incompatible, leader_of
from tests.trail import setting_up
from workgroups.appointments.models import Appointment
from workgroups.groups.models import Post, PostDuty, PostIncompatibility, Step, StepDuty, WorkGroup
from workgroups.groups.travel import POST_FIELDS, describe_structure
from workgroups.pledges.models import Pledge
from workgroups.recusal.models import RecusalDeclaration, RecusalFact
from workgroups.training.models import Attempt

pytestmark = pytest.mark.django_db


@pytest.fixture
def source():
    """Two levels of groups, a dissolved one between, posts, duties, a pair, a matrix; people with everything signed."""
    season = OpenSeasonFactory(year=2025)
    top = WorkGroupFactory(season=season, name="领导小组", order=1)
    WorkGroupFactory(season=season, name="已撤组", status="dissolved", parent=top)
    group = WorkGroupFactory(season=season, name="录取管理组", parent=top, charter="职责", order=2)
    orphan = WorkGroupFactory(season=season, name="孤组", parent=WorkGroup.objects.get(name="已撤组"), order=3)
    enter = PostFactory(group=group, name="录入", rank="deputy", headcount_min=2, secrecy="work_secret")
    review = PostFactory(group=group, name="复核", needs_training=False, authority_limit="双人")
    gone = PostFactory(group=group, name="旧岗", is_abolished=True)
    incompatible(enter, review)
    incompatible(enter, gone)
    with setting_up():
        PostDuty(post=enter, text="录入意见", order=1, clause=clause_in_force()).save()
        step = Step(season=season, stage="checking", name="录退审查", order=1)
        step.save()
        for post, letter in ((enter, "A"), (review, "R"), (gone, "S")):
            StepDuty(step=step, post=post, letter=letter).save()
    leader = leader_of(group, status="on_duty")
    member = AppointmentFactory(post=enter, status="on_duty")
    version = PledgeVersionFactory(template__season=season)
    course = CourseFactory(season=season)
    for row in (leader, member):
        declared(row.person, season)
        PledgeFactory(appointment=row, version=version)
        train(row.person, course)
    fact_about(member.person, season, kind="institution", key=InstitutionFactory().pk)
    assert orphan.parent.status == "dissolved"
    return season


@pytest.fixture
def copy(source):
    secretary = user_with(Role.SECRETARIAT)
    return clone_season(actor=secretary, reason="新季", source=source, year=2026, name="2026年录取")


def test_groups_come_as_drafts_with_their_tree(copy):
    groups = {group.name: group for group in WorkGroup.objects.of_season(copy)}
    assert sorted(groups) == ["孤组", "录取管理组", "领导小组"]
    assert {group.status for group in groups.values()} == {"draft"}
    assert groups["录取管理组"].parent == groups["领导小组"]
    assert groups["孤组"].parent is None
    assert (groups["录取管理组"].charter, groups["录取管理组"].kind) == ("职责", "admission")


def test_posts_come_with_every_field_and_their_duties(source, copy):
    def described(season):
        rows = Post.objects.of_season(season).filter(is_abolished=False).order_by("group__name", "name")
        return [(post.group.name, [getattr(post, name) for name in POST_FIELDS]) for post in rows]

    assert described(copy) == described(source)
    assert not Post.objects.of_season(copy).filter(name="旧岗").exists()
    (duty,) = PostDuty.objects.of_season(copy)
    (original,) = PostDuty.objects.of_season(source)
    assert (duty.text, duty.clause, duty.post.name) == (original.text, original.clause, "录入")


def test_every_field_of_a_post_is_copied_or_left_on_purpose():
    """Who adds a field decides here whether it travels."""
    fields = {field.name for field in Post._meta.concrete_fields}
    assert fields - set(POST_FIELDS) == {"id", "revision", "group", "is_abolished"}


def test_pairs_and_matrix_point_to_the_copies(copy):
    (pair,) = PostIncompatibility.objects.of_season(copy)
    assert {pair.first.name, pair.second.name} == {"录入", "复核"}
    assert {pair.first.group.season, pair.second.group.season} == {copy}
    (step,) = Step.objects.of_season(copy)
    assert sorted((duty.post.name, duty.letter) for duty in step.duties.all()) == [("复核", "R"), ("录入", "A")]
    assert {duty.post.group.season for duty in step.duties.all()} == {copy}


def test_people_signatures_and_recusals_never_travel(source, copy):
    assert Appointment.objects.of_season(source).count() == 2
    assert not Appointment.objects.of_season(copy).exists()
    assert not Pledge.objects.filter(version__template__season=copy).exists()
    assert not RecusalDeclaration.objects.filter(season=copy).exists()
    assert not RecusalFact.objects.filter(season=copy).exists()
    assert not Attempt.objects.filter(course__season=copy).exists()


def test_no_new_row_of_anything_names_a_person(source):
    """Whatever is registered for cloning, now or later: rows that name people stay as many as they were."""
    naming = [
        model
        for model in apps.get_models()
        if model.__module__.startswith("workgroups.") and getattr(model, "RECUSAL_PATHS", None)
    ]
    assert {Appointment, Pledge, RecusalFact, RecusalDeclaration, Attempt} <= set(naming)
    before = {model: model._base_manager.count() for model in naming}
    clone_season(actor=user_with(Role.SECRETARIAT), reason="新季", source=source, year=2027, name="2027年录取")
    assert {model: model._base_manager.count() for model in naming} == before


def test_the_copy_describes_itself_like_the_source(source, copy):
    """Nothing differs but the group that lost its dissolved parent."""
    old, new = ({(kind, key): fields for kind, key, fields in describe_structure(each)} for each in (source, copy))
    assert len(old) == 3 + 3 + 1 + 1  # groups, posts, the pair, the step: what is gone is not described
    assert {entry for entry in old | new if old.get(entry) != new.get(entry)} == {("工作组", "孤组")}


def test_changing_the_copy_leaves_the_source_alone(source, copy):
    post = Post.objects.of_season(copy).get(name="录入")
    with setting_up():
        post.name = "改名"
        post.save()
    assert Post.objects.of_season(source).filter(name="录入").count() == 1
