from django.apps import AppConfig


class SeasonsConfig(AppConfig):
    """Seasons, batches and stages, institutions, the working-day calendar, the deadline engine."""

    name = "admissions.seasons"
    label = "seasons"
    verbose_name = "录取季"

    def ready(self) -> None:
        from admissions.core import navigation, seeds
        from admissions.evidence.imports import registry

        from . import cloning
        from .batches import travel
        from .batches.selectors import stage_clock
        from .calendar.imports import CALENDAR
        from .calendar.seeds import seed_calendar
        from .institutions.imports import INSTITUTIONS
        from .lifecycle.selectors import current_season, seasons_of

        seeds.register(10, "工作日历", seed_calendar)
        registry.register(INSTITUTIONS)
        registry.register(CALENDAR)
        cloning.register("批次", 10, travel.copy_batches)
        cloning.register("批次阶段", 20, travel.copy_stages)
        cloning.register_description(10, travel.describe_batches)
        cloning.register_description(20, travel.describe_stages)
        navigation.register_frame_part("current_season", current_season)
        navigation.register_frame_part("seasons", seasons_of)
        navigation.register_frame_part(
            "stage_clock", lambda request: stage_clock(navigation.frame_part(request, "current_season"))
        )
        for order, label, url_name, icon in (
            (10, "录取季", "seasons:list", "flag"),
            (20, "批次日程", "seasons:current-schedule", "calendar-event"),
            (30, "院校", "seasons:institutions", "school"),
            (40, "工作日历", "seasons:calendar", "calendar"),
            (50, "期限推算", "seasons:deadline", "calculator"),
        ):
            navigation.register(navigation.NavItem("制度与基础", order, label, url_name, icon))
