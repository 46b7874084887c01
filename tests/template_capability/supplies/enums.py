from django.db.models import TextChoices

from admissions.core.status import tones


@tones(TAKEN="warning", RETURNED="success")
class SupplyStatus(TextChoices):
    """领用状态."""

    TAKEN = "taken", "在用"
    RETURNED = "returned", "已归还"


SUPPLY_TRANSITIONS = {SupplyStatus.TAKEN: {SupplyStatus.RETURNED}, SupplyStatus.RETURNED: set()}
