"""Commands of pledges."""

from datetime import date
from typing import Any

from django.db.models import Max
from django.utils import timezone

from admissions.accounts.models import User
from admissions.audit.actions import current_origin
from admissions.audit.commands import command, explain_constraint
from admissions.audit.facts import Weight
from admissions.audit.gate import Exempt
from admissions.audit.locking import lock
from admissions.core.citations import cite
from admissions.core.decision import Refused
from admissions.core.transitions import move
from admissions.evidence.incoming import Incoming
from admissions.evidence.services import keep_file
from admissions.rulebook.models import Clause
from admissions.seasons.models import Season
from workgroups.appointments.models import Appointment

from . import rules
from .document import Signatory, as_rows, compose, content_hash, verification_code
from .enums import SCAN_TRANSITIONS, VERSION_TRANSITIONS, PledgeAnswer, ScanStatus, SigningMethod, VersionStatus
from .models import Pledge, PledgeClause, PledgeScan, PledgeTemplate, PledgeVersion
from .selectors import Duty, PledgeBook

explain_constraint("pledgescan_one_pending", "已有一份扫描件等待核对，请刷新页面。")
explain_constraint("pledgeversion_one_draft", "已有一个拟稿中的版本，请先发布它。")


@command("pledges.create_template", "新建承诺书模板", clause=cite("house-cascade"))
def create_template(
    *,
    actor: User,
    reason: str,
    season: Season,
    kind: str,
    name: str,
    ranks: list[str],
    opening: str,
    closing: str,
    grace_days: int,
    clauses: list[Clause],
) -> PledgeTemplate:
    """A template with its first draft.

    Refuses: actor is not the secretariat; the name is taken.
    """
    rules.can_manage_pledges(actor, season).require()
    template = PledgeTemplate(season=season, kind=kind, name=name, ranks=ranks)
    template.full_clean()
    template.save()
    _draft(template, 1, opening, closing, grace_days, clauses)
    return template


@command("pledges.draft_version", "拟新版承诺书", clause=cite("house-cascade"))
def draft_version(
    *,
    actor: User,
    reason: str,
    template: PledgeTemplate,
    opening: str,
    closing: str,
    grace_days: int,
    clauses: list[Clause],
) -> PledgeVersion:
    """The next version, as a draft; what was signed stays as it was.

    Refuses: actor is not the secretariat; a draft exists already.
    """
    template = lock(template)
    rules.can_manage_pledges(actor, template.season).require()
    number = template.versions.aggregate(last=Max("number"))["last"] or 0
    return _draft(template, number + 1, opening, closing, grace_days, clauses)


def _draft(
    template: PledgeTemplate, number: int, opening: str, closing: str, grace_days: int, clauses: list[Clause]
) -> PledgeVersion:
    version = PledgeVersion(template=template, number=number, opening=opening, closing=closing, grace_days=grace_days)
    version.full_clean()
    version.save()
    for order, clause in enumerate(clauses, 1):
        PledgeClause(version=version, order=order, clause=clause).save()
    return version


@command("pledges.publish_version", "发布承诺书", clause=cite("house-cascade"), weight=Weight.DECISIVE)
def publish_version(*, actor: User, reason: str, version: PledgeVersion) -> PledgeVersion:
    """From now on this is what is signed; those who signed an earlier version have the grace period to sign again."""
    version = lock(version)
    rules.can_publish_version(actor, version).require()
    version.status = move(VERSION_TRANSITIONS, version.status, VersionStatus.PUBLISHED)
    version.published_at = timezone.now()
    version.full_clean()
    version.save()
    return version


@command("pledges.sign", "签订承诺书", clause=cite("house-cascade"), weight=Weight.BINDING)
def sign_pledge(
    *, actor: User, reason: str, appointment: Appointment, template: PledgeTemplate, seen_hash: str, device: str = ""
) -> Pledge:
    """Sign the document exactly as it was shown; the password was entered again on the same page.

    Refuses: somebody else's; the leader has not signed; signed already; the text changed since the page was opened.
    """
    duty, book = _duty(appointment, template)
    rules.can_answer(actor, duty).require()
    pledge = _pledge(duty, book, PledgeAnswer.SIGNED, device)
    if pledge.content_hash != seen_hash:
        raise Refused("承诺书的文本在您打开页面之后已更新，没有签订。", who_can="请重新阅读后再签订。")
    return _keep(pledge)


@command("pledges.decline", "拒签承诺书", clause=cite("house-cascade"), weight=Weight.DECISIVE)
def decline_pledge(
    *, actor: User, reason: str, appointment: Appointment, template: PledgeTemplate, device: str = ""
) -> Pledge:
    """Decline with a reason: the appointment cannot be activated; leader and supervision see it.

    Refuses: somebody else's; the leader has not signed; signed already.
    """
    duty, book = _duty(appointment, template)
    rules.can_answer(actor, duty).require()
    pledge = _pledge(duty, book, PledgeAnswer.DECLINED, device)
    pledge.decline_reason = reason
    return _keep(pledge)


def _duty(appointment: Appointment, template: PledgeTemplate) -> tuple[Duty, PledgeBook]:
    """The duty as it stands under lock, so that two tabs cannot both sign."""
    appointment = lock(appointment)
    book = PledgeBook(template.season_id)
    for duty in book.duties(appointment):
        if duty.version.template_id == template.pk:
            return duty, book
    raise Refused("这份承诺书不适用于本岗位，或尚未发布。", who_can="请联系行政秘书。")


def _pledge(duty: Duty, book: PledgeBook, answer: PledgeAnswer, device: str) -> Pledge:
    text, clauses = document_of(duty, book)
    superior = book.superior(duty.appointment)
    return Pledge(
        appointment=duty.appointment,
        version=duty.version,
        answer=answer,
        answered_at=timezone.now(),
        person_name=duty.appointment.person.name,
        post_name=str(duty.appointment.post),
        leader_pledge=_latest_of(book, superior) if superior is not None else None,
        text=text,
        clauses=clauses,
        content_hash=content_hash(text, clauses),
        code=verification_code(),
        method=SigningMethod.PASSWORD,
        origin_ip=current_origin().ip,
        device=device[:200],
    )


def _latest_of(book: PledgeBook, superior: Appointment) -> Pledge | None:
    answers = [duty.latest for duty in book.duties(superior) if duty.latest is not None]
    return max(answers, key=lambda pledge: pledge.answered_at, default=None)


def document_of(duty: Duty, book: PledgeBook) -> tuple[str, list[dict[str, Any]]]:
    """The text to be signed and the clause versions it quotes."""
    quoted = book.clauses_of(duty.version)
    post = duty.appointment.post
    signatory = Signatory(duty.appointment.person.name, str(post), str(post.group.season))
    text = compose(duty.version.template.name, duty.version.opening, quoted, duty.version.closing, signatory)
    return text, as_rows(quoted)


def _keep(pledge: Pledge) -> Pledge:
    pledge.full_clean()
    pledge.save()
    return pledge


@command("pledges.upload_scan", "上传纸质签名扫描件", clause=cite("house-cascade"))
def upload_scan(
    *, actor: User, reason: str, appointment: Appointment, template: PledgeTemplate, signed_on: date, incoming: Incoming
) -> PledgeScan:
    """The scan of what somebody signed on paper; it counts for nothing until a second person has compared it.

    Refuses: not the secretariat; one's own; the leader has not signed; signed already; a scan waits; a date to come.
    """
    duty, book = _duty(appointment, template)
    rules.can_upload_scan(actor, duty).require()
    if signed_on > timezone.localdate():
        raise Refused("纸上签名日期不能在今天之后。", who_can="请改正签名日期。")
    text, clauses = document_of(duty, book)
    scan = PledgeScan(
        appointment=duty.appointment,
        version=duty.version,
        signer=duty.appointment.person,
        file=keep_file(actor, incoming, f"纸质签名扫描件：{duty.version.template.name}"),
        signed_on=signed_on,
        content_hash=content_hash(text, clauses),
        uploaded_by=actor,
        uploaded_at=timezone.now(),
    )
    scan.full_clean()
    scan.save()
    return scan


@command(
    "pledges.confirm_scan",
    "核对纸质签名扫描件",
    clause=cite("house-cascade"),
    weight=Weight.BINDING,
    checks="pledges.upload_scan",
)
def confirm_scan(*, actor: User, reason: str, scan: PledgeScan) -> PledgeScan:
    """The scan shows this document and this person's signature: from now on it is signed, with that method named.

    Refuses: who uploaded it; whose signature it is; the document has changed since; answered otherwise meanwhile.
    """
    scan = lock(scan)
    rules.can_compare_scan(actor, scan).require()
    duty, book = _duty(scan.appointment, scan.version.template)
    if not duty.can_answer:
        raise Refused("本人已另行答复，扫描件不再需要。", who_can="请按“未通过核对”办理并写明情况。")
    pledge = _pledge(duty, book, PledgeAnswer.SIGNED, f"纸质，{scan.signed_on}签名")
    if pledge.content_hash != scan.content_hash or duty.version.pk != scan.version_id:
        raise Refused("承诺书的文本在上传之后已更新，纸上签的不是现行文本。", who_can="请本人按现行文本重新签名。")
    pledge.method = SigningMethod.SCAN
    scan.pledge = _keep(pledge)
    return _compared(scan, ScanStatus.CONFIRMED, actor, reason)


@command("pledges.refuse_scan", "扫描件未通过核对", clause=cite("house-cascade"))
def refuse_scan(*, actor: User, reason: str, scan: PledgeScan) -> PledgeScan:
    """The scan shows something else, or another hand; it counts for nothing and stays on file."""
    scan = lock(scan)
    rules.can_compare_scan(actor, scan).require()
    return _compared(scan, ScanStatus.REFUSED, actor, reason)


def _compared(scan: PledgeScan, status: ScanStatus, actor: User, verdict: str) -> PledgeScan:
    scan.status = move(SCAN_TRANSITIONS, scan.status, status)
    scan.compared_by, scan.compared_at, scan.verdict = actor, timezone.now(), verdict
    scan.full_clean()
    scan.save()
    return scan


@command(
    "pledges.disown",
    "对纸质签名提出异议",
    clause=cite("house-cascade"),
    weight=Weight.DECISIVE,
    alters="已核对的承诺书",
    after_season=Exempt("whose name stands under a paper may deny the signature at any time"),
)
def disown_scan(*, actor: User, reason: str, pledge: Pledge, device: str = "") -> Pledge:
    """The person says the signature is not theirs: it stops counting at once; both stay on record.

    Refuses: somebody else's; not signed on paper; answered otherwise since.
    """
    rules.can_disown(actor, pledge).require()
    duty, book = _duty(pledge.appointment, pledge.version.template)
    answer = _pledge(duty, book, PledgeAnswer.DECLINED, device)
    answer.decline_reason = f"对纸质签名扫描件（核验编号{pledge.code}）提出异议：{reason}"
    return _keep(answer)
