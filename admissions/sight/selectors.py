"""What a person was given sight of; asked by every QuerySet, so it is a part of the query of the rows."""

from django.db.models import BigIntegerField, Exists, Model, OuterRef, Q, QuerySet
from django.db.models.functions import Cast
from guardian.models import UserObjectPermission

from admissions.accounts.models import User
from admissions.audit.gate import not_recused

from . import kinds
from .models import Sight


def sighted_rows(user: User, model: type[Model]) -> Q | None:
    """The rows of the model in the user's sight, themselves or as parts; None where nobody is ever given any of it."""
    found = None
    for kind in kinds.kinds():
        for path in kind.paths_to(model):
            given = Q(**{f"{path}__in": _keys(user, kind)})
            found = given if found is None else found | given
    return found


def sighted_groups(user: User) -> frozenset[int]:
    """Groups whose trail the user was given sight of."""
    found: set[int] = set()
    for kind in kinds.kinds():
        if kind.opens_trail:
            found.update(_keys(user, kind))
    return frozenset(found)


def _keys(user: User, kind: kinds.SightKind) -> QuerySet:
    rows = Sight.objects.live().of_kind(kind).filter(person_id=user.pk)
    return rows.order_by().values_list("record_id", flat=True)


def live_sight(person: User, record: Model) -> Sight | None:
    """The one in force now."""
    return Sight.objects.live().of_record(record).filter(person=person).first()


def kept_away(person: User, record: Model) -> bool:
    """Must the person keep away from whom or what the record names, or from the record itself?"""
    return not not_recused(person, record).ok


def stray_permissions() -> QuerySet:
    """Object permissions that no sight in force stands behind."""
    record_id = Cast(OuterRef("object_pk"), BigIntegerField())
    behind = Sight.objects.live().filter(
        person=OuterRef("user"), record_type=OuterRef("content_type"), record_id=record_id
    )
    return UserObjectPermission.objects.filter(~Exists(behind))
