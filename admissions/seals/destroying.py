"""销毁盐值: what a leaf was made of can be shown no more; that it stands in the tree still can.

Each destroyed salt leaves a ledger row (`DestroyedSalt`): a salt that is gone without one is a finding of the verifier.
For entries about a person whose data must not be shown any longer (《个人信息保护法》第四十七条 lets the person ask for deletion
where the purpose has been achieved or the period has ended). The ledger row itself stays; exports made before are not reached.
"""

from typing import Any

from django.utils import timezone

from admissions.accounts.permissions import Permission
from admissions.accounts.rules import may
from admissions.audit.actions import require_action
from admissions.audit.commands import command
from admissions.audit.facts import Weight
from admissions.audit.models import Event
from admissions.core.citations import cite
from admissions.core.decision import Decision, Parts, Refused, deny, in_parts

from .leaves import pinned_session
from .merkle import digester
from .models import DestroyedSalt, Leaf, LeafSalt, Seal
from .rebuilt_leaves import contents

AT_ONCE = 500


def can_destroy_salts(user: Any) -> Decision:
    return may(user, Permission.READ_WHOLE_TRAIL, "销毁盐值")


@in_parts
def can_destroy_salts_of(user: Any, person: Any) -> Parts:
    """Of the entries about somebody else."""
    yield can_destroy_salts(user)
    if person.pk == user.pk:
        yield deny("不能销毁关于自己的留痕的盐值。", who_can="请由另一位审计管理员办理。")


def leaves_about(person_id: int) -> list[Leaf]:
    """Leaves of the events about a person, and of the histories written under these events, whose salt is still there."""
    events = Event.objects.filter(person_id=person_id).values("pk")
    known = LeafSalt.objects.filter(salt__isnull=False).values("leaf_index")
    return list(Leaf.objects.filter(row_id__in=events, index__in=known).order_by("index")[: AT_ONCE + 1])


@command("seals.destroy_salts", "销毁盐值", clause=cite("privacy-51"), weight=Weight.DECISIVE)
def destroy_salts(*, actor: Any, reason: str, person: Any) -> int:
    """Destroy the salts of the entries about a person; the commitments stay. How many.

    Refuses: not the audit administrator; the own entries; nothing to destroy; a row that no longer is what was sealed.
    """
    can_destroy_salts_of(actor, person).require()
    leaves = leaves_about(person.pk)
    if not leaves:
        raise Refused(
            "没有可以销毁的盐值：关于此人的留痕还没有封存，或已经销毁。",
            who_can="还没有封存的，请在封存以后再办；已经销毁的，不必再办。",
        )
    wanted = {leaf.index for leaf in leaves[:AT_ONCE]}
    _replace(wanted)
    return len(wanted)


def _replace(wanted: set[int]) -> None:
    last = Seal.objects.newest_first().first()
    digest = digester(last.algorithm)
    now, action = timezone.now(), require_action("seals.destroy_salts")
    with pinned_session():
        for index in sorted(wanted):
            (row,) = contents(digest, index, index + 1)
            if not row.is_true(digest):
                raise Refused(f"第{index + 1}条留痕与封存时不同，不能销毁。", who_can="请先查明这一条为什么被改过。")
            DestroyedSalt.objects.create(at=now, leaf_index=index, commitment=row.commitment, event_id=action.event_id)
            LeafSalt.objects.filter(leaf_index=index).update(salt=None, destroyed_at=now)
            action.details.setdefault("leaves", []).append([index, row.commitment.hex()])
