from django.apps import AppConfig


class FollowupsConfig(AppConfig):
    """What somebody was told to do, until when, and what came of it."""

    name = "workgroups.followups"
    label = "followups"
    verbose_name = "督办"
