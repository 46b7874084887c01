"""The tree over the ledger: leaves, tiles, seals, co-signatures, and the witnesses that sign."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from admissions.audit.access import trail_access
from admissions.audit.models import AuditedModel, AuditedQuerySet, GuardedQuerySet
from admissions.audit.querying import TransactionId
from admissions.audit.scope import TrailScope
from admissions.core.ids import uuid7
from admissions.jobs.models import Job

from .enums import Algorithm, Disclosure, SealState, WitnessStatus
from .notes import Checkpoint, PublicKey


class LeafForm(models.Model):
    """表式: which columns of a ledger table a leaf was made of; a column added later does not change old leaves."""

    NOT_AUDITED = "describes leaves; append-only like them"
    APPEND_ONLY = True

    table_name = models.CharField("数据表", max_length=80)
    columns = models.JSONField("列")
    made_at = models.DateTimeField("登记时间", auto_now_add=True)

    objects = GuardedQuerySet.as_manager()

    class Meta:
        verbose_name = "表式"
        verbose_name_plural = "表式"
        constraints = [models.UniqueConstraint(fields=["table_name", "columns"], name="leaf_form_once")]

    def __str__(self) -> str:
        return f"{self.table_name}#{self.pk}"


class Leaf(models.Model):
    """叶: the place of one ledger row in the tree. `index` counts from 0 without a gap; `hash` is RFC 6962's leaf hash."""

    NOT_AUDITED = "the tree over the ledger itself; append-only, signed"
    APPEND_ONLY = True

    index = models.BigIntegerField("叶号", primary_key=True)
    form = models.ForeignKey(LeafForm, models.PROTECT, verbose_name="表式", db_constraint=False, db_index=False)
    row_id = models.UUIDField("行编号")
    hash = models.BinaryField("叶摘要", max_length=32)

    objects = GuardedQuerySet.as_manager()

    class Meta:
        verbose_name = "叶"
        verbose_name_plural = "叶"
        constraints = [
            models.UniqueConstraint(fields=["row_id", "form"], name="leaf_of_row_once"),
            models.CheckConstraint(condition=Q(index__gte=0), name="leaf_index_not_negative"),
        ]

    def __str__(self) -> str:
        return f"第{self.index}叶"


class LeafSalt(models.Model):
    """盐: 32 random bytes that bind a leaf to the personal part of its row; beside it the commitment they make.

    When it is destroyed the commitment stays: the leaf still verifies, what it was made of cannot be shown any more.
    """

    NOT_AUDITED = "a secret beside the leaf; its destruction is a command with an event"

    leaf_index = models.BigIntegerField("叶号", primary_key=True)
    salt = models.BinaryField("盐", max_length=32, null=True)
    commitment = models.BinaryField("承诺值", max_length=32)
    destroyed_at = models.DateTimeField("销毁时间", null=True)

    objects = models.Manager()

    class Meta:
        verbose_name = "盐"
        verbose_name_plural = "盐"
        constraints = [
            models.CheckConstraint(
                condition=Q(salt__isnull=False, destroyed_at__isnull=True)
                | Q(salt__isnull=True, destroyed_at__isnull=False),
                name="salt_or_destroyed",
            )
        ]

    def __str__(self) -> str:
        return f"第{self.leaf_index}叶的盐"


class DestroyedSalt(models.Model):
    """销毁记录: which leaf lost its salt, what it was bound to, and under which event; the one reason why a salt may be gone.

    A ledger row like an event, but without anything personal: every pack shows it in full.
    """

    NOT_AUDITED = "a ledger row itself; append-only and sealed"
    APPEND_ONLY = True
    LEAF_OPEN = ("at", "commitment", "event_id", "leaf_index")

    id = models.UUIDField("编号", primary_key=True, default=uuid7, editable=False)
    at = models.DateTimeField("时间")
    leaf_index = models.BigIntegerField("叶号", unique=True)
    commitment = models.BinaryField("承诺值", max_length=32)
    event_id = models.UUIDField("事件编号")
    txid = models.BigIntegerField("事务编号", db_default=TransactionId(), editable=False)

    objects = GuardedQuerySet.as_manager()

    class Meta:
        verbose_name = "销毁记录"
        verbose_name_plural = "销毁记录"

    def __str__(self) -> str:
        return f"第{self.leaf_index}叶的盐已销毁"


class Tile(models.Model):
    """瓦片: 256 neighbouring hashes of one height and the root over them; only full ones are stored.

    `level` 0 holds leaf hashes, `level` k the roots of tiles of level k−1: the hash of a perfect subtree is one row away.
    """

    NOT_AUDITED = "the tree over the ledger itself; follows from the leaves"
    APPEND_ONLY = True

    level = models.SmallIntegerField("层")
    index = models.BigIntegerField("序号")
    root = models.BinaryField("根", max_length=32)
    hashes = models.BinaryField("摘要", max_length=8192)

    objects = GuardedQuerySet.as_manager()

    class Meta:
        verbose_name = "瓦片"
        verbose_name_plural = "瓦片"
        constraints = [models.UniqueConstraint(fields=["level", "index"], name="tile_once")]

    def __str__(self) -> str:
        return f"第{self.level}层第{self.index}块"


class SealQuerySet(GuardedQuerySet):
    def with_witnesses(self) -> "SealQuerySet":
        """`witness_count`: how many co-signatures the seal has."""
        return self.annotate(witness_count=models.Count("cosignatures"))

    def newest_first(self) -> "SealQuerySet":
        return self.order_by("-number")


class Seal(models.Model):
    """印记: the signed size and root of the tree at one instant.

    `horizon`: rows of all transactions before this one are in the tree (of this database cluster, `cluster` and `epoch`).
    `checkpoint` is the signed note as published.
    """

    NOT_AUDITED = "signed and append-only; an event of its own would call for the next seal"
    APPEND_ONLY = True

    number = models.BigIntegerField("印记号", primary_key=True)
    size = models.BigIntegerField("叶数", unique=True)
    root = models.BinaryField("根", max_length=32)
    algorithm = models.CharField("摘要算法", max_length=10, choices=Algorithm.choices)
    at = models.DateTimeField("时间")
    cause = models.CharField("起因", max_length=100)
    epoch = models.PositiveIntegerField("纪元")
    cluster = models.CharField("数据库标识", max_length=20)
    horizon = models.BigIntegerField("事务界线")
    checkpoint = models.TextField("印记全文")

    objects = SealQuerySet.as_manager()

    class Meta:
        verbose_name = "印记"
        verbose_name_plural = "印记"
        constraints = [
            models.CheckConstraint(condition=Q(algorithm__in=Algorithm.values), name="seal_algorithm_known"),
            models.CheckConstraint(condition=Q(number__gte=1, size__gte=F("number")), name="seal_grows"),
        ]
        indexes = [models.Index(fields=["at"], name="seal_by_time")]

    def __str__(self) -> str:
        return f"第{self.number}号印记"

    @property
    def body(self) -> Checkpoint:
        """What was signed, as stored: origin, size, root."""
        return Checkpoint.parse(self.checkpoint.rpartition("\n\n")[0] + "\n")

    @property
    def state(self) -> SealState:
        """Needs `with_witnesses()`."""
        return SealState.WITNESSED if self.witness_count else SealState.OWN


class KeyChange(models.Model):
    """换钥: from the seal of `size` leaves on the log signs with another key; old and new key have signed `note`.

    Without the old key's signature (it was lost) the new key counts only for who was given it on a signed sheet.
    """

    NOT_AUDITED = "signed and append-only; the change itself is an event"
    APPEND_ONLY = True

    number = models.PositiveIntegerField("第几次", primary_key=True)
    at = models.DateTimeField("时间")
    size = models.BigIntegerField("叶数")
    old_key = models.CharField("旧公钥", max_length=300, unique=True)
    new_key = models.CharField("新公钥", max_length=300, unique=True)
    is_signed_by_old = models.BooleanField("有旧钥签名")
    note = models.TextField("换钥记录全文")

    objects = GuardedQuerySet.as_manager()

    class Meta:
        verbose_name = "换钥"
        verbose_name_plural = "换钥"
        constraints = [
            models.CheckConstraint(condition=Q(number__gte=1, size__gte=1), name="key_change_after_a_seal"),
            models.CheckConstraint(condition=~Q(old_key=F("new_key")), name="key_change_to_another"),
        ]

    def __str__(self) -> str:
        return f"第{self.number}次换钥"

    @property
    def fingerprints(self) -> tuple[str, str]:
        return PublicKey.parse(self.old_key).fingerprint, PublicKey.parse(self.new_key).fingerprint


class WitnessQuerySet(AuditedQuerySet):
    def in_scope_of(self, user: Any) -> "WitnessQuerySet":
        """Whoever may read a trail sees who witnesses it; a holder sees the own one."""
        return self if trail_access(user) else self.filter(holder_id=user.pk)

    def active(self) -> "WitnessQuerySet":
        return self.filter(status=WitnessStatus.ACTIVE)


class Witness(AuditedModel):
    """见证人: the public key of a witness tool that the supervision team keeps; one line offers it, another compares it."""

    PAGE = "seals:witness"
    RECUSAL_EXEMPT = "a key of the supervision team; says nothing about a case"

    name = models.CharField("名称", max_length=60, unique=True)
    public_key = models.CharField("公钥", max_length=200, unique=True)
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="保管人", related_name="witnesses"
    )
    holder_name = models.CharField("保管人姓名", max_length=80)
    status = models.CharField("状态", max_length=10, choices=WitnessStatus.choices, default=WitnessStatus.OFFERED)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="核对人", related_name="+", null=True, blank=True
    )
    replaces = models.ForeignKey(
        "self", models.PROTECT, verbose_name="接替", related_name="successors", null=True, blank=True
    )

    objects = WitnessQuerySet.as_manager()

    class Meta:
        verbose_name = "见证人"
        verbose_name_plural = "见证人"
        constraints = [
            models.CheckConstraint(condition=Q(status__in=WitnessStatus.values), name="witness_status_known"),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("holder")),
                name="witness_compared_by_another",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def key(self) -> PublicKey:
        return PublicKey.parse(self.public_key)

    def trail_scope(self) -> TrailScope:
        return TrailScope(person_id=self.holder_id, person_label=self.holder_name)


class Cosignature(models.Model):
    """见证签名: a witness saw this seal and found it consistent with all it had seen before."""

    NOT_AUDITED = "signed by its witness and append-only"
    APPEND_ONLY = True

    seal = models.ForeignKey(Seal, models.PROTECT, verbose_name="印记", related_name="cosignatures")
    witness = models.ForeignKey(Witness, models.PROTECT, verbose_name="见证人", related_name="cosignatures")
    signed_at = models.DateTimeField("见证时间")
    received_at = models.DateTimeField("收到时间", auto_now_add=True)
    line = models.TextField("签名行")

    objects = GuardedQuerySet.as_manager()

    class Meta:
        verbose_name = "见证签名"
        verbose_name_plural = "见证签名"
        constraints = [
            models.UniqueConstraint(
                fields=["seal", "witness"], name="cosigned_once", violation_error_message="这个印记您已会签，不必重复。"
            )
        ]

    def __str__(self) -> str:
        return f"{self.witness}见证{self.seal}"


class VerificationExportQuerySet(AuditedQuerySet):
    def in_scope_of(self, user: Any) -> "VerificationExportQuerySet":
        """One's own exports; all of them for whoever reads the whole trail."""
        return self if trail_access(user).everything else self.filter(requested_by_id=user.pk)


class VerificationExport(AuditedModel):
    """核验包: the tree up to one seal as a file that a stranger can verify; made by a job.

    `discloses`: whose personal columns are in it. Leaves, seals and co-signatures are always all there.
    """

    PAGE = "seals:export"
    RECUSAL_EXEMPT = "what it discloses is filtered by its reader's own recusals when it is made"

    seal = models.ForeignKey(Seal, models.PROTECT, verbose_name="印记", related_name="exports")
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="申请人", related_name="verification_exports"
    )
    requested_by_name = models.CharField("申请人姓名", max_length=80)
    requested_at = models.DateTimeField("申请时间")
    purpose = models.CharField("用途", max_length=300)
    discloses = models.CharField("公开范围", max_length=10, choices=Disclosure.choices)
    job = models.ForeignKey(Job, models.PROTECT, verbose_name="后台任务", related_name="+")
    storage_name = models.CharField("存放位置", max_length=120, blank=True)
    sha256 = models.CharField("校验值", max_length=64, blank=True)
    file_size = models.PositiveBigIntegerField("大小（字节）", default=0)
    ready_at = models.DateTimeField("生成时间", null=True, blank=True)

    objects = VerificationExportQuerySet.as_manager()

    class Meta:
        verbose_name = "核验包"
        verbose_name_plural = "核验包"
        constraints = [
            models.CheckConstraint(condition=Q(discloses__in=Disclosure.values), name="export_disclosure_known"),
            models.CheckConstraint(
                condition=Q(ready_at__isnull=True, storage_name="") | ~Q(storage_name="") & ~Q(sha256=""),
                name="export_ready_with_file",
            ),
        ]

    def __str__(self) -> str:
        return f"核验包（至{self.seal}）"

    @property
    def is_ready(self) -> bool:
        return self.ready_at is not None
