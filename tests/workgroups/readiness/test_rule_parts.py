"""Each part of putting somebody on duty made false alone, the rule asked directly, its own sentence expected."""

from datetime import timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from tests.factories.accounts import UserFactory
from tests.factories.requests import line
from tests.parts import asked, but, only_missing
from workgroups.appointments.models import Appointment
from workgroups.readiness import rules
from workgroups.readiness.conditions import Readiness, ReadinessItem

pytestmark = pytest.mark.django_db


def test_putting_on_duty():
    of = line()
    held = but(Appointment.objects.get(person=of.member), status="pending")
    ready = Readiness([ReadinessItem("training", "培训", True, "已合格。")])
    rule = rules.can_put_on_duty
    assert asked(rule, of.head, held, ready).ok
    only_missing("您没有办理任职的权限。", rule, UserFactory(), held, ready)
    only_missing("不能为自己办理上岗。", rule, of.member, held, ready)
    only_missing("任职是“在岗”，不能办理上岗。", rule, of.head, but(held, status="on_duty"), ready)
    later = but(held, period=DateTimeTZRange(timezone.now() + timedelta(days=1), None))
    only_missing("现在不在任职期间内，不能上岗。", rule, of.head, later, ready)
    lacking = Readiness([ReadinessItem("training", "培训", False, "还没有答卷。", "本人")])
    only_missing("还缺：培训（还没有答卷）。", rule, of.head, held, lacking)
