"""议题: propose, prepare, withhold, schedule."""

from typing import Any

from django import forms
from django.urls import reverse

from admissions.audit.trail import record_read
from admissions.core.actions import PageAction
from admissions.core.decision import Decision
from admissions.core.forms import ReasonForm
from admissions.core.purpose import Purpose
from admissions.core.unreadable import Unreadable
from admissions.core.views import ActPage, DetailPage, FormPage, ListPage, RecordPage
from admissions.evidence.file_pages import FilePage, content_of, spoilt
from admissions.evidence.incoming import incoming_of
from admissions.evidence.marking.copies import can_be_marked
from admissions.evidence.unchanged import Changed
from admissions.seasons.pages import OfSeasonPage

from .. import oversight, question_rules, remark_rules, rules, ruling_rules, sitting_rules
from ..document import questions_of, sittings_before
from ..enums import ItemStatus, MeetingStatus, PresenceKind, SeatKind
from ..forms import (
    ChangeItemForm,
    ItemRecusalForm,
    PaperForm,
    PrerequisiteForm,
    ProposeForm,
    ReconsiderForm,
    ScheduleForm,
)
from ..models import AgendaItem, Meeting, Paper, PaperReceipt, Prerequisite
from ..papers import difference, lines_of
from ..rulings import open_motion, rulings_on
from ..selectors import floor_of
from ..services import agenda
from ..substitutes import can_read_substitutes, lacks_members
from ..supervision_rules import is_in_the_room
from ..tables import ItemFilter, ItemTable


class ItemListPage(OfSeasonPage, ListPage):
    model = AgendaItem
    table_class = ItemTable
    filterset_class = ItemFilter
    page_title = "议题"
    unit = "项议题"
    export_name = "议题"
    empty_title = "还没有您可以看到的议题"
    empty_text = "在岗人员可以按事项清单提请议题。"

    def get_queryset(self) -> Any:
        rows = super().get_queryset().of_season(self.season)
        return rows.select_related("matter", "group", "meeting", "proposer").order_by("-id")

    def page_actions(self) -> list[PageAction]:
        may = rules.can_propose_in(self.request.user, self.season)
        return [PageAction("提请议题", reverse("meetings:item-propose"), may, "plus", "primary")] if may.ok else []


class ItemProposePage(OfSeasonPage, FormPage):
    command = agenda.propose_item
    form_class = ProposeForm
    page_title = "提请议题"
    submit_label = "提请"
    above = (("议题", "meetings:items"),)

    def may_open_in_season(self) -> Decision:
        return rules.can_propose_in(self.request.user, self.season)

    def form_kwargs(self) -> dict[str, Any]:
        return {**super().form_kwargs(), "season": self.season, "user": self.request.user}

    def run(self, form: forms.Form) -> AgendaItem:
        data = form.cleaned_data
        return agenda.propose_item(actor=self.request.user, candidate_digest=data.pop("id_number"), **data)


class ItemPage(DetailPage):
    template_name = "meetings/item.html"
    model = AgendaItem

    def get_queryset(self) -> Any:
        related = (
            "matter", "group__season", "meeting__group__season", "proposer", "presenter", "subject_person", "institution",
            "reconsiders", "tally", "resolution",
        )  # fmt: skip
        return super().get_queryset().select_related(*related)

    def way(self) -> list[tuple[str, str]]:
        row = self.object
        if row.meeting and Meeting.objects.visible_to(self.request.user).filter(pk=row.meeting_id).exists():
            return [
                ("会议", reverse("meetings:list")),
                (row.meeting.title, reverse("meetings:one", args=[row.meeting_id])),
            ]
        return [("议题", reverse("meetings:items"))]

    def status(self) -> ItemStatus:
        return ItemStatus(self.object.status)

    def needs(self) -> str:
        row = self.object
        if row.status in (ItemStatus.PROPOSED, ItemStatus.DEFERRED):
            missing = rules.missing_prerequisites(row)
            agreed = rules.reconsideration_agreed(row)
            if missing or not agreed.ok:
                return f"还缺前置材料：{'、'.join(missing)}。" if missing else agreed.reason
            return "可以列入议程。"
        if row.status == ItemStatus.SCHEDULED:
            able = rules.body_can_decide(row)
            return "" if able.ok else f"{able.reason}{able.who_can}"
        return self.floor.needs.removeprefix("还需") if self.floor else ""

    def prepare(self) -> None:
        super().prepare()
        shows = self.object.status in (ItemStatus.COLLECTING, ItemStatus.DECIDED)
        self.floor = floor_of(self.object, self.request.user) if shows else None

    def facts(self) -> list[tuple[str, Any]]:
        row = self.object
        found = [
            ("事项", row.matter),
            ("决策机构", row.group),
            ("会议", row.meeting or "未列入"),
            ("提请人", row.proposer.name),
            ("汇报人", row.presenter.name),
            ("涉及人员", row.subject_person.name if row.subject_person else "—"),
            ("涉及院校", row.institution or "—"),
            ("涉及考生", "有（只存加密摘要）" if row.candidate_digest else "—"),
        ]
        if row.is_motion:
            found.append(("临时动议", row.motion_reason))
        if row.reconsiders_id:
            found += [("复议的原议题", row.reconsiders), ("新的事实", row.new_facts)]
        if row.deferral:
            found.append(("暂缓原因", row.deferral))
        return found

    def clauses(self) -> list[Any]:
        return [self.object.matter.clause] if self.object.matter.clause else []

    def actions(self) -> list[PageAction]:
        found = [
            PageAction(label, reverse(name, args=[self.object.pk]), decision, icon, style)
            for label, name, decision, icon, style in self._acts()
        ]
        found += self._sign_in()
        if can_read_substitutes(self.request.user, self.object).ok and lacks_members(self.object):
            ask = reverse("requests:substitutes", args=[self.object.pk])
            found.append(PageAction("可请上级指定的人员", ask, icon="users-group"))
        if self.object.status == ItemStatus.SCHEDULED and not rules.body_can_decide(self.object).ok:
            ask = reverse("requests:draft", args=["request"])
            found.append(PageAction("起草请示", f"{ask}?item={self.object.pk}", icon="mail"))
        return found

    def _sign_in(self) -> list[PageAction]:
        """Beside the opinion of a supervisor who has not signed in."""
        row, user = self.object, self.request.user
        seat = rules.seat_of(user, row.meeting)
        on = row.meeting is not None and row.meeting.status == MeetingStatus.OPEN
        if seat is None or seat.kind != SeatKind.SUPERVISOR or not on or is_in_the_room(seat):
            return []
        may = sitting_rules.can_sign_in(user, seat, PresenceKind.OBSERVING)
        return [PageAction("签到", reverse("meetings:seat-attend", args=[seat.pk]), may, "login", "primary")]

    def _acts(self) -> list[tuple[str, str, Decision, str, str]]:
        user, row = self.request.user, self.object
        status = row.status
        acts: list[tuple[str, str, Decision, str, str]] = []
        if status in (ItemStatus.PROPOSED, ItemStatus.DEFERRED):
            acts.append(
                ("列入议程", "meetings:item-schedule", rules.can_schedule(user, row), "calendar-plus", "primary")
            )
        if status == ItemStatus.PROPOSED and row.reconsiders_id:
            acts.append(("是否同意复议", "meetings:item-consent", rules.can_consent(user, row), "message", "secondary"))
        if status == ItemStatus.SCHEDULED:
            acts.append(("开始审议", "meetings:item-open", rules.can_open_item(user, row), "player-play", "primary"))
        if status == ItemStatus.COLLECTING:
            acts += [
                ("我来表态", "meetings:item-state", rules.can_state_position(user, row), "message", "primary"),
                ("代录成员表态", "meetings:item-enter", rules.can_enter_positions(user, row), "pencil", "secondary"),
                ("宣布结果", "meetings:item-decide", question_rules.can_announce(user, row), "gavel", "secondary"),
                (
                    "提出人数变动事项",
                    "meetings:item-question",
                    question_rules.can_raise_question(user, row),
                    "user-minus",
                    "secondary",
                ),
                ("暂缓审议", "meetings:item-defer", rules.can_defer(user, row), "clock", "secondary"),
            ]
        if status in (ItemStatus.COLLECTING, ItemStatus.DECIDED, ItemStatus.DEFERRED) and row.meeting:
            acts.append(
                ("填写监督意见", "meetings:item-remark", remark_rules.can_give_remark(user, row), "eye", "secondary")
            )
        if status == ItemStatus.DECIDED:
            if not hasattr(row, "resolution"):
                acts.append(
                    (
                        "形成决议",
                        "meetings:item-resolve",
                        rules.can_issue_resolution(user, row),
                        "clipboard-check",
                        "primary",
                    )
                )
            acts.append(
                ("提请复议", "meetings:item-reconsider", rules.can_reconsider(user, row), "rotate", "secondary")
            )
            liable = oversight.can_read_liability(user, row)
            if liable.ok:
                acts.append(("决策责任一览", "meetings:item-liability", liable, "sitemap", "secondary"))
        if status != ItemStatus.WITHDRAWN:
            acts.append(("上传材料", "meetings:item-paper", rules.can_add_paper(user, row), "upload", "secondary"))
        if status in (ItemStatus.PROPOSED, ItemStatus.SCHEDULED, ItemStatus.DEFERRED):
            change = rules.can_change_item(user, row)
            if rules.missing_prerequisites(row):
                acts.append(("上传前置材料", "meetings:item-prerequisite", change, "paperclip", "secondary"))
            acts.append(("修改议题", "meetings:item-change", change, "edit", "secondary"))
            acts.append(("撤回议题", "meetings:item-withdraw", rules.can_withdraw_item(user, row), "ban", "danger"))
        if status not in (ItemStatus.DECIDED, ItemStatus.WITHDRAWN):
            acts.append(("登记回避", "meetings:item-recuse", rules.can_recuse_from_item(user, row), "ban", "secondary"))
        return acts

    def context(self) -> dict[str, Any]:
        row, user = self.object, self.request.user
        papers = list(row.papers.select_related("file", "added_by").prefetch_related("receipts"))
        newest = {paper.title: max(p.version for p in papers if p.title == paper.title) for paper in papers}
        remarks = row.remarks.select_related("seat", "answered_by").prefetch_related("rejections__answered_by")
        return {
            **super().context(),
            "papers": [
                (paper, paper.version == newest[paper.title], self._is_news(paper), _unmarked(paper))
                for paper in papers
            ],
            "prerequisites": [(found, _unmarked(found)) for found in row.prerequisites.select_related("file")],
            "consents": row.consents.select_related("seat"),
            "recusals": row.recusals.select_related("person", "recorded_by"),
            "floor": self.floor,
            "before": sittings_before(row),
            "questions": [
                (question, question_rules.can_answer_question(user, question).ok) for question in questions_of(row)
            ],
            "remarks": [
                (
                    remark,
                    remark_rules.can_answer_remark(user, remark).ok,
                    remark_rules.can_settle_remark(user, remark).ok,
                )
                for remark in remarks
            ],
            "to_rule": [found.pk for found in self._deferrals() if ruling_rules.can_rule_on(user, found).ok],
            "to_answer": self._motions(),
            "carried": set(row.reconsiders.recusals.values_list("person_id", flat=True)) if row.reconsiders else set(),
            "rulings": rulings_on(row),
            "tally": getattr(row, "tally", None),
            "resolution": getattr(row, "resolution", None),
        }

    def _deferrals(self) -> list[Any]:
        found = self.floor.deferrals if self.floor and self.object.status == ItemStatus.COLLECTING else []
        for position in found:
            position.item = self.object
        return found

    def _motions(self) -> list[Any]:
        """Questions about a 暂缓 that wait for the reader."""
        asked = [motion for found in self._deferrals() if (motion := open_motion(found)) is not None]
        return [motion for motion in asked if ruling_rules.can_answer_motion(self.request.user, motion).ok]

    def _is_news(self, paper: Paper) -> bool:
        """Replaced after the notice went out."""
        convened = self.object.meeting.convened_at if self.object.meeting else None
        return bool(convened and paper.version > 1 and paper.added_at > convened)


def _unmarked(row: Paper | Prerequisite) -> str:
    """Why the reader's copy will bear no name; empty where it will."""
    return can_be_marked(row.file.content_type).reason


class OfItem(ActPage):
    model = AgendaItem
    form_class = ReasonForm
    argument = "item"

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("matter", "group__season", "meeting__group__season")


class ItemChangePage(OfItem):
    form_class = ChangeItemForm
    verb, submit_label = "修改议题", "保存"
    rule, command = rules.can_change_item, agenda.change_item

    def form_kwargs(self) -> dict[str, Any]:
        return {**super().form_kwargs(), "user": self.request.user}

    def initial(self) -> dict[str, Any]:
        return {name: getattr(self.object, name) for name in ("title", "proposal", "presenter")}


class ItemPrerequisitePage(OfItem):
    form_class = PrerequisiteForm
    verb, submit_label = "上传前置材料", "上传"
    rule, command = rules.can_change_item, agenda.attach_prerequisite

    def form_kwargs(self) -> dict[str, Any]:
        return {**super().form_kwargs(), "names": rules.missing_prerequisites(self.object)}

    def arguments(self, form: forms.Form) -> dict[str, Any]:
        return {"incoming": incoming_of(form), **super().arguments(form)}


class ItemPaperPage(OfItem):
    form_class = PaperForm
    verb, submit_label = "上传议题材料", "上传"
    rule, command = rules.can_add_paper, agenda.add_paper

    def arguments(self, form: forms.Form) -> dict[str, Any]:
        return {"incoming": incoming_of(form), **super().arguments(form)}

    def consequences(self) -> list[str]:
        if self.object.status == ItemStatus.DECIDED:
            return ["议题已作决定：材料有改动，决议即告失效，须提请复议。"]
        return ["通知发出后替换的材料，会向每位参会人员标明。"]


class ItemSchedulePage(OfItem):
    form_class = ScheduleForm
    verb, submit_label = "列入议程", "列入"
    rule, command = rules.can_schedule, agenda.schedule_item

    def form_kwargs(self) -> dict[str, Any]:
        open_ones = (MeetingStatus.DRAFT, MeetingStatus.CONVENED, MeetingStatus.OPEN)
        rows = Meeting.objects.visible_to(self.request.user).filter(group=self.object.group, status__in=open_ones)
        return {**super().form_kwargs(), "meetings": rows}


class ItemWithdrawPage(OfItem):
    verb, submit_label, submit_style = "撤回议题", "撤回", "danger"
    rule, command = rules.can_withdraw_item, agenda.withdraw_item

    def consequences(self) -> list[str]:
        return ["撤回后不能恢复，需要时重新提请。"]


class ItemRecusePage(OfItem):
    form_class = ItemRecusalForm
    verb, submit_label = "登记议题回避", "登记回避"
    rule, command = rules.can_recuse_from_item, agenda.recuse_from_item

    def form_kwargs(self) -> dict[str, Any]:
        may_name = rules.can_run_meetings(self.request.user, self.object.group.season).ok
        return {**super().form_kwargs(), "user": self.request.user, "may_name": may_name}

    def consequences(self) -> list[str]:
        return ["登记后不能撤销：回避人看不到本议题及其材料，不能表态，审议时须离场。"]

    def home_of(self, record: Any) -> str:
        """The person recused can no longer see the item."""
        meeting = self.object.meeting
        still = AgendaItem.objects.visible_to(self.request.user).filter(pk=self.object.pk).exists()
        if still:
            return self.object.get_absolute_url()
        return reverse("meetings:one", args=[meeting.pk]) if meeting else reverse("meetings:items")


class ItemReconsiderPage(OfItem):
    form_class = ReconsiderForm
    verb, submit_label = "提请复议", "提请复议"
    rule, command = rules.can_reconsider, agenda.reconsider_item

    def initial(self) -> dict[str, Any]:
        return {"proposal": self.object.proposal}

    def consequences(self) -> list[str]:
        return ["原决定保持不变，直到复议作出新的决定。", "须先由会议过半数成员同意复议，再审议内容。"]


class OfItemFilePage(FilePage):
    """A stored file behind a row of an item: withheld with the item."""

    label = "阅读材料"
    usual_purpose = Purpose.WORK
    above = (("议题", "meetings:items"),)

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("file", "item")

    def version(self) -> str:
        return f"{self.object._meta.verbose_name}：{self.object}"


class PaperPage(OfItemFilePage):
    model = Paper

    def before_given(self) -> None:
        """The first reading of a version is a receipt."""
        paper, user = self.object, self.request.user
        if not PaperReceipt.objects.filter(paper=paper, person=user).exists():
            agenda.read_paper(actor=user, reason=f"阅读{paper}", paper=paper)


class PaperDifferencePage(RecordPage):
    """A replaced paper beside the version before it; reading it is an entry in the ledger."""

    model = Paper
    template_name = "meetings/difference.html"
    above = (("议题", "meetings:items"),)

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(version__gt=1).select_related("file", "item", "added_by")

    def get_title(self) -> str:
        return f"与上一版比较：{self.object}"

    def context(self) -> dict[str, Any]:
        paper = self.object
        before = Paper.objects.select_related("file", "added_by").get(
            item=paper.item, title=paper.title, version=paper.version - 1
        )
        contents = [(row.file.content_type, content_of(row.file).opened()) for row in (before, paper)]
        record_read(actor=self.request.user, target=paper, purpose=f"比较{before}和{paper}", label="比较材料")
        lines, problem = [], ""
        try:
            lines = difference(*(lines_of(stream, content_type) for content_type, stream in contents))
        except Changed as error:
            raise spoilt() from error
        except Unreadable as reason:
            problem = f"{reason}请下载两版材料，自行比较。"
        return {**super().context(), "before": before, "lines": lines, "problem": problem}


class PrerequisiteFilePage(OfItemFilePage):
    model = Prerequisite
