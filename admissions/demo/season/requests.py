"""The demonstration's requests and reports: one answered with a task, one waiting for the answer, one to be signed, an
urgent chain, a duty nobody reported, and oral instructions in each state."""

import io
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from admissions.accounts.models import User
from admissions.core.paper import FONT, add_line, blank_page
from admissions.evidence.storage import Incoming
from admissions.seasons.lifecycle.models import Season
from workgroups.appointments.models import Appointment
from workgroups.followups.services import assign_task
from workgroups.groups.enums import GroupKind, PostRank
from workgroups.groups.models import WorkGroup
from workgroups.requests import rules
from workgroups.requests.document import content_of, digest_of
from workgroups.requests.enums import Channel
from workgroups.requests.models import ReportableMatter, Submission
from workgroups.requests.services import attachments, duties, instructions, replies, submissions

WHY = "演示数据"
ASKED = {
    "title": "关于增加夜间值守人员的请示",
    "body": "征集志愿填报期间夜间咨询和系统巡检任务增加，现有值守每班2人，连续三晚未能轮休。",
    "opinion": "拟采用方案一，从本周起执行，至征集志愿填报结束。",
    "options": ["每班增加1人，由信息技术组内部调剂", "维持每班2人，缩短为每班8小时"],
    "single_option_reason": "",
}
EVIDENCE = {
    "夜间咨询和巡检任务统计表": ["前天夜间咨询132次，巡检6次。", "昨天夜间咨询158次，巡检6次。"],
    "值守人员排班方案": ["方案一：每班3人，每班12小时。", "方案二：每班2人，每班8小时。"],
}
WAITING = {
    "title": "关于调整投档数据核对时间的请示",
    "body": "原定当日22时核对投档数据，与备份作业时间重叠，核对时系统响应较慢。",
    "opinion": "拟将核对时间提前到20时，备份时间不变。",
    "options": ["核对提前到20时", "备份推迟到24时"],
    "single_option_reason": "",
}
TO_SIGN = {"title": "关于本周系统运行情况的报告", "body": "本周系统连续运行，没有中断；完成备份7次，恢复演练1次。"}
FIRST = {"title": "关于查询页面响应缓慢的首报", "body": "9时10分起查询页面响应缓慢，已切换备用线路，原因正在查找。"}
NEXT = {"title": "关于查询页面响应缓慢的续报", "body": "已定位为外部线路抖动，10时恢复正常，继续观察。"}


@dataclass
class Desk:
    """The group that writes and the body that answers, each with its head and somebody who works there."""

    group: WorkGroup
    above: WorkGroup

    def head(self, group: WorkGroup) -> User:
        return self._people(group).filter(post__rank=PostRank.LEADER)[0].person

    def worker(self, group: WorkGroup) -> User:
        return self._people(group).order_by("-post__order", "id")[0].person

    def _people(self, group: WorkGroup) -> Any:
        return Appointment.objects.in_force().filter(post__group=group).select_related("person")


def build_requests(season: Season) -> int:
    """Once; how many documents there are."""
    if not Submission.objects.of_season(season).exists():
        groups = WorkGroup.objects.of_season(season)
        desk = Desk(groups.get(kind=GroupKind.TECHNOLOGY), groups.get(kind=GroupKind.LEADING))
        _answered(desk)
        _sent(desk, "general-request", WAITING)
        _submitted(desk, "general-report", TO_SIGN)
        _chain(desk)
        _missed(desk)
        _instructions(desk)
        duties.open_duties()
        duties.note_misses()
    return Submission.objects.of_season(season).count()


def _submitted(
    desk: Desk, code: str, text: dict[str, Any], attached: dict[str, list[str]] | None = None, **fields: Any
) -> Submission:
    matter = ReportableMatter.objects.get(code=code)
    row = submissions.draft(
        actor=desk.worker(desk.group), reason=WHY, group=desk.group, matter=matter, addressee=desk.above,
        urgency=matter.urgency, text=text, **fields,
    )  # fmt: skip
    for name, lines in (attached or {}).items():
        incoming = Incoming([_word_file(name, lines)], f"{name}.docx")
        attachments.attach(actor=desk.worker(desk.group), reason=WHY, submission=row, name=name, incoming=incoming)
    return submissions.submit(actor=desk.worker(desk.group), reason=WHY, submission=row)


def _word_file(title: str, lines: list[str]) -> bytes:
    document, buffer = blank_page(), io.BytesIO()
    for line in (title, *lines):
        add_line(document, line, FONT, 16)
    document.save(buffer)
    return buffer.getvalue()


def _send(desk: Desk, row: Submission) -> Submission:
    row = Submission.objects.select_related("group", "addressee", "matter").get(pk=row.pk)
    digest = digest_of(content_of(row, rules.newest(row)))
    row = submissions.sign(actor=desk.head(desk.group), reason="同意报送", submission=row, seen_digest=digest)
    return submissions.send(actor=desk.worker(desk.group), reason=WHY, submission=row)


def _sent(desk: Desk, code: str, text: dict[str, Any], **fields: Any) -> Submission:
    row = _send(desk, _submitted(desk, code, text, **fields))
    return submissions.receive(actor=desk.worker(desk.above), reason=WHY, submission=row)


def _answered(desk: Desk) -> None:
    row = _sent(desk, "general-request", ASKED, attached=EVIDENCE)
    chief = desk.head(desk.above)
    reply = replies.reply(
        actor=desk.worker(desk.above), reason="录入批复", submission=row, kind="agree_noted",
        text="原则同意方案一。调剂人员须先完成岗位培训，名单报行政秘书组。", said_by=chief, said_at=timezone.now(),
    )  # fmt: skip
    assign_task(
        actor=desk.worker(desk.above), reason="按批复交办", origin=reply, what="完成值守人员调剂并报送名单",
        assignee=desk.head(desk.group), acceptor=chief, due_on=timezone.localdate() + timedelta(days=2),
    )  # fmt: skip


def _chain(desk: Desk) -> None:
    first = _sent(desk, "system-outage", FIRST)
    row = submissions.continue_report(
        actor=desk.worker(desk.group), reason=WHY, submission=first, stage="follow_up", text=NEXT
    )
    _send(desk, submissions.submit(actor=desk.worker(desk.group), reason=WHY, submission=row))


def _missed(desk: Desk) -> None:
    """Something that should have been reported yesterday."""
    duties.open_duty(
        actor=desk.worker(desk.group), reason=WHY, group=desk.group,
        matter=ReportableMatter.objects.get(code="public-opinion"), what="网上出现关于投档结果的不实截图",
        happened_at=timezone.now() - timedelta(hours=5),
    )  # fmt: skip


def _instructions(desk: Desk) -> None:
    chief, worker = desk.head(desk.above), desk.worker(desk.group)
    said = (
        (2, Channel.PHONE, "今晚的数据核对提前一小时开始。", "confirm"),
        (5, Channel.FACE, "备用线路先不要关闭。", ""),
        (9, Channel.THIRD, "把核对名单先发一份出来。", "dispute"),
    )
    for hours, channel, text, answer in said:
        row = instructions.record_instruction(
            actor=worker, reason=WHY, group=desk.group, instructor=chief, channel=channel, text=text,
            said_at=timezone.now() - timedelta(hours=hours),
        )  # fmt: skip
        if answer == "confirm":
            instructions.confirm_instruction(actor=chief, reason="本人确认", instruction=row)
        if answer == "dispute":
            instructions.dispute_instruction(actor=chief, reason="没有说过发名单，说的是准备名单。", instruction=row)
