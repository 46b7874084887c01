"""What readiness, pages and to-dos ask of training."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from admissions.accounts.models import User
from admissions.core.clock import minute_text
from admissions.core.promises import promised
from admissions.core.todos import Todo
from admissions.rulebook.models import ClauseVersion
from admissions.rulebook.selectors import versions_in_force
from workgroups.appointments.models import Appointment
from workgroups.appointments.state_answer import NOTICE, StateAnswer
from workgroups.groups.models import Post

from .enums import AttemptStatus
from .grading import changed_clauses
from .models import Attempt, Course, Question


def bank(course: Course) -> list[dict[str, Any]]:
    """The live questions with the version of their clause in force now, as they go into a paper."""
    questions = list(course.questions.filter(is_retired=False).select_related("clause"))
    versions = versions_in_force({question.clause_id for question in questions}, timezone.now())
    return [_row(question, versions[question.clause_id]) for question in questions if question.clause_id in versions]


def _row(question: Question, version: ClauseVersion) -> dict[str, Any]:
    return {
        "question": question.pk,
        "stem": question.stem,
        "kind": question.kind,
        "options": question.options,
        "answer": question.answer,
        "clause": question.clause.code,
        "version": version.number,
        "citation": question.clause.citation,
        "clause_text": version.text,
    }


def _finished(attempt: Attempt) -> datetime:
    return promised(attempt.finished_at)


def standing(course: Course, attempts: Iterable[Attempt], now: datetime) -> dict[str, int] | None:
    """Clause versions the person's passed papers stand for; None without a valid full pass."""
    attempts = list(attempts)
    until = valid_until(course, attempts)
    if until is None or until < now:
        return None
    passed = sorted((a for a in attempts if a.status == AttemptStatus.PASSED), key=_finished)
    full = [a for a in passed if not a.is_partial]
    merged = dict(full[-1].clause_versions)
    # Nothing but partial papers was passed after the last full one.
    for attempt in passed:
        if _finished(attempt) > _finished(full[-1]):
            merged |= attempt.clause_versions
    return merged


def valid_until(course: Course, attempts: Iterable[Attempt]) -> datetime | None:
    """When the person's last full pass runs out; None without any."""
    full = [_finished(a) for a in attempts if a.status == AttemptStatus.PASSED and not a.is_partial]
    return max(full) + timedelta(days=course.valid_days) if full else None


def retake_rows(course: Course, person: User) -> list[dict[str, Any]]:
    """The questions of clauses changed since the person passed; empty when nothing changed or nothing was passed."""
    rows = bank(course)
    stood_for = standing(course, Attempt.objects.filter(course=course, person=person), timezone.now())
    if stood_for is None:
        return []
    changed = changed_clauses(stood_for, {row["clause"]: row["version"] for row in rows})
    return [row for row in rows if row["clause"] in changed]


def required_courses(posts: Iterable[Post], season_id: int) -> dict[int, list[Course]]:
    """Open courses each post must pass; posts without need of training have none."""
    posts = [post for post in posts if post.needs_training]
    if not posts:
        return defaultdict(list)
    courses = list(
        Course.objects.open()
        .filter(season_id=season_id)
        .filter(Q(for_all_posts=True) | Q(posts__post__in=posts))
        .distinct()
        .prefetch_related("posts")
    )
    found = {
        post.pk: [c for c in courses if c.for_all_posts or post.pk in {row.post_id for row in c.posts.all()}]
        for post in posts
    }
    return defaultdict(list, found)


def training_state(person: User, post: Post) -> StateAnswer:
    """Has the person passed every course the post requires, in the versions in force?"""
    return training_states([Appointment(person=person, post=post)])[0]


def training_states(appointments: Iterable[Appointment]) -> list[StateAnswer]:
    """The answers in the order of the appointments (of one season); a constant number of queries."""
    appointments = list(appointments)
    if not appointments:
        return []
    season_id = appointments[0].post.group.season_id
    required = required_courses({a.post_id: a.post for a in appointments}.values(), season_id)
    courses = {course.pk: course for rows in required.values() for course in rows}
    if not courses:
        return [_answer(a, [], {}, {}) for a in appointments]
    current = current_versions(courses.values())
    attempts: dict[tuple[int, int], list[Attempt]] = {}
    passed = Attempt.objects.filter(
        course__in=courses, person__in={a.person_id for a in appointments}, status=AttemptStatus.PASSED
    )
    for attempt in passed.defer("paper", "answers"):
        attempts.setdefault((attempt.course_id, attempt.person_id), []).append(attempt)
    return [_answer(a, required[a.post_id], current, attempts) for a in appointments]


def current_versions(courses: Iterable[Course]) -> dict[int, dict[str, ClauseVersion]]:
    """Course → clause code → version in force, for the clauses of its live questions."""
    pairs = list(
        Question.objects.filter(course__in=courses, is_retired=False)
        .values_list("course_id", "clause_id", "clause__code")
        .distinct()
    )
    versions = versions_in_force({clause_id for _, clause_id, _ in pairs}, timezone.now()) if pairs else {}
    found: dict[int, dict[str, ClauseVersion]] = {}
    for course_id, clause_id, code in pairs:
        if clause_id in versions:
            found.setdefault(course_id, {})[code] = versions[clause_id]
    return found


def _answer(
    appointment: Appointment,
    required: list[Course],
    current: dict[int, dict[str, ClauseVersion]],
    attempts: dict[tuple[int, int], list[Attempt]],
) -> StateAnswer:
    """The worst of the courses: what takes the rights of the post before what only has to be done in time."""
    if not appointment.post.needs_training:
        return StateAnswer(True, "本岗位不要求培训。", "", "")
    if not required:
        missing = "本录取季还没有开放适用于本岗位的培训课程。"
        return StateAnswer(False, missing, "培训管理员", "", keeps_duty=True)
    now = timezone.now()
    found = [
        _of_course(course, attempts.get((course.pk, appointment.person_id), []), current.get(course.pk, {}), now)
        for course in required
    ]
    lacking = sorted((answer for answer in found if not answer.ok), key=lambda answer: answer.keeps_duty)
    return lacking[0] if lacking else min(found, key=lambda answer: promised(answer.until))


def _of_course(
    course: Course, attempts: list[Attempt], current: dict[str, ClauseVersion], now: datetime
) -> StateAnswer:
    url, until = reverse("training:course", args=[course.pk]), valid_until(course, attempts)
    stood_for = standing(course, attempts, now)
    if stood_for is None:
        # Whoever was on duty when the course was opened has its time to pass; what was passed once runs out at its date.
        asked = promised(course.opened_at) + NOTICE if until is None and course.opened_at else until
        keeps = until is None and asked is not None and now < asked
        missing = f"《{course.name}》尚未考试合格，或合格已过有效期。"
        return StateAnswer(False, missing, "本人", url, keeps_duty=keeps, until=asked if keeps else None)
    changed = changed_clauses(stood_for, {code: version.number for code, version in current.items()})
    if changed:
        # A clause the passed paper did not ask about was added to the questions since: it is asked with the next full paper.
        due = min(current[code].period.lower + NOTICE if code in stood_for else promised(until) for code in changed)
        missing = f"《{course.name}》有{len(changed)}条依据已更新，须补考相应题目。"
        keeps = now < due
        return StateAnswer(False, missing, "本人", url, keeps_duty=keeps, until=due if keeps else None)
    return StateAnswer(True, "培训考试合格，依据条款均为现行版本。", "", url, until=until)


def training_todos(user: User) -> list[Todo]:
    """Courses the user's current appointments still require."""
    appointments = list(
        Appointment.objects.current().filter(person=user).select_related("post__group__season", "person")
    )
    todos: dict[str, Todo] = {}
    by_season: dict[int, list[Appointment]] = {}
    for appointment in appointments:
        by_season.setdefault(appointment.post.group.season_id, []).append(appointment)
    for season_id, rows in by_season.items():
        for appointment, answer in zip(rows, training_states(rows), strict=True):
            todo = _todo(appointment, answer, season_id)
            if todo is not None:
                todos[answer.url] = todo
    return list(todos.values())


def _todo(appointment: Appointment, answer: StateAnswer, season_id: int) -> Todo | None:
    """What has to be passed, with the day; a pass that runs out within the time of notice is renewed before it does."""
    words = answer.sentence
    if answer.ok:
        if answer.until is None or answer.until - timezone.now() > NOTICE:
            return None
        words = f"合格于{minute_text(answer.until)}届满，届满后不能再以本岗位办理，请在此前重考。"
    elif answer.who_can_fix != "本人":
        return None
    label = f"{appointment.post}　{words}"
    return Todo("参加培训考试", label, answer.url, due_at=answer.until, button="去答题", season_id=season_id)
