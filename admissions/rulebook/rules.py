"""May X edit or verify a rule?"""

from admissions.accounts.models import User
from admissions.accounts.permissions import Permission
from admissions.accounts.rules import may
from admissions.core.decision import Decision, Parts, deny, in_parts

from .models import ClauseVersion


def can_edit_rules(user: User) -> Decision:
    """Rule editors only."""
    return may(user, Permission.EDIT_RULES, "编辑制度库")


@in_parts
def can_repeal(user: User, current: ClauseVersion | None) -> Parts:
    """A clause that has a version in force or to come."""
    yield can_edit_rules(user)
    if current is None or current.period.upper is not None:
        yield deny("这一条款没有施行中的版本，不必废止。")


@in_parts
def can_verify_version(user: User, version: ClauseVersion) -> Parts:
    """Whoever wrote a version does not verify it."""
    yield can_edit_rules(user)
    own = version.editor_id is not None and version.editor_id == user.pk
    if own:
        yield deny("不能核实自己编辑的条款。", who_can="请由另一位制度管理员核实。")
