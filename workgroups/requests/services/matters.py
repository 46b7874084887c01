"""Commands of the list of reportable matters, and of the letters of a group."""

from typing import Any

from django.utils import timezone

from admissions.accounts.models import User
from admissions.audit.commands import command, explain_constraint, explain_unique
from admissions.audit.facts import No
from admissions.audit.locking import lock
from admissions.core.citations import cite
from admissions.core.decision import Refused
from workgroups.groups.models import WorkGroup

from .. import rules
from ..duty_triggers import trigger_choices
from ..models import LetterCode, ReportableMatter

explain_unique(ReportableMatter, "code", "此事项编号已被使用。")
explain_unique(ReportableMatter, "name", "已有同名事项。")
explain_constraint("lettercode_once", "本录取季已有工作组使用这个机关代字。")
explain_unique(LetterCode, "group", "本组的机关代字刚由他人登记，请刷新页面。")
FIELDS = (
    "code", "name", "kind", "body", "owner", "trigger", "timing", "hours", "reply_hours", "chain_hours", "urgency", "clause",
)  # fmt: skip


@command("requests.add_matter", "登记应报事项", clause=cite("sanction-29"))
def add_reportable(*, actor: User, reason: str, fields: dict[str, Any]) -> ReportableMatter:
    """A kind of matter that must be asked or reported; events from now on open duties.

    Refuses: actor keeps no matters; unknown trigger; code or name is taken.
    """
    rules.can_keep_reportables(actor).require()
    return _saved(ReportableMatter(), fields)


@command("requests.change_matter", "修改应报事项", clause=cite("sanction-29"))
def change_reportable(
    *, actor: User, reason: str, matter: ReportableMatter, fields: dict[str, Any]
) -> ReportableMatter:
    """Duties and documents that are there keep their hours; with another trigger only later events count.

    Refuses: actor keeps no matters; the matter is retired or already used as another kind of document.
    """
    matter = lock(matter)
    rules.can_keep_reportable(actor, matter).require()
    if fields.get("kind", matter.kind) != matter.kind and matter.submissions.exists():
        raise Refused("已有按此事项办理的公文，文种不能再改。", who_can="请停用后另行登记。")
    return _saved(matter, fields)


def _saved(matter: ReportableMatter, fields: dict[str, Any]) -> ReportableMatter:
    trigger = fields.get("trigger", matter.trigger)
    if trigger and trigger not in dict(trigger_choices()):
        raise Refused(f"没有“{trigger}”这个事件。", who_can="请从清单中选择触发事件，或留空由人工登记。")
    if trigger != matter.trigger:
        matter.since = timezone.now()
    for name in FIELDS:
        if name in fields:
            setattr(matter, name, fields[name])
    matter.full_clean()
    matter.save()
    return matter


@command("requests.retire_matter", "停用应报事项", clause=cite("sanction-29"))
def retire_reportable(*, actor: User, reason: str, matter: ReportableMatter) -> ReportableMatter:
    """No new duties and documents of this kind; those there go on."""
    matter = lock(matter)
    rules.can_keep_reportable(actor, matter).require()
    matter.is_retired = True
    matter.save()
    return matter


@command("requests.set_code", "登记机关代字", clause=No("机关代字由本单位编定，法规没有规定到这一步"))
def set_letter_code(*, actor: User, reason: str, group: WorkGroup, code: str) -> LetterCode:
    """What the group's numbers begin with from now on; numbers given stay as they are.

    Refuses: actor is not the secretariat of the season; another group of the season has these letters.
    """
    rules.can_set_code(actor, group).require()
    found = LetterCode.objects.select_for_update().filter(group=group).first()
    letters = found or LetterCode(group=group, season=group.season)
    letters.code = code.strip()
    letters.full_clean()
    letters.save()
    return letters
