"""培训：课程、题目、答卷."""

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from admissions.accounts.permissions import Permission
from admissions.accounts.selectors import has_permission
from admissions.audit.models import AuditedModel, AuditedQuerySet
from admissions.audit.scope import TrailScope

from .enums import AttemptStatus, CourseStatus, QuestionKind

NAMES_NOBODY = "teaching material; names no person, institution or candidate"


def manages_training(user: Any) -> bool:
    return has_permission(user, Permission.MANAGE_TRAINING)


class CourseQuerySet(AuditedQuerySet):
    def in_scope_of(self, user: Any) -> "CourseQuerySet":
        """Drafts are seen by those who make them; open and closed courses by everybody."""
        return self if manages_training(user) else self.exclude(status=CourseStatus.DRAFT)

    def of_season(self, season: Any) -> "CourseQuerySet":
        return self.filter(season=season)

    def open(self) -> "CourseQuerySet":
        return self.filter(status=CourseStatus.OPEN)


class Course(AuditedModel):
    """培训课程: what must be passed before duty (上岗前培训并考试，四川2009；未经培训合格不得上岗，四川2014)."""

    PAGE = "training:course"
    RECUSAL_EXEMPT = NAMES_NOBODY

    season = models.ForeignKey("seasons.Season", models.PROTECT, verbose_name="录取季", related_name="courses")
    name = models.CharField("课程名称", max_length=80)
    text = models.TextField("学习内容")
    pass_mark = models.PositiveSmallIntegerField(
        "合格线（百分制）", default=80, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    question_count = models.PositiveSmallIntegerField("每卷题数", default=10, validators=[MinValueValidator(1)])
    valid_days = models.PositiveSmallIntegerField("合格有效天数", default=90, validators=[MinValueValidator(1)])
    for_all_posts = models.BooleanField("适用于所有须培训的岗位", default=True)
    status = models.CharField("状态", max_length=10, choices=CourseStatus.choices, default=CourseStatus.DRAFT)
    opened_at = models.DateTimeField("开放时间", null=True, blank=True, editable=False)

    objects = CourseQuerySet.as_manager()

    class Meta:
        verbose_name = "培训课程"
        verbose_name_plural = "培训课程"
        ordering = ["season", "name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["season", "name"], name="course_name_once", violation_error_message="本录取季已有同名课程。"
            ),
            models.CheckConstraint(condition=Q(status__in=CourseStatus.values), name="course_status_known"),
            models.CheckConstraint(
                condition=Q(pass_mark__range=(1, 100)),
                name="course_pass_mark_in_range",
                violation_error_message="合格分数须在1至100之间。",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def trail_scope(self) -> TrailScope:
        return TrailScope(season_id=self.season_id, season_label=str(self.season))


class OfCourseQuerySet(AuditedQuerySet):
    def in_scope_of(self, user: Any) -> "OfCourseQuerySet":
        """Questions and answers are seen only by those who make them; others meet them in their own paper."""
        return self if manages_training(user) else self.none()


class CoursePost(AuditedModel):
    """课程适用岗位, where the course is not for all posts."""

    PAGE_OF = "course"
    RECUSAL_EXEMPT = NAMES_NOBODY

    course = models.ForeignKey(Course, models.PROTECT, verbose_name="课程", related_name="posts")
    post = models.ForeignKey("groups.Post", models.PROTECT, verbose_name="岗位", related_name="courses")

    objects = OfCourseQuerySet.as_manager()

    class Meta:
        verbose_name = "课程适用岗位"
        verbose_name_plural = "课程适用岗位"
        constraints = [
            models.UniqueConstraint(
                fields=["course", "post"], name="coursepost_once", violation_error_message="这门课程已适用于此岗位。"
            )
        ]

    def __str__(self) -> str:
        return f"{self.course}·{self.post}"

    def trail_scope(self) -> TrailScope:
        return self.course.trail_scope()


class Question(AuditedModel):
    """题目: bound to the clause it asks about; when that clause changes, only its questions are taken again."""

    PAGE_OF = "course"
    RECUSAL_EXEMPT = NAMES_NOBODY

    course = models.ForeignKey(Course, models.PROTECT, verbose_name="课程", related_name="questions")
    clause = models.ForeignKey("rulebook.Clause", models.PROTECT, verbose_name="依据条款", related_name="+")
    kind = models.CharField("题型", max_length=10, choices=QuestionKind.choices)
    stem = models.TextField("题干")
    options = models.JSONField("选项", help_text="按顺序的文字列表；判断题为“正确”“错误”。")
    answer = models.JSONField("答案", help_text="正确选项的序号列表，从0起。")
    is_retired = models.BooleanField("已停用", default=False)

    objects = OfCourseQuerySet.as_manager()

    class Meta:
        verbose_name = "题目"
        verbose_name_plural = "题目"
        ordering = ["course", "id"]
        constraints = [models.CheckConstraint(condition=Q(kind__in=QuestionKind.values), name="question_kind_known")]

    def __str__(self) -> str:
        return self.stem[:40]

    def trail_scope(self) -> TrailScope:
        return self.course.trail_scope()


class AttemptQuerySet(AuditedQuerySet):
    def in_scope_of(self, user: Any) -> "AttemptQuerySet":
        return self if manages_training(user) else self.filter(person=user)


class Attempt(AuditedModel):
    """答卷: the questions drawn, the answers given and the result, stored as they were.

    `paper` is a list of {question, stem, kind, options, answer, clause, version}; the right answers are in it,
    so it is never handed to a page before the paper is finished. `clause_versions` says which version of each clause
    the paper stands for.
    """

    PAGE = "training:attempt"
    RECUSAL_PATHS = {"person": "person_id"}
    TRAIL_HIDDEN = frozenset({"paper"})

    course = models.ForeignKey(Course, models.PROTECT, verbose_name="课程", related_name="attempts")
    person = models.ForeignKey("accounts.User", models.PROTECT, verbose_name="人员", related_name="attempts")
    is_partial = models.BooleanField("仅补考变更条款", default=False)
    status = models.CharField("状态", max_length=10, choices=AttemptStatus.choices, default=AttemptStatus.OPEN)
    paper = models.JSONField("试卷")
    clause_versions = models.JSONField("对应条款版本")
    answers = models.JSONField("作答", null=True, blank=True)
    score = models.PositiveSmallIntegerField("得分", null=True, blank=True)
    started_at = models.DateTimeField("开始时间")
    finished_at = models.DateTimeField("交卷时间", null=True, blank=True)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        verbose_name = "答卷"
        verbose_name_plural = "答卷"
        ordering = ["-started_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["course", "person"],
                condition=Q(status="open"),
                name="attempt_one_open",
                violation_error_message="您有一份未交的答卷，请先完成它。",
            ),
            models.CheckConstraint(condition=Q(status__in=AttemptStatus.values), name="attempt_status_known"),
            models.CheckConstraint(
                condition=~Q(status__in=["passed", "failed"]) | Q(score__isnull=False, finished_at__isnull=False),
                name="attempt_finished_has_score",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person.name}·{self.course.name}"

    def trail_scope(self) -> TrailScope:
        return TrailScope(
            season_id=self.course.season_id,
            season_label=str(self.course.season),
            person_id=self.person_id,
            person_label=self.person.name,
        )
