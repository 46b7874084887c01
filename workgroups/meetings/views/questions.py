"""人数变动事项: raise and answer."""

from typing import Any

from admissions.core.views import ActPage

from .. import question_rules
from ..enums import VOTING
from ..forms import AnswerQuestionForm, RaiseQuestionForm
from ..models import ElectorateQuestion, Seat
from ..services import questions
from .items import OfItem


class RaiseQuestionPage(OfItem):
    form_class = RaiseQuestionForm
    verb, submit_label = "提出人数变动事项", "提出"
    rule, command = question_rules.can_raise_question, questions.raise_question

    def form_kwargs(self) -> dict[str, Any]:
        seats = Seat.objects.filter(meeting=self.object.meeting, kind__in=VOTING)
        return {**super().form_kwargs(), "seats": seats.order_by("order", "id")}

    def consequences(self) -> list[str]:
        return ["在场的其余成员和监督人员都答复以前，不能宣布结果；已经作出的表态不撤下。"]


class AnswerQuestionPage(ActPage):
    model = ElectorateQuestion
    form_class = AnswerQuestionForm
    argument, verb, submit_label = "question", "答复人数变动事项", "答复"
    rule, command = question_rules.can_answer_question, questions.answer_question

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("item__meeting__group__season", "seat")

    def consequences(self) -> list[str]:
        return [
            f"情况：{self.object.grounds}",
            "监督人员和超过半数的答复成员认为可以继续的，表态有效；否则暂缓，下次会议重新审议。",
        ]
