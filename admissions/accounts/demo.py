"""Demonstration people: role-named logins, invented names, made through the commands. Never in production."""

import base64
import hashlib
import hmac
import struct
import time
from dataclasses import dataclass, field

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import encrypt
from django.conf import settings

from admissions.audit.trail import record_sign_in
from admissions.core.decision import Refused

from . import credentials, grants, services
from .bootstrap import FirstAdministrator, bootstrap_admins
from .enums import Employment, Role
from .models import Organisation, User

DEMO_PASSWORD = "Yan-shi-2026-luqu"
FIRST_PASSWORD = "Chu-shi-2026-luqu"
BASIS = "演示文件〔2026〕1号"
UNITS = {
    "D01": "演示省教育考试院",
    "D02": "演示省教育厅",
    "D03": "演示省信息中心",
    "D04": "演示省派驻监督组",
    "D05": "演示师范大学",
}


@dataclass(frozen=True)
class DemoPerson:
    """A login named after what the person shows."""

    login: str
    name: str
    duty: str
    unit: str = "D01"
    roles: tuple[Role, ...] = field(default=())
    employment: Employment = Employment.FULL_TIME


ADMINISTRATORS = {
    Role.SYSTEM_ADMIN: DemoPerson("sysadmin", "蒋示远", "系统管理员", "D03"),
    Role.SECURITY_ADMIN: DemoPerson("secadmin", "沈示安", "安全管理员", "D03"),
    Role.AUDIT_ADMIN: DemoPerson("auditor", "韩示清", "审计管理员", "D04"),
}
OFFICE = [
    DemoPerson("secadmin2", "朱示宁", "安全管理员", "D03", (Role.SECURITY_ADMIN,)),
    DemoPerson("secretary", "许示文", "行政秘书", "D01", (Role.SECRETARIAT,)),
    DemoPerson("secretary2", "何示章", "行政秘书", "D01", (Role.SECRETARIAT,)),
    DemoPerson("recusal1", "吕示正", "回避审查员", "D02", (Role.RECUSAL_OFFICER,)),
    DemoPerson("recusal2", "施示平", "回避审查员", "D02", (Role.RECUSAL_OFFICER,)),
    DemoPerson("rules", "孔示则", "制度管理员", "D01", (Role.RULE_EDITOR,)),
    DemoPerson("training", "曹示学", "培训管理员", "D01", (Role.TRAINING_OFFICER,)),
    # Supervision is granted per group, once the groups exist: `grant_supervision`.
    DemoPerson("supervisor", "严示明", "驻点监督员", "D04"),
    DemoPerson("supervisor2", "华示督", "驻点监督员", "D04"),
]
LEADER_NAMES = ("金示恒", "魏示达", "陶示嘉", "姜示衡", "戚示谦", "谢示敏", "邹示和")
SURNAMES = "喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁"
LAST_SIGNS = "一二三四五六七八九十春夏秋冬东西南北江河湖海山川"
MEMBER_NAMES = [f"{surname}示{sign}" for surname, sign in zip(SURNAMES, LAST_SIGNS, strict=True)]
LEADERS = [DemoPerson(f"leader{n}", name, "组长") for n, name in enumerate(LEADER_NAMES, 1)]
MEMBERS = [
    DemoPerson(
        f"member{n}",
        name,
        "组员",
        "D05" if n % 4 == 0 else "D01",
        employment=Employment.SECONDED if n % 4 == 0 else Employment.FULL_TIME,
    )
    for n, name in enumerate(MEMBER_NAMES, 1)
]
PEOPLE = [*ADMINISTRATORS.values(), *OFFICE, *LEADERS, *MEMBERS]


def create_demo_people() -> dict[str, User]:
    """Make whoever is missing, through the commands; each has changed the first password and has a second factor."""
    require_demonstration()
    if not User.objects.filter(username="secadmin").exists():
        bootstrap_admins(
            {role: FirstAdministrator(p.login, p.name, FIRST_PASSWORD) for role, p in ADMINISTRATORS.items()}
        )
        for person in ADMINISTRATORS.values():
            _settle(User.objects.get(username=person.login))
    security = User.objects.get(username="secadmin")
    units = {code: _unit(security, code, name) for code, name in UNITS.items()}
    present = set(User.objects.values_list("username", flat=True))
    for person in PEOPLE:
        if person.login not in present:
            _create(security, person, units[person.unit])
    _complete_administrators(units)
    return {account.username: account for account in User.objects.filter(username__in=[p.login for p in PEOPLE])}


def grant_supervision(login: str, groups: list) -> None:
    """The resident supervisor watches these groups and no others."""
    require_demonstration()
    security, account = User.objects.get(username="secadmin"), User.objects.get(username=login)
    for group in groups:
        grants.grant_role(
            actor=security,
            reason=BASIS,
            account=account,
            role=Role.SUPERVISOR,
            basis=BASIS,
            season=group.season,
            group=group,
        )


def demo_people_present() -> list[tuple[User, str]]:
    """The demonstration accounts there are, with what each shows."""
    require_demonstration()
    duties = {person.login: person.duty for person in PEOPLE}
    accounts = {account.username: account for account in User.objects.filter(username__in=duties)}
    return [(accounts[login], duty) for login, duty in duties.items() if login in accounts]


def require_demonstration() -> None:
    if not settings.DEMONSTRATION:
        raise Refused("本环境不允许演示账号：其口令和动态口令密钥是公开的。", who_can="请在演示环境运行。")


def totp_secret(login: str) -> str:
    """A fixed, public authenticator key, so that the demonstration can be walked through by machine and by phone."""
    return base64.b32encode(hashlib.sha256(f"demonstration {login}".encode()).digest()[:20]).decode()


def totp_code(login: str, at: float | None = None) -> str:
    """The six digits an authenticator would show now (RFC 6238)."""
    counter = int(time.time() if at is None else at) // 30
    digest = hmac.new(base64.b32decode(totp_secret(login)), struct.pack(">Q", counter), hashlib.sha1).digest()
    offset = digest[-1] & 0x0F
    return f"{(int.from_bytes(digest[offset : offset + 4]) & 0x7FFFFFFF) % 10**6:06}"


def _unit(actor: User, code: str, name: str) -> Organisation:
    found = Organisation.objects.filter(code=code).first()
    return found or services.add_organisation(actor=actor, reason="演示准备", code=code, name=name)


def _create(actor: User, person: DemoPerson, unit: Organisation) -> None:
    account = services.create_account(
        actor=actor,
        reason="演示准备",
        username=person.login,
        name=person.name,
        organisation=unit,
        title=person.duty,
        employment=person.employment,
        password=FIRST_PASSWORD,
    )
    for role in person.roles:
        grants.grant_role(actor=actor, reason=BASIS, account=account, role=role, basis=BASIS)
    _settle(account)


def _complete_administrators(units: dict[str, Organisation]) -> None:
    """The first three know only name and login; another security administrator adds the rest."""
    editors = {account.username: account for account in User.objects.filter(username__in=("secadmin", "secadmin2"))}
    for person in ADMINISTRATORS.values():
        account = User.objects.get(username=person.login)
        if account.organisation_id is None:
            services.correct_account(
                actor=editors["secadmin2" if person.login == "secadmin" else "secadmin"],
                reason="演示准备",
                account=account,
                name=person.name,
                staff_number=None,
                phone=None,
                organisation=units[person.unit],
                title=person.duty,
                employment=person.employment,
            )


def _settle(account: User) -> None:
    """What the person would do at the first sign-in."""
    credentials.change_own_password(actor=account, reason="首次登录修改", new_password=DEMO_PASSWORD)
    secret = {"secret": encrypt(totp_secret(account.username))}
    Authenticator.objects.create(user=account, type=Authenticator.Type.TOTP, data=secret)
    record_sign_in(actor=account, label="启用动态口令", reason="演示准备")
