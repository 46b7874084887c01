"""May X publish, sign, decline, read?"""

from typing import Any

from admissions.accounts.permissions import Permission
from admissions.accounts.rules import may
from admissions.core.decision import Decision, allow, deny, first_denial

from .enums import PledgeStanding, VersionStatus
from .models import PledgeVersion
from .selectors import Duty

CASCADE_CLAUSE = "层层签订：组长承担主体责任、组员承担直接责任"


def can_manage_pledges(user: Any, season: Any) -> Decision:
    """The secretariat drafts and publishes."""
    return may(user, Permission.MANAGE_PLEDGES, "编制承诺书", season_id=season.pk)


def can_publish_version(user: Any, version: PledgeVersion) -> Decision:
    """A draft with at least one clause."""
    return first_denial(
        can_manage_pledges(user, version.template.season),
        allow() if version.status == VersionStatus.DRAFT else deny("这一版已经发布，不能重复发布。"),
        allow() if version.clauses.exists() else deny("没有引用任何条款，不能发布。", who_can="请先选择要承诺的条款。"),
    )


def can_answer(user: Any, duty: Duty) -> Decision:
    """Only the person concerned, once the leader has signed, and only when there is something to answer."""
    if duty.appointment.person_id != user.pk:
        return deny(
            "承诺书只能由本人签订，不能代签。", CASCADE_CLAUSE, f"请由{duty.appointment.person.name}本人登录签订。"
        )
    if duty.standing == PledgeStanding.NOT_OPEN:
        return deny(
            f"本承诺书还没有开放，须等{duty.waits_for}先签。", CASCADE_CLAUSE, "可在“我的待办”里看到何时轮到您。"
        )
    if duty.standing == PledgeStanding.SIGNED:
        return deny("您已按现行版本签订，不必重复签订。")
    return allow() if duty.can_answer else deny("本岗位不要求签承诺书。")
