"""Commands of seals: witnesses and exports; and what a witness sends back."""

import hashlib
import secrets
from datetime import UTC, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from admissions.accounts.models import User
from admissions.audit.access import recused_scope, trail_access
from admissions.audit.commands import command, explain_constraint, explain_unique
from admissions.audit.facts import Weight
from admissions.audit.locking import lock
from admissions.audit.models import Event
from admissions.audit.trail import person_name
from admissions.core.citations import cite
from admissions.core.decision import Refused
from admissions.core.transitions import move
from admissions.jobs.models import Job
from admissions.jobs.registry import Progress, job
from admissions.jobs.runner import enqueue

from . import notes, rules
from .enums import WITNESS_TRANSITIONS, Disclosure, WitnessStatus
from .export import Reader, exports_root, write_export
from .models import Cosignature, Seal, VerificationExport, Witness

EXPORT = "seals.export"
explain_constraint("witness_compared_by_another", "见证人须由保管人以外的人核对。")
explain_unique(Witness, "name", "此见证人名称已被使用。")
explain_unique(Witness, "public_key", "这一公钥已经登记。")


@command("seals.offer_witness", "登记见证人", clause=cite("records-37"))
def offer_witness(*, actor: User, reason: str, public_key: str, replaces: Witness | None = None) -> Witness:
    """Register the public key of a witness tool; it counts when another line has compared it.

    Refuses: not a supervisor; no witness key; name or key registered before; replacing somebody else's.
    """
    rules.can_replace_witness(actor, replaces).require()
    key = _witness_key(public_key)
    if Witness.objects.filter(name=key.name).exists() or Witness.objects.filter(public_key=key.text).exists():
        raise Refused(f"名称“{key.name}”或这把公钥已经登记过。", who_can="请用见证程序另起名称生成新钥。")
    witness = Witness(
        name=key.name, public_key=key.text, holder=actor, holder_name=person_name(actor), replaces=replaces
    )
    witness.full_clean()
    witness.save()
    return witness


def _witness_key(text: str) -> notes.PublicKey:
    try:
        key = notes.PublicKey.parse(text)
    except notes.BadNote as error:
        raise Refused(str(error)) from None
    if key.kind != notes.WITNESS:
        raise Refused("这不是见证人的公钥。", who_can="请从见证程序的输出整行复制。")
    return key


@command("seals.confirm_witness", "核对见证人", clause=cite("records-37"), weight=Weight.DECISIVE)
def confirm_witness(*, actor: User, reason: str, witness: Witness) -> Witness:
    """The fingerprints were compared by voice or on paper; from now on its signatures count.

    Effects: the witness it replaces is retired in the same step.
    """
    witness = lock(witness)
    rules.can_confirm_witness(actor, witness).require()
    witness.status = move(WITNESS_TRANSITIONS, witness.status, WitnessStatus.ACTIVE)
    witness.confirmed_by = actor
    witness.full_clean()
    witness.save()
    if witness.replaces is not None and witness.replaces.status != WitnessStatus.RETIRED:
        before = lock(witness.replaces)
        before.status = move(WITNESS_TRANSITIONS, before.status, WitnessStatus.RETIRED)
        before.save()
    return witness


@command("seals.retire_witness", "停用见证人", clause=cite("records-37"), weight=Weight.DECISIVE)
def retire_witness(*, actor: User, reason: str, witness: Witness) -> Witness:
    """The tool or its key is lost, or its holder leaves; what it has signed stays valid."""
    witness = lock(witness)
    rules.can_retire_witness(actor, witness).require()
    witness.status = move(WITNESS_TRANSITIONS, witness.status, WitnessStatus.RETIRED)
    witness.full_clean()
    witness.save()
    return witness


def accept_cosignature(size: int, line: str) -> Cosignature:
    """Keep a witness's signature over the seal of this size; the signature itself says who sent it.

    Refuses: no seal of this size; no active witness of this name; the signature does not fit. Sent twice, kept once.
    """
    seal = Seal.objects.filter(size=size).first()
    if seal is None:
        raise Refused(f"没有叶数为 {size} 的印记。", who_can="请重新取得最新的印记再见证。")
    try:
        name, _ = notes.signature_line(line)
        witness = Witness.objects.active().filter(name=name).first()
        if witness is None:
            raise Refused(f"见证人“{name}”没有登记或没有启用。", who_can="请先在“见证人”页登记公钥，由审计管理员核对。")
        instant = notes.cosigned_at(line, witness.key, seal.body)
    except notes.BadNote as error:
        raise Refused(str(error)) from None
    signed_at = datetime.fromtimestamp(instant, UTC)
    try:
        with transaction.atomic():
            return Cosignature.objects.create(
                seal=seal, witness=witness, signed_at=signed_at, line=line.rstrip("\n") + "\n"
            )
    except IntegrityError:
        return Cosignature.objects.get(seal=seal, witness=witness)


@command("seals.request_export", "申请核验包", clause=cite("records-37"))
def request_export(*, actor: User, reason: str, seal: Seal) -> VerificationExport:
    """Ask for the tree up to a seal as a file; a job makes it. What it shows follows the reader's scope.

    `reason` is the purpose; it stands in the file and in the ledger.
    """
    rules.can_request_export(actor).require()
    export = VerificationExport(
        seal=seal,
        requested_by=actor,
        requested_by_name=person_name(actor),
        requested_at=timezone.now(),
        purpose=reason[:300],
        discloses=_disclosure(actor),
        job=enqueue(kind=EXPORT, title=f"生成核验包（至{seal}）", params={}, requested_by=actor),
    )
    export.full_clean()
    export.save()
    export.job.params = {"export": export.pk, "result_url": reverse("seals:export", args=[export.pk])}
    export.job.save()
    return export


def _disclosure(reader: User) -> Disclosure:
    """Everything only for whoever reads everything and is recused from nothing."""
    whole = trail_access(reader).everything and not recused_scope(reader).subjects()
    return Disclosure.ALL if whole else Disclosure.SCOPE


@job(EXPORT, "生成核验包", can_cancel=True)
def make_export(task: Job, progress: Progress) -> dict[str, Any]:
    """Write the file beside its final name and rename it: an interrupted run leaves nothing that looks finished."""
    export = VerificationExport.objects.select_related("seal", "requested_by").get(pk=task.params["export"])
    if export.is_ready:
        return {"export": export.pk}
    name = f"{secrets.token_hex(16)}.zip"
    draft = exports_root() / f"export-{export.pk}.part"
    events = Event.objects.visible_to(export.requested_by)
    reader = Reader(
        export.requested_by_name, export.purpose, Disclosure(export.discloses), events, person=export.requested_by
    )
    try:
        write_export(draft, export.seal, reader, progress)
        with draft.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        draft.rename(exports_root() / name)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    finish_export(actor=export.requested_by, reason=export.purpose, export=export, storage_name=name, sha256=digest)
    return {"export": export.pk}


@command("seals.finish_export", "生成核验包", clause=cite("records-37"))
def finish_export(
    *, actor: User, reason: str, export: VerificationExport, storage_name: str, sha256: str
) -> VerificationExport:
    """Called by the job: the file lies ready, with its length and hash."""
    export = lock(export)
    export.storage_name, export.sha256 = storage_name, sha256
    export.file_size = (exports_root() / storage_name).stat().st_size
    export.ready_at = timezone.now()
    export.full_clean()
    export.save()
    return export
