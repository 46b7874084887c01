"""The list of reportable matters as it starts.

That matters must be reported is law (政务处分法 art. 29); which, to whom and within how many hours is set by each office.
The rows are a starting point for the rule editor; the hours rest on no source.
"""

from typing import Any

from admissions.audit.commands import machine_action
from admissions.rulebook.models import Clause
from workgroups.groups.enums import GroupKind
from workgroups.groups.models import WorkGroup

from .enums import DocumentKind, Timing, Urgency
from .models import LetterCode, ReportableMatter

ASKS, TELLS = DocumentKind.REQUEST, DocumentKind.REPORT
DUTY, FORM = "sanction-29", "document-15"
MATTERS: tuple[dict[str, Any], ...] = (
    {"code": "general-request", "name": "其他请示事项", "kind": ASKS, "reply_hours": 48,
     "timing": Timing.BEFORE, "clause": FORM},
    {"code": "plan-adjustment-request", "name": "招生计划调整的请示", "kind": ASKS, "reply_hours": 24,
     "timing": Timing.BEFORE, "clause": FORM},
    {"code": "exception-request", "name": "例外事项的请示", "kind": ASKS, "reply_hours": 12, "timing": Timing.BEFORE,
     "urgency": Urgency.URGENT, "clause": FORM},
    {"code": "general-report", "name": "其他报告事项", "kind": TELLS, "clause": DUTY},
    {"code": "season-opened", "name": "录取季开启情况报告", "kind": TELLS, "trigger": "season.open", "hours": 24,
     "owner": GroupKind.SECRETARIAT, "clause": DUTY},
    {"code": "appointment-suspended", "name": "暂停任职情况报告", "kind": TELLS, "trigger": "appointments.suspend",
     "hours": 24, "clause": DUTY},
    {"code": "supervisor-stopped", "name": "监督制止情况报告", "kind": TELLS, "trigger": "meetings.give_remark#stop",
     "hours": 4, "owner": GroupKind.SECRETARIAT, "urgency": Urgency.URGENT, "clause": DUTY},
    {"code": "system-outage", "name": "系统中断情况报告", "kind": TELLS, "timing": Timing.DURING, "hours": 1,
     "chain_hours": 2, "urgency": Urgency.FLASH, "clause": DUTY},
    {"code": "public-opinion", "name": "重大负面舆情报告", "kind": TELLS, "timing": Timing.DURING, "hours": 2,
     "chain_hours": 6, "urgency": Urgency.FLASH, "clause": DUTY},
)  # fmt: skip


def seed_reportables() -> str:
    """Add the matters that are missing; those there belong to the rule editor."""
    known = set(ReportableMatter.objects.values_list("code", flat=True))
    missing = [row for row in MATTERS if row["code"] not in known]
    if not missing:
        return "应报事项清单已存在，未改动"
    clauses = {clause.code: clause for clause in Clause.objects.filter(code__in=(DUTY, FORM))}
    with machine_action("seed.reportable_matters", "载入应报事项清单", "初始化"):
        for row in missing:
            matter = ReportableMatter(**{"body": GroupKind.LEADING, **row, "clause": clauses.get(row["clause"])})
            matter.full_clean()
            matter.save()
    return f"新增{len(missing)}项"


# Letters of the template season; each office has its own and changes them.
CODES = {
    GroupKind.LEADING: "招录领",
    GroupKind.SUPERVISION: "招录督",
    GroupKind.ADMISSION: "招录管",
    GroupKind.TECHNOLOGY: "招录技",
    GroupKind.DISCIPLINE: "招录纪",
    GroupKind.PETITION: "招录访",
    GroupKind.SECRETARIAT: "招录秘",
}


def seed_codes() -> str:
    """Give the groups of template seasons their letters; they travel from there."""
    groups = WorkGroup.objects.filter(season__is_template=True, letter_code__isnull=True, kind__in=CODES)
    taken = set(LetterCode.objects.values_list("season_id", "code"))
    missing = [group for group in groups if (group.season_id, CODES[GroupKind(group.kind)]) not in taken]
    if not missing:
        return "模板的机关代字已存在，未改动"
    with machine_action("seed.letter_codes", "载入机关代字", "初始化"):
        for group in missing:
            LetterCode(group=group, season_id=group.season_id, code=CODES[GroupKind(group.kind)]).save()
    return f"新增{len(missing)}个"
