from datetime import timedelta

import factory
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from admissions.accounts.break_glass.models import BreakGlassAccess

from .accounts import UserFactory
from .base import AuditedFactory
from .seasons import OpenSeasonFactory


class BreakGlassAccessFactory(AuditedFactory):
    class Meta:
        model = BreakGlassAccess

    person = factory.SubFactory(UserFactory)
    season = factory.SubFactory(OpenSeasonFactory)
    purpose = "核对投诉所指的投档记录"
    reason = "信访须当日答复"
    minutes = 30


def over(hours: int = 2) -> DateTimeTZRange:
    """A period of half an hour that ended so many hours ago."""
    end = timezone.now() - timedelta(hours=hours)
    return DateTimeTZRange(end - timedelta(minutes=30), end)
