"""May X publish, sign, decline, read?"""

from typing import Any

from admissions.accounts.enums import Role
from admissions.accounts.permissions import Permission
from admissions.accounts.rules import may
from admissions.accounts.selectors import live_grants
from admissions.core.decision import Decision, allow, deny, first_denial

from .enums import PledgeStanding, ScanStatus, SigningMethod, VersionStatus
from .models import Pledge, PledgeScan, PledgeVersion
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


def can_upload_scan(user: Any, duty: Duty) -> Decision:
    """The secretariat, for somebody else, while the document is open and no scan waits."""
    own = (
        deny("签名人不能上传自己的扫描件。", who_can="请在线签订，或请其他行政秘书上传。")
        if duty.appointment.person_id == user.pk
        else allow()
    )
    waiting = PledgeScan.objects.filter(
        appointment=duty.appointment, version=duty.version, status=ScanStatus.PENDING
    ).exists()
    return first_denial(
        can_manage_pledges(user, duty.version.template.season),
        own,
        _still_open(duty),
        deny("已有一份扫描件等待核对。", who_can="请先完成核对。") if waiting else allow(),
    )


def _still_open(duty: Duty) -> Decision:
    if duty.standing == PledgeStanding.NOT_OPEN:
        return deny(f"本承诺书还没有开放，须等{duty.waits_for}先签。", CASCADE_CLAUSE)
    if duty.standing == PledgeStanding.SIGNED:
        return deny("已按现行版本签订，不必重复签订。")
    return allow() if duty.can_answer else deny("本岗位不要求签承诺书。")


def can_compare_scan(user: Any, scan: PledgeScan) -> Decision:
    """A second officer of the secretariat, neither who uploaded it nor whose signature it shows."""
    state = allow() if scan.status == ScanStatus.PENDING else deny(f"扫描件{scan.get_status_display()}，不必再核对。")
    another = (
        deny("核对人不能是上传人或者签名人。", who_can="请另一名行政秘书核对。")
        if user.pk in (scan.uploaded_by_id, scan.signer_id)
        else allow()
    )
    return first_denial(state, can_manage_pledges(user, scan.version.template.season), another)


def can_disown(user: Any, pledge: Pledge) -> Decision:
    """The person concerned says that a signature on paper is not theirs, as long as it is their last answer."""
    if pledge.method != SigningMethod.SCAN or not pledge.is_signed:
        return deny("只有纸质签名扫描的承诺书可以提出异议。")
    if pledge.appointment.person_id != user.pk:
        return deny("异议由签名人本人提出。", who_can=f"请由{pledge.person_name}本人登录办理。")
    later = Pledge.objects.filter(
        appointment=pledge.appointment_id, version__template=pledge.version.template_id, pk__gt=pledge.pk
    )
    return deny("您之后已另行答复，不必再提异议。") if later.exists() else allow()


def can_read_scan(user: Any, scan: PledgeScan) -> Decision:
    """Whose signature it is, who compares it, who supervises."""
    supervises = any(grant.role == Role.SUPERVISOR for grant in live_grants(user))
    if scan.signer_id == user.pk or supervises:
        return allow()
    return can_manage_pledges(user, scan.version.template.season)
