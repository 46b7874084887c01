"""The leader and a member of the group on duty, and somebody proposed."""

from tests.factories.accounts import UserFactory
from tests.factories.workgroups import AppointmentFactory, PostFactory, leader_of
from tests.house.lookers import LEADER, MEMBER, SECRETARY
from tests.house.world import MEMBER_NAME, World
from tests.trail import setting_up
from workgroups.appointments.enums import AppointmentStatus
from workgroups.appointments.models import AppointmentPassage


def plant(world: World) -> None:
    group = world.group
    leader = leader_of(group, status=AppointmentStatus.ON_DUTY)
    member = AppointmentFactory(
        post=PostFactory(group=group, name="计划员"),
        status=AppointmentStatus.ON_DUTY,
        person=UserFactory(name=MEMBER_NAME),
        basis=f"关于{MEMBER_NAME}任职的决议",
    )
    world.who[LEADER], world.who[MEMBER] = leader.person, member.person
    proposed = AppointmentFactory(post=world.post, status=AppointmentStatus.PROPOSED, basis="")
    with setting_up():
        AppointmentPassage(
            appointment=member, to_status=member.status, actor=world.who[SECRETARY], reason=f"任命{MEMBER_NAME}"
        ).save()
    newcomer, ready = (
        AppointmentFactory(post=PostFactory(group=group, name=name), status=AppointmentStatus.PENDING)
        for name in ("信息员", "联络员")
    )
    world.keep(newcomer=newcomer, ready=ready)
    world.keep(leader=leader, member=member, proposed=proposed)
