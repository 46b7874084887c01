"""Papers of an item: each reader's copy bears the reader's name; what cannot be marked is the stored file, and the ledger says why."""

import hashlib
import io

import pytest
from django.test import Client
from django.urls import reverse
from docx import Document
from openpyxl import load_workbook
from PIL import Image
from pypdf import PdfReader

from admissions.accounts.models import User
from admissions.audit.models import Event
from admissions.evidence.storage import path_of
from tests.evidence.test_marking import blank_pdf, book, png, saved, without_font, without_pango
from tests.factories.files import xls_file
from tests.factories.meetings import body, convened, proposed, upload
from workgroups.meetings.models import AgendaItem, PaperReceipt
from workgroups.meetings.proofs import content_hash
from workgroups.meetings.services import agenda


@pytest.fixture(autouse=True)
def private_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.MFA_REQUIRED = False


def added(of, item, content, name):
    return agenda.add_paper(
        actor=of.secretary, reason="上传", item=AgendaItem.objects.get(pk=item.pk), title=name, change="",
        incoming=upload(name, content),
    )  # fmt: skip


def get(person, name, *args):
    client = Client()
    client.force_login(User.objects.get(pk=person.pk))
    return client.get(reverse(name, args=args), {"purpose": "work"})


def pdf_text(copy):
    return PdfReader(copy).pages[0].extract_text().replace("\n", "")


@pytest.mark.django_db
class TestReaders:
    @pytest.mark.parametrize(
        ("name", "make", "shows"),
        [
            pytest.param("方案.pdf", lambda: blank_pdf((595, 842)), pdf_text, marks=without_pango),
            ("方案.docx", lambda: saved(Document()), lambda copy: Document(copy).sections[0].header.paragraphs[-1].text),
            ("方案.xlsx", book, lambda copy: load_workbook(copy).active.oddHeader.center.text),
        ],
    )  # fmt: skip
    def test_each_reader_gets_the_own_name_and_the_stored_file_stays(self, name, make, shows):
        of, content = body(), make()
        item = proposed(of)
        paper = added(of, item, content, name)
        convened(of, item)
        bound, reader = content_hash(AgendaItem.objects.get(pk=item.pk)), of.members[0]
        copy = b"".join(get(reader, "meetings:paper", paper.pk).streaming_content)
        assert (reader.staff_number or reader.username) in shows(io.BytesIO(copy))
        event = Event.objects.get(action="trail.read", target_id=str(paper.pk))
        assert (event.actor, event.action_label) == (reader, "阅读材料（加水印）")
        stored = path_of(paper.file.storage_name).read_bytes()
        assert (stored, hashlib.sha256(stored).hexdigest()) == (content, paper.file.sha256)
        assert content_hash(AgendaItem.objects.get(pk=item.pk)) == bound
        assert PaperReceipt.objects.get(paper=paper).person == reader

    @without_font
    def test_a_picture_too(self):
        of = body()
        item = proposed(of)
        paper = added(of, item, png(600, 400), "现场.png")
        convened(of, item)
        response = get(of.members[0], "meetings:paper", paper.pk)
        copy = Image.open(io.BytesIO(b"".join(response.streaming_content)))
        assert (response["Content-Type"], copy.height > 400) == ("image/png", True)

    def test_what_bears_no_name_is_the_stored_file_and_the_ledger_says_why(self):
        of, content = body(), xls_file([["院校"], ["甲校"]])
        item = proposed(of)
        paper, broken = added(of, item, content, "名单.xls"), added(of, item, b"\xff\xd8\xff\xe0broken", "坏图.jpg")
        convened(of, item)
        page = get(of.members[0], "meetings:item", item.pk).content.decode()
        assert page.count("这种格式不能加水印，原样下载") == 1
        assert b"".join(get(of.members[0], "meetings:paper", paper.pk).streaming_content) == content
        assert b"".join(get(of.members[0], "meetings:paper", broken.pk).streaming_content) == b"\xff\xd8\xff\xe0broken"
        said = {event.target_id: event for event in Event.objects.filter(action="trail.read")}
        assert {event.action_label for event in said.values()} == {"阅读材料（原样）"}
        assert "这种格式不能加水印" in said[str(paper.pk)].reason
        assert "不加水印" in said[str(broken.pk)].reason or "字体" in said[str(broken.pk)].reason

    @pytest.mark.parametrize("name", ["方案.docx", "方案.xlsx", "现场.png"])
    def test_the_recused_get_nothing(self, name):
        of = body()
        item = proposed(of)
        content = {"方案.docx": saved(Document()), "方案.xlsx": book(), "现场.png": png(300, 300)}[name]
        paper = added(of, item, content, name)
        agenda.recuse_from_item(actor=of.secretary, reason="校友", item=item, person=of.members[0])
        convened(of, item)
        assert get(of.members[0], "meetings:paper", paper.pk).status_code == 404
        assert not Event.objects.filter(action="trail.read", target_id=str(paper.pk)).exists()
