"""Servers that are not there, or do not answer."""

import socket
from collections.abc import Iterator
from copy import deepcopy

import pytest
from django.conf import settings as project

from admissions.celery import app
from admissions.core import broker, forgetful


@pytest.fixture(params=["closed", "silent"])
def no_cache(request, settings, monkeypatch) -> Iterator[None]:
    """At the address of cache and broker nobody listens, or somebody takes the connection and never says a word."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        if request.param == "silent":
            listener.listen(64)
        address = f"redis://127.0.0.1:{listener.getsockname()[1]}/0"
        caches = deepcopy(project.CACHES)
        caches["counts"]["LOCATION"] = address
        settings.CACHES, settings.REDIS_URL = caches, address
        monkeypatch.setenv("CELERY_BROKER_URL", address)
        fresh_broker()
        yield
    monkeypatch.undo()
    fresh_broker()


def fresh_broker() -> None:
    """Forget connections kept from before, and that the broker was away."""
    forgetful.away.forget()
    broker.away.forget()
    app.amqp._producer_pool = None
