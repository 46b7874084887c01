"""What the work groups hang into the kernel: navigation, to-dos, posts in the trail, cloning, checks before opening."""

from typing import Any

from django.http import HttpRequest

from admissions.accounts.emergency.rules import approval_checks
from admissions.audit import grounds
from admissions.audit.access import provide_post_of
from admissions.core import navigation, seeds, todos
from admissions.seasons import cloning

from . import archiving
from .appointments import deputies
from .appointments.enums import ANY_AREA
from .appointments.selectors import may_approve_for, own_appointments, post_of, waiting_post
from .duty.selectors import handover_todos, posts_deputised, standing_in, stood_in_for
from .groups.seeds import seed_template_season
from .groups.travel import copy_structure, describe_structure
from .meetings import tasks  # noqa: F401  registers the timer
from .meetings.grounds import resolution_carries
from .meetings.seeds import seed_matters
from .meetings.selectors import meeting_todos
from .pledges.selectors import pledge_todos
from .training.selectors import training_todos


def install() -> None:
    provide_post_of(post_of)
    deputies.provide(deputies.Delegations(stood_in_for, posts_deputised, standing_in))
    navigation.register_frame_part("person_post", person_post)
    for group, order, label, url_name, icon in ENTRIES:
        navigation.register(navigation.NavItem(group, order, label, url_name, icon, works_here))
    for selector in (pledge_todos, training_todos, handover_todos, meeting_todos):
        todos.register(selector)
    grounds.register(resolution_carries)
    approval_checks.append(may_approve_for)
    archiving.install()
    seeds.register(50, "录取季模板", seed_template_season)
    seeds.register(60, "集体决策事项", seed_matters)
    cloning.register("工作组、岗位和职责", 30, copy_structure)
    cloning.register_description(30, describe_structure)


ENTRIES = (
    ("组织", 10, "工作组", "workgroups:groups", "sitemap"),
    ("组织", 20, "任职", "workgroups:appointments", "id-badge-2"),
    ("组织", 30, "职责矩阵", "workgroups:matrix", "table"),
    ("议事", 10, "会议", "workgroups:meetings", "users-group"),
    ("议事", 20, "议题", "workgroups:agenda-items", "list"),
    ("议事", 30, "决议", "workgroups:resolutions", "clipboard-check"),
    ("议事", 50, "临机处置", "workgroups:emergencies", "bolt"),
    ("议事", 55, "应议未议", "workgroups:undecided-acts", "alert-triangle"),
    ("议事", 58, "事项清单", "workgroups:matters", "clipboard-list"),
    ("上岗", 10, "上岗资格", "workgroups:readiness", "chart-bar"),
    ("上岗", 20, "承诺书", "workgroups:pledges", "signature"),
    ("上岗", 30, "培训", "workgroups:courses", "school"),
)


def works_here(user: Any) -> bool:
    """Everybody who is logged in; what each page shows is decided row by row."""
    return user.is_authenticated


def person_post(request: HttpRequest) -> str:
    """The posts the person holds on duty (else the one that waits for readiness, marked so), then those deputised for."""
    own = [str(appointment.post) for appointment in own_appointments(request.user)]
    own = own or [post for post in [waiting_post(request.user)] if post]
    deputised = [f"{row.post}（代{row.person.name}）" for row in deputies.stood_in_for(request.user, ANY_AREA)]
    return "、".join([*own, *deputised])
