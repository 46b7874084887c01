from django.db.models import TextChoices

from admissions.core.status import tones


class OpinionKind(TextChoices):
    """监督意见种类, from the mildest to the strictest."""

    REMIND = "remind", "提醒"
    ADVISE = "advise", "建议"
    ORDER = "order", "责令"


@tones(ISSUED="info", ANSWERED="warning", RETURNED="danger", CLOSED="success", WITHDRAWN="muted")
class OpinionStatus(TextChoices):
    """监督意见状态. Overdue is derived, never stored."""

    ISSUED = "issued", "待答复"
    ANSWERED = "answered", "待复查"
    RETURNED = "returned", "退回整改"
    CLOSED = "closed", "已销号"
    WITHDRAWN = "withdrawn", "已撤回"


OPINION_TRANSITIONS = {
    OpinionStatus.ISSUED: {OpinionStatus.ANSWERED, OpinionStatus.WITHDRAWN},
    OpinionStatus.ANSWERED: {OpinionStatus.RETURNED, OpinionStatus.CLOSED},
    OpinionStatus.RETURNED: {OpinionStatus.ANSWERED},
    OpinionStatus.CLOSED: set(),
    OpinionStatus.WITHDRAWN: set(),
}
# Whoever leads the group owes an answer in these.
OWED = (OpinionStatus.ISSUED, OpinionStatus.RETURNED)
STRENGTH = list(OpinionKind.values)
