"""A step at the browser: ordered, executed, reviewed, stopped and let go on, confirmed and archived by four people."""

import pytest
from django.urls import reverse

from admissions.operations.steps.models import StepRun
from tests.browser.people import is_accessible
from tests.factories.accounts import PASSWORD
from tests.factories.files import pdf_file
from tests.factories.steps import staffed

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_four_people_bring_a_step_to_its_end(arrive, tmp_path):
    of = staffed(groups_apart=True)
    result = tmp_path / "投档线表.pdf"
    result.write_bytes(pdf_file())
    leader, executor, reviewer, supervisor = (arrive(of.people[letter]) for letter in "LARS")
    leader.open(reverse("steps:runs")).sees("没有您可以看到的环节单").follow("下达环节单")
    is_accessible(leader)
    leader.submit("下达", 环节=["投档操作"], 办理事项="本科批历史类第一次投档", 办理要求="按已审定的模板办理")
    leader.sees("已下达", "待执行")

    executor.open("/").sees("执行环节").follow("去办理")
    executor.sees("还没有结果材料").follow("添加材料")
    executor.main.get_by_label("结果", exact=True).check()
    executor.submit("添加", 材料名称="投档线表", 文件=result).sees("投档线表")
    executor.follow("签署执行完毕")
    is_accessible(executor)
    executor.submit("签署", 办理结果="投档1200人", 您的口令=PASSWORD).sees("已执行")

    reviewer.open("/").follow("去办理").follow("接收复核").submit("接收")
    reviewer.follow("签署复核通过").submit("签署", 复核意见="逐校核对一致", 您的口令=PASSWORD).sees("复核通过")

    supervisor.open("/").follow("去办理").follow("监督制止").submit("制止", 制止理由="备份单没有时间").sees(
        "监督已制止"
    )
    is_accessible(supervisor)
    supervisor.follow("解除制止").submit("解除", 解除理由="备份单已补", 您的口令=PASSWORD)
    supervisor.follow("签署监督确认").submit("签署", 监督意见="现场查看，无异议", 您的口令=PASSWORD)

    leader.open(reverse("steps:runs")).follow(StepRun.objects.get().number).follow("归档").submit("归档", 事由="齐全")
    leader.sees("已归档", "逐校核对一致", "监督制止", "解除制止")
    is_accessible(leader)
