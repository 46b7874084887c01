from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    """Meetings, items, positions, resolutions, minutes, emergency decisions."""

    name = "workgroups.meetings"
    label = "meetings"
    verbose_name = "会议与集体决策"
