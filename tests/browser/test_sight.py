"""Sight of a sheet at the browser: given by the leader, looked at by a stranger, seen by supervision, taken back."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from admissions.accounts.enums import Role
from tests.browser.people import is_accessible
from tests.factories.accounts import UserFactory, user_with
from tests.factories.steps import executed, ordered, staffed
from tests.factories.workgroups import leader_of
from workgroups.appointments.enums import AppointmentStatus

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_sheet_is_shown_to_somebody_until_it_is_taken_back(arrive):
    of = staffed()
    run, stranger = executed(of, ordered(of, title="历史类投档")), UserFactory(name="核对之人")
    chief = leader_of(of.group, status=AppointmentStatus.ON_DUTY).person
    watcher = user_with(Role.SUPERVISOR, season=of.group.season, group=of.group)
    page = reverse("steps:run", args=[run.pk])

    leader = arrive(chief).open(page).sees("没有授权他人查阅").follow("授权他人查阅")
    is_accessible(leader)
    until = timezone.localtime(timezone.now() + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    leader.submit("授权查阅", 查阅人=["核对之人"], 用途="核对投档线", 依据="省招委批〔2026〕3号", 截止时间=until)
    leader.sees("已授权", "生效中")
    is_accessible(leader)

    reader = arrive(stranger).open("/").open(reverse("sight:mine")).sees("历史类投档").follow(f"{run}")
    reader.follow("打开记录").sees("您经授权查阅", "核对投档线", "只能查阅，不能办理")
    is_accessible(reader)
    supervision = arrive(watcher).open(reverse("sight:list")).sees("核对之人", "生效中")
    is_accessible(supervision)

    leader.follow("收回授权")
    is_accessible(leader)
    leader.submit("收回", 事由="已核对完").sees("已收回")
    reader.open(page).sees("没有找到这个页面")
