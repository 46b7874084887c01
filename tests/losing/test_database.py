"""The database goes away and comes back: what each address says meanwhile, and that nothing hangs on to the old connection."""

import socket
import threading
from contextlib import contextmanager

import pytest
from django.db import InterfaceError, OperationalError, connection
from django.test import Client
from django.urls import path, reverse

from admissions.accounts.enums import Role
from admissions.core import errors
from admissions.core.faults import has_lost_database, is_full
from tests.factories.accounts import UserFactory, user_with
from tests.plugins.database import maintenance
from tests.processes import end_other_sessions

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def no_database(kind="refused"):
    """For this thread: the server takes no connection, or takes it and says nothing; the one there was is gone."""
    kept = dict(connection.settings_dict)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        if kind == "silent":
            listener.listen(64)
        connection.close()
        connection.settings_dict |= {"HOST": "127.0.0.1", "PORT": str(listener.getsockname()[1])}
        connection.settings_dict["OPTIONS"] = {**kept["OPTIONS"], "connect_timeout": 2}
        try:
            yield
        finally:
            connection.close()
            connection.settings_dict.update(kept)


@pytest.fixture
def visitor(settings):
    """Signed in while the database was there."""
    settings.MFA_REQUIRED = False
    client = Client(raise_request_exception=False)
    client.force_login(user_with(Role.SECRETARIAT))
    assert client.get(reverse("home")).status_code == 200
    return client


@pytest.mark.parametrize("kind", ["refused", "silent"])
def test_readyz_says_so_to_strangers_and_to_who_is_signed_in_and_healthz_stays(visitor, kind):
    with no_database(kind):
        for client in (visitor, Client(raise_request_exception=False)):
            answer = client.get("/readyz")
            assert (answer.status_code, answer.json()) == (503, {"database": False, "redis": True})
            assert client.get("/healthz").status_code == 200
    assert visitor.get("/readyz").status_code == 200


def test_pages_say_what_happened_and_the_next_request_works(visitor):
    address = reverse("audit:filter-save")
    with no_database():
        read, sent = visitor.get(reverse("home")), visitor.post(address, {"name": "一"})
        stranger = Client(raise_request_exception=False).post(reverse("account_login"), {"login": "a", "password": "b"})
    assert [answer.status_code for answer in (read, sent, stranger)] == [503, 503, 503]
    assert read["Retry-After"] == "15"
    assert "数据库暂时连不上" in read.content.decode() and "没有任何数据被修改" in read.content.decode()
    for answer in (sent, stranger):
        assert "恢复以后请先打开有关的记录看一看" in answer.content.decode()
    assert visitor.get(reverse("home")).status_code == 200


def cut(request):
    """The server ends this very session in the middle of a request."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (session,) = cursor.fetchone()
        with maintenance() as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", [session])
        UserFactory(name="写不进去")


handler500 = errors.server_error


def _urlpatterns():
    from admissions.urls import urlpatterns as ours  # noqa: PLC0415 - the urls need the apps to be ready

    return [path("cut/", cut), *ours]


urlpatterns = _urlpatterns()


def test_a_connection_cut_in_the_middle_of_a_request_is_503_and_the_next_one_has_another(visitor, settings):
    settings.ROOT_URLCONF = __name__
    answer = visitor.post("/cut/")
    assert answer.status_code == 503
    assert "写不进去" not in {user.name for user in UserFactory._meta.model.objects.all()}
    assert visitor.get(reverse("home")).status_code == 200


def test_a_thread_with_a_kept_connection_goes_on_after_a_restart(visitor):
    """As in the web server: its connection was ended between two requests."""
    statuses, first_done, ended = [], threading.Event(), threading.Event()

    def worker():
        for number in range(2):
            # What the server does at the start and the end of each request, which the test client leaves out.
            connection.close_if_unusable_or_obsolete()
            statuses.append(visitor.get(reverse("home")).status_code)
            if not number:
                first_done.set()
                ended.wait(timeout=20)
        connection.close()

    thread = threading.Thread(target=worker)
    thread.start()
    assert first_done.wait(timeout=60)
    end_other_sessions()
    ended.set()
    thread.join(timeout=60)
    assert statuses == [200, 200]


def test_what_the_server_refuses_is_not_taken_for_its_absence():
    with connection.cursor() as cursor:
        for statement in ("SELECT 1/0", "SELECT pg_sleep(5)", "SELECT no_such_column"):
            cursor.execute("SET statement_timeout = 20")
            with pytest.raises(Exception) as caught:
                cursor.execute(statement)
            assert not has_lost_database(caught.value), statement
    assert has_lost_database(InterfaceError("connection already closed"))
    assert has_lost_database(OperationalError("server closed the connection unexpectedly"))


def test_a_disk_that_is_full_is_known_here_and_at_the_server():
    with pytest.raises(OSError) as caught, open("/dev/full", "wb") as full:
        full.write(b"x")
    assert is_full(caught.value)
    with connection.cursor() as cursor, pytest.raises(OperationalError) as said:
        cursor.execute("DO $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$")
    assert is_full(said.value) and not has_lost_database(said.value)
    assert not is_full(ValueError("something else"))
