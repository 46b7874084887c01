"""One entry of the trail in full: what stands in it, and in which words (#109)."""

from datetime import timedelta
from typing import Any

from admissions.core.clock import minute_text
from admissions.core.people import Visitor

from .enums import Outcome
from .facts import is_binding
from .models import Event, EventQuerySet

SHOWN = 20
REQUEST = timedelta(minutes=5)


def explained(event: Event, is_reader_of_trails: bool) -> list[tuple[str, Any]]:
    """(label, value); where it came from is for those who read trails by office."""
    behalf = f"{event.on_behalf_of_name}（代其履行职责）" if event.on_behalf_of_name else ""
    facts = [
        ("时间", f"{minute_text(event.at)}（精确到秒：{event.at.astimezone():%H:%M:%S}）"),
        ("谁办理", event.actor_name),
        ("以什么岗位", event.actor_post or "当时没有这个范围的岗位"),
        ("代何人", behalf),
        ("由谁发起", event.details.get("asked_by_name", "")),
        ("办理什么", event.action_label + ("（关键行为，办理后即时封存）" if is_binding(event.action) else "")),
        ("对象", event.target_label),
        ("结果", Outcome(event.outcome).label),
        ("拒绝理由", event.refusal),
        ("事由", event.reason or ("没有填写" if event.outcome == Outcome.DONE else "")),
        ("依据条款", event.clause),
        ("依据的决议或文号", event.details.get("ground", "")),
        ("筛选或导出条件", "；".join(f"{key}：{value}" for key, value in event.details.get("filters", {}).items())),
        ("导出行数", event.details.get("row_count", "")),
        ("导出内容摘要", event.details.get("rowset_hash", "")),
        ("录取季和工作组", "　".join(filter(None, (event.season_label, event.group_label)))),
        ("涉及人员", event.person_label),
    ]
    if is_reader_of_trails:
        facts += [("来源地址", event.origin_ip), ("请求编号", event.request_id), ("留痕编号", str(event.pk))]
    return [(label, value) for label, value in facts if value not in ("", None)]


def sent_together(user: Visitor, event: Event) -> list[Event]:
    """Other visible entries of the same request."""
    if not event.request_id:
        return []
    rows = Event.objects.visible_to(user).filter(request_id=event.request_id).exclude(pk=event.pk)
    return list(_around(rows, event).newest_first()[:SHOWN])


def _around(rows: EventQuerySet, event: Event) -> EventQuerySet:
    """A request ends within minutes; the bounds let the index over time find it."""
    return rows.filter(at__gte=event.at - REQUEST, at__lte=event.at + REQUEST)
