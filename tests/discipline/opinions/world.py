"""Opinions of the supervisor of the group in each state, and a mark at an entry."""

from admissions.audit.models import Event
from discipline.opinions.models import OpinionPassage
from discipline.opinions.services import flag_entry
from tests.factories.supervision import Watched, again, answered, closed, issued
from tests.house.lookers import LEADER, MEMBER, SUPERVISOR
from tests.house.world import MEMBER_NAME, World
from tests.trail import setting_up


def plant(world: World) -> None:
    supervisor, leader, member = (again(world.who[name]) for name in (SUPERVISOR, LEADER, MEMBER))
    of = Watched(world.group, leader, member, supervisor)
    named = issued(of, person=member, title=f"{MEMBER_NAME}交接不全", text=f"{MEMBER_NAME}未交接。")
    world.keep(supervision=named, answered_opinion=answered(of), closed_opinion=closed(of))
    passage = OpinionPassage.objects.filter(opinion=world.answered_opinion).get()
    with setting_up():
        passage.file = world.file
        passage.save()
    event = Event.objects.visible_to(supervisor).filter(group_id=world.group.pk, person_id=member.pk).first()
    flag = flag_entry(actor=supervisor, reason=f"{MEMBER_NAME}时间不对", event=event)
    about = issued(of, person=member, title=f"{MEMBER_NAME}签到不全")
    answered(of, about, text=f"已与{MEMBER_NAME}核对。")
    world.keep(passage=passage, supervised_event=event, flag=flag)
