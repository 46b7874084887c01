from django.db.models import TextChoices

from admissions.core.status import tones


@tones(OPEN="warning", DONE="success", VOID="muted")
class HandoverStatus(TextChoices):
    """交接状态: until both have signed, responsibility stays with the outgoing person."""

    OPEN = "open", "待签"
    DONE = "done", "已交接"
    VOID = "void", "已作废"


HANDOVER_TRANSITIONS = {
    HandoverStatus.OPEN: {HandoverStatus.DONE, HandoverStatus.VOID},
    HandoverStatus.DONE: set(),
    HandoverStatus.VOID: set(),
}
