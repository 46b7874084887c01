"""Commands of 环节单: order, add and take off material, sign each passage, stop and let go on."""

from datetime import datetime

from django.utils import timezone

from admissions.accounts.models import User
from admissions.audit.actions import principal_id, require_action
from admissions.audit.commands import command, explain_constraint
from admissions.audit.facts import Weight
from admissions.audit.locking import lock
from admissions.audit.trail import acting_name
from admissions.core.citations import cite
from admissions.core.decision import Refused
from admissions.core.numbering import next_number
from admissions.evidence.attached import copied_from
from admissions.evidence.services import keep_file
from admissions.evidence.storage import Incoming
from admissions.seasons.models import Batch, Institution
from workgroups.groups.models import Step
from workgroups.requests.document import digest_of

from . import rules
from .enums import PASSAGES, Act
from .models import StepMaterial, StepRun, StepSignature
from .papers import Papers, content_of, current_materials, papers_of
from .rules import Signing, signing

SERIES = "环节单"
explain_constraint("material_name_once", "已有同名的材料。")
explain_constraint("material_content_once", "这份文件已经添加过。")


@command("steps.open", "下达环节单", clause=cite("separation-1"))
def open_run(
    *,
    actor: User,
    reason: str,
    step: Step,
    title: str,
    batch: Batch | None = None,
    institution: Institution | None = None,
    due_at: datetime | None = None,
) -> StepRun:
    """Order one performance of a step; the executing posts find it among their to-dos. `reason` is the instruction.

    Refuses: not on the accountable post; a part of the step without anybody on duty; too few groups; a deadline in the
    past; a batch of another season.
    """
    right = _by(rules.ordering(actor, step))
    if due_at is not None and due_at <= timezone.now():
        raise Refused("完成期限已经过去。", who_can="请改完成期限，或留空。")
    if batch is not None and batch.season_id != step.season_id:
        raise Refused("批次不属于本录取季。", who_can="请选择本录取季的批次。")
    now = timezone.now()
    run = StepRun(
        number=next_number(StepRun.objects, "number", SERIES, timezone.localtime(now).year),
        step=step,
        group=right.group,
        batch=batch,
        institution=institution,
        title=title,
        groups_apart=step.groups_apart,
        opened_by=actor,
        opened_at=now,
        due_at=due_at,
    )
    run.full_clean()
    run.save()
    _append(run, Act.OPEN, actor, right, reason)
    return run


@command("steps.add_material", "添加环节材料", clause=cite("records-37"))
def add_material(*, actor: User, reason: str, run: StepRun, side: str, name: str, incoming: Incoming) -> StepRun:
    """Keep a file as input or result of the work.

    Refuses: who may not execute; a sheet that is signed; the same name or content twice; a file of a kind not kept.
    """
    run = lock(run)
    right = _by(rules.adding(actor, run))
    file = keep_file(actor, incoming, f"环节材料：{name}")
    material = StepMaterial(
        run=run,
        side=side,
        name=name,
        **copied_from(file),
        round=run.round,
        added_by=actor,
        on_behalf_of_id=principal_id("material"),
        group=right.group,
        added_at=timezone.now(),
    )
    material.full_clean()
    material.save()
    return run


@command("steps.drop_material", "移除环节材料", clause=cite("records-37"))
def drop_material(*, actor: User, reason: str, material: StepMaterial) -> StepRun:
    """Take a file off before signing; that it was there stays.

    Refuses: who may not execute; a sheet that is signed; taken off already.
    """
    run = lock(material.run)
    material = lock(material)
    rules.can_drop_material(actor, material).require()
    material.dropped_at = timezone.now()
    material.save()
    return run


@command("steps.execute", "签署执行完毕", clause=cite("separation-1"), weight=Weight.BINDING)
def execute(*, actor: User, reason: str, run: StepRun, seen_digest: str) -> StepRun:
    """Sign that the step is done; `reason` is the result in words. Material and result are bound by their hashes.

    Refuses: see `rules.signing`; material that changed after the page was opened (`seen_digest`: `Papers.digest`).
    """
    run = lock(run)
    right = _right(actor, run, Act.EXECUTE)
    papers = papers_of(current_materials(run))
    if papers.digest != seen_digest:
        raise Refused("材料在您打开页面之后有改动，没有签署。", who_can="请重新核对材料后再签署。")
    run.executor, run.reviewer, run.supervisor = actor, None, None
    run.inputs_hash, run.outputs_hash = papers.inputs_hash, papers.outputs_hash(reason)
    return _sign(run, Act.EXECUTE, actor, right, reason, papers)


@command("steps.take", "接收复核", clause=cite("separation-1"))
def take_review(*, actor: User, reason: str, run: StepRun) -> StepRun:
    """From now on this reviewer signs; another one only when this one reviews no more."""
    run = lock(run)
    right = _right(actor, run, Act.TAKE)
    run.reviewer = actor
    return _sign(run, Act.TAKE, actor, right, reason)


@command("steps.pass", "签署复核通过", clause=cite("separation-1"), weight=Weight.BINDING, checks="steps.execute")
def pass_review(*, actor: User, reason: str, run: StepRun) -> StepRun:
    """`reason`: what was checked against what, and what was found."""
    run = lock(run)
    return _sign(run, Act.PASS, actor, _right(actor, run, Act.PASS), reason)


@command("steps.return", "复核退回", clause=cite("separation-1"))
def return_run(*, actor: User, reason: str, run: StepRun) -> StepRun:
    """Back to the executor, who works on it again; another round begins."""
    run = lock(run)
    return _back(run, Act.RETURN, actor, reason)


@command("steps.reject", "监督退回", clause=cite("separation-1"))
def reject_run(*, actor: User, reason: str, run: StepRun) -> StepRun:
    """Supervision does not confirm what the review passed; another round begins."""
    run = lock(run)
    return _back(run, Act.REJECT, actor, reason)


@command("steps.confirm", "签署监督确认", clause=cite("separation-1"), weight=Weight.BINDING, checks="steps.pass")
def confirm_run(*, actor: User, reason: str, run: StepRun) -> StepRun:
    """`reason`: what was looked at and found."""
    run = lock(run)
    right = _right(actor, run, Act.CONFIRM)
    run.supervisor = actor
    return _sign(run, Act.CONFIRM, actor, right, reason)


@command("steps.archive", "环节单归档", clause=cite("records-37"))
def archive_run(*, actor: User, reason: str, run: StepRun) -> StepRun:
    """Whoever answers for the step closes the sheet; from then on nothing in it changes."""
    run = lock(run)
    return _sign(run, Act.ARCHIVE, actor, _right(actor, run, Act.ARCHIVE), reason)


@command("steps.void", "环节单作废", clause=cite("separation-1"))
def void_run(*, actor: User, reason: str, run: StepRun) -> StepRun:
    """Ordered by mistake, or given up after a return; number and words stay."""
    run = lock(run)
    return _sign(run, Act.VOID, actor, _right(actor, run, Act.VOID), reason)


@command("steps.hold", "监督制止", clause=cite("duty-discipline"), weight=Weight.DECISIVE)
def hold_run(*, actor: User, reason: str, run: StepRun) -> StepRun:
    """Stop the work wherever it stands; nobody signs until supervision lets it go on."""
    run = lock(run)
    right = _right(actor, run, Act.HOLD)
    run.held_at = timezone.now()
    return _sign(run, Act.HOLD, actor, right, reason)


@command("steps.lift", "解除制止", clause=cite("duty-discipline"), weight=Weight.DECISIVE)
def lift_hold(*, actor: User, reason: str, run: StepRun) -> StepRun:
    """What was objected to is answered; the work goes on where it stood."""
    run = lock(run)
    right = _right(actor, run, Act.LIFT)
    run.held_at = None
    return _sign(run, Act.LIFT, actor, right, reason)


def _right(actor: User, run: StepRun, act: Act) -> Signing:
    return _by(signing(actor, run, act))


def _by(right: Signing) -> Signing:
    """The right is required, and the ledger names the same post as the signature."""
    right.decision.require()
    require_action("signing").post = right.post_name
    return right


def _back(run: StepRun, act: Act, actor: User, reason: str) -> StepRun:
    """The signatures of the round stay as they are; the sheet itself starts over."""
    right = _right(actor, run, act)
    signed = _append(run, act, actor, right, reason)
    run.status, run.round = PASSAGES[act].leads_to, signed.round + 1
    run.executor = run.reviewer = run.supervisor = None
    run.inputs_hash = run.outputs_hash = ""
    run.full_clean()
    run.save()
    return run


def _sign(run: StepRun, act: Act, actor: User, right: Signing, reason: str, papers: Papers | None = None) -> StepRun:
    run.status = PASSAGES[act].leads_to or run.status
    run.full_clean()
    run.save()
    _append(run, act, actor, right, reason, papers)
    return run


def _append(
    run: StepRun, act: Act, actor: User, right: Signing, reason: str, papers: Papers | None = None
) -> StepSignature:
    signature = StepSignature(
        run=run,
        act=act,
        part=PASSAGES[act].letter,
        round=run.round,
        person=actor,
        person_name=acting_name(actor),
        on_behalf_of_id=principal_id("signature"),
        post_name=right.post_name,
        group=right.group,
        text=reason,
        at=timezone.now(),
    )
    signature.content = content_of(run, act, signature, papers)
    signature.content_hash = digest_of(signature.content)
    signature.full_clean()
    signature.save()
    return signature
