"""What the pages of recusal share: the season they are about, and refusals that leave a trace."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from admissions.core.decision import Decision, Refused, allow
from admissions.core.errors import refused_page
from admissions.core.views import CommandPage, Page
from admissions.seasons.lifecycle.selectors import current_season

OWN = ("我的回避申报", "recusal:own")
DESK = ("回避台账", "recusal:facts")
SCREENINGS = ("回避比对", "recusal:screenings")
CHALLENGES = ("申请他人回避", "recusal:challenges")
DISCOVERIES = ("事后复查", "recusal:discoveries")
WITHDRAWALS = ("撤回申请", "recusal:withdrawals")
DECLARATIONS = ("回避申报", "recusal:declarations")


class OfSeason(Page):
    """A page about the season in the top bar."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            self.season = current_season(request)
            if self.season is None:
                return refused_page(request, Refused("尚未建立录取季，不能办理回避。", who_can="请联系行政秘书。"))
        return super().dispatch(request, *args, **kwargs)

    def about(self) -> list[Any]:
        return [*super().about(), self.season]


class TracedCommandPage(CommandPage):
    """The page refuses with a sentence, opened or posted to; what was posted is on record as an attempt at its command."""

    def may_run(self) -> Decision:
        return allow()

    def may_open(self) -> Decision:
        return self.may_run()
