from django.db.models import TextChoices

from admissions.core.status import tones


@tones(LIVE="success", ENDED="muted", WITHDRAWN="warning")
class SightState(TextChoices):
    """授权查阅的状态: derived from the period and the clock, never stored."""

    LIVE = "live", "生效中"
    ENDED = "ended", "已到期"
    WITHDRAWN = "withdrawn", "已收回"
