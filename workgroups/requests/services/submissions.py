"""Commands of a request or report: draft, sign, send, receive, revise, withdraw."""

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils import timezone

from admissions.accounts.models import User
from admissions.audit.actions import current_action, principal_id
from admissions.audit.commands import command, explain_constraint
from admissions.audit.facts import Weight
from admissions.audit.locking import lock
from admissions.core.citations import cite
from admissions.core.decision import Refused
from admissions.core.transitions import move
from workgroups.appointments.selectors import post_of
from workgroups.groups.models import WorkGroup
from workgroups.meetings.models import AgendaItem

from .. import rules
from ..document import content_of, digest_of, problems
from ..enums import SUBMISSION_TRANSITIONS, ReportStage, SubmissionStatus
from ..models import LetterCode, ReportableMatter, ReportDuty, Submission, SubmissionVersion
from ..models.scoping import SUBJECT_FIELDS
from .attachments import carry_over
from .duties import continuing_duty

explain_constraint("submission_number_once", "这个发文字号刚被使用，请重新签发。")
explain_constraint("submission_once_per_duty", "这项应报义务已有人起草，请在已有的文稿上办理。")
explain_constraint("submission_continued_once", "这份报告已有续报，请在最新一份之后续报。")
explain_constraint("submission_draft_once", "您已有同名的草稿，请在草稿上修改。")
explain_constraint("version_number_once", "有人刚刚新拟了一稿，请刷新页面。")
TEXT = ("title", "body", "opinion", "options", "single_option_reason")
EMPTY = {"opinion": "", "options": (), "single_option_reason": ""}


@command("requests.draft", "起草请示报告", clause=cite("document-15"))
def draft(
    *,
    actor: User,
    reason: str,
    group: WorkGroup,
    matter: ReportableMatter,
    addressee: WorkGroup,
    urgency: str,
    text: dict[str, Any],
    duty: ReportDuty | None = None,
    item: AgendaItem | None = None,
    about: dict[str, Any] | None = None,
) -> Submission:
    """One matter, one addressee; the kind of document is that of the matter.

    Refuses: actor is not on duty in the group; not the body the matter names; a 报告 that asks, a 请示 without own
    opinion or choice; the duty is another group's or already taken up; actor is recused from whom it is about or keeps
    away from the item.
    """
    rules.can_draft_under(actor, group, matter).require()
    rules.can_address(group, addressee, matter).require()
    if duty is not None:
        rules.fulfils(duty, group, matter).require()
    stage = ReportStage.FIRST if matter.is_chain else ""
    return _begin(
        actor,
        text,
        group=group,
        matter=matter,
        addressee=addressee,
        urgency=urgency,
        duty=duty,
        item=item,
        stage=stage,
        **(about or {}),
    )


def _begin(actor: User, text: dict[str, Any], **fields: Any) -> Submission:
    matter = fields["matter"]
    _require_text(matter.kind, text)
    submission = Submission(kind=matter.kind, title=text["title"], drafted_by=actor, **fields)
    _inherit_subjects(submission)
    submission.full_clean()
    submission.save()
    _write(actor, submission, 1, text)
    return submission


def _inherit_subjects(submission: Submission) -> None:
    """What a duty or an item is about, what is written of it is about."""
    for source in (submission.duty, submission.item):
        for name in SUBJECT_FIELDS:
            if source is not None and not getattr(submission, name):
                setattr(submission, name, getattr(source, name))


def _require_text(kind: str, text: dict[str, Any]) -> None:
    found = problems(kind, {**EMPTY, **text})
    if found:
        raise ValidationError(dict(found))


def _write(
    actor: User, submission: Submission, number: int, text: dict[str, Any], change: str = ""
) -> SubmissionVersion:
    version = SubmissionVersion(
        submission=submission, number=number, change=change, drafted_by=actor, drafted_at=timezone.now()
    )
    return _filled(version, text)


def _filled(version: SubmissionVersion, text: dict[str, Any]) -> SubmissionVersion:
    for name in TEXT:
        value = {**EMPTY, **text}[name]
        setattr(version, name, [line for line in value if line.strip()] if name == "options" else value)
    version.full_clean()
    version.save()
    return version


@command("requests.continue", "续报", clause=cite("document-15"))
def continue_report(
    *, actor: User, reason: str, submission: Submission, stage: str, text: dict[str, Any]
) -> Submission:
    """The next report of an urgent matter: 续报, or 终报 after which none is owed.

    Refuses: the matter knows no chain; the one before is not sent, withdrawn, the last, or continued already.
    """
    before = lock(submission)
    rules.can_continue(actor, before).require()
    if stage not in (ReportStage.FOLLOW_UP, ReportStage.FINAL):
        raise Refused("请选择续报或终报。")
    duty = before.next_duties.owed().first()
    about = {name: getattr(before, name) for name in SUBJECT_FIELDS}
    return _begin(
        actor, text, group=before.group, matter=before.matter, addressee=before.addressee, urgency=before.urgency,
        continues=before, duty=duty, stage=stage, **about,
    )  # fmt: skip


@command("requests.change_draft", "修改文稿", clause=cite("document-15"))
def change_draft(
    *, actor: User, reason: str, submission: Submission, urgency: str, text: dict[str, Any], change: str = ""
) -> Submission:
    """Work on the draft before it is signed; nothing that was signed changes.

    Refuses: not a draft; not on duty in the group; the text is not what its kind demands.
    """
    submission = lock(submission)
    rules.can_change_draft(actor, submission).require()
    _require_text(submission.kind, text)
    version = rules.newest(submission)
    version.change = change or version.change
    _filled(version, text)
    submission.urgency = urgency
    if submission.sent_at is None:
        submission.title = text["title"]
    submission.full_clean()
    submission.save()
    return submission


def _passed(submission: Submission, target: SubmissionStatus) -> Submission:
    submission.status = move(SUBMISSION_TRANSITIONS, submission.status, target)
    submission.full_clean()
    submission.save()
    return submission


@command("requests.submit", "送签", clause=cite("document-22"))
def submit(*, actor: User, reason: str, submission: Submission) -> Submission:
    """Hand the draft to the head of the group.

    Refuses: not a draft; the text is not what its kind demands.
    """
    submission = lock(submission)
    rules.can_submit(actor, submission).require()
    return _passed(submission, SubmissionStatus.SUBMITTED)


@command("requests.take_back", "退回修改", clause=cite("document-22"))
def take_back(*, actor: User, reason: str, submission: Submission) -> Submission:
    """Back to the drafter, with what is to be changed."""
    submission = lock(submission)
    rules.can_take_back(actor, submission).require()
    return _passed(submission, SubmissionStatus.DRAFT)


@command("requests.sign", "签发", clause=cite("document-22"), weight=Weight.BINDING, checks="requests.submit")
def sign(*, actor: User, reason: str, submission: Submission, seen_digest: str) -> Submission:
    """Bind the text by its hash, with the signer's name and post, and number it.

    Refuses: actor does not lead the group; not submitted; the text is another than the signer saw; no letters.
    """
    submission = lock(submission)
    rules.can_sign(actor, submission).require()
    version = rules.newest(submission)
    content = content_of(submission, version)
    if digest_of(content) != seen_digest:
        raise Refused("文稿在您打开页面之后有改动，没有签发。", clause=rules.SIGNING, who_can="请重新阅读后再签发。")
    if submission.sequence is None:
        _give_number(submission)
    version.content, version.digest = content, seen_digest
    version.signed_by, version.signed_at = _person(actor), timezone.now()
    version.signed_name, version.signed_post = actor.name, acting_post(actor, submission.group_id)
    version.on_behalf_of_id = principal_id("signature")
    version.full_clean()
    version.save()
    return _passed(submission, SubmissionStatus.SIGNED)


def _person(actor: User) -> User:
    return User.objects.get(pk=actor.pk)


def acting_post(actor: User, group_id: int) -> str:
    """As what post the actor acts in this command: the principal's, or the own one in the group."""
    action = current_action()
    return (action.post if action is not None and action.post else post_of(actor, group_id))[:200]


def _give_number(submission: Submission) -> None:
    """The next of the group's numbers of this year; the row of its letters is the queue of signers."""
    letters = LetterCode.objects.select_for_update(of=("self",)).get(group_id=submission.group_id)
    year = timezone.localdate().year
    given = Submission.objects.filter(group_id=submission.group_id, year=year)
    submission.code, submission.year = letters.code, year
    submission.sequence = (given.aggregate(last=Max("sequence"))["last"] or 0) + 1


@command("requests.send", "报送", clause=cite("document-15"))
def send(*, actor: User, reason: str, submission: Submission) -> Submission:
    """To the one addressee; the clock of the answer begins, the duty is fulfilled, the next report of a chain is owed.

    Refuses: not signed; actor is not on duty in the group.
    """
    submission = lock(submission)
    rules.can_send(actor, submission).require()
    now, version = timezone.now(), rules.newest(submission)
    version.sent_at = now
    version.save()
    submission.title, submission.sent_at = version.title, now
    submission.received_at = submission.received_by = None
    if submission.is_request:
        submission.answer_due_at = now + timedelta(hours=submission.matter.reply_hours)
    _passed(submission, SubmissionStatus.SENT)
    _fulfil(submission, now)
    if submission.matter.is_chain and submission.stage != ReportStage.FINAL and not submission.next_duties.exists():
        duty = continuing_duty(submission)
        duty.full_clean()
        duty.save()
    return submission


def _fulfil(submission: Submission, at: datetime | None) -> None:
    """The first sending counts; with a withdrawal the duty is owed again."""
    if submission.duty is None:
        return
    duty = lock(submission.duty)
    if at is None or duty.fulfilled_at is None:
        duty.fulfilled_at = at
        duty.save()


@command("requests.receive", "签收", clause=cite("document-15"))
def receive(*, actor: User, reason: str, submission: Submission) -> Submission:
    """The addressed body has it; a report needs no more than this.

    Refuses: not sent; actor is not on duty in the addressed body.
    """
    submission = lock(submission)
    rules.can_receive(actor, submission).require()
    submission.received_at, submission.received_by = timezone.now(), _person(actor)
    return _passed(submission, SubmissionStatus.RECEIVED)


@command(
    "requests.revise", "改动签发后的内容", clause=cite("document-25"), weight=Weight.DECISIVE, alters="已签发的请示报告"
)
def revise(*, actor: User, reason: str, submission: Submission) -> Submission:
    """A new version to work on; it counts only when the head has signed it. The signed one stays as it is.

    Refuses: nothing signed yet; answered; a report that was received.
    """
    submission = lock(submission)
    rules.can_revise(actor, submission).require()
    signed = rules.newest(submission)
    text = {name: getattr(signed, name) for name in TEXT}
    carry_over(signed, _write(actor, submission, signed.number + 1, text, change=reason[:300]))
    return _passed(submission, SubmissionStatus.DRAFT)


@command("requests.withdraw", "撤回请示报告", clause=cite("document-15"))
def withdraw(*, actor: User, reason: str, submission: Submission) -> Submission:
    """Ends it before the answer; a number given stays used, a duty it fulfilled is owed again, none follows from it.

    Refuses: answered; a report that was received; after signing, actor does not lead the group.
    """
    submission = lock(submission)
    rules.can_withdraw(actor, submission).require()
    _passed(submission, SubmissionStatus.WITHDRAWN)
    _fulfil(submission, None)
    for duty in submission.next_duties.owed():
        duty.waived_at, duty.waived_by = timezone.now(), _person(actor)
        duty.waive_reason = f"上一份报告已撤回：{reason}"[:500]
        duty.save()
    return submission
