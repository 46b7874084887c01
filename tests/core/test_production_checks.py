"""Each setting that would make a production site unsafe is found, and nothing else."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.db import connection
from django.test import override_settings

from admissions.audit.rights import rights_beyond_the_web_role

pytestmark = pytest.mark.filterwarnings("ignore:Overriding setting DATABASES")
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnop"
SOUND = {
    "SECRET_KEY": ALPHABET + "1-secret",
    "DIGEST_KEY": ALPHABET + "2-digest",
    "SEAL_KEY": ALPHABET + "3-seal",
    "MARK_KEY": ALPHABET + "4-mark",
    "DEMONSTRATION": False,
    "MFA_REQUIRED": True,
    "MEDIA_ROOT": Path("/srv/admissions/evidence"),
    "STATIC_ROOT": Path("/srv/admissions/static"),
    "SECURE_SSL_REDIRECT": True,
    "SESSION_COOKIE_SECURE": True,
    "CSRF_COOKIE_SECURE": True,
    "TRUST_PROXY_ADDRESS": True,
    "SECURE_HSTS_SECONDS": 31_536_000,
    "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https"),
    "SESSION_COOKIE_AGE": 12 * 3600,
    "SESSION_EXPIRE_AT_BROWSER_CLOSE": True,
    "IDLE_TIMEOUT": timedelta(minutes=30),
    "DATABASES": {"default": {"USER": "admissions_web"}},
    "DATABASE_WEB_ROLE": "admissions_web",
}


def found(**changed):
    with override_settings(**SOUND | changed):
        messages = run_checks(tags=["production"], include_deployment_checks=True)
    assert all(message.hint for message in messages), "each finding says what to do"
    return [message.id for message in messages]


def test_sound_settings_have_no_findings():
    assert found() == []


def test_without_deploy_nothing_is_asked():
    with override_settings(**SOUND | {"DEMONSTRATION": True}):
        assert run_checks(tags=["production"]) == []


@pytest.mark.parametrize("name", ["SECRET_KEY", "DIGEST_KEY", "SEAL_KEY", "MARK_KEY"])
def test_keys(name):
    assert found(**{name: ""}) == ["production.E001"]
    assert found(**{name: "short"}) == ["production.E002"]
    assert found(**{name: "ab" * 40}) == ["production.E002"]
    assert found(**{name: b"\x07" * 31}) == ["production.E002"]
    assert found(**{name: b"\x07" * 32}) == []


def test_keys_differ_from_one_another():
    assert found(SEAL_KEY=SOUND["SECRET_KEY"]) == ["production.E003"]
    assert found(DIGEST_KEY=SOUND["SECRET_KEY"]) == ["production.E003"]


def test_a_key_may_be_a_private_file(tmp_path):
    key = tmp_path / "seal.key"
    assert found(SEAL_KEY=str(key)) == ["production.E001"]
    key.write_bytes(b"k" * 32)
    key.chmod(0o644)
    assert found(SEAL_KEY=str(key)) == ["production.E002"]
    key.chmod(0o600)
    assert found(SEAL_KEY=str(key)) == []


@pytest.mark.parametrize(
    ("changed", "finding"),
    [
        ({"DEMONSTRATION": True}, "production.E004"),
        ({"MFA_REQUIRED": False}, "production.E005"),
        ({"MEDIA_ROOT": SOUND["STATIC_ROOT"] / "evidence"}, "production.E006"),
        ({"MEDIA_ROOT": SOUND["STATIC_ROOT"]}, "production.E006"),
        ({"MEDIA_ROOT": SOUND["STATIC_ROOT"].parent}, "production.E006"),
        ({"SECURE_SSL_REDIRECT": False}, "production.E007"),
        ({"SESSION_COOKIE_SECURE": False}, "production.E007"),
        ({"CSRF_COOKIE_SECURE": False}, "production.E007"),
        ({"TRUST_PROXY_ADDRESS": False}, "production.E007"),
        ({"SECURE_HSTS_SECONDS": 3600}, "production.E007"),
        ({"SECURE_PROXY_SSL_HEADER": None}, "production.E007"),
        ({"SESSION_COOKIE_AGE": 12 * 3600 + 1}, "production.E008"),
        ({"IDLE_TIMEOUT": timedelta(minutes=31)}, "production.E008"),
        ({"SESSION_EXPIRE_AT_BROWSER_CLOSE": False}, "production.E008"),
        ({"DATABASES": {"default": {"USER": "admissions_owner"}}}, "production.E009"),
    ],
)
def test_each_unsafe_setting_is_found(changed, finding):
    assert found(**changed) == [finding]


@pytest.mark.django_db
class TestRightsInTheDatabase:
    def findings(self):
        messages = run_checks(tags=["database"], databases=["default"], include_deployment_checks=True)
        return [message.id for message in messages if message.id.startswith("production.")]

    def test_the_owner_can_do_too_much(self):
        assert "是留痕表的属主" in rights_beyond_the_web_role(connection)
        assert self.findings() == ["production.E011"]

    def test_the_web_role_cannot(self):
        self.as_web_role()
        assert rights_beyond_the_web_role(connection) == []
        assert self.findings() == []

    def test_a_single_grant_too_many_is_found(self):
        with connection.cursor() as cursor:
            cursor.execute("GRANT UPDATE ON audit_event TO admissions_web")
        self.as_web_role()
        assert rights_beyond_the_web_role(connection) == ["对“留痕事件”多出权限 UPDATE"]

    def as_web_role(self):
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL ROLE admissions_web")


def test_an_unreachable_database_is_a_warning(django_db_blocker, settings):
    """The site may be checked before its database is up; it is said that the rights were not looked at."""
    place = dict(connection.settings_dict)
    with django_db_blocker.unblock():
        connection.close()
        connection.settings_dict["HOST"], connection.settings_dict["PORT"] = "127.0.0.1", "1"
        try:
            messages = run_checks(tags=["database"], databases=["default"], include_deployment_checks=True)
        finally:
            connection.settings_dict.update(place)
    assert "production.W010" in [message.id for message in messages]
