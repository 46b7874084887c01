"""人数变动事项: what turns up about a member while positions are being stated, asked of the room and answered on record."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from admissions.audit.scope import TrailScope

from ..enums import QuestionAnswer, QuestionKind
from .items import AgendaItem, OfItem
from .meetings import Seat
from .scoping import NAMED_BY_ITEM, OfItemQuerySet

PERSON = settings.AUTH_USER_MODEL


class ElectorateQuestion(OfItem):
    """人数变动事项: a member who must keep away after all, or who left; nobody is taken out of the count by it."""

    item = models.ForeignKey(AgendaItem, models.PROTECT, verbose_name="议题", related_name="questions")
    seat = models.ForeignKey(Seat, models.PROTECT, verbose_name="涉及成员", related_name="questions")
    kind = models.CharField("事项", max_length=10, choices=QuestionKind.choices)
    grounds = models.TextField("情况")
    raised_by = models.ForeignKey(PERSON, models.PROTECT, verbose_name="提出人", related_name="+")
    at = models.DateTimeField("提出时间")

    class Meta:
        verbose_name = "人数变动事项"
        verbose_name_plural = "人数变动事项"
        ordering = ["item", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=QuestionKind.values), name="electoratequestion_kind_known"),
            models.CheckConstraint(
                condition=~Q(grounds=""), name="electoratequestion_says_why", violation_error_message="请写明情况。"
            ),
            models.UniqueConstraint(
                fields=["item", "seat", "kind"],
                name="electoratequestion_once",
                violation_error_message="这一情况已经提出，请刷新页面。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seat.name}{self.get_kind_display()}"


class ElectorateAnswerQuerySet(OfItemQuerySet):
    item_path = "question__item__"


class ElectorateAnswer(OfItem):
    """人数变动答复: of each remaining member and of the supervisor in the room, once, with a reason."""

    PAGE_OF = "question"
    RECUSAL_PATHS = {kind: f"question__{path}" for kind, path in NAMED_BY_ITEM.items()}

    question = models.ForeignKey(
        ElectorateQuestion, models.PROTECT, verbose_name="人数变动事项", related_name="answers"
    )
    seat = models.ForeignKey(Seat, models.PROTECT, verbose_name="答复人", related_name="answers")
    answer = models.CharField("答复", max_length=10, choices=QuestionAnswer.choices)
    text = models.TextField("理由")
    at = models.DateTimeField("时间")

    objects = ElectorateAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = "人数变动答复"
        verbose_name_plural = "人数变动答复"
        ordering = ["question", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(answer__in=QuestionAnswer.values), name="electorateanswer_known"),
            models.UniqueConstraint(
                fields=["question", "seat"], name="electorateanswer_once", violation_error_message="您已经答复。"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seat.name}：{self.get_answer_display()}"

    def trail_scope(self) -> TrailScope:
        return self.question.item.trail_scope()
