"""What spares the walks work that their questions do not need; other tests let it be done."""

from typing import Any
from xml.etree import ElementTree

import pytest
from django.template.base import Template
from django.test.utils import _TestState

from admissions.core import pdf


@pytest.fixture
def light(monkeypatch: pytest.MonkeyPatch) -> None:
    """A paper's PDF is its plain text, where a walk finds words better than in a real one; rendered templates are not kept."""
    engine = pdf.engine()
    if engine is None:
        pytest.skip("没有 pango，页面不能逐一走遍：apt-get install libpangoft2-1.0-0")
    drawn = engine.HTML.write_pdf

    def words(self: Any, *args: Any, **kwargs: Any) -> bytes:
        if "pdf_variant" not in kwargs:  # to be laid over another document
            return drawn(self, *args, **kwargs)
        return b"%PDF-1.7 " + ElementTree.tostring(self.etree_element, encoding="utf-8", method="text")

    monkeypatch.setattr(engine.HTML, "write_pdf", words)
    monkeypatch.setattr(Template, "_render", _TestState.saved_data.template_render)
