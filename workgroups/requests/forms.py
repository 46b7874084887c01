from typing import Any

from django import forms
from django.utils import timezone

from admissions.accounts.forms import PasswordReentryForm
from admissions.accounts.models import User
from admissions.core.forms import ReasonForm, Text
from admissions.rulebook.models import Clause
from workgroups.appointments.forms import PICKER, MomentField, PersonField, people_for
from workgroups.groups.enums import GroupKind
from workgroups.groups.models import WorkGroup
from workgroups.meetings.forms import TALL, SubjectForm
from workgroups.meetings.models import AgendaItem

from . import rules
from .document import problems
from .duty_triggers import trigger_choices
from .enums import REPLIES_TO, CallOutcome, Channel, DocumentKind, ReportStage, Urgency
from .models import ReportableMatter, ReportDuty, Submission
from .notice_chain import Step

SAY_WHY = "写明请示或报告的具体情况：时间、地点、经过、影响、已采取的措施。不得写入国家秘密。"


def _choices(field: str) -> Any:
    return ReportableMatter._meta.get_field(field).choices


class AboutForm(SubjectForm):
    """Whom or what a row is about, as its model calls it; these acts need no reason of their own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["reason"]

    def about(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "subject_person": data["subject_person"],
            "institution": data["institution"],
            "candidate_digest": data["id_number"],
        }


class ReportableForm(ReasonForm):
    code = forms.SlugField(label="事项编号", max_length=40, help_text="小写字母、数字和短横线，例如 system-outage。")
    name = Text(label="事项", max_length=80)
    kind = forms.ChoiceField(label="文种", choices=_choices("kind"))
    body = forms.ChoiceField(label="主送机构", choices=_choices("body"))
    owner = forms.ChoiceField(label="报送责任", required=False)
    trigger = forms.ChoiceField(
        label="触发事件",
        required=False,
        widget=forms.Select(attrs=PICKER),
        help_text="留痕中出现这一事件，应报义务即自动产生。",
    )
    timing = forms.ChoiceField(
        label="时点", choices=_choices("timing"), help_text="“事前”的，事件发生前没有报送或批准即为应报未报。"
    )
    hours = forms.IntegerField(label="报送时限（小时）", min_value=1, max_value=2160, initial=24)
    reply_hours = forms.IntegerField(
        label="批复时限（小时）", min_value=0, max_value=2160, initial=0, help_text="请示必填；报告不需批复，填0。"
    )
    chain_hours = forms.IntegerField(
        label="续报间隔（小时）",
        min_value=0,
        max_value=720,
        initial=0,
        help_text="须首报、续报、终报的紧急事项填写；其他填0。",
    )
    urgency = forms.ChoiceField(label="紧急程度", choices=Urgency.choices)
    clause = forms.ModelChoiceField(
        label="依据条款",
        queryset=Clause.objects.all(),
        required=False,
        widget=forms.Select(attrs=PICKER),
        empty_label="无",
    )
    field_order = [
        "name", "code", "kind", "body", "owner", "trigger", "timing", "hours", "reply_hours", "chain_hours", "urgency",
        "clause", "reason",
    ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].choices = [("", "事项发生的工作组"), *GroupKind.choices]
        self.fields["trigger"].choices = [("", "人工登记"), *trigger_choices()]


class CodeForm(ReasonForm):
    group = forms.ModelChoiceField(label="工作组", queryset=WorkGroup.objects.none(), empty_label="请选择")
    code = Text(label="机关代字", max_length=20, help_text="例如“招录管”；编号形如：招录管〔2026〕1号。")
    field_order = ["group", "code", "reason"]

    def __init__(self, *args: Any, season: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["group"].queryset = WorkGroup.objects.of_season(season).standing()


class TextForm(forms.Form):
    """What a request or report says; the fields of a request are left out of a report."""

    title = Text(label="标题", max_length=120)
    body = Text(label="情况", widget=forms.Textarea(attrs={"rows": 8}), help_text=SAY_WHY)
    opinion = Text(
        label="本组意见", widget=forms.Textarea(attrs=TALL), help_text="本组倾向怎样办、理由是什么；不能只把问题上交。"
    )
    options = Text(label="备选方案", widget=forms.Textarea(attrs=TALL), help_text="一行一个方案，两个以上。")
    single_option_reason = Text(
        label="只有一个方案的理由", max_length=300, required=False, help_text="有两个以上方案的不填。"
    )
    urgency = forms.ChoiceField(label="紧急程度", choices=Urgency.choices)
    TEXT = ("title", "body", "opinion", "options", "single_option_reason")

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        if kind == DocumentKind.REPORT:
            for name in ("opinion", "options", "single_option_reason"):
                del self.fields[name]

    def clean_options(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["options"].splitlines() if line.strip()]

    def text(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.TEXT if name in self.cleaned_data}

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        text = {"title": "", "body": "", "opinion": "", "options": [], "single_option_reason": "", **self.text()}
        for name, sentence in problems(self.kind, text):
            if name in self.fields and name not in self.errors:
                self.add_error(name, sentence)
        return data


class DraftForm(TextForm, AboutForm):
    group = forms.ModelChoiceField(label="发文工作组", queryset=WorkGroup.objects.none(), empty_label=None)
    duty = forms.ModelChoiceField(
        label="应报义务", queryset=ReportDuty.objects.none(), required=False, empty_label="不是应报义务",
        help_text="为某项应报义务而报的请选择，报送后即销号。",
    )  # fmt: skip
    matter = forms.ModelChoiceField(label="事项", queryset=ReportableMatter.objects.none(), empty_label="请选择")
    addressee = forms.ModelChoiceField(
        label="主送", queryset=WorkGroup.objects.none(), required=False, empty_label="按事项清单",
        help_text="只能主送一个上级机构，不能主送个人。",
    )  # fmt: skip
    item = forms.ModelChoiceField(
        label="议题", queryset=AgendaItem.objects.none(), required=False, widget=forms.HiddenInput()
    )
    field_order = [
        "group", "duty", "matter", "addressee", "urgency", "title", "body", "opinion", "options", "single_option_reason",
        "subject_person", "institution", "id_number",
    ]  # fmt: skip

    def __init__(self, *args: Any, kind: str, user: Any, season: Any, **kwargs: Any) -> None:
        super().__init__(*args, kind=kind, user=user, **kwargs)
        own = [group.pk for group in rules.groups_worked_in(user, season)]
        duties = ReportDuty.objects.visible_to(user).owed().filter(group__in=own, matter__kind=kind)
        groups = WorkGroup.objects.of_season(season).standing()
        self.fields["group"].queryset = groups.filter(pk__in=own)
        self.fields["duty"].queryset = duties.select_related("matter")
        self.fields["item"].queryset = AgendaItem.objects.visible_to(user).of_season(season)
        self.fields["matter"].queryset = ReportableMatter.objects.in_use().filter(kind=kind)
        self.fields["addressee"].queryset = groups

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        group, matter = data.get("group"), data.get("matter")
        if group and matter and not data.get("addressee"):
            data["addressee"] = next(iter(rules.addressees(group, matter)), None)
            if data["addressee"] is None:
                self.add_error("addressee", f"{group}没有可以报送“{matter}”的上级工作组，请按线下公文报送。")
        return data


class ChangeDraftForm(TextForm):
    change = Text(label="改动说明", max_length=300, help_text="改了什么、为什么改；签发人据此审阅。")
    field_order = ["urgency", "title", "body", "opinion", "options", "single_option_reason", "change"]

    def __init__(self, *args: Any, has_been_signed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_been_signed:
            del self.fields["change"]


class ContinueForm(TextForm):
    stage = forms.ChoiceField(
        label="报告阶段", choices=[(s.value, s.label) for s in (ReportStage.FOLLOW_UP, ReportStage.FINAL)],
        widget=forms.RadioSelect, help_text="处置结束、不再续报的，选终报。",
    )  # fmt: skip
    field_order = ["stage", "title", "body"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, kind=DocumentKind.REPORT, **kwargs)
        del self.fields["urgency"]


class AttachForm(forms.Form):
    name = Text(label="附件名称", max_length=100, help_text="公文中按这个名称列出，例如“夜间咨询量统计表”。")
    file = forms.FileField(label="文件", help_text="PDF、Word、Excel 或图片。不得上传国家秘密。")


class SignForm(PasswordReentryForm):
    """Signing binds: the person proves once more who they are, and the page says what text was read."""

    seen_digest = Text(widget=forms.HiddenInput)


class ReplyForm(forms.Form):
    kind = forms.ChoiceField(label="结论", widget=forms.RadioSelect)
    text = Text(
        label="批复原文", widget=forms.Textarea(attrs=TALL), help_text="逐字照录，不得改写、概括。录入后不能改动。"
    )
    said_by = PersonField(label="批复人", help_text="主送机构或其上级的组长。")
    said_at = MomentField(label="批复时间")

    def __init__(self, *args: Any, user: Any, submission: Submission, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = REPLIES_TO[DocumentKind(submission.kind)]
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in kinds]
        if submission.is_request:
            self.fields["kind"].help_text = "“已阅”不等于同意：选已阅的，请示仍待批复。"
        self.fields["said_by"].queryset = people_for(user)


class CallForm(forms.Form):
    person = forms.ModelChoiceField(label="通知对象", queryset=User.objects.none(), empty_label="请选择")
    channel = forms.ChoiceField(label="通知方式", choices=Channel.choices, initial=Channel.PHONE)
    outcome = forms.ChoiceField(label="结果", choices=CallOutcome.choices, widget=forms.RadioSelect)
    called_at = MomentField(label="通知时间")
    note = Text(label="说明", max_length=300, required=False, help_text="例如接听人、对方的话、未联系上的原因。")

    def __init__(self, *args: Any, steps: list[Step], user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.posts = {step.person.pk: step.seat for step in steps if step.person.pk != user.pk}
        field = self.fields["person"]
        field.queryset = User.objects.filter(pk__in=self.posts)
        field.label_from_instance = lambda person: f"{person.name}（{self.posts[person.pk]}）"


class DutyForm(AboutForm):
    group = forms.ModelChoiceField(label="发生的工作组", queryset=WorkGroup.objects.none(), empty_label=None)
    matter = forms.ModelChoiceField(label="应报事项", queryset=ReportableMatter.objects.none(), empty_label="请选择")
    what = Text(label="发生了什么", max_length=300)
    happened_at = MomentField(label="发生时间", help_text="报送时限从发生时间起算。")
    field_order = ["group", "matter", "what", "happened_at", "subject_person", "institution", "id_number"]

    def __init__(self, *args: Any, user: Any, season: Any, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        own = [group.pk for group in rules.groups_worked_in(user, season)]
        self.fields["group"].queryset = WorkGroup.objects.filter(pk__in=own)
        self.fields["matter"].queryset = ReportableMatter.objects.in_use()


class InstructionForm(AboutForm):
    person_fields = ("instructor", "subject_person")
    group = forms.ModelChoiceField(label="接受工作组", queryset=WorkGroup.objects.none(), empty_label=None)
    instructor = PersonField(label="指示人")
    said_at = MomentField(label="指示时间", help_text="须在24小时内补录；超过的照录，但不能作为例外的依据。")
    channel = forms.ChoiceField(label="指示方式", choices=Channel.choices)
    text = Text(
        label="指示内容",
        widget=forms.Textarea(attrs=TALL),
        help_text="尽量照原话写。补录后不能改动，由指示人确认或提出异议。",
    )
    witnesses = Text(label="在场人员", max_length=200, required=False)
    field_order = [
        "group", "instructor", "said_at", "channel", "text", "witnesses", "subject_person", "institution", "id_number",
    ]  # fmt: skip

    def __init__(self, *args: Any, user: Any, season: Any, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        own = [group.pk for group in rules.groups_worked_in(user, season)]
        self.fields["group"].queryset = WorkGroup.objects.filter(pk__in=own)
        self.fields["instructor"].queryset = people_for(user).exclude(pk=user.pk)

    def clean_said_at(self) -> Any:
        said_at = self.cleaned_data["said_at"]
        if said_at > timezone.now():
            raise forms.ValidationError("指示时间不能晚于现在。")
        return said_at


class DisputeForm(ReasonForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = "与事实不符之处"
        self.fields["reason"].help_text = "写明没有说过、说的不是这个意思，或者应当怎样；与补录内容并列留存。"
