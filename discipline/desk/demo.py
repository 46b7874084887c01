"""The demonstration's supervision: opinions in each state, one closed whose problem came back, a mark, a finding put aside."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from admissions.accounts.models import User
from admissions.audit.models import Event
from discipline.desk.indicators import Watch, high_risk
from discipline.desk.rules import can_dismiss
from discipline.desk.services import dismiss
from discipline.opinions.enums import OpinionKind
from discipline.opinions.models import Opinion
from discipline.opinions.rules import can_issue
from discipline.opinions.services import (
    answer_opinion,
    close_opinion,
    flag_entry,
    issue_opinion,
    note_recurrence,
    return_opinion,
    withdraw_opinion,
)
from workgroups.appointments.models import Appointment
from workgroups.groups.enums import PostRank
from workgroups.groups.models import WorkGroup

SUPERVISOR = "supervisor"


def build_supervision() -> int:
    """Once; how many opinions there are. Nothing without the demonstration's supervisor and a group with its leader."""
    if Opinion.objects.exists():
        return Opinion.objects.count()
    supervisor = User.objects.filter(username=SUPERVISOR).first()
    found = _led_group(supervisor) if supervisor is not None else None
    if found is not None:
        _opinions(*found)
        _mark(found[0])
        _put_aside(found[0])
    return Opinion.objects.count()


def _led_group(supervisor: User) -> tuple[WorkGroup, User] | None:
    """A group of the supervisor's that somebody leads now."""
    leading = Appointment.objects.in_force().filter(post__rank=PostRank.LEADER).select_related("post__group", "person")
    for row in leading.order_by("post__group__order", "pk"):
        if can_issue(_supervisor(), row.post.group).ok:
            return row.post.group, row.person
    return None


def _supervisor() -> User:
    """As a new request sees the person."""
    return User.objects.get(username=SUPERVISOR)


def _day(days: int) -> Any:
    return timezone.localdate() + timedelta(days=days)


def _opinions(group: WorkGroup, leader: User) -> None:
    given = {"actor": _supervisor(), "group": group}
    issue_opinion(
        **given, reason="值守检查", kind=OpinionKind.REMIND, title="值守交接记录不及时", due_on=_day(3),
        text="夜班交接记录第二天上午才补。请当班当时交接，组长逐日核对。",
    )  # fmt: skip
    waiting = issue_opinion(
        **given, reason="环节抽查", kind=OpinionKind.ADVISE, title="复核意见过于简单", due_on=_day(2),
        text="抽查的复核意见只写“同意”。请写明核对了什么、依据什么。",
    )  # fmt: skip
    answer_opinion(
        actor=leader, reason="答复", opinion=waiting, text="已向复核人员重申要求，今天起的复核意见逐条写明依据。"
    )
    before = issue_opinion(
        **given, reason="环节抽查", kind=OpinionKind.ADVISE, title="代岗没有事先登记", due_on=_day(2),
        text="有一班由他人代岗，事后才登记。请先登记、后代岗。",
    )  # fmt: skip
    answer_opinion(actor=leader, reason="答复", opinion=before, text="已补登记。")
    return_opinion(actor=_supervisor(), reason="只补了登记，没有说明怎样防止再次发生。", opinion=before, due_on=_day(3))
    answer_opinion(actor=leader, reason="答复", opinion=before, text="已向全组说明代岗须先登记，每班开始由组长核对。")
    close_opinion(actor=_supervisor(), reason="查看代岗登记，三天内均为事先登记。", opinion=before)
    note_recurrence(
        actor=_supervisor(), reason="抽查发现再次出现", opinion=before, kind=OpinionKind.ORDER, due_on=_day(1),
        text="代岗未登记再次出现。请于明天前说明原因和责任人。",
    )  # fmt: skip
    back = issue_opinion(
        **given, reason="材料抽查", kind=OpinionKind.ADVISE, title="培训签到代签", due_on=_day(2),
        text="签到表上两人笔迹相同。请查明并补训。",
    )  # fmt: skip
    answer_opinion(actor=leader, reason="答复", opinion=back, text="已提醒。")
    return_opinion(actor=_supervisor(), reason="没有补训记录，请补训后附签到表。", opinion=back, due_on=_day(2))
    mistaken = issue_opinion(
        **given, reason="值守检查", kind=OpinionKind.REMIND, title="值班电话无人接听", due_on=_day(2),
        text="两次拨打值班电话无人接听。请说明。",
    )  # fmt: skip
    withdraw_opinion(actor=_supervisor(), reason="拨错号码，情况不属实。", opinion=mistaken)


def _mark(group: WorkGroup) -> None:
    event = Event.objects.visible_to(_supervisor()).filter(group_id=group.pk).newest_first().first()
    if event is not None:
        flag_entry(actor=_supervisor(), reason="办理时间与值守安排对不上，待核实。", event=event)


def _put_aside(group: WorkGroup) -> None:
    """Looked into with a reason, so that the list of such findings is not empty."""
    watch = Watch(_supervisor(), group.season, timezone.localdate())
    found = [finding for finding in high_risk(watch) if can_dismiss(watch.user, finding.group_id).ok]
    for finding in found[:1]:
        dismiss(actor=_supervisor(), reason="已核对原件，办理有依据。", finding=finding)
