"""What a replacement of a paper changed, and who sees it."""

import io

import pytest
from django.test import Client
from django.urls import reverse
from docx import Document
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfWriter

from admissions.accounts.models import User
from admissions.core.decision import Refused
from admissions.core.unreadable import Unreadable
from tests.factories.accounts import UserFactory
from tests.factories.meetings import body, convened, proposed, upload
from tests.parts import asked, only_missing
from tests.trail import assert_refused
from workgroups.meetings import rules
from workgroups.meetings.models import AgendaItem, Paper, PaperReceipt
from workgroups.meetings.papers import MAX_LINES, difference, lines_of
from workgroups.meetings.services import agenda


@pytest.fixture(autouse=True)
def private_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.MFA_REQUIRED = False


def blank_pdf(*sizes):
    writer = PdfWriter()
    for width, height in sizes:
        writer.add_blank_page(width, height)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def word_file(*paragraphs):
    document = Document()
    for text in paragraphs:
        document.add_paragraph(text)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def added(of, item, content, name="方案.docx", change=""):
    return agenda.add_paper(
        actor=of.secretary, reason="上传", item=AgendaItem.objects.get(pk=item.pk), title="方案", change=change,
        incoming=upload(name, content),
    )  # fmt: skip


def get(person, name, *args):
    client = Client()
    client.force_login(User.objects.get(pk=person.pk))
    return client.get(reverse(name, args=args))


class TestDifference:
    def test_what_was_taken_away_and_what_was_added(self):
        before = ["一、总则", "追加5名", "二、附则", "三", "四", "五", "六", "七", "末"]
        after = ["一、总则", "追加3名", "二、附则", "三", "四", "五", "六", "七", "末", "附件"]
        kinds = [(line.kind, line.text) for line in difference(before, after) if line.kind or line.is_gap]
        assert kinds == [("删去", "追加5名"), ("增加", "追加3名"), ("", ""), ("增加", "附件")]

    def test_the_same_text_has_no_difference(self):
        assert difference(["一", "二"], ["一", "二"]) == []

    @given(st.lists(st.sampled_from("甲乙丙丁"), max_size=12), st.lists(st.sampled_from("甲乙丙丁"), max_size=12))
    def test_every_line_that_appeared_or_vanished_is_told(self, before, after):
        lines = difference(before, after)
        gone = [line.text for line in lines if line.kind == "删去"]
        come = [line.text for line in lines if line.kind == "增加"]
        assert len(after) - len(before) == len(come) - len(gone)
        assert (not lines) == (before == after)

    @pytest.mark.parametrize(
        ("content_type", "content", "sentence"),
        [
            ("image/png", b"\x89PNG", "只能比较"),
            ("application/pdf", b"%PDF-1.4 broken", "损坏"),
            ("application/pdf", blank_pdf((10, 10)), "没有可以读出的文字"),
            ("text/plain", "一行\n".encode() * (MAX_LINES + 1), "超过"),
        ],
    )
    def test_what_cannot_be_compared_says_why(self, tmp_path, content_type, content, sentence):
        path = tmp_path / "a"
        path.write_bytes(content)
        with pytest.raises(Unreadable, match=sentence):
            lines_of(path, content_type)

    def test_text_in_the_older_encoding_is_read(self, tmp_path):
        path = tmp_path / "a.txt"
        path.write_bytes("拟追加计划\n\n".encode("gb18030"))
        assert lines_of(path, "text/plain") == ["拟追加计划"]

    @pytest.mark.django_db
    def test_the_page_shows_it_to_members_and_not_to_the_recused(self):
        of = body()
        item = proposed(of)
        added(of, item, word_file("追加5名", "理由"))
        agenda.recuse_from_item(actor=of.secretary, reason="校友", item=item, person=of.members[1])
        convened(of, item)
        paper = added(of, item, word_file("追加3名", "理由"), change="改人数")
        page = get(of.members[0], "meetings:paper-difference", paper.pk).content.decode()
        assert "<del>追加5名</del>" in page
        assert "<ins>追加3名</ins>" in page
        assert "通知后有改动" in get(of.members[0], "meetings:item", item.pk).content.decode()
        assert get(of.members[1], "meetings:paper-difference", paper.pk).status_code == 404
        first = Paper.objects.get(item=item, version=1)
        assert get(of.members[0], "meetings:paper-difference", first.pk).status_code == 404


@pytest.mark.django_db
def test_only_whom_the_item_is_open_to_leaves_a_receipt():
    of, stranger = body(2), UserFactory()
    item = proposed(of)
    paper = added(of, item, word_file("甲"))
    convened(of, item)
    assert asked(rules.can_read_paper, of.members[0], paper).ok
    only_missing("这份议题材料没有向您开放。", rules.can_read_paper, stranger, paper)
    with pytest.raises(Refused, match="没有向您开放"):
        agenda.read_paper(actor=stranger, reason="阅读", paper=paper)
    assert_refused("meetings.read_paper", actor=stranger)
    assert agenda.read_paper(actor=of.members[0], reason="阅读", paper=paper).person == of.members[0]
    assert PaperReceipt.objects.count() == 1
