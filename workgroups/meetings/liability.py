"""决策责任一览 (#40): who answers for what in a decision, gathered from the records; nothing is judged here."""

from dataclasses import dataclass

from admissions.core.clock import minute_text

from .document import last_positions, sittings_before
from .entries import entry_word, is_entered, superseded_entries
from .enums import Outcome, Stance
from .models import AgendaItem
from .rulings import rulings_on

# Positions against what was passed: whoever held one may answer for less, as the regulation says.
DISSENT = (Stance.DISAGREE, Stance.DEFER)


@dataclass(frozen=True)
class Line:
    """One person's part: in what role, what they did, when; `is_dissent` marks a position against the decision."""

    role: str
    person: str
    what: str
    at: str = ""
    is_dissent: bool = False


@dataclass(frozen=True)
class Part:
    title: str
    lines: list[Line]


def liability_of(item: AgendaItem) -> list[Part]:
    """In the order of events: preparing, deciding, supervising, carrying out. Empty parts are left out."""
    parts = [
        Part("提请和准备", _preparation(item)),
        Part("审议和决定", _decision(item)),
        Part("监督意见", _supervision(item)),
        Part("执行和验收", _execution(item)),
    ]
    return [part for part in parts if part.lines]


def _preparation(item: AgendaItem) -> list[Line]:
    found = [Line("提请人", item.proposer.name, item.title), Line("汇报人", item.presenter.name, "在会上汇报")]
    for row in item.papers.select_related("added_by"):
        what = f"上传{row}" + (f"：{row.change}" if row.change else "")
        found.append(Line("材料上传人", row.added_by.name, what, minute_text(row.added_at)))
    for row in item.prerequisites.select_related("file__uploaded_by"):
        found.append(Line("前置材料上传人", row.file.uploaded_by.name, f"{row.name}：{row.summary}"))
    return found


def _decision(item: AgendaItem) -> list[Line]:
    found = [
        Line("回避", row.person.name, row.reason, minute_text(row.at)) for row in item.recusals.select_related("person")
    ]
    for sat, positions in sittings_before(item):
        found.append(Line("暂缓审议", str(sat.meeting), sat.deferral, minute_text(sat.ended_at)))
        for row in positions:
            what = f"（{sat.meeting}）{row.get_stance_display()}" + (f"：{row.text}" if row.text else "")
            found.append(Line(row.seat.get_kind_display(), row.seat.name, what, minute_text(row.at)))
    passed = item.tally.outcome == Outcome.PASSED
    for row in last_positions(item):
        entered = f"（{entry_word(row)}）" if is_entered(row) else ""
        what = row.get_stance_display() + (f"：{row.text}" if row.text else "") + entered
        dissent = passed and row.stance in DISSENT
        found.append(Line(row.seat.get_kind_display(), row.seat.name, what, minute_text(row.at), dissent))
    for row in superseded_entries(item):
        what = f"{row.get_stance_display()}（{entry_word(row)}；已由本人表态取代）"
        found.append(Line("代录表态", row.seat.name, what, minute_text(row.at)))
    found += [Line("暂缓的裁定", "", line) for line in rulings_on(item)]
    tally = item.tally
    found.append(Line("宣布结果", tally.decided_by.name, tally.sentence, minute_text(tally.decided_at)))
    if tally.head_reason:
        found.append(Line("主要负责人的理由", tally.decided_by.name, tally.head_reason))
    return found


def _supervision(item: AgendaItem) -> list[Line]:
    found = []
    for row in item.remarks.select_related("seat", "answered_by"):
        what = row.get_kind_display() + (f"：{row.text}" if row.text else "")
        found.append(Line("监督人员", row.seat.name, what, minute_text(row.at)))
        if row.answered_by:
            found.append(Line("答复人", row.answered_by.name, row.answer, minute_text(row.answered_at)))
        for no in row.rejections.select_related("answered_by"):
            what = f"答复“{no.answer}”不予认可：{no.text}"
            found.append(Line("监督人员", row.seat.name, what, minute_text(no.at)))
    return found


def _execution(item: AgendaItem) -> list[Line]:
    resolution = getattr(item, "resolution", None)
    if resolution is None:
        return []
    found = [Line("形成决议", resolution.issued_by.name, resolution.number, minute_text(resolution.issued_at))]
    for task in resolution.tasks.select_related("assignee", "acceptor"):
        reported = f"，{minute_text(task.reported_at)}报告：{task.report}" if task.reported_at else ""
        found.append(Line("责任人", task.assignee.name, f"{task.what}（{task.get_status_display()}）{reported}"))
        accepted = minute_text(task.accepted_at) if task.accepted_at else ""
        found.append(Line("验收人", task.acceptor.name, task.verdict or "尚未验收", accepted))
    return found
