"""May X publish, sign, decline, read?"""

from admissions.accounts.enums import Role
from admissions.accounts.models import User
from admissions.accounts.permissions import Permission
from admissions.accounts.rules import may
from admissions.accounts.selectors import live_grants
from admissions.core.citations import cite
from admissions.core.decision import Decision, Parts, allow, deny, in_parts
from admissions.seasons.models import Season

from .enums import PledgeStanding, ScanStatus, SigningMethod, VersionStatus
from .models import Pledge, PledgeScan, PledgeVersion
from .selectors import Duty

CASCADE_CLAUSE = cite("house-cascade")


def can_manage_pledges(user: User, season: Season) -> Decision:
    """The secretariat drafts and publishes."""
    return may(user, Permission.MANAGE_PLEDGES, "编制承诺书", season_id=season.pk)


@in_parts
def can_publish_version(user: User, version: PledgeVersion) -> Parts:
    """A draft with at least one clause."""
    yield can_manage_pledges(user, version.template.season)
    if version.status != VersionStatus.DRAFT:
        yield deny("这一版已经发布，不能重复发布。", who_can="需要修改的，请拟新版。")
    if not version.clauses.exists():
        yield deny("没有引用任何条款，不能发布。", who_can="请先选择要承诺的条款。")


def can_answer(user: User, duty: Duty) -> Decision:
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
    return (
        allow() if duty.can_answer else deny("本岗位不要求签承诺书。", who_can="请刷新页面；有疑问的，请联系行政秘书。")
    )


@in_parts
def can_upload_scan(user: User, duty: Duty) -> Parts:
    """The secretariat, for somebody else, while the document is open and no scan waits."""
    yield can_manage_pledges(user, duty.version.template.season)
    if duty.appointment.person_id == user.pk:
        yield deny("签名人不能上传自己的扫描件。", who_can="请在线签订，或请其他行政秘书上传。")
    yield _still_open(duty)
    waiting = PledgeScan.objects.filter(
        appointment=duty.appointment, version=duty.version, status=ScanStatus.PENDING
    ).exists()
    if waiting:
        yield deny("已有一份扫描件等待核对。", who_can="请先完成核对。")


def _still_open(duty: Duty) -> Decision:
    if duty.standing == PledgeStanding.NOT_OPEN:
        return deny(f"本承诺书还没有开放，须等{duty.waits_for}先签。", CASCADE_CLAUSE)
    if duty.standing == PledgeStanding.SIGNED:
        return deny("已按现行版本签订，不必重复签订。")
    return (
        allow() if duty.can_answer else deny("本岗位不要求签承诺书。", who_can="请刷新页面；有疑问的，请联系行政秘书。")
    )


@in_parts
def can_compare_scan(user: User, scan: PledgeScan) -> Parts:
    """A second officer of the secretariat, neither who uploaded it nor whose signature it shows."""
    if scan.status != ScanStatus.PENDING:
        yield deny(f"扫描件{scan.get_status_display()}，不必再核对。")
    yield can_manage_pledges(user, scan.version.template.season)
    if user.pk in (scan.uploaded_by_id, scan.signer_id):
        yield deny("核对人不能是上传人或者签名人。", who_can="请另一名行政秘书核对。")


def can_disown(user: User, pledge: Pledge) -> Decision:
    """The person concerned says that a signature on paper is not theirs, as long as it is their last answer."""
    if pledge.method != SigningMethod.SCAN or not pledge.is_signed:
        return deny("只有纸质签名扫描的承诺书可以提出异议。", who_can="在线签订的，请重新签订或拒签。")
    if pledge.appointment.person_id != user.pk:
        return deny("异议由签名人本人提出。", who_can=f"请由{pledge.person_name}本人登录办理。")
    later = Pledge.objects.filter(
        appointment=pledge.appointment_id, version__template=pledge.version.template_id, pk__gt=pledge.pk
    )
    return deny("您之后已另行答复，不必再提异议。", who_can="请按后一次答复办理。") if later.exists() else allow()


def can_read_scan(user: User, scan: PledgeScan) -> Decision:
    """Whose signature it is, who compares it, who supervises."""
    supervises = any(grant.role == Role.SUPERVISOR for grant in live_grants(user))
    if scan.signer_id == user.pk or supervises:
        return allow()
    return can_manage_pledges(user, scan.version.template.season)
