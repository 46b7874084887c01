"""Requests in a real browser: long titles, attachments, a reply to be confirmed, many tasks, at both sizes."""

from datetime import timedelta
from itertools import product

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.browser.test_frame import SIDEWAYS, SIZES, console_of, sign_in, violations
from tests.factories.accounts import UserFactory
from tests.factories.followups import task_row
from tests.factories.requests import ReportFactory, drafted, instructed, line, received, say, sent, submitted
from tests.factories.workgroups import AppointmentFactory, PostFactory, WorkGroupFactory, leader_of
from tests.trail import setting_up
from workgroups.followups.services import assign_task
from workgroups.requests.services.calls import record_call

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LONG = (
    "关于征集志愿填报期间夜间咨询量大幅增加、值守人员连续数晚未能轮休、拟临时增派人员并调整交接班时间等有关事项的请示"
)
FILES = ("夜间咨询和系统巡检任务量统计表及近三年同期对比情况说明", "值守排班方案")


def url(name, *args):
    return reverse(name, args=args)


@pytest.fixture
def of(settings):
    settings.MFA_REQUIRED = False
    return line()


def scene(of, tasks):
    answered = received(of, text={"title": LONG}, attached=FILES)
    reply = say(of, answered, "agree_noted", "原则同意方案一。调剂人员须先完成岗位培训。")
    task = assign_task(
        actor=of.clerk, reason="交办", origin=reply, what=f"{LONG}所涉人员调剂和岗前培训的落实", assignee=of.chief,
        acceptor=of.clerk, due_on=timezone.localdate() + timedelta(days=2),
    )  # fmt: skip
    with setting_up():
        for number in range(tasks):
            due = timezone.localdate() + timedelta(days=number - 10)
            task_row(reply, what=f"落实第{number}项", assignee=of.chief, acceptor=of.clerk, due_on=due)
    draft = drafted(of, text={"title": f"{LONG}（二）"}, attached=FILES)
    waiting = submitted(of, text={"title": "待签发的请示"}, attached=FILES)
    asked = received(of, text={"title": "待批复的请示"}, attached=FILES)
    sent(of, text={"title": "已报送的请示"})
    return answered, reply, task, draft, waiting, asked, instructed(of)


def urgent_one(of):
    """A first report of which one person could not be told and the next was, in a line of three groups."""
    of.above.parent = WorkGroupFactory(season=of.season, name="招生委员会")
    with setting_up():
        of.above.save()
    second = AppointmentFactory(
        post=PostFactory(group=of.above, name="副组长（信息安全和考生服务保障）", rank="deputy"),
        status="on_duty",
        person=UserFactory(name="阿卜杜拉·麦麦提江·买买提"),
    ).person
    leader_of(of.above.parent, status="on_duty")
    row = sent(
        of, ReportFactory(code="outage", name="系统中断情况报告", chain_hours=2), text={"title": "系统中断的首报"}
    )
    for person, outcome, note in (
        (of.chief, "unreached", "手机无人接听，已短信告知。"),
        (second, "told", "要求一小时内续报。"),
    ):
        record_call(
            actor=of.member, reason="逐级通知", submission=row, person=person, channel="phone", outcome=outcome,
            called_at=timezone.now(), note=note,
        )  # fmt: skip
    return row


def test_pages_are_clean(page, live_server, of):
    answered, reply, task, draft, waiting, asked, said = scene(of, 30)
    urgent = urgent_one(of)
    attachment = draft.versions.get().attachments.first()
    complaints = console_of(page)
    walks = {
        of.chief: [
            url("requests:one", answered.pk), url("requests:reply-confirm", reply.pk), url("requests:reply-dispute", reply.pk),
            url("followups:list"), f"{url('followups:list')}?q=没有这样的任务", url("followups:one", task.pk), url("requests:list"),
            url("requests:one", urgent.pk), url("requests:call", urgent.pk), url("requests:acknowledge", urgent.pk),
            url("requests:reply", asked.pk), url("requests:instruction", said.pk), url("requests:instructions"), reverse("home"),
        ],
        of.head: [
            url("requests:one", draft.pk), url("requests:attach", draft.pk), url("requests:attachment-remove", attachment.pk),
            url("requests:attachment", attachment.pk), url("requests:sign", waiting.pk), url("requests:change", draft.pk),
            url("requests:draft", "request"), url("requests:report-duties"), url("requests:letter-codes"), url("requests:reportables"),
        ],
    }  # fmt: skip
    for person, addresses in walks.items():
        page.context.clear_cookies()
        sign_in(page, live_server, person)
        for (width, height), address in product(SIZES, addresses):
            page.set_viewport_size({"width": width, "height": height})
            page.goto(live_server.url + address)
            assert (address, width, violations(page)) == (address, width, {})
            assert (address, width, page.evaluate(SIDEWAYS)) == (address, width, 0)
    assert [text for text in complaints if not text.startswith("[DOM]")] == []
