"""Three signatures by three people: every passage, who may not take it, and what the database refuses past every rule."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from admissions.accounts.enums import Role
from admissions.audit.guarding import Passages
from admissions.audit.models import Event
from admissions.core.decision import Refused
from admissions.core.todos import own_todos
from admissions.evidence.storage import Incoming, path_of
from admissions.operations.steps import guards, rules, services
from admissions.operations.steps.enums import PASSAGES, Act, RunStatus
from admissions.operations.steps.models import StepMaterial, StepRun, StepSignature
from admissions.operations.steps.papers import current_materials, is_intact, papers_of
from admissions.operations.steps.selectors import waiting_for
from admissions.operations.steps.unfinished import before_season_closes
from tests.factories.accounts import UserFactory, user_with
from tests.factories.files import pdf_file
from tests.factories.readiness import CourseFactory, train
from tests.factories.recusal import declared, fact_about
from tests.factories.seasons import BatchFactory, InstitutionFactory
from tests.factories.steps import (
    archived,
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
from tests.factories.workgroups import PostFactory, leader_of
from tests.races import together
from tests.trail import assert_recorded, assert_refused, setting_up
from workgroups.appointments.enums import RightArea
from workgroups.appointments.models import Appointment
from workgroups.appointments.services import suspend_appointment
from workgroups.duty.models import Delegation
from workgroups.groups.models import StepDuty
from workgroups.groups.services import set_step_apart
from workgroups.recusal.enums import FactState
from workgroups.requests.document import digest_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def of():
    return staffed()


def stand_in(deputy, principal, *areas):
    """A delegation that runs now, to somebody fit for the post."""
    season = Appointment.objects.get(person=principal).post.group.season
    declared(deputy, season)
    train(deputy, CourseFactory(season=season))
    seat = Appointment.objects.get(person=principal)
    period = DateTimeTZRange(timezone.now() - timedelta(hours=1), timezone.now() + timedelta(days=1))
    with setting_up():
        more = {"areas": list(areas)} if areas else {}
        Delegation(appointment=seat, deputy=deputy, period=period, **more).save()


def signed(run):
    return list(StepSignature.objects.filter(run=run).values_list("act", "part", "round"))


class TestPassages:
    def test_a_sheet_from_the_order_to_the_archive(self, of):
        run = archived(of)
        assert run.status == RunStatus.ARCHIVED
        assert signed(run) == [
            ("open", "L", 1), ("execute", "A", 1), ("take", "R", 1), ("pass", "R", 1), ("confirm", "S", 1), ("archive", "L", 1),
        ]  # fmt: skip
        assert [run.executor, run.reviewer, run.supervisor] == [of.people[letter] for letter in "ARS"]
        assert run.number.startswith("环节单〔")

    def test_what_is_signed_can_be_computed_again(self, of):
        run = passed(of)
        for row in StepSignature.objects.filter(run=run):
            assert digest_of(row.content) == row.content_hash
        signature = StepSignature.objects.get(run=run, act=Act.EXECUTE)
        material = StepMaterial.objects.get(run=run)
        assert signature.content["outputs"] == [{"name": "投档线表", "sha256": material.sha256, "size": material.size}]
        assert run.outputs_hash == digest_of({"files": signature.content["outputs"], "result": "投档1200人。"})
        assert run.inputs_hash == digest_of({"files": []})

    def test_a_return_begins_another_round_and_keeps_the_first(self, of):
        run = services.return_run(actor=of.by("R"), reason="少一所院校", run=taken(of))
        assert (run.status, run.round, run.executor, run.outputs_hash) == (RunStatus.RETURNED, 2, None, "")
        run = archived(of, confirmed(of, passed(of, taken(of, executed(of, run, material="投档线表第二版")))))
        assert [row for row in signed(run) if row[2] == 2] == [
            ("execute", "A", 2), ("take", "R", 2), ("pass", "R", 2), ("confirm", "S", 2), ("archive", "L", 2),
        ]  # fmt: skip
        assert run.status == RunStatus.ARCHIVED

    def test_a_file_damaged_after_the_confirmation_is_no_dead_end(self, of):
        run = confirmed(of)
        path_of(run.materials.get().file.storage_name).write_bytes(b"damaged")
        run = StepRun.objects.get(pk=run.pk)
        assert "监督人员退回" in rules.can_archive(of.by("L"), run).sentence
        run = services.reject_run(actor=of.by("S"), reason="材料损坏", run=run)
        assert (run.status, run.supervisor) == (RunStatus.RETURNED, None)

    def test_supervision_sends_back_what_the_review_passed(self, of):
        run = services.reject_run(actor=of.by("S"), reason="备份单没有时间", run=passed(of))
        assert (run.status, run.round) == (RunStatus.RETURNED, 2)
        assert not rules.can_confirm(of.by("S"), run)

    def test_a_mistaken_order_is_voided_before_it_is_executed(self, of):
        run = services.void_run(actor=of.by("L"), reason="下达有误", run=ordered(of))
        assert run.status == RunStatus.VOID
        with pytest.raises(Refused, match="作废"):
            with_material(of, run)
        with pytest.raises(Refused, match="已执行"):
            services.void_run(actor=of.by("L"), reason="下达有误", run=executed(of))

    @pytest.mark.parametrize(
        ("state", "letter", "command", "word"),
        [
            (ordered, "R", services.take_review, "待执行"),
            (executed, "S", services.confirm_run, "已执行"),
            (taken, "A", services.execute, "复核中"),
            (passed, "L", services.archive_run, "复核通过"),
            (confirmed, "R", services.return_run, "监督确认"),
            (archived, "S", services.hold_run, "归档"),
        ],
    )
    def test_nothing_out_of_turn(self, of, state, letter, command, word):
        run = state(of)
        more = {"seen_digest": ""} if command is services.execute else {}
        with pytest.raises(Refused, match=word):
            command(actor=of.by(letter), reason="提前", run=run, **more)

    def test_every_signature_is_in_the_ledger_with_the_group(self, of):
        run = confirmed(of)
        event = assert_recorded("steps.confirm")
        assert (event.group_id, event.target_id, event.actor_id) == (of.group.pk, str(run.pk), of.people["S"].pk)
        assert f"person:{of.people['A'].pk}" in event.subjects


class TestPersonsApart:
    @pytest.mark.parametrize(
        ("state", "letter", "command"),
        [(executed, "R", services.take_review), (passed, "S", services.confirm_run)],
    )
    def test_the_executor_takes_no_other_part(self, of, state, letter, command):
        """Also where the person sits on the other post as well."""
        run = state(of)
        on_post(of.posts[letter], of.people["A"])
        with pytest.raises(Refused, match="已在这张环节单上签“执行完毕”"):
            command(actor=of.by("A"), reason="一人两职", run=run)

    def test_who_orders_does_not_execute(self, of):
        run = with_material(of, ordered(of))
        on_post(of.posts["A"], of.people["L"])
        assert "签“下达”" in rules.can_execute(of.by("L"), run).sentence

    def test_a_reviewer_of_the_first_round_does_not_execute_the_second(self, of):
        run = services.return_run(actor=of.by("R"), reason="少一所院校", run=taken(of))
        on_post(of.posts["A"], of.people["R"])
        assert not rules.can_add_material(of.by("R"), run)

    def test_a_deputy_counts_as_the_one_stood_in_for(self, of):
        """Who executed as deputy of the executor leaves the executor no other part; and the other way round."""
        deputy = UserFactory(name="李四")
        stand_in(deputy, of.people["A"])
        run = with_material(of, ordered(of))
        seen = papers_of(current_materials(run)).digest
        run = services.execute(actor=again(deputy), reason="投档1200人。", run=run, seen_digest=seen)
        signature = StepSignature.objects.get(run=run, act=Act.EXECUTE)
        assert (signature.person, signature.on_behalf_of) == (deputy, of.people["A"])
        assert signature.person_name == f"李四（代{of.people['A'].name}）"
        for person in (of.people["A"], deputy):
            on_post(of.posts["R"], person)
            assert "签“执行完毕”" in rules.can_take(again(person), run).sentence

    def test_a_deputy_for_other_matters_signs_nothing(self, of):
        deputy = UserFactory()
        stand_in(deputy, of.people["A"], RightArea.MEETINGS)
        answer = rules.can_execute(again(deputy), with_material(of, ordered(of)))
        assert "“环节签署”不在代岗事项内" in answer.sentence

    def test_who_prepared_the_result_does_not_check_it(self, of):
        """Adding material is a part of executing, whoever signs; the database knows it too."""
        preparer = on_post(of.posts["A"])
        run = services.add_material(
            actor=again(preparer), reason="办理", run=ordered(of), side="output", name="线表", incoming=Incoming([pdf_file()], "线.pdf"),
        )  # fmt: skip
        run = executed(of, run, material="")
        for letter in "RS":
            on_post(of.posts[letter], preparer)
        assert "添加材料，不能再承担复核" in rules.can_take(again(preparer), run).sentence
        assert not waiting_for(again(preparer))
        with pytest.raises(IntegrityError, match="one person, two parts"), setting_up(), transaction.atomic():
            TestDatabase().sign(run, "R", preparer)
        run = passed(of, taken(of, run))
        assert "添加材料" in rules.can_confirm(again(preparer), run).sentence

    def test_who_holds_no_post_of_the_step_signs_nothing(self, of):
        stranger = UserFactory()
        answer = rules.can_execute(stranger, with_material(of, ordered(of)))
        assert "您不在本环节的执行岗位" in answer.sentence and str(of.posts["A"]) in answer.sentence

    def test_a_suspended_holder_signs_nothing(self, of):
        run = executed(of)
        secretary = user_with(Role.SECRETARIAT)
        suspend_appointment(actor=secretary, reason="调查", appointment=Appointment.objects.get(person=of.people["R"]))
        assert not rules.can_take(of.by("R"), run)

    def test_relatives_do_not_check_each_other(self, of):
        run = executed(of)
        fact_about(
            of.people["A"],
            of.group.season,
            kind="person",
            key=of.people["R"].pk,
            state=FactState.CONFIRMED,
            label="配偶",
        )
        assert "相互回避" in rules.can_take(of.by("R"), run).sentence

    def test_who_is_recused_from_the_institution_finds_no_sheet(self, of):
        institution = InstitutionFactory()
        run = executed(of, ordered(of, institution=institution))
        fact_about(
            of.people["R"],
            of.group.season,
            kind="institution",
            key=institution.pk,
            state=FactState.CONFIRMED,
            label="兼职",
        )
        assert not StepRun.objects.visible_to(of.by("R")).filter(pk=run.pk).exists()
        assert not StepMaterial.objects.visible_to(of.by("R")).filter(run=run).exists()
        assert not waiting_for(of.by("R"))
        with pytest.raises(Refused, match="回避义务"):
            services.take_review(actor=of.by("R"), reason="接收", run=run)


class TestGroupsApart:
    def test_three_groups_sign(self):
        assert archived(staffed(groups_apart=True)).status == RunStatus.ARCHIVED

    def test_a_second_post_of_the_executing_group_is_refused(self):
        of = staffed(groups_apart=True)
        run = executed(of)
        inside = PostFactory(group=of.group, name="组内复核岗")
        with setting_up():
            StepDuty(step=of.step, post=inside, letter="R").save()
        colleague = again(on_post(inside))
        assert "须由不同工作组签署" in rules.can_take(colleague, run).sentence

    def test_an_order_without_enough_groups_is_refused(self, of):
        secretary = user_with(Role.SECRETARIAT)
        of.step = set_step_apart(actor=secretary, reason="投档须三组分设", step=of.step, groups_apart=True)
        with pytest.raises(Refused, match="三个不同的工作组"):
            ordered(of)

    def test_the_groups_of_who_stopped_the_work_are_free(self):
        """S sits in the executing group as well: stopping and letting go on is no part of a group."""
        of = staffed(groups_apart=True)
        inside = PostFactory(group=of.group, name="组内监督岗")
        with setting_up():
            StepDuty(step=of.step, post=inside, letter="S").save()
        insider = again(on_post(inside))
        run = services.hold_run(actor=insider, reason="备份未完成", run=executed(of))
        run = services.lift_hold(actor=insider, reason="备份已补", run=run)
        assert "须由不同工作组签署" in rules.can_confirm(insider, passed(of, taken(of, run))).sentence

    def test_no_to_do_for_a_group_that_has_a_part(self):
        of = staffed(groups_apart=True)
        inside = PostFactory(group=of.group, name="组内复核岗")
        with setting_up():
            StepDuty(step=of.step, post=inside, letter="R").save()
        colleague = on_post(inside)
        executed(of)
        assert waiting_for(of.by("R")) and not waiting_for(again(colleague))

    def test_a_to_do_for_a_group_that_only_stopped_the_work(self):
        of = staffed(groups_apart=True)
        inside = PostFactory(group=of.posts["R"].group, name="组内监督岗")
        with setting_up():
            StepDuty(step=of.step, post=inside, letter="S").save()
        insider = again(on_post(inside))
        run = services.hold_run(actor=insider, reason="备份未完成", run=executed(of))
        run = services.lift_hold(actor=insider, reason="备份已补", run=run)
        assert list(waiting_for(of.by("R"))) == [run]
        assert taken(of, run).reviewer == of.people["R"]


class TestOrders:
    @pytest.mark.parametrize("letter", "ARS")
    def test_a_part_without_anybody_on_duty(self, of, letter):
        secretary = user_with(Role.SECRETARIAT)
        seat = Appointment.objects.get(person=of.people[letter])
        suspend_appointment(actor=secretary, reason="调查", appointment=seat)
        with pytest.raises(Refused, match="没有人在岗"):
            ordered(of)

    def test_only_who_answers_for_the_step(self, of):
        of.people["L"] = of.people["A"]
        with pytest.raises(Refused, match="不在本环节的负责岗位"):
            ordered(of)
        assert_refused("steps.open", actor=of.people["A"])

    def test_a_deadline_in_the_past_and_a_batch_of_another_season(self, of):
        with pytest.raises(Refused, match="期限已经过去"):
            ordered(of, due_at=timezone.now() - timedelta(minutes=1))
        with pytest.raises(Refused, match="不属于本录取季"):
            ordered(of, batch=BatchFactory())

    def test_numbers_follow_each_other(self, of):
        first, second = ordered(of), ordered(of, title="第二次投档")
        assert [first.number[-2:], second.number[-2:]] == ["1号", "2号"]

    def test_the_rule_of_groups_is_that_of_the_day_of_the_order(self, of):
        run = ordered(of)
        set_step_apart(actor=user_with(Role.SECRETARIAT), reason="以后三组分设", step=of.step, groups_apart=True)
        assert archived(of, confirmed(of, passed(of, taken(of, executed(of, run))))).groups_apart is False


class TestMaterial:
    def test_nothing_to_review_nothing_to_sign(self, of):
        with pytest.raises(Refused, match="还没有结果材料"):
            executed(of, material="")
        run = with_material(of, ordered(of), side="input")
        assert "还没有结果材料" in rules.can_execute(of.by("A"), run).sentence

    def test_the_same_name_or_content_twice(self, of):
        run = with_material(of, ordered(of))
        for name in ("投档线表", "另一名称"):
            content = Incoming([pdf_file() + "% 投档线表".encode()], "投档线表.pdf")
            with pytest.raises((Refused, ValidationError)):
                services.add_material(
                    actor=of.by("A"), reason="办理", run=run, side="output", name=name, incoming=content
                )
        assert run.materials.count() == 1

    def test_taken_off_before_the_signature_and_never_after(self, of):
        run = with_material(of, with_material(of, ordered(of)), "误传")
        wrong = run.materials.get(name="误传")
        services.drop_material(actor=of.by("A"), reason="误传", material=wrong)
        with pytest.raises(Refused, match="已经移除"):
            services.drop_material(actor=of.by("A"), reason="误传", material=wrong)
        run = executed(of, run, material="")
        left = run.materials.get(name="投档线表")
        with pytest.raises(Refused, match="已执行"):
            services.drop_material(actor=of.by("A"), reason="换", material=left)
        assert [row["name"] for row in StepSignature.objects.get(run=run, act="execute").content["outputs"]] == [
            "投档线表"
        ]

    def test_what_changed_after_the_page_was_opened_is_not_signed(self, of):
        run = with_material(of, ordered(of))
        seen = papers_of(current_materials(run)).digest
        with_material(of, run, "补充")
        with pytest.raises(Refused, match="打开页面之后有改动"):
            services.execute(actor=of.by("A"), reason="办完", run=run, seen_digest=seen)

    def test_a_file_changed_on_the_disk_stops_the_signatures(self, of):
        run = taken(of)
        path_of(run.materials.get().file.storage_name).write_bytes(b"forged")
        assert not is_intact(run)
        with pytest.raises(Refused, match="校验值不符"):
            passed(of, run)
        run = services.return_run(actor=of.by("R"), reason="材料被改", run=StepRun.objects.get(pk=run.pk))
        assert "与添加时不符" in rules.can_execute(of.by("A"), run).sentence
        services.drop_material(actor=of.by("A"), reason="被改", material=run.materials.get())
        assert executed(of, run, material="重新导出的投档线表").status == RunStatus.EXECUTED


class TestReview:
    def test_who_took_it_signs(self, of):
        colleague = again(on_post(of.posts["R"]))
        run = taken(of)
        with pytest.raises(Refused, match=of.people["R"].name):
            services.pass_review(actor=colleague, reason="一致", run=run)
        with pytest.raises(Refused, match="已接收复核"):
            services.take_review(actor=colleague, reason="接收复核", run=run)

    def test_another_takes_over_from_who_reviews_no_more(self, of):
        colleague = on_post(of.posts["R"])
        run = taken(of)
        seat = Appointment.objects.get(person=of.people["R"])
        suspend_appointment(actor=user_with(Role.SECRETARIAT), reason="调查", appointment=seat)
        (todo,) = [todo for todo in own_todos(again(colleague)) if "复核" in todo.verb]
        assert todo.verb == "接替复核"
        run = services.take_review(actor=again(colleague), reason="接收复核", run=run)
        assert services.pass_review(actor=again(colleague), reason="一致", run=run).reviewer == colleague


@pytest.mark.django_db(transaction=True)
def test_two_reviewers_at_the_same_moment():
    """One has it, the other hears who was faster."""
    of = staffed()
    colleague = on_post(of.posts["R"])
    run = executed(of)
    results = together(
        *(
            lambda person=person: services.take_review(actor=again(person), reason="接收复核", run=run)
            for person in (of.people["R"], colleague)
        )
    )
    taker = StepRun.objects.get(pk=run.pk).reviewer
    (refused,) = [result for result in results if isinstance(result, Refused)]
    assert len(StepSignature.objects.filter(run=run, act="take")) == 1
    assert f"{taker.name}已接收复核" in str(refused) or f"{taker.name}已签“接收复核”" in str(refused)


def test_another_takes_over_from_who_became_recused():
    of = staffed()
    colleague = on_post(of.posts["R"])
    institution = InstitutionFactory()
    run = taken(of, executed(of, ordered(of, institution=institution)))
    assert not rules.can_take(again(colleague), run)
    fact_about(
        of.people["R"], of.group.season, kind="institution", key=institution.pk, state=FactState.CONFIRMED, label="兼职"
    )
    run = StepRun.objects.get(pk=run.pk)
    assert services.take_review(actor=again(colleague), reason="接收复核", run=run).reviewer == colleague


def test_a_recused_reader_finds_no_round_of_the_sheet_in_the_trail():
    """Also after a return, when the sheet itself names nobody any more."""
    of = staffed()
    run = services.return_run(actor=of.by("R"), reason="少一所院校", run=taken(of))
    reader = user_with(Role.SUPERVISOR, season=of.group.season)
    events = Event.objects.of_target(run)
    assert events.visible_to(again(reader)).filter(action="steps.return").exists()
    fact_about(reader, of.group.season, kind="person", key=of.people["A"].pk, state=FactState.CONFIRMED, label="亲属")
    assert not StepRun.objects.visible_to(again(reader)).exists()
    seen = set(events.visible_to(again(reader)).values_list("action", flat=True))
    assert seen <= {"steps.open"}, "what came before the person acted names nobody"


def test_ledger_and_signature_name_the_same_post():
    of = staffed(groups_apart=True)
    on_post(PostFactory(group=of.group, name="另一岗位"), of.people["R"])
    run = taken(of)
    event = assert_recorded("steps.take")
    assert event.actor_post == StepSignature.objects.get(run=run, act="take").post_name == str(of.posts["R"])


class TestStopping:
    def test_nobody_signs_until_supervision_lets_go_on(self, of):
        run = services.hold_run(actor=of.by("S"), reason="备份未完成", run=executed(of))
        assert run.status == RunStatus.EXECUTED
        with pytest.raises(Refused, match="监督已制止"):
            taken(of, run)
        with pytest.raises(Refused, match="已经被制止"):
            services.hold_run(actor=of.by("S"), reason="再次", run=run)
        assert not waiting_for(of.by("R"))
        run = services.lift_hold(actor=of.by("S"), reason="备份已补", run=run)
        assert archived(of, confirmed(of, passed(of, taken(of, run)))).status == RunStatus.ARCHIVED

    def test_resident_supervision_stops_the_work_of_its_groups(self, of):
        mine = user_with(Role.SUPERVISOR, season=of.group.season, group=of.group)
        other = user_with(
            Role.SUPERVISOR, season=of.group.season, group=PostFactory(group__season=of.group.season).group
        )
        run = executed(of)
        assert not rules.can_hold(other, run) and not rules.can_confirm(mine, run)
        run = services.hold_run(actor=mine, reason="现场无监督", run=run)
        signature = StepSignature.objects.get(run=run, act="hold")
        assert (signature.post_name, signature.group) == ("驻点监督", None)

    def test_what_resident_supervision_stopped_no_post_lets_go_on(self, of):
        resident = user_with(Role.SUPERVISOR, season=of.group.season, group=of.group)
        run = services.hold_run(actor=resident, reason="现场无监督", run=executed(of))
        assert not rules.can_lift(of.by("S"), run)
        assert services.lift_hold(actor=again(resident), reason="已到场", run=run).held_at is None

    def test_without_a_hold_there_is_nothing_to_lift(self, of):
        with pytest.raises(Refused, match="没有被制止"):
            services.lift_hold(actor=of.by("S"), reason="解除", run=executed(of))


class TestDatabase:
    """Past every rule, by somebody who writes rows."""

    def test_it_knows_the_same_passages(self):
        table = {(str(start), str(row.leads_to)) for row in PASSAGES.values() if row.leads_to for start in row.starts}
        (written,) = (set(row.allowed) for row in guards.GUARDS if isinstance(row, Passages))
        assert {(str(start), str(end)) for start, end in written} == {pair for pair in table if pair[0] != pair[1]}

    def write(self, statement, *values):
        with pytest.raises(IntegrityError) as refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)
        return refused.value.__cause__.diag.constraint_name

    def sign(self, run, letter, person, **fields):
        with setting_up(), transaction.atomic():
            StepSignature(
                run=run, act="pass", part=letter, round=1, person=person, person_name=person.name, post_name="岗",
                text="同意", at=timezone.now(), content={}, content_hash="0" * 64, **fields,
            ).save()  # fmt: skip

    def test_one_person_one_part(self, of):
        run = executed(of)
        for fields in ({"person": of.people["A"]}, {"person": UserFactory(), "on_behalf_of": of.people["A"]}):
            with pytest.raises(IntegrityError, match="one person, two parts"):
                self.sign(run, "R", **fields)

    def test_one_group_one_part_where_the_step_says_so(self):
        of = staffed(groups_apart=True)
        with pytest.raises(IntegrityError, match="one group, two parts"):
            self.sign(executed(of), "R", UserFactory(), group=of.group)

    @pytest.mark.parametrize("column", ["reviewer_id", "supervisor_id", "opened_by_id"])
    def test_the_sheet_itself_names_three_people(self, of, column):
        run = taken(of)
        broken = self.write(f"UPDATE steps_steprun SET {column} = %s WHERE id = %s", of.people["A"].pk, run.pk)
        assert broken in {"run_reviewer_apart", "run_supervisor_apart", "run_order_kept", "run_order_apart"}

    def test_no_passage_is_skipped(self, of):
        run = executed(of)
        assert self.write("UPDATE steps_steprun SET status = 'confirmed' WHERE id = %s", run.pk) == "run_passage_known"

    def test_what_is_over_stays(self, of):
        run = archived(of)
        assert self.write("UPDATE steps_steprun SET status = 'returned' WHERE id = %s", run.pk) == "run_over_kept"
        assert self.write("DELETE FROM steps_steprun WHERE id = %s", run.pk) == "run_over_kept"

    def test_a_stopped_sheet_does_not_move(self, of):
        run = services.hold_run(actor=of.by("S"), reason="备份未完成", run=executed(of))
        assert self.write("UPDATE steps_steprun SET status = 'reviewing' WHERE id = %s", run.pk) == "run_held"

    def test_signatures_and_signed_material_stay(self, of):
        run = executed(of)
        assert self.write("UPDATE steps_stepsignature SET text = '改' WHERE run_id = %s", run.pk) == "signature_kept"
        assert self.write("DELETE FROM steps_stepsignature WHERE run_id = %s", run.pk) == "signature_kept"
        assert self.write("UPDATE steps_stepmaterial SET name = '改' WHERE run_id = %s", run.pk) == "material_kept"


class TestAround:
    def test_to_dos_follow_the_turn(self, of):
        def asked(letter):
            return [
                todo.verb
                for todo in own_todos(of.by(letter))
                if "环节" in todo.verb or "复核" in todo.verb or "监督" in todo.verb
            ]

        run = ordered(of)
        assert [asked(letter) for letter in "LARS"] == [[], ["执行环节"], [], []]
        run = executed(of, run)
        assert [asked(letter) for letter in "LARS"] == [[], [], ["接收复核"], []]
        run = passed(of, taken(of, run))
        assert [asked(letter) for letter in "LARS"] == [[], [], [], ["监督确认"]]
        confirmed(of, run)
        assert [asked(letter) for letter in "LARS"] == [["归档环节单"], [], [], []]

    def test_a_season_does_not_close_over_open_sheets(self, of):
        run = confirmed(of)
        secretary = user_with(Role.SECRETARIAT)
        found = before_season_closes(of.group.season, secretary)
        assert [(one.kind, one.holds) for one in found] == [("环节单（监督确认）", True)]
        archived(of, run)
        assert before_season_closes(of.group.season, secretary) == []

    def test_who_sees_a_sheet(self, of):
        run = executed(of)
        leader = leader_of(of.group, status="on_duty").person
        elsewhere = staffed(of.group, groups_apart=True, name="复核在他组的环节")
        other_leader = leader_of(elsewhere.posts["R"].group, status="on_duty").person
        assert StepRun.objects.visible_to(again(other_leader)).filter(pk=executed(elsewhere).pk).exists()
        assert not StepRun.objects.visible_to(again(other_leader)).filter(pk=run.pk).exists()
        mine = user_with(Role.SUPERVISOR, season=of.group.season, group=of.group)
        other = user_with(
            Role.SUPERVISOR, season=of.group.season, group=PostFactory(group__season=of.group.season).group
        )
        seeing = [
            *(of.by(letter) for letter in "LARS"),
            leader,
            mine,
            user_with(Role.SECRETARIAT),
            user_with(Role.AUDIT_ADMIN),
        ]
        assert all(StepRun.objects.visible_to(again(user)).filter(pk=run.pk).exists() for user in seeing)
        for user in (other, UserFactory(), user_with(Role.SYSTEM_ADMIN), user_with(Role.TRAINING_OFFICER)):
            assert not StepRun.objects.visible_to(again(user)).filter(pk=run.pk).exists()
