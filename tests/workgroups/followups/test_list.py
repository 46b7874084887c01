"""督办: tasks of resolutions and of replies in one list, each by its own rights."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from tests.factories.accounts import UserFactory
from tests.factories.followups import resolution_row, task_row
from tests.factories.recusal import fact_about
from tests.factories.requests import fresh, line, received, say
from tests.factories.seasons import InstitutionFactory
from tests.workgroups.requests.test_pages import as_, no_second_factor, posted, text_of, url  # noqa: F401
from workgroups.followups.models import FollowUp
from workgroups.followups.selectors import follow_ups_of
from workgroups.followups.services import assign_task
from workgroups.requests.services import replies

pytestmark = pytest.mark.django_db


def of_reply(of, what="批复的事", days=1, school=None):
    about = {"institution": school} if school else {}
    row = received(of, text={"title": f"{what}的请示"}, about=about)
    return assign_task(
        actor=of.clerk, reason="交办", origin=say(of, row), what=what, assignee=of.head, acceptor=of.chief,
        due_on=timezone.localdate() + timedelta(days=days),
    )  # fmt: skip


def of_resolution(of, what="决议的事", days=2, school=None, **fields):
    people = {"assignee": of.head, "acceptor": of.chief, **fields}
    due = timezone.localdate() + timedelta(days=days)
    return task_row(resolution_row(of, f"{what}的议题", school), what=what, due_on=due, **people)


def done_long_ago(of):
    return of_resolution(of, "办完的事", days=-5, status="accepted", accepted_at=timezone.now())


def shown(user, query=""):
    page = text_of(as_(user).get(f"{url('followups:list')}?{query}"))
    return {what for what in ("批复的事", "决议的事", "晚办的事", "办完的事") if f">{what}<" in page}


def test_both_kinds_in_one_list_and_one_count():
    of = line()
    one, other = of_reply(of), of_resolution(of)
    page = text_of(as_(of.head).get(url("followups:list")))
    for part in (
        url("followups:one", one.pk), url("followups:one", other.pk), other.origin_number, "批复的事的请示", "共 2 项",
        of.head.name, of.chief.name,
    ):  # fmt: skip
        assert part in page, part
    assert page.index("批复的事") < page.index("决议的事")


def test_filters():
    of = line()
    of_reply(of)
    of_resolution(of, assignee=of.member, acceptor=of.head)
    late = of_resolution(of, "晚办的事", days=-1)
    done_long_ago(of)
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
    assert shown(of.head, f"q={late.origin_number}") == {"晚办的事"}
    assert shown(of.head, f"q={of.member.name}") == {"决议的事"}
    assert shown(of.head, "status=nonsense&source=x&late=1") == everything
    page = text_of(as_(of.head).get(f"{url('followups:list')}?source=reply"))
    assert "共 4 项，筛选后 1 项" in page


def test_what_is_stopped_is_neither_late_nor_due():
    of = line()
    task = of_reply(of)
    replies.dispute_reply(actor=of.chief, reason="没有说过。", reply=fresh(task.origin))
    assert shown(of.head, "status=stopped") == {"批复的事"}
    assert shown(of.head, "status=open") == shown(of.head, "late=due") == shown(of.head, "late=late") == set()


def test_what_is_late_is_red_and_what_is_done_has_no_clock():
    of = line()
    of_reply(of)
    with time_machine.travel(timezone.now() + timedelta(days=3), tick=False):
        page = text_of(as_(of.head).get(url("followups:list")))
        assert "clock-danger" in page
        assert "已逾期" in page
    done_long_ago(of)
    page = text_of(as_(of.head).get(f"{url('followups:list')}?source=resolution"))
    assert "clock-danger" not in page


@pytest.mark.parametrize("column", ["what", "source", "origin", "assignee", "acceptor", "due_on", "state"])
def test_every_column_sorts(column):
    of = line()
    of_reply(of)
    of_resolution(of)
    client = as_(of.head)
    for sort in (column, f"-{column}"):
        assert "共 2 项" in text_of(client.get(url("followups:list"), {"sort": sort}))


def test_many_rows_stand_on_pages():
    of = line()
    first = of_reply(of)
    for number in range(30):
        of_resolution(of, f"第{number}项", days=3 + number)
    client = as_(of.head)
    assert "第29项" not in text_of(client.get(url("followups:list")))
    page = text_of(client.get(f"{url('followups:list')}?page=2"))
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


def test_what_may_be_seen_is_one_query(django_assert_num_queries):
    of = line()
    of_reply(of)
    of_resolution(of)
    reader = fresh(of.head)
    list(FollowUp.objects.visible_to(reader))  # rights of the reader and kinds of records are read once
    with django_assert_num_queries(1):
        assert len(follow_ups_of(reader, of.season)) == 2


def test_the_recused_find_neither_kind_in_list_count_or_file():
    of, school = line(), InstitutionFactory()
    of_reply(of, school=school)
    of_resolution(of, school=school)
    assert shown(of.head) == {"批复的事", "决议的事"}
    fact_about(of.head, of.season, kind="institution", key=school.pk)
    assert shown(of.head) == set()
    client = as_(of.head)
    assert "没有您可以看到的督办事项" in text_of(client.get(url("followups:list")))
    exported = text_of(client.get(f"{url('followups:list')}?export=csv&purpose=work"))
    assert "的事" not in exported


def test_the_file_says_what_the_page_says():
    of = line()
    task = of_reply(of)
    of_resolution(of)
    text = text_of(as_(of.head).get(f"{url('followups:list')}?export=csv&purpose=work"))
    for part in ("批复的事", "决议的事", "决议", "办理中（批复待本人确认）", task.due_on.isoformat()):
        assert part in text, part


def test_one_entry_in_the_navigation():
    page = text_of(as_(line().head).get(url("requests:list")))
    navigation = page.split("<nav")[1].split("</nav>")[0]
    assert navigation.count(url("followups:list")) == 1


class TestPages:
    def test_ordered_reported_accepted_and_handed_on_through_the_forms(self):
        of = line()
        reply = say(of, received(of))
        words = {"what": "落实值守", "due_on": timezone.localdate().isoformat(), "reason": "交办"}
        people = {"assignee": of.member.pk, "acceptor": of.chief.pk}
        clerk = as_(of.clerk)
        address = url("followups:assign", "reply", reply.pk)
        assert address in text_of(clerk.get(url("requests:one", reply.submission_id)))
        assert reply.submission.title in text_of(clerk.get(address))
        assert posted(clerk, address, {**words, **people})["Location"] == url("requests:one", reply.submission_id)
        task = FollowUp.objects.get()
        assert "落实值守" in text_of(clerk.get(url("requests:one", reply.submission_id)))
        posted(as_(of.member), url("followups:report", task.pk), {"report": "已办"})
        others = {"assignee": of.member.pk, "acceptor": of.clerk.pk, "reason": "出差"}
        assert url("followups:hand-on", task.pk) in text_of(clerk.get(url("followups:one", task.pk)))
        posted(clerk, url("followups:hand-on", task.pk), others)
        posted(clerk, url("followups:accept", task.pk), {"is_done": "yes", "reason": "属实"})
        task = fresh(task)
        assert (task.status, task.acceptor, task.report) == ("accepted", of.clerk, "已办")
        assert "报告办理情况</" not in text_of(as_(of.member).get(url("followups:one", task.pk)))

    def test_what_nobody_provides_is_not_found(self):
        of = line()
        reply = say(of, received(of))
        assert as_(of.clerk).get(url("followups:assign", "submission", reply.submission_id)).status_code == 404
        assert as_(UserFactory()).get(url("followups:assign", "reply", reply.pk)).status_code == 404

    def test_a_stopped_task_is_taken_back_through_the_form(self):
        of = line()
        task = of_reply(of)
        clerk, address = as_(of.clerk), url("followups:retract", task.pk)
        assert address not in text_of(clerk.get(url("followups:one", task.pk)))
        assert "交办的依据仍然有效，不能收回" in clerk.get(address).content.decode()
        replies.dispute_reply(actor=of.chief, reason="没有说过。", reply=fresh(task.origin))
        assert address in text_of(clerk.get(url("followups:one", task.pk)))
        assert address not in text_of(as_(of.member).get(url("followups:one", task.pk)))
        assert "到此终结" in text_of(clerk.get(address))
        assert clerk.post(address, {"reason": ""}).status_code == 422
        assert posted(clerk, address, {"reason": "批复人不再批复"})["Location"] == url("followups:one", task.pk)
        page = text_of(clerk.get(url("followups:one", task.pk)))
        for words in ("已收回", of.clerk.name, "批复人不再批复"):
            assert words in page
        assert address not in page
        assert shown(of.head, "status=retracted") == {"批复的事"}
        for query in ("status=stopped", "status=open", "late=due", "late=late"):
            assert shown(of.head, query) == set()
        tasks = text_of(clerk.get(url("requests:one", task.origin.submission_id)))
        assert "已收回" in tasks

    def test_a_stopped_task_says_why(self):
        of = line()
        task = of_reply(of)
        assert "确认前可以照办" in text_of(as_(of.head).get(url("followups:one", task.pk)))
        replies.dispute_reply(actor=of.chief, reason="没有说过。", reply=fresh(task.origin))
        page = text_of(as_(of.head).get(url("followups:one", task.pk)))
        assert ("停止办理" in page, "请等候重新批复" in page) == (True, True)
