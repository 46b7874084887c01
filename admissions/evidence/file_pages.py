"""The one door through which a file leaves: unchanged, for a stated purpose, each copy on record.

Whoever gives out a file writes a page that is a `FilePage`; `tests/evidence/test_one_door.py` looks for any other way.
"""

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from django.http import FileResponse, Http404, HttpRequest, HttpResponse

from admissions.audit.trail import record_read
from admissions.core import purpose
from admissions.core.decision import Refused
from admissions.core.paper import watermark
from admissions.core.views import RecordPage, page_of

from .marking.copies import marked
from .marking.office import Unmarked
from .models import StoredFile
from .storage import path_of
from .unchanged import Changed, opened_unchanged

SPOILT = "材料的内容已丢失或与当初的校验值不符，不能下载。"
CLEARED = "材料的内容已按规定清除，只保留文件名和校验值，不能下载。"


@dataclass(frozen=True)
class Content:
    """Bytes on disk, and what they must still be. `is_cleared`: taken away on purpose, not lost."""

    path: Path
    sha256: str
    name: str
    content_type: str
    is_cleared: bool = False

    def opened(self) -> io.BufferedReader:
        """To be read and given out; raises Refused when the bytes are gone or not what was stored."""
        if self.is_cleared:
            raise Refused(CLEARED, who_can="需要核对的，请凭校验值与提供单位留存的文件比对。")
        try:
            return opened_unchanged(self.path, self.sha256)
        except Changed as error:
            raise spoilt() from error


def spoilt() -> Refused:
    return Refused(SPOILT, who_can="请告诉系统管理员。")


def content_of(file: StoredFile, sha256: str = "") -> Content:
    """`sha256`: where the record that points to the file holds its own, as it was signed."""
    cleared = file.removed_at is not None
    return Content(path_of(file.storage_name), sha256 or file.sha256, file.name, file.content_type, cleared)


class FilePage(RecordPage):
    """Gives out the file behind its record. Who may read it, `get_queryset` and `may_open` decide.

    `label`: the act as the ledger names it. `as_stored`: why the copy does not bear its reader's name; where nothing stands
    here it does, if its kind can. `usual_purpose`: chosen beforehand on the page that asks what for.
    """

    label = "下载材料"
    as_stored = ""
    usual_purpose = ""

    def content(self) -> Content | None:
        """What is given; None where the record has no file (yet)."""
        return content_of(self.object.file, getattr(self.object, "sha256", ""))

    def target(self) -> Any:
        """The record whose reading is recorded."""
        return self.object

    def version(self) -> str:
        """A word behind the purpose that tells what of the target was read."""
        return ""

    def back_url(self) -> str:
        return page_of(self.object)

    def before_given(self) -> None:
        """What the first reading sets off besides its entry in the ledger, such as a receipt."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        content = self.content()
        if content is None:
            raise Http404
        stream = content.opened()
        form = purpose.stated(request, self.usual_purpose)
        if not form.is_valid():
            stream.close()
            return purpose.ask(request, form, f"{self.label}“{content.name}”", self.crumbs(), self.back_url())
        self.before_given()
        words = f"{form.words()}（{self.version()}）" if self.version() else form.words()
        return self.given(content, stream, words)

    def given(self, content: Content, stream: BinaryIO, words: str) -> HttpResponse:
        """The answer for the purpose in these words, on record; a page that gives a part or another form of the file makes it here."""
        return self._as_stored(content, stream, words) if self.as_stored else self._for_reader(content, stream, words)

    def _as_stored(self, content: Content, stream: BinaryIO, words: str) -> HttpResponse:
        self.record(words, self.label)
        return attachment(stream, content.name, content.content_type)

    def _for_reader(self, content: Content, stream: BinaryIO, words: str) -> HttpResponse:
        """With the reader's name in it; as it is stored where that cannot be, and the ledger says why."""
        try:
            copy = marked(stream, content.content_type, watermark(self.request.user))
        except Changed as error:
            raise spoilt() from error
        except Unmarked as reason:
            self.record(f"{words}。{reason}", f"{self.label}（原样）")
            stream.seek(0)
            return attachment(stream, content.name, content.content_type)
        stream.close()
        self.record(words, f"{self.label}（加水印）")
        return attachment(io.BytesIO(copy), content.name, content.content_type)

    def record(self, words: str, label: str) -> None:
        record_read(actor=self.request.user, target=self.target(), purpose=words, label=label)


def attachment(stream: BinaryIO, name: str, content_type: str) -> FileResponse:
    return FileResponse(stream, as_attachment=True, filename=name, content_type=content_type)
