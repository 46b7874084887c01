"""Lockout by account and address; the page says until when and who can help."""

from datetime import timedelta

import pytest
import time_machine
from axes.models import AccessAttempt
from django import forms
from django.test import Client, RequestFactory
from django.urls import reverse

from admissions.accounts import credentials
from admissions.accounts.enums import Role
from admissions.accounts.forms import PasswordReentryForm
from admissions.accounts.lockout import password_confirmed
from admissions.audit.enums import Outcome
from admissions.audit.models import Event
from tests.clock import at_hour
from tests.factories.accounts import PASSWORD, UserFactory, user_with

from .signing import code_at, is_signed_in, post_code, post_password, session_events, with_totp

pytestmark = pytest.mark.django_db
START = at_hour(9)


@pytest.fixture
def user():
    return UserFactory(username="zhangsan", staff_number="S0042", phone="13800000042")


def fail(client, name, times=5):
    for _ in range(times):
        response = post_password(client, name, "Wrong-pass-2026")
    return response


def test_fifth_failure_locks_and_says_until_when_and_who_helps(client, user):
    with time_machine.travel(START, tick=False):
        assert fail(client, "zhangsan", 4).status_code == 200
        response = fail(client, "zhangsan", 1)
    page = response.content.decode()
    assert response.status_code == 429
    assert f"{START.month}月{START.day}日 09:30" in page
    assert "安全管理员" in page


def test_right_password_is_refused_while_locked_and_accepted_afterwards(client, user):
    with time_machine.travel(START, tick=False) as clock:
        fail(client, "zhangsan")
        assert post_password(client, "zhangsan").status_code == 429
        clock.shift(timedelta(minutes=31))
        assert post_password(client, "zhangsan").url == reverse("home")


def test_attempts_during_the_lock_do_not_prolong_it(client, user):
    with time_machine.travel(START, tick=False) as clock:
        fail(client, "zhangsan")
        clock.shift(timedelta(minutes=20))
        assert "09:30" in fail(client, "zhangsan", 3).content.decode()
        clock.shift(timedelta(minutes=11))
        assert post_password(client, "zhangsan").status_code == 302


def test_lock_does_not_touch_other_people_at_the_same_address(client, user):
    neighbour = UserFactory()
    fail(client, "zhangsan", 8)
    assert post_password(Client(), neighbour.username).url == reverse("home")


def test_whole_office_failing_from_one_address_locks_nobody(user):
    people = [UserFactory() for _ in range(40)]
    for person in people:
        assert post_password(Client(), person.username, "Wrong-pass-2026").status_code == 200
    assert post_password(Client(), "zhangsan").url == reverse("home")


def test_stranger_at_another_address_cannot_lock_the_person_out(user):
    fail(Client(REMOTE_ADDR="203.0.113.9"), "zhangsan", 8)
    assert post_password(Client(REMOTE_ADDR="10.0.0.2"), "zhangsan").url == reverse("home")


def test_all_names_of_an_account_share_one_counter(client, user):
    fail(client, "zhangsan", 2)
    fail(client, "S0042", 2)
    assert fail(client, "１３８０００００042", 1).status_code == 429


def test_success_by_phone_clears_failures_by_name(client, user):
    fail(client, "zhangsan", 4)
    post_password(client, "13800000042")
    assert not AccessAttempt.objects.exists()


def test_unknown_account_reads_the_same_page(client, user):
    with time_machine.travel(START, tick=False):
        known, unknown = fail(client, "zhangsan"), fail(client, "nobody")
    assert known.status_code == unknown.status_code == 429
    assert known.content == unknown.content


def test_lockout_is_one_event_however_often_somebody_knocks(client, user):
    fail(client, "zhangsan", 9)
    assert session_events(user) == ["登录锁定"]


def test_what_was_typed_is_not_kept(client, user):
    fail(client, "11010519491231002X", 6)
    kept = [str(row) for row in AccessAttempt.objects.values()]
    events = [str(row) for row in Event.objects.filter(outcome=Outcome.SIGN_IN).values()]
    assert kept
    assert events
    assert not [row for row in kept + events if "11010519491231002" in row or "Wrong-pass" in row]


@pytest.mark.django_db(transaction=True)
def test_reset_by_the_security_administrator_opens_the_lock(client):
    user = UserFactory(username="zhangsan")
    fail(client, "zhangsan")
    slip = credentials.reset_password(actor=user_with(Role.SECURITY_ADMIN), reason="遗忘", account=user)
    assert post_password(client, "zhangsan", slip.password).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_reset_of_the_second_factor_lets_the_person_set_up_a_new_one_at_once(client, settings):
    settings.MFA_REQUIRED = True
    user = with_totp(UserFactory())
    post_password(client, user.username)
    for _ in range(6):
        post_code(client, "000000")
    credentials.reset_second_factor(actor=user_with(Role.SECURITY_ADMIN), reason="手机遗失", account=user)
    client.cookies.clear()
    post_password(client, user.username)
    client.get(reverse("mfa_activate_totp"))
    code = code_at(secret=client.session["mfa.totp.secret"])
    client.post(reverse("mfa_activate_totp"), {"code": code})
    assert client.get(reverse("home")).status_code == 200


class CriticalForm(PasswordReentryForm):
    text = forms.CharField()


class TestReentry:
    def request(self, user, **data):
        request = RequestFactory(REMOTE_ADDR="10.0.0.7").post("/act/", data)
        request.user = user
        return request

    def form(self, user, password):
        data = {"text": "x", "own_password": password}
        return CriticalForm(data, request=self.request(user, **data))

    def test_own_password_passes_and_is_not_kept(self, user):
        form = self.form(user, PASSWORD)
        assert form.is_valid()
        assert form.cleaned_data == {"text": "x", "own_password": None}

    def test_field_comes_last(self, user):
        assert list(self.form(user, "").fields) == ["text", "own_password"]

    def test_wrong_password_is_an_error_and_an_event(self, user):
        form = self.form(user, "Wrong-pass-2026")
        assert form.errors["own_password"] == ["口令不正确。"]
        assert session_events(user) == ["口令复核未通过"]

    def test_somebody_elses_password_is_wrong(self, user):
        other = UserFactory(password=user.password)
        other.set_password("Other-pass-2026")
        assert not password_confirmed(self.request(user), "Other-pass-2026")

    def test_failures_count_towards_the_lock_of_the_login_page(self, user):
        for _ in range(5):
            self.form(user, "Wrong-pass-2026").is_valid()
        assert not self.form(user, PASSWORD).is_valid()
        assert post_password(Client(REMOTE_ADDR="10.0.0.7"), "zhangsan").status_code == 429

    def test_page_with_the_fifth_failure_is_the_locked_page(self, client, user):
        client.force_login(user)
        data = {"own_password": "Wrong-pass-2026", "new_password": "A-new-pass-2026", "repeated": "A-new-pass-2026"}
        statuses = [client.post(reverse("accounts:password-change"), data).status_code for _ in range(5)]
        assert statuses == [422, 422, 422, 422, 429]
        data["own_password"] = PASSWORD
        assert client.post(reverse("accounts:password-change"), data).status_code == 429
        assert is_signed_in(client)

    def test_posted_form_is_not_kept_with_the_failure(self, client, user):
        client.force_login(user)
        secret = {"own_password": "Wrong-pass-2026", "new_password": "11010519491231002X", "repeated": "y"}
        client.post(reverse("accounts:password-change"), secret)
        attempt = AccessAttempt.objects.get()
        assert (attempt.post_data, attempt.get_data, attempt.username) == ("", "", "zhangsan")

    def test_missing_password_is_required(self, user):
        assert "own_password" in self.form(user, "").errors
