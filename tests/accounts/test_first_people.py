"""The first administrators, and the people of the demonstration."""

import os
import subprocess
import sys

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from admissions.accounts import demo
from admissions.accounts.bootstrap import FirstAdministrator, bootstrap_admins
from admissions.accounts.enums import ADMINISTRATORS, Role
from admissions.accounts.models import RoleGrant, User
from admissions.audit.enums import Outcome
from admissions.audit.models import RawChange
from admissions.core.decision import Refused
from tests.factories.accounts import user_with
from tests.trail import assert_recorded

from .signing import code_at, post_code, post_password

pytestmark = pytest.mark.django_db
PEOPLE = {
    role: FirstAdministrator(f"admin{n}", f"示{n}", f"First-pass-{n}-2026") for n, role in enumerate(ADMINISTRATORS)
}


class TestBootstrap:
    def test_three_people_with_lasting_grants_recorded_as_the_system(self):
        accounts = bootstrap_admins(PEOPLE)
        event = assert_recorded("account.bootstrap", outcome=Outcome.MACHINE)
        assert (event.actor_name, event.actor_id) == ("系统", None)
        assert {grant.role for grant in RoleGrant.objects.all()} == set(ADMINISTRATORS)
        assert all(grant.period.upper is None for grant in RoleGrant.objects.all())
        assert all(account.must_change_password for account in accounts)

    def test_security_administrator_can_sign_in_and_is_led_to_the_own_password(self, client):
        bootstrap_admins(PEOPLE)
        post_password(client, "admin1", "First-pass-1-2026")
        assert client.get(reverse("accounts:list")).url == reverse("accounts:password-change")

    @pytest.mark.parametrize("role", ADMINISTRATORS)
    def test_refuses_when_an_administrator_exists(self, role):
        user_with(role)
        with pytest.raises(Refused, match="已有管理员"):
            bootstrap_admins(PEOPLE)
        assert not User.objects.filter(username="admin0").exists()

    @pytest.mark.parametrize("field", ["username", "name"])
    def test_refuses_one_person_for_two_roles(self, field):
        person = PEOPLE[Role.SECURITY_ADMIN]
        doubled = FirstAdministrator(**{"username": "other", "name": "另", field: getattr(person, field)}, password="x")
        with pytest.raises(Refused, match="三个不同的人"):
            bootstrap_admins({**PEOPLE, Role.AUDIT_ADMIN: doubled})

    def test_refuses_a_missing_role(self):
        with pytest.raises(Refused, match="各一人"):
            bootstrap_admins({Role.SECURITY_ADMIN: PEOPLE[Role.SECURITY_ADMIN]})

    def test_command_takes_passwords_from_the_environment(self, monkeypatch, capsys):
        for option in ("SYSTEM", "SECURITY", "AUDIT"):
            monkeypatch.setenv(f"ADMIN_{option}_PASSWORD", f"Shell-{option.lower()}-2026")
        call_command("bootstrap_admins", system="sys:示一", security="sec:示二", audit="aud:示三")
        assert User.objects.get(username="sec").check_password("Shell-security-2026")
        assert "Shell-security-2026" not in capsys.readouterr().out
        with pytest.raises(CommandError, match="已有管理员"):
            call_command("bootstrap_admins", system="sys2:示四", security="sec2:示五", audit="aud2:示六")

    def test_command_keeps_the_password_policy(self, monkeypatch):
        for option in ("SYSTEM", "SECURITY", "AUDIT"):
            monkeypatch.setenv(f"ADMIN_{option}_PASSWORD", "short")
        with pytest.raises(CommandError, match="12"):
            call_command("bootstrap_admins", system="sys:示一", security="sec:示二", audit="aud:示三")
        assert not User.objects.exists()

    def test_command_explains_its_format(self):
        with pytest.raises(CommandError, match="登录名:姓名"):
            call_command("bootstrap_admins", system="sys", security="sec:示二", audit="aud:示三")


class TestDemonstration:
    @pytest.fixture(autouse=True)
    def allowed(self, settings):
        settings.DEMONSTRATION = True

    def test_people_are_made_once_through_the_commands(self):
        first = demo.create_demo_people()
        assert len(first) == len(demo.PEOPLE)
        assert demo.create_demo_people() == first
        assert not RawChange.objects.exists()
        roles = {grant.user.username: grant.role for grant in RoleGrant.objects.select_related("user")}
        assert roles["secretary"] == Role.SECRETARIAT
        assert "supervisor" not in roles

    def test_each_login_works_with_the_printed_secrets(self, settings):
        settings.MFA_REQUIRED = True
        demo.create_demo_people()
        for login in ("secadmin", "secretary", "member1"):
            client = Client()
            post_password(client, login, demo.DEMO_PASSWORD)
            assert post_code(client, demo.totp_code(login)).url == reverse("home")
            assert client.get(reverse("home")).status_code == 200

    def test_code_agrees_with_an_independent_computation(self):
        assert demo.totp_code("secadmin", 1_000_000) == code_at(1_000_000, demo.totp_secret("secadmin"))

    def test_logins_are_printed(self, capsys):
        demo.create_demo_people()
        call_command("demo_logins")
        out = capsys.readouterr().out
        assert demo.DEMO_PASSWORD in out
        assert "secretary2" in out

    def test_refuses_where_demonstration_is_off(self, settings):
        settings.DEMONSTRATION = False
        with pytest.raises(Refused, match="不允许演示账号"):
            demo.create_demo_people()
        with pytest.raises(CommandError, match="不允许演示账号"):
            call_command("demo_logins")
        assert not User.objects.exists()

    def test_names_and_logins_are_distinct(self):
        assert len({person.login for person in demo.PEOPLE}) == len({p.name for p in demo.PEOPLE}) == len(demo.PEOPLE)


def test_production_settings_leave_no_choice():
    """Second factor and no demonstration, whatever the environment says."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "admissions.settings.production", "MFA_REQUIRED": "false"}
    environment |= {"ALLOWED_HOSTS": "example.test", "DEMONSTRATION": "true"}
    asked = "from django.conf import settings; print(settings.MFA_REQUIRED, settings.DEMONSTRATION)"
    answer = subprocess.run([sys.executable, "-c", asked], env=environment, capture_output=True, text=True, check=True)
    assert answer.stdout.split() == ["True", "False"]
