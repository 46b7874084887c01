from typing import Any

from django import forms

from admissions.core.forms import ReasonForm, Text
from admissions.rulebook.selectors import clause_choices

from .enums import DutyLetter, GroupKind, PostRank, Secrecy, StepStage
from .models import Post, WorkGroup

PICKER = {"data-picker": "1"}


class ClauseField(forms.TypedChoiceField):
    """A clause in force, by id; may be left empty."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", "制度依据")
        super().__init__(
            coerce=int, empty_value=None, required=False, choices=_clauses, widget=forms.Select(attrs=PICKER), **kwargs
        )


def _clauses() -> list[tuple[Any, str]]:
    return [("", "（暂无）"), *clause_choices()]


class GroupForm(ReasonForm):
    name = Text(label="名称", max_length=60)
    kind = forms.ChoiceField(label="类别", choices=GroupKind.choices)
    parent = forms.ModelChoiceField(
        label="上级工作组", queryset=WorkGroup.objects.none(), required=False, empty_label="（无）"
    )
    charter = Text(label="职责", required=False, widget=forms.Textarea(attrs={"rows": 4}))
    order = forms.IntegerField(label="排序", min_value=0, max_value=999, initial=0)
    field_order = ["name", "kind", "parent", "charter", "order", "reason"]

    def __init__(self, *args: Any, season: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = WorkGroup.objects.of_season(season).standing()


class PostForm(ReasonForm):
    name = Text(label="岗位名称", max_length=60)
    rank = forms.ChoiceField(label="层级", choices=PostRank.choices, help_text="组长承担主体责任，先签责任书。")
    headcount_min = forms.IntegerField(label="最少人数", min_value=0, max_value=200, initial=1)
    headcount_max = forms.IntegerField(label="最多人数", min_value=1, max_value=200, initial=1)
    authority_limit = Text(label="权限边界", max_length=200, required=False, help_text="此岗位不能单独决定什么。")
    needs_pledge = forms.BooleanField(label="须签承诺书", required=False, initial=True)
    needs_training = forms.BooleanField(label="须培训合格", required=False, initial=True)
    secrecy = forms.ChoiceField(label="涉密程度", choices=Secrecy.choices, initial=Secrecy.INTERNAL)
    order = forms.IntegerField(label="排序", min_value=0, max_value=999, initial=0)
    field_order = [
        "name",
        "rank",
        "headcount_min",
        "headcount_max",
        "authority_limit",
        "needs_pledge",
        "needs_training",
        "secrecy",
        "order",
        "reason",
    ]


class DutyForm(ReasonForm):
    text = Text(label="职责", max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    clause_id = ClauseField()
    field_order = ["text", "clause_id", "reason"]


class IncompatibleForm(ReasonForm):
    other = forms.ModelChoiceField(
        label="与哪个岗位不相容", queryset=Post.objects.none(), widget=forms.Select(attrs=PICKER), empty_label="请选择"
    )
    clause_id = ClauseField()
    field_order = ["other", "clause_id", "reason"]

    def __init__(self, *args: Any, post: Post, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Post.objects.of_season(post.group.season).filter(is_abolished=False).exclude(pk=post.pk)
        self.fields["other"].queryset = others.select_related("group")


class StepForm(ReasonForm):
    name = Text(label="环节", max_length=60)
    stage = forms.ChoiceField(label="类别", choices=StepStage.choices)
    groups_apart = forms.BooleanField(label="执行、复核、监督须分属不同工作组", required=False)
    field_order = ["name", "stage", "groups_apart", "reason"]


class StepApartForm(ReasonForm):
    groups_apart = forms.BooleanField(
        label="执行、复核、监督须分属不同工作组", required=False,
        help_text="不勾选时只要求由不同的人签署。已下达的环节单仍按下达时的要求。",
    )  # fmt: skip
    field_order = ["groups_apart", "reason"]


class StepDutyForm(ReasonForm):
    post = forms.ModelChoiceField(
        label="岗位", queryset=Post.objects.none(), widget=forms.Select(attrs=PICKER), empty_label="请选择"
    )
    letter = forms.ChoiceField(label="职责", choices=DutyLetter.choices)
    field_order = ["post", "letter", "reason"]

    def __init__(self, *args: Any, season: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        posts = Post.objects.of_season(season).filter(is_abolished=False)
        self.fields["post"].queryset = posts.select_related("group")
