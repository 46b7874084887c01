"""Pages of the accounts: for security administrators, and to look at for audit administrators."""

from typing import Any

from django.db.models import Count
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from admissions.audit.access import trail_access
from admissions.core.actions import PageAction
from admissions.core.clock import minute_text
from admissions.core.decision import Decision
from admissions.core.forms import ReasonForm
from admissions.core.given import whole_number
from admissions.core.views import CommandPage, ConfirmPage, DetailPage, FormPage, ListPage
from admissions.house.questions import Unfinished
from admissions.house.views import LastActPage

from . import credentials, grants, rules, services
from .enums import ACCOUNT_TRANSITIONS, AccountStatus
from .filters import AccountFilter
from .forms import (
    AccountForm,
    FirstPasswordsForm,
    GrantForm,
    ParticularsForm,
    ReasonReentryForm,
)
from .models import Organisation, RoleGrant, User
from .permissions import Permission
from .selectors import accounts_for_list, grants_of, has_second_factor, live_session_of
from .tables import AccountTable

ACCOUNTS = (("账号与授权", "accounts:list"),)


class AccountListPage(ListPage):
    model = User
    table_class = AccountTable
    filterset_class = AccountFilter
    page_title = "账号与授权"
    page_intro = "能够登录本系统的人员。业务权限来自岗位任命，这里只管账号和角色授权。"
    unit = "人"
    export_name = "账号清单"
    empty_text = "可逐个建立账号，或导入人员花名册。"

    def may_open(self) -> Decision:
        return rules.can_view_accounts(self.request.user)

    def get_queryset(self) -> Any:
        return accounts_for_list(self.request.user)

    def page_actions(self) -> list[PageAction]:
        user = self.request.user
        return (
            [
                PageAction(
                    "建立账号", reverse("accounts:create"), rules.can_create_account(user), "user-plus", "primary"
                ),
                PageAction("发放初始口令", reverse("accounts:first-passwords"), rules.can_issue_passwords(user), "key"),
            ]
            if rules.can_create_account(user)
            else []
        )


class AccountPage(DetailPage):
    model = User
    template_name = "accounts/account.html"
    above = ACCOUNTS

    def may_open(self) -> Decision:
        return rules.can_view_accounts(self.request.user)

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("organisation")

    def status(self) -> AccountStatus:
        return AccountStatus(self.object.status)

    def needs(self) -> str:
        account = self.object
        if account.status != AccountStatus.ACTIVE:
            return ""
        if not account.has_usable_password():
            return "发放初始口令后本人才能登录。"
        if account.must_change_password:
            return "本人首次登录并修改口令。"
        return "" if has_second_factor(account) else "本人登录并启用动态口令。"

    def facts(self) -> list[tuple[str, Any]]:
        account = self.object
        return [
            ("登录名", account.username),
            ("工号", account.staff_number),
            ("手机号", account.masked_phone),
            ("证件号", account.id_tail),
            ("单位", account.organisation),
            ("职务", account.title),
            ("人员身份", account.get_employment_display()),
            (
                "口令修改时间",
                minute_text(account.password_changed_at) if account.password_changed_at else None,
            ),
            ("动态口令", "已启用" if has_second_factor(account) else "未启用"),
        ]

    def actions(self) -> list[PageAction]:
        user, account = self.request.user, self.object
        may_change = rules.can_change_accounts(user)
        if not may_change.ok:
            return [PageAction("变更账号与授权", "", may_change)]
        reset, give = rules.can_reset_password(user, account), rules.can_grant(user, account)
        first = [
            ("授予角色", "accounts:grant", give, "shield-check"),
            ("重置口令", "accounts:password-reset", reset, "key"),
        ]
        if not account.has_usable_password():
            first = [("发放初始口令", "accounts:password-reset", reset, "key"), first[0]]
        factor = rules.can_reset_second_factor(user, account)
        found = [
            (*first[0], "primary"),
            (*first[1], "secondary"),
            ("重置动态口令", "accounts:second-factor-reset", factor, "refresh", "secondary"),
            ("更正信息", "accounts:correct", rules.can_correct_account(user, account), "edit", "secondary"),
            *self._status_actions(user, account),
        ]
        return [
            PageAction(label, reverse(name, args=[account.pk]), decision, icon, style)
            for label, name, decision, icon, style in found
        ]

    def _status_actions(self, user: Any, account: User) -> list[tuple[str, str, Decision, str, str]]:
        """Only the passages the present status permits are worth a button."""
        possible = ACCOUNT_TRANSITIONS[AccountStatus(account.status)]
        table = {
            AccountStatus.SUSPENDED: (
                "停用账号",
                "accounts:suspend",
                rules.can_suspend_account,
                "player-pause",
                "secondary",
            ),
            AccountStatus.ACTIVE: (
                "恢复账号",
                "accounts:reactivate",
                rules.can_reactivate_account,
                "player-play",
                "primary",
            ),
            AccountStatus.CLOSED: ("注销账号", "accounts:close", rules.can_prepare_closing, "user-x", "secondary"),
        }
        rows = [table[target] for target in table if target in possible]
        return [(label, name, rule(user, account), icon, style) for label, name, rule, icon, style in rows]

    def history_url(self) -> str:
        """Who reads the whole trail sees the person's grants and acts as well, not the account's record alone."""
        if trail_access(self.request.user).everything:
            return reverse("audit:person", args=[self.object.pk])
        return super().history_url()

    def context(self) -> dict[str, Any]:
        user = self.request.user
        return {
            **super().context(),
            "grants": [self._grant_row(user, grant) for grant in grants_of(self.object)],
            "can_revoke": rules.may(user, Permission.GRANT_ROLES, "撤销角色").ok,
            "session": live_session_of(self.object),
        }

    def _grant_row(self, user: Any, grant: RoleGrant) -> dict[str, Any]:
        decision = rules.can_revoke_role(user, grant)
        return {
            "grant": grant,
            "period": rules.period_text(grant),
            "state": grant.state,
            "revoke_url": reverse("accounts:revoke", args=[grant.pk]) if decision.ok else "",
        }


class AccountCreatePage(FormPage):
    command = services.create_account
    form_class = AccountForm
    page_title = "建立账号"
    submit_label = "建立账号"
    success_text = "账号已建立。发放初始口令后本人才能登录。"
    above = ACCOUNTS

    def may_open(self) -> Decision:
        return rules.can_create_account(self.request.user)

    def run(self, form: AccountForm) -> User:
        return services.create_account(actor=self.request.user, **form.cleaned_data)


class OfAccount(CommandPage):
    """A command on one account; opens when its rule says yes."""

    model = User
    rule: Any = None
    above = ACCOUNTS

    def may_open(self) -> Decision:
        return type(self).rule(self.request.user, self.object)


class WithPassword:
    """The form asks for the acting person's own password."""

    def form_kwargs(self) -> dict[str, Any]:
        return {**super().form_kwargs(), "request": self.request}


class AccountCorrectPage(OfAccount):
    command = services.correct_account
    form_class = ParticularsForm
    rule = rules.can_correct_account
    page_title = "更正账号信息"
    submit_label = "更正"
    success_text = "账号信息已更正。"

    def initial(self) -> dict[str, Any]:
        names = ("name", "staff_number", "phone", "organisation", "title", "employment")
        return {name: getattr(self.object, name) for name in names}

    def run(self, form: ParticularsForm) -> User:
        return services.correct_account(actor=self.request.user, account=self.object, **form.cleaned_data)


class AccountSuspendPage(OfAccount):
    command = services.suspend_account
    form_class = ReasonForm
    rule = rules.can_suspend_account
    page_title = "停用账号"
    submit_label = "停用账号"
    submit_style = "danger"
    success_text = "账号已停用。"

    def consequences(self) -> list[str]:
        return [f"{self.object.name}立即退出登录，恢复前不能再登录。", "其授权和任命保留，恢复后继续有效。"]

    def run(self, form: ReasonForm) -> User:
        return services.suspend_account(
            actor=self.request.user, reason=form.cleaned_data["reason"], account=self.object
        )


class AccountReactivatePage(OfAccount):
    command = services.reactivate_account
    form_class = ReasonForm
    rule = rules.can_reactivate_account
    page_title = "恢复账号"
    submit_label = "恢复账号"
    success_text = "账号已恢复。"

    def run(self, form: ReasonForm) -> User:
        return services.reactivate_account(
            actor=self.request.user, reason=form.cleaned_data["reason"], account=self.object
        )


class AccountClosePage(WithPassword, LastActPage, OfAccount):
    """Lists what the person still holds; the form comes when nothing holds."""

    command = services.close_account
    form_class = ReasonReentryForm
    rule = rules.can_prepare_closing
    page_title = "注销账号"
    submit_label = "注销账号"
    success_text = "账号已注销。"

    def left(self) -> list[Unfinished]:
        return rules.held_by(self.object, self.request.user)

    def consequences(self) -> list[str]:
        return [
            f"{self.object.name}立即退出登录，此账号不能再启用。",
            "现有授权全部于此刻结束。",
            f"登录名“{self.object.username}”不再给他人使用；已留下的记录不变。",
        ]

    def run(self, form: ReasonReentryForm) -> User:
        return services.close_account(actor=self.request.user, reason=form.cleaned_data["reason"], account=self.object)


class SlipsResult:
    """The one-time passwords are shown once, in the answer to the form: they are stored nowhere."""

    def show_slips(self, slips: list[credentials.CredentialSlip]) -> HttpResponse:
        self.template_name = "accounts/slips.html"
        return self.show(slips=slips, issued_at=timezone.now(), page_title="口令条")


class PasswordResetPage(WithPassword, SlipsResult, OfAccount):
    form_class = ReasonReentryForm
    rule = rules.can_reset_password
    command = credentials.reset_password
    submit_label = "生成口令条"

    def get_title(self) -> str:
        return "重置口令" if self.object.has_usable_password() else "发放初始口令"

    def consequences(self) -> list[str]:
        return [
            "系统生成一次性口令，只在下一页显示一次，请当场打印或抄录，交给本人。",
            f"{self.object.name}原口令作废并退出登录，下次登录须先修改口令。",
        ]

    def run(self, form: ReasonReentryForm) -> credentials.CredentialSlip:
        return credentials.reset_password(
            actor=self.request.user, reason=form.cleaned_data["reason"], account=self.object
        )

    def success_response(self, result: credentials.CredentialSlip) -> HttpResponse:
        return self.show_slips([result])


class FirstPasswordsPage(WithPassword, SlipsResult, FormPage):
    command = credentials.issue_first_passwords
    form_class = FirstPasswordsForm
    template_name = "accounts/first_passwords.html"
    page_title = "发放初始口令"
    submit_label = "生成口令条"
    above = ACCOUNTS

    def may_open(self) -> Decision:
        return rules.can_issue_passwords(self.request.user)

    def prepare(self) -> None:
        """Those without a password, of one unit or of all; no more than fit into one batch."""
        waiting = User.objects.visible_to(self.request.user).active().filter(password__startswith="!")
        self.units = Organisation.objects.filter(user__in=waiting).annotate(waiting=Count("user")).order_by("code")
        unit = whole_number(self.request.GET.get("organisation", ""))
        chosen = waiting if unit is None else waiting.filter(organisation_id=unit)
        self.waiting_count = chosen.count()
        first = list(chosen.values_list("pk", flat=True)[: credentials.MAX_SLIPS])
        self.batch = waiting.filter(pk__in=first).select_related("organisation")
        if not self.units:
            self.template_name = "accounts/nothing_to_issue.html"

    def form_kwargs(self) -> dict[str, Any]:
        return {**super().form_kwargs(), "accounts": self.batch}

    def initial(self) -> dict[str, Any]:
        return {"accounts": list(self.batch)}

    def consequences(self) -> list[str]:
        return ["一次性口令只在下一页显示一次，请当场打印，交给本人。", "本人首次登录须先修改口令，再启用动态口令。"]

    def run(self, form: FirstPasswordsForm) -> list[credentials.CredentialSlip]:
        return credentials.issue_first_passwords(
            actor=self.request.user, reason="新建账号发放初始口令", accounts=list(form.cleaned_data["accounts"])
        )

    def success_response(self, result: list[credentials.CredentialSlip]) -> HttpResponse:
        return self.show_slips(result)

    def context(self) -> dict[str, Any]:
        unit = self.request.GET.get("organisation", "")
        return {
            **super().context(),
            "units": self.units,
            "unit": unit,
            "waiting_count": self.waiting_count,
            "max_slips": credentials.MAX_SLIPS,
        }


class SecondFactorResetPage(WithPassword, OfAccount):
    form_class = ReasonReentryForm
    rule = rules.can_reset_second_factor
    command = credentials.reset_second_factor
    page_title = "重置动态口令"
    submit_label = "重置动态口令"
    submit_style = "danger"
    success_text = "动态口令和恢复码已作废，本人下次登录时重新启用。"

    def consequences(self) -> list[str]:
        return [
            "先当面或经其单位核实是本人丢失手机，再办理。",
            f"{self.object.name}现有的动态口令和恢复码全部作废，并立即退出登录。",
        ]

    def run(self, form: ReasonReentryForm) -> User:
        return credentials.reset_second_factor(
            actor=self.request.user, reason=form.cleaned_data["reason"], account=self.object
        )


class GrantPage(WithPassword, OfAccount):
    command = grants.grant_role
    form_class = GrantForm
    rule = rules.can_grant
    page_title = "授予角色"
    submit_label = "授予角色"
    success_text = "角色已授予。"

    def initial(self) -> dict[str, Any]:
        return {"starts_on": timezone.localdate()}

    def run(self, form: GrantForm) -> RoleGrant:
        data = form.cleaned_data
        return grants.grant_role(
            actor=self.request.user,
            reason=data["basis"],
            account=self.object,
            role=data["role"],
            basis=data["basis"],
            starts_at=form.starts_at(),
            ends_at=form.ends_at(),
            season=data["season"],
            group=data["group"],
        )


class RevokePage(WithPassword, ConfirmPage):
    command = grants.revoke_role
    model = RoleGrant
    form_class = ReasonReentryForm
    page_title = "撤销角色"
    submit_label = "撤销角色"
    success_text = "角色已撤销。"
    above = ACCOUNTS

    def may_open(self) -> Decision:
        return rules.can_revoke_role(self.request.user, self.object)

    def consequences(self) -> list[str]:
        role, name = self.object.get_role_display(), self.object.user.name
        return [f"{name}的“{role}”授权（{rules.period_text(self.object)}）于此刻结束。", "再次需要时须另行授权。"]

    def run(self, form: ReasonReentryForm) -> RoleGrant:
        return grants.revoke_role(actor=self.request.user, reason=form.cleaned_data["reason"], grant=self.object)
