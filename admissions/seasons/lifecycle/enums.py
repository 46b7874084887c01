from django.db.models import TextChoices

from admissions.core.status import tones


@tones(DRAFT="warning", OPEN="success", CLOSED="muted")
class SeasonStatus(TextChoices):
    """录取季状态: prepared, opened on a basis, closed for good."""

    DRAFT = "draft", "筹备"
    OPEN = "open", "进行"
    CLOSED = "closed", "结束"


SEASON_TRANSITIONS = {
    SeasonStatus.DRAFT: {SeasonStatus.OPEN},
    SeasonStatus.OPEN: {SeasonStatus.CLOSED},
    SeasonStatus.CLOSED: set(),
}
