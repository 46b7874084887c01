"""Forms check shape; commands check right."""

from typing import Any

from django import forms

from admissions.accounts.forms import PasswordReentryForm
from admissions.core.forms import Text
from admissions.seasons.institutions.lookup import InstitutionField
from admissions.seasons.models import Batch
from workgroups.appointments.forms import PICKER, MomentField
from workgroups.groups.enums import DutyLetter
from workgroups.groups.models import Step

from .acting_posts import steps_with
from .enums import Side

TALL = {"rows": 5}
KINDS = "PDF、Word、Excel、CSV 或图片。不得上传国家秘密和考生个人信息。"


class OpenForm(forms.Form):
    step = forms.ModelChoiceField(label="环节", queryset=Step.objects.none(), empty_label="请选择")
    title = Text(label="办理事项", max_length=100, help_text="例如：本科批历史类第一次投档。")
    batch = forms.ModelChoiceField(
        label="批次", queryset=Batch.objects.none(), required=False, empty_label="不属于某一批次"
    )
    institution = InstitutionField(
        label="涉及院校", required=False,
        help_text="全称，或10位学校标识码。只涉及一所院校时填写，应当回避的人即看不到这张环节单。",
    )  # fmt: skip
    due_at = MomentField(label="完成期限", required=False, help_text="三方签署应在此前完成；可以留空。")
    reason = Text(
        label="办理要求", max_length=2000, widget=forms.Textarea(attrs=TALL),
        help_text="依据什么、做到什么、注意什么。随环节单一起留存。",
    )  # fmt: skip

    def __init__(self, *args: Any, user: Any, season: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        steps = Step.objects.of_season(season).order_by("order", "pk")
        own = steps_with(user, season, DutyLetter.ACCOUNTABLE)
        self.fields["step"].queryset = steps.filter(pk__in=own)
        self.fields["batch"].queryset = Batch.objects.of_season(season).order_by("order", "pk")
        self.fields["step"].widget.attrs |= PICKER


class MaterialForm(forms.Form):
    side = forms.ChoiceField(
        label="类别", choices=Side.choices, widget=forms.RadioSelect,
        help_text="输入：办理所依据的；结果：办理得出的，复核人据此核对。",
    )  # fmt: skip
    name = Text(label="材料名称", max_length=100, help_text="例如：投档线表、备份校验单。")
    file = forms.FileField(label="文件", help_text=KINDS)


class WordsForm(forms.Form):
    """What one signs to, in words of one's own; subclasses say what is asked for."""

    words, hint = "意见", ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label, self.fields["reason"].help_text = self.words, self.hint

    reason = Text(max_length=2000, widget=forms.Textarea(attrs=TALL))


class ExecuteForm(PasswordReentryForm, WordsForm):
    words, hint = "办理结果", "做了什么、得出什么；有数量的写明数量。随材料一起签署。"
    seen_digest = Text(widget=forms.HiddenInput)
    field_order = ["reason", "seen_digest", "own_password"]


class PassForm(PasswordReentryForm, WordsForm):
    words, hint = "复核意见", "核对了什么、与什么核对、结果如何。不要只写“同意”。"
    field_order = ["reason", "own_password"]


class ConfirmForm(PasswordReentryForm, WordsForm):
    words, hint = "监督意见", "查看了什么、发现什么。"
    field_order = ["reason", "own_password"]


class LiftForm(PasswordReentryForm, WordsForm):
    words, hint = "解除理由", "制止时指出的问题怎样得到答复或纠正。"
    field_order = ["reason", "own_password"]


class ReturnForm(WordsForm):
    words, hint = "退回理由", "哪里不符、要求怎样改正。"


class HoldForm(WordsForm):
    words, hint = "制止理由", "发现什么问题、要求先做什么。"
