from typing import Any

from django import forms

from admissions.core.forms import Text
from admissions.core.importing.kinds import ImportKind


class UploadForm(forms.Form):
    """One file for one kind of import."""

    file = forms.FileField(label="文件", help_text="xlsx、xls 或 csv。不得上传国家秘密。")
    reason = Text(label="事由", max_length=200, help_text="写明来源，例如：人事处6月5日报送的名单。")


class BulkUploadForm(UploadForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[
            "file"
        ].help_text = "csv 文件可达数十万行，xlsx、xls 至多二十万行；上传后在后台预检。不得上传国家秘密。"


def upload_form(kind: ImportKind) -> type[UploadForm]:
    return BulkUploadForm if kind.bulk is not None else UploadForm
