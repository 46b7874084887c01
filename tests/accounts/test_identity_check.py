"""Critical acts ask again who is there; nothing typed is lost."""

import time
from datetime import timedelta

import pytest
from allauth.account.internal.flows import login
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from admissions.accounts.enums import Role
from admissions.audit.facts import Weight, of_weight
from admissions.core.views import Page
from discipline.opinions.models import Opinion
from tests.factories.accounts import PASSWORD
from tests.factories.supervision import answered, closed, watched

pytestmark = pytest.mark.django_db


def pages(patterns) -> list[type[Page]]:
    found = []
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            found += pages(pattern.url_patterns)
        elif issubclass(getattr(pattern.callback, "view_class", object), Page):
            found.append(pattern.callback.view_class)
    return found


def test_every_critical_command_has_a_page_that_asks():
    asked = {page.action_code() for page in pages(get_resolver().url_patterns)}
    assert sorted(set(of_weight(Weight.BINDING)) - asked) == []


def signed_in(person, seconds_ago):
    client = Client()
    client.force_login(person)
    session = client.session
    session[login._AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(person.pk)
    session["account_authentication_methods"] = [{"method": "password", "at": time.time() - seconds_ago}]
    session.save()
    return client


@pytest.mark.parametrize(("seconds", "asks"), [(60, False), (899, False), (901, True)])
def test_who_was_asked_within_a_quarter_of_an_hour_is_not_asked(settings, seconds, asks):
    settings.CRITICAL_IDENTITY_AGE = timedelta(minutes=15)
    opinion = answered(of := watched())
    answer = signed_in(of.supervisor, seconds).get(reverse("opinions:close", args=[opinion.pk]))
    assert (answer.status_code == 302 and answer.url.startswith(reverse("account_reauthenticate"))) == asks
    ordinary = signed_in(of.supervisor, seconds).get(reverse("opinions:return", args=[opinion.pk]))
    assert ordinary.status_code == 200


def test_what_was_typed_is_sent_on_after_the_answer(settings):
    settings.CRITICAL_IDENTITY_AGE = timedelta(minutes=15)
    opinion = answered(of := watched())
    client = signed_in(of.supervisor, 3600)
    asked = client.post(reverse("opinions:close", args=[opinion.pk]), {"reason": "抽查三日，齐全。"})
    assert Opinion.objects.get().status == "answered"
    wrong = client.post(asked.url, {"password": "not-the-password"})
    assert (wrong.status_code, Opinion.objects.get().status) == (200, "answered")
    done = client.post(asked.url, {"password": PASSWORD})
    assert (done.status_code, Opinion.objects.get().status) == (302, "closed")


def test_who_may_not_act_is_told_so_and_not_asked(settings):
    settings.CRITICAL_IDENTITY_AGE = timedelta(minutes=15)
    opinion = closed(of := watched())
    answer = signed_in(of.leader, 3600).get(reverse("opinions:recur", args=[opinion.pk]))
    assert answer.status_code == 403
    assert Role.SUPERVISOR.label in answer.content.decode()
