"""Meetings that are over, going on and being prepared; emergencies, acts without decision, a reconsideration."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from admissions.accounts.enums import Role
from admissions.audit.models import Event
from tests.factories.accounts import RoleGrantFactory, UserFactory, user_with
from tests.factories.meetings import (
    Body,
    MatterFactory,
    convened,
    decided,
    entered,
    heard,
    opened,
    prepared,
    proposed,
    seat,
    sign_in,
    sitting,
    stated,
)
from tests.factories.workgroups import AppointmentFactory, PostFactory, WorkGroupFactory
from tests.house.lookers import LEADER, SECRETARY, SUPERVISOR
from tests.house.world import INSTITUTION_NAME, ITEM_NAME, World
from tests.trail import setting_up
from workgroups.appointments.enums import AppointmentStatus
from workgroups.appointments.services import confirm_appointment
from workgroups.followups.services import assign_task
from workgroups.groups.enums import GroupKind
from workgroups.meetings.models import (
    AgendaItem,
    DecisionMatter,
    EmergencyDecision,
    ItemRecusal,
    ListedAction,
    Paper,
    PaperReceipt,
    Prerequisite,
    ReconsiderConsent,
)
from workgroups.meetings.services.agenda import reconsider_item, schedule_item
from workgroups.meetings.services.decisions import decide, defer_item, issue_resolution, open_item
from workgroups.meetings.services.emergencies import cosign_emergency, declare_emergency, lapse_unratified
from workgroups.meetings.services.entries import dispute_position
from workgroups.meetings.services.minutes import circulate_minutes, confirm_minutes
from workgroups.meetings.services.oversight import explain_act
from workgroups.meetings.services.questions import answer_question, raise_question
from workgroups.meetings.services.rulings import answer_ruling, rule_deferral
from workgroups.meetings.services.sittings import close_meeting
from workgroups.meetings.services.supervision import answer_remark, excuse_supervisor, give_remark, reject_answer


def plant(world: World) -> None:
    """A body whose head is the leader of the other group: one meeting over, one going on, one being prepared."""
    group = WorkGroupFactory(season=world.season, kind=GroupKind.LEADING, name="领导小组")
    post = PostFactory(group=group, name="成员", headcount_max=9)
    people = [AppointmentFactory(post=post, status=AppointmentStatus.ON_DUTY).person for _ in range(2)]
    RoleGrantFactory(user=world.who[SUPERVISOR], role=Role.SUPERVISOR, season=world.season, group=group)
    of = Body(group, world.who[LEADER], people, world.who[SECRETARY], world.who[SUPERVISOR])
    matter = MatterFactory()
    item = decided(of, proposed(of, matter))
    remark = give_remark(actor=of.supervisor, reason="请公开测算", item=item, kind="remind")
    close_meeting(actor=of.head, reason="闭会", meeting=item.meeting)
    resolution = issue_resolution(actor=of.secretary, reason="形成", item=item, text="同意追加。")
    task = assign_task(
        actor=of.secretary,
        reason="交办",
        origin=resolution,
        what="下达计划",
        assignee=of.head,
        acceptor=people[0],
        due_on=timezone.localdate() + timedelta(days=5),
    )
    named = proposed(of, matter, title=f"{INSTITUTION_NAME}追加计划", institution=world.institution)
    meeting = sitting(of, named, title="第二次会议")
    named = open_item(actor=of.head, reason="审议", item=named)
    deferral = stated(named, people[0], "defer", "待核对")
    question = raise_question(
        actor=of.head,
        reason=f"其亲属在{INSTITUTION_NAME}",
        item=named,
        seat=seat(meeting, people[0]),
        kind="recusal",
    )
    answer_question(actor=people[1], reason=f"与{INSTITUTION_NAME}无关", question=question, answer="stands")
    with setting_up():
        paper = Paper(item=named, title="测算", file=world.file, added_by=of.secretary, added_at=timezone.now())
        paper.save()
        prerequisite = Prerequisite(item=named, name="合规审查", file=world.file, summary=f"{INSTITUTION_NAME}条件具备")
        prerequisite.save()
    world.keep(
        matter=matter,
        decided_item=item,
        tally=item.tally,
        remark=remark,
        minutes=circulate_minutes(actor=of.head, reason="送核", minutes=item.meeting.minutes),
        resolution=resolution,
        task=task,
        named_item=named,
        meeting=meeting,
        deferral=deferral,
        room_question=question,
        paper=paper,
        prerequisite=prerequisite,
        draft_meeting=prepared(of, "第三次会议"),
        new_item=proposed(of, MatterFactory(code="b", name="人事", prerequisites=["合规审查"]), title="调整分工"),
    )
    world.keep(draft_seat=seat(world.draft_meeting, of.supervisor), own_seat=seat(meeting, of.head))
    world.keep(body_member=people[0], body_colleague=people[1])
    _oversight(world, of)
    _further_states(world, of, matter)


def _oversight(world: World, of: Body) -> None:
    """An emergency about the institution, one lapsed; an act without decision, another one explained; a reconsideration."""
    urgent = MatterFactory(code="urgent", name="突发情况处置", allows_emergency=True)
    with setting_up():
        ListedAction(matter=urgent, action="appointments.confirm", since=timezone.now() - timedelta(minutes=5)).save()
    world.keep(
        emergency=_emergency(world, of, urgent, 1),
        lapsed_effect=_emergency(world, of, urgent, 48).effects.get(),
    )
    lapse_unratified()
    for name in ("unexplained", "explained"):
        row = AppointmentFactory(post=world.post, status=AppointmentStatus.PROPOSED, basis="")
        confirm_appointment(actor=of.secretary, reason="任命", appointment=row, basis="口头同意")
        world.keep(**{name: Event.objects.get(action="appointments.confirm", target_id=str(row.pk))})
    world.keep(
        explanation=explain_act(actor=of.secretary, reason="时间紧", event=world.explained),
        again_item=reconsider_item(
            actor=of.secretary, reason="复议", item=world.decided_item, proposal="改为3名。", new_facts="来函更正"
        ),
    )


def _emergency(world: World, of: Body, matter: Any, hours: int) -> EmergencyDecision:
    """Declared by a member so many hours ago; past its time it is signed as well."""
    row = declare_emergency(
        actor=of.members[0],
        reason="断电",
        group=of.group,
        matter=matter,
        category="system",
        title=f"{INSTITUTION_NAME}投档中断",
        measures="切换备用线路。",
        limits="只限当日。",
        effects=[f"{INSTITUTION_NAME}投档推迟"],
        happened_at=timezone.now() - timedelta(hours=hours),
        institution=world.institution,
    )
    return cosign_emergency(actor=of.members[1], reason="同签", emergency=row) if hours > matter.ratify_hours else row


def _further_states(world: World, of: Body, matter: Any) -> None:
    """Items and meetings at other points of their way, and what people left on them; those about the institution named so."""
    about = {"institution": world.institution}

    def item(title: str, **fields: Any) -> AgendaItem:
        return proposed(of, matter, title=title, **fields)

    convened_meeting = convened(of, item("调整批次线"), title="第四次会议")
    for person in of.everybody():
        sign_in(convened_meeting, person)
    schedule_item(actor=of.secretary, reason="列入", item=item("年度安排"), meeting=world.draft_meeting)
    sat = decided(of, item(f"{INSTITUTION_NAME}增补计划", **about), title="第五次会议")
    remark = give_remark(actor=of.supervisor, reason=f"请核{INSTITUTION_NAME}计划", item=sat, kind="remind")
    remark = answer_remark(actor=of.head, reason="已核", remark=remark)
    reject_answer(actor=of.supervisor, reason=f"没有写明{INSTITUTION_NAME}计划数", remark=remark)
    remark = answer_remark(actor=of.head, reason="已核，计划数2名", remark=remark)
    nearly = item("核定分省计划")
    running = sitting(of, nearly, item("另一项"), title="第六次会议")
    nearly = open_item(actor=of.head, reason="审议", item=AgendaItem.objects.get(pk=nearly.pk))
    for person in (*of.members, of.head):
        stated(nearly, person)
    world.keep(
        convened_meeting=convened_meeting,
        finished_meeting=sat.meeting,
        fresh_decision=sat,
        answered_remark=remark,
        running_meeting=running,
        spoken_item=nearly,
        waiting_item=running.items.get(title="另一项"),
        free_item=item("修订值守办法"),
        effective=_effective(world, of),
    )
    _minutes(world, of, matter)
    _left_behind(world, of)
    _in_the_room(world, of, matter)
    _headed(world, of)
    settled = decided(of, item("不再办理的事项"), title="第十次会议")
    heard(of, settled)
    issue_resolution(actor=of.secretary, reason="形成", item=settled, text="同意。")
    world.keep(resolved_item=settled)
    apart = decided(of, item(f"{ITEM_NAME}题", proposal=f"{ITEM_NAME}的提案"), title="第十二次会议")
    heard(of, apart)
    issue_resolution(actor=of.secretary, reason=f"{ITEM_NAME}已定", item=apart, text=f"同意{ITEM_NAME}。")
    world.keep(item_apart=apart)


def _in_the_room(world: World, of: Body, matter: Any) -> None:
    """A word entered and disputed, a deferral ruled on; another question that waits, one not put; a supervisor excused."""
    about, (one, other) = {"institution": world.institution}, of.members
    put_off = proposed(of, matter, title=f"{INSTITUTION_NAME}缓办事项", **about)
    put_off = opened(of, put_off, title="第九次会议")
    position = stated(put_off, one, "defer", f"{INSTITUTION_NAME}数据待核")
    wrong = entered(of, put_off, other, "agree_noted", f"{INSTITUTION_NAME}须再核")
    dispute_position(actor=other, reason=f"{INSTITUTION_NAME}不须再核", position=wrong)
    stated(put_off, other)
    motion = rule_deferral(actor=of.head, reason=f"{INSTITUTION_NAME}数据已核", position=position)
    answer_ruling(actor=other, reason=f"{INSTITUTION_NAME}数据无误", motion=motion, agrees=True)
    defer_item(actor=of.head, reason=f"{INSTITUTION_NAME}材料待补", item=put_off)
    asked = opened(of, proposed(of, matter, title="值守表"), title="第十三次会议")
    deferral, entry = stated(asked, one, "defer", "待核"), entered(of, asked, other)
    world.keep(open_ruling=rule_deferral(actor=of.secretary, reason="已核", position=deferral), entry=entry)
    unruled = opened(of, proposed(of, matter, title="考务安排"), title="第十四次会议")
    world.keep(unruled=stated(unruled, one, "defer", "待核"), supervisor_seat=seat(unruled.meeting, of.supervisor))
    stated(unruled, other)
    world.keep(superior=user_with(Role.SUPERVISOR))
    ill = convened(of, proposed(of, matter, title="补充事项"), title="第十五次会议")
    excuse_supervisor(actor=world.superior, reason="生病", seat=seat(ill, of.supervisor))


def _headed(world: World, of: Body) -> None:
    """About the institution, decided by the head who says why, and its resolution."""
    matter = MatterFactory(code="headed", name="首长决定事项", mode="head")
    item = proposed(of, matter, title=f"{INSTITUTION_NAME}降分", institution=world.institution)
    item = opened(of, item, title="第十一次会议")
    for person in (*of.members, of.head):
        stated(item, person, text=f"{INSTITUTION_NAME}确有余缺")
    decide(
        actor=of.head,
        reason="宣布",
        item=item,
        head_outcome="passed",
        head_reason=f"{INSTITUTION_NAME}生源不足",
    )
    heard(of, item)
    issue_resolution(actor=of.secretary, reason="形成", item=item, text=f"同意{INSTITUTION_NAME}降分。")


def _effective(world: World, of: Body) -> EmergencyDecision:
    """Signed by two and in its time."""
    row = _emergency(world, of, DecisionMatter.objects.get(code="urgent"), 1)
    return cosign_emergency(actor=of.members[1], reason="同签", emergency=row)


def _minutes(world: World, of: Body, matter: Any) -> None:
    """Of a meeting that is over, as they were drawn up; and of another, confirmed by everybody."""
    for name, title in (("draft_minutes", "第七次"), ("confirmed_minutes", "第八次")):
        item = decided(of, proposed(of, matter, title=f"{title}会议的事项"), title=f"{title}会议")
        give_remark(actor=of.supervisor, reason="程序合规", item=item, kind="none")
        close_meeting(actor=of.head, reason="闭会", meeting=item.meeting)
        world.keep(**{name: item.meeting.minutes})
    confirmed = circulate_minutes(actor=of.head, reason="送核", minutes=world.confirmed_minutes)
    for person in (*of.everybody(), of.supervisor):
        confirm_minutes(actor=person, reason="核对", minutes=confirmed)


def _left_behind(world: World, of: Body) -> None:
    """About the institution: who kept away, who agreed to decide again, who read a paper, how a deferral was answered."""
    now, named = timezone.now(), world.named_item
    again = reconsider_item(
        actor=of.secretary,
        reason="复议",
        item=world.fresh_decision,
        proposal=f"{INSTITUTION_NAME}改为2名。",
        new_facts=f"{INSTITUTION_NAME}来函",
    )
    with setting_up():
        newer = Paper(
            item=named,
            title=world.paper.title,
            version=2,
            change=f"按{INSTITUTION_NAME}来函改",
            file=world.file,
            added_by=of.secretary,
            added_at=now,
        )
        rows = [
            newer,
            ItemRecusal(
                item=named, person=UserFactory(), reason=f"亲属在{INSTITUTION_NAME}", recorded_by=of.secretary, at=now
            ),
            ReconsiderConsent(
                item=again,
                seat=seat(world.finished_meeting, of.members[0]),
                agrees=False,
                text=f"{INSTITUTION_NAME}无新情况",
                at=now,
            ),
        ]
        for row in rows:
            row.save()
        PaperReceipt(paper=newer, person=of.members[0], at=now).save()
    world.keep(newer_paper=newer)
