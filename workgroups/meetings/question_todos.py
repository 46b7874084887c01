"""What the room is asked about its members, as to-dos."""

from django.db.models import F
from django.urls import reverse

from admissions.accounts.models import User
from admissions.core.todos import Todo

from . import question_rules
from .enums import ItemStatus
from .models import ElectorateQuestion


def question_todos(user: User) -> list[Todo]:
    """What the room is asked about one of its members, for each who answers."""
    rows = ElectorateQuestion.objects.visible_to(user).filter(
        item__status=ItemStatus.COLLECTING, item__meeting__seats__person=user, seat__meeting=F("item__meeting")
    )
    found = rows.exclude(answers__seat__person=user).select_related("item__group", "seat").distinct()
    return [
        Todo(
            "答复",
            f"“{row.item}”：{row}",
            reverse("meetings:question-answer", args=[row.pk]),
            season_id=row.item.group.season_id,
        )
        for row in found
        if question_rules.can_answer_question(user, row).ok
    ]
