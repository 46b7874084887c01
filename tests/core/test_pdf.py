import re
import zlib

import pytest
from django.template import engines

from admissions.core import pdf

engine = pdf.engine()
pytestmark = pytest.mark.skipif(engine is None, reason="没有 pango：apt-get install libpangoft2-1.0-0")
# Asked while tests are collected, with an engine or without.
BASE = getattr(engine, "BASE", "")
CONTEXT = {"doc_title": "岗位承诺书", "doc_org": "某省教育考试院", "verification_code": "7F3A-91C2"}


def streams(content: bytes) -> bytes:
    found = b""
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL):
        try:
            found += zlib.decompress(stream)
        except zlib.error:
            found += stream
    return found


def test_print_page_becomes_an_archive_pdf():
    content = pdf.pdf_bytes("ui/print.html", CONTEXT)
    assert content.startswith(b"%PDF-")
    assert b"pdfaid:part" in streams(content)


def test_print_page_finds_its_stylesheet():
    html = engines["django"].get_template("ui/print.html").render(CONTEXT)
    document = engine.page(html).render()
    page = document.pages[0]
    # A4 in CSS pixels; the default of the library is the same, the margins are not.
    assert (round(page.width), round(page.height)) == (794, 1123)
    assert "print.css" in html
    assert engine.OwnFiles().fetch(f"{BASE}/static/css/print.css").read().startswith(b"/*")


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/a.css",
        "file:///etc/passwd",
        f"{BASE}/static/../manage.py",
        f"{BASE}/other.css",
    ],
)
def test_renderer_reaches_nothing_but_our_static_files(url):
    with pytest.raises(Exception, match=r"not a file of this site|outside|SuspiciousFileOperation|base path"):
        engine.OwnFiles().fetch(url)


def test_response_names_the_file_in_chinese():
    response = pdf.pdf_response(b"%PDF-", "岗位承诺书")
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("inline; filename*=UTF-8''%E5%B2%97")
