"""督办: tasks of resolutions and of replies in one list, each by its own rights."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from tests.factories.accounts import UserFactory
from tests.factories.meetings import MatterFactory
from tests.factories.recusal import fact_about
from tests.factories.requests import line, received, say
from tests.factories.seasons import InstitutionFactory
from tests.trail import setting_up
from tests.workgroups.requests.test_pages import as_, no_second_factor, text_of, url  # noqa: F401
from workgroups.meetings.models import AgendaItem, DecisionMatter, Resolution, ResolutionTask
from workgroups.requests.followups import follow_ups_of
from workgroups.requests.services import replies

pytestmark = pytest.mark.django_db


def of_reply(of, what="批复的事", days=1, school=None):
    about = {"institution": school} if school else {}
    row = received(of, text={"title": f"{what}的请示"}, about=about)
    return replies.assign_reply_task(
        actor=of.clerk, reason="交办", reply=say(of, row), what=what, assignee=of.head, acceptor=of.chief,
        due_on=timezone.localdate() + timedelta(days=days),
    )  # fmt: skip


def of_resolution(of, what="决议的事", days=2, school=None, **fields):
    with setting_up():
        matter, now = DecisionMatter.objects.first() or MatterFactory(), timezone.now()
        item = AgendaItem(
            group=of.above, matter=matter, title=f"{what}的议题", proposal="拟办。", proposer=of.clerk,
            presenter=of.clerk, institution=school,
        )  # fmt: skip
        item.save()
        resolution = Resolution(
            item=item,
            number=f"决〔2026〕{item.pk}号",
            text="同意。",
            content_hash="0",
            issued_at=now,
            issued_by=of.chief,
        )
        resolution.save()
        people = {"assignee": of.head, "acceptor": of.chief, **fields}
        task = ResolutionTask(
            resolution=resolution, what=what, due_on=timezone.localdate() + timedelta(days=days), **people
        )
        task.save()
    return task


def shown(user, query=""):
    page = text_of(as_(user).get(f"{url('follow-ups')}?{query}"))
    return {what for what in ("批复的事", "决议的事", "晚办的事", "办完的事") if f">{what}<" in page}


def test_both_kinds_with_their_own_pages_and_one_count():
    of = line()
    one, other = of_reply(of), of_resolution(of)
    page = text_of(as_(of.head).get(url("follow-ups")))
    for part in (
        url("reply-task", one.pk), url("task", other.pk), other.resolution.number, "批复的事的请示", "共 2 项",
        of.head.name, of.chief.name,
    ):  # fmt: skip
        assert part in page, part
    assert page.index("批复的事") < page.index("决议的事")


def test_filters():
    of = line()
    of_reply(of)
    of_resolution(of, assignee=of.member, acceptor=of.head)
    late = of_resolution(of, "晚办的事", days=-1)
    with setting_up():
        done = of_resolution(of, "办完的事", days=-5)
        done.status, done.accepted_at = "accepted", timezone.now()
        done.save()
    everything = {"批复的事", "决议的事", "晚办的事", "办完的事"}
    assert shown(of.head) == everything
    assert shown(of.head, "source=reply") == {"批复的事"}
    assert shown(of.head, "source=resolution") == everything - {"批复的事"}
    assert shown(of.head, "status=accepted") == {"办完的事"}
    assert shown(of.head, "status=open") == everything - {"办完的事"}
    assert shown(of.head, "part=acceptor") == {"决议的事"}
    assert shown(of.head, "part=assignee") == everything - {"决议的事"}
    assert shown(of.head, "late=late") == {"晚办的事"}
    assert shown(of.head, "late=due") == {"批复的事", "决议的事"}
    assert shown(of.head, "q=批复的事的请示") == {"批复的事"}
    assert shown(of.head, f"q={late.resolution.number}") == {"晚办的事"}
    assert shown(of.head, f"q={of.member.name}") == {"决议的事"}
    assert shown(of.head, "status=nonsense&source=x&late=1") == everything
    page = text_of(as_(of.head).get(f"{url('follow-ups')}?source=reply"))
    assert "共 4 项，筛选后 1 项" in page


def test_what_is_late_is_red_and_what_is_done_has_no_clock():
    of = line()
    of_reply(of)
    with time_machine.travel(timezone.now() + timedelta(days=3), tick=False):
        page = text_of(as_(of.head).get(url("follow-ups")))
        assert "clock-danger" in page
        assert "已逾期" in page
    with setting_up():
        done = of_resolution(of, "办完的事", days=-5)
        done.status, done.accepted_at = "accepted", timezone.now()
        done.save()
    page = text_of(as_(of.head).get(f"{url('follow-ups')}?source=resolution"))
    assert "clock-danger" not in page


@pytest.mark.parametrize("column", ["what", "source", "origin", "assignee_name", "acceptor_name", "due_on", "state"])
def test_every_column_sorts(column):
    of = line()
    of_reply(of)
    of_resolution(of)
    client = as_(of.head)
    for sort in (column, f"-{column}"):
        assert "共 2 项" in text_of(client.get(url("follow-ups"), {"sort": sort}))


def test_many_rows_stand_on_pages():
    of = line()
    first = of_reply(of)
    for number in range(30):
        of_resolution(of, f"第{number}项", days=3 + number)
    client = as_(of.head)
    assert "第29项" not in text_of(client.get(url("follow-ups")))
    page = text_of(client.get(f"{url('follow-ups')}?page=2"))
    assert "第29项" in page
    assert first.what not in page


def test_each_by_its_own_rights():
    of = line()
    of_reply(of)
    of_resolution(of)
    assert shown(UserFactory()) == set()
    assert shown(of.member) == {"批复的事"}
    assert shown(of.head) == {"批复的事", "决议的事"}
    assert follow_ups_of(of.member, of.season).count() == 1


def test_the_recused_find_neither_kind_in_list_count_or_file():
    of, school = line(), InstitutionFactory()
    of_reply(of, school=school)
    of_resolution(of, school=school)
    assert shown(of.head) == {"批复的事", "决议的事"}
    fact_about(of.head, of.season, kind="institution", key=school.pk)
    assert shown(of.head) == set()
    client = as_(of.head)
    assert "没有您可以看到的督办事项" in text_of(client.get(url("follow-ups")))
    exported = text_of(client.get(f"{url('follow-ups')}?export=csv&purpose=work"))
    assert "的事" not in exported


def test_the_file_says_what_the_page_says():
    of = line()
    task = of_reply(of)
    of_resolution(of)
    text = text_of(as_(of.head).get(f"{url('follow-ups')}?export=csv&purpose=work"))
    for part in ("批复的事", "决议的事", "决议", "办理中（批复待本人确认）", task.due_on.isoformat()):
        assert part in text, part


@pytest.mark.parametrize(("old", "source"), [("tasks", "resolution"), ("reply-tasks", "reply")])
def test_old_addresses_lead_to_the_filtered_list(old, source):
    client = as_(line().head)
    response = client.get(f"{url(old)}?late=late")
    assert (response.status_code, response["Location"]) == (302, f"{url('follow-ups')}?late=late&source={source}")


def test_one_entry_in_the_navigation():
    page = text_of(as_(line().head).get(url("submissions")))
    navigation = page.split("<nav")[1].split("</nav>")[0]
    assert navigation.count(url("follow-ups")) == 1
    assert url("tasks") not in navigation.replace(url("follow-ups"), "")
