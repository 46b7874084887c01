"""People as others write and call them."""

from typing import Any

from django.db.models import Q, QuerySet

from admissions.core.forms import SearchFilter
from admissions.core.names import found_by
from admissions.core.text import as_code


class PersonFilter(SearchFilter):
    """The search field of a list whose rows are about somebody; `field_name` is the path to the person."""

    def __init__(self, *, field_name: str, label: str = "姓名、拼音、工号", **kwargs: Any) -> None:
        super().__init__(field_name=field_name, label=label, **kwargs)

    def filter(self, rows: QuerySet, value: str) -> QuerySet:
        return rows.filter(person_named(value, self.field_name)) if value else rows


def person_named(text: str, path: str = "") -> Q:
    """Rows whose person at the path is called so: part of the name, its sound or initials, or the beginning of the staff number."""
    at = f"{path}__" if path else ""
    return found_by(text, f"{at}name_key") | Q(**{f"{at}staff_number__istartswith": as_code(text)})
