"""工作组、岗位、职责、职责矩阵."""

from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from admissions.accounts.break_glass.running_access import opened_groups, opened_seasons
from admissions.accounts.enums import Role
from admissions.accounts.selectors import live_grants
from admissions.audit.models import AuditedModel, AuditedQuerySet
from admissions.audit.scope import TrailScope

from .enums import DutyLetter, GroupKind, GroupStatus, PostRank, Secrecy, StepStage

# How deep the tree may be; rights of leaders reach down this far.
LEVELS = 5
NAMES_NOBODY = "structure of the season; names no person, institution or candidate"


def groups_in_scope(user: Any, path: str = "pk") -> Q:
    """Groups a person may see: supervisors only those of their grants; everybody else all of the structure."""
    grants = [grant for grant in live_grants(user) if grant.role == Role.SUPERVISOR]
    if not grants or any(not grant.group_id and not grant.season_id for grant in grants):
        return Q()
    prefix = "" if path == "pk" else f"{path}__"
    in_groups = Q(**{f"{path}__in": [grant.group_id for grant in grants if grant.group_id]})
    seasons = [grant.season_id for grant in grants if grant.season_id and not grant.group_id]
    return in_groups | Q(**{f"{prefix}season_id__in": seasons}) | groups_opened(user, path)


def groups_opened(user: Any, path: str = "pk") -> Q:
    """Rows of the group or season a running break-glass access lets the user read; none without one."""
    prefix = "" if path == "pk" else f"{path}__"
    groups, seasons = opened_groups(user), opened_seasons(user)
    if seasons:
        return Q(**{f"{prefix}season_id__in": seasons})
    return Q(**{f"{path}__in": groups}) if groups else Q(pk__in=[])


def below(path: str, groups: Any) -> Q:
    """Rows whose group, at `path`, is one of the groups or hangs below one, at any depth."""
    steps = [f"{path}_id"] + [f"{path}{'__parent' * depth}__parent_id" for depth in range(LEVELS - 1)]
    found = Q()
    for step in steps:
        found |= Q(**{f"{step}__in": groups})
    return found


class WorkGroupQuerySet(AuditedQuerySet):
    def in_scope_of(self, user: Any) -> "WorkGroupQuerySet":
        return self.filter(groups_in_scope(user))

    def of_season(self, season: Any) -> "WorkGroupQuerySet":
        return self.filter(season=season)

    def standing(self) -> "WorkGroupQuerySet":
        return self.exclude(status=GroupStatus.DISSOLVED)


class WorkGroup(AuditedModel):
    """工作组: a node of the season's tree; its leader carries 主体责任 (湖南 2018 录取工作方案)."""

    PAGE = "groups:one"
    RECUSAL_EXEMPT = NAMES_NOBODY

    season = models.ForeignKey("seasons.Season", models.PROTECT, verbose_name="录取季", related_name="groups")
    parent = models.ForeignKey(
        "self", models.PROTECT, verbose_name="上级工作组", null=True, blank=True, related_name="children"
    )
    kind = models.CharField("类别", max_length=12, choices=GroupKind.choices)
    name = models.CharField("名称", max_length=60)
    order = models.PositiveSmallIntegerField("排序", default=0)
    charter = models.TextField("职责", blank=True)
    status = models.CharField("状态", max_length=10, choices=GroupStatus.choices, default=GroupStatus.DRAFT)

    objects = WorkGroupQuerySet.as_manager()

    class Meta:
        verbose_name = "工作组"
        verbose_name_plural = "工作组"
        ordering = ["season", "order", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["season", "name"],
                name="workgroup_name_once",
                violation_error_message="本录取季已有同名工作组。",
            ),
            models.CheckConstraint(condition=Q(status__in=GroupStatus.values), name="workgroup_status_known"),
            models.CheckConstraint(
                condition=~Q(parent=F("id")),
                name="workgroup_not_own_parent",
                violation_error_message="工作组不能是自己的上级。",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def trail_scope(self) -> TrailScope:
        return TrailScope(
            season_id=self.season_id, season_label=str(self.season), group_id=self.pk, group_label=self.name
        )


class OfGroupQuerySet(AuditedQuerySet):
    """Rows that belong to a group; subclasses name the path to it."""

    group_path = "group"

    def in_scope_of(self, user: Any) -> "OfGroupQuerySet":
        return self.filter(groups_in_scope(user, self.group_path))

    def of_season(self, season: Any) -> "OfGroupQuerySet":
        return self.filter(**{f"{self.group_path}__season": season})


class Post(AuditedModel):
    """岗位 (定岗): what one seat does, may decide and needs before somebody may sit on it."""

    PAGE = "groups:post"
    RECUSAL_EXEMPT = NAMES_NOBODY

    group = models.ForeignKey(WorkGroup, models.PROTECT, verbose_name="工作组", related_name="posts")
    name = models.CharField("岗位名称", max_length=60)
    rank = models.CharField("层级", max_length=10, choices=PostRank.choices, default=PostRank.MEMBER)
    order = models.PositiveSmallIntegerField("排序", default=0)
    headcount_min = models.PositiveSmallIntegerField("最少人数", default=1)
    headcount_max = models.PositiveSmallIntegerField("最多人数", default=1, validators=[MinValueValidator(1)])
    authority_limit = models.CharField("权限边界", max_length=200, blank=True)
    needs_pledge = models.BooleanField("须签承诺书", default=True)
    needs_training = models.BooleanField("须培训合格", default=True)
    secrecy = models.CharField("涉密程度", max_length=12, choices=Secrecy.choices, default=Secrecy.INTERNAL)
    is_abolished = models.BooleanField("已撤销", default=False)

    objects = OfGroupQuerySet.as_manager()

    class Meta:
        verbose_name = "岗位"
        verbose_name_plural = "岗位"
        ordering = ["group", "order", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["group", "name"], name="post_name_once", violation_error_message="本组已有同名岗位。"
            ),
            models.CheckConstraint(
                condition=Q(headcount_min__lte=F("headcount_max")) & Q(headcount_max__gte=1),
                name="post_headcount_in_order",
                violation_error_message="最少人数不能多于最多人数，最多人数至少为1。",
            ),
            models.CheckConstraint(condition=Q(rank__in=PostRank.values), name="post_rank_known"),
        ]

    def __str__(self) -> str:
        return f"{self.group.name}·{self.name}"

    def trail_scope(self) -> TrailScope:
        return self.group.trail_scope()


class OfPostQuerySet(OfGroupQuerySet):
    group_path = "post__group"


class PostDuty(AuditedModel):
    """岗位职责: one duty of a post with the clause it comes from (制度依据)."""

    PAGE_OF = "post"
    RECUSAL_EXEMPT = NAMES_NOBODY

    post = models.ForeignKey(Post, models.PROTECT, verbose_name="岗位", related_name="duties")
    order = models.PositiveSmallIntegerField("序号", default=0)
    text = models.CharField("职责", max_length=300)
    clause = models.ForeignKey(
        "rulebook.Clause", models.PROTECT, verbose_name="制度依据", null=True, blank=True, related_name="+"
    )

    objects = OfPostQuerySet.as_manager()

    class Meta:
        verbose_name = "岗位职责"
        verbose_name_plural = "岗位职责"
        ordering = ["post", "order", "id"]

    def __str__(self) -> str:
        return self.text

    def trail_scope(self) -> TrailScope:
        return self.post.trail_scope()


class OfFirstPostQuerySet(OfGroupQuerySet):
    group_path = "first__group"


class PostIncompatibility(AuditedModel):
    """不相容岗位: two posts of a season that one person must not hold at the same time."""

    PAGE_OF = "first"
    RECUSAL_EXEMPT = NAMES_NOBODY

    first = models.ForeignKey(Post, models.PROTECT, verbose_name="岗位一", related_name="incompatible_first")
    second = models.ForeignKey(Post, models.PROTECT, verbose_name="岗位二", related_name="incompatible_second")
    why = models.CharField("理由", max_length=200)
    clause = models.ForeignKey(
        "rulebook.Clause", models.PROTECT, verbose_name="制度依据", null=True, blank=True, related_name="+"
    )

    objects = OfFirstPostQuerySet.as_manager()

    class Meta:
        verbose_name = "不相容岗位"
        verbose_name_plural = "不相容岗位"
        constraints = [
            models.CheckConstraint(
                condition=Q(first__lt=F("second")),
                name="incompatibility_in_order",
                violation_error_message="两个岗位不能相同。",
            ),
            models.UniqueConstraint(
                fields=["first", "second"],
                name="incompatibility_once",
                violation_error_message="这两个岗位已登记为不相容。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first} 与 {self.second}"

    def trail_scope(self) -> TrailScope:
        return self.first.trail_scope()


class StepQuerySet(AuditedQuerySet):
    def in_scope_of(self, user: Any) -> "StepQuerySet":
        return self

    def of_season(self, season: Any) -> "StepQuerySet":
        return self.filter(season=season)


class Step(AuditedModel):
    """工作环节: one row of the responsibility matrix (#6)."""

    RECUSAL_EXEMPT = NAMES_NOBODY

    season = models.ForeignKey("seasons.Season", models.PROTECT, verbose_name="录取季", related_name="steps")
    stage = models.CharField("环节类别", max_length=12, choices=StepStage.choices)
    name = models.CharField("环节", max_length=60)
    order = models.PositiveSmallIntegerField("排序", default=0)
    groups_apart = models.BooleanField("执行、复核、监督须分属不同工作组", default=False)

    objects = StepQuerySet.as_manager()

    class Meta:
        verbose_name = "工作环节"
        verbose_name_plural = "工作环节"
        ordering = ["season", "order", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["season", "name"], name="step_name_once", violation_error_message="本录取季已有同名环节。"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def trail_scope(self) -> TrailScope:
        return TrailScope(season_id=self.season_id, season_label=str(self.season))


class StepDuty(AuditedModel):
    """职责矩阵单元: what a post is for a step."""

    RECUSAL_EXEMPT = NAMES_NOBODY

    step = models.ForeignKey(Step, models.PROTECT, verbose_name="环节", related_name="duties")
    post = models.ForeignKey(Post, models.PROTECT, verbose_name="岗位", related_name="step_duties")
    letter = models.CharField("职责", max_length=1, choices=DutyLetter.choices)

    objects = OfPostQuerySet.as_manager()

    class Meta:
        verbose_name = "职责矩阵单元"
        verbose_name_plural = "职责矩阵单元"
        constraints = [
            models.UniqueConstraint(
                fields=["step", "post", "letter"], name="stepduty_once", violation_error_message="这一格已登记。"
            ),
            models.UniqueConstraint(
                fields=["step"],
                condition=Q(letter="L"),
                name="stepduty_one_accountable",
                violation_error_message="一个环节只能有一个负责岗位。",
            ),
            models.UniqueConstraint(
                fields=["step", "post"],
                condition=Q(letter__in=["A", "R", "S"]),
                name="stepduty_parts_apart",
                violation_error_message="同一岗位在同一环节不能兼任执行、复核、监督。",
            ),
            models.CheckConstraint(condition=Q(letter__in=DutyLetter.values), name="stepduty_letter_known"),
        ]

    def __str__(self) -> str:
        return f"{self.step}·{self.post.name}·{self.get_letter_display()}"

    def trail_scope(self) -> TrailScope:
        return self.post.trail_scope()
