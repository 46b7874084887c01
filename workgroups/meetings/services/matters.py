"""Commands of the matter catalogue."""

from typing import Any

from admissions.audit.commands import command, explain_constraint
from admissions.audit.locking import lock

from .. import rules
from ..models import DecisionMatter

explain_constraint("workgroups_decisionmatter_code_key", "此事项编号已被使用。")
explain_constraint("workgroups_decisionmatter_name_key", "已有同名事项。")
FIELDS = (
    "code", "name", "body", "mode", "quorum", "majority", "base", "recusal_counting", "prerequisites", "notice_hours",
    "allows_motion", "is_published", "clause",
)  # fmt: skip


@command("meetings.add_matter", "登记集体决策事项")
def add_matter(*, actor: Any, reason: str, fields: dict[str, Any]) -> DecisionMatter:
    """A kind of matter that must be decided together.

    Refuses: actor keeps no rules; code or name is taken.
    """
    rules.can_keep_matters(actor).require()
    return _saved(DecisionMatter(), fields)


@command("meetings.change_matter", "修改集体决策事项")
def change_matter(*, actor: Any, reason: str, matter: DecisionMatter, fields: dict[str, Any]) -> DecisionMatter:
    """Items opened before keep the rule they were opened under.

    Refuses: actor keeps no rules; the matter is retired.
    """
    matter = lock(matter)
    rules.can_keep_matter(actor, matter).require()
    return _saved(matter, fields)


def _saved(matter: DecisionMatter, fields: dict[str, Any]) -> DecisionMatter:
    for name in FIELDS:
        if name in fields:
            setattr(matter, name, fields[name])
    matter.full_clean()
    matter.save()
    return matter


@command("meetings.retire_matter", "停用集体决策事项")
def retire_matter(*, actor: Any, reason: str, matter: DecisionMatter) -> DecisionMatter:
    """No new items of this kind; those there are go on."""
    matter = lock(matter)
    rules.can_keep_matter(actor, matter).require()
    matter.is_retired = True
    matter.save()
    return matter
