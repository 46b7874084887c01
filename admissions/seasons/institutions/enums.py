from django.db.models import TextChoices

from admissions.core.status import tones


class Level(TextChoices):
    """办学层次 as the Ministry's list prints it."""

    UNDERGRADUATE = "undergraduate", "本科"
    VOCATIONAL = "vocational", "专科"


@tones(LISTED="success", DELISTED="muted")
class ListStatus(TextChoices):
    """名单状态: in the latest imported list or no longer."""

    LISTED = "listed", "在名单"
    DELISTED = "delisted", "已不在名单"
