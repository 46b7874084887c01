"""May X explain an act without decision, accept the explanation, read who answers for what?"""

from typing import Any

from django.db.models import Q

from admissions.accounts.permissions import Permission
from admissions.accounts.rules import may
from admissions.audit.gate import not_recused
from admissions.audit.models import Event
from admissions.core.citations import cite
from admissions.core.decision import Decision, Parts, allow, deny, in_parts

from .enums import ItemStatus, SeatKind
from .models import ActExplanation, AgendaItem
from .models.scoping import groups_supervised, sees_all_meetings, supervises
from .rules import seat_of

ANSWERABLE = cite("responsibility-4")


@in_parts
def can_explain(user: Any, event: Event) -> Parts:
    """The secretariat says once why nothing was quoted."""
    yield may(user, Permission.RUN_MEETINGS, "说明应议未议事项", season_id=event.season_id)
    explained = ActExplanation.objects.filter(event=event.pk).exists()
    if explained:
        yield deny("这项办理已有说明。", who_can="请等待监督人员认可。")


def can_settle_explanation(user: Any, explanation: ActExplanation) -> Decision:
    """A supervisor of the group, never who explained."""
    if explanation.settled_at is not None:
        return deny("说明已经认可。", who_can="请刷新页面查看认可情况。")
    if explanation.explained_by_id == user.pk:
        return deny("说明人不能认可自己的说明。", who_can="请由监督人员认可。")
    watched = supervises(user) and Event.objects.supervised_by(user).filter(pk=explanation.event).exists()
    return allow() if watched else deny("应议未议的说明由监督人员认可。", who_can="请由本组的监督人员办理。")


def can_read_liability(user: Any, item: AgendaItem) -> Decision:
    """Who runs or heads the meeting, and who supervises the body."""
    if item.status != ItemStatus.DECIDED:
        return deny("议题还没有作出决定。", who_can="请在会议作出决定后查阅。")
    seat = seat_of(user, item.meeting)
    heads = seat is not None and seat.kind in (SeatKind.HEAD, SeatKind.SUPERVISOR)
    watches = AgendaItem.objects.filter(Q(pk=item.pk) & groups_supervised(user, "group")).exists()
    if heads or watches or sees_all_meetings(user):
        return not_recused(user, item)
    return deny("决策责任一览由会务、主要负责人和监督人员查阅。", ANSWERABLE, who_can="需要查阅的，请联系行政秘书。")
