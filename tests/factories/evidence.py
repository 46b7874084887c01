"""Files of the evidence store, kept as commands keep them."""

from typing import Any

from admissions.evidence.enums import Secrecy
from admissions.evidence.models import StoredFile
from admissions.evidence.services import keep_file
from admissions.evidence.storage import Incoming
from tests.factories.files import pdf_file
from tests.trail import setting_up


def stored_file(
    owner: Any, name: str = "来文.pdf", content: bytes | None = None, secrecy: str = Secrecy.INTERNAL
) -> StoredFile:
    """A PDF where no content is given."""
    with setting_up():
        return keep_file(owner, Incoming([content or pdf_file()], name), "存档", secrecy)
