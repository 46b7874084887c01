"""May X make, open, take a course?"""

from typing import Any

from admissions.accounts.permissions import Permission
from admissions.accounts.rules import may
from admissions.core.decision import Decision, allow, deny, first_denial

from .enums import AttemptStatus, CourseStatus
from .models import Attempt, Course

TRAINING_CLAUSE = "《录取工作方案》培训要求：未经培训合格不得上岗"


def can_manage_course(user: Any, season: Any) -> Decision:
    """Course makers of the season."""
    return may(user, Permission.MANAGE_TRAINING, "编制培训课程", season_id=season.pk)


def can_edit_course(user: Any, course: Course) -> Decision:
    """A closed course is kept as it was."""
    closed = (
        deny("课程已结束，不能再修改。", who_can="请新建课程。") if course.status == CourseStatus.CLOSED else allow()
    )
    return first_denial(can_manage_course(user, course.season), closed)


def can_open_course(user: Any, course: Course) -> Decision:
    """A course opens with at least as many live questions as one paper has."""
    live = course.questions.filter(is_retired=False).count()
    too_few = (
        deny(f"题库现有{live}题，每卷须有{course.question_count}题。", who_can="请先补足题目，或减少每卷题数。")
        if live < course.question_count
        else allow()
    )
    not_draft = allow() if course.status == CourseStatus.DRAFT else deny("课程已经开放或结束。")
    return first_denial(can_manage_course(user, course.season), not_draft, too_few)


def can_close_course(user: Any, course: Course) -> Decision:
    not_open = allow() if course.status == CourseStatus.OPEN else deny("只有开放中的课程可以结束。")
    return first_denial(can_manage_course(user, course.season), not_open)


def can_take_course(user: Any, course: Course) -> Decision:
    """Whoever is on the roster may learn; the paper needs an open course."""
    if course.status != CourseStatus.OPEN:
        return deny("课程没有开放，不能答题。", TRAINING_CLAUSE, "请联系培训管理员。")
    return allow() if user.is_active else deny("账号已停用，不能答题。", who_can="请联系安全管理员。")


def can_submit_attempt(user: Any, attempt: Attempt) -> Decision:
    """Only one's own paper, once, while the course is open."""
    if attempt.person_id != user.pk:
        return deny("这不是您的答卷，不能代答。", TRAINING_CLAUSE)
    if attempt.status != AttemptStatus.OPEN:
        return deny(f"答卷已是“{attempt.get_status_display()}”，不能再交。", who_can="如需重考，请重新开始答题。")
    return can_take_course(user, attempt.course)
