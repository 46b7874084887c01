"""Commands on passwords and second factors."""

from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.utils import timezone

from admissions.audit.commands import command
from admissions.audit.facts import Weight
from admissions.audit.locking import lock
from admissions.core.citations import cite
from admissions.core.decision import Refused

from . import rules
from .lockout import forgive
from .models import PasswordRecord, User
from .passwords import one_time_password
from .sessions import end_sessions

MAX_SLIPS = 50


@dataclass(frozen=True)
class CredentialSlip:
    """口令条: shown once to be handed over on paper; only the hash is kept."""

    account: User
    password: str


@command("account.change_password", "修改口令", clause=cite("privacy-51"))
def change_own_password(*, actor: Any, reason: str, new_password: str) -> User:
    """Replace one's own password; the other sessions of the account end.

    Refuses: the account is not in use; the password breaks the policy (as a form error).
    Effects: the password is remembered, so that it is not used again soon.  Clause: none.
    """
    account = lock(actor)
    rules.can_change_own_password(account).require()
    validate_password(new_password, account)
    _set_password(account, new_password, must_change=False)
    return account


@command("account.reset_password", "重置口令", clause=cite("dengbao-8-1-5"), weight=Weight.DECISIVE)
def reset_password(*, actor: Any, reason: str, account: User) -> CredentialSlip:
    """Give an account a one-time password, to be handed to the person, who must change it at the next sign-in.

    Refuses: actor is not another security administrator; the account is closed.
    Effects: the person is signed out; a lock after wrong passwords opens.  Clause: GB/T 22239-2019 8.1.4 身份鉴别.
    """
    account = lock(account)
    rules.can_reset_password(actor, account).require()
    return _issue(account)


@command("account.issue_passwords", "发放初始口令", clause=cite("dengbao-8-1-5"))
def issue_first_passwords(*, actor: Any, reason: str, accounts: list[User]) -> list[CredentialSlip]:
    """Give new accounts their first one-time passwords, as slips to be printed and handed over.

    Refuses: actor is not a security administrator; more than fifty at once; an account that has a password.
    Effects: none beyond the records.  Clause: GB/T 22239-2019 8.1.4 身份鉴别.
    """
    rules.can_issue_passwords(actor).require()
    if not 0 < len(accounts) <= MAX_SLIPS:
        raise Refused(f"一次发放1至{MAX_SLIPS}人的初始口令，所选为{len(accounts)}人。", who_can="请按单位分批发放。")
    return [_issue(_without_password(lock(account), actor)) for account in accounts]


def _without_password(account: User, actor: Any) -> User:
    rules.can_issue_first_password(actor, account).require()
    return account


@command("account.reset_second_factor", "重置动态口令", clause=cite("dengbao-8-1-5"), weight=Weight.DECISIVE)
def reset_second_factor(*, actor: Any, reason: str, account: User) -> User:
    """Remove authenticator and recovery codes of a person who lost the phone; a new one is set up at the next sign-in.

    Refuses: actor is not another security administrator; no second factor is set up.
    Effects: the person is signed out; a lock after wrong codes opens.  Clause: GB/T 22239-2019 8.1.4 身份鉴别 d.
    """
    account = lock(account)
    rules.can_reset_second_factor(actor, account).require()
    Authenticator.objects.filter(user_id=account.pk).delete()
    end_sessions(account)
    transaction.on_commit(lambda: forgive(account))
    return account


def _issue(account: User) -> CredentialSlip:
    password = one_time_password()
    _set_password(account, password, must_change=True)
    end_sessions(account)
    transaction.on_commit(lambda: forgive(account))
    return CredentialSlip(account, password)


def _set_password(account: User, password: str, *, must_change: bool) -> None:
    account.set_password(password)
    account.must_change_password = must_change
    account.password_changed_at = timezone.now()
    account.full_clean()
    account.save()
    PasswordRecord.objects.create(user=account, password=account.password)
