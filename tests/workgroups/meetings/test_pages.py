"""Meetings in the browser's terms: what each reader gets, through pages, live part, files, exports and search."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from docx import Document

from admissions.accounts.identity import keyed_digest
from admissions.accounts.models import User
from admissions.core.todos import remember_count
from tests.factories.accounts import PASSWORD, UserFactory
from tests.factories.meetings import (
    PDF,
    MatterFactory,
    body,
    convened,
    decided,
    opened,
    prepared,
    proposed,
    resolved,
    seat,
    sitting,
    stated,
    upload,
)
from tests.factories.recusal import id_number
from tests.trail import assert_recorded
from workgroups.meetings.enums import RemarkKind
from workgroups.meetings.models import AgendaItem, Paper, PaperReceipt, Position, Tally
from workgroups.meetings.services import agenda, decisions, minutes, sittings, supervision
from workgroups.meetings.views import meetings as meeting_views

pytestmark = pytest.mark.django_db
SECRET = "示密院校追加"


@pytest.fixture(autouse=True)
def private_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.MFA_REQUIRED = False


def as_(person):
    client = Client()
    client.force_login(User.objects.get(pk=person.pk))
    return client


def url(name, *args):
    return reverse(name, args=args)


def text_of(response):
    return response.content.decode()


class TestWithheld:
    """A member recused from one item of a meeting that is over, with a paper, a resolution and sealed minutes."""

    @pytest.fixture
    def scene(self):
        of = body(4)
        item = proposed(of, title=SECRET, proposal=f"{SECRET}的内容")
        agenda.recuse_from_item(actor=of.secretary, reason="亲属任职", item=item, person=of.members[0])
        paper = agenda.add_paper(
            actor=of.secretary, reason="上传", item=item, title=f"{SECRET}测算", change="", incoming=upload()
        )
        sitting(of, item)
        item = decisions.open_item(actor=of.head, reason="审议", item=AgendaItem.objects.get(pk=item.pk))
        for person in [*of.members[1:], of.head]:
            stated(item, person)
        decisions.decide(actor=of.head, reason="宣布", item=item)
        supervision.give_remark(actor=of.supervisor, reason="", item=item, kind=RemarkKind.NONE)
        resolution = decisions.issue_resolution(actor=of.secretary, reason="形成", item=item, text=f"同意{SECRET}。")
        sittings.close_meeting(actor=of.head, reason="闭会", meeting=item.meeting)
        report = minutes.narrate_minutes(
            actor=of.head, reason="编写", minutes=item.meeting.minutes, narrative="会议按议程进行。"
        )
        return of, item, paper, resolution, report

    def test_the_recused_finds_it_nowhere(self, scene):
        of, item, paper, resolution, report = scene
        client = as_(of.members[0])
        pages = [
            url("meetings:list"), url("meetings:one", item.meeting_id), url("meetings:live", item.meeting_id), url("meetings:items"),
            f"{url('meetings:items')}?q={SECRET}&export=csv&purpose=work", url("meetings:resolutions"), f"{url('meetings:resolutions')}?q={SECRET}",
            url("followups:list"), url("meetings:minutes", report.pk), reverse("home"),
        ]  # fmt: skip
        for page in pages:
            response = client.get(page)
            assert response.status_code == 200, page
            # The typed search word may be repeated in the form, nothing else.
            assert text_of(response).count(SECRET) <= (2 if "q=" in page else 0), page
        for name, pk in (
            ("meetings:item", item.pk),
            ("meetings:paper", paper.pk),
            ("meetings:resolution", resolution.pk),
            ("meetings:item-state", item.pk),
        ):
            assert client.get(url(name, pk)).status_code == 404, name
        document = Document(io.BytesIO(client.get(url("meetings:minutes-docx", report.pk)).content))
        words = "\n".join(paragraph.text for paragraph in document.paragraphs)
        assert SECRET not in words
        assert "另有1项议题" in words

    def test_everybody_else_does(self, scene):
        of, item, paper, _, report = scene
        client = as_(of.members[1])
        assert SECRET in text_of(client.get(url("meetings:one", item.meeting_id)))
        assert SECRET in text_of(client.get(url("meetings:minutes", report.pk)))
        assert "用途" in text_of(client.get(url("meetings:paper", paper.pk)))
        assert not PaperReceipt.objects.filter(person=of.members[1]).exists()
        response = client.get(url("meetings:paper", paper.pk), {"purpose": "work"})
        assert b"".join(response.streaming_content) == PDF
        client.get(url("meetings:paper", paper.pk), {"purpose": "work"})
        assert PaperReceipt.objects.filter(paper=paper, person=of.members[1]).count() == 1

    def test_the_word_file_has_the_facts_and_names_its_reader(self, scene):
        of, _, _, _, report = scene
        content = as_(of.members[1]).get(url("meetings:minutes-docx", report.pk)).content
        words = "\n".join(paragraph.text for paragraph in Document(io.BytesIO(content)).paragraphs)
        assert f"回避：{of.members[0].name}。" in words
        assert "会议按议程进行。" in words
        assert "出席：" in words
        assert of.members[1].username in words

    def test_a_stranger_of_the_house_sees_no_meeting(self, scene):
        _, item, *_ = scene
        client = as_(UserFactory())
        assert client.get(url("meetings:one", item.meeting_id)).status_code == 404
        assert client.get(url("meetings:live", item.meeting_id)).status_code == 404
        assert item.meeting.title not in text_of(client.get(url("meetings:list")))


class TestLivePage:
    def test_unchanged_is_an_empty_answer_and_a_position_changes_it(self):
        of = body(3)
        item = opened(of, proposed(of))
        client = as_(of.members[1])
        page = text_of(client.get(url("meetings:one", item.meeting_id)))
        address = page.split('hx-get="')[1].split('"')[0].replace("&amp;", "&")
        assert client.get(address).status_code == 204
        stated(item, of.members[0])
        response = client.get(address)
        assert response.status_code == 200
        assert "已表态（封存）" in text_of(response)

    @pytest.mark.parametrize("name", ["meetings:one", "meetings:live"])
    def test_what_happens_while_a_page_is_drawn_is_shown_by_the_next_look(self, monkeypatch, name):
        of = body(3)
        item = opened(of, proposed(of))
        client = as_(of.members[1])
        draw = meeting_views.floor_of

        def meanwhile(*given):
            drawn = draw(*given)
            if not Position.objects.exists():
                stated(item, of.members[0])
            return drawn

        monkeypatch.setattr(meeting_views, "floor_of", meanwhile)
        page = text_of(client.get(url(name, item.meeting_id)))
        assert "已表态（封存）" not in page
        address = page.split('hx-get="')[1].split('"')[0].replace("&amp;", "&")
        response = client.get(address)
        assert response.status_code == 200
        assert "已表态（封存）" in text_of(response)

    def test_a_sealed_position_is_shown_to_nobody_else(self):
        of = body(3)
        item = opened(of, proposed(of))
        stated(item, of.members[0], "disagree", "示封存理由")
        for person in (of.members[1], of.head, of.supervisor, of.secretary):
            assert "示封存理由" not in text_of(as_(person).get(url("meetings:item", item.pk)))
        assert "示封存理由" in text_of(as_(of.members[0]).get(url("meetings:item", item.pk)))
        stated(item, of.members[1])
        stated(item, of.head)
        assert "示封存理由" in text_of(as_(of.members[1]).get(url("meetings:item", item.pk)))

    def test_nor_is_it_in_the_timeline(self):
        of = body(3)
        item = opened(of, proposed(of))
        position = stated(item, of.members[0], "disagree", "示封存理由")
        address = reverse("audit:record", args=["meetings.position", position.pk])
        assert "示封存理由" not in text_of(as_(of.supervisor).get(address))


class TestForms:
    def test_a_member_states_a_position_and_the_head_waits(self):
        of = body(3)
        item = opened(of, proposed(of))
        response = as_(of.head).get(url("meetings:item-state", item.pk))
        assert response.status_code == 403
        assert "先表态" in text_of(response)
        response = as_(of.members[0]).post(url("meetings:item-state", item.pk), {"stance": "disagree", "text": ""})
        assert response.status_code == 422
        assert "请写明不同意的理由" in text_of(response)
        response = as_(of.members[0]).post(url("meetings:item-state", item.pk), {"stance": "agree", "text": ""})
        assert response.status_code == 302
        assert Position.objects.get().entered_by == of.members[0]

    def test_a_browser_gets_the_receipt_at_once(self):
        of = body(3)
        item = opened(of, proposed(of))
        client, quietly = as_(of.members[0]), {"HX-Request": "true"}
        answers = {"stance": "disagree", "text": ""}
        response = client.post(url("meetings:item-state", item.pk), answers, headers=quietly)
        assert (response.status_code, Position.objects.count()) == (422, 0)
        response = client.post(url("meetings:item-state", item.pk), answers | {"text": "编制不足"}, headers=quietly)
        assert response.status_code == 200
        assert "<html" not in text_of(response)
        for words in (f"已表态：{item.title}", "不同意", "编制不足", url("meetings:one", item.meeting_id)):
            assert words in text_of(response)
        assert Position.objects.get().seat == seat(item.meeting, of.members[0])

    def test_the_receipt_stays_away_from_a_redirect(self):
        """Entering for a member leads on to the item: a fragment must not be fetched from there."""
        of = body(3)
        item = opened(of, proposed(of))
        answers = {"seat": seat(item.meeting, of.members[0]).pk, "stance": "agree", "text": ""}
        response = as_(of.secretary).post(url("meetings:item-enter", item.pk), answers, headers={"HX-Request": "true"})
        assert response.status_code == 200
        assert response.headers["HX-Redirect"] == url("meetings:item", item.pk)
        assert Position.objects.get().entered_by == of.secretary

    def test_the_result_needs_the_password_and_nothing_missing(self):
        of = body(3)
        item = opened(of, proposed(of))
        stated(item, of.members[0])
        assert "还需" in text_of(as_(of.head).get(url("meetings:item-decide", item.pk)))
        stated(item, of.members[1])
        stated(item, of.head)
        client = as_(of.head)
        assert client.post(url("meetings:item-decide", item.pk), {"own_password": "错"}).status_code == 422
        assert client.post(url("meetings:item-decide", item.pk), {"own_password": PASSWORD}).status_code == 302
        assert Tally.objects.get().outcome == "passed"

    def test_an_old_page_after_the_result_takes_nothing(self):
        of = body(3)
        item = decided(of, proposed(of))
        response = as_(of.members[0]).post(url("meetings:item-state", item.pk), {"stance": "agree", "text": ""})
        assert response.status_code == 403
        assert "现在不能表态" in text_of(response)
        assert Position.objects.filter(item=item).count() == 3

    def test_a_paper_is_uploaded_and_a_program_is_not(self):
        of = body(3)
        item = proposed(of)
        client = as_(of.secretary)

        def post(name, content):
            file = SimpleUploadedFile(name, content)
            return client.post(
                url("meetings:item-paper", item.pk), {"title": "测算", "change": "", "reason": "会前", "file": file}
            )

        response = post("测算.pdf", b"MZ\x90\x00 not a document")
        assert response.status_code == 422
        assert Paper.objects.count() == 0
        assert post("测算.pdf", PDF).status_code == 302
        assert Paper.objects.get().version == 1

    def test_a_candidates_number_is_kept_as_digest_only(self):
        of = body(3)
        matter = MatterFactory()
        number = id_number(7)
        response = as_(of.secretary).post(
            url("meetings:item-propose"),
            {
                "group": of.group.pk, "matter": matter.pk, "title": "个案", "proposal": "拟同意。", "presenter": of.secretary.pk,
                "id_number": number, "reason": "来函",
            },
        )  # fmt: skip
        assert response.status_code == 302, text_of(response)
        item = AgendaItem.objects.get()
        assert item.candidate_digest == keyed_digest(number)
        assert number not in text_of(as_(of.secretary).get(url("meetings:item", item.pk)))

    def test_a_closing_without_the_supervisors_word_says_who_is_missing(self):
        of = body(3)
        item = decided(of, proposed(of))
        response = as_(of.head).get(url("meetings:close", item.meeting_id))
        assert response.status_code == 403
        assert of.supervisor.name in text_of(response)

    def test_the_minutes_wait_for_everybody_who_attended(self):
        of = body(2)
        item = decided(of, proposed(of))
        supervision.give_remark(actor=of.supervisor, reason="", item=item, kind=RemarkKind.NONE)
        sittings.close_meeting(actor=of.head, reason="闭会", meeting=item.meeting)
        report = minutes.circulate_minutes(actor=of.head, reason="送核", minutes=item.meeting.minutes)
        for person, correction in ((of.members[0], ""), (of.supervisor, "第二段时间有误，应为上午。")):
            response = as_(person).post(url("meetings:minutes-confirm", report.pk), {"correction": correction})
            assert response.status_code == 302
        refused = as_(of.head).get(url("meetings:minutes-seal", report.pk))
        assert refused.status_code == 403
        assert of.head.name in text_of(refused)
        as_(of.head).post(url("meetings:minutes-confirm", report.pk), {"correction": ""})
        assert as_(of.head).post(url("meetings:minutes-seal", report.pk), {"reason": "核对完毕"}).status_code == 302
        event = assert_recorded("meetings.seal_minutes", actor=of.head)
        assert event.target_label


class TestTodos:
    def test_each_person_is_told_what_to_do(self):
        of = body(3)
        item = opened(of, proposed(of))
        assert "去表态" in text_of(as_(of.members[0]).get(reverse("home")))
        assert "去表态" not in text_of(as_(of.head).get(reverse("home")))
        stated(item, of.members[0])
        stated(item, of.members[1])
        stated(item, of.head)
        decisions.decide(actor=of.head, reason="宣布", item=AgendaItem.objects.get(pk=item.pk))
        assert "填写监督意见" in text_of(as_(of.supervisor).get(reverse("home")))


class TestLists:
    def test_as_many_queries_for_many_rows_as_for_one(self):
        of = body(2)
        resolved(of, proposed(of))
        client = as_(of.secretary)
        names = ["meetings:list", "meetings:items", "meetings:resolutions", "followups:list", "meetings:matters"]

        def queries(name):
            remember_count(of.secretary, [])  # for a minute, which a slow machine may need for the rows
            with CaptureQueriesContext(connection) as captured:
                assert client.get(url(name)).status_code == 200
            return len(captured)

        assert all(map(queries, names))  # what is read once per process is read now
        few = {name: queries(name) for name in names}
        for number in range(30):
            prepared(of, f"会议{number}")
            proposed(of, MatterFactory(code=f"m{number}", name=f"事项{number}"), title=f"议题{number}")
        assert {name: queries(name) for name in names} == few

    def test_the_meeting_page_costs_the_same_for_many_members(self):
        few, many = body(3), body(40)
        costs = []
        for number, of in enumerate((few, many)):
            meeting = convened(of, proposed(of, title=f"议题{number}"), title=f"会议{number}")
            client = as_(of.secretary)
            client.get(url("meetings:one", meeting.pk))
            with CaptureQueriesContext(connection) as captured:
                client.get(url("meetings:one", meeting.pk))
            costs.append(len(captured))
            assert seat(meeting, of.head)
        assert costs[0] == costs[1]
