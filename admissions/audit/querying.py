"""What the rows of the ledgers may not be asked for, and what the database computes for them."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, TextField, Value
from django.db.models.expressions import Func
from django.db.models.functions import Cast


class TransactionId(Func):
    """The id of the writing transaction; sealing takes only rows of finished transactions."""

    template = "(pg_current_xact_id()::text::bigint)"
    output_field = models.BigIntegerField()

    def __init__(self) -> None:
        super().__init__()


class NameBigrams(Func):
    """Pairs of neighbouring characters: finds two-character names through an index."""

    function = "audit_bigrams"
    output_field = ArrayField(models.TextField())


def forbidden(name: str) -> Any:
    """A method of a QuerySet that refuses."""

    def refuse(self: models.QuerySet, *args: Any, **kwargs: Any) -> None:
        raise RuntimeError(f"{self.model.__name__}.objects.{name}() leaves no trail; use a command and save()")

    refuse.__name__ = name
    refuse.alters_data = True  # type: ignore[attr-defined]  # so that no template calls it
    return refuse


class GuardedQuerySet(models.QuerySet):
    """A QuerySet without the methods that change rows past the ledger."""

    update = forbidden("update")
    delete = forbidden("delete")
    bulk_create = forbidden("bulk_create")
    bulk_update = forbidden("bulk_update")
    aupdate = forbidden("aupdate")
    adelete = forbidden("adelete")
    abulk_create = forbidden("abulk_create")
    abulk_update = forbidden("abulk_update")


def written_words() -> Func:
    """Of an event everything that may be people's own words, in one text; who gave an order is no such word."""
    details = Func(F("details"), Value("asked_by_name"), template="(%(expressions)s)", arg_joiner=" - ")
    parts = [F("reason"), F("refusal"), F("target_label"), F("action_label"), Cast(details, TextField())]
    return Func(Value(" "), *parts, function="concat_ws", output_field=TextField())


def concerning(records: dict[str, list[str]]) -> models.Q:
    """Entries about one of the records (label → keys), or that wrote one of them, whatever subjects stand in them."""
    found = models.Q(touched__overlap=[f"{label}:{key}" for label, keys in records.items() for key in keys])
    for label, keys in records.items():
        found |= models.Q(target_type=label, target_id__in=keys)
    return found
