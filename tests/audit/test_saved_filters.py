"""A person's own filters of the trail, and one entry explained."""

from urllib.parse import quote
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from admissions.accounts.enums import Role
from admissions.audit.models import Event, SavedFilter
from admissions.audit.saved import AT_MOST, conditions, keep_filter
from admissions.core.decision import Refused
from tests.factories.accounts import UserFactory, user_with
from tests.factories.recusal import fact_about
from tests.factories.supervision import again, closed, issued, watched
from tests.races import together


def client_of(person):
    client = Client()
    client.force_login(again(person))
    return client


def save_url(of):
    return f"{reverse('audit:filter-save')}?of={quote(of)}"


@pytest.mark.django_db
class TestSavedFilters:
    def test_saved_applied_and_dropped(self):
        of = watched()
        issued(of)
        client, trail = client_of(of.supervisor), reverse("audit:trail")
        page = client.get(trail, {"outcome": "refused", "cursor": "x"}).content.decode()
        assert "把现在的条件存为常用筛选" in page
        assert "把现在的条件存为常用筛选" not in client.get(trail).content.decode()
        response = client.post(save_url(f"{trail}?outcome=refused&cursor=x&export=xlsx"), {"name": "被拒的"})
        assert (response.status_code, response.url) == (302, f"{trail}?outcome=refused")
        row = SavedFilter.objects.get()
        assert (row.owner, row.address) == (of.supervisor, f"{trail}?outcome=refused")
        assert "被拒的" in client.get(trail).content.decode()
        assert "删去“被拒的”" in client.get(row.address).content.decode()
        assert client.post(reverse("audit:filter-drop", args=[row.pk])).status_code == 302
        assert SavedFilter.objects.count() == 0

    def test_nobody_else_sees_or_drops_it(self):
        of = watched()
        row = keep_filter(of.supervisor, "标记词筛选", reverse("audit:trail"), "outcome=refused")
        other = client_of(user_with(Role.SUPERVISOR, season=of.season, group=of.group))
        assert "标记词筛选" not in other.get(reverse("audit:trail")).content.decode()
        assert other.post(reverse("audit:filter-drop", args=[row.pk])).status_code == 404
        assert SavedFilter.objects.count() == 1

    @pytest.mark.parametrize(
        "of",
        ["", "/trail/", "/trail/?cursor=x", "/accounts/?q=a", "https://elsewhere.example/trail/?q=a", "//x/trail/?q=a"],
    )
    def test_only_addresses_of_the_trail_with_conditions(self, of):
        assert client_of(watched().supervisor).get(save_url(of)).status_code == 404

    def test_one_name_once_and_twenty_at_most(self):
        person, path = UserFactory(), reverse("audit:trail")
        for number in range(AT_MOST - 1):
            keep_filter(person, f"第{number}个", path, "q=a")
        client = client_of(person)
        again_named = client.post(save_url(f"{path}?q=b"), {"name": "第1个"})
        assert again_named.status_code == 422
        assert "您已有同名的常用筛选。" in again_named.content.decode()
        keep_filter(person, "最后一个", path, "q=a")
        with pytest.raises(Refused, match="最多保存20个"):
            keep_filter(person, "多一个", path, "q=a")

    def test_conditions_are_those_of_the_form(self):
        assert conditions("cursor=n&outcome=done&q=%E7%94%B2&page=2&since=&export=csv") == "q=%E7%94%B2&outcome=done"


@pytest.mark.django_db(transaction=True)
def test_two_at_once_stay_within_the_limit():
    person, path = UserFactory(), reverse("audit:trail")
    for number in range(AT_MOST - 1):
        keep_filter(person, f"第{number}个", path, "q=a")
    results = together(*(lambda name=name: keep_filter(person, name, path, "q=a") for name in ("甲", "乙")))
    assert sorted(type(result).__name__ for result in results) == ["Refused", "SavedFilter"]
    assert SavedFilter.objects.count() == AT_MOST


@pytest.mark.django_db
class TestExplained:
    def explain(self, person, event):
        return client_of(person).get(reverse("audit:entry", args=[event.pk]))

    def event(self, record, action):
        return Event.objects.of_target(record).get(action=action)

    def test_who_as_what_post_why_and_what_changed(self):
        of = watched()
        event = self.event(closed(of), "opinions.close")
        text = self.explain(of.supervisor, event).content.decode()
        for wanted in (of.supervisor.name, event.reason, "以什么岗位", "待复查", "已销号", "留痕编号"):
            assert wanted in text
        assert (
            reverse("audit:entry", args=[event.pk])
            in client_of(of.supervisor).get(reverse("audit:trail")).content.decode()
        )

    def test_who_may_read_the_history_of_the_record_reads_it_without_its_origin(self):
        of = watched()
        event = self.event(issued(of), "opinions.issue")
        answer = self.explain(of.leader, event)
        assert answer.status_code == 200
        assert "请求编号" not in answer.content.decode()

    def test_neither_strangers_nor_recused_readers(self):
        of = watched()
        person = UserFactory(name="涉及某")
        event = self.event(issued(of, person=person), "opinions.issue")
        assert self.explain(watched(of.season).leader, event).status_code == 404
        assert self.explain(of.member, event).status_code == 404
        fact_about(of.leader, of.season, kind="person", key=person.pk)
        assert self.explain(of.leader, event).status_code == 404
        missing = client_of(of.supervisor).get(reverse("audit:entry", args=[uuid4()]))
        assert missing.status_code == 404
