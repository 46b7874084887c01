"""The first line of a command: lock the row and notice that somebody was faster."""

from typing import Any, TypeVar

from admissions.core.clock import minute_text
from admissions.core.decision import Refused

from .actions import current_action, current_origin
from .models import AuditedModel, Event

M = TypeVar("M", bound=AuditedModel)


def lock(record: M) -> M:
    """Re-read the row FOR UPDATE.

    Refuses: the posted form had seen an older revision (“已由他人处理”, with who, when and what).
    """
    model: Any = record._meta.model  # a request's user is a lazy object of another type
    fresh: M = model._default_manager.select_for_update(of=("self",)).get(pk=record.pk)
    seen = current_origin().seen.get((model._meta.label_lower, record.pk))
    if seen is not None and seen != fresh.revision:
        raise Refused(_who_was_faster(fresh))
    fresh.hold()
    return fresh


def _who_was_faster(record: AuditedModel) -> str:
    """Whoever wrote the record last, also as a part of something else: its newest history row names the event."""
    newest = record.history.order_by("-history_date", "-history_id").values_list("event_id", flat=True).first()
    last = Event.objects.filter(pk=newest).first()
    if last is None:
        return "本记录在您打开页面之后已被修改。请刷新页面后重新办理。"
    action = current_action()
    if action is not None and action.actor is not None and last.actor_id == action.actor.pk:
        return f"您已于{minute_text(last.at)}办理了“{last.action_label}”，不必重复提交。请刷新页面查看最新情况。"
    who = f"{last.actor_name}于{minute_text(last.at)}"
    return f"已由他人处理：{who}办理了“{last.action_label}”。请刷新页面，按最新情况办理。"
