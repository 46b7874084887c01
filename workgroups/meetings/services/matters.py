"""Commands of the matter catalogue."""

from typing import Any

from django.utils import timezone

from admissions.accounts.models import User
from admissions.audit.commands import command, explain_constraint, explain_unique
from admissions.audit.locking import lock
from admissions.core.citations import cite

from .. import rules
from ..models import DecisionMatter, ListedAction

explain_unique(DecisionMatter, "code", "此事项编号已被使用。")
explain_unique(DecisionMatter, "name", "已有同名事项。")
explain_constraint("listedaction_one_matter", "这一办理动作已列在另一事项之下。")
FIELDS = (
    "code", "name", "body", "mode", "quorum", "majority", "base", "recusal_counting", "prerequisites", "notice_hours",
    "allows_motion", "is_published", "allows_emergency", "ratify_hours", "clause",
)  # fmt: skip


@command("meetings.add_matter", "登记集体决策事项", clause=cite("sanction-30"))
def add_matter(*, actor: User, reason: str, fields: dict[str, Any]) -> DecisionMatter:
    """A kind of matter that must be decided together.

    Refuses: actor keeps no rules; code or name is taken.
    """
    rules.can_keep_matters(actor).require()
    return save_matter(DecisionMatter(), fields)


@command("meetings.change_matter", "修改集体决策事项", clause=cite("sanction-30"), alters="已公布的集体决策事项")
def change_matter(*, actor: User, reason: str, matter: DecisionMatter, fields: dict[str, Any]) -> DecisionMatter:
    """Items opened before keep the rule they were opened under.

    Refuses: actor keeps no rules; the matter is retired.
    """
    matter = lock(matter)
    rules.can_keep_matter(actor, matter).require()
    return save_matter(matter, fields)


def save_matter(matter: DecisionMatter, fields: dict[str, Any]) -> DecisionMatter:
    """Set the given `FIELDS` and `actions`; inside a command."""
    for name in FIELDS:
        if name in fields:
            setattr(matter, name, fields[name])
    matter.full_clean()
    matter.save()
    if "actions" in fields:
        list_actions(matter, fields["actions"])
    return matter


def list_actions(matter: DecisionMatter, codes: list[str]) -> None:
    """Begin and end the periods in which an act needs a decision; inside a command."""
    now, listed = timezone.now(), set()
    for row in matter.listed_actions.filter(until__isnull=True):
        if row.action in codes:
            listed.add(row.action)
            continue
        row.until = now
        row.save()
    for code in sorted(set(codes) - listed):
        row = ListedAction(matter=matter, action=code, since=now)
        row.full_clean()
        row.save()


@command("meetings.retire_matter", "停用集体决策事项", clause=cite("sanction-30"))
def retire_matter(*, actor: User, reason: str, matter: DecisionMatter) -> DecisionMatter:
    """No new items of this kind; those there are go on."""
    matter = lock(matter)
    rules.can_keep_matter(actor, matter).require()
    matter.is_retired = True
    matter.save()
    list_actions(matter, [])
    return matter
