from typing import Any

from django import forms

from admissions.accounts.forms import PasswordReentryForm
from admissions.accounts.identity import IdentityProblem, check_id_number, keyed_digest
from admissions.audit.commands import acts_in_words
from admissions.core.forms import ReasonForm, Text
from admissions.rulebook.models import Clause
from admissions.seasons.institutions.lookup import InstitutionField
from workgroups.appointments.forms import PICKER, MomentField, PeopleForm, PersonField
from workgroups.groups.models import WorkGroup

from .enums import EmergencyCategory, QuestionAnswer, QuestionKind, SeatKind, Stance
from .models import DecisionMatter, Meeting, Resolution, Seat

TALL = {"rows": 6}


def lines_in(text: str, longest: int, what: str) -> list[str]:
    """One entry a line, without repetitions."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if any(len(line) > longest for line in lines):
        raise forms.ValidationError(f"{what}最长{longest}个字。")
    return list(dict.fromkeys(lines))


class MatterForm(ReasonForm):
    code = forms.SlugField(label="事项编号", max_length=40, help_text="小写字母、数字和短横线，例如 plan-adjustment。")
    name = Text(label="事项", max_length=80)
    body = forms.ChoiceField(label="决策机构", choices=DecisionMatter._meta.get_field("body").choices)
    mode = forms.ChoiceField(label="议决方式", choices=DecisionMatter._meta.get_field("mode").choices)
    quorum = forms.ChoiceField(label="法定人数", choices=DecisionMatter._meta.get_field("quorum").choices)
    majority = forms.ChoiceField(label="通过线", choices=DecisionMatter._meta.get_field("majority").choices)
    base = forms.ChoiceField(
        label="通过线基数", choices=DecisionMatter._meta.get_field("base").choices, help_text="一般按应到人数计算。"
    )
    recusal_counting = forms.ChoiceField(
        label="回避人员", choices=DecisionMatter._meta.get_field("recusal_counting").choices
    )
    prerequisites = Text(
        label="前置材料",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="一行一项，例如：合规审查意见。",
    )
    notice_hours = forms.IntegerField(label="提前通知（小时）", min_value=0, max_value=720, initial=24)
    allows_motion = forms.BooleanField(label="可作临时动议", required=False)
    is_published = forms.BooleanField(label="决定须公开", required=False)
    allows_emergency = forms.BooleanField(
        label="可先行处置", required=False, help_text="突发情况下可由两人同签先办，事后限时补议。"
    )
    ratify_hours = forms.IntegerField(label="补议时限（小时）", min_value=1, max_value=720, initial=24)
    actions = forms.MultipleChoiceField(
        label="须引用决议的办理动作",
        required=False,
        widget=forms.SelectMultiple(attrs=PICKER),
        help_text="办理时没有引用决议或文号的，列为“应议未议”。",
    )
    clause = forms.ModelChoiceField(
        label="依据条款",
        queryset=Clause.objects.all(),
        required=False,
        widget=forms.Select(attrs=PICKER),
        empty_label="无",
    )
    field_order = [
        "name", "code", "body", "mode", "quorum", "majority", "base", "recusal_counting", "prerequisites", "notice_hours",
        "allows_motion", "is_published", "allows_emergency", "ratify_hours", "actions", "clause", "reason",
    ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["actions"].choices = acts_in_words()

    def clean_prerequisites(self) -> list[str]:
        return lines_in(self.cleaned_data["prerequisites"], 60, "每项前置材料的名称")


class SubjectForm(PeopleForm):
    """Whom or what something is about: whoever must keep away from them sees nothing of it."""

    person_fields: tuple[str, ...] = ("subject_person",)
    subject_person = PersonField(label="涉及人员", required=False, help_text="填写后，须对其回避的人看不到本件。")
    institution = InstitutionField(label="涉及院校", required=False, help_text="全称，或10位学校标识码。")
    id_number = Text(
        label="涉及考生证件号码", required=False, help_text="只保存加密摘要，用于回避核对，不保存号码本身。",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip

    def clean_id_number(self) -> str:
        """The digest; the number is not kept in the cleaned data."""
        text = self.cleaned_data["id_number"]
        try:
            return keyed_digest(check_id_number(text)) if text else ""
        except IdentityProblem as problem:
            raise forms.ValidationError(f"证件号码{problem}。") from None


class ProposeForm(SubjectForm):
    person_fields = ("presenter", "subject_person")
    group = forms.ModelChoiceField(label="决策机构", queryset=WorkGroup.objects.none(), empty_label="请选择")
    matter = forms.ModelChoiceField(label="事项", queryset=DecisionMatter.objects.none(), empty_label="请选择")
    title = Text(label="议题", max_length=120)
    proposal = Text(
        label="提请决定的内容",
        widget=forms.Textarea(attrs=TALL),
        help_text="写明建议作出什么决定；开始审议后不能再改。",
    )
    presenter = PersonField(label="汇报人")
    field_order = [
        "group", "matter", "title", "proposal", "presenter", "subject_person", "institution", "id_number", "reason",
    ]  # fmt: skip

    def __init__(self, *args: Any, season: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["matter"].queryset = DecisionMatter.objects.in_use()
        bodies = DecisionMatter.objects.in_use().values("body")
        self.fields["group"].queryset = WorkGroup.objects.of_season(season).standing().filter(kind__in=bodies)


class ChangeItemForm(PeopleForm):
    person_fields = ("presenter",)
    title = Text(label="议题", max_length=120)
    proposal = Text(label="提请决定的内容", widget=forms.Textarea(attrs=TALL))
    presenter = PersonField(label="汇报人")
    field_order = ["title", "proposal", "presenter", "reason"]


class PrerequisiteForm(ReasonForm):
    name = forms.ChoiceField(label="前置材料")
    summary = Text(label="结论摘要", max_length=300)
    file = forms.FileField(label="文件", help_text="PDF、Word、Excel 或图片。不得上传国家秘密。")
    field_order = ["name", "summary", "file", "reason"]

    def __init__(self, *args: Any, names: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].choices = [(name, name) for name in names]


class PaperForm(ReasonForm):
    title = Text(label="材料名称", max_length=80, help_text="与已有材料同名即为替换，会成为新的一版。")
    change = Text(
        label="改动说明", max_length=300, required=False, help_text="替换已有材料时必填：改了什么、为什么改。"
    )
    file = forms.FileField(label="文件", help_text="PDF、Word、Excel 或图片。不得上传国家秘密。")
    field_order = ["title", "file", "change", "reason"]


class ScheduleForm(ReasonForm):
    meeting = forms.ModelChoiceField(label="会议", queryset=Meeting.objects.none(), empty_label="请选择")
    is_motion = forms.BooleanField(label="作为临时动议", required=False)
    motion_reason = Text(
        label="临时动议的理由和同意情况",
        max_length=300,
        required=False,
        help_text="作为临时动议时必填：为什么等不到下次会议，谁同意。",
    )
    field_order = ["meeting", "is_motion", "motion_reason", "reason"]

    def __init__(self, *args: Any, meetings: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["meeting"].queryset = meetings


class ItemRecusalForm(PeopleForm):
    person_fields = ("person",)
    person = PersonField(label="回避人", required=False, help_text="不选即为本人。")
    field_order = ["person", "reason"]

    def __init__(self, *args: Any, may_name: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = "回避理由"
        if not may_name:
            del self.fields["person"]


class MeetingForm(ReasonForm):
    group = forms.ModelChoiceField(label="会议机构", queryset=WorkGroup.objects.none(), empty_label="请选择")
    title = Text(label="会议名称", max_length=80, help_text="例如：录取领导小组第3次会议。")
    place = Text(label="地点", max_length=80)
    starts_at = MomentField(label="开始时间")
    field_order = ["group", "title", "place", "starts_at", "reason"]

    def __init__(self, *args: Any, season: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["group"].queryset = WorkGroup.objects.of_season(season).standing()


class InviteForm(PeopleForm):
    person_fields = ("person",)
    person = PersonField(label="人员")
    kind = forms.ChoiceField(label="参会身份", choices=SeatKind.choices, initial=SeatKind.OBSERVER)
    basis = Text(
        label="指定依据",
        max_length=200,
        required=False,
        help_text="不属于本机构的人员作为成员参会时填写：上级指定的批复或决议，含文号，如“招委批〔2026〕3号”。",
    )
    field_order = ["person", "kind", "basis", "reason"]


class PositionForm(forms.Form):
    stance = forms.ChoiceField(label="表态", choices=Stance.choices, widget=forms.RadioSelect)
    text = Text(
        label="意见", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="原则同意写明附带意见，暂缓写明解除条件，不同意写明理由；这些不能省略。",
    )  # fmt: skip


class RaiseQuestionForm(ReasonForm):
    seat = forms.ModelChoiceField(label="涉及成员", queryset=Seat.objects.none(), empty_label="请选择")
    kind = forms.ChoiceField(label="事项", choices=QuestionKind.choices, widget=forms.RadioSelect)
    field_order = ["seat", "kind", "reason"]

    def __init__(self, *args: Any, seats: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seat"].queryset = seats
        self.fields["reason"].label = "情况"


class AnswerQuestionForm(ReasonForm):
    answer = forms.ChoiceField(label="答复", choices=QuestionAnswer.choices, widget=forms.RadioSelect)
    field_order = ["answer", "reason"]


class DecideForm(PasswordReentryForm):
    """Announcing a result is final: the person proves once more who they are."""


class HeadDecideForm(DecideForm):
    head_outcome = forms.ChoiceField(
        label="主要负责人的决定", choices=[("passed", "通过"), ("failed", "不通过")], widget=forms.RadioSelect
    )
    head_reason = Text(
        label="理由", required=False, widget=forms.Textarea(attrs={"rows": 3}), help_text="与多数意见不同时必填。"
    )


class ResolutionForm(ReasonForm):
    text = Text(label="决定事项", widget=forms.Textarea(attrs=TALL), help_text="只写议定的事项，不写个人发言。")
    no_action_reason = Text(
        label="无需执行的说明", max_length=200, required=False, help_text="需要执行的不填；不填时请随后交办督办事项。"
    )
    field_order = ["text", "no_action_reason", "reason"]


class ReconsiderForm(ReasonForm):
    proposal = Text(label="提请决定的内容", widget=forms.Textarea(attrs=TALL))
    new_facts = Text(label="新的事实或理由", widget=forms.Textarea(attrs={"rows": 4}))
    field_order = ["new_facts", "proposal", "reason"]


class ConsentForm(ReasonForm):
    agrees = forms.TypedChoiceField(
        label="是否同意复议",
        choices=[("1", "同意复议"), ("0", "不同意复议")],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
    )
    field_order = ["agrees", "reason"]


class ExplainForm(ReasonForm):
    resolution = forms.ModelChoiceField(
        label="补议的决议",
        queryset=Resolution.objects.none(),
        required=False,
        widget=forms.Select(attrs=PICKER),
        empty_label="没有",
        help_text="已由会议补议的，选择决议；没有的留空。",
    )
    field_order = ["resolution", "reason"]

    def __init__(self, *args: Any, resolutions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["resolution"].queryset = resolutions
        self.fields["reason"].label = "说明"
        self.fields["reason"].help_text = "写明为什么没有经会议决定就办理，将原样留痕，由监督人员认可。"


class EmergencyForm(PeopleForm):
    person_fields = ("subject_person",)
    group = forms.ModelChoiceField(label="决策机构", queryset=WorkGroup.objects.none(), empty_label="请选择")
    matter = forms.ModelChoiceField(label="事项", queryset=DecisionMatter.objects.none(), empty_label="请选择")
    category = forms.ChoiceField(label="类别", choices=EmergencyCategory.choices)
    title = Text(label="突发情况", max_length=100, help_text="一句话写明发生了什么。")
    happened_at = MomentField(label="处置时间", help_text="补议时限从此时起算。")
    measures = Text(label="处置内容", widget=forms.Textarea(attrs=TALL))
    limits = Text(
        label="处置边界",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="范围、期限和不得触及的事项，例如：只限第三批投档，至当日24时。",
    )
    effects = Text(
        label="处置影响",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="一行一项；补议未通过或逾期的，据此逐项恢复。",
    )
    subject_person = PersonField(label="涉及人员", required=False)
    institution = InstitutionField(label="涉及院校", required=False, help_text="全称，或10位学校标识码。")
    field_order = [
        "group", "matter", "category", "title", "happened_at", "measures", "limits", "effects", "subject_person",
        "institution", "reason",
    ]  # fmt: skip

    def __init__(self, *args: Any, groups: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["matter"].queryset = DecisionMatter.objects.in_use().filter(allows_emergency=True)
        self.fields["group"].queryset = WorkGroup.objects.filter(pk__in=groups)

    def clean_effects(self) -> list[str]:
        return lines_in(self.cleaned_data["effects"], 200, "每项处置影响")


class UndoForm(ReasonForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = "如何处理"
        self.fields["reason"].help_text = "写明怎样恢复，或者为什么不需要恢复，将原样留痕。"


class NarrativeForm(ReasonForm):
    narrative = Text(
        label="会议主要情况", widget=forms.Textarea(attrs={"rows": 12}),
        help_text="只写会议情况；到会、表态、结果和监督意见由系统生成，不能改动。",
    )  # fmt: skip
    field_order = ["narrative", "reason"]


class ConfirmMinutesForm(forms.Form):
    correction = Text(
        label="更正意见", required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="与事实一致的不用填；有出入的写明哪一处、应当怎样，将附在纪要之后。",
    )  # fmt: skip
