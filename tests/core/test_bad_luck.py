"""The database goes away between two requests; the clock is set back; a number is typed where it does not belong."""

import io
import logging
import threading
from datetime import timedelta
from urllib.parse import quote

import pytest
import time_machine
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.test import Client, RequestFactory, override_settings
from django.urls import path, reverse
from django.utils import timezone

from admissions.accounts import grants
from admissions.accounts.enums import Role
from admissions.audit.models import Event
from admissions.core.logs import formatter
from tests.factories.accounts import UserFactory, user_with
from tests.factories.recusal import id_number
from tests.factories.workgroups import AppointmentFactory
from tests.processes import end_other_sessions
from tests.trail import unguarded
from workgroups.appointments.services import withdraw_appointment

NUMBER = id_number(808)
NAME, PHONE = "柳示隐", "13912345678"


def broken(request):
    """A fault of ours with somebody's number in hand."""
    raise ValueError(f"cannot handle {len(request.POST)} fields")


def doubled(request):
    """The database refuses a row and says which values it refused."""
    for username in ("one", "two"):
        UserFactory(username=username, name=NAME, phone=request.POST["phone"])


def _urlpatterns():
    from admissions.urls import urlpatterns as ours  # noqa: PLC0415 - the urls need the apps to be ready

    return [path("broken/", broken), path("doubled/", doubled), *ours]


urlpatterns = _urlpatterns()


class TestDatabaseGoesAway:
    @pytest.mark.django_db(transaction=True)
    def test_the_next_request_of_the_same_worker_works(self):
        """A thread as in the web server, with its connection kept between requests; the server ends it in between."""
        statuses = []
        first_done, ended = threading.Event(), threading.Event()

        def worker():
            handler = WSGIHandler()
            for number in range(2):
                answer = handler(
                    RequestFactory().get("/seals/checkpoint/").environ, lambda status, headers: statuses.append(status)
                )
                answer.close()
                if number == 0:
                    first_done.set()
                    ended.wait(timeout=20)
            connection.close()

        thread = threading.Thread(target=worker)
        thread.start()
        assert first_done.wait(timeout=20)
        assert end_other_sessions() >= 1, "the worker keeps its connection"
        ended.set()
        thread.join(timeout=20)
        assert statuses == ["404 Not Found", "404 Not Found"], "no seal yet"


@pytest.mark.django_db
class TestClockSetBack:
    """Periods never end before they begin; the ledger keeps both acts."""

    def test_a_grant_revoked_before_it_began_never_begins(self):
        actor, account = user_with(Role.SECURITY_ADMIN), UserFactory()
        user_with(Role.SECURITY_ADMIN)
        grant = grants.grant_role(actor=actor, reason="文", account=account, role=Role.SECRETARIAT, basis="文")
        with time_machine.travel(timezone.now() - timedelta(hours=1), tick=True):
            actor = type(actor).objects.get(pk=actor.pk)
            revoked = grants.revoke_role(actor=give_longer(actor), reason="撤", grant=grant)
        assert revoked.period.isempty or revoked.period.lower <= revoked.period.upper

    def test_an_appointment_withdrawn_before_it_began(self):
        secretary = user_with(Role.SECRETARIAT)
        row = AppointmentFactory(status="pending", period=(timezone.now(), None))
        give_longer(secretary)
        with time_machine.travel(timezone.now() - timedelta(hours=1), tick=True):
            ended = withdraw_appointment(
                actor=type(secretary).objects.get(pk=secretary.pk), reason="撤", appointment=row
            )
        assert ended.period.isempty or ended.period.lower <= ended.period.upper
        event = Event.objects.get(action="appointments.withdraw")
        assert ended.history.get(event_id=event.pk).revision == ended.revision


def give_longer(user):
    """The grant reaches back to before the clock was wrong."""
    grant = user.role_grants.get()
    with unguarded("accounts_rolegrant"), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE accounts_rolegrant SET period = tstzrange(lower(period) - interval '2 hours', upper(period)) WHERE id = %s",
            [grant.pk],
        )
    return user


@pytest.fixture
def lines():
    """Everything the loggers write, in the form of production."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.mark.django_db
class TestNoNumberInTheLogs:
    def test_neither_typed_nor_searched_nor_in_a_fault_of_ours(self, lines, settings):
        settings.MFA_REQUIRED = False
        AppointmentFactory()
        client = Client(raise_request_exception=False)
        client.force_login(user_with(Role.SECRETARIAT))
        with override_settings(ROOT_URLCONF=__name__):
            assert client.post("/broken/", {"id_number": NUMBER}).status_code == 500
        client.post(reverse("recusal:declare"), {"id_number": NUMBER, "form-0-id_number": NUMBER})
        client.post(reverse("account_login"), {"login": NUMBER, "password": NUMBER})
        client.get(reverse("appointments:list"), {"q": NUMBER})
        client.get(reverse("appointments:list"), {"q": "13800001234"})
        client.get(f"/nowhere/{NUMBER}/")
        assert "broken" in lines.getvalue(), "the fault itself is on record"
        assert "[号码]" in lines.getvalue(), "that a number stood there is on record"
        assert NUMBER not in lines.getvalue()
        assert "13800001234" not in lines.getvalue()

    def test_names_and_phones_from_forms_and_searches_are_not_on_record(self, lines, settings):
        settings.MFA_REQUIRED = False
        AppointmentFactory()
        client = Client(raise_request_exception=False)
        client.force_login(user_with(Role.SECURITY_ADMIN))
        client.post(reverse("accounts:create"), {"name": NAME, "phone": PHONE, "username": "?", "reason": NAME})
        client.get(reverse("accounts:list"), {"q": NAME})
        client.get(reverse("accounts:list") + f"?q={NAME}")
        with override_settings(ROOT_URLCONF=__name__):
            assert client.post("/doubled/", {"phone": PHONE}).status_code == 500
        written = lines.getvalue()
        assert "request_finished" in written
        assert "DETAIL: [略]" in written, "that a row was refused is on record"
        assert f"{reverse('accounts:list')}?[略]" in written, "that something was searched is on record"
        for planted in (NAME, quote(NAME), NAME.encode("unicode_escape").decode(), PHONE):
            assert planted not in written
