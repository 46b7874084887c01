"""From a proposal to a resolution carried out; and everything that must not happen on the way."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from admissions.accounts.enums import Role
from admissions.accounts.models import User
from admissions.core.decision import Refused
from tests.factories.accounts import user_with
from tests.factories.meetings import (
    MatterFactory,
    body,
    convened,
    decided,
    entered,
    heard,
    opened,
    prepared,
    proposed,
    resolved,
    resolved_unheard,
    ruled,
    seat,
    sitting,
    stated,
    upload,
)
from tests.factories.recusal import fact_about
from tests.races import together
from tests.trail import assert_recorded, assert_refused
from workgroups.followups.services import assign_task
from workgroups.meetings import rules, tally
from workgroups.meetings.enums import DecisionMode, ItemStatus, PresenceKind, RemarkKind, Stance
from workgroups.meetings.models import AgendaItem, Position, Presence, Tally
from workgroups.meetings.services import agenda, decisions, matters, sittings, supervision


def fresh(record):
    return type(record).objects.get(pk=record.pk)


def decide(of, item, **kwargs):
    return decisions.decide(actor=kwargs.pop("actor", of.head), reason="宣布", item=fresh(item), **kwargs)


@pytest.mark.django_db
class TestAgenda:
    def test_an_item_without_its_prerequisites_cannot_be_scheduled(self, settings, tmp_path):
        settings.MEDIA_ROOT = tmp_path
        of = body()
        item = proposed(of, MatterFactory(prerequisites=["合规审查", "风险评估"]))
        meeting = prepared(of)

        def schedule():
            return agenda.schedule_item(actor=of.secretary, reason="列入", item=fresh(item), meeting=meeting)

        with pytest.raises(Refused, match="还缺前置材料：合规审查、风险评估"):
            schedule()
        for name in ("合规审查", "风险评估"):
            agenda.attach_prerequisite(
                actor=of.secretary, reason="补齐", item=fresh(item), name=name, summary="无异议", incoming=upload()
            )
        assert schedule().status == ItemStatus.SCHEDULED
        assert_refused("meetings.schedule_item", actor=of.secretary)

    def test_another_bodys_matter_is_refused(self):
        of = body()
        with pytest.raises(Refused, match="不能提交"):
            proposed(of, MatterFactory(body="admission"))

    def test_after_the_notice_only_as_a_permitted_motion_with_its_reason(self):
        of = body()
        meeting = convened(of, proposed(of))
        late = proposed(of, title="临时议题")

        def schedule(**kwargs):
            return agenda.schedule_item(actor=of.secretary, reason="列入", item=fresh(late), meeting=meeting, **kwargs)

        with pytest.raises(Refused, match="临时动议办理"):
            schedule()
        with pytest.raises(ValidationError, match="写明理由"):
            schedule(is_motion=True)
        assert schedule(is_motion=True, motion_reason="全体成员同意").is_motion
        other = proposed(of, MatterFactory(code="personnel", name="人事", allows_motion=False), title="人事议题")
        with pytest.raises(Refused, match="不得作为临时动议"):
            agenda.schedule_item(
                actor=of.secretary, reason="列入", item=other, meeting=meeting, is_motion=True, motion_reason="急"
            )

    def test_no_notice_without_head_members_and_supervisor(self):
        of = body()
        meeting = sittings.prepare_meeting(
            actor=of.secretary, reason="筹备", group=of.group, title="会", place="室",
            starts_at=timezone.now() + timedelta(days=2),
        )  # fmt: skip
        with pytest.raises(Refused, match="还缺列席监督人员"):
            sittings.convene(actor=of.secretary, reason="通知", meeting=meeting)

    def test_the_roll_is_fixed_by_the_notice(self):
        of = body()
        meeting = convened(of)
        with pytest.raises(Refused, match="通知已发出"):
            sittings.uninvite(actor=of.secretary, reason="移出", seat=seat(meeting, of.members[0]))

    def test_a_replaced_paper_says_what_changed(self, settings, tmp_path):
        settings.MEDIA_ROOT = tmp_path
        of = body()
        item = proposed(of)

        def add(change):
            return agenda.add_paper(
                actor=of.secretary, reason="上传", item=fresh(item), title="测算", change=change, incoming=upload()
            )

        add("")
        with pytest.raises(Refused, match="写明改了什么"):
            add(" ")
        assert add("改正合计").version == 2

    def test_a_cancelled_meeting_gives_its_items_back(self):
        of = body()
        item = proposed(of)
        meeting = convened(of, item)
        sittings.cancel_meeting(actor=of.secretary, reason="改期", meeting=meeting)
        assert (fresh(item).status, fresh(item).meeting) == (ItemStatus.PROPOSED, None)


@pytest.mark.django_db
class TestPresence:
    def test_below_the_quorum_nothing_opens_and_nothing_is_decided(self):
        of = body(6)
        item = proposed(of)
        sitting(of, item, absent=tuple(of.members[:3]))
        with pytest.raises(Refused, match="未达法定人数4人，还需1人到会"):
            decisions.open_item(actor=of.head, reason="审议", item=fresh(item))

    def test_quorum_lost_at_the_instant_of_the_last_position(self):
        of = body(3)
        item = opened(of, proposed(of))
        for person in [*of.members, of.head]:
            stated(item, person)
        for person in of.members:
            sittings.step_out(actor=person, reason="离席", seat=seat(fresh(item).meeting, person))
        with pytest.raises(Refused, match="未达法定人数"):
            decide(of, item)
        sittings.be_present(
            actor=of.members[0], reason="返回", seat=seat(fresh(item).meeting, of.members[0]), kind=PresenceKind.PRESENT
        )
        assert decide(of, item).proof["computed"]["present"] == 2

    def test_intervals_are_ended_once_and_never_moved(self):
        of = body()
        meeting = convened(of)
        place = seat(meeting, of.head)
        sittings.be_present(actor=of.head, reason="签到", seat=place, kind=PresenceKind.PRESENT)
        sittings.step_out(actor=of.head, reason="离席", seat=fresh(place))
        row = Presence.objects.get(seat=place)
        with (
            pytest.raises(IntegrityError, match="只能结束"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("UPDATE meetings_presence SET period = tstzrange(now(), null) WHERE id = %s", [row.pk])

    def test_an_observer_does_not_become_a_member_by_signing_in(self):
        of = body()
        meeting = convened(of)
        row = sittings.be_present(
            actor=of.supervisor, reason="签到", seat=seat(meeting, of.supervisor), kind=PresenceKind.PRESENT
        )
        assert row.kind == PresenceKind.OBSERVING

    def test_a_clock_set_back_makes_no_backward_interval(self, monkeypatch):
        of = body()
        meeting = convened(of)
        place = seat(meeting, of.head)
        sittings.be_present(actor=of.head, reason="签到", seat=place, kind=PresenceKind.PRESENT)
        earlier = timezone.now() - timedelta(hours=1)
        monkeypatch.setattr(sittings.timezone, "now", lambda: earlier)
        sittings.step_out(actor=of.head, reason="离席", seat=fresh(place))
        assert Presence.objects.get(seat=place).period.isempty


@pytest.mark.django_db
class TestPositions:
    def test_the_head_waits_for_the_others(self):
        of = body(3)
        item = opened(of, proposed(of))
        stated(item, of.members[0])
        with pytest.raises(Refused, match=f"还需{of.members[1].name}先表态"):
            stated(item, of.head)
        stated(item, of.members[1])
        stated(item, of.head)
        assert decide(of, item).outcome == "passed"

    def test_the_database_keeps_the_head_last_past_every_rule(self):
        of = body(3)
        item = opened(of, proposed(of))
        with pytest.raises(IntegrityError, match="the head speaks last"), transaction.atomic():
            _raw_position(item, seat(fresh(item).meeting, of.head), of.head)

    def test_the_database_refuses_observers_and_the_absent(self):
        of = body(3)
        item = opened(of, proposed(of))
        meeting = fresh(item).meeting
        with pytest.raises(IntegrityError, match="no position for this seat"), transaction.atomic():
            _raw_position(item, seat(meeting, of.supervisor), of.supervisor)
        sittings.step_out(actor=of.members[0], reason="离席", seat=seat(meeting, of.members[0]))
        with pytest.raises(IntegrityError, match="absent"), transaction.atomic():
            _raw_position(item, seat(meeting, of.members[0]), of.members[0])

    @pytest.mark.parametrize("stance", [Stance.AGREE_NOTED, Stance.DEFER, Stance.DISAGREE])
    def test_what_matters_needs_its_text(self, stance):
        of = body(3)
        item = opened(of, proposed(of))
        with pytest.raises(Refused, match="请写明"):
            stated(item, of.members[0], stance)

    def test_a_deferral_blocks_until_its_author_or_a_ruling_lifts_it(self):
        of = body(3)
        item = opened(of, proposed(of))
        deferral = stated(item, of.members[0], Stance.DEFER, "待核对生源数")
        stated(item, of.members[1])
        with pytest.raises(Refused, match="暂缓条件尚未解除"):
            stated(item, of.head)
        ruled(of, deferral, of.members[1])
        stated(item, of.head)
        record = decide(of, item)
        assert record.outcome == "passed"
        assert record.proof["cleared"] == [deferral.pk]

    def test_after_the_result_no_position_no_change(self):
        of = body(3)
        item = decided(of, proposed(of))
        with pytest.raises(Refused, match="现在不能表态"):
            stated(item, of.members[0], Stance.ABSTAIN)
        row = Position.objects.filter(item=item).first()
        with pytest.raises(IntegrityError, match="只能追加"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE meetings_position SET stance = 'abstain' WHERE id = %s", [row.pk])
        with (
            pytest.raises(IntegrityError, match="内容和规则不能再改"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("UPDATE meetings_agendaitem SET proposal = '改' WHERE id = %s", [item.pk])

    def test_the_office_enters_for_a_member_and_is_named(self):
        of = body(3)
        item = opened(of, proposed(of))
        row = entered(of, item, of.members[0])
        assert_recorded("meetings.enter_position", actor=of.secretary)
        assert (row.seat.person, row.entered_by) == (of.members[0], of.secretary)
        with pytest.raises(Refused):
            decisions.state_position(
                actor=of.members[1],
                reason="代",
                item=fresh(item),
                seat=seat(fresh(item).meeting, of.members[0]),
                stance="agree",
            )

    def test_a_rule_edited_in_the_middle_changes_nothing(self):
        of = body(3)
        item = opened(of, proposed(of))
        matters.change_matter(
            actor=user_with(Role.RULE_EDITOR), reason="改", matter=item.matter, fields={"majority": "all"}
        )
        for person, stance in zip([*of.members, of.head], ["agree", "abstain", "agree"], strict=True):
            stated(item, person, stance)
        assert decide(of, item).outcome == "passed"


@pytest.mark.django_db
class TestRecusal:
    def test_recused_from_the_item_neither_sees_nor_states_nor_counts(self):
        of = body(4)
        item = proposed(of)
        meeting = sitting(of, item)
        agenda.recuse_from_item(actor=of.members[0], reason="亲属在该院校任职", item=fresh(item))
        item = decisions.open_item(actor=of.head, reason="审议", item=fresh(item))
        assert not AgendaItem.objects.visible_to(User.objects.get(pk=of.members[0].pk)).filter(pk=item.pk).exists()
        with pytest.raises(Refused, match="回避"):
            stated(item, of.members[0])
        with pytest.raises(IntegrityError, match="no position"), transaction.atomic():
            _raw_position(item, seat(meeting, of.members[0]), of.members[0])
        for person in [*of.members[1:], of.head]:
            stated(item, person)
        computed = decide(of, item).proof["computed"]
        assert (computed["due"], computed["recused"], computed["present"]) == (3, 1, 3)

    def test_a_recusal_fact_hides_the_item_without_anybody_recording_it(self):
        of = body(3)
        person = of.members[0]
        colleague = of.members[1]
        fact_about(person, of.group.season, key=colleague.pk)
        item = proposed(of, subject_person=colleague)
        convened(of, item)
        assert not AgendaItem.objects.visible_to(User.objects.get(pk=person.pk)).filter(pk=item.pk).exists()
        assert AgendaItem.objects.visible_to(User.objects.get(pk=of.head.pk)).filter(pk=item.pk).exists()

    def test_a_body_exhausted_by_recusals_must_ask_its_superior(self):
        of = body(3)
        item = proposed(of, MatterFactory(recusal_counting="counts"))
        sitting(of, item)
        for person in of.members:
            agenda.recuse_from_item(actor=person, reason="亲属", item=fresh(item))
        with pytest.raises(Refused, match="能参加审议的只有1人，无论谁到会都达不到法定人数"):
            decisions.open_item(actor=of.head, reason="审议", item=fresh(item))

    def test_with_everybody_recused_nobody_decides(self):
        of = body(3)
        item = proposed(of)
        sitting(of, item)
        for person in of.everybody():
            agenda.recuse_from_item(actor=person, reason="亲属", item=fresh(item))
        with pytest.raises(Refused, match="只有0人"):
            decisions.open_item(actor=of.secretary, reason="审议", item=fresh(item))

    def test_nobody_recuses_somebody_else_but_the_office(self):
        of = body(3)
        item = proposed(of)
        convened(of, item)
        with pytest.raises(Refused):
            agenda.recuse_from_item(actor=of.members[0], reason="他有关系", item=fresh(item), person=of.members[1])


@pytest.mark.django_db
class TestHeadResponsibility:
    def item(self, of):
        return opened(of, proposed(of, MatterFactory(mode=DecisionMode.HEAD)))

    def test_the_head_decides_in_person_and_says_why_when_alone(self):
        of = body(3)
        item = self.item(of)
        for person in of.members:
            stated(item, person, Stance.DISAGREE, "不宜")
        stated(item, of.head)
        with pytest.raises(Refused, match="作出决定"):
            decide(of, item)
        with pytest.raises(Refused, match="主要负责人本人"):
            decide(of, item, actor=of.secretary, head_outcome="passed", head_reason="急")
        with pytest.raises(Refused, match="须写明理由"):
            decide(of, item, head_outcome="passed")
        record = decide(of, item, head_outcome="passed", head_reason="考生利益所在")
        assert (record.outcome, record.proof["computed"]["majority_view"]) == ("passed", "failed")


@pytest.mark.django_db
class TestSupervision:
    def test_silence_keeps_the_meeting_open(self):
        of = body(3)
        item = decided(of, proposed(of))
        with pytest.raises(Refused, match="还没有发表监督意见"):
            sittings.close_meeting(actor=of.head, reason="闭会", meeting=item.meeting)
        supervision.give_remark(actor=of.supervisor, reason="无异议", item=item, kind=RemarkKind.NONE)
        meeting = sittings.close_meeting(actor=of.head, reason="闭会", meeting=item.meeting)
        assert meeting.minutes.number
        assert not Presence.objects.filter(seat__meeting=meeting, period__endswith__isnull=True).exists()

    def test_a_stop_suspends_execution_until_its_author_accepts_the_answer(self):
        of = body(3)
        resolution = resolved_unheard(of, proposed(of))
        remark = heard(of, resolution.item, RemarkKind.STOP, "未见测算依据")

        def assign():
            return assign_task(
                actor=of.secretary, reason="交办", origin=resolution, what="下达计划", assignee=of.members[0],
                acceptor=of.members[1], due_on=timezone.localdate() + timedelta(days=3),
            )  # fmt: skip

        with pytest.raises(Refused, match="已制止：未见测算依据"):
            assign()
        supervision.answer_remark(actor=of.head, reason="测算依据已补", remark=remark)
        with pytest.raises(Refused, match="由发表人本人"):
            supervision.settle_remark(actor=of.head, reason="", remark=remark)
        supervision.settle_remark(actor=of.supervisor, reason="认可", remark=remark)
        assert assign().status == "open"

    def test_the_supervisors_word_is_no_vote(self):
        of = body(3)
        item = opened(of, proposed(of))
        with pytest.raises(Refused, match="没有表决权"):
            decisions.state_position(
                actor=of.supervisor,
                reason="反对",
                item=fresh(item),
                seat=seat(fresh(item).meeting, of.supervisor),
                stance="disagree",
                text="反对",
            )


@pytest.mark.django_db
class TestResolution:
    def test_the_proof_holds_for_a_stranger(self):
        of = body(3)
        record = Tally.objects.get(item=decided(of, proposed(of)))
        assert tally.verify_tally(record.proof) == []
        assert tally.digest_of(record.proof) == record.digest
        assert_recorded("meetings.decide", actor=of.head)

    def test_what_failed_makes_no_resolution(self):
        of = body(3)
        item = decided(of, proposed(of), "disagree")
        assert Tally.objects.get(item=item).outcome == "failed"
        with pytest.raises(Refused, match="没有通过"):
            decisions.issue_resolution(actor=of.secretary, reason="形成", item=item, text="同意")

    def test_numbers_run_on(self):
        of = body(3)
        first = resolved(of, proposed(of))
        item = first.item
        sittings.close_meeting(actor=of.head, reason="闭会", meeting=item.meeting)
        second = proposed(of, title="第二项")
        sitting(of, second, title="第二次会议")
        second = decisions.open_item(actor=of.head, reason="审议", item=fresh(second))
        for person in [*of.members, of.head]:
            stated(second, person)
        decide(of, second)
        heard(of, second)
        numbers = [
            first.number,
            decisions.issue_resolution(actor=of.secretary, reason="形成", item=fresh(second), text="同意").number,
        ]
        year = timezone.localdate().year
        assert numbers == [f"招录决〔{year}〕1号", f"招录决〔{year}〕2号"]

    def test_a_paper_replaced_after_the_decision_makes_the_resolution_stale(self, settings, tmp_path):
        settings.MEDIA_ROOT = tmp_path
        of = body(3)
        resolution = resolved(of, proposed(of))
        assert rules.in_force(resolution).ok
        agenda.add_paper(
            actor=of.secretary, reason="换", item=fresh(resolution.item), title="测算", change="", incoming=upload()
        )
        assert "已失效" in rules.in_force(fresh(resolution)).reason

    def test_reconsidering_makes_a_linked_item_for_new_facts(self):
        of = body(3)
        item = decided(of, proposed(of))
        with pytest.raises(ValidationError, match="新的事实"):
            agenda.reconsider_item(actor=of.secretary, reason="复议", item=item, proposal="改为3名", new_facts="")
        again = agenda.reconsider_item(
            actor=of.secretary, reason="复议", item=fresh(item), proposal="改为3名", new_facts="院校来函更正"
        )
        assert again.reconsiders == item
        with pytest.raises(Refused, match="已有复议"):
            agenda.reconsider_item(
                actor=of.secretary, reason="复议", item=fresh(item), proposal="改为2名", new_facts="又来函"
            )


@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_two_people_announcing_give_one_result(self):
        of = body(3)
        item = opened(of, proposed(of))
        for person in [*of.members, of.head]:
            stated(item, person)
        results = together(lambda: decide(of, item), lambda: decide(of, item, actor=of.secretary))
        assert sorted(type(result).__name__ for result in results) == ["Refused", "Tally"]
        assert Tally.objects.count() == 1

    def test_the_same_member_in_two_tabs_leaves_both_on_record_and_the_last_counts(self):
        of = body(3)
        item = opened(of, proposed(of))
        results = together(
            lambda: stated(item, of.members[0]), lambda: stated(item, of.members[0], Stance.DISAGREE, "不宜")
        )
        assert [type(result).__name__ for result in results] == ["Position", "Position"]
        stated(item, of.members[1])
        stated(item, of.head)
        computed = decide(of, item).proof["computed"]
        assert sum(computed["counted"].values()) == 3

    def test_a_position_and_the_result_at_once(self):
        """Either the word is in the proof, or it was refused: never after the proof."""
        of = body(3)
        item = opened(of, proposed(of))
        for person in [*of.members, of.head]:
            stated(item, person)
        word, record = together(
            lambda: stated(item, of.members[0], Stance.DISAGREE, "改变意见"), lambda: decide(of, item)
        )
        kept = Position.objects.filter(item=item).count()
        if isinstance(record, Tally):
            assert kept == len(record.proof["positions"])
        else:
            assert isinstance(record, Refused)
            assert isinstance(word, Position)


def _raw_position(item, place, person):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO meetings_position (revision, item_id, seat_id, stance, text, at, entered_by_id)"
            " VALUES (1, %s, %s, 'agree', '', now(), %s)",
            [item.pk, place.pk, person.pk],
        )
