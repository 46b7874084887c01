"""Pages of training: courses, questions, taking a paper, results."""

from typing import Any

import django_filters
import django_tables2 as tables
from django import forms
from django.db.models import Count, Q
from django.urls import reverse

from admissions.accounts.lookup import PersonFilter
from admissions.core.actions import PageAction
from admissions.core.decision import Decision, allow
from admissions.core.forms import PlainForm, ReasonForm
from admissions.core.tables import ChipColumn, MinuteColumn, NumberColumn
from admissions.core.views import ActPage, DetailPage, FormPage, ListPage
from admissions.rulebook.models import Clause
from admissions.seasons.pages import OfSeasonPage

from . import rules, services
from .enums import AttemptStatus, CourseStatus
from .forms import CourseForm, PaperForm, QuestionForm
from .grading import wrong_rows
from .models import Attempt, Course, Question, manages_training


class CourseTable(tables.Table):
    name = tables.Column(verbose_name="课程", linkify=lambda record: reverse("training:course", args=[record.pk]))
    status = ChipColumn(verbose_name="状态")
    questions = NumberColumn(verbose_name="题库", accessor="live_questions", orderable=False)
    pass_mark = NumberColumn(verbose_name="合格线")
    valid_days = NumberColumn(verbose_name="有效天数")

    class Meta:
        model = Course
        fields = ("name", "status", "questions", "pass_mark", "valid_days")


class CourseListPage(OfSeasonPage, ListPage):
    model = Course
    table_class = CourseTable
    page_title = "培训"
    page_intro = "未经培训合格不得上岗。题目对应条款，条款修订后只补考变化的题。"
    unit = "门"
    empty_title = "还没有培训课程"
    empty_text = "培训管理员开放课程后，须培训的人员会在待办里看到。"

    def get_queryset(self) -> Any:
        rows = Course.objects.visible_to(self.request.user).of_season(self.season)
        return rows.annotate(live_questions=Count("questions", filter=Q(questions__is_retired=False)))

    def page_actions(self) -> list[PageAction]:
        may = rules.can_manage_course(self.request.user, self.season)
        results = [PageAction("考试情况", reverse("training:attempts"), icon="list-check")]
        return (
            [*results, PageAction("新建课程", reverse("training:course-create"), may, "plus", "primary")]
            if may.ok
            else results
        )


class CourseCreatePage(OfSeasonPage, FormPage):
    form_class = CourseForm
    page_title = "新建培训课程"
    above = (("培训", "training:courses"),)
    submit_label = "保存"
    success_text = "课程已保存，请增加题目后开放。"
    command = services.create_course

    def may_open_in_season(self) -> Decision:
        return rules.can_manage_course(self.request.user, self.season)

    def form_kwargs(self) -> dict[str, Any]:
        return {**super().form_kwargs(), "season": self.season}

    def run(self, form: forms.Form) -> Course:
        return services.create_course(actor=self.request.user, season=self.season, **form.cleaned_data)


class CoursePage(DetailPage):
    template_name = "training/course.html"
    model = Course
    above = (("培训", "training:courses"),)

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("season")

    def status(self) -> CourseStatus:
        return CourseStatus(self.object.status)

    def facts(self) -> list[tuple[str, Any]]:
        course = self.object
        posts = "、".join(str(row.post) for row in course.posts.select_related("post__group")) or "所有须培训的岗位"
        return [
            ("合格线", f"{course.pass_mark}分"),
            ("每卷题数", f"{course.question_count}题"),
            ("合格有效期", f"{course.valid_days}天"),
            ("适用岗位", posts),
        ]

    def actions(self) -> list[PageAction]:
        user, course = self.request.user, self.object
        mine = Attempt.objects.filter(course=course, person=user, status=AttemptStatus.OPEN).first()
        take = (
            PageAction(
                "继续答题",
                reverse("training:attempt", args=[mine.pk]),
                rules.can_take_course(user, course),
                "clipboard-check",
                "primary",
            )
            if mine
            else PageAction(
                "开始答题",
                reverse("training:attempt-start", args=[course.pk]),
                rules.can_take_course(user, course),
                "clipboard-check",
                "primary",
            )
        )
        if not rules.can_manage_course(user, course.season).ok:
            return [take]
        manage = [
            PageAction(
                "增加题目",
                reverse("training:question-add", args=[course.pk]),
                rules.can_edit_course(user, course),
                "plus",
            ),
            PageAction(
                "开放课程",
                reverse("training:course-open", args=[course.pk]),
                rules.can_open_course(user, course),
                "player-play",
            ),
            PageAction(
                "结束课程",
                reverse("training:course-close", args=[course.pk]),
                rules.can_close_course(user, course),
                "player-stop",
                "danger",
            ),
        ]
        return [take, *manage]

    def context(self) -> dict[str, Any]:
        questions = (
            Question.objects.visible_to(self.request.user).filter(course=self.object).select_related("clause__source")
        )
        attempts = Attempt.objects.filter(course=self.object, person=self.request.user).defer("paper", "answers")
        return {
            **super().context(),
            "questions": questions,
            "attempts": attempts,
            "manages": manages_training(self.request.user),
        }


class OfCourse(ActPage):
    model = Course
    form_class = ReasonForm
    argument = "course"

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("season")


class CourseOpenPage(OfCourse):
    verb, submit_label = "开放课程", "开放"
    rule, command = rules.can_open_course, services.open_course

    def consequences(self) -> list[str]:
        return ["适用岗位的人员须考试合格才能上岗。"]


class CourseClosePage(OfCourse):
    verb, submit_label, submit_style = "结束课程", "结束课程", "danger"
    rule, command = rules.can_close_course, services.close_course

    def consequences(self) -> list[str]:
        return ["课程不再作为上岗条件；答卷全部保留。"]


class QuestionAddPage(OfCourse):
    form_class = QuestionForm
    verb, submit_label = "增加题目", "保存题目"
    rule, command = rules.can_edit_course, services.add_question

    def arguments(self, form: forms.Form) -> dict[str, Any]:
        arguments = super().arguments(form)
        clause = Clause.objects.get(pk=arguments.pop("clause_id"))
        return {**arguments, "clause": clause}


def may_retire(user: Any, question: Question) -> Decision:
    return rules.can_edit_course(user, question.course)


class QuestionRetirePage(ActPage):
    model = Question
    form_class = ReasonForm
    argument, verb, submit_label = "question", "停用题目", "停用"
    rule, command = may_retire, services.retire_question


class AttemptStartPage(OfCourse):
    form_class = PlainForm
    verb, submit_label = "开始答题", "开始答题"
    rule, command = rules.can_take_course, services.start_attempt

    def consequences(self) -> list[str]:
        course = self.object
        return [
            f"每卷{course.question_count}题，{course.pass_mark}分合格；可以中途离开，答卷会保留。",
            "合格过而条款有变的，只考变化的题。",
        ]

    def run(self, form: forms.Form) -> Attempt:
        return services.start_attempt(actor=self.request.user, reason="本人答题", course=self.object)


class AttemptPage(ActPage):
    """The paper while it is open; afterwards the result with the clause behind each wrong answer."""

    command = services.submit_attempt
    template_name = "training/paper.html"
    model = Attempt
    form_class = PaperForm
    submit_label = "交卷"
    rule = rules.can_submit_attempt
    above = (("培训", "training:courses"),)

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(person=self.request.user).select_related("course__season")

    def is_looked_back_at(self) -> bool:
        return self.object.status != AttemptStatus.OPEN and self.request.method in ("GET", "HEAD")

    def at_the_gate(self) -> Decision:
        """Nothing keeps a person from the result of their own examination, not even the end of the season."""
        return allow() if self.is_looked_back_at() else super().at_the_gate()

    def may_open(self) -> Decision:
        return allow() if self.is_looked_back_at() else super().may_open()

    def get_title(self) -> str:
        return f"{self.object.course.name}：{'补考' if self.object.is_partial else '考试'}"

    def way(self) -> list[tuple[str, str]]:
        return [*super().way(), (self.object.course.name, self.cancel_url())]

    def form_kwargs(self) -> dict[str, Any]:
        return {**super().form_kwargs(), "attempt": self.object}

    def cancel_url(self) -> str:
        return self.object.course.get_absolute_url()

    def run(self, form: PaperForm) -> Attempt:
        return services.submit_attempt(
            actor=self.request.user, reason="本人交卷", attempt=self.object, answers=form.answers()
        )

    def context(self) -> dict[str, Any]:
        attempt = self.object
        is_open = attempt.status == AttemptStatus.OPEN
        wrong = (
            []
            if is_open or attempt.answers is None
            else [self._explained(row) for row in wrong_rows(attempt.paper, attempt.answers)]
        )
        status = None if is_open else AttemptStatus(attempt.status)
        return {**super().context(), "is_open": is_open, "wrong": wrong, "status": status}

    def _explained(self, row: dict[str, Any]) -> dict[str, Any]:
        given = self.object.answers.get(str(row["question"]), [])
        return {**row, "given_text": chosen(row, given), "answer_text": chosen(row, row["answer"])}


def chosen(row: dict[str, Any], numbers: list[int]) -> str:
    return "、".join(row["options"][number] for number in numbers)


class AttemptTable(tables.Table):
    person = tables.Column(verbose_name="姓名", accessor="person__name")
    course = tables.Column(verbose_name="课程")
    is_partial = tables.Column(verbose_name="类型")
    status = ChipColumn(verbose_name="结果")
    score = NumberColumn(verbose_name="得分", default="—")
    finished_at = MinuteColumn(verbose_name="交卷时间", default="—")

    class Meta:
        model = Attempt
        fields = ("person", "course", "is_partial", "status", "score", "finished_at")

    def render_is_partial(self, value: bool) -> str:
        return "补考" if value else "考试"


class AttemptFilter(django_filters.FilterSet):
    q = PersonFilter(field_name="person")
    status = django_filters.ChoiceFilter(label="结果", choices=AttemptStatus.choices, empty_label="全部")

    class Meta:
        model = Attempt
        fields: list[str] = []


class AttemptListPage(OfSeasonPage, ListPage):
    model = Attempt
    table_class = AttemptTable
    filterset_class = AttemptFilter
    page_title = "考试情况"
    unit = "份"
    export_name = "培训考试情况"
    empty_title = "没有您可以看到的答卷"
    above = (("培训", "training:courses"),)

    def get_queryset(self) -> Any:
        rows = Attempt.objects.visible_to(self.request.user).filter(course__season=self.season)
        return rows.select_related("person", "course").defer("paper", "answers")
