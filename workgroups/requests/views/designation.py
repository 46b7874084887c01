"""Whom the superior could designate for an item whose members must keep away; from here it is asked and carried out."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from admissions.core.decision import Decision
from admissions.core.views import RecordPage
from workgroups.meetings.enums import SeatKind
from workgroups.meetings.models import AgendaItem
from workgroups.meetings.rules import body_can_decide
from workgroups.meetings.sitting_rules import can_prepare_meeting
from workgroups.meetings.substitutes import can_read_substitutes, standing_of, substitutes

from ..designation import basis_of, requests_about


class SubstitutesPage(RecordPage):
    template_name = "requests/substitutes.html"
    model = AgendaItem

    def get_queryset(self) -> Any:
        return (
            super().get_queryset().select_related("matter", "group__season", "group__parent", "meeting__group__season")
        )

    def may_open(self) -> Decision:
        return can_read_substitutes(self.request.user, self.object)

    def get_title(self) -> str:
        return f"可请上级指定的人员：{self.object}"

    def crumbs(self) -> list[tuple[str, str]]:
        row = self.object
        return [
            ("议题", reverse("meetings:items")),
            (row.title, reverse("meetings:item", args=[row.pk])),
        ]

    def context(self) -> dict[str, Any]:
        user, item = self.request.user, self.object
        found, asked = substitutes(user, item), requests_about(user, item)
        granted = [(row, basis_of(row, reply)) for row, reply in asked if reply]
        may_invite = can_prepare_meeting(user, item.meeting)
        able = [row for row in found if row.decision.ok]
        basis = granted[-1][1] if granted else ""
        return {
            **super().context(),
            "standing": standing_of(item),
            "able_to_decide": body_can_decide(item),
            "able": [(row, self._invitation(row.person, basis)) for row in able],
            "unable": [row for row in found if not row.decision.ok],
            "asked": [(row, basis_of(row, reply) if reply else "") for row, reply in asked],
            "may_invite": may_invite,
            "ask_url": reverse("requests:draft", args=["request"]),
            "superior": item.group.parent,
        }

    def _invitation(self, person: Any, basis: str) -> str:
        url = reverse("meetings:invite", args=[self.object.meeting_id])
        return f"{url}?{urlencode({'person': person.pk, 'kind': SeatKind.MEMBER, 'basis': basis})}"
