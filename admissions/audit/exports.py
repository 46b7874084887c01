"""The trail as a file: the reader's own rows, filtered as on the page, with who took it, when and why nothing is missing."""

from django.utils import timezone

from admissions.core.clock import minute_text
from admissions.core.decision import Refused
from admissions.core.people import Person

from .access import UNPROVABLE
from .enums import Outcome
from .models import Event, EventQuerySet

LIMIT = 10_000
COLUMNS = (
    "编号", "时间", "办理人", "岗位", "代何人", "事项", "结果", "对象", "录取季", "工作组", "事由", "依据", "拒绝原因", "可核",
)  # fmt: skip


class TrailSheet:
    """What `table_export` writes: a header, a row an entry, and a last row that says whose copy this is.

    The row-set hash in the ledger is the SHA-256 of all these rows as UTF-8 CSV with line ends of CR LF.
    Refuses more entries than the limit: a file with a part of them would look like all of them.
    """

    def __init__(self, events: EventQuerySet, reader: Person, filters: dict[str, str]) -> None:
        self.events = list(events[: LIMIT + 1])
        if len(self.events) > LIMIT:
            raise Refused(f"筛选后超过{LIMIT}条，不能一次导出。", who_can="请按日期、工作组或姓名缩小范围，分次导出。")
        self.reader, self.filters = reader, filters
        self.unproven = UNPROVABLE({event.pk for event in self.events})

    def as_values(self) -> list[list[str]]:
        return [list(COLUMNS), *(self._row(event) for event in self.events), [self._watermark()]]

    def _row(self, event: Event) -> list[str]:
        return [
            str(event.pk),
            timezone.localtime(event.at).strftime("%Y-%m-%d %H:%M:%S"),
            event.actor_name,
            event.actor_post,
            event.on_behalf_of_name,
            event.action_label,
            Outcome(event.outcome).label,
            event.target_label,
            event.season_label,
            event.group_label,
            event.reason,
            event.clause,
            event.refusal,
            "不可核" if event.pk in self.unproven else "",
        ]

    def _watermark(self) -> str:
        chosen = "；".join(f"{label}：{value}" for label, value in self.filters.items()) or "无"
        who = f"{self.reader.name}（{self.reader.staff_number or self.reader.username}）"
        return f"{who}于{minute_text(timezone.now())}导出，共{len(self.events)}条，筛选条件：{chosen}。不得外传。"
