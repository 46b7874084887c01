"""May X edit or verify a rule?"""

from typing import Any

from admissions.accounts.permissions import Permission
from admissions.accounts.rules import may
from admissions.core.decision import Decision, allow, deny, first_denial

from .models import ClauseVersion


def can_edit_rules(user: Any) -> Decision:
    """Rule editors only."""
    return may(user, Permission.EDIT_RULES, "编辑制度库")


def can_verify_version(user: Any, version: ClauseVersion) -> Decision:
    """Whoever wrote a version does not verify it."""
    own = version.editor_id is not None and version.editor_id == user.pk
    return first_denial(
        can_edit_rules(user),
        deny("不能核实自己编辑的条款。", who_can="请由另一位制度管理员核实。") if own else allow(),
    )
