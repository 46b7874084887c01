"""A finding that was put aside."""

from datetime import timedelta

from django.utils import timezone

from discipline.desk.enums import Indicator
from discipline.desk.indicators import Finding
from discipline.desk.models import AccessReview
from discipline.desk.services import dismiss
from tests.factories.supervision import again
from tests.house.lookers import AUDITOR, MEMBER, SUPERVISOR
from tests.house.world import MEMBER_NAME, World
from tests.trail import setting_up


def plant(world: World) -> None:
    supervisor, member = world.who[SUPERVISOR], world.who[MEMBER]
    row = Finding(Indicator.HOURS, "walk", f"{MEMBER_NAME}深夜办理", None, "", world.group.pk, member.pk)
    dismiss(actor=again(supervisor), reason="值班", finding=row)
    month = (timezone.localdate().replace(day=1) - timedelta(days=40)).replace(day=1)
    with setting_up():
        AccessReview(
            month=month,
            reader=member,
            reader_name=MEMBER_NAME,
            reviewer=world.who[AUDITOR],
            reviewer_name="审计管理员",
            reads=3,
            exports=1,
            alerts=0,
            finding="proper",
            note=f"{MEMBER_NAME}的查阅与工作有关",
            at=timezone.now(),
        ).save()
