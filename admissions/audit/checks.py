"""Checks at start: the ledger's off-switches are off, every model is audited or says why not."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig, apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import DatabaseError, connections, models

from admissions.house.collection import packages

from .installing import unprotected_tables
from .models import AuditedModel, AuditedQuerySet, Event
from .rights import rights_beyond_the_web_role, without_pattern

RUN_MIGRATE = "数据库的保护触发器不齐或被改动。请停止网站和后台任务，运行 manage.py migrate。"
SILENT_DELETES = (models.CASCADE, models.SET_NULL, models.SET_DEFAULT)


@register("audit")
def history_is_on(app_configs: Any, **kwargs: Any) -> list[Error]:
    problems = []
    if getattr(settings, "SIMPLE_HISTORY_ENABLED", True) is not True:
        problems.append(Error("SIMPLE_HISTORY_ENABLED must be True: histories would have holes", id="audit.E001"))
    if getattr(settings, "SIMPLE_HISTORY_REVERT_DISABLED", False) is not True:
        problems.append(Error("SIMPLE_HISTORY_REVERT_DISABLED must be True: no silent way back", id="audit.E002"))
    return problems


@register("audit")
def models_are_audited(app_configs: Any, **kwargs: Any) -> list[Error]:
    problems: list[Error] = []
    ours = tuple(f"{package}." for package in packages())
    for model in apps.get_models():
        if not model.__module__.startswith(ours) or model.__name__.startswith("Historical"):
            continue
        if issubclass(model, AuditedModel):
            problems += _audited_model_problems(model)
        elif not getattr(model, "NOT_AUDITED", ""):
            problems.append(Error(f"{model._meta.label} is neither audited nor says NOT_AUDITED", id="audit.E003"))
    return problems


def _audited_model_problems(model: type[AuditedModel]) -> list[Error]:
    problems = []
    if not model.RECUSAL_PATHS and not model.RECUSAL_EXEMPT:
        problems.append(
            Error(f"{model._meta.label} declares neither RECUSAL_PATHS nor RECUSAL_EXEMPT", id="audit.E004")
        )
    manager = model._default_manager
    queryset = type(manager.get_queryset())
    if not issubclass(queryset, AuditedQuerySet) or queryset.in_scope_of is AuditedQuerySet.in_scope_of:
        problems.append(Error(f"{model._meta.label}: its manager does not say in_scope_of(user)", id="audit.E005"))
    for field in model._meta.get_fields():
        if isinstance(field, models.ForeignKey) and field.remote_field.on_delete in SILENT_DELETES:
            problems.append(Error(f"{field} must be PROTECT: evidence is never deleted along", id="audit.E006"))
    return problems


@register(Tags.database)
def triggers_are_there(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None, **kwargs: Any
) -> list[Error]:
    problems = []
    for alias in databases or []:
        try:
            existing = connections[alias].introspection.table_names()
        except DatabaseError:
            continue  # whoever needs the database says so; see production.W010
        if Event._meta.db_table not in existing:
            continue
        problems += [
            Error(f"{table} lacks a guard, or has one that was changed", hint=RUN_MIGRATE, id="audit.E007")
            for table in unprotected_tables(connections[alias])
        ]
    return problems


@register("audit")
def every_table_has_its_rights(app_configs: Any, **kwargs: Any) -> list[Error]:
    return [
        Error(f"{label}: what the web role may do follows from nothing; see RIGHTS in guards.py", id="audit.E008")
        for label in without_pattern()
    ]


@register(Tags.database, deploy=True)
def web_role_cannot_rewrite(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None, **kwargs: Any
) -> list[CheckMessage]:
    """`check --deploy --database default`, run with the connection of the web processes."""
    problems: list[CheckMessage] = []
    for alias in databases or []:
        try:
            found = rights_beyond_the_web_role(connections[alias])
        except DatabaseError:
            hint = "数据库可用以后再运行一次：manage.py check --deploy --database default"
            problems.append(Warning("连不上数据库，没能核对网站账号的权限。", hint=hint, id="production.W010"))
            continue
        if found:
            hint = "网站账号不得是属主或超级用户；用属主账号运行 migrate，会重新设好授权。"
            problems.append(Error(f"网站的数据库账号权限过大：{'、'.join(found)}。", hint=hint, id="production.E011"))
    return problems
