"""What recusal hangs into the kernel and into other capabilities; called once from the app's `ready()`."""

from typing import Any

from admissions.accounts.permissions import Permission
from admissions.accounts.selectors import has_permission
from admissions.audit.access import provide_recused_scope
from admissions.core import navigation, todos
from admissions.evidence.imports import registry as imports
from workgroups.appointments import prechecks

from . import tasks  # noqa: F401  registers the job
from .candidate_import import KIND_OF_IMPORT
from .prechecks import precheck
from .scope import recused_scope_of
from .todos import recusal_todos


def install() -> None:
    provide_recused_scope(recused_scope_of)
    imports.register(KIND_OF_IMPORT)
    prechecks.register(precheck)
    todos.register(recusal_todos)
    for order, label, url_name, icon, may_see in ENTRIES:
        navigation.register(navigation.NavItem("上岗", order, label, url_name, icon, may_see))


def everybody(user: Any) -> bool:
    return user.is_authenticated


def works_on_recusal(user: Any) -> bool:
    return has_permission(user, Permission.RULE_RECUSAL) or has_permission(user, Permission.SUPERVISE)


ENTRIES = (
    (12, "我的回避申报", "workgroups:recusal-own", "writing", everybody),
    (13, "回避台账", "workgroups:recusal-facts", "scale", works_on_recusal),
    (14, "申请他人回避", "workgroups:recusal-challenges", "hand-stop", everybody),
)
