"""Pages of readiness: the overview, and going on duty."""

from typing import Any

from admissions.seasons.pages import OfSeasonPage
from workgroups.appointments.enums import AppointmentStatus
from workgroups.appointments.views import OfAppointment

from . import rules, services
from .selectors import appointments_for_readiness, group_counts, readiness_of, runs_out_soon


class ActivatePage(OfAppointment):
    verb, submit_label = "办理上岗", "办理上岗"
    success_text = "已上岗。"
    rule, command = rules.can_put_on_duty, services.activate_appointment


class ReadinessPage(OfSeasonPage):
    """Who is ready, who is not and why, by group: chart, numbers, then people."""

    template_name = "readiness/overview.html"
    page_title = "上岗资格总览"
    STANDINGS = {"在岗": "tone:success", "已就绪": "tone:info", "未就绪": "tone:warning", "暂停": "tone:danger"}

    def context(self) -> dict[str, Any]:
        rows = list(appointments_for_readiness(self.request.user, self.season))
        ready = readiness_of(rows)
        counts = group_counts(rows, ready)
        not_ready = [
            (row, ready[row.pk]) for row in rows if not ready[row.pk].ok and row.status != AppointmentStatus.ON_DUTY
        ]
        lapsed = [
            (row, ready[row.pk]) for row in rows if not ready[row.pk].ok and row.status == AppointmentStatus.ON_DUTY
        ]
        ending = [(row, ready[row.pk], runs_out_soon(row, ready[row.pk])) for row in rows]
        return {
            **super().context(),
            "page_intro": "上岗资格由任命、回避、培训、承诺逐项得出，不由人工勾选；在岗人员的资格失效的，自即时起不能以其岗位办理。",
            "ending": sorted((found for found in ending if found[2]), key=lambda found: found[2]),
            "total": len(rows),
            "not_ready": not_ready,
            "lapsed": lapsed,
            "chart_option": self._chart(counts),
            "chart_headers": ["工作组", *self.STANDINGS],
            "chart_rows": [[name, *(group[word] for word in self.STANDINGS)] for name, group in counts.items()],
        }

    def _chart(self, counts: dict[str, dict[str, int]]) -> dict[str, Any]:
        series = [
            {
                "name": word,
                "type": "bar",
                "stack": "people",
                "itemStyle": {"color": tone},
                "data": [group[word] for group in counts.values()],
            }
            for word, tone in self.STANDINGS.items()
        ]
        return {
            "tooltip": {},
            "legend": {},
            "grid": {"containLabel": True, "left": 8, "right": 16, "bottom": 8},
            "xAxis": {"type": "value", "minInterval": 1},
            "yAxis": {"type": "category", "data": list(counts), "inverse": True},
            "series": series,
        }
