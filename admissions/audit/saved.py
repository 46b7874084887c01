"""Filters of the trail that people keep for themselves: the address is the filter, the name is theirs (#109)."""

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.contrib.auth import get_user_model
from django.db import transaction
from django.http import Http404, QueryDict
from django.urls import Resolver404, resolve, reverse

from admissions.core.capability import Nothing
from admissions.core.decision import Refused
from admissions.core.forms import PlainForm, Text
from admissions.core.people import Visitor
from admissions.core.views import FormPage

from .forms import TrailFilterForm
from .models import SavedFilter

AT_MOST = 20
OWN_BOOKMARK = Nothing("a bookmark of one's own: no record of the house changes")
FILTERS = tuple(TrailFilterForm.base_fields)


def conditions(query: str) -> str:
    """Only what filters, in the order of the form: neither a page of the list nor an export is kept."""
    given = QueryDict(query)
    kept = QueryDict(mutable=True)
    for name in FILTERS:
        if given.get(name):
            kept[name] = given[name]
    return kept.urlencode()


def filters_of(user: Visitor) -> Any:
    return SavedFilter.objects.filter(owner_id=user.pk)


@transaction.atomic
def keep_filter(user: Visitor, name: str, path: str, query: str) -> SavedFilter:
    """Refuses: twenty kept already; a name used before."""
    get_user_model().objects.select_for_update().get(pk=user.pk)
    if filters_of(user).count() >= AT_MOST:
        raise Refused(f"常用筛选最多保存{AT_MOST}个，请先删去不用的。")
    row = SavedFilter(owner_id=user.pk, name=name, path=path, query=query)
    row.full_clean()
    row.save()
    return row


class NameForm(forms.Form):
    name = Text(label="名称", max_length=30, help_text="只有您自己看得到，例如：夜间被拒。")


class FilterSavePage(FormPage):
    """`?of=` is the address of a trail with its conditions."""

    command = OWN_BOOKMARK
    form_class = NameForm
    page_title = "保存常用筛选"
    submit_label = "保存"
    success_text = "已保存，下次在留痕页上方点名称即可。"

    def prepare(self) -> None:
        parts = urlsplit(self.request.GET.get("of", ""))
        self.path, self.query = parts.path, conditions(parts.query)
        if not self.query or not is_trail(self.path) or parts.netloc:
            raise Http404

    def cancel_url(self) -> str:
        return f"{self.path}?{self.query}"

    def crumbs(self) -> list[tuple[str, str]]:
        return [("留痕", self.cancel_url())]

    def run(self, form: forms.Form) -> SavedFilter:
        return keep_filter(self.request.user, form.cleaned_data["name"], self.path, self.query)

    def success_url(self, result: SavedFilter) -> str:
        return result.address


class FilterDropPage(FormPage):
    command = OWN_BOOKMARK
    form_class = PlainForm
    submit_label = "删去"
    success_text = "已删去。"

    def prepare(self) -> None:
        row = filters_of(self.request.user).filter(pk=self.kwargs["pk"]).first()
        if row is None:
            raise Http404
        self.row = row

    def get_title(self) -> str:
        return f"删去常用筛选：{self.row.name}"

    def consequences(self) -> list[str]:
        return ["只删去这个名称，留痕不受影响。"]

    def crumbs(self) -> list[tuple[str, str]]:
        return [("留痕", self.cancel_url())]

    def cancel_url(self) -> str:
        return self.row.address

    def run(self, form: forms.Form) -> str:
        path = self.row.path
        self.row.delete()
        return path

    def success_url(self, result: str) -> str:
        return result


def is_trail(path: str) -> bool:
    """Is it the address of a page of the trail?"""
    try:
        found = resolve(path)
    except Resolver404:
        return False
    return found.namespace == "audit" and getattr(found.func, "view_class", None) in TRAIL_PAGES


# The pages that show a trail register themselves here; they stand above this module.
TRAIL_PAGES: set[type] = set()


def save_address(path: str, query: str) -> str:
    """Where the conditions in use can be given a name; empty without any."""
    kept = conditions(query)
    of = QueryDict(mutable=True)
    of["of"] = f"{path}?{kept}"
    return f"{reverse('audit:filter-save')}?{of.urlencode()}" if kept else ""
