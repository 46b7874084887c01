"""Rosters on their way in: uploaded by one security administrator, to be confirmed by another."""

from typing import Any

from admissions.accounts.enums import Role
from admissions.accounts.models import User
from admissions.core.importing.kinds import KINDS
from admissions.evidence.imports.checking import check_batch
from admissions.evidence.models import ImportBatch
from admissions.evidence.services import upload_import
from admissions.evidence.storage import Incoming

from .accounts import user_with
from .files import csv_file

HEADER = ["姓名", "工号", "手机号", "身份证号", "单位", "职务", "人员身份"]
UNIT = "省考试院"


def person(name: str = "吕示正", number: str = "S0001", **cells: str) -> list[str]:
    """One line of the roster."""
    given = {"phone": "", "id_number": "", "unit": UNIT, "title": "", "employment": "专职", **cells}
    return [name, number, *given.values()]


def roster(*people: list[str]) -> bytes:
    return csv_file([["花名册"], HEADER, *people])


def sent(content: bytes, actor: User | None = None, name: str = "花名册.csv", kind: str = "roster") -> ImportBatch:
    """Stored and opened, not yet checked."""
    return upload_import(
        actor=actor or user_with(Role.SECURITY_ADMIN),
        reason="测试导入",
        kind=KINDS[kind],
        season=None,
        incoming=Incoming([content], name),
    )


def checked(content: bytes, actor: User | None = None, **given: Any) -> ImportBatch:
    return check_batch(sent(content, actor, **given).pk)
