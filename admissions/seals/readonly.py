"""An archived season cannot change: triggers on every audited table whose rows belong to a season.

Which season a row belongs to follows from its own required foreign keys, the shortest way to the season.
Installed after every `migrate`, so that no new model can be forgotten.
"""

from collections import deque
from typing import Any

from django.apps import apps
from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

from admissions.audit.commands import explain_constraint
from admissions.audit.models import AuditedModel
from admissions.audit.protection import audited_models
from admissions.seasons.models import Season

from .models import SeasonArchive

CONSTRAINT = "season_archived"
explain_constraint(CONSTRAINT, "这个录取季已经归档，所有记录只读，不能再办理。")
LONGEST = 6

FUNCTION = """
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
    given record := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
BEGIN
    IF NOT EXISTS (SELECT 1 FROM {archive}) THEN
        RETURN given;
    END IF;
    IF EXISTS (SELECT 1 FROM {archive} a WHERE a.season_id = ({season}))
       OR TG_OP = 'UPDATE' AND EXISTS (SELECT 1 FROM {archive} a WHERE a.season_id = ({season_before})) THEN
        RAISE EXCEPTION '录取季已经归档，% 只读', TG_TABLE_NAME USING ERRCODE = 'check_violation', CONSTRAINT = '{constraint}';
    END IF;
    RETURN given;
END $$;
CREATE OR REPLACE TRIGGER {constraint} BEFORE INSERT OR UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION {name}();
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


def _season_sql(model: type[models.Model], row: str, quote: Any) -> str:
    """The season's id of a row variable, by subquery through the chain."""
    if model is Season:
        return f"{row}.id"
    way = way_to_season(model) or []
    value = f"{row}.{quote(way[0].column)}"
    for field in way[1:]:
        value = f"(SELECT x.{quote(field.column)} FROM {quote(field.model._meta.db_table)} x WHERE x.id = {value})"
    return value


def install(connection: BaseDatabaseWrapper) -> None:
    """Create or replace the triggers of every guarded table; running it again changes nothing."""
    quote = connection.ops.quote_name
    existing = set(connection.introspection.table_names())
    archive = SeasonArchive._meta.db_table
    if archive not in existing:
        return
    with connection.cursor() as cursor:
        for model in guarded_models():
            table = model._meta.db_table
            if table not in existing:
                continue
            sql = FUNCTION.format(
                name=quote(f"archived_{table}"[:63]),
                archive=quote(archive),
                season=_season_sql(model, "given", quote),
                season_before=_season_sql(model, "OLD", quote),
                constraint=CONSTRAINT,
                table=quote(table),
            )
            cursor.execute(sql)


def install_after_migrate(app_config: Any, using: str, **kwargs: Any) -> None:
    """post_migrate is sent once per app; the last one is when all tables are there."""
    with_models = [config for config in apps.get_app_configs() if config.models_module is not None]
    if app_config == with_models[-1]:
        install(connections[using])
