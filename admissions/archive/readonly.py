"""An archived season cannot change: triggers on every audited table whose rows belong to a season.

Which season a row belongs to follows from its own required foreign keys, the shortest way to the season.
Made for every audited model, so that no new one can be forgotten.
"""

from collections import deque
from collections.abc import Iterator

from django.db import models

from admissions.audit.guarding import Checked, Function, Guard, quoted
from admissions.audit.models import AuditedModel
from admissions.audit.protection import audited_models
from admissions.seasons.models import Season

from .models import SeasonArchive

CONSTRAINT = "season_archived"
LONGEST = 6

SAYS = "这个录取季已经归档，所有记录只读，不能再办理。"
BODY = """
DECLARE
    given record := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
BEGIN
    IF NOT EXISTS (SELECT 1 FROM {archive}) THEN
        RETURN given;
    END IF;
    IF EXISTS (SELECT 1 FROM {archive} a WHERE a.season_id = ([season]))
       OR TG_OP = 'UPDATE' AND EXISTS (SELECT 1 FROM {archive} a WHERE a.season_id = ([season_before])) THEN
        RAISE EXCEPTION '录取季已经归档，% 只读', TG_TABLE_NAME USING ERRCODE = 'check_violation', CONSTRAINT = '[constraint]';
    END IF;
    RETURN given;
END
"""


def way_to_season(model: type[models.Model]) -> list[models.ForeignKey] | None:
    """The shortest chain of required foreign keys from the model to the season; None when there is none."""
    waiting: deque[tuple[type[models.Model], list[models.ForeignKey]]] = deque([(model, [])])
    seen = {model}
    while waiting:
        at, way = waiting.popleft()
        for field in at._meta.concrete_fields:
            if not isinstance(field, models.ForeignKey) or field.null or len(way) == LONGEST:
                continue
            target = field.related_model
            if target is Season:
                return [*way, field]
            if issubclass(target, AuditedModel) and target not in seen:
                seen.add(target)
                waiting.append((target, [*way, field]))
    return None


def of_season(model: type[models.Model]) -> str | None:
    """The lookup from the model to its season, as `item__group__season`."""
    way = way_to_season(model)
    return "__".join(field.name for field in way) if way else None


def guarded_models() -> list[type[AuditedModel]]:
    """Audited models whose rows belong to a season, besides the archive itself; the season's own row too."""
    return [
        model for model in audited_models() if model is not SeasonArchive and (model is Season or way_to_season(model))
    ]


def _season_sql(model: type[models.Model], row: str) -> str:
    """The season's id of a row variable, by subquery through the chain; `{way1}` stands for the first table on it."""
    if model is Season:
        return f"{row}.id"
    way = way_to_season(model) or []
    value = f"{row}.{quoted(way[0].column)}"
    for number, field in enumerate(way[1:], 1):
        value = f"(SELECT x.{quoted(field.column)} FROM {{way{number}}} x WHERE x.id = {value})"
    return value


def archived_guard(model: type[models.Model]) -> Iterator[Guard]:
    """Refuses every change of a row whose season is archived, or was before the change."""
    body = BODY.replace("[season]", _season_sql(model, "given")).replace("[season_before]", _season_sql(model, "OLD"))
    function = Function(
        name=f"archived_{model._meta.db_table}"[:63],
        tables={
            "archive": SeasonArchive,
            **{f"way{number}": field.model for number, field in enumerate((way_to_season(model) or [])[1:], 1)},
        },
        options="SECURITY DEFINER SET search_path = public, pg_temp",
        body=body.replace("[constraint]", CONSTRAINT),
        refuses={CONSTRAINT: SAYS},
    )
    yield Checked(model, function, on="INSERT OR UPDATE OR DELETE", name=CONSTRAINT)
