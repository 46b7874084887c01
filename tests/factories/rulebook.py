import hashlib
from datetime import UTC, datetime
from typing import Any

import factory
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from admissions.rulebook.enums import ClauseCategory, SourceKind, Verification
from admissions.rulebook.models import Clause, ClauseVersion, RuleSource

from .base import AuditedFactory


class RuleSourceFactory(AuditedFactory):
    class Meta:
        model = RuleSource

    code = factory.Sequence(lambda n: f"source-{n}")
    title = factory.Sequence(lambda n: f"试验办法{n}")
    kind = SourceKind.NORMATIVE


class ClauseFactory(AuditedFactory):
    class Meta:
        model = Clause

    code = factory.Sequence(lambda n: f"clause-{n}")
    source = factory.SubFactory(RuleSourceFactory)
    number = factory.Sequence(lambda n: f"第{n}条")
    category = ClauseCategory.FILING
    title = factory.Sequence(lambda n: f"条款{n}")


class ClauseVersionFactory(AuditedFactory):
    class Meta:
        model = ClauseVersion

    clause = factory.SubFactory(ClauseFactory)
    number = 1
    text = "不得违反程序投档。"
    text_hash = factory.LazyAttribute(lambda version: hashlib.sha256(version.text.encode()).hexdigest())
    period = factory.LazyFunction(lambda: DateTimeTZRange(datetime(2020, 1, 1, tzinfo=UTC), None))
    verification = Verification.VERIFIED


def clause_in_force(text: str = "不得违反程序投档。", **kwargs: Any) -> Clause:
    return ClauseVersionFactory(text=text, **kwargs).clause
