"""Whether a quoted resolution carries the act that quotes it, and which listed matters were carried out without one."""

import re
from typing import Any

from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.fields.json import KeyTextTransform

from admissions.audit.quoted_grounds import DOCUMENT_NUMBER
from admissions.core.citations import cite
from admissions.core.decision import Decision, allow, deny

from .enums import RESOLUTION_CODE
from .models import ActExplanation, ListedAction, Resolution
from .models.explanations import readable_acts
from .rules import in_force

OWN_NUMBER = re.compile(RESOLUTION_CODE + r"〔\d{4}〕\d+号")
LISTED = cite("house-listed")


def resolution_carries(ground: str, action: str, season_id: int | None) -> Decision:
    """Every own number in the words is a resolution of the season, in force, and about a matter this act carries out."""
    listed = ListedAction.objects.standing().filter(action=action).select_related("matter").first()
    for number in OWN_NUMBER.findall(ground):
        resolution = Resolution.objects.filter(number=number).select_related("item__matter", "item__group").first()
        if resolution is None:
            return deny(f"没有编号为{number}的决议。", LISTED, "请核对编号，可在“决议”中查到。")
        if season_id is not None and resolution.item.group.season_id != season_id:
            return deny(f"{number}是其他录取季的决议，不能引用。", LISTED, "请引用本录取季的决议。")
        if listed is not None and listed.matter_id != resolution.item.matter_id:
            return deny(
                f"{number}决定的是“{resolution.item.matter}”，不能作为这项办理的依据。",
                LISTED,
                who_can="请引用决定这一事项的决议。",
            )
        standing = in_force(resolution)
        if not standing.ok:
            return deny(f"{number}现在不得执行：{standing.reason}", standing.clause, standing.who_can)
    return allow()


def undecided_acts(reader: Any, season_id: int | None) -> Any:
    """应议未议 (#27): ledger entries of acts that carry out a listed matter and quote neither resolution nor order.

    Each row carries `ground`, and of its explanation `explained` (text or None) and `settled` (moment or None).
    """
    return undecided_among(readable_acts(reader), season_id)


def undecided_among(acts: Any, season_id: int | None) -> Any:
    """As `undecided_acts`, of these entries."""
    periods = ListedAction.objects.filter(action=OuterRef("action"), since__lte=OuterRef("at"))
    listed = Exists(periods.filter(Q(until__isnull=True) | Q(until__gt=OuterRef("at"))))
    codes = ListedAction.objects.values_list("action", flat=True)
    rows = acts.filter(season_id=season_id, action__in=set(codes)).filter(listed)
    own = ActExplanation.objects.filter(event=OuterRef("pk"))
    quoted = Q(ground__regex=DOCUMENT_NUMBER.pattern, ground__isnull=False)
    return (
        rows.annotate(ground=KeyTextTransform("ground", "details"))
        .exclude(quoted)
        .annotate(
            explanation=Subquery(own.values("pk")[:1]),
            explained=Subquery(own.values("text")[:1]),
            settled=Subquery(own.values("settled_at")[:1]),
        )
    )


def matter_names() -> dict[str, str]:
    """Code of an action → the listed matter it carries out."""
    return {row.action: row.matter.name for row in ListedAction.objects.select_related("matter").order_by("id")}
