"""会议: list, roll, notice, presence, and the page everybody has open during the sitting."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from admissions.core.actions import PageAction
from admissions.core.clock import minute_text
from admissions.core.decision import Decision
from admissions.core.forms import ReasonForm
from admissions.core.views import ActPage, DetailPage, FormPage, ListPage, RecordPage
from admissions.seasons.pages import OfSeasonPage

from .. import question_rules, remark_rules, rules, sitting_rules, supervision_rules
from ..enums import ItemStatus, MeetingStatus, PresenceKind, SeatKind
from ..forms import InviteForm, MeetingForm
from ..models import AgendaItem, Meeting, Seat
from ..room_forms import LeaveForm, OpenForm, PresenceForm
from ..selectors import agenda_of, earlier_tasks, floor_of, must_leave_now, roll_of, state_token
from ..services import sittings
from ..tables import MeetingFilter, MeetingTable


class MeetingListPage(OfSeasonPage, ListPage):
    model = Meeting
    table_class = MeetingTable
    filterset_class = MeetingFilter
    page_title = "会议"
    unit = "次会议"
    export_name = "会议"
    empty_title = "还没有您可以看到的会议"
    empty_text = "会议通知发出后，参会人员在这里看到议程和材料。"

    def get_queryset(self) -> Any:
        return super().get_queryset().of_season(self.season).select_related("group")

    def page_actions(self) -> list[PageAction]:
        may = rules.can_run_meetings(self.request.user, self.season)
        new = PageAction("筹备会议", reverse("meetings:prepare"), may, "plus", "primary")
        return [
            PageAction("议题", reverse("meetings:items"), icon="list"),
            PageAction("决议", reverse("meetings:resolutions"), icon="checklist"),
            *([new] if may.ok else []),
        ]


class MeetingPreparePage(OfSeasonPage, FormPage):
    command = sittings.prepare_meeting
    form_class = MeetingForm
    page_title = "筹备会议"
    submit_label = "建立会议"
    above = (("会议", "meetings:list"),)

    def may_open_in_season(self) -> Decision:
        return rules.can_run_meetings(self.request.user, self.season)

    def form_kwargs(self) -> dict[str, Any]:
        return {**super().form_kwargs(), "season": self.season}

    def consequences(self) -> list[str]:
        return ["会议机构的在岗人员自动进入参会名单，组长为主要负责人；发出通知前可以增减。"]

    def run(self, form: forms.Form) -> Meeting:
        return sittings.prepare_meeting(actor=self.request.user, **form.cleaned_data)


class SittingContext(RecordPage):
    """What the meeting page and its live part show alike."""

    model = Meeting

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("group__season")

    def sitting(self) -> dict[str, Any]:
        meeting, user = self.object, self.request.user
        # Before anything is read for the page: what happens in between is then shown by the next look, and not never.
        token = state_token(meeting, user)
        items, withheld = agenda_of(meeting, user)
        current = next((item for item in items if item.status == ItemStatus.COLLECTING), None)
        if current is not None:
            current.meeting = meeting
        own = rules.seat_of(user, meeting)
        return {
            "meeting": meeting,
            "items": items,
            "withheld": withheld,
            "must_leave": must_leave_now(meeting, user),
            "changeable": self._changeable(),
            "roll": roll_of(meeting),
            "own_seat": own,
            "may_record": sitting_rules.can_attend(user, own).ok if own else False,
            "may_run": rules.can_run_meetings(user, meeting.group.season).ok,
            "can_change_roll": sitting_rules.can_prepare_meeting(user, meeting).ok,
            "current": current,
            "floor": floor_of(current, user) if current else None,
            "floor_actions": floor_actions(user, current) if current else [],
            "is_live": meeting.status in (MeetingStatus.CONVENED, MeetingStatus.OPEN),
            "live_url": f"{reverse('meetings:live', args=[meeting.pk])}?seen={token}",
        }

    def _changeable(self) -> list[Seat]:
        """Supervisors whom the reader may excuse or replace."""
        if self.object.status not in (MeetingStatus.CONVENED, MeetingStatus.OPEN):
            return []
        seats = supervision_rules.supervisors_of(self.object)
        for seat in seats:
            seat.meeting = self.object
        return [seat for seat in seats if supervision_rules.can_change_supervisor(self.request.user, seat).ok]


def floor_actions(user: Any, item: Any) -> list[PageAction]:
    """What each can do with the item on the table: members state, supervisors give their remark, who leads announces."""
    rows, seat = [], rules.seat_of(user, item.meeting)

    def add(label: str, name: str, decision: Decision, icon: str, style: str = "secondary") -> None:
        rows.append(PageAction(label, reverse(name, args=[item.pk]), decision, icon, style))

    if seat is not None and seat.is_voting:
        add("我来表态", "meetings:item-state", rules.can_state_position(user, item), "message", "primary")
    if seat is not None and seat.kind == SeatKind.SUPERVISOR:
        if not supervision_rules.is_in_the_room(seat):
            may = sitting_rules.can_sign_in(user, seat, PresenceKind.OBSERVING)
            rows.append(PageAction("签到", reverse("meetings:seat-attend", args=[seat.pk]), may, "login", "primary"))
        add("填写监督意见", "meetings:item-remark", remark_rules.can_give_remark(user, item), "eye", "primary")
    if rules.leads_or_records(user, item.meeting).ok:
        add("宣布结果", "meetings:item-decide", question_rules.can_announce(user, item), "gavel")
    return rows


class MeetingPage(SittingContext, DetailPage):
    template_name = "meetings/meeting.html"
    above = (("会议", "meetings:list"),)

    def status(self) -> MeetingStatus:
        return MeetingStatus(self.object.status)

    def needs(self) -> str:
        silent = sitting_rules.silent_supervisors(self.object) if self.object.status == MeetingStatus.OPEN else []
        return f"{'、'.join(silent)}填写监督意见。" if silent else ""

    def facts(self) -> list[tuple[str, Any]]:
        row = self.object
        return [
            ("会议机构", row.group),
            ("开始时间", minute_text(row.starts_at)),
            ("地点", row.place),
            ("通知时间", minute_text(row.convened_at) if row.convened_at else "未通知"),
            ("开会时间", minute_text(row.opened_at) if row.opened_at else "—"),
            ("闭会时间", minute_text(row.closed_at) if row.closed_at else "—"),
            *([("提前开会的理由", row.early_reason)] if row.early_reason else []),
            *([("代为主持", row.led_by.name)] if row.led_by else []),
        ]

    def actions(self) -> list[PageAction]:
        user, row = self.request.user, self.object
        own = rules.seat_of(user, row)
        rows: list[PageAction] = []

        def add(label: str, name: str, decision: Decision, icon: str, style: str = "secondary") -> None:
            rows.append(PageAction(label, reverse(name, args=[row.pk]), decision, icon, style))

        if own is not None and row.status in (MeetingStatus.CONVENED, MeetingStatus.OPEN):
            seat = [own.pk]
            may = sitting_rules.can_attend(user, own)
            rows += self._floor()
            inside = own.presences.filter(period__endswith__isnull=True).exists()
            style = "secondary" if inside else "primary"
            rows.append(PageAction("签到或请假", reverse("meetings:seat-attend", args=seat), may, "login", style))
            leave = sitting_rules.can_step_out(user, own)
            if leave.ok:
                rows.append(PageAction("离席", reverse("meetings:seat-leave", args=seat), leave, "logout"))
        runs = rules.can_run_meetings(user, row.group.season).ok or (
            own is not None and own.kind in ("head", "recorder")
        )
        if not runs:
            return rows
        if row.status == MeetingStatus.DRAFT:
            add("发出通知", "meetings:convene", sitting_rules.can_convene(user, row), "player-play", "primary")
            add("增加参会人员", "meetings:invite", sitting_rules.can_prepare_meeting(user, row), "user-plus")
        if row.status == MeetingStatus.CONVENED:
            add("宣布开会", "meetings:open", sitting_rules.can_open_meeting(user, row), "player-play", "primary")
        if row.status in (MeetingStatus.DRAFT, MeetingStatus.CONVENED):
            add("取消会议", "meetings:cancel", sitting_rules.can_cancel_meeting(user, row), "ban", "danger")
        if row.status == MeetingStatus.OPEN:
            add("宣布闭会", "meetings:close", sitting_rules.can_close_meeting(user, row), "player-stop")
        return rows

    def _floor(self) -> list[PageAction]:
        """What waits for this person on the table goes first: on a phone it is the button that stays in sight."""
        table = AgendaItem.objects.visible_to(self.request.user).filter(
            meeting=self.object, status=ItemStatus.COLLECTING
        )
        item = table.select_related("matter").first()
        if item is None:
            return []
        item.meeting = self.object
        return [action for action in floor_actions(self.request.user, item) if action.decision.ok][:1]

    def context(self) -> dict[str, Any]:
        minutes = getattr(self.object, "minutes", None)
        return {
            **super().context(),
            **self.sitting(),
            "earlier": earlier_tasks(self.object, self.request.user),
            "minutes": minutes,
        }


class MeetingLivePage(SittingContext):
    """The live part, asked for every two seconds; answers 204 while nothing has changed."""

    template_name = "meetings/_sitting.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.GET.get("seen") == state_token(self.object, request.user):
            return HttpResponse(status=204)
        return self.show()

    def context(self) -> dict[str, Any]:
        return {**super().context(), **self.sitting()}


class OfMeeting(ActPage):
    model = Meeting
    form_class = ReasonForm
    argument = "meeting"

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("group__season")


class ConvenePage(OfMeeting):
    verb, submit_label = "发出会议通知", "发出通知"
    rule, command = sitting_rules.can_convene, sittings.convene

    def consequences(self) -> list[str]:
        return ["参会名单就此固定，参会人员可以看到议程和材料。", "须回避的人看不到相应议题。"]


class CancelPage(OfMeeting):
    verb, submit_label, submit_style = "取消会议", "取消会议", "danger"
    rule, command = sitting_rules.can_cancel_meeting, sittings.cancel_meeting

    def consequences(self) -> list[str]:
        return ["会议不能恢复；已列入的议题退回，可另列入其他会议。"]


class OpenPage(OfMeeting):
    verb, submit_label = "宣布开会", "宣布开会"
    form_class = OpenForm
    rule, command = sitting_rules.can_open_meeting, sittings.open_meeting

    def form_kwargs(self) -> dict[str, Any]:
        return {**super().form_kwargs(), "meeting": self.object}

    def consequences(self) -> list[str]:
        present = len(sitting_rules.voters_in_the_room(self.object))
        return [f"现在到会成员{present}人；开会前一小时以前的签到不算到会，须重新签到。"]


class ClosePage(OfMeeting):
    verb, submit_label = "宣布闭会", "宣布闭会"
    rule, command = sitting_rules.can_close_meeting, sittings.close_meeting

    def consequences(self) -> list[str]:
        return ["闭会后不能再表态、再补记监督意见；系统按事实生成纪要。"]


class InvitePage(OfMeeting):
    form_class = InviteForm
    verb, submit_label = "增加参会人员", "加入名单"
    rule, command = sitting_rules.can_prepare_meeting, sittings.invite

    def form_kwargs(self) -> dict[str, Any]:
        return {**super().form_kwargs(), "user": self.request.user}

    def initial(self) -> dict[str, Any]:
        """Coming from the page of proposed people: who, as what, by which document."""
        known = {name: self.request.GET.get(name, "") for name in ("kind", "basis")}
        person = self.request.GET.get("person", "")
        return {**{name: value for name, value in known.items() if value}, **({"person": person} if person else {})}

    def consequences(self) -> list[str]:
        return [
            "不属于本机构的人员作为成员参会，指定依据载入名单和纪要。",
            "成员计入本次会议每一项议题的应到人数；只为一项议题指定的，请为这项议题单独开会。",
        ]


class OfSeat(ActPage):
    model = Seat
    form_class = ReasonForm
    argument = "seat"

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("meeting__group__season", "person")


class UninvitePage(OfSeat):
    verb, submit_label, submit_style = "移出参会名单", "移出", "danger"
    command = sittings.uninvite

    def may_open(self) -> Decision:
        return sitting_rules.can_prepare_meeting(self.request.user, self.object.meeting)


class AttendPage(OfSeat):
    form_class = PresenceForm
    verb, submit_label = "登记到会情况", "登记"
    rule, command = sitting_rules.can_attend, sittings.be_present

    def prepare(self) -> None:
        super().prepare()
        self.signing = sitting_rules.can_sign_in(self.request.user, self.object, PresenceKind.PRESENT)

    def form_kwargs(self) -> dict[str, Any]:
        return {**super().form_kwargs(), "may_sign_in": self.signing.ok}

    def consequences(self) -> list[str]:
        return [] if self.signing.ok else [self.signing.sentence]


class LeavePage(OfSeat):
    form_class = LeaveForm
    verb, submit_label = "离席", "离席"
    rule, command = sitting_rules.can_step_out, sittings.step_out

    def consequences(self) -> list[str]:
        return ["离席后不计入实到人数，此前的表态在返回之前不计入结果。", "离席原因写入到会情况和纪要。"]
