"""督办: what orders tasks, of either kind, with the people around it; and tasks as rows."""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from typing import Any

from django.db import models
from django.utils import timezone

from tests.factories.accounts import UserFactory
from tests.factories.meetings import MatterFactory, body, proposed, resolved_unheard
from tests.factories.requests import Line, fresh, line, person, received, say
from tests.factories.seasons import InstitutionFactory
from tests.trail import setting_up
from workgroups.followups.models import FollowUp
from workgroups.followups.origins import kind_of
from workgroups.meetings.models import AgendaItem, DecisionMatter, Resolution
from workgroups.meetings.proofs import content_hash
from workgroups.meetings.services.supervision import answer_remark, give_remark, settle_remark
from workgroups.requests.services import replies


@dataclass
class Scene:
    """Something that orders tasks, about an institution: who orders, who does it, who accepts, who heads the body."""

    kind: str
    origin: Any
    season: Any
    school: Any
    orderer: Any
    assignee: Any
    acceptor: Any
    head: Any
    supervisor: Any
    # Whoever may stop what the origin ordered, and how.
    stopper: Any
    stopping: Callable[[Any, Any], Any]

    def stop(self) -> Any:
        return self.stopping(person(self.stopper), fresh(self.origin))

    def people(self) -> dict[str, Any]:
        return {"assignee": self.assignee, "acceptor": self.acceptor}


def by_resolution() -> Scene:
    of, school = body(3), InstitutionFactory()
    resolution = resolved_unheard(of, proposed(of, institution=school))
    one, other = of.members
    people = {"orderer": of.secretary, "assignee": one, "acceptor": other, "head": of.head, "supervisor": of.supervisor}
    return Scene(
        "resolution", fresh(resolution), of.group.season, school, **people, stopper=of.supervisor, stopping=_stop_item
    )


def _stop_item(supervisor: Any, resolution: Resolution) -> Any:
    return give_remark(actor=supervisor, reason="未见测算依据", item=resolution.item, kind="stop")


def settle(scene: Scene, remark: Any) -> None:
    answer_remark(actor=scene.head, reason="测算依据已补", remark=remark)
    settle_remark(actor=scene.supervisor, reason="认可", remark=fresh(remark))


def by_reply() -> Scene:
    of, school = line(), InstitutionFactory()
    reply = say(of, received(of, about={"institution": school}))
    people = {"orderer": of.clerk, "assignee": of.member, "acceptor": of.clerk, "head": of.chief}
    return Scene(
        "reply", fresh(reply), of.season, school, **people, supervisor=of.supervisor, stopper=of.chief,
        stopping=_dispute,
    )  # fmt: skip


def _dispute(chief: Any, reply: Any) -> Any:
    return replies.dispute_reply(actor=chief, reason="没有这样说过。", reply=reply)


def refreshed(scene: Scene) -> Scene:
    """Every record read anew: rows in memory are not undone after a test."""
    records = {
        field.name: fresh(getattr(scene, field.name))
        for field in fields(scene)
        if isinstance(getattr(scene, field.name), models.Model)
    }
    return replace(scene, **records)


SCENES = {"resolution": by_resolution, "reply": by_reply}


def task_row(origin: Any, **given: Any) -> FollowUp:
    """As a row: also one that no command would make today."""
    kind = kind_of(origin)
    values = {"what": "报送名单", "due_on": timezone.localdate() + timedelta(days=1), **given}
    with setting_up():
        row = FollowUp(
            origin=origin, origin_title=kind.title_of(origin), origin_number=kind.number_of(origin),
            group=kind.group_of(origin), **values,
        )  # fmt: skip
        row.save()
    return row


def resolution_row(of: Line, title: str, school: Any = None) -> Resolution:
    """A resolution of the body above a line of groups, without the meeting that made it."""
    with setting_up():
        matter = DecisionMatter.objects.first() or MatterFactory()
        item = AgendaItem(
            group=of.above, matter=matter, title=title, proposal="拟办。", proposer=of.clerk, presenter=of.clerk,
            institution=school,
        )  # fmt: skip
        item.save()
        row = Resolution(
            item=item, number=f"决〔2026〕{item.pk}号", text="同意。", content_hash=content_hash(item),
            issued_at=timezone.now(), issued_by=of.chief,
        )  # fmt: skip
        row.save()
    return row


def stranger() -> Any:
    return UserFactory()
