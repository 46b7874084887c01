"""A collective decision with everybody logged in at once, each at a window of their own."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.factories.files import pdf_file
from tests.factories.meetings import MatterFactory, body, its_time, prepared, proposed
from workgroups.meetings import tally
from workgroups.meetings.models import AgendaItem, Minutes, Paper, Tally

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PLAN, SHEET, PERSONNEL = "追加本科计划5名", "补投一名考生的批件", "增加录检复核岗位"


def path(name, *args):
    return reverse(name, args=args)


def item_called(title):
    return AgendaItem.objects.get(title=title)


def page_of(title):
    return path("meetings:item", item_called(title).pk)


def test_a_leading_group_decides(arrive, tmp_path):
    of = body(4)
    MatterFactory(prerequisites=["合规审查意见"])
    proposed(of, MatterFactory(code="sheet", name="例外事项批件"), title=SHEET, proposal="拟同意补投1名。")
    proposed(of, MatterFactory(code="personnel", name="工作人员调整"), title=PERSONNEL, proposal="拟增加1人。")
    meeting = prepared(of, "第一次会议")
    recused = of.members[2]
    prepare(arrive(of.secretary), of, meeting, recused, tmp_path)
    its_time(meeting)
    take_part(arrive, of, meeting, recused)
    decide_personnel(arrive, of, meeting)
    decide_sheet(arrive, of, meeting, recused)
    supervise_and_close(arrive, of, meeting)
    minutes(arrive, of, recused)
    follow_up(arrive, of)


def prepare(secretary, of, meeting, recused, tmp_path):
    secretary.open(path("meetings:item-propose")).submit(
        "提请", 决策机构="领导小组", 事项="招生计划调整", 议题=PLAN, 提请决定的内容="拟追加5名。",
        汇报人=[of.secretary.name], 事由="院校来函",
    )  # fmt: skip
    secretary.sees("还缺前置材料：合规审查意见")
    assert "列入议程" not in [link.inner_text().strip() for link in secretary.main.get_by_role("link").all()]
    paper = tmp_path / "考生情况.pdf"
    paper.write_bytes(pdf_file())
    secretary.open(page_of(SHEET)).follow("上传材料")
    secretary.submit("上传", 材料名称="考生情况", 文件=paper, 事由="供审议")
    for title in (SHEET, PERSONNEL):
        secretary.open(page_of(title)).follow("列入议程").submit("列入", 会议="第一次会议", 事由="列入议程")
    secretary.open(page_of(SHEET)).follow("登记回避").submit("登记回避", 回避人=[recused.name], 回避理由="本人亲属")
    secretary.open(path("meetings:one", meeting.pk)).follow("发出通知").submit("发出通知", 事由="议程已定").sees(
        "已通知"
    )


def take_part(arrive, of, meeting, recused):
    for person in (of.head, *of.members[:2], of.supervisor):
        attend(arrive(person), meeting)
    arrive(of.head).open(path("meetings:one", meeting.pk)).follow("宣布开会").submit("宣布开会", 事由="人员到齐").sees(
        "进行中"
    )
    # Two are not enough of four: the control is dead and the page says how many are missing.
    arrive(of.members[0]).open(path("meetings:one", meeting.pk)).follow("离席").submit("离席", 离席原因="接电话")
    arrive(of.members[1]).open(path("meetings:one", meeting.pk)).follow("离席").submit("离席", 离席原因="接电话")
    head = arrive(of.head).open(page_of(PERSONNEL)).sees("还需2人到会")
    assert head.main.get_by_role("link", name="开始审议").count() == 0
    for person in (of.members[0], of.members[1], recused):
        attend(arrive(person), meeting)
    head.open(page_of(PERSONNEL)).follow("开始审议").submit("开始审议", 事由="按议程")


def attend(person, meeting):
    person.open(path("meetings:one", meeting.pk)).follow("签到或请假").submit("登记", 到会情况="出席", 事由="到会")


def state(person, title, stance, text=""):
    person.open(path("meetings:item-state", item_called(title).pk))
    hand_in(person, stance, text)


def hand_in(person, stance, text=""):
    """The receipt takes the form's place without a new page."""
    person.fill(意见=text).main.get_by_label(stance, exact=True).check()
    person.main.get_by_role("button", name="提交表态").click()
    person.main.get_by_role("heading", name="已表态").wait_for()


def decide_personnel(arrive, of, meeting):
    first, second, third = (arrive(person) for person in of.members)
    head = arrive(of.head).open(path("meetings:one", meeting.pk))
    assert head.main.get_by_role("link", name="我来表态").count() == 0
    state(first, PERSONNEL, "暂缓", "须先明确经费来源")
    second.open(page_of(PERSONNEL)).sees("已表态（封存）").does_not_see("须先明确经费来源")
    state(second, PERSONNEL, "同意")
    third.open(path("meetings:item-state", item_called(PERSONNEL).pk)).main.get_by_label("不同意", exact=True).check()
    third.main.get_by_role("button", name="提交表态").click()
    third.main.get_by_text("请写明不同意的理由").first.wait_for()
    hand_in(third, "不同意", "编制不足")
    # Nobody has reloaded the head's page: the sealed positions have opened by themselves, and the deferral stands.
    head.page.get_by_text("须先明确经费来源").first.wait_for()
    assert head.main.get_by_role("link", name="我来表态").count() == 0
    head.open(page_of(PERSONNEL)).sees("暂缓条件尚未解除")
    head.follow("提请裁定条件已解决").submit("提请裁定", 条件如何得到解决="经费由院本部承担，已书面确认")
    second.open(page_of(PERSONNEL)).follow(f"表示意见：{of.members[0].name}的暂缓条件是否已解决")
    second.main.get_by_label("已解决", exact=True).check()
    second.submit("提交").sees("裁定条件已解决，暂缓解除")
    state(first, PERSONNEL, "同意")
    head.open(path("meetings:one", meeting.pk)).follow("我来表态")
    hand_in(head, "同意")
    head.open(page_of(PERSONNEL)).follow("宣布结果").sign("宣布结果")
    record = Tally.objects.get(item=item_called(PERSONNEL))
    assert tally.verify_tally(record.proof) == []
    second.open(page_of(PERSONNEL)).sees(record.sentence, "编制不足")


def decide_sheet(arrive, of, meeting, recused):
    apart = arrive(recused)
    paper = Paper.objects.get(item=item_called(SHEET))
    for address in (page_of(SHEET), path("meetings:paper", paper.pk), path("meetings:item-state", paper.item_id)):
        assert apart.page.goto(address).status == 404
    apart.open(path("meetings:one", meeting.pk)).sees("另有 1 项议题不向您显示").does_not_see(SHEET)
    arrive(of.head).open(page_of(SHEET)).follow("开始审议").submit("开始审议", 事由="按议程")
    apart.page.get_by_text("现在审议您须回避的议题，请离场").first.wait_for()
    for person in (*of.members[:2], of.head):
        state(arrive(person), SHEET, "同意")
    head = arrive(of.head).open(page_of(SHEET)).follow("宣布结果").sign("宣布结果")
    head.sees("回避1")
    apart.open(path("meetings:one", meeting.pk)).does_not_see(SHEET)


def supervise_and_close(arrive, of, meeting):
    head = arrive(of.head).open(path("meetings:one", meeting.pk)).sees("还没有发表监督意见")
    assert head.main.get_by_role("link", name="宣布闭会").count() == 0
    supervisor = arrive(of.supervisor)
    for title, opinion, words in ((PERSONNEL, "提醒", "注意编制"), (SHEET, "无异议", "程序合规")):
        supervisor.open(page_of(title)).follow("填写监督意见")
        supervisor.main.get_by_label(opinion, exact=True).check()
        supervisor.submit("提交意见", 说明=words)
    head.open(path("meetings:one", meeting.pk)).follow("宣布闭会").submit("宣布闭会", 事由="议程完毕").sees("已闭会")


def minutes(arrive, of, recused):
    paper = Minutes.objects.get()
    secretary = arrive(of.secretary).open(path("meetings:minutes", paper.pk)).sees("编制不足", "请假", "列席")
    with secretary.page.expect_download() as download:
        secretary.main.get_by_role("link", name="下载 Word 版").click()
    assert download.value.suggested_filename.endswith(".docx")
    secretary.open(path("meetings:minutes", paper.pk)).follow("送参会人员核对").submit("送核", 事由="请核对")
    for person in (of.head, *of.members, of.supervisor):
        window = arrive(person).open(path("meetings:minutes", paper.pk))
        if person == recused:
            window.does_not_see(SHEET)
        window.follow("核对").submit("确认")
    arrive(of.head).open(path("meetings:minutes", paper.pk)).follow("定稿").submit("定稿", 事由="核对完毕").sees(
        "已定稿"
    )


def follow_up(arrive, of):
    secretary = arrive(of.secretary).open(page_of(PERSONNEL)).follow("形成决议")
    secretary.submit("形成决议", 决定事项="同意增加1人。", 事由="会议通过").sees("招录决〔")
    due = (timezone.localdate() + timedelta(days=5)).isoformat()
    secretary.follow("交办督办事项").submit(
        "交办", 任务="完成调剂", 责任人=[of.members[0].name], 验收人=[of.members[1].name], 完成时限=due, 事由="按决议"
    )
    task = item_called(PERSONNEL).resolution.tasks.get()
    arrive(of.members[0]).open("/").sees("完成调剂")
    arrive(of.members[0]).open(path("followups:report", task.pk)).submit("报告", 办理情况="已调剂到位")
    acceptor = arrive(of.members[1]).open(path("followups:accept", task.pk))
    acceptor.main.get_by_label("已办结", exact=True).check()
    acceptor.submit("提交验收意见", 验收意见="属实").sees("已办结")
    prepared(of, "第二次会议")
    secretary.open(path("meetings:list")).follow("第二次会议").sees("完成调剂")
