"""Forms of accounts: they check shape, the commands check right."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

from allauth.account.forms import LoginForm
from allauth.account.forms import ReauthenticateForm as PasswordAgainBase
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.cache import cache
from django.core.validators import RegexValidator
from django.http import HttpRequest
from django.utils import timezone

from admissions.core.forms import DayField, ReasonForm, Text

from .enums import Employment, Role
from .identity import IdentityProblem, check_id_number, check_phone, keyed_digest, masked_tail
from .lockout import password_confirmed
from .models import Organisation, RoleGrant, User
from .passwords import POLICY_TEXT

STAFF_NUMBER = RegexValidator(r"^[A-Za-z0-9-]{2,20}$", "工号为2至20位字母或数字。")


class SignInForm(LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = "登录名、工号或手机号"
        self.fields["login"].widget.attrs |= {"placeholder": "", "autofocus": True}
        self.fields["password"].label = "口令"
        self.fields["password"].widget.attrs["placeholder"] = ""
        self.fields["password"].help_text = ""


class PasswordAgainForm(PasswordAgainBase):
    """In the words of the other pages: 口令, not 密码."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].label = "口令"
        self.fields["password"].widget.attrs["placeholder"] = ""


class _UsedOnce:
    """A code of the step before or after is taken too (RFC 6238 §5.2), so it is remembered for as long as it could pass.

    allauth itself remembers a used code for one step only.
    """

    def clean_code(self) -> str:
        code: str = super().clean_code()
        steps = 2 * settings.MFA_TOTP_TOLERANCE + 1
        used = f"accounts.totp.used:{self.authenticator.pk}:{code.strip()}"
        is_totp = self.authenticator.type == Authenticator.Type.TOTP
        if is_totp and not cache.add(used, True, timeout=30 * steps):
            self._emit_authentication_failed(self.authenticator)
            raise get_adapter().validation_error("incorrect_code")
        return code


class _OurWords(_UsedOnce):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["code"]
        field.label = "动态口令或恢复码"
        field.widget.attrs |= {"placeholder": "", "autofocus": True}


class SecondFactorForm(_OurWords, AuthenticateForm):
    pass


class SecondFactorAgainForm(_OurWords, ReauthenticateForm):
    pass


class BindForm(ActivateTOTPForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = "验证器上的数字"
        self.fields["code"].widget.attrs["placeholder"] = ""


class PasswordReentryForm(forms.Form):
    """Mixed into the form of a critical act: the acting person proves once more who they are.

    Needs `request`. A wrong password counts towards the lockout. The field stays the last one.
    """

    own_password = forms.CharField(
        label="您的口令",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        help_text="办理此事须再次确认是您本人。连续输错会暂停验证。",
    )

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        self.request = request
        super().__init__(*args, **kwargs)
        self.order_fields([name for name in self.fields if name != "own_password"])

    def clean_own_password(self) -> None:
        """The password itself is not kept in the cleaned data."""
        if not password_confirmed(self.request, self.cleaned_data["own_password"]):
            raise forms.ValidationError("口令不正确。", code="wrong_password")


class ReasonReentryForm(PasswordReentryForm, ReasonForm):
    """A critical act that needs nothing but its reason."""


class ParticularsForm(ReasonForm):
    """What is known about a person."""

    name = Text(label="姓名", max_length=60)
    staff_number = Text(label="工号", max_length=20, required=False, validators=[STAFF_NUMBER])
    phone = Text(label="手机号", max_length=20, required=False)
    organisation = forms.ModelChoiceField(label="单位", queryset=Organisation.objects.none(), empty_label="请选择")
    title = Text(label="职务", max_length=60, required=False)
    employment = forms.ChoiceField(label="人员身份", choices=Employment.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = Organisation.objects.filter(is_active=True)
        self.order_fields(["username", *[name for name in self.fields if name != "reason"]])

    def clean_staff_number(self) -> str | None:
        return self.cleaned_data["staff_number"] or None

    def clean_phone(self) -> str | None:
        return _checked(check_phone, self.cleaned_data["phone"]) if self.cleaned_data["phone"] else None


class AccountForm(ParticularsForm):
    """A new account. Nobody can sign in with it before a first password is issued."""

    username = Text(
        label="登录名",
        max_length=40,
        help_text="3至40位字母、数字、下划线或短横线；建立后不能更改，也不再给他人使用。",
        validators=User._meta.get_field("username").validators,
    )

    id_number = Text(
        label="身份证号", max_length=30, required=False, help_text="用于回避比对。只保存校验摘要和末四位，不保存原号。"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["username", "name", "id_number"])

    def clean_id_number(self) -> str:
        """The number itself goes no further than this form."""
        typed = self.cleaned_data["id_number"]
        return _checked(check_id_number, typed) if typed else ""

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        number = data.pop("id_number", "")
        return {
            **data,
            "id_digest": keyed_digest(number) if number else None,
            "id_tail": masked_tail(number) if number else "",
        }


def _checked(check: Callable[[str], str], typed: str) -> str:
    try:
        return check(typed)
    except IdentityProblem as problem:
        raise forms.ValidationError(f"{problem}。") from problem


class GrantForm(PasswordReentryForm):
    """A role, for a period, in a scope, on a basis."""

    role = forms.ChoiceField(label="角色", choices=[("", "请选择"), *Role.choices])
    starts_on = DayField(label="生效日期", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    ends_on = DayField(
        label="截止日期",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="当日24时结束。不填为长期有效。",
    )
    season = forms.ModelChoiceField(
        label="限于录取季",
        queryset=RoleGrant.objects.none(),
        required=False,
        empty_label="不限",
        help_text="系统、安全、审计三类管理员的授权覆盖整个系统，不限录取季。",
    )
    group = forms.ModelChoiceField(
        label="限于工作组",
        queryset=RoleGrant.objects.none(),
        required=False,
        empty_label="不限",
        help_text="仅驻点监督员可限于工作组。",
    )
    basis = Text(label="授权依据", max_length=200, help_text="文件名称和文号，或会议决定。")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("season", "group"):
            self.fields[name].queryset = _scope_choices(name)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        starts_on, ends_on = data.get("starts_on"), data.get("ends_on")
        if starts_on and starts_on < timezone.localdate():
            self.add_error("starts_on", "授权不能倒签，请填今天或以后的日期。")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", "截止日期早于生效日期，请改正。")
        return data

    def starts_at(self) -> datetime:
        day = self.cleaned_data["starts_on"]
        return timezone.now() if day == timezone.localdate() else _midnight(day)

    def ends_at(self) -> datetime | None:
        day = self.cleaned_data["ends_on"]
        return _midnight(day + timedelta(days=1)) if day else None


def _scope_choices(field: str) -> Any:
    """Seasons and groups live in apps above this one; the grant's own foreign keys know them."""
    return RoleGrant._meta.get_field(field).related_model._default_manager.order_by("-id")


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


class PeopleField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, account: User) -> str:
        return f"{account.name}（{account.username}，{account.organisation or '未登记单位'}）"


class FirstPasswordsForm(PasswordReentryForm):
    """Which new accounts get their slips now."""

    accounts = PeopleField(
        label="人员",
        queryset=User.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请至少选择一人。"},
    )

    def __init__(self, *args: Any, accounts: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["accounts"].queryset = accounts


class ChangePasswordForm(PasswordReentryForm):
    new_password = forms.CharField(
        label="新口令",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=POLICY_TEXT,
    )
    repeated = forms.CharField(
        label="再输一次新口令", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["own_password", "new_password", "repeated"])
        self.fields["own_password"].label = "现口令"
        first = self.request.user.must_change_password
        self.fields["own_password"].help_text = "填安全管理员发给您的一次性口令。" if first else ""

    def clean_new_password(self) -> str:
        password = self.cleaned_data["new_password"]
        validate_password(password, self.request.user)
        return password

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if "new_password" in data and data.get("repeated") != data["new_password"]:
            self.add_error("repeated", "两次输入的新口令不一致。")
        return data


class OrganisationForm(ReasonForm):
    code = Text(label="单位代码", max_length=20)
    name = Text(label="单位名称", max_length=100)
    parent = forms.ModelChoiceField(
        label="上级单位", queryset=Organisation.objects.none(), required=False, empty_label="无"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = Organisation.objects.filter(is_active=True)
        self.order_fields(["code", "name", "parent", "reason"])


class RenameForm(ReasonForm):
    name = Text(label="新名称", max_length=100)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["name", "reason"])
