"""What a person does with their own account."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.urls import reverse

from admissions.core.actions import PageAction
from admissions.core.clock import minute_text
from admissions.core.decision import ALLOWED, Decision
from admissions.core.views import FormPage, Page

from . import credentials, rules
from .forms import ChangePasswordForm
from .models import User
from .passwords import is_expired
from .selectors import grants_of, has_second_factor, live_session_of, sign_ins_of
from .sessions import confirm_identity
from .views import WithPassword


class MyAccountPage(Page):
    """Own roles, password, second factor, sign-ins."""

    template_name = "accounts/mine.html"
    page_title = "我的账号"

    def context(self) -> dict[str, Any]:
        user = self.request.user
        return {
            **super().context(),
            "facts": self.facts(user),
            "actions": self.actions(user),
            "grants": [
                {"grant": grant, "period": rules.period_text(grant), "state": grant.state} for grant in grants_of(user)
            ],
            "session": live_session_of(user),
            "sign_ins": sign_ins_of(user),
        }

    def facts(self, user: User) -> list[tuple[str, Any]]:
        changed_at = user.password_changed_at
        return [
            ("姓名", user.name),
            ("登录名", user.username),
            ("工号", user.staff_number),
            ("手机号", user.masked_phone),
            ("单位", user.organisation),
            ("职务", user.title),
            ("口令到期", minute_text(changed_at + settings.PASSWORD_MAX_AGE) if changed_at else "须立即修改"),
            ("动态口令", self.second_factor(user)),
        ]

    def second_factor(self, user: User) -> str:
        if not has_second_factor(user):
            return "未启用"
        codes = Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.RECOVERY_CODES).first()
        return f"已启用，恢复码剩余{len(codes.wrap().get_unused_codes())}个" if codes else "已启用，无恢复码"

    def actions(self, user: User) -> list[PageAction]:
        change = PageAction("修改口令", reverse("accounts:password-change"), ALLOWED, "key", "primary")
        if not has_second_factor(user):
            return [change, PageAction("启用动态口令", reverse("mfa_activate_totp"), ALLOWED, "device-mobile")]
        return [
            change,
            PageAction("查看恢复码", reverse("mfa_view_recovery_codes"), ALLOWED, "list-check"),
            PageAction("更换手机", reverse("mfa_deactivate_totp"), ALLOWED, "device-mobile"),
        ]


class ChangePasswordPage(WithPassword, FormPage):
    command = credentials.change_own_password
    form_class = ChangePasswordForm
    page_title = "修改口令"
    submit_label = "修改口令"
    success_text = "口令已修改。"

    def may_open(self) -> Decision:
        return rules.can_change_own_password(self.request.user)

    def prepare(self) -> None:
        """Whoever must change it first sees no navigation: nothing in it would open."""
        if self.why():
            self.template_name = "account/password_change.html"

    def why(self) -> str:
        """Why the person was led here; empty when they came by themselves."""
        user = self.request.user
        if user.must_change_password:
            return "首次登录或口令重置后"
        return f"口令使用满{settings.PASSWORD_MAX_AGE.days}天" if is_expired(user) else ""

    def way(self) -> list[tuple[str, str]]:
        return [] if self.why() else [("我的账号", reverse("accounts:mine"))]

    def run(self, form: ChangePasswordForm) -> User:
        return credentials.change_own_password(
            actor=self.request.user,
            reason=f"{self.why() or '本人主动'}修改",
            new_password=form.cleaned_data["new_password"],
        )

    def success_response(self, result: User) -> HttpResponse:
        """This session goes on under the new password."""
        update_session_auth_hash(self.request, result)
        confirm_identity(self.request)
        return super().success_response(result)

    def success_url(self, result: User) -> str:
        return reverse("home") if self.why() else reverse("accounts:mine")

    def context(self) -> dict[str, Any]:
        why = self.why()
        return {**super().context(), "page_intro": f"{why}须先修改口令，才能使用其他页面。" if why else ""}
