"""Requests in the browser's terms: what each reader gets through pages, lists, search, exports, history and files."""

import io
from datetime import timedelta
from urllib.parse import urlencode

import pytest
import time_machine
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from docx import Document

from admissions.accounts.enums import Role
from admissions.accounts.models import User
from admissions.core import glyphs
from tests.factories.accounts import PASSWORD, UserFactory, user_with
from tests.factories.meetings import MatterFactory, body, proposed, sitting
from tests.factories.recusal import fact_about
from tests.factories.requests import (
    ASKING,
    ReportFactory,
    drafted,
    fresh,
    instructed,
    line,
    matter,
    received,
    say,
    sent,
    sign,
    signed,
    submitted,
)
from tests.factories.seasons import InstitutionFactory
from tests.factories.workgroups import WorkGroupFactory
from tests.trail import assert_recorded, assert_refused
from workgroups.followups.services import assign_task
from workgroups.groups.enums import GroupKind
from workgroups.meetings.models import AgendaItem
from workgroups.meetings.services.agenda import recuse_from_item
from workgroups.requests.enums import DocumentKind
from workgroups.requests.models import LedgerMark, OralInstruction, ReportableMatter, ReportDuty, Submission
from workgroups.requests.rules import newest
from workgroups.requests.services import duties, submissions

pytestmark = pytest.mark.django_db
SECRET = "示密院校追加计划"


@pytest.fixture(autouse=True)
def no_second_factor(settings):
    settings.MFA_REQUIRED = False


def as_(person):
    client = Client()
    client.force_login(User.objects.get(pk=person.pk))
    return client


def url(name, *args):
    return reverse(name, args=args)


def text_of(response):
    return response.content.decode()


def words_in(response):
    return "\n".join(paragraph.text for paragraph in Document(io.BytesIO(response.content)).paragraphs)


def send_form(client, address, data):
    """As a browser sends a form without files."""
    return client.post(address, urlencode(data), content_type="application/x-www-form-urlencoded")


def posted(client, address, data):
    """With the revision the opened page showed."""
    page = text_of(client.get(address))
    seen = [part.split('"')[0] for part in page.split('name="seen:')[1:]]
    values = {f"seen:{name}": page.split(f'name="seen:{name}" value="')[1].split('"')[0] for name in seen}
    return send_form(client, address, {**values, **data})


LISTS = ("requests:list", "requests:report-duties", "requests:instructions", "followups:list", "requests:letter-codes")


class TestWithheld:
    """A request about an institution, answered, with a task, a duty and an instruction about it."""

    @pytest.fixture
    def scene(self):
        of = line()
        school = InstitutionFactory(name="示密大学")
        about = {"institution": school}
        urgent = ReportFactory(code="outage", name="系统中断情况报告", chain_hours=2)
        duty = duties.open_duty(
            actor=of.member, reason="登记", group=of.group, matter=urgent, what=f"{SECRET}一事", about=about,
            happened_at=timezone.now(),
        )  # fmt: skip
        row = received(of, text={"title": f"{SECRET}的请示", "body": f"{SECRET}的情况"}, about=about)
        reply = say(of, row, "agree", f"同意{SECRET}。")
        task = assign_task(
            actor=of.clerk, reason="交办", origin=reply, what=f"{SECRET}的落实", assignee=of.head, acceptor=of.chief,
            due_on=timezone.localdate(),
        )  # fmt: skip
        said = instructed(of, text=f"{SECRET}先放一放", about=about)
        told = sent(of, urgent, text={"title": f"{SECRET}首报"}, duty=duty)
        return of, school, fresh(row), reply, task, said, fresh(duty), told

    def test_the_recused_find_it_nowhere(self, scene):
        of, school, row, reply, task, said, duty, told = scene
        for user in (of.member, of.head, of.clerk, of.chief, of.supervisor):
            fact_about(user, of.season, kind="institution", key=school.pk)
            client = as_(user)
            addresses = [url(name) for name in LISTS] + [reverse("home"), url("requests:draft", "report")]
            addresses += [f"{url(name)}?q={SECRET}&export=csv&purpose=work" for name in LISTS] + [
                f"{url(n)}?q={SECRET}" for n in LISTS
            ]
            for address in addresses:
                response = client.get(address)
                typed = 2 if "q=" in address and "export" not in address else 0
                assert text_of(response).count(SECRET) <= typed, (user, address)
            for name, pk in (
                ("requests:one", row.pk), ("requests:docx", row.pk), ("requests:pdf", row.pk), ("requests:one", told.pk),
                ("requests:continue", told.pk), ("followups:one", task.pk), ("followups:hand-on", task.pk),
                ("requests:instruction", said.pk), ("requests:report-duty", duty.pk), ("requests:withdraw", told.pk),
            ):  # fmt: skip
                assert client.get(url(name, pk)).status_code == 404, name
            assert client.get(url("followups:assign", "reply", reply.pk)).status_code == 404
            for record in (row, reply, task, said, duty, newest(row)):
                page = client.get(reverse("audit:record", args=[record._meta.label_lower, record.pk]))
                assert page.status_code == 404

    def test_counts_tell_the_recused_nothing(self, scene):
        of, school, *_ = scene
        assert "共 2 件" in text_of(as_(of.member).get(url("requests:list")))
        fact_about(of.member, of.season, kind="institution", key=school.pk)
        assert "共 2 件" not in text_of(as_(of.member).get(url("requests:list")))
        assert "还没有您可以看到的请示报告" in text_of(as_(of.member).get(url("requests:list")))

    def test_the_others_do(self, scene):
        of, _, row, _, task, said, duty, told = scene
        client = as_(of.member)
        page = text_of(client.get(url("requests:one", row.pk)))
        assert f"同意{SECRET}。" in page
        assert "示密大学" in page
        for name, record in (
            ("followups:one", task),
            ("requests:instruction", said),
            ("requests:report-duty", duty),
            ("requests:one", told),
        ):
            assert SECRET in text_of(client.get(url(name, record.pk))), name
        assert SECRET in text_of(client.get(f"{url('requests:list')}?export=csv&purpose=work"))

    def test_another_group_and_its_supervisor_find_nothing(self, scene):
        of, _, row, reply, task, said, duty, told = scene
        other = WorkGroupFactory(season=of.season, name="邻组", kind=GroupKind.PETITION, parent=of.above)
        strangers = (
            UserFactory(),
            user_with(Role.SUPERVISOR, season=of.season, group=other),
            user_with(Role.SECRETARIAT),
        )
        for user in strangers:
            client = as_(user)
            for name in LISTS:
                assert SECRET not in text_of(client.get(f"{url(name)}?export=csv&purpose=work")), name
            for name, record in (
                ("requests:one", row), ("requests:docx", told), ("followups:one", task), ("requests:instruction", said),
                ("requests:report-duty", duty),
            ):  # fmt: skip
                assert client.get(url(name, record.pk)).status_code == 404, name
            assert client.get(url("followups:assign", "reply", reply.pk)).status_code == 404


class TestTheAddressee:
    def test_sees_nothing_before_it_is_sent(self):
        of = line()
        row = signed(of, text={"title": SECRET})
        client = as_(of.clerk)
        assert client.get(url("requests:one", row.pk)).status_code == 404
        assert SECRET not in text_of(client.get(url("requests:list")))
        submissions.send(actor=of.member, reason="报送", submission=row)
        assert SECRET in text_of(client.get(url("requests:list")))

    def test_never_reads_a_draft_of_a_later_version(self):
        of = line()
        row = received(of)
        submissions.revise(actor=of.member, reason="补充", submission=fresh(row))
        submissions.change_draft(
            actor=of.member, reason="改", submission=fresh(row), urgency="normal",
            text={**ASKING, "title": SECRET, "body": SECRET, "opinion": SECRET}, change=SECRET,
        )  # fmt: skip
        client = as_(of.clerk)
        pages = [url("requests:one", row.pk), url("requests:list"), f"{url('requests:list')}?export=csv&purpose=work"]
        for address in pages:
            response = client.get(address)
            assert (response.status_code, SECRET in text_of(response)) == (200, False), address
        assert ASKING["body"] in text_of(client.get(pages[0]))
        assert SECRET not in words_in(client.get(url("requests:docx", row.pk)))
        draft = newest(row)
        assert client.get(reverse("audit:record", args=["requests.submissionversion", draft.pk])).status_code == 404
        assert SECRET in text_of(as_(of.member).get(pages[0]))

    def test_never_reads_how_the_drafts_went_to_and_fro(self):
        of = line()
        row = submitted(of)
        submissions.take_back(actor=of.head, reason=SECRET, submission=fresh(row))
        submissions.submit(actor=of.member, reason="再送签", submission=fresh(row))
        submissions.send(actor=of.member, reason="报送", submission=sign(of, row))
        history = reverse("audit:record", args=["requests.submission", row.pk])
        for user, status, told in ((of.member, 200, True), (of.supervisor, 200, True), (of.clerk, 404, False)):
            client = as_(user)
            page = text_of(client.get(url("requests:one", row.pk)))
            assert (SECRET in page, "“报送”" in page) == (told, True)
            assert client.get(history).status_code == status


class TestActs:
    def test_a_request_through_the_forms(self):
        of = line()
        about = matter()
        client = as_(of.member)
        address = url("requests:draft", "request")
        data = {
            "group": of.group.pk, "matter": about.pk, "urgency": "urgent", "title": "关于值守的请示", "body": "人手不足。",
            "opinion": "拟增加一人。", "options": "增加一人\n不增加", "subject_person": "", "institution": "", "id_number": "",
        }  # fmt: skip
        response = client.post(address, {**data, "options": "增加一人"})
        assert response.status_code == 422
        assert "两个以上备选方案" in text_of(response)
        client.post(address, data)
        row = Submission.objects.get()
        assert (row.addressee, row.urgency, newest(row).options) == (of.above, "urgent", ["增加一人", "不增加"])
        posted(client, url("requests:submit", row.pk), {})
        head = as_(of.head)
        page = text_of(head.get(url("requests:sign", row.pk)))
        assert "拟增加一人。" in page
        digest = page.split('name="seen_digest" value="')[1].split('"')[0]
        wrong = posted(head, url("requests:sign", row.pk), {"seen_digest": digest, "own_password": "x"})
        assert "口令不正确" in text_of(wrong)
        posted(head, url("requests:sign", row.pk), {"seen_digest": digest, "own_password": PASSWORD})
        assert fresh(row).number == f"演录管〔{timezone.localdate().year}〕1号"
        posted(client, url("requests:send", row.pk), {})
        clerk = as_(of.clerk)
        posted(clerk, url("requests:receive", row.pk), {})
        moment = timezone.localtime().strftime("%Y-%m-%dT%H:%M")
        data = {"kind": "agree", "text": "同意增加一人。", "said_by": of.chief.pk, "said_at": moment}
        assert posted(clerk, url("requests:reply", row.pk), data).status_code == 302
        page = text_of(client.get(url("requests:one", row.pk)))
        assert "同意增加一人。" in page
        assert f"由{of.clerk.name}代录" in page
        assert "“批复”" in page

    def test_signs_that_no_font_shows_are_named_before_it_is_signed(self, monkeypatch):
        monkeypatch.setattr(glyphs, "_shown", lambda: frozenset(map(ord, "𠮷")))
        of = line()
        row = submitted(of, text={"title": "关于𠮷示的请示", "body": "𪚥示调入。"})
        page = text_of(as_(of.head).get(url("requests:sign", row.pk)))
        assert "服务器的字体里没有𪚥（U+2A6A5），" in page
        plain = submitted(of, text={"title": "关于𠮷示的请示"})
        assert "服务器的字体里没有" not in text_of(as_(of.head).get(url("requests:sign", plain.pk)))

    def test_a_report_that_asks_is_bounced_with_what_to_do(self):
        of = line()
        about = matter(DocumentKind.REPORT)
        data = {"group": of.group.pk, "matter": about.pk, "urgency": "normal", "title": "关于中断的报告"}
        response = as_(of.member).post(url("requests:draft", "report"), {**data, "body": "已中断。可否延长？"})
        assert response.status_code == 422
        assert "单独写成请示" in text_of(response)
        assert not Submission.objects.exists()

    def test_a_double_click_acts_once(self):
        of = line()
        row = signed(of)
        client, address = as_(of.member), url("requests:send", row.pk)
        name = f"seen:requests.submission:{row.pk}"
        first = send_form(client, address, {name: row.revision})
        second = send_form(client, address, {name: row.revision})
        assert (first.status_code, second.status_code) == (302, 403)
        assert "已报送" in text_of(second)
        assert_recorded("requests.send", target=row)
        assert_refused("requests.send", target=row)

    def test_who_is_slower_reads_who_was_faster(self):
        of = line()
        row = drafted(of)
        seen = {f"seen:requests.submission:{row.pk}": row.revision}
        data = {**ASKING, "options": "甲\n乙", "urgency": "normal"}
        assert send_form(as_(of.member), url("requests:change", row.pk), {**seen, **data}).status_code == 302
        late = send_form(as_(of.head), url("requests:change", row.pk), {**seen, **data, "opinion": "改"})
        assert late.status_code == 422
        assert f"已由他人处理：{of.member.name}" in text_of(late)
        assert newest(row).opinion == ASKING["opinion"]

    def test_no_form_is_opened_by_who_may_not(self):
        of = line()
        row = submitted(of)
        response = as_(of.member).get(url("requests:sign", row.pk))
        assert response.status_code == 403
        assert "不是录取管理组的组长" in text_of(response)
        as_(of.member).post(url("requests:sign", row.pk), {})
        assert_refused("requests.sign", actor=of.member)

    def test_bad_addresses(self):
        of = line()
        client = as_(of.member)
        assert client.get(url("requests:draft", "letter")).status_code == 404
        assert client.get(f"{url('requests:draft', 'request')}?matter=x&duty=99999&group=").status_code == 200
        assert client.get(f"{url('requests:list')}?status=nonsense&group=abc&late=1").status_code == 200

    def test_a_duty_leads_into_its_report(self):
        of = line()
        about = matter(DocumentKind.REPORT)
        client = as_(of.member)
        moment = timezone.localtime().strftime("%Y-%m-%dT%H:%M")
        data = {"group": of.group.pk, "matter": about.pk, "what": "网络中断", "happened_at": moment}
        client.post(url("requests:report-duty-open"), data)
        duty = ReportDuty.objects.get()
        page = text_of(client.get(url("requests:report-duty", duty.pk)))
        assert "起草报告" in page
        address = f"{url('requests:draft', 'report')}?duty={duty.pk}&matter={about.pk}&group={of.group.pk}"
        assert f'<option value="{duty.pk}" selected>' in text_of(client.get(address))
        data = {
            "group": of.group.pk,
            "matter": about.pk,
            "duty": duty.pk,
            "urgency": "normal",
            "title": "报",
            "body": "情况",
        }
        client.post(url("requests:draft", "report"), data)
        assert Submission.objects.get().duty == duty

    def test_an_oral_instruction_through_the_forms(self):
        of = line()
        moment = timezone.localtime().strftime("%Y-%m-%dT%H:%M")
        data = {
            "group": of.group.pk,
            "instructor": of.chief.pk,
            "said_at": moment,
            "channel": "phone",
            "text": "先停一下。",
        }
        client = as_(of.member)
        assert client.post(url("requests:instruction-record"), {**data, "said_at": ""}).status_code == 422
        client.post(url("requests:instruction-record"), data)
        row = OralInstruction.objects.get()
        assert "尚未确认" in text_of(client.get(url("requests:instruction", row.pk)))
        chief = as_(of.chief)
        assert posted(chief, url("requests:instruction-dispute", row.pk), {"reason": ""}).status_code == 422
        posted(chief, url("requests:instruction-confirm", row.pk), {})
        assert "可以：指示人已确认" in text_of(client.get(url("requests:instruction", row.pk)))

    def test_the_rule_editor_keeps_the_list(self):
        editor = as_(user_with(Role.RULE_EDITOR))
        data = {
            "code": "x", "name": "新事项", "kind": "report", "body": "leading", "owner": "", "trigger": "season.open",
            "timing": "after", "hours": 4, "reply_hours": 0, "chain_hours": 0, "urgency": "normal", "clause": "",
            "reason": "登记",
        }  # fmt: skip
        wrong = editor.post(url("requests:reportable-add"), {**data, "kind": "request"})
        assert "请示须有批复时限" in text_of(wrong)
        assert editor.post(url("requests:reportable-add"), {**data, "trigger": "no.such"}).status_code == 422
        editor.post(url("requests:reportable-add"), data)
        row = ReportableMatter.objects.get()
        assert row.trigger == "season.open"
        assert "开启录取季" in text_of(editor.get(url("requests:reportables")))
        before = row.since
        posted(editor, url("requests:reportable-change", row.pk), {**data, "trigger": "season.close"})
        assert fresh(row).since > before
        posted(editor, url("requests:reportable-retire", row.pk), {"reason": "不再需要"})
        assert fresh(row).is_retired
        assert as_(UserFactory()).post(url("requests:reportable-add"), data).status_code == 403


class TestLists:
    def titles(self, client, query):
        page = text_of(client.get(f"{url('requests:list')}?{query}"))
        return {title for title in ("甲件", "乙件", "丙件") if title in page}

    def test_filters(self):
        of = line()
        for title, make in (("甲件", drafted), ("乙件", sent), ("丙件", received)):
            make(of, text={"title": title}, **({"about": {}} if make is drafted else {}))
        say(of, Submission.objects.get(title="丙件"))
        member, clerk = as_(of.member), as_(of.clerk)
        assert self.titles(member, "") == {"甲件", "乙件", "丙件"}
        assert self.titles(member, "direction=out") == {"甲件", "乙件", "丙件"}
        assert self.titles(member, "direction=in") == set()
        assert self.titles(clerk, "direction=in") == {"乙件", "丙件"}
        assert self.titles(member, "status=draft") == {"甲件"}
        assert self.titles(member, "q=丙") == {"丙件"}
        assert self.titles(member, "q=2号") == {"丙件"}
        assert self.titles(member, "kind=report") == set()
        assert self.titles(member, "late=due") == {"乙件"}
        with time_machine.travel(timezone.now() + timedelta(hours=25), tick=False):
            assert self.titles(as_(of.member), "late=late") == {"乙件"}

    def test_missed_duties_are_red_and_found(self):
        of = line()
        duties.open_duty(
            actor=of.member, reason="登记", group=of.group, matter=matter(DocumentKind.REPORT), what="网络中断",
            happened_at=timezone.now() - timedelta(hours=30),
        )  # fmt: skip
        page = text_of(as_(of.head).get(f"{url('requests:report-duties')}?state=missed"))
        assert "网络中断" in page
        assert "chip-danger" in page
        assert "网络中断" not in text_of(as_(of.head).get(f"{url('requests:report-duties')}?state=open"))


class TestPaper:
    def test_the_signed_text_number_signer_and_reader(self):
        of = line()
        row = received(of)
        say(of, row, "agree", "同意，照此办理。")
        words = words_in(as_(of.clerk).get(url("requests:docx", row.pk)))
        for part in (
            "录取管理组文件", row.number, f"签发人：{of.head.name}", ASKING["title"], "领导小组：", "方案一：每班增加一人",
            "妥否，请批复。", "同意，照此办理。", newest(row).digest, of.clerk.username,
        ):  # fmt: skip
            assert part in words, part
        assert_recorded("trail.read", actor=of.clerk, target=row, outcome="read")

    def test_nothing_signed_no_paper(self):
        of = line()
        row = submitted(of)
        assert as_(of.member).get(url("requests:docx", row.pk)).status_code == 404
        assert "下载 Word 版" not in text_of(as_(of.member).get(url("requests:one", row.pk)))


@pytest.mark.django_db(transaction=True)
def test_the_mark_waits_for_transactions_that_still_run():
    running = connections.create_connection("default")
    try:
        running.set_autocommit(False)
        with running.cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id()::text::bigint")
            mine = cursor.fetchone()[0]
        duties.open_duties()
        assert LedgerMark.objects.get().txid <= mine
    finally:
        running.rollback()
        running.close()


def test_an_item_its_body_cannot_decide_leads_to_a_drafted_request():
    of = body(3)
    item = proposed(of, MatterFactory(recusal_counting="counts"), title="追加计划")
    sitting(of, item)
    for person in of.members:
        recuse_from_item(actor=person, reason="亲属", item=AgendaItem.objects.get(pk=item.pk))
    client = Client()
    client.force_login(of.head)
    page = client.get(reverse("meetings:item", args=[item.pk])).content.decode()
    address = f"{reverse('requests:draft', args=['request'])}?item={item.pk}"
    assert address in page
    form = client.get(address).content.decode()
    assert "关于请求指定人员审议“追加计划”的请示" in form
    client.force_login(of.members[0])
    assert "追加计划" not in client.get(address).content.decode()
