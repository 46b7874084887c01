"""Models of all topics of the seasons app."""

from .batches.models import Batch, BatchStage
from .calendar.models import CalendarDay
from .institutions.models import Institution
from .lifecycle.models import Season

__all__ = ["Batch", "BatchStage", "CalendarDay", "Institution", "Season"]
