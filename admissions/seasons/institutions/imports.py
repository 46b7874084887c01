"""Import of the Ministry's list 全国普通高等学校名单 as published: province headings, floats, stray line breaks.

A file is the whole list: schools it does not name are marked as no longer listed.
"""

import re
from collections.abc import Iterator
from typing import Any

from django.db import connection
from django.urls import reverse

from admissions.accounts.permissions import Permission
from admissions.audit.commands import explain_unique
from admissions.audit.gate import require_not_recused
from admissions.core.decision import Refused
from admissions.core.importing.kinds import ImportKind, Judged, Standing, Verdict, rejected
from admissions.core.importing.sheets import Column, Row, clean_name
from admissions.evidence.enums import ImportStatus
from admissions.evidence.models import ImportBatch

from .enums import Level, ListStatus
from .models import Institution

KIND = "institutions"
LOCK = 4_202_619
COLUMNS = (
    Column("number", "序号"),
    Column("name", "学校名称", ("院校名称", "高校名称")),
    Column("code", "学校标识码", ("院校标识码", "标识码")),
    Column("authority", "主管部门"),
    Column("location", "所在地"),
    Column("level", "办学层次", ("层次",)),
    Column("remark", "备注", required=False),
)
HEADING = re.compile(r"^(?P<province>\D+?)[(（](?P<count>\d+)所[)）]$")
LEVELS = {level.label: level.value for level in Level}
COMPARED = ("name", "authority", "province", "location", "level", "remark", "status")
CHANGED_SINCE = "预检之后院校记录又有变动，不能按旧的预检结果写入。"
AGAIN = "请作废这次导入，重新上传同一文件预检。"

explain_unique(Institution, "code", CHANGED_SINCE + AGAIN)


def judge(rows: list[Row], season: Any) -> Iterator[Judged]:
    """A verdict per school of the file, and one per school of the register that the file no longer names."""
    known = {school.code: school for school in Institution.objects.all()}
    seen: dict[str, int] = {}
    named: set[str] = set()
    province, heading, counted = "", None, 0
    for row in rows:
        match = HEADING.match(row.cells["number"])
        if match and not row.cells["code"]:
            yield from _miscount(heading, counted)
            province, heading, counted = clean_name(match["province"]), (row, int(match["count"])), 0
            continue
        counted += 1
        named.add(row.cells["code"])
        yield _judged(row, province, known, seen)
    yield from _miscount(heading, counted)
    # A file in which nothing could be read says nothing about schools that left the list; a line that is rejected names
    # its school all the same.
    if seen:
        yield from (_delisted(school) for school in known.values() if school.code not in named and _is_listed(school))


def _is_listed(school: Institution) -> bool:
    return school.status == ListStatus.LISTED


def _judged(row: Row, province: str, known: dict[str, Institution], seen: dict[str, int]) -> Judged:
    cells = row.cells
    name, code = full_width(clean_name(cells["name"])), cells["code"]
    label = f"{name}（{code}）"
    fault = _fault(row, province)
    if fault:
        return rejected(row, *fault, label)
    if code in seen:
        return rejected(row, "学校标识码", code, f"与第{seen[code]}行的学校标识码重复", label)
    seen[code] = row.line
    fields = {
        "code": code,
        "name": name,
        "authority": full_width(clean_name(cells["authority"])),
        "province": province,
        "location": clean_name(cells["location"]),
        "level": LEVELS[cells["level"]],
        "remark": full_width(clean_name(cells["remark"])),
        "status": ListStatus.LISTED.value,
    }
    school = known.get(code)
    if school is None:
        return Judged(row.line, Verdict.NEW, label, payload={"fields": fields})
    changes = changes_between(school, fields)
    if not changes:
        return Judged(row.line, Verdict.SAME, label)
    payload = {"pk": school.pk, "revision": school.revision, "fields": fields}
    return Judged(row.line, Verdict.CHANGED, label, changes=changes, payload=payload)


def _fault(row: Row, province: str) -> tuple[str, str, str] | None:
    """(column, value, reason) of the first thing that is wrong with a row."""
    cells = row.cells
    missing = next((column for column in COLUMNS[1:6] if not cells[column.key]), None)
    if missing:
        return missing.label, "", "必填，未填写"
    if not re.fullmatch(r"\d{10}", cells["code"]):
        return "学校标识码", cells["code"], "应为10位数字"
    if cells["level"] not in LEVELS:
        return "办学层次", cells["level"], f"应为{'或'.join(LEVELS)}"
    too_long = next((c for c in COLUMNS[1:] if len(cells[c.key]) > _room(c.key)), None)
    if too_long:
        return too_long.label, cells[too_long.key], f"超过{_room(too_long.key)}字"
    return None if province else ("序号", cells["number"], "前面没有省份标题行，无法确定省份")


def _room(key: str) -> int:
    return Institution._meta.get_field(key).max_length


def _miscount(heading: tuple[Row, int] | None, counted: int) -> Iterator[Judged]:
    """The Ministry states the number of schools per province: a file that lost rows is noticed."""
    if heading and heading[1] != counted:
        row, stated = heading
        text = row.cells["number"]
        yield rejected(row, "序号", text, f"标题写明{stated}所，实际有{counted}行，请核对是否缺行或多行", text)


def _delisted(school: Institution) -> Judged:
    change = f"名单状态：{ListStatus.LISTED.label} → {ListStatus.DELISTED.label}"
    payload = {"pk": school.pk, "revision": school.revision, "fields": {"status": ListStatus.DELISTED.value}}
    return Judged(
        0, Verdict.CHANGED, school.trail_label(), reason="文件中没有这所学校", changes=[change], payload=payload
    )


def changes_between(school: Institution, fields: dict[str, str]) -> list[str]:
    """`学校名称：旧 → 新` for each field that differs."""
    found = []
    for name in COMPARED:
        before, after = getattr(school, name), fields[name]
        if before != after:
            field = Institution._meta.get_field(name)
            words = dict(field.flatchoices)
            before, after = words.get(before, before), words.get(after, after)
            found.append(f"{field.verbose_name}：{before or '（空）'} → {after or '（空）'}")
    return found


def apply(payloads: list[dict[str, Any]], batch: ImportBatch, actor: Any) -> None:
    """Inside the confirming command: write new and changed schools.

    Refuses: another list was written, or a school changed, since the check; actor must keep away from a school it changes.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    written = ImportBatch.objects.filter(kind=KIND, status=ImportStatus.APPLIED)
    if written.filter(confirmed_at__gt=batch.uploaded_at).exists():
        raise Refused(CHANGED_SINCE, who_can=AGAIN)
    new = [Institution(**payload["fields"], source_import=batch) for payload in payloads if "pk" not in payload]
    Institution.objects.record_many(new)
    changed = {payload["pk"]: payload for payload in payloads if "pk" in payload}
    schools = list(Institution.objects.select_for_update().filter(pk__in=changed).order_by("pk"))
    require_not_recused(actor, schools)
    for school in schools:
        _change(school, changed[school.pk], batch)


def _change(school: Institution, payload: dict[str, Any], batch: ImportBatch) -> None:
    if school.revision != payload["revision"]:
        raise Refused(CHANGED_SINCE, who_can=AGAIN)
    for name, value in payload["fields"].items():
        setattr(school, name, value)
    school.source_import = batch
    school.save()


def full_width(text: str) -> str:
    """Brackets as the Ministry prints them; the sheet reader makes them half-width."""
    return text.replace("(", "（").replace(")", "）")


def standing(season: Any) -> Standing:
    count = Institution.objects.filter(status=ListStatus.LISTED).count()
    if not count:
        return Standing("现在还没有院校名单。")
    return Standing(
        f"将取代现行名单{count:,}所：文件里没有的学校标为“{ListStatus.DELISTED.label}”。", count, "所", True
    )


INSTITUTIONS = ImportKind(
    code=KIND,
    label="院校名单",
    permission=Permission.IMPORT_REFERENCE,
    columns=COLUMNS,
    intro="教育部公布的《全国普通高等学校名单》原件，不必改动。文件视为完整名单：没有列入的学校将标为“已不在名单”。",
    standing=standing,
    judge=judge,
    apply=apply,
    result_url=lambda batch: reverse("seasons:institutions"),
)
