"""One session a person, idle timeout; each ending says why and is an event."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.test import Client
from django.urls import path, reverse

from admissions.accounts.models import LoginSession
from admissions.audit.enums import Outcome
from admissions.audit.models import Event
from tests.clock import at_hour
from tests.factories.accounts import UserFactory

from .signing import is_signed_in, post_password, session_events

pytestmark = pytest.mark.django_db
START = at_hour(9, 31)
urlpatterns = [path("nothing/", lambda request: HttpResponse("nothing"))]


def sentences(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


@pytest.fixture
def user():
    return UserFactory(username="zhangsan")


class TestDisplacement:
    def test_newer_sign_in_ends_the_older_session_with_a_notice(self, user):
        older, newer = Client(REMOTE_ADDR="10.0.0.1"), Client(REMOTE_ADDR="10.0.0.2")
        with time_machine.travel(START, tick=False):
            post_password(older, "zhangsan")
            post_password(newer, "zhangsan")
            response = older.get(reverse("accounts:mine"))
            assert is_signed_in(newer)
            assert not is_signed_in(older)
        assert response.url == f"{reverse('account_login')}?next=%2Faccounts%2Fmine%2F"
        assert sentences(response) == [
            f"您的账号于{START.month}月{START.day}日 09:31在 10.0.0.2 登录，本处的登录已结束。如果不是您本人操作，请立即联系安全管理员。"
        ]

    def test_both_ends_of_the_displacement_are_events(self, user):
        older, newer = Client(REMOTE_ADDR="10.0.0.1"), Client(REMOTE_ADDR="10.0.0.2")
        post_password(older, "zhangsan")
        post_password(newer, "zhangsan")
        older.get(reverse("home"))
        assert session_events(user) == ["登录", "登录", "新的登录替换原会话", "被新的登录替换后退出"]
        event = Event.objects.get(action_label="新的登录替换原会话")
        assert (event.details["原来源地址"], event.origin_ip) == ("10.0.0.1", "10.0.0.2")

    def test_ending_the_displaced_session_leaves_the_newer_one(self, user):
        older, newer = Client(), Client()
        post_password(older, "zhangsan")
        post_password(newer, "zhangsan")
        older.get(reverse("home"))
        assert LoginSession.objects.filter(user=user).count() == 1
        assert is_signed_in(newer)

    def test_sign_in_after_a_proper_sign_out_displaces_nobody(self, user):
        client = Client()
        post_password(client, "zhangsan")
        client.post(reverse("account_logout"))
        post_password(client, "zhangsan")
        assert session_events(user) == ["登录", "退出", "登录"]

    def test_fragment_request_of_a_displaced_session_leaves_the_page(self, user):
        older, newer = Client(), Client()
        post_password(older, "zhangsan")
        post_password(newer, "zhangsan")
        headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/trail/?q=1"}
        response = older.get("/trail/", headers=headers)
        assert response.status_code == 200
        assert response.headers["HX-Redirect"] == f"{reverse('account_login')}?next=%2Ftrail%2F%3Fq%3D1"
        assert response.content == b""

    def test_two_people_do_not_disturb_each_other(self, user):
        other = UserFactory()
        first, second = Client(), Client()
        post_password(first, "zhangsan")
        post_password(second, other.username)
        assert is_signed_in(first)
        assert is_signed_in(second)


class TestIdleTimeout:
    def test_session_ends_after_thirty_minutes_without_a_request(self, user):
        client = Client()
        with time_machine.travel(START, tick=False) as clock:
            post_password(client, "zhangsan")
            clock.shift(timedelta(minutes=31))
            response = client.get(reverse("accounts:mine"))
        assert response.url == f"{reverse('account_login')}?next=%2Faccounts%2Fmine%2F"
        assert sentences(response) == ["您已超过30分钟没有操作，为安全已自动退出，请重新登录。"]
        assert "空闲超时退出" in session_events(user)

    def test_every_request_starts_the_thirty_minutes_anew(self, user):
        client = Client()
        with time_machine.travel(START, tick=False) as clock:
            post_password(client, "zhangsan")
            for _ in range(4):
                clock.shift(timedelta(minutes=20))
                assert is_signed_in(client)

    def test_requests_a_page_makes_by_itself_do_not_count(self, user):
        client = Client()
        with time_machine.travel(START, tick=False) as clock:
            post_password(client, "zhangsan")
            for _ in range(3):
                clock.shift(timedelta(minutes=12))
                client.get(reverse("accounts:mine"), headers={"X-Automatic": "1", "HX-Request": "true"})
            assert not is_signed_in(client)

    def test_posting_after_the_timeout_does_nothing_and_does_not_come_back_to_the_post(self, user):
        client = Client()
        with time_machine.travel(START, tick=False) as clock:
            post_password(client, "zhangsan")
            clock.shift(timedelta(minutes=31))
            response = client.post(reverse("accounts:password-change"), {"new_password": "Another-pass-2026"})
        assert response.url == reverse("account_login")
        user.refresh_from_db()
        assert not user.check_password("Another-pass-2026")

    def test_stale_session_left_in_another_browser_is_not_reported_as_displaced(self, user):
        with time_machine.travel(START, tick=False) as clock:
            post_password(Client(), "zhangsan")
            clock.shift(timedelta(hours=9))
            post_password(Client(), "zhangsan")
        assert session_events(user) == ["登录", "登录"]

    def test_constant_cost_of_the_guard(self, user, client, django_assert_num_queries, settings):
        post_password(client, "zhangsan")
        settings.ROOT_URLCONF = __name__
        with django_assert_num_queries(2):  # session, person with session row and second factor
            assert client.get("/nothing/").content == b"nothing"


def test_sign_in_does_not_change_the_account_row(user, client):
    before = (user.revision, user.history.count())
    post_password(client, "zhangsan")
    user.refresh_from_db()
    assert (user.revision, user.history.count()) == before


def test_every_sign_in_event_names_its_origin(user):
    post_password(Client(REMOTE_ADDR="10.1.2.3"), "zhangsan")
    event = Event.objects.get(outcome=Outcome.SIGN_IN)
    assert (event.actor_id, event.actor_name, event.origin_ip) == (user.pk, user.name, "10.1.2.3")
