"""Sight given through the command, or planted as it would stand after it."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from admissions.sight.models import Sight
from admissions.sight.services import give_sight, open_sight
from tests.trail import setting_up


def given(giver: Any, record: Any, person: Any, days: float = 1, **fields: Any) -> Sight:
    values = {"purpose": "核对办理情况", "basis": "省招委批〔2026〕3号", "until": timezone.now() + timedelta(days=days)}
    return give_sight(actor=giver, reason="核对", record=record, person=person, **values | fields)


def planted_sight(giver: Any, record: Any, person: Any, days: float = 1) -> Sight:
    with setting_up():
        until = timezone.now() + timedelta(days=days)
        return open_sight(giver, record, person, purpose="核对办理情况", basis="省招委批〔2026〕3号", until=until)
