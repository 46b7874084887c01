"""Columns of the house for list tables: status chips, numbers, dates; they export as plain words."""

from typing import Any

import django_tables2 as tables
from django.db import models
from django.utils.html import format_html

from .clock import minute_text
from .status import enum_of_choices
from .templatetags.ui import chip, deadline, short_day

# Choices of a filter over a term.
LATENESS = [("late", "已逾期"), ("due", "未到期")]


class ChipColumn(tables.Column):
    """A status as a chip; the enum is found by the field's choices unless it is named."""

    def __init__(self, enum: Any = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.enum = enum

    def member(self, value: Any, record: Any, bound_column: Any) -> Any:
        """tables2 hands over the label of a field with choices: the stored value is read from the record."""
        if hasattr(value, "tone"):
            return value
        owner, name = bound_column.accessor.penultimate(record)
        if not isinstance(owner, models.Model):
            return self.enum(value) if self.enum else value
        field = owner._meta.get_field(name)
        enum = self.enum or (enum_of_choices(field.flatchoices) if isinstance(field, models.Field) else None)
        return enum(getattr(owner, name)) if enum else value

    def render(self, value: Any, record: Any, bound_column: Any) -> str:
        return chip(self.member(value, record, bound_column))

    def value(self, value: Any, record: Any, bound_column: Any) -> str:
        member = self.member(value, record, bound_column)
        return str(getattr(member, "label", member))


class NumberColumn(tables.Column):
    """Right-aligned figures."""

    attrs = {"th": {"class": "num"}, "td": {"class": "num"}}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("attrs", self.attrs)
        super().__init__(**kwargs)


class MinuteColumn(tables.Column):
    """`7月12日 09:31`."""

    def render(self, value: Any) -> str:
        return format_html('<time datetime="{}" class="nowrap">{}</time>', value.isoformat(), minute_text(value))

    def value(self, value: Any) -> str:
        return value.isoformat(timespec="minutes") if value else ""


class DayColumn(tables.Column):
    """`7月12日`."""

    def render(self, value: Any) -> str:
        return format_html('<time datetime="{}" class="nowrap">{}</time>', value.isoformat(), short_day(value))

    def value(self, value: Any) -> str:
        return value.isoformat() if value else ""


class DeadlineColumn(MinuteColumn):
    """The clock left until the moment."""

    def render(self, value: Any) -> str:
        return deadline(value)
