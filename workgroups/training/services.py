"""Commands of training."""

import random

from django.utils import timezone

from admissions.accounts.models import User
from admissions.audit.commands import command, explain_constraint
from admissions.audit.locking import lock
from admissions.core.citations import cite
from admissions.core.decision import Refused
from admissions.core.transitions import move
from admissions.rulebook.models import Clause
from admissions.seasons.models import Season
from workgroups.groups.models import Post

from . import rules
from .enums import ATTEMPT_TRANSITIONS, COURSE_TRANSITIONS, AttemptStatus, CourseStatus
from .grading import draw, score
from .models import Attempt, Course, CoursePost, Question
from .selectors import bank, retake_rows

explain_constraint("attempt_one_open", "您有一份未交的答卷，请先完成它。")


@command("training.create_course", "新建培训课程", clause=cite("training-1"))
def create_course(
    *,
    actor: User,
    reason: str,
    season: Season,
    name: str,
    text: str,
    pass_mark: int,
    question_count: int,
    valid_days: int,
    posts: list[Post],
) -> Course:
    """Draft a course; without posts it is for every post that needs training.

    Refuses: actor does not make courses of this season; the name is taken.
    """
    rules.can_manage_course(actor, season).require()
    course = Course(
        season=season,
        name=name,
        text=text,
        pass_mark=pass_mark,
        question_count=question_count,
        valid_days=valid_days,
        for_all_posts=not posts,
    )
    course.full_clean()
    course.save()
    for post in posts:
        CoursePost(course=course, post=post).save()
    return course


@command("training.add_question", "增加题目", clause=cite("training-1"))
def add_question(
    *,
    actor: User,
    reason: str,
    course: Course,
    clause: Clause,
    kind: str,
    stem: str,
    options: list[str],
    answer: list[int],
) -> Question:
    """Add a question bound to a clause.

    Refuses: the course is closed; no right option, or one that does not exist.
    """
    course = lock(course)
    rules.can_edit_course(actor, course).require()
    if not answer or not set(answer) <= set(range(len(options))) or len(options) < 2:
        raise Refused("题目至少要有两个选项，正确答案须在选项之内。", who_can="请改正选项和答案后再提交。")
    question = Question(course=course, clause=clause, kind=kind, stem=stem, options=options, answer=sorted(set(answer)))
    question.full_clean()
    question.save()
    return question


@command("training.retire_question", "停用题目", clause=cite("training-1"))
def retire_question(*, actor: User, reason: str, question: Question) -> Question:
    """Take a question out of future papers; papers already written keep it."""
    question = lock(question)
    rules.can_retire_question(actor, question).require()
    question.is_retired = True
    question.save()
    return question


@command("training.open_course", "开放培训课程", clause=cite("training-1"))
def open_course(*, actor: User, reason: str, course: Course) -> Course:
    """From now on the course can be taken and is required for duty."""
    course = lock(course)
    rules.can_open_course(actor, course).require()
    course.status = move(COURSE_TRANSITIONS, course.status, CourseStatus.OPEN)
    course.opened_at = timezone.now()
    course.save()
    return course


@command("training.close_course", "结束培训课程", clause=cite("training-1"))
def close_course(*, actor: User, reason: str, course: Course) -> Course:
    """The course is no longer required; papers stay."""
    course = lock(course)
    rules.can_close_course(actor, course).require()
    course.status = move(COURSE_TRANSITIONS, course.status, CourseStatus.CLOSED)
    course.save()
    return course


@command("training.start_attempt", "开始答题", clause=cite("training-1"))
def start_attempt(*, actor: User, reason: str, course: Course) -> Attempt:
    """Draw a paper: after a pass only the questions of clauses changed since, else a full one.

    Refuses: the course is not open; an unfinished paper exists; everything is passed in the versions in force.
    """
    rules.can_take_course(actor, course).require()
    partial = retake_rows(course, actor)
    rows = partial or bank(course)
    if not rows:
        raise Refused("题库中没有依据现行条款的题目，不能出卷。", who_can="请联系培训管理员。")
    paper = partial or draw(rows, course.question_count, random.SystemRandom())
    attempt = Attempt(
        course=course,
        person=actor,
        is_partial=bool(partial),
        paper=paper,
        started_at=timezone.now(),
        clause_versions={row["clause"]: row["version"] for row in rows},
    )
    attempt.full_clean()
    attempt.save()
    return attempt


@command("training.submit_attempt", "交卷", clause=cite("training-1"))
def submit_attempt(*, actor: User, reason: str, attempt: Attempt, answers: dict[str, list[int]]) -> Attempt:
    """Mark the paper and keep the answers; a paper is handed in once.

    Refuses: somebody else's paper; already handed in; a question without an answer.
    """
    attempt = lock(attempt)
    rules.can_submit_attempt(actor, attempt).require()
    missing = [str(number) for number, row in enumerate(attempt.paper, 1) if not answers.get(str(row["question"]))]
    if missing:
        raise Refused(f"第{'、'.join(missing)}题没有作答。", who_can="请答完全部题目后再交卷。")
    attempt.answers, attempt.score = answers, score(attempt.paper, answers)
    target = AttemptStatus.PASSED if attempt.score >= attempt.course.pass_mark else AttemptStatus.FAILED
    attempt.status = move(ATTEMPT_TRANSITIONS, attempt.status, target)
    attempt.finished_at = timezone.now()
    attempt.full_clean()
    attempt.save()
    return attempt
