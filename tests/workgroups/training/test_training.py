"""Training: drawing and marking, standing by clause versions, retaking only what changed."""

import random
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from admissions.accounts.enums import Role
from admissions.core.decision import Refused
from admissions.rulebook.services import revise_clause
from tests.factories.accounts import user_with
from tests.factories.rulebook import clause_in_force
from tests.factories.workgroups import AppointmentFactory
from tests.trail import assert_recorded
from workgroups.training.grading import changed_clauses, draw, is_correct, score
from workgroups.training.models import Attempt
from workgroups.training.selectors import training_state, training_todos
from workgroups.training.services import add_question, create_course, open_course, start_attempt, submit_attempt

pytestmark = pytest.mark.django_db


@pytest.fixture
def appointment():
    return AppointmentFactory()


@pytest.fixture
def trainer():
    return user_with(Role.TRAINING_OFFICER)


@pytest.fixture
def course(appointment, trainer):
    made = create_course(
        actor=trainer,
        reason="新季",
        season=appointment.post.group.season,
        name="纪律",
        text="学习",
        pass_mark=80,
        question_count=3,
        valid_days=30,
        posts=[],
    )
    for number in range(4):
        clause = clause_in_force(f"条款{number}")
        add_question(
            actor=trainer,
            reason="出题",
            course=made,
            clause=clause,
            kind="single",
            stem=f"题{number}",
            options=["对", "错"],
            answer=[0],
        )
    return open_course(actor=trainer, reason="开放", course=made)


def take(appointment, course, choice=0):
    attempt = start_attempt(actor=appointment.person, reason="答题", course=course)
    answers = {str(row["question"]): [choice] for row in attempt.paper}
    return submit_attempt(actor=appointment.person, reason="交卷", attempt=attempt, answers=answers)


def test_passing_makes_the_person_trained(appointment, course):
    assert not training_state(appointment.person, appointment.post).ok
    assert [todo.verb for todo in training_todos(appointment.person)] == ["参加培训考试"]
    attempt = take(appointment, course)
    assert (attempt.status, attempt.score, len(attempt.paper)) == ("passed", 100, 3)
    assert training_state(appointment.person, appointment.post).ok
    assert training_todos(appointment.person) == []
    assert_recorded("training.submit_attempt", actor=appointment.person, target=attempt)


def test_failing_does_not_count_and_may_be_repeated(appointment, course):
    assert take(appointment, course, choice=1).status == "failed"
    assert not training_state(appointment.person, appointment.post).ok
    assert take(appointment, course).status == "passed"


def test_a_pass_expires(appointment, course):
    take(appointment, course)
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        assert not training_state(appointment.person, appointment.post).ok


def test_only_the_questions_of_a_changed_clause_are_taken_again(appointment, course):
    take(appointment, course)
    question = course.questions.first()
    revise_clause(
        actor=user_with(Role.RULE_EDITOR),
        reason="新规定",
        clause=question.clause,
        text="新的内容",
        verification="verified",
        effective_from=timezone.now() - timedelta(seconds=1),
    )
    answer = training_state(appointment.person, appointment.post)
    assert (answer.ok, "1条依据已更新" in answer.sentence) == (False, True)
    again = take(appointment, course)
    assert (again.is_partial, [row["question"] for row in again.paper]) == (True, [question.pk])
    assert training_state(appointment.person, appointment.post).ok


def test_unanswered_questions_are_named_and_the_paper_stays_open(appointment, course):
    attempt = start_attempt(actor=appointment.person, reason="答题", course=course)
    answers = {str(attempt.paper[0]["question"]): [0]}
    with pytest.raises(Refused, match="第2、3题没有作答"):
        submit_attempt(actor=appointment.person, reason="交卷", attempt=attempt, answers=answers)
    assert Attempt.objects.get().status == "open"


def test_one_open_paper_a_person_and_nobody_answers_for_another(appointment, course):
    attempt = start_attempt(actor=appointment.person, reason="答题", course=course)
    with pytest.raises(Exception, match="未交的答卷"):
        start_attempt(actor=appointment.person, reason="再来", course=course)
    with pytest.raises(Refused, match="不是您的答卷"):
        submit_attempt(actor=user_with(Role.SECRETARIAT), reason="代交", attempt=attempt, answers={})


def test_the_history_of_an_open_paper_does_not_tell_the_answers(appointment, course, client):
    """Whoever sits the paper may open its history; the drawn questions with their right answers are not in it."""
    person = appointment.person
    attempt = start_attempt(actor=person, reason="本人答题", course=course)
    client.force_login(person)
    page = client.get(reverse("audit:record", args=["training.attempt", attempt.pk]))
    assert page.status_code == 200
    shown = {change.field for entry in page.context["entries"] for change in entry["changes"]}
    assert "状态" in shown and "试卷" not in shown


def test_course_needs_enough_questions(appointment, trainer):
    course = create_course(
        actor=trainer,
        reason="新",
        season=appointment.post.group.season,
        name="空课",
        text="学",
        pass_mark=80,
        question_count=2,
        valid_days=30,
        posts=[],
    )
    with pytest.raises(Refused, match="题库现有0题，每卷须有2题"):
        open_course(actor=trainer, reason="开", course=course)


@pytest.mark.parametrize(
    ("options", "answer"),
    [(["甲", "乙"], []), (["甲", "乙"], [2]), (["甲", "乙"], [0, 2]), (["甲"], [0]), ([], [])],
)
def test_a_question_needs_two_options_and_its_right_ones_among_them(course, trainer, options, answer):
    with pytest.raises(Refused, match="题目至少要有两个选项，正确答案须在选项之内。"):
        add_question(
            actor=trainer,
            reason="错",
            course=course,
            clause=clause_in_force(),
            kind="single",
            stem="题",
            options=options,
            answer=answer,
        )


def test_every_option_may_be_right(appointment, trainer, course):
    question = add_question(
        actor=trainer,
        reason="出题",
        course=course,
        clause=clause_in_force(),
        kind="multiple",
        stem="题",
        options=["甲", "乙"],
        answer=[1, 0, 1],
    )
    assert question.answer == [0, 1]


@pytest.mark.parametrize("role", [role for role in Role if role != Role.TRAINING_OFFICER])
def test_only_training_officers_make_courses(role, appointment):
    with pytest.raises(Refused, match="没有编制培训课程的权限"):
        create_course(
            actor=user_with(role),
            reason="越权",
            season=appointment.post.group.season,
            name="课",
            text="学",
            pass_mark=80,
            question_count=1,
            valid_days=1,
            posts=[],
        )


rows = st.lists(
    st.fixed_dictionaries(
        {"question": st.integers(1, 10**6), "clause": st.sampled_from("abcd"), "answer": st.just([0])}
    ),
    unique_by=lambda row: row["question"],
    max_size=12,
)


@given(bank=rows, count=st.integers(1, 12), seed=st.integers())
def test_draw_gives_distinct_questions_and_covers_clauses_evenly(bank, count, seed):
    drawn = draw(bank, count, random.Random(seed))
    assert len(drawn) == min(count, len(bank))
    assert len({row["question"] for row in drawn}) == len(drawn)
    per_clause = [sum(row["clause"] == clause for row in drawn) for clause in {row["clause"] for row in bank}]
    if count >= len(per_clause):
        assert all(per_clause)


@given(right=st.integers(0, 30), wrong=st.integers(0, 30))
def test_score_is_never_rounded_up(right, wrong):
    paper = [{"question": n, "answer": [0]} for n in range(right + wrong)]
    answers = {str(n): [0 if n < right else 1] for n in range(right + wrong)}
    points = score(paper, answers)
    assert points * (right + wrong) <= 100 * right
    assert (points == 100) == (right > 0 and wrong == 0)


def test_multiple_choice_needs_exactly_the_right_options():
    row = {"answer": [0, 2]}
    assert is_correct(row, [2, 0])
    assert not is_correct(row, [0])
    assert not is_correct(row, [0, 1, 2])


def test_changed_clauses_include_new_ones():
    assert changed_clauses({"a": 1, "b": 1}, {"a": 1, "b": 2, "c": 1}) == {"b", "c"}
