"""What the pages of recusal share: the season they are about, and refusals that leave a trace."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from admissions.core.decision import Decision, Refused, allow
from admissions.core.errors import refused_page
from admissions.core.views import CommandPage, Page
from admissions.seasons.lifecycle.selectors import current_season

OWN = ("我的回避申报", "workgroups:recusal-own")
DESK = ("回避台账", "workgroups:recusal-facts")
SCREENINGS = ("回避比对", "workgroups:recusal-screenings")
CHALLENGES = ("申请他人回避", "workgroups:recusal-challenges")
DISCOVERIES = ("事后复查", "workgroups:recusal-discoveries")
WITHDRAWALS = ("撤回申请", "workgroups:recusal-withdrawals")


def crumb(place: tuple[str, str]) -> tuple[str, str]:
    return place[0], reverse(place[1])


class OfSeason(Page):
    """A page about the season in the top bar."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            self.season = current_season(request)
            if self.season is None:
                return refused_page(request, Refused("尚未建立录取季，不能办理回避。", who_can="请联系行政秘书。"))
        return super().dispatch(request, *args, **kwargs)


class TracedCommandPage(CommandPage):
    """The page refuses with a sentence; a posted attempt reaches the command, so that the refusal is recorded."""

    def may_run(self) -> Decision:
        return allow()

    def may_open(self) -> Decision:
        return allow() if self.request.method == "POST" else self.may_run()
