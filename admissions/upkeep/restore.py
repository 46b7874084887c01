"""Restore: into an empty database only; everything that can be known before is asked before anything is changed."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection

from admissions.audit.commands import machine_action
from admissions.audit.installing import install, unprotected_tables
from admissions.audit.reconcile import all_mismatches
from admissions.core.capability import Slot
from admissions.evidence.models import StoredFile
from admissions.evidence.storage import is_unchanged

from . import manifest as manifests
from .ledger_state import ends, row_counts
from .manifest import DUMP, EVIDENCE, Manifest
from .programs import Program, UpkeepRefused, restore_program, run, server_major

SHOWN = 5


@dataclass(frozen=True)
class AfterRestore:
    """One comparison of what was restored; `find` returns a sentence for each thing that does not agree."""

    label: str
    find: Callable[[Manifest], list[str]]


@dataclass(frozen=True)
class Plan:
    """What the questions before the restore have found out."""

    directory: Path
    manifest: Manifest
    program: Program


@dataclass(frozen=True)
class Finding:
    label: str
    problems: list[str]


def prepare(directory: Path) -> Plan:
    """Refuses: the backup is not whole or from elsewhere; a program or role is missing; the target is not empty."""
    manifest = manifests.read(directory)
    manifests.check_files(directory, manifest)
    manifests.check_program(manifest)
    program = restore_program(manifest.versions["pg_dump"])
    if server_major() < manifest.versions["server"]:
        raise UpkeepRefused(
            f"备份来自 PostgreSQL {manifest.versions['server']}，目标是 {server_major()}，不能恢复到更旧的服务器。"
        )
    run(program, "--list", str(directory / DUMP))
    _require_empty_database()
    _require_web_role()
    _require_empty_evidence()
    return Plan(directory, manifest, program)


def _require_empty_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND left(n.nspname, 3) <> 'pg_'"
            " AND c.relkind IN ('r', 'p', 'v', 'm', 'S') ORDER BY 1 LIMIT 1"
        )
        row = cursor.fetchone()
    if row:
        name = connection.settings_dict["NAME"]
        raise UpkeepRefused(f"目标数据库 {name} 不是空的（已有 {row[0]}）。请新建一个空库再恢复，没有改动任何内容。")


def _require_web_role() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [settings.DATABASE_WEB_ROLE])
        if cursor.fetchone() is None:
            raise UpkeepRefused(
                f"目标服务器上没有网站账号 {settings.DATABASE_WEB_ROLE}。请先按运行维护说明建立，没有改动任何内容。"
            )


def _require_empty_evidence() -> None:
    root = Path(settings.MEDIA_ROOT)
    if root.exists() and any(root.iterdir()):
        raise UpkeepRefused(f"材料目录 {root} 不是空的。请先移走其中的文件，没有改动任何内容。")


def restore(plan: Plan) -> None:
    """Evidence first, then the database in one transaction: a failure leaves both empty as they were."""
    os.umask(0o077)
    try:
        _copy_evidence(plan)
        run(
            plan.program,
            "--exit-on-error",
            "--single-transaction",
            "--no-owner",
            "--no-privileges",
            f"--dbname={connection.settings_dict['NAME']}",
            str(plan.directory / DUMP),
        )
    except BaseException:
        _empty_evidence()
        raise


def protect() -> None:
    """Triggers and rights are those of this place and this program, whatever the backup brought along."""
    connection.close()
    install(connection)


def _copy_evidence(plan: Plan) -> None:
    root = Path(settings.MEDIA_ROOT)
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in plan.manifest.files:
        if name == DUMP:
            continue
        target = root / Path(name).relative_to(EVIDENCE)
        target.parent.mkdir(mode=0o700, exist_ok=True)
        shutil.copyfile(plan.directory / name, target)
        target.chmod(0o600)


def _empty_evidence() -> None:
    """It was empty when we began; the directory itself may be a mounted volume and stays."""
    for path in Path(settings.MEDIA_ROOT).glob("*"):
        shutil.rmtree(path, ignore_errors=True)


def same_counts(manifest: Manifest) -> list[str]:
    found = row_counts()
    wrong = {table: count for table, count in manifest.counts.items() if found.get(table) != count}
    return [f"{table}：备份时{count}行，现在{found.get(table, '没有此表')}" for table, count in wrong.items()]


def same_ends(manifest: Manifest) -> list[str]:
    found = ends()
    pairs = (("最后一条留痕", "last_event"), ("最后一个印记", "last_seal"))
    return [f"{label}与清单不同" for label, key in pairs if found[key] != getattr(manifest, key)]


def protected(manifest: Manifest) -> list[str]:
    return [f"{table}缺少保护触发器" for table in unprotected_tables(connection)]


def same_evidence(manifest: Manifest) -> list[str]:
    rows = StoredFile.objects.filter(removed_at__isnull=True).order_by("pk")
    return [f"材料{row.pk}与校验值不符或缺失" for row in rows if not is_unchanged(row.storage_name, row.sha256)]


def same_as_history(manifest: Manifest) -> list[str]:
    """Read only: the result of this comparison is not written as an event."""
    return [f"{found.table} 第{found.row_id}号：{found.kind}" for found in all_mismatches()]


# What is compared after every restore, in this order: our own, then those of capabilities that keep proofs of their own.
AFTER_RESTORE: Slot[AfterRestore] = Slot("after_restore", AfterRestore)
OWN_CHECKS = (
    AfterRestore("留痕和各表的行数与清单一致", same_counts),
    AfterRestore("最后一条留痕和最后一个印记与清单一致", same_ends),
    AfterRestore("留痕表的保护已经装好", protected),
    AfterRestore("每份材料都在，内容与校验值一致", same_evidence),
    AfterRestore("每条记录与历史一致", same_as_history),
)


def compare(plan: Plan) -> list[Finding]:
    """Ask everything, also after a first disagreement."""
    findings = []
    for check in AFTER_RESTORE:
        try:
            problems = check.find(plan.manifest)
        except DatabaseError as error:
            problems = [f"没能核对：{str(error).splitlines()[0]}"]
        findings.append(Finding(check.label, problems))
    return findings


def record(plan: Plan, findings: list[Finding]) -> None:
    """The ledger itself says that it went through a restore, of which moment, and what did not agree."""
    wrong = sum(bool(finding.problems) for finding in findings)
    result = f"{wrong}项核对不符" if wrong else "核对全部一致"
    with machine_action("upkeep.restore", "恢复备份", f"恢复到{plan.manifest.made_at}的备份，{result}") as action:
        action.details = {"made_at": plan.manifest.made_at, "wrong": wrong}
