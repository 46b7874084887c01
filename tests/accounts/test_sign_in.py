"""Signing in: names, second factor, and the ways around it that must not exist."""

import time
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from admissions.accounts.enums import AccountStatus, Role
from tests.clock import at_hour
from tests.factories.accounts import PASSWORD, UserFactory, user_with
from tests.trail import setting_up

from .signing import SECRET, code_at, is_signed_in, post_code, post_password, session_events, with_totp

pytestmark = pytest.mark.django_db
NINE = at_hour(9)


@pytest.mark.parametrize("typed", ["zhangsan", "S0042", "13800000042", "　ｚｈａｎｇｓａｎ ", "１３８０００００042"])
def test_sign_in_by_login_name_staff_number_or_phone(client, typed):
    user = UserFactory(username="zhangsan", staff_number="S0042", phone="13800000042")
    response = post_password(client, typed)
    assert (response.status_code, response.url) == (302, reverse("home"))
    assert session_events(user) == ["登录"]


@pytest.mark.parametrize("status", [AccountStatus.SUSPENDED, AccountStatus.CLOSED])
def test_account_out_of_use_reads_the_same_sentence_as_a_wrong_password(client, status):
    UserFactory(username="gone", status=status)
    UserFactory(username="here")
    refused = [post_password(client, "gone"), post_password(client, "here", "wrong"), post_password(client, "nobody")]
    sentences = {str(response.context["form"].non_field_errors()[0]) for response in refused}
    assert sentences == {"登录名或口令不正确，或账号未启用。忘记口令请联系安全管理员。"}


def test_suspended_account_loses_its_open_session_at_once(client):
    user = UserFactory()
    client.force_login(user)
    assert is_signed_in(client)
    with setting_up():
        user.status = AccountStatus.SUSPENDED
        user.save()
    assert not is_signed_in(client)


def test_no_sign_up_and_no_reset_by_mail_exist(client):
    for path in ("/login/signup/", "/login/password/reset/", "/login/email/", "/login/password/change/"):
        assert client.get(path).status_code == 404


class TestSecondFactor:
    def test_password_alone_opens_nothing(self, client):
        user = with_totp(UserFactory())
        response = post_password(client, user.username)
        assert response.url == reverse("mfa_authenticate")
        for name in ("home", "accounts:mine", "accounts:list", "admin:index", "mfa_deactivate_totp", "audit:trail"):
            assert client.get(reverse(name)).status_code == 302, name
        assert session_events(user) == []

    def test_code_completes_the_sign_in(self, client):
        user = with_totp(UserFactory())
        post_password(client, user.username)
        assert post_code(client, code_at()).url == reverse("home")
        assert session_events(user) == ["动态口令验证通过", "登录"]

    def test_wrong_code_is_an_event_and_opens_nothing(self, client):
        user = with_totp(UserFactory())
        post_password(client, user.username)
        assert post_code(client, "000000").status_code == 200
        assert session_events(user) == ["第二验证因素未通过"]
        assert not is_signed_in(client)

    def test_code_of_an_expired_step_is_refused(self, client):
        user = with_totp(UserFactory())
        post_password(client, user.username)
        post_code(client, code_at(time.time() - 90))
        assert not is_signed_in(client)

    def test_code_works_only_once(self, client):
        user = with_totp(UserFactory())
        with time_machine.travel(NINE, tick=False):
            code = code_at()
            post_password(client, user.username)
            post_code(client, code)
            other = Client()
            post_password(other, user.username)
            post_code(other, code)
            assert not is_signed_in(other)

    def test_code_of_the_step_before_is_taken_and_works_only_once_for_as_long_as_it_passes(self, client):
        user = with_totp(UserFactory())
        with time_machine.travel(NINE, tick=False) as clock:
            early = code_at(time.time() + 30)
            post_password(client, user.username)
            assert post_code(client, early).url == reverse("home")
            for seconds in (31, 59):
                clock.move_to(NINE + timedelta(seconds=seconds))
                cache.delete(
                    f"allauth.mfa.totp.used?user={user.pk}&code={early}"
                )  # gone after one step, by Redis's clock
                other = Client()
                post_password(other, user.username)
                post_code(other, early)
                assert not is_signed_in(other)

    def test_code_is_taken_a_step_late(self, client):
        user = with_totp(UserFactory())
        with time_machine.travel(NINE, tick=False):
            post_password(client, user.username)
            assert post_code(client, code_at(time.time() - 1)).url == reverse("home")

    def test_codes_are_limited_per_account_not_per_address(self, client):
        user, neighbour = with_totp(UserFactory()), with_totp(UserFactory())
        post_password(client, user.username)
        for _ in range(5):
            post_code(client, "000000")
        post_code(client, code_at())
        assert not is_signed_in(client)
        other = Client()
        post_password(other, neighbour.username)
        assert post_code(other, code_at()).url == reverse("home")

    def test_pending_sign_in_expires(self, client):
        user = with_totp(UserFactory())
        with time_machine.travel(NINE, tick=False) as clock:
            post_password(client, user.username)
            clock.move_to(NINE + timedelta(minutes=16))
            assert post_code(client, code_at()).url == reverse("account_login")
        assert not is_signed_in(client)

    def test_pending_sign_in_of_one_person_does_not_open_another_account(self, client):
        thief, victim = with_totp(UserFactory()), UserFactory()
        post_password(client, thief.username)
        post_password(client, victim.username, "wrong password")
        assert not is_signed_in(client)

    def test_secret_lies_encrypted_in_the_database(self):
        user = with_totp(UserFactory())
        stored = Authenticator.objects.get(user=user)
        assert SECRET not in str(stored.data)
        assert stored.wrap().validate_code(code_at())

    def test_recovery_code_replaces_the_phone_once(self, client):
        user = with_totp(UserFactory())
        code = RecoveryCodes.activate(user).get_unused_codes()[0]
        post_password(client, user.username)
        assert post_code(client, code).url == reverse("home")
        assert "恢复码验证通过" in session_events(user)
        other = Client()
        post_password(other, user.username)
        post_code(other, code)
        assert not is_signed_in(other)


class TestRequiredSecondFactor:
    @pytest.fixture(autouse=True)
    def required(self, settings):
        settings.MFA_REQUIRED = True

    def test_everybody_is_led_to_the_activation(self, client):
        client.force_login(UserFactory())
        for name in ("home", "accounts:mine", "audit:trail", "mfa_index"):
            assert client.get(reverse(name)).url == reverse("mfa_activate_totp"), name
        assert client.get("/no/such/page").url == reverse("mfa_activate_totp")
        assert client.get(reverse("healthz")).status_code == 200

    def test_post_to_a_page_directly_does_nothing(self, client):
        user = user_with(Role.SECURITY_ADMIN)
        client.force_login(user)
        response = client.post(reverse("accounts:organisation-add"), {"code": "X1", "name": "新单位", "reason": "试"})
        assert response.url == reverse("mfa_activate_totp")

    def test_fragment_request_is_led_there_too(self, client):
        client.force_login(UserFactory())
        response = client.get(reverse("home"), headers={"HX-Request": "true"})
        assert (response.status_code, response.headers["HX-Redirect"]) == (200, reverse("mfa_activate_totp"))

    def test_logout_and_own_password_stay_open(self, client):
        client.force_login(UserFactory())
        assert client.get(reverse("accounts:password-change")).status_code == 200
        assert client.post(reverse("account_logout")).status_code == 302

    @pytest.mark.django_db(transaction=True)
    def test_activation_right_after_the_sign_in_needs_no_second_password(self, client):
        user = UserFactory()
        post_password(client, user.username)
        page = client.get(reverse("mfa_activate_totp"))
        assert page.status_code == 200
        secret = client.session["mfa.totp.secret"]
        response = client.post(reverse("mfa_activate_totp"), {"code": code_at(secret=secret)})
        assert response.url == reverse("mfa_view_recovery_codes")
        assert client.get(response.url).status_code == 200
        assert "启用动态口令" in session_events(user)
        assert Authenticator.objects.filter(user=user, type="totp").exists()
        assert client.get(reverse("home")).status_code == 200

    def test_later_activation_asks_for_the_password_first(self, client):
        user = UserFactory()
        with time_machine.travel(NINE, tick=False) as clock:
            post_password(client, user.username)
            clock.move_to(NINE + timedelta(minutes=20))
            assert client.get(reverse("mfa_activate_totp")).url.startswith(reverse("account_reauthenticate"))

    def test_with_a_second_factor_the_pages_open(self, client):
        user = with_totp(UserFactory())
        post_password(client, user.username)
        post_code(client, code_at())
        assert client.get(reverse("home")).status_code == 200


class TestChangingTheSecondFactor:
    def test_password_is_not_enough_to_remove_it(self, client):
        user = with_totp(UserFactory())
        post_password(client, user.username)
        post_code(client, code_at())
        assert client.get(reverse("mfa_deactivate_totp")).url.startswith(reverse("mfa_reauthenticate"))
        assert client.get(reverse("account_reauthenticate")).url.startswith(reverse("mfa_reauthenticate"))
        client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
        client.post(reverse("mfa_deactivate_totp"))
        assert Authenticator.objects.filter(user=user, type="totp").exists()

    def test_another_code_removes_it_and_is_an_event(self, client):
        user = with_totp(UserFactory())
        with time_machine.travel(NINE, tick=False) as clock:
            post_password(client, user.username)
            post_code(client, code_at())
            clock.move_to(NINE + timedelta(minutes=1))
            client.post(reverse("mfa_reauthenticate"), {"code": code_at()})
            client.post(reverse("mfa_deactivate_totp"))
        assert not Authenticator.objects.filter(user=user).exists()
        assert "停用动态口令" in session_events(user)


class TestAdminSite:
    @pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN])
    def test_its_login_page_leads_to_the_one_login(self, client, role):
        user = with_totp(user_with(role))
        credentials = {"username": user.username, "password": PASSWORD}
        for response in (client.get("/admin/login/"), client.post("/admin/login/", credentials)):
            assert response.url.startswith(reverse("account_login"))
        assert client.get("/admin/").status_code == 302
        post_password(client, user.username)
        assert client.get("/admin/").status_code == 302
        post_code(client, code_at())
        assert client.get("/admin/").status_code == 200

    @pytest.mark.parametrize("role", [Role.SECRETARIAT, Role.SUPERVISOR, Role.RECUSAL_OFFICER])
    def test_others_stay_outside(self, client, role):
        client.force_login(user_with(role))
        assert client.get("/admin/", follow=True).status_code == 403
        assert client.get("/admin/accounts/user/", follow=True).status_code == 403

    def test_its_password_form_is_not_there(self, client):
        client.force_login(user_with(Role.SYSTEM_ADMIN))
        assert client.get("/admin/password_change/").url == reverse("accounts:password-change")
