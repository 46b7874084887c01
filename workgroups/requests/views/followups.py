"""督办: every task the reader may see, whether a resolution or a reply ordered it."""

from django_tables2 import Table

from admissions.core.views import ListPage
from workgroups.meetings.views.decisions import TasksMoved
from workgroups.seasonal import OfSeasonPage

from ..enums import FollowUpSource
from ..followups import FollowUps, follow_ups_of
from ..tables import FollowUpFilter, FollowUpTable


class FollowUpListPage(OfSeasonPage, ListPage):
    table_class = FollowUpTable
    filterset_class = FollowUpFilter
    page_title = "督办"
    page_intro = "决议和批复要求办理的事项：责任人报告办理情况，验收人（不能是责任人本人）验收。"
    unit = "项"
    export_name = "督办事项"
    empty_title = "没有您可以看到的督办事项"
    empty_text = "决议形成后、批复后交办的任务在这里跟踪：责任人报告，验收人验收。"

    def get_queryset(self) -> FollowUps:
        return follow_ups_of(self.request.user, self.season)

    def make_table(self) -> Table:
        return self.table_class(self.rows.rows(), request=self.request)


class ReplyTasksMoved(TasksMoved):
    source = FollowUpSource.REPLY.value
