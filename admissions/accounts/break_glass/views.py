"""Pages of break-glass accesses."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from django.http import HttpRequest
from django.urls import reverse
from django.utils.decorators import method_decorator

from admissions.audit.trail import record_read
from admissions.audit.views import TrailBasePage
from admissions.core.actions import PageAction
from admissions.core.clock import minute_text
from admissions.core.decision import Decision
from admissions.core.forms import ReasonForm
from admissions.core.views import ActPage, ConfirmPage, DetailPage, FormPage, ListPage, RecordPage

from . import rules, services
from .enums import BreakGlassState, BreakGlassStatus
from .forms import RequestForm, ReviewForm
from .models import BreakGlassAccess
from .running_access import running_access
from .selectors import acts_during, report_for
from .tables import BreakGlassTable

TITLE = "紧急授权"


def home_of(access: BreakGlassAccess) -> str:
    return reverse("accounts:break-glass-access", args=[access.pk])


ACCESSES = ((TITLE, "accounts:break-glass-accesses"),)


def break_glass_banner(request: HttpRequest) -> dict[str, str] | None:
    """For the frame of every page while the person's access lasts."""
    access = running_access(request.user)
    if access is None:
        return None
    until = minute_text(access.ends_at)
    return {"scope": access.scope_text, "until": until, "url": home_of(access)}


class BreakGlassListPage(ListPage):
    model = BreakGlassAccess
    table_class = BreakGlassTable
    page_title = TITLE
    page_intro = (
        "来不及按程序授权、又必须立即查阅时用：第二人批准，最长60分钟，只能查阅，回避照常，次日由监督人员复核。"
    )
    unit = "项"
    export_name = "紧急授权清单"
    empty_title = "没有您可以看到的紧急授权"
    empty_text = "本人申请的、由您批准或复核的紧急授权列在这里。"

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("person", "season", "group")

    def page_actions(self) -> list[PageAction]:
        decision = rules.can_request(self.request.user)
        return [PageAction("申请紧急授权", reverse("accounts:break-glass-request"), decision, "lock-open", "primary")]


class BreakGlassRequestPage(FormPage):
    command = services.request_access
    form_class = RequestForm
    page_title = "申请紧急授权"
    submit_label = "提交申请"
    success_text = "已提交，等候安全管理员批准。"
    above = ACCESSES

    def may_open(self) -> Decision:
        return rules.can_request(self.request.user)

    def consequences(self) -> list[str]:
        return [
            "批准以后您可以查阅所选范围的留痕和记录，不能办理任何事项；须回避的仍然看不到。",
            "期间的每次查阅都会留痕，到时自动结束，次日由监督人员逐条复核。",
        ]

    def run(self, form: RequestForm) -> BreakGlassAccess:
        return services.request_access(actor=self.request.user, **form.cleaned_data)


class OfAccess(RecordPage):
    model = BreakGlassAccess
    above = ACCESSES

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("person", "season", "group", "decided_by", "reviewed_by")


class BreakGlassPage(OfAccess, DetailPage):
    template_name = "accounts/break_glass.html"
    has_history = False

    def status(self) -> BreakGlassState:
        return self.object.state

    def needs(self) -> str:
        access = self.object
        if access.is_stale:
            return "申请已超过24小时，不能再批准。"
        if access.status == BreakGlassStatus.REQUESTED:
            return "安全管理员批准，批准人不能是申请人的下级。"
        if access.is_running:
            return f"{minute_text(access.ends_at)}自动结束，然后由驻点监督员复核。"
        return "驻点监督员复核。" if access.is_over else ""

    def facts(self) -> list[tuple[str, Any]]:
        access = self.object
        start = access.period.lower if access.period else None
        return [
            ("申请人", access.person.name),
            ("范围", access.scope_text),
            ("查阅什么", access.purpose),
            ("为什么紧急", access.reason),
            ("时长", f"{access.minutes}分钟"),
            ("申请时间", minute_text(access.requested_at)),
            ("批准人" if access.period else "审批人", access.decided_by),
            ("有效期", f"{minute_text(start)}至{minute_text(access.ends_at)}" if access.ends_at else None),
            ("复核时限", minute_text(access.review_due_at) if access.is_over else None),
            ("复核人", access.reviewed_by),
            ("复核结论", access.get_conclusion_display() or None),
            ("复核意见", access.review_note or None),
        ]

    def actions(self) -> list[PageAction]:
        user, access = self.request.user, self.object
        offered = {
            BreakGlassStatus.REQUESTED: [
                ("批准", "accounts:break-glass-approve", rules.can_approve, "shield-check", "primary"),
                ("不批准", "accounts:break-glass-decline", rules.can_decide, "x", "secondary"),
                ("撤回申请", "accounts:break-glass-withdraw", rules.can_withdraw, "arrow-back-up", "secondary"),
            ],
        }.get(access.status, [])
        if access.is_running:
            offered = [("提前结束", "accounts:break-glass-end", rules.can_end, "lock", "danger")]
        if access.period is not None:
            offered = [
                *offered,
                ("查阅经过", "accounts:break-glass-report", rules.can_read_report, "timeline-event", "secondary"),
            ]
        if access.is_over:
            offered = [
                *offered,
                ("复核", "accounts:break-glass-review", rules.can_review, "clipboard-check", "primary"),
            ]
        return [
            PageAction(label, reverse(name, args=[access.pk]), rule(user, access), icon, style)
            for label, name, rule, icon, style in offered
        ]

    def context(self) -> dict[str, Any]:
        return {
            **super().context(),
            "passages": self.object.passages.without_recused(self.request.user).select_related("actor"),
        }


class AccessActPage(OfAccess, ActPage):
    form_class = ReasonForm
    argument = "access"


@method_decorator(reauthentication_required, name="get")
@method_decorator(reauthentication_required, name="post")
class BreakGlassApprovePage(AccessActPage, ConfirmPage):
    """The approver proves afresh who they are: by the second factor where there is one."""

    rule, command = rules.can_approve, services.approve_access
    verb, submit_label, success_text = "批准紧急授权", "批准并立即生效", "已批准，立即生效。"

    def consequences(self) -> list[str]:
        access = self.object
        return [
            f"{access.person.name}在{access.minutes}分钟内可以查阅{access.scope_text}的留痕和记录，不能办理任何事项。",
            "已经查阅的不能收回；您和申请人都可以提前结束。次日由监督人员复核。",
        ]


class BreakGlassDeclinePage(AccessActPage):
    rule, command = rules.can_decide, services.decline_access
    verb, submit_label, success_text = "不批准紧急授权", "不批准", "已答复不批准。"


class BreakGlassWithdrawPage(AccessActPage):
    rule, command = rules.can_withdraw, services.withdraw_access
    verb, submit_label, success_text = "撤回紧急授权申请", "撤回", "申请已撤回。"


class BreakGlassEndPage(AccessActPage):
    rule, command = rules.can_end, services.end_access
    verb, submit_label, submit_style, success_text = "提前结束紧急授权", "立即结束", "danger", "紧急授权已结束。"


class BreakGlassReviewPage(AccessActPage):
    form_class = ReviewForm
    rule, command = rules.can_review, services.review_access
    verb, submit_label, success_text = "复核紧急授权", "提交复核", "复核已登记。"


class BreakGlassReportPage(OfAccess, TrailBasePage):
    """Everything the person did while the access lasted, as far as the reader may know it; opening it is on record."""

    above = ACCESSES

    def may_open(self) -> Decision:
        return rules.can_read_report(self.request.user, self.object)

    def get_title(self) -> str:
        return f"紧急授权期间的经过：{self.object}"

    def events(self) -> Any:
        return report_for(self.request.user, self.object)

    def show(self, **extra: Any) -> Any:
        if self.request.user.pk != self.object.person_id:
            record_read(actor=self.request.user, target=self.object, purpose="紧急授权复核", label="查阅紧急授权经过")
        return super().show(**extra)

    def context(self) -> dict[str, Any]:
        context = super().context()
        hidden = acts_during(self.object).count() - self.events().count()
        withheld = f"另有{hidden}条不在您的监督范围内，由审计管理员查阅。" if hidden else ""
        return {**context, "page_intro": f"申请查阅：{self.object.purpose}。{withheld}"}
