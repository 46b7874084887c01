"""The matter catalogue as it starts: matters of admission work that the leading group decides together.

Quorum, majority and the order of speaking follow the practice in `domain.md` 5.2; no authority of its own was found for
an examination authority, so the rows carry no clause until the rule editor names one.
"""

from typing import Any

from admissions.audit.commands import machine_action
from workgroups.groups.enums import GroupKind

from .enums import DecisionMode, Majority, Quorum
from .models import DecisionMatter
from .services.matters import save_matter

COMPLIANCE, LETTER, MEASURED = "合规审查意见", "招生院校来函", "影响测算"
MATTERS: tuple[dict[str, Any], ...] = (
    {"code": "plan-adjustment", "name": "招生计划调整", "prerequisites": [COMPLIANCE, LETTER]},
    {"code": "filing-rule", "name": "投档规则和投档模板", "prerequisites": [COMPLIANCE, MEASURED]},
    {"code": "exception-sheet", "name": "例外事项批件", "prerequisites": [COMPLIANCE, LETTER]},
    {"code": "personnel", "name": "工作人员任免和调整", "actions": ["appointments.confirm"]},
    {"code": "season-opening", "name": "录取季工作方案和开启", "actions": ["season.open"]},
    {"code": "violation", "name": "违规问题处理", "majority": Majority.TWO_THIRDS, "prerequisites": ["调查情况报告"]},
    {"code": "urgent-disposal", "name": "突发情况处置", "mode": DecisionMode.HEAD, "notice_hours": 0, "allows_motion": True, "allows_emergency": True},
    {"code": "progress-report", "name": "工作进展通报", "mode": DecisionMode.NOTED, "quorum": Quorum.HALF, "allows_motion": True},
)  # fmt: skip


def seed_matters() -> str:
    """Add the matters that are missing; those there belong to the rule editor."""
    known = set(DecisionMatter.objects.values_list("code", flat=True))
    missing = [row for row in MATTERS if row["code"] not in known]
    if not missing:
        return "事项清单已存在，未改动"
    with machine_action("seed.decision_matters", "载入集体决策事项清单", "初始化"):
        for row in missing:
            save_matter(DecisionMatter(body=GroupKind.LEADING, mode=DecisionMode.VOTE), row)
    return f"新增{len(missing)}项"
