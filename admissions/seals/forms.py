"""Forms check shape; commands check right."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from admissions.accounts.models import User
from admissions.core.forms import ReasonForm, Text

from .models import Seal, Witness
from .notes import BadNote, signature_line


class OfferWitnessForm(forms.Form):
    public_key = Text(
        label="公钥",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}),
        help_text="在监督组自己的电脑上运行见证程序（witness.py new），把输出里的公钥整行复制到这里。",
    )
    replaces = forms.ModelChoiceField(
        label="接替",
        queryset=Witness.objects.none(),
        required=False,
        empty_label="不接替",
        help_text="原来的密钥遗失或更换电脑时选原来的见证人；新的启用时，原来的自动停用。",
    )
    reason = Text(label="事由", max_length=500, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, mine: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["replaces"].queryset = mine


class CosignatureForm(forms.Form):
    """The answer of an air-gapped witness: pasted, typed, or as the file it wrote."""

    size = forms.IntegerField(label="叶数", min_value=1, help_text="见证程序输出的叶数。")
    line = Text(
        label="见证签名行",
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text="以“— ”开头的一整行。",
    )
    file = forms.FileField(label="或上传见证程序写出的文件", required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("file") is not None and not data.get("line"):
            data["line"] = data["file"].read(2000).decode("utf-8", "replace").strip().split("\n")[-1]
        if not data.get("line"):
            raise ValidationError("请粘贴见证签名行，或上传见证程序写出的文件。")
        try:
            signature_line(data["line"].strip())
        except BadNote as error:
            self.add_error("line", str(error))
        return data


class ExportForm(forms.Form):
    seal = forms.ModelChoiceField(label="截至印记", queryset=Seal.objects.none(), empty_label=None)
    reason = Text(
        label="用途",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="写进核验包和留痕，例如：七月驻点监督例行核验。",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        recent = Seal.objects.newest_first().values_list("pk", flat=True)[:50]
        self.fields["seal"].queryset = Seal.objects.filter(pk__in=list(recent)).newest_first()


class CodeForm(forms.Form):
    code = Text(label="核验码", max_length=60)


class SaltForm(ReasonForm):
    person = forms.ModelChoiceField(label="涉及人员", queryset=User.objects.none(), empty_label="请选择")
    field_order = ["person", "reason"]

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = User.objects.visible_to(user).order_by("name_sort")
