"""Handing out a file that belongs to a record: unchanged, for a stated purpose, each copy on record."""

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse

from admissions.audit.trail import record_read
from admissions.core import purpose
from admissions.core.decision import Refused

from .models import StoredFile
from .storage import is_unchanged, path_of


def give_file(
    request: HttpRequest, file: StoredFile, *, target: Any, label: str, crumbs: list[tuple[str, str]], back: str,
    sha256: str = "", of: str = "",
) -> HttpResponse:  # fmt: skip
    """The file byte by byte, or first the question what for. Who may read it, the caller has decided.

    `target`: the record whose reading is recorded; `sha256`: what it must still be, where the record holds its own;
    `of`: a word behind the purpose that tells which version was read.
    Raises Refused when the content is lost or not what it was.
    """
    if not is_unchanged(file.storage_name, sha256 or file.sha256):
        raise Refused("材料的内容已丢失或与当初的校验值不符，不能下载。", who_can="请告诉系统管理员。")
    form = purpose.stated(request)
    if not form.is_valid():
        return purpose.ask(request, form, f"{label}“{file.name}”", crumbs, back)
    words = f"{form.words()}（{of}）" if of else form.words()
    record_read(actor=request.user, target=target, purpose=words, label=label)
    return FileResponse(
        path_of(file.storage_name).open("rb"),
        as_attachment=True,
        filename=file.name,
        content_type=file.content_type,
    )
