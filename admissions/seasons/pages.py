"""Pages about the season a person is working in."""

from typing import Any

from admissions.core.decision import Decision, allow, deny
from admissions.core.navigation import frame_part
from admissions.core.views import Page


class OfSeasonPage(Page):
    """Needs a current season; `self.season` is it."""

    def prepare(self) -> None:
        self.season: Any = frame_part(self.request, "current_season")

    def about(self) -> list[Any]:
        return [*super().about(), *([] if self.season is None else [self.season])]

    def may_open(self) -> Decision:
        if self.season is None:
            return deny("还没有录取季。", who_can="请由行政秘书先建立并开启录取季。")
        return self.may_open_in_season()

    def may_open_in_season(self) -> Decision:
        return allow()
