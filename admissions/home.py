"""我的待办: the first page after login."""

from typing import Any

from admissions.core.todos import bucketed, remember_count, todos_of
from admissions.core.views import Page


class HomePage(Page):
    """What I must do, with the clock left; below, what I wait for from others."""

    template_name = "home.html"
    page_title = "我的待办"

    def context(self) -> dict[str, Any]:
        todos = todos_of(self.request.user)
        own = [todo for todo in todos if not todo.waiting_on]
        remember_count(self.request.user, own)
        return {
            **super().context(),
            "buckets": bucketed(own),
            "waiting": [todo for todo in todos if todo.waiting_on],
        }
