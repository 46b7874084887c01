"""请示和报告, with every version that was drafted and signed."""

from dataclasses import replace
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from admissions.audit.models import AuditedModel
from admissions.audit.principals import principal_key
from admissions.audit.scope import TrailScope
from workgroups.groups.models import WorkGroup
from workgroups.meetings.models import AgendaItem

from ..enums import DocumentKind, ReportStage, SubmissionStatus, Urgency
from .duties import ReportDuty
from .matters import ReportableMatter
from .scoping import OF_SUBMISSION, AboutSomebody, OfSubmissionQuerySet, of_workers, through, watched

PERSON = settings.AUTH_USER_MODEL
WAITING_FOR_AN_ANSWER = (SubmissionStatus.SENT, SubmissionStatus.RECEIVED)


class SubmissionQuerySet(OfSubmissionQuerySet):
    submission_path = ""
    duty_path = "duty__"
    delivered = "sent_at__isnull"

    def of_season(self, season: Any) -> "SubmissionQuerySet":
        return self.filter(group__season=season)

    def awaited(self) -> "SubmissionQuerySet":
        """Requests that were sent and have no answer yet."""
        return self.filter(kind=DocumentKind.REQUEST, status__in=WAITING_FOR_AN_ANSWER)

    def overdue(self) -> "SubmissionQuerySet":
        return self.awaited().filter(answer_due_at__lt=timezone.now())


class Submission(AboutSomebody):
    """请示或报告 (#46): one matter, one addressee; what it says stands in its versions."""

    PAGE = "requests:one"
    RECUSAL_PATHS = OF_SUBMISSION

    group = models.ForeignKey(WorkGroup, models.PROTECT, verbose_name="发文工作组", related_name="submissions")
    addressee = models.ForeignKey(WorkGroup, models.PROTECT, verbose_name="主送", related_name="submissions_received")
    matter = models.ForeignKey(ReportableMatter, models.PROTECT, verbose_name="事项", related_name="submissions")
    kind = models.CharField("文种", max_length=8, choices=DocumentKind.choices)
    urgency = models.CharField("紧急程度", max_length=8, choices=Urgency.choices, default=Urgency.NORMAL)
    # The addressee's page shows it: it changes with a sending, not with a draft.
    title = models.CharField("标题", max_length=120)
    duty = models.ForeignKey(
        ReportDuty, models.PROTECT, verbose_name="应报义务", null=True, blank=True, related_name="submissions"
    )
    # Asks the superior about an item its body cannot decide (#22); who keeps away from the item keeps away from this.
    item = models.ForeignKey(
        AgendaItem, models.PROTECT, verbose_name="议题", null=True, blank=True, related_name="submissions"
    )
    stage = models.CharField("报告阶段", max_length=10, choices=ReportStage.choices, blank=True)
    continues = models.ForeignKey(
        "self", models.PROTECT, verbose_name="续报自", null=True, blank=True, related_name="continuations"
    )
    status = models.CharField("状态", max_length=10, choices=SubmissionStatus.choices, default=SubmissionStatus.DRAFT)
    drafted_by = models.ForeignKey(PERSON, models.PROTECT, verbose_name="起草人", related_name="+")
    code = models.CharField("机关代字", max_length=20, blank=True, editable=False)
    year = models.PositiveSmallIntegerField("年份", null=True, blank=True, editable=False)
    sequence = models.PositiveIntegerField("序号", null=True, blank=True, editable=False)
    sent_at = models.DateTimeField("报送时间", null=True, blank=True)
    answer_due_at = models.DateTimeField("批复时限", null=True, blank=True)
    received_at = models.DateTimeField("签收时间", null=True, blank=True)
    received_by = models.ForeignKey(
        PERSON, models.PROTECT, verbose_name="签收人", null=True, blank=True, related_name="+"
    )

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = "请示报告"
        verbose_name_plural = "请示报告"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=DocumentKind.values), name="submission_kind_known"),
            models.CheckConstraint(condition=Q(status__in=SubmissionStatus.values), name="submission_status_known"),
            models.CheckConstraint(condition=Q(urgency__in=Urgency.values), name="submission_urgency_known"),
            models.CheckConstraint(
                condition=Q(stage="") | Q(stage__in=ReportStage.values, kind="report"), name="submission_stage_known"
            ),
            models.CheckConstraint(
                condition=~Q(group=F("addressee")),
                name="submission_to_another_body",
                violation_error_message="主送机构不能是发文的工作组本身。",
            ),
            models.CheckConstraint(
                condition=~Q(continues=F("id")),
                name="submission_not_its_own_continuation",
                violation_error_message="报告不能是自己的续报。",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "submitted", "withdrawn"]) | Q(sequence__isnull=False),
                name="submission_signed_has_number",
            ),
            models.CheckConstraint(
                condition=Q(code="", year__isnull=True, sequence__isnull=True)
                | Q(year__isnull=False, sequence__gt=0) & ~Q(code=""),
                name="submission_number_whole",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["sent", "received", "answered", "returned"]) | Q(sent_at__isnull=False),
                name="submission_sent_when",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["received", "answered", "returned"]) | Q(received_by__isnull=False),
                name="submission_received_by_whom",
            ),
            # Gapless numbers are given under the lock of the group's letters; this refuses whatever came past it.
            models.UniqueConstraint(
                fields=["group", "year", "sequence"],
                condition=Q(sequence__isnull=False),
                name="submission_number_once",
                violation_error_message="这个发文字号已被使用。",
            ),
            models.UniqueConstraint(
                fields=["duty"],
                condition=Q(duty__isnull=False) & ~Q(status="withdrawn"),
                name="submission_once_per_duty",
                violation_error_message="这项应报义务已有人起草，请在已有的文稿上办理。",
            ),
            models.UniqueConstraint(
                fields=["continues"],
                condition=Q(continues__isnull=False) & ~Q(status="withdrawn"),
                name="submission_continued_once",
                violation_error_message="这份报告已有续报，请在最新一份之后续报。",
            ),
            models.UniqueConstraint(
                fields=["group", "drafted_by", "title"],
                condition=Q(status="draft"),
                name="submission_draft_once",
                violation_error_message="您已有同名的草稿，请在草稿上修改。",
            ),
        ]

    def __str__(self) -> str:
        kind = self.get_kind_display()
        return f"《{self.title}》" if self.title.endswith(kind) else f"{kind}《{self.title}》"

    @property
    def number(self) -> str:
        """机关代字〔年〕号 (GB/T 9704-2012 7.2.5); empty before signing."""
        return f"{self.code}〔{self.year}〕{self.sequence}号" if self.sequence else ""

    @property
    def is_request(self) -> bool:
        return self.kind == DocumentKind.REQUEST

    @property
    def is_awaited(self) -> bool:
        return self.is_request and self.status in WAITING_FOR_AN_ANSWER

    @property
    def clock(self) -> Any:
        """Until when it is to be answered, while it is not."""
        return self.answer_due_at if self.is_awaited else None

    @property
    def is_overdue(self) -> bool:
        return self.clock is not None and self.clock < timezone.now()

    def history_open_to(self, user: Any) -> bool:
        """The addressee sees the document, not how its drafts went to and fro."""
        return Submission.objects.filter(watched(user, "group"), pk=self.pk).exists()

    def trail_scope(self) -> TrailScope:
        subjects = {*self.named(), *(self.duty.subjects if self.duty_id else ())}
        return replace(self.group.trail_scope(), subjects=tuple(sorted(subjects)))


class VersionQuerySet(OfSubmissionQuerySet):
    """Rows of a version; `version_path` leads to it."""

    version_path = ""

    def in_scope_of(self, user: Any) -> "VersionQuerySet":
        """The addressee reads what was sent, never a draft."""
        sent = Q(**{f"{self.version_path}sent_at__isnull": False})
        addressed = of_workers(user, f"{self.submission_path}addressee") & sent
        return self.filter(watched(user, f"{self.submission_path}group") | addressed)


class OfSubmission(AuditedModel):
    """A row of a request or report: seen and withheld with it."""

    PAGE_OF = "submission"
    RECUSAL_PATHS = through("submission")

    objects = OfSubmissionQuerySet.as_manager()

    class Meta:
        abstract = True

    def trail_scope(self) -> TrailScope:
        return self.submission.trail_scope()


class SubmissionVersion(OfSubmission):
    """文稿: drafted, then signed and bound by the hash of what it says; a signed text never changes (条例第二十五条)."""

    # A draft is no business of the addressee, whose timeline is that of the document.
    TRAIL_HIDDEN = frozenset({"title", "body", "opinion", "options", "single_option_reason", "content", "change"})

    submission = models.ForeignKey(Submission, models.PROTECT, verbose_name="请示报告", related_name="versions")
    number = models.PositiveSmallIntegerField("稿次", default=1)
    title = models.CharField("标题", max_length=120)
    body = models.TextField("情况")
    opinion = models.TextField("本组意见", blank=True)
    options = ArrayField(models.TextField(), verbose_name="备选方案", default=list, blank=True)
    single_option_reason = models.CharField("只有一个方案的理由", max_length=300, blank=True)
    change = models.CharField("改动说明", max_length=300, blank=True)
    drafted_by = models.ForeignKey(PERSON, models.PROTECT, verbose_name="拟稿人", related_name="+")
    drafted_at = models.DateTimeField("拟稿时间")
    content = models.JSONField("签发内容", null=True, blank=True, editable=False)
    digest = models.CharField("内容校验值", max_length=64, blank=True, editable=False)
    signed_by = models.ForeignKey(
        PERSON, models.PROTECT, verbose_name="签发人", null=True, blank=True, related_name="+"
    )
    signed_name = models.CharField("签发人姓名", max_length=80, blank=True)
    on_behalf_of = principal_key()
    signed_post = models.CharField("签发人岗位", max_length=200, blank=True)
    signed_at = models.DateTimeField("签发时间", null=True, blank=True)
    sent_at = models.DateTimeField("报送时间", null=True, blank=True)
    # Who signed and for whom, as the reader may read it; set by `versions_for`.
    signature: str = ""

    objects = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = "文稿"
        verbose_name_plural = "文稿"
        ordering = ["submission", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "number"],
                name="version_number_once",
                violation_error_message="有人刚刚新拟了一稿，请刷新页面。",
            ),
            models.CheckConstraint(
                condition=Q(number=1) | ~Q(change=""),
                name="version_says_what_changed",
                violation_error_message="签发后改动的，须写明改了什么、为什么改。",
            ),
            models.CheckConstraint(
                condition=Q(opinion="") | Q(options__len__gte=2) | ~Q(single_option_reason=""),
                name="version_offers_a_choice",
                violation_error_message="请示须有两个以上备选方案；只有一个的，写明理由。",
            ),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True, signed_by__isnull=True, digest="", sent_at__isnull=True)
                | Q(signed_at__isnull=False, signed_by__isnull=False, content__isnull=False) & ~Q(digest=""),
                name="version_signed_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.submission}第{self.number}稿"
