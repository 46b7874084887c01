"""What one person said and another wrote down."""

from datetime import timedelta
from typing import Any

from django.db import models
from django.db.models import Q

from ..enums import WordStatus

# #49: answered within a day; a procedure of the house, no statute prescribes it.
CONFIRM_WITHIN = timedelta(hours=24)


class WrittenDown(models.Model):
    """Who is said to have said it confirms or disputes it, once; the words written down stay beside the answer."""

    status = models.CharField("状态", max_length=10, choices=WordStatus.choices, default=WordStatus.WAITING)
    answer = models.TextField("本人的说明", blank=True)
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)

    class Meta:
        abstract = True


def word_constraints(prefix: str) -> list[Any]:
    """What the database holds about the answer of every model of this kind."""
    return [
        models.CheckConstraint(condition=Q(status__in=WordStatus.values), name=f"{prefix}_status_known"),
        models.CheckConstraint(
            condition=Q(status="waiting", answered_at__isnull=True)
            | ~Q(status="waiting") & Q(answered_at__isnull=False),
            name=f"{prefix}_answered_when",
        ),
        models.CheckConstraint(
            condition=~Q(status="disputed") | ~Q(answer=""),
            name=f"{prefix}_disputed_with_words",
            violation_error_message="提出异议须写明与事实不符之处。",
        ),
    ]
