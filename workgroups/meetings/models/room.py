"""What happens in the room beside the positions: entries checked, deferrals put to the members, supervisors changed."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q

from admissions.audit.models import AuditedModel
from admissions.audit.scope import TrailScope

from .decisions import Position, SupervisorRemark
from .items import OfItem
from .meetings import Seat
from .scoping import NAMED_BY_ITEM, OfItemQuerySet, OfMeetingQuerySet

PERSON = settings.AUTH_USER_MODEL
# Within which a member says whether a position entered for them is what they said.
CHECK_WITHIN = timedelta(hours=24)


def named_by(path: str) -> dict[str, str]:
    """What an item names, for rows that reach it over `path`."""
    return {kind: f"{path}__{field}" for kind, field in NAMED_BY_ITEM.items()}


def due_of_check(position: Position) -> datetime:
    return position.at + CHECK_WITHIN


class OfPositionQuerySet(OfItemQuerySet):
    item_path = "position__item__"


class PositionCheck(OfItem):
    """代录确认: the member's own yes or no to a position somebody else entered; the entered word stays as it was."""

    PAGE_OF = "position"
    RECUSAL_PATHS = named_by("position")
    # Sealed like the position itself.
    TRAIL_HIDDEN = frozenset({"text"})

    position = models.OneToOneField(Position, models.PROTECT, verbose_name="代录的表态", related_name="member_check")
    is_confirmed = models.BooleanField("确认")
    text = models.TextField("说明", blank=True)
    at = models.DateTimeField("时间")

    objects = OfPositionQuerySet.as_manager()

    class Meta:
        verbose_name = "代录确认"
        verbose_name_plural = "代录确认"
        ordering = ["position"]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_confirmed=True) | ~Q(text=""),
                name="positioncheck_dispute_says_why",
                violation_error_message="提出异议须写明本人的意见。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position.seat.name}{'确认' if self.is_confirmed else '不认可'}代录的表态"

    def trail_scope(self) -> TrailScope:
        return self.position.item.trail_scope()


class DeferralMotion(OfItem):
    """提请裁定: whoever leads asks those present whether the condition of a 暂缓 is met; it lapses with the next position."""

    PAGE_OF = "position"
    RECUSAL_PATHS = named_by("position")

    position = models.ForeignKey(Position, models.PROTECT, verbose_name="暂缓表态", related_name="motions")
    text = models.TextField("条件如何得到解决")
    put_by = models.ForeignKey(PERSON, models.PROTECT, verbose_name="提请人", related_name="+")
    at = models.DateTimeField("时间")

    objects = OfPositionQuerySet.as_manager()

    class Meta:
        verbose_name = "暂缓裁定的提请"
        verbose_name_plural = "暂缓裁定的提请"
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return f"提请裁定{self.position.seat.name}的暂缓条件已解决"

    def trail_scope(self) -> TrailScope:
        return self.position.item.trail_scope()


class OfMotionQuerySet(OfItemQuerySet):
    item_path = "motion__position__item__"


class DeferralAnswer(OfItem):
    """对裁定的意见: one of each member present but the author; more than half of these make the ruling."""

    PAGE_OF = "motion"
    RECUSAL_PATHS = named_by("motion__position")

    motion = models.ForeignKey(DeferralMotion, models.PROTECT, verbose_name="提请", related_name="answers")
    seat = models.ForeignKey(Seat, models.PROTECT, verbose_name="成员", related_name="+")
    agrees = models.BooleanField("条件已解决")
    text = models.TextField("意见", blank=True)
    at = models.DateTimeField("时间")

    objects = OfMotionQuerySet.as_manager()

    class Meta:
        verbose_name = "对暂缓裁定的意见"
        verbose_name_plural = "对暂缓裁定的意见"
        ordering = ["motion", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["motion", "seat"],
                name="deferralanswer_once",
                violation_error_message="您已对这一裁定表示意见。",
            ),
            models.CheckConstraint(
                condition=Q(agrees=True) | ~Q(text=""),
                name="deferralanswer_says_why",
                violation_error_message="认为条件没有解决的，须写明理由。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seat.name}：{'条件已解决' if self.agrees else '条件没有解决'}"

    def trail_scope(self) -> TrailScope:
        return self.motion.trail_scope()


class AnswerRejection(OfItem):
    """不认可答复: which answer to a remark was not enough, and why; the remark waits for another one."""

    PAGE_OF = "remark"
    RECUSAL_PATHS = named_by("remark")

    remark = models.ForeignKey(SupervisorRemark, models.PROTECT, verbose_name="监督意见", related_name="rejections")
    answer = models.TextField("不认可的答复")
    answered_by = models.ForeignKey(PERSON, models.PROTECT, verbose_name="答复人", related_name="+")
    answered_at = models.DateTimeField("答复时间")
    text = models.TextField("不认可的理由")
    at = models.DateTimeField("时间")

    class RejectionQuerySet(OfItemQuerySet):
        item_path = "remark__item__"

    objects = RejectionQuerySet.as_manager()

    class Meta:
        verbose_name = "不认可的答复"
        verbose_name_plural = "不认可的答复"
        ordering = ["remark", "id"]

    def __str__(self) -> str:
        return f"{self.remark}：答复不予认可"

    def trail_scope(self) -> TrailScope:
        return self.remark.item.trail_scope()


class SupervisorChange(AuditedModel):
    """监督人员变更: who does not supervise the meeting any more, why, by whose word, and who does instead."""

    PAGE_OF = "seat"
    RECUSAL_EXEMPT = "who supervises a meeting is known to the body; says nothing about the items"

    seat = models.OneToOneField(Seat, models.PROTECT, verbose_name="原监督人员", related_name="change")
    successor = models.OneToOneField(
        Seat, models.PROTECT, verbose_name="接替人", null=True, blank=True, related_name="takes_over"
    )
    reason = models.TextField("原因")
    ordered_by = models.ForeignKey(PERSON, models.PROTECT, verbose_name="决定人", related_name="+")
    at = models.DateTimeField("时间")

    class ChangeQuerySet(OfMeetingQuerySet):
        meeting_path = "seat__meeting__"

    objects = ChangeQuerySet.as_manager()

    class Meta:
        verbose_name = "监督人员变更"
        verbose_name_plural = "监督人员变更"
        ordering = ["seat"]

    def __str__(self) -> str:
        instead = f"由{self.successor.name}接替" if self.successor else "免予列席"
        return f"{self.seat.name}{instead}"

    def trail_scope(self) -> TrailScope:
        return self.seat.meeting.trail_scope()
