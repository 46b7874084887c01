"""What is protected by the database itself: the ledgers, and every table that some `guards.py` names."""

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from django.apps import apps
from django.db import models
from django.utils.module_loading import module_has_submodule

from .guarding import Guard, Trigger, unique_name
from .models import AuditedModel, Event, RawChange

OUR_PACKAGES = ("admissions", "workgroups", "discipline", "publicity")


def audited_models() -> Iterator[type[AuditedModel]]:
    """Every concrete model whose rows are audited."""
    return (model for model in apps.get_models() if issubclass(model, AuditedModel) and not model._meta.proxy)


def history_models() -> Iterator[type[models.Model]]:
    return (model.history.model for model in audited_models())


def ledger_models() -> list[type[models.Model]]:
    """Everything that can only grow: events, alarms, histories, and what apps above declare `APPEND_ONLY`."""
    declared = [model for model in apps.get_models() if getattr(model, "APPEND_ONLY", False)]
    return [Event, RawChange, *history_models(), *declared]


@cache
def guard_modules() -> tuple[ModuleType, ...]:
    """Every `guards.py` of our apps and of the packages in them, in the order of the apps."""
    found = []
    for config in apps.get_app_configs():
        if config.module is None or config.name.partition(".")[0] not in OUR_PACKAGES:
            continue
        inner = [name for _, name, is_package in iter_modules(config.module.__path__) if is_package]
        packages = [config.module, *(import_module(f"{config.name}.{name}") for name in inner if name != "migrations")]
        found += [import_module(f"{row.__name__}.guards") for row in packages if module_has_submodule(row, "guards")]
    return tuple(found)


def guards() -> list[Guard]:
    return [guard for module in guard_modules() for guard in getattr(module, "GUARDS", ())]


def refusals() -> dict[str, str]:
    """Constraint name → sentence, of all guards. One name may stand at several tables, in the same words."""
    said: dict[str, str] = {}
    for guard in guards():
        for name, sentence in guard.refusals().items():
            if said.setdefault(name, sentence) != sentence:
                raise ValueError(f"guard {name} is explained in two ways")
    return said


def never_met() -> dict[str, str]:
    """Constraint name → why nobody runs into it, as the packages say."""
    return {
        name if isinstance(name, str) else unique_name(*name): why
        for module in guard_modules()
        for name, why in getattr(module, "NEVER_MET", {}).items()
    }


def triggers() -> dict[tuple[str, str], Trigger]:
    """All triggers declared, by (table, name)."""
    found: dict[tuple[str, str], Trigger] = {}
    for guard in guards():
        for trigger in guard.triggers():
            key = trigger.model._meta.db_table, trigger.name
            if key in found:
                raise ValueError(f"two guards are called {trigger.name} at {trigger.model._meta.label}")
            found[key] = trigger
    return found
