from typing import Any

from django import forms

from admissions.core.forms import ReasonForm, Text
from admissions.core.given import whole_number
from admissions.core.text import as_code
from admissions.rulebook.selectors import clause_choices
from workgroups.groups.models import Post

from .enums import QuestionKind
from .models import Attempt

PICKER = {"data-picker": "1"}


class CourseForm(ReasonForm):
    name = Text(label="课程名称", max_length=80)
    text = Text(label="学习内容", widget=forms.Textarea(attrs={"rows": 8}))
    pass_mark = forms.IntegerField(label="合格线（百分制）", min_value=1, max_value=100, initial=80)
    question_count = forms.IntegerField(label="每卷题数", min_value=1, max_value=100, initial=10)
    valid_days = forms.IntegerField(label="合格有效天数", min_value=1, max_value=3650, initial=90)
    posts = forms.ModelMultipleChoiceField(
        label="适用岗位",
        queryset=Post.objects.none(),
        required=False,
        widget=forms.SelectMultiple(attrs=PICKER),
        help_text="不选表示适用于所有须培训的岗位。",
    )
    field_order = ["name", "text", "pass_mark", "question_count", "valid_days", "posts", "reason"]

    def __init__(self, *args: Any, season: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        posts = Post.objects.of_season(season).filter(is_abolished=False, needs_training=True)
        self.fields["posts"].queryset = posts.select_related("group")

    def clean_posts(self) -> list[Post]:
        return list(self.cleaned_data["posts"])


class QuestionForm(ReasonForm):
    clause_id = forms.TypedChoiceField(
        label="依据条款", coerce=int, choices=clause_choices, widget=forms.Select(attrs=PICKER)
    )
    kind = forms.ChoiceField(label="题型", choices=QuestionKind.choices)
    stem = Text(label="题干", widget=forms.Textarea(attrs={"rows": 3}))
    options = Text(
        label="选项", required=False, widget=forms.Textarea(attrs={"rows": 4}), help_text="每行一个选项；判断题不填。"
    )
    answer = Text(label="正确答案", max_length=20, help_text="选项序号，如 1 或 1,3；判断题填 1（正确）或 2（错误）。")
    field_order = ["clause_id", "kind", "stem", "options", "answer", "reason"]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        options = [line.strip() for line in data.get("options", "").splitlines() if line.strip()]
        data["options"] = ["正确", "错误"] if data.get("kind") == QuestionKind.JUDGE else options
        data["answer"] = self._numbers(data.get("answer", ""))
        if data.get("kind") != QuestionKind.MULTIPLE and len(data["answer"]) > 1:
            self.add_error("answer", "单选题和判断题只能有一个正确答案。")
        return data

    def _numbers(self, text: str) -> list[int]:
        parts = [part for part in text.replace("，", ",").replace("、", ",").split(",") if part.strip()]
        numbers = [whole_number(as_code(part)) or 0 for part in parts]
        if not numbers or 0 in numbers:
            self.add_error("answer", "请填选项序号，如 1 或 1,3。")
            return []
        return [number - 1 for number in numbers]


class PaperForm(forms.Form):
    """The paper of one attempt: a field per question."""

    def __init__(self, *args: Any, attempt: Attempt, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, row in enumerate(attempt.paper, 1):
            self.fields[str(row["question"])] = self._field(number, row)

    def _field(self, number: int, row: dict[str, Any]) -> forms.Field:
        choices = [(str(index), text) for index, text in enumerate(row["options"])]
        label = f"{number}．{row['stem']}"
        missing = {"required": "请作答。"}
        if row["kind"] == QuestionKind.MULTIPLE:
            return forms.MultipleChoiceField(
                label=f"{label}（多选）", choices=choices, widget=forms.CheckboxSelectMultiple, error_messages=missing
            )
        return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect, error_messages=missing)

    def answers(self) -> dict[str, list[int]]:
        return {
            name: [int(choice) for choice in (value if isinstance(value, list) else [value])]
            for name, value in self.cleaned_data.items()
        }
