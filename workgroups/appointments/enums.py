from django.db.models import TextChoices

from admissions.core.status import tones


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

# Whoever has one of these serves: can be deputised for and leaves through a handover.
SERVED = (AppointmentStatus.ON_DUTY, AppointmentStatus.SUSPENDED)

# Whoever has one of these sits on the post: counts for headcount, incompatibility and repetition.
SEATED = (
    AppointmentStatus.PROPOSED,
    AppointmentStatus.PENDING,
    AppointmentStatus.ON_DUTY,
    AppointmentStatus.SUSPENDED,
)
