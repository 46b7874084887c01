from django.apps import AppConfig


class GroupsConfig(AppConfig):
    """Groups, posts, their duties, what may not be held together, the responsibility matrix."""

    name = "workgroups.groups"
    label = "groups"
    verbose_name = "工作组"
