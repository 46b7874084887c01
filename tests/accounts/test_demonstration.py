"""In a demonstration one click signs in as anybody of the cast; anywhere else there is neither page nor button."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth import get_user
from django.contrib.auth.hashers import check_password, make_password
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from admissions.accounts.demo import DEMO_PASSWORD, PEOPLE, create_demo_people
from admissions.accounts.enums import AccountStatus
from admissions.accounts.models import User
from admissions.audit.enums import Outcome
from admissions.audit.models import Event
from admissions.settings import demonstration as demonstration_settings
from admissions.settings import development
from tests.factories.accounts import UserFactory
from tests.factories.seasons import OpenSeasonFactory
from tests.trail import setting_up

pytestmark = pytest.mark.django_db
BUTTON = 'name="account" value="{}"'


@pytest.fixture(scope="module")
def cast(module_rows):
    with override_settings(DEMONSTRATION=True):
        return {login: person.pk for login, person in create_demo_people().items()}


@pytest.fixture
def demonstration(cast, settings):
    settings.DEMONSTRATION = settings.MFA_REQUIRED = True
    people = User.objects.in_bulk(cast.values())
    return {login: people[pk] for login, pk in cast.items()}


def sign_in_as(client, login, **more):
    return client.post(reverse("account_sign_in_as"), {"account": login, **more})


def test_the_page_says_that_it_is_a_demonstration_and_shows_everybody_once(client, demonstration):
    page = client.get(reverse("account_login")).content.decode()
    assert "演示环境。" in page
    assert [login for login in (p.login for p in PEOPLE) if page.count(BUTTON.format(login)) != 1] == []
    assert DEMO_PASSWORD not in page


def test_one_click_signs_in_past_the_second_factor_and_is_on_record(client, demonstration):
    answer = sign_in_as(client, "leader1")
    assert (answer.status_code, answer["Location"]) == (302, reverse("home"))
    assert client.get(reverse("home")).status_code == 200
    events = Event.objects.filter(actor_id=demonstration["leader1"].pk, outcome=Outcome.SIGN_IN).order_by("id")
    assert [event.action_label for event in events][-2:] == ["登录", "演示环境一键登录"]


@pytest.mark.parametrize(("minutes", "asks"), [(0, False), (14, False), (16, True)])
def test_the_click_counts_as_having_said_who_one_is_for_as_long_as_for_anybody(
    client, demonstration, settings, minutes, asks
):
    settings.CRITICAL_IDENTITY_AGE = timedelta(minutes=15)
    season = OpenSeasonFactory()
    sign_in_as(client, "secretary")
    with time_machine.travel(timezone.now() + timedelta(minutes=minutes)):
        answer = client.get(reverse("seasons:close", args=[season.pk]))
    assert (answer.status_code == 302 and "/again/" in answer["Location"]) is asks


def test_the_page_that_was_asked_for_comes_next_and_no_other_site(client, demonstration):
    asked = reverse("accounts:mine")
    assert f'name="next" value="{asked}"' in client.get(reverse("account_login"), {"next": asked}).content.decode()
    assert sign_in_as(client, "leader1", next=asked)["Location"] == asked
    for elsewhere in ("https://example.org/", "//example.org/", "javascript:alert(1)"):
        assert sign_in_as(client, "leader1", next=elsewhere)["Location"] == reverse("home")


def test_only_the_cast_and_only_who_may_sign_in(client, demonstration):
    UserFactory(username="stranger")
    with setting_up():
        account = User.objects.get(username="member3")
        account.status = AccountStatus.SUSPENDED
        account.save()
    for login in ("stranger", "member3", "nobody", ""):
        assert sign_in_as(client, login).status_code == 404
        assert get_user(client).is_anonymous
    assert BUTTON.format("member3") not in client.get(reverse("account_login")).content.decode()


def test_it_takes_a_post_with_its_token(demonstration):
    careful = Client(enforce_csrf_checks=True)
    assert careful.get(reverse("account_sign_in_as")).status_code == 405
    assert sign_in_as(careful, "leader1").status_code == 403
    assert get_user(careful).is_anonymous


def test_elsewhere_there_is_nothing_of_it(client, demonstration, settings):
    settings.DEMONSTRATION = False
    page = client.get(reverse("account_login")).content.decode()
    assert "演示" not in page
    assert 'name="account"' not in page
    assert sign_in_as(client, "leader1").status_code == 404
    assert get_user(client).is_anonymous


def test_hashes_of_the_demonstration_are_cheap_and_the_website_reads_them(settings):
    """Accounts made later, by hand, are hashed as everywhere."""
    usual = "django.contrib.auth.hashers.Argon2PasswordHasher"
    assert [usual] == development.PASSWORD_HASHERS
    settings.PASSWORD_HASHERS = demonstration_settings.PASSWORD_HASHERS
    encoded = make_password(DEMO_PASSWORD)
    assert "m=1024,t=1,p=1" in encoded
    settings.PASSWORD_HASHERS = [usual]
    assert check_password(DEMO_PASSWORD, encoded)
    assert not check_password("another", encoded)
    assert "m=102400,t=2,p=8" in make_password(DEMO_PASSWORD)
