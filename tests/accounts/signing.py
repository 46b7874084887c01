"""Signing in through the pages, as a person does."""

import base64
import hashlib
import hmac
import struct
import time

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import encrypt
from django.test import Client
from django.urls import reverse

from admissions.audit.enums import Outcome
from admissions.audit.models import Event
from tests.factories.accounts import PASSWORD

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code_at(moment: float | None = None, secret: str = SECRET) -> str:
    """What an authenticator app shows at that moment (RFC 6238), computed apart from the code under test."""
    counter = int(time.time() if moment is None else moment) // 30
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", counter), hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


def with_totp(user):
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": encrypt(SECRET)})
    return user


def post_password(client: Client, name: str, password: str = PASSWORD, **extra):
    return client.post(reverse("account_login"), {"login": name, "password": password}, **extra)


def post_code(client: Client, code: str):
    return client.post(reverse("mfa_authenticate"), {"code": code})


def is_signed_in(client: Client) -> bool:
    return client.get(reverse("accounts:mine")).status_code == 200


def session_events(user=None) -> list[str]:
    """Labels of the sign-in events, the oldest first."""
    events = Event.objects.filter(outcome=Outcome.SIGN_IN).order_by("at", "id")
    return [event.action_label for event in (events.filter(actor_id=user.pk) if user else events)]
