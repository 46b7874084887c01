from django.db.models import TextChoices

from admissions.core.status import tones
from workgroups.groups.enums import PostRank


class AppointmentKind(TextChoices):
    """任职类型: the holder, the deputy holder, and the stand-by of an AB post."""

    PRINCIPAL = "principal", "正岗"
    DEPUTY = "deputy", "副岗"
    STANDBY = "standby", "AB岗"


@tones(PROPOSED="muted", PENDING="warning", ON_DUTY="success", SUSPENDED="danger", ENDED="muted")
class AppointmentStatus(TextChoices):
    """任职状态: on duty only through readiness; ended is final."""

    PROPOSED = "proposed", "拟任"
    PENDING = "pending", "待就绪"
    ON_DUTY = "on_duty", "在岗"
    SUSPENDED = "suspended", "暂停"
    ENDED = "ended", "离岗"


APPOINTMENT_TRANSITIONS = {
    AppointmentStatus.PROPOSED: {AppointmentStatus.PENDING, AppointmentStatus.ENDED},
    AppointmentStatus.PENDING: {AppointmentStatus.ON_DUTY, AppointmentStatus.ENDED},
    AppointmentStatus.ON_DUTY: {AppointmentStatus.SUSPENDED, AppointmentStatus.ENDED},
    AppointmentStatus.SUSPENDED: {AppointmentStatus.ON_DUTY, AppointmentStatus.ENDED},
    AppointmentStatus.ENDED: set(),
}


class RightArea(TextChoices):
    """代岗事项: the kinds of rights that come with a post; a delegation names those the deputy is given (#7)."""

    STAFF = "staff", "上岗与交接"
    RECUSAL = "recusal", "回避复签"
    MEETINGS = "meetings", "议题与临机处置"
    REQUESTS = "requests", "请示报告"
    OPINIONS = "opinions", "答复监督意见"
    STEPS = "steps", "环节签署"


# For reading and showing: whatever the deputy was given. Rights never ask for it.
ANY_AREA = "any"


def all_areas() -> list[str]:
    return list(RightArea.values)


def areas_of_rank(rank: str) -> list[RightArea]:
    """What a post of this rank can do at all: only a leader answers for others."""
    return list(RightArea) if rank == PostRank.LEADER else [RightArea.MEETINGS, RightArea.REQUESTS, RightArea.STEPS]


# Whoever has one of these serves: can be deputised for and leaves through a handover.
SERVED = (AppointmentStatus.ON_DUTY, AppointmentStatus.SUSPENDED)

# Whoever has one of these sits on the post: counts for headcount, incompatibility and repetition.
SEATED = (
    AppointmentStatus.PROPOSED,
    AppointmentStatus.PENDING,
    AppointmentStatus.ON_DUTY,
    AppointmentStatus.SUSPENDED,
)
