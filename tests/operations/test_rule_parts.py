"""Each part of each rule of steps made false alone, the rule asked directly, its own sentence expected."""

import pytest
from django.utils import timezone

from admissions.evidence.storage import path_of
from admissions.operations.steps import rules
from admissions.operations.steps.models import StepMaterial
from tests.factories.accounts import UserFactory
from tests.factories.recusal import fact_about
from tests.factories.steps import (
    confirmed,
    executed,
    on_post,
    ordered,
    passed,
    staffed,
    taken,
    with_material,
)
from tests.factories.supervision import again
from tests.parts import asked, but, only_missing
from tests.trail import setting_up
from workgroups.groups.matrix import TOO_FEW_GROUPS

pytestmark = pytest.mark.django_db
OVER = "录取季已结束，不能再办理。"


def ordering(user, step):
    return rules.ordering(user, step).decision


def test_ordering():
    of = staffed()
    assert asked(ordering, of.by("L"), of.step).ok
    only_missing("您不在本环节的负责岗位。", ordering, of.by("A"), of.step)
    only_missing(OVER, ordering, of.by("L"), but(of.step, season=but(of.step.season, status="closed")))
    assert asked(rules.can_open_in, of.by("L"), of.step.season).ok
    only_missing("您不在任何环节的负责岗位，不能下达。", rules.can_open_in, of.by("A"), of.step.season)
    only_missing(OVER, rules.can_open_in, of.by("L"), but(of.step.season, status="closed"))
    only_missing(TOO_FEW_GROUPS, ordering, of.by("L"), but(of.step, groups_apart=True))


@pytest.mark.parametrize(("letter", "word"), [("A", "执行"), ("R", "复核"), ("S", "监督")])
def test_a_step_is_staffed(letter, word):
    of = staffed()
    with setting_up():
        held = of.posts[letter].appointments.get()
        held.status = "suspended"
        held.save()
    only_missing(f"“{of.step}”的{word}岗位没有人在岗，不能下达。", ordering, of.by("L"), of.step)
    with setting_up():
        of.step.duties.get(letter=letter).delete()
    only_missing(f"“{of.step}”没有{word}岗位，不能下达。", ordering, of.by("L"), of.step)


def test_executing():
    of = staffed()
    run = ordered(of)
    only_missing("还没有结果材料，复核人无从核对。", rules.can_execute, of.by("A"), run)
    run = with_material(of, run)
    assert asked(rules.can_execute, of.by("A"), run).ok
    only_missing("您不在本环节的执行岗位。", rules.can_execute, of.by("R"), run)
    only_missing("监督已制止，暂停办理。", rules.can_execute, of.by("A"), but(run, held_at=timezone.now()))
    only_missing("环节单已经被制止。", rules.can_hold, of.by("S"), but(run, held_at=timezone.now()))
    only_missing("环节单没有被制止。", rules.can_lift, of.by("S"), run)
    found = asked(rules.can_execute, of.by("A"), but(run, status="confirmed"))
    found.lacks_only(found.decision.reason)
    assert "不能办理“" in found.decision.reason
    material = StepMaterial.objects.get(run=run)
    assert asked(rules.can_drop_material, of.by("A"), material).ok
    only_missing("您不在本环节的执行岗位。", rules.can_drop_material, of.by("L"), material)
    only_missing("这份材料已经移除。", rules.can_drop_material, of.by("A"), but(material, dropped_at=timezone.now()))


def test_nobody_has_two_parts_in_a_sheet():
    of = staffed()
    run = executed(of)
    on_post(of.posts["R"], of.people["A"])
    says = f"{of.people['A'].name}已在这张环节单上签“执行完毕”，不能再承担复核。"
    only_missing(says, rules.can_take, of.by("A"), run)


def test_who_must_keep_away_from_the_executor_does_not_review():
    of = staffed()
    run = executed(of)
    fact_about(of.people["R"], of.step.season, key=of.people["A"].pk)
    only_missing("您与已办理的人员应当相互回避，不能办理。", rules.can_take, of.by("R"), run)


def test_one_group_one_part_where_the_step_says_so():
    of = staffed(groups_apart=True)
    run = executed(of)
    assert asked(rules.can_take, of.by("R"), run).ok
    with setting_up():
        post = of.posts["R"]
        post.group = of.posts["A"].group
        post.save()
    says = f"{of.group}已承担执行，本环节须由不同工作组签署。"
    only_missing(says, rules.can_take, of.by("R"), run)


def test_the_review_is_signed_by_who_took_it():
    of = staffed()
    second = on_post(of.posts["R"])
    run = taken(of)
    reviewer = of.people["R"]
    only_missing("复核由接收的人签署。", rules.can_pass, again(second), run)
    only_missing("复核由接收的人签署。", rules.can_return, again(second), run)
    only_missing(f"{reviewer.name}已接收复核。", rules.can_take, again(second), run)
    with setting_up():
        account = again(reviewer)
        account.status = "suspended"
        account.save()
    run = type(run).objects.get(pk=run.pk)
    assert asked(rules.can_take, again(second), run).ok


def test_files_stay_what_the_executor_signed():
    of = staffed()
    says = "材料与执行人签署时的校验值不符。"
    for make, rule, letter in (
        (taken, rules.can_pass, "R"), (passed, rules.can_confirm, "S"), (confirmed, rules.can_archive, "L"),
    ):  # fmt: skip
        run = make(of)
        assert asked(rule, of.by(letter), run).ok
        only_missing(says, rule, of.by(letter), _spoilt(run))


def test_what_is_executed_is_what_was_added():
    of = staffed()
    run = with_material(of, ordered(of))
    assert asked(rules.can_execute, of.by("A"), run).ok
    only_missing("有材料的内容与添加时不符。", rules.can_execute, of.by("A"), _spoilt(run))


def _spoilt(run):
    material = StepMaterial.objects.filter(run=run).first()
    path = path_of(material.file.storage_name)
    path.chmod(0o600)
    path.write_bytes(b"x")
    return type(run).objects.get(pk=run.pk)


def test_supervision_by_office_is_for_supervisors():
    of = staffed()
    run = ordered(of)
    only_missing("您没有监督制止的权限。", rules.can_hold, UserFactory(), run)
