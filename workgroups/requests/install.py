"""What requests hang into the kernel; called once from the app's `ready()`."""

from typing import Any

from admissions.audit import grounds
from admissions.core import navigation, seeds, todos
from admissions.seasons import cloning

from . import tasks  # noqa: F401  registers the timer
from .grounds import reply_carries
from .seeds import seed_codes, seed_reportables
from .todos import request_todos
from .travel import copy_codes


def install() -> None:
    todos.register(request_todos)
    grounds.register(reply_carries)
    seeds.register(70, "应报事项", seed_reportables)
    seeds.register(71, "机关代字", seed_codes)
    cloning.register("机关代字", 40, copy_codes)
    for order, label, url_name, icon in ENTRIES:
        navigation.register(navigation.NavItem("议事", order, label, url_name, icon, everybody))


def everybody(user: Any) -> bool:
    return user.is_authenticated


ENTRIES = (
    (40, "督办", "workgroups:follow-ups", "checklist"),
    (60, "请示报告", "workgroups:submissions", "mail"),
    (70, "应报事项", "workgroups:report-duties", "bell"),
    (80, "口头指示", "workgroups:instructions", "phone"),
)
