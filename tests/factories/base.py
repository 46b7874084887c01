"""Factories save audited models, so they save inside an action."""

from typing import Any

from factory.django import DjangoModelFactory

from tests.trail import setting_up


class AuditedFactory(DjangoModelFactory):
    class Meta:
        abstract = True

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> Any:
        with setting_up():
            instance = model_class(*args, **kwargs)
            instance.save()
        return instance
