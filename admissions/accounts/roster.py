"""人员花名册: accounts from the staff roster, recognised by staff number.

Blank cells keep what an existing account has. New accounts have no password: slips are issued afterwards.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from admissions.audit.gate import require_not_recused
from admissions.core.decision import Refused
from admissions.core.importing.kinds import ImportKind, Judged, Standing, Verdict, rejected
from admissions.core.importing.sheets import Column, Row, clean_name, fold

from .enums import AccountStatus, Employment
from .identity import IdentityProblem, check_id_number, check_phone, keyed_digest, masked_tail
from .models import Organisation, User
from .permissions import Permission
from .personal_numbers import holds_id_number
from .services import save_new_account, save_particulars

COLUMNS = (
    Column("name", "姓名"),
    Column("staff_number", "工号", ("人员编号", "职工号")),
    Column("phone", "手机号", ("手机", "手机号码", "联系电话"), required=False),
    Column("id_number", "身份证号", ("身份证", "身份证号码", "证件号码", "公民身份号码"), required=False),
    Column("organisation", "单位", ("工作单位", "所在单位", "单位名称")),
    Column("title", "职务", ("职务职称", "现任职务"), required=False),
    Column("employment", "人员身份", ("人员类别", "人员性质")),
)
LABELS = {column.key: column.label for column in COLUMNS}
EMPLOYMENTS = {
    "专职": Employment.FULL_TIME,
    "在编": Employment.FULL_TIME,
    "借调兼职": Employment.SECONDED,
    "借调": Employment.SECONDED,
    "外聘兼职": Employment.EXTERNAL,
    "外聘": Employment.EXTERNAL,
}
# Letters of every script, and ideographs newer than the tables of this Python (planes 2 and 3); one dot, blank or dash between.
LETTER = r"(?:[^\W\d_]|[\U00020000-\U0003fffd])"
SHAPE_OF_NAMES = rf"{LETTER}+(?:[· .'’-]{LETTER}+)*"
COMPARED = ("name", "phone", "organisation_id", "title", "employment", "id_digest")


class Rejection(Exception):
    """A cell that cannot be accepted: column, its value as it may be shown, and why."""

    def __init__(self, column: str, value: str, reason: str) -> None:
        super().__init__(reason)
        self.column, self.value, self.reason = LABELS[column], value, reason


@dataclass
class Known:
    """What the rows are compared with: accounts, units, and earlier rows of the same file."""

    units: dict[str, Organisation]
    unit_names: dict[int, str]
    by_staff_number: dict[str, User]
    by_digest: dict[str, User]
    by_any_name: dict[str, User]
    lines: dict[tuple[str, str], int] = field(default_factory=dict)

    @classmethod
    def load(cls) -> "Known":
        accounts = list(User.objects.select_related("organisation"))
        names = {name: a for a in accounts for name in (a.username, a.staff_number, a.phone) if name}
        units = list(Organisation.objects.filter(is_active=True))
        return cls(
            units={fold(unit.name): unit for unit in units},
            unit_names={unit.pk: unit.name for unit in units},
            by_staff_number={a.staff_number: a for a in accounts if a.staff_number},
            by_digest={a.id_digest: a for a in accounts if a.id_digest},
            by_any_name=names,
        )

    def once(self, column: str, value: str, shown: str, line: int) -> None:
        earlier = self.lines.setdefault((column, value), line)
        if earlier != line:
            raise Rejection(column, shown, f"与第{earlier}行的{LABELS[column]}相同")


def judge(rows: list[Row], season: Any) -> list[Judged]:
    """A verdict for every row, from three queries altogether."""
    known = Known.load()
    return [_judge_row(row, known) for row in rows]


def _judge_row(row: Row, known: Known) -> Judged:
    try:
        person = _person(row, known)
        account = known.by_staff_number.get(person["staff_number"])
        _require_consistent(person, account, known)
    except Rejection as problem:
        return rejected(row, problem.column, problem.value, problem.reason, clean_name(row.cells["name"]))
    label = f"{person['name']}（{person['staff_number']}）"
    if account is None:
        return Judged(row.line, Verdict.NEW, label, payload={"account": None, **person})
    changes = _changes(person, account, known)
    verdict = Verdict.CHANGED if changes else Verdict.SAME
    return Judged(row.line, verdict, label, changes=changes, payload={"account": account.pk, **person})


def _person(row: Row, known: Known) -> dict[str, Any]:
    """The cells as they would be written; each checked by itself and against the rows above."""
    cells, line = row.cells, row.line
    staff_number = _staff_number(cells["staff_number"])
    phone = _optional("phone", cells["phone"], check_phone, _masked_phone)
    id_number = _optional("id_number", cells["id_number"], check_id_number, _masked_number)
    person = {
        "name": _name(cells["name"]),
        "staff_number": staff_number,
        "phone": phone,
        "id_digest": keyed_digest(id_number) if id_number else None,
        "id_tail": masked_tail(id_number) if id_number else "",
        "organisation_id": _unit(cells["organisation"], known).pk,
        "title": _title(cells["title"]),
        "employment": _employment(cells["employment"]),
    }
    known.once("staff_number", staff_number, staff_number, line)
    if phone:
        known.once("phone", phone, _masked_phone(phone), line)
    if id_number:
        known.once("id_number", person["id_digest"], person["id_tail"], line)
    return person


def _name(cell: str) -> str:
    name = clean_name(cell)
    if not name:
        raise Rejection("name", "", "没有填写姓名")
    if not 2 <= len(name) <= 60 or not re.fullmatch(SHAPE_OF_NAMES, name):
        raise Rejection("name", name[:60], "应为2至60个字，不含数字和符号")
    return name


def _staff_number(cell: str) -> str:
    number = re.sub(r"\s+", "", unicodedata.normalize("NFKC", cell))
    if not re.fullmatch(r"[A-Za-z0-9-]{3,20}", number):
        raise Rejection("staff_number", number[:40], "应为3至20位字母或数字" if number else "没有填写工号")
    if holds_id_number(number):
        raise Rejection("staff_number", masked_tail(number), "不得用证件号码作工号")
    return number


def _optional(column: str, cell: str, check: Callable[[str], str], shown: Callable[[str], str]) -> str | None:
    if not cell:
        return None
    try:
        return check(cell)
    except IdentityProblem as problem:
        raise Rejection(column, shown(cell), str(problem)) from problem


def _unit(cell: str, known: Known) -> Organisation:
    unit = known.units.get(fold(cell))
    if unit is None:
        raise Rejection("organisation", cell[:100], "没有登记这个单位，请核对名称，或先在“单位”中增加")
    return unit


def _title(cell: str) -> str:
    if len(cell) > 60:
        raise Rejection("title", cell[:60], "超过60个字")
    if holds_id_number(cell):
        raise Rejection("title", "", "含有证件号码，请改填职务")
    return cell


def _employment(cell: str) -> str:
    kind = EMPLOYMENTS.get(fold(cell))
    if kind is None:
        raise Rejection("employment", cell[:40], f"应为{'、'.join(Employment.labels)}之一")
    return kind.value


def _require_consistent(person: dict[str, Any], account: User | None, known: Known) -> None:
    """The staff number, the ID number and the phone must lead to the same account, or to none."""
    holder = known.by_digest.get(person["id_digest"]) if person["id_digest"] else None
    if holder is not None and (account is None or holder.pk != account.pk):
        raise Rejection("id_number", person["id_tail"], f"此证件号已属于账号“{_called(holder)}”")
    if account is not None:
        _require_same_person(person, account)
    for column in ("staff_number", "phone"):
        owner = known.by_any_name.get(person[column] or "")
        if owner is not None and (account is None or owner.pk != account.pk):
            shown = _masked_phone(person[column]) if column == "phone" else person[column]
            raise Rejection(column, shown, f"已被账号“{_called(owner)}”使用")


def _require_same_person(person: dict[str, Any], account: User) -> None:
    number = person["staff_number"]
    if account.status == AccountStatus.CLOSED:
        raise Rejection("staff_number", number, f"属于已注销的账号“{account.name}”，不再启用")
    proven = person["id_digest"] is not None and person["id_digest"] == account.id_digest
    if person["id_digest"] and account.id_digest and not proven:
        raise Rejection("id_number", person["id_tail"], f"与现有账号“{_called(account)}”的证件号不同，请核对工号")
    if person["name"] != account.name and not proven:
        raise Rejection("name", person["name"], f"工号{number}属于“{account.name}”，姓名不符，请核对")


def _called(account: User) -> str:
    return (
        f"{account.name}，工号{account.staff_number}"
        if account.staff_number
        else f"{account.name}（{account.username}）"
    )


def _changes(person: dict[str, Any], account: User, known: Known) -> list[str]:
    """What would change, in words; a blank cell changes nothing."""
    changes = []
    for attribute in COMPARED:
        value = person[attribute]
        if value and value != getattr(account, attribute):
            changes.append(_in_words(attribute, person, account, known))
    return changes


def _in_words(attribute: str, person: dict[str, Any], account: User, known: Known) -> str:
    if attribute == "id_digest":
        return "补登证件号"
    if attribute == "phone":
        return f"手机号：{account.masked_phone or '空'} → {_masked_phone(person['phone'])}"
    if attribute == "organisation_id":
        return f"单位：{account.organisation or '空'} → {known.unit_names[person['organisation_id']]}"
    if attribute == "employment":
        return f"人员身份：{account.get_employment_display()} → {Employment(person['employment']).label}"
    return f"{LABELS[attribute]}：{getattr(account, attribute) or '空'} → {person[attribute]}"


def apply(payloads: list[dict[str, Any]], batch: Any, actor: Any) -> None:
    """Inside the confirming command: new accounts without password, corrected particulars of known ones.

    Refuses: an account closed since the check; actor must keep away from somebody whose particulars it corrects.
    """
    for payload in payloads:
        person = dict(payload)
        pk = person.pop("account")
        if pk is None:
            save_new_account(User(username=person["staff_number"], **person))
        else:
            account = User.objects.select_for_update(of=("self",)).get(pk=pk)
            require_not_recused(actor, [account])
            _update(account, person)


def _update(account: User, person: dict[str, Any]) -> None:
    if account.status == AccountStatus.CLOSED:
        raise Refused(f"账号“{_called(account)}”在预检之后已注销。", who_can="请作废这次导入，重新上传。")
    for attribute in COMPARED:
        if person[attribute]:
            setattr(account, attribute, person[attribute])
    if person["id_digest"]:
        account.id_tail = person["id_tail"]
    save_particulars(account)


def _masked_phone(phone: str) -> str:
    digits = re.sub(r"\s+", "", unicodedata.normalize("NFKC", phone))
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) >= 8 else digits


def _masked_number(number: str) -> str:
    """Even a wrong number is somebody's: it is not shown whole."""
    return masked_tail(re.sub(r"\s+", "", unicodedata.normalize("NFKC", number)))


def standing(season: Any) -> Standing:
    count = User.objects.exclude(status=AccountStatus.CLOSED).count()
    return Standing(f"并入现有{count:,}个账号：新工号建立账号，已有工号更正信息；文件里没有的人不受影响。")


ROSTER = ImportKind(
    code="roster",
    label="人员花名册",
    permission=Permission.CREATE_ACCOUNTS,
    columns=COLUMNS,
    intro="按工号识别人员：新工号建立账号，已有工号更正信息，空格不改动原有内容。"
    "单位须先登记。身份证号只保存校验摘要和末四位，来源文件在导入或作废后清除。"
    "新账号没有口令，导入后在“账号与授权”发放初始口令。",
    standing=standing,
    judge=judge,
    apply=apply,
    sensitive=True,
    result_url=lambda batch: f"{reverse('accounts:list')}?sign_in=none",
)
