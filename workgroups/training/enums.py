from django.db.models import TextChoices

from admissions.core.status import tones


@tones(DRAFT="muted", OPEN="success", CLOSED="muted")
class CourseStatus(TextChoices):
    DRAFT = "draft", "编制中"
    OPEN = "open", "开放"
    CLOSED = "closed", "已结束"


COURSE_TRANSITIONS = {
    CourseStatus.DRAFT: {CourseStatus.OPEN, CourseStatus.CLOSED},
    CourseStatus.OPEN: {CourseStatus.CLOSED},
    CourseStatus.CLOSED: set(),
}


class QuestionKind(TextChoices):
    SINGLE = "single", "单选"
    MULTIPLE = "multiple", "多选"
    JUDGE = "judge", "判断"


@tones(OPEN="info", PASSED="success", FAILED="danger")
class AttemptStatus(TextChoices):
    OPEN = "open", "答题中"
    PASSED = "passed", "合格"
    FAILED = "failed", "不合格"


ATTEMPT_TRANSITIONS = {
    AttemptStatus.OPEN: {AttemptStatus.PASSED, AttemptStatus.FAILED},
    AttemptStatus.PASSED: set(),
    AttemptStatus.FAILED: set(),
}
