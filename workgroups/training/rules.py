"""May X make, open, take a course?"""

from admissions.accounts.models import User
from admissions.accounts.permissions import Permission
from admissions.accounts.rules import may
from admissions.core.citations import cite
from admissions.core.decision import Decision, Parts, allow, deny, in_parts
from admissions.seasons.models import Season

from .enums import AttemptStatus, CourseStatus
from .models import Attempt, Course, Question

TRAINING_CLAUSE = cite("training-1")


def can_manage_course(user: User, season: Season) -> Decision:
    """Course makers of the season."""
    return may(user, Permission.MANAGE_TRAINING, "编制培训课程", season_id=season.pk)


@in_parts
def can_edit_course(user: User, course: Course) -> Parts:
    """A closed course is kept as it was."""
    yield can_manage_course(user, course.season)
    if course.status == CourseStatus.CLOSED:
        yield deny("课程已结束，不能再修改。", who_can="请新建课程。")


@in_parts
def can_retire_question(user: User, question: Question) -> Parts:
    yield can_edit_course(user, question.course)
    if question.is_retired:
        yield deny("题目已经停用。", who_can="需要的，请另增题目。")


@in_parts
def can_open_course(user: User, course: Course) -> Parts:
    """A course opens with at least as many live questions as one paper has."""
    yield can_manage_course(user, course.season)
    if course.status != CourseStatus.DRAFT:
        yield deny("课程已经开放或结束。", who_can="请刷新页面查看课程现在的状态。")
    live = course.questions.filter(is_retired=False).count()
    if live < course.question_count:
        yield deny(f"题库现有{live}题，每卷须有{course.question_count}题。", who_can="请先补足题目，或减少每卷题数。")


@in_parts
def can_close_course(user: User, course: Course) -> Parts:
    yield can_manage_course(user, course.season)
    if course.status != CourseStatus.OPEN:
        yield deny("只有开放中的课程可以结束。", who_can="请刷新页面查看课程现在的状态。")


def can_take_course(user: User, course: Course) -> Decision:
    """Whoever is on the roster may learn; the paper needs an open course."""
    if course.status != CourseStatus.OPEN:
        return deny("课程没有开放，不能答题。", TRAINING_CLAUSE, "请联系培训管理员。")
    return allow() if user.is_active else deny("账号已停用，不能答题。", who_can="请联系安全管理员。")


def can_submit_attempt(user: User, attempt: Attempt) -> Decision:
    """Only one's own paper, once, while the course is open."""
    if attempt.person_id != user.pk:
        return deny("这不是您的答卷，不能代答。", TRAINING_CLAUSE, who_can="请由本人作答。")
    if attempt.status != AttemptStatus.OPEN:
        return deny(f"答卷已是“{attempt.get_status_display()}”，不能再交。", who_can="如需重考，请重新开始答题。")
    return can_take_course(user, attempt.course)
