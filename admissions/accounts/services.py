"""Commands on accounts and organisations."""

from collections.abc import Callable

from django.db.models import Q

from admissions.audit.commands import command, explain_unique
from admissions.audit.facts import No
from admissions.audit.locking import lock
from admissions.core.citations import cite
from admissions.core.decision import Decision, Refused
from admissions.core.names import sort_key
from admissions.core.transitions import move

from . import rules
from .enums import ACCOUNT_TRANSITIONS, AccountStatus, Employment
from .grants import end_grants, hold_security_grants
from .models import Organisation, PasswordRecord, User
from .sessions import end_sessions

explain_unique(User, "username", "此登录名已被使用；注销的登录名也不再启用，请换一个。")
explain_unique(User, "staff_number", "此工号已属于另一账号，请核对。")
explain_unique(User, "phone", "此手机号已属于另一账号，请核对。")
explain_unique(User, "id_digest", "此证件号已属于另一账号：一人只有一个账号。")
explain_unique(Organisation, "code", "此单位代码已被使用。")
explain_unique(Organisation, "name", "此单位名称已被使用。")


@command("account.create", "建立账号", clause=cite("dengbao-8-1-5"))
def create_account(
    *,
    actor: User,
    reason: str,
    username: str,
    name: str,
    staff_number: str | None = None,
    phone: str | None = None,
    organisation: Organisation | None = None,
    title: str = "",
    employment: str = Employment.FULL_TIME,
    id_digest: str | None = None,
    id_tail: str = "",
    password: str | None = None,
) -> User:
    """Create an account; it can do nothing until roles are granted or posts are given.

    Refuses: actor is not a security administrator; a name to sign in with belongs to somebody else.
    Effects: without `password` nobody can sign in until a first password is issued.  Clause: 三员分立.
    """
    rules.can_create_account(actor).require()
    account = User(
        username=username,
        name=name,
        staff_number=staff_number,
        phone=phone,
        organisation=organisation,
        title=title,
        employment=employment,
        id_digest=id_digest,
        id_tail=id_tail,
    )
    return save_new_account(account, password)


def save_new_account(account: User, password: str | None = None) -> User:
    """Inside a command: the one way a new account row is written."""
    account.must_change_password = True
    account.set_password(password)
    save_particulars(account)
    if password is not None:
        PasswordRecord.objects.create(user=account, password=account.password)
    return account


@command("account.correct", "更正账号信息", clause=cite("dengbao-8-1-5"), alters="已登记的人员信息")
def correct_account(
    *,
    actor: User,
    reason: str,
    account: User,
    name: str,
    staff_number: str | None,
    phone: str | None,
    organisation: Organisation | None,
    title: str,
    employment: str,
) -> User:
    """Correct name, staff number, phone, unit, title or kind of employment.

    Refuses: actor is not another security administrator; the account is closed; a name belongs to somebody else.
    Effects: none beyond the record.  Clause: 三员分立.
    """
    account = lock(account)
    rules.can_correct_account(actor, account).require()
    account.name, account.staff_number, account.phone = name, staff_number, phone
    account.organisation, account.title, account.employment = organisation, title, employment
    return save_particulars(account)


def save_particulars(account: User) -> User:
    """Inside a command: the one way particulars of an account are written."""
    account.name_sort = sort_key(account.name)
    require_free_names(account)
    # Unique names were asked for just now; whoever comes between is met by the database's own constraint.
    account.full_clean(validate_unique=False)
    account.save()
    return account


@command("account.suspend", "停用账号", clause=cite("dengbao-8-1-5"))
def suspend_account(*, actor: User, reason: str, account: User) -> User:
    """Suspend an account at once; its grants stay and work again when it is reactivated.

    Refuses: actor is not another security administrator; not active; the last lasting security administrator.
    Effects: the person is signed out.  Clause: GB/T 22239-2019 8.1.4 访问控制.
    """
    hold_security_grants()
    return _change_status(rules.can_suspend_account, actor, lock(account), AccountStatus.SUSPENDED)


@command("account.reactivate", "恢复账号", clause=cite("dengbao-8-1-5"))
def reactivate_account(*, actor: User, reason: str, account: User) -> User:
    """Put a suspended account into use again.

    Refuses: actor is not another security administrator; not suspended.
    Effects: none beyond the record.  Clause: 三员分立.
    """
    return _change_status(rules.can_reactivate_account, actor, lock(account), AccountStatus.ACTIVE)


@command("account.close", "注销账号", clause=cite("dengbao-8-1-5"))
def close_account(*, actor: User, reason: str, account: User) -> User:
    """Close an account for ever; its names are never used again.

    Refuses: actor is not another security administrator; open duties; the last lasting security administrator.
    Effects: grants end now; the person is signed out.  Clause: GB/T 22239-2019 8.1.4 访问控制.
    """
    hold_security_grants()
    account = _change_status(rules.can_close_account, actor, lock(account), AccountStatus.CLOSED)
    end_grants(account)
    return account


def _change_status(rule: Callable[[User, User], Decision], actor: User, account: User, target: AccountStatus) -> User:
    rule(actor, account).require()
    account.status = move(ACCOUNT_TRANSITIONS, account.status, target)
    account.full_clean()
    account.save()
    if target != AccountStatus.ACTIVE:
        end_sessions(account)
    return account


@command("organisation.add", "增加单位", clause=No("单位名录由本单位自行维护，法规没有规定到这一步"))
def add_organisation(
    *, actor: User, reason: str, code: str, name: str, parent: Organisation | None = None
) -> Organisation:
    """Add a unit people can belong to.

    Refuses: actor is not a security administrator; code or name is taken.
    Effects: none beyond the record.  Clause: none.
    """
    rules.can_manage_organisations(actor).require()
    organisation = Organisation(code=code, name=name, parent=parent)
    organisation.full_clean()
    organisation.save()
    return organisation


@command("organisation.rename", "单位更名", clause=No("单位名录由本单位自行维护，法规没有规定到这一步"))
def rename_organisation(*, actor: User, reason: str, organisation: Organisation, name: str) -> Organisation:
    """Rename a unit; what was signed under the old name keeps it.

    Refuses: actor is not a security administrator; the name is taken.
    Effects: none beyond the record.  Clause: none.
    """
    organisation = lock(organisation)
    rules.can_manage_organisations(actor).require()
    organisation.name = name
    organisation.full_clean()
    organisation.save()
    return organisation


def require_free_names(account: User) -> None:
    """Login name, staff number and phone are all typed into the same field: none may lead to somebody else."""
    names = [name for name in (account.username, account.staff_number, account.phone) if name]
    taken = User.objects.filter(Q(username__in=names) | Q(staff_number__in=names) | Q(phone__in=names))
    other = taken.exclude(pk=account.pk).first()
    if other is not None:
        clash = next(name for name in names if name in (other.username, other.staff_number, other.phone))
        kind = {account.username: "登录名", account.staff_number: "工号", account.phone: "手机号"}[clash]
        raise Refused(
            f"{kind}已被账号“{other.name}（{other.username}）”使用，登录时将无法区分。",
            who_can="请核对后换用其他号码；注销账号的登录名也不再启用。",
        )
