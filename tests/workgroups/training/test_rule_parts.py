"""Each part of each rule of training made false alone, the rule asked directly, its own sentence expected."""

import pytest

from admissions.accounts.enums import Role
from tests.factories.accounts import UserFactory, user_with
from tests.factories.readiness import CourseFactory
from tests.factories.seasons import OpenSeasonFactory
from tests.parts import asked, but, only_missing
from workgroups.training import rules
from workgroups.training.models import Attempt, Question

pytestmark = pytest.mark.django_db


def test_courses():
    course, maker = CourseFactory(season=OpenSeasonFactory()), user_with(Role.TRAINING_OFFICER)
    draft = but(course, status="draft", question_count=0)
    for rule, record in (
        (rules.can_edit_course, course), (rules.can_open_course, draft), (rules.can_close_course, course),
    ):  # fmt: skip
        assert asked(rule, maker, record).ok
        only_missing("您没有编制培训课程的权限。", rule, UserFactory(), record)
    closed = but(course, status="closed", question_count=0)
    only_missing("课程已结束，不能再修改。", rules.can_edit_course, maker, closed)
    only_missing("课程已经开放或结束。", rules.can_open_course, maker, closed)
    only_missing("题库现有0题，每卷须有1题。", rules.can_open_course, maker, but(draft, question_count=1))
    only_missing("只有开放中的课程可以结束。", rules.can_close_course, maker, closed)


def test_papers():
    course, person = CourseFactory(season=OpenSeasonFactory()), UserFactory()
    paper = Attempt(course=course, person=person, status="open")
    assert asked(rules.can_submit_attempt, person, paper).ok
    only_missing("这不是您的答卷，不能代答。", rules.can_submit_attempt, UserFactory(), paper)
    passed = but(paper, status="passed")
    word = passed.get_status_display()
    only_missing(f"答卷已是“{word}”，不能再交。", rules.can_submit_attempt, person, passed)
    only_missing("课程没有开放，不能答题。", rules.can_take_course, person, but(course, status="closed"))
    only_missing("账号已停用，不能答题。", rules.can_take_course, but(person, status="suspended"), course)


def test_questions():
    course, maker = CourseFactory(season=OpenSeasonFactory()), user_with(Role.TRAINING_OFFICER)
    question = Question(course=course)
    assert asked(rules.can_retire_question, maker, question).ok
    only_missing("您没有编制培训课程的权限。", rules.can_retire_question, UserFactory(), question)
    only_missing("题目已经停用。", rules.can_retire_question, maker, but(question, is_retired=True))
