"""Every cell that leaves the house is text: no formula, no character that breaks the file."""

import csv
import io

import django_tables2 as tables
import openpyxl
import pytest
from django.urls import get_resolver

from admissions.core.table_export import safe_cell, table_export
from admissions.core.views import ListPage

DANGEROUS = [
    '=HYPERLINK("http://example.invalid","点我")',
    "=cmd|' /C calc'!A0",
    "+861391234",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " =1+1",
    "\u3000=1+1",
    "＝1+1",
    "＠SUM(A1)",
    "\x00=1+1",
]
HARMLESS = ["吕示正", "㛃䶮𬱖", "阿" * 25, "a=b", "2026-06-01", "甲，“乙”,丙\n丁", ""]


class NameTable(tables.Table):
    name = tables.Column(verbose_name="姓名", empty_values=())


def exported(values, kind):
    table = NameTable([{"name": value} for value in values])
    return table_export(table, "名单", kind)


def read_back(content, kind):
    """The cells of the first column as a spreadsheet program sees them: (value, is a formula)."""
    if kind == "csv":
        return [(row[0], row[0].startswith("=")) for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), ""))]
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    return [(row[0].value or "", row[0].data_type == "f") for row in sheet.iter_rows()]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("value", DANGEROUS)
def test_formulas_become_text(value, kind):
    response, count, _ = exported([value], kind)
    (cell, is_formula) = read_back(response.content, kind)[1]
    assert (cell[0], is_formula, count) == ("'", False, 1)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_names_stay_as_they_are(kind):
    response, count, digest = exported(HARMLESS, kind)
    assert [cell for cell, _ in read_back(response.content, kind)] == ["姓名", *HARMLESS]
    assert (count, len(digest)) == (len(HARMLESS), 64)
    assert response["X-Rowset-SHA256"] == digest
    assert response["Content-Disposition"].startswith("attachment; filename*=UTF-8''")


def test_both_kinds_have_one_hash_and_another_row_another():
    assert exported(HARMLESS, "csv")[2] == exported(HARMLESS, "xlsx")[2]
    assert exported(HARMLESS, "csv")[2] != exported(HARMLESS[1:], "csv")[2]


def test_no_list_page_has_an_export_of_its_own():
    """Lists are exported by the generic page alone, so what is proved above holds for each of them."""
    pages = set(_list_pages(get_resolver()))
    assert len(pages) > 5
    assert [page for page in pages if "export" in vars(page) or "get" in vars(page)] == []
    assert {page.export_name for page in pages} - {""}, "some lists can be exported"


def _list_pages(resolver):
    for entry in resolver.url_patterns:
        if hasattr(entry, "url_patterns"):
            yield from _list_pages(entry)
        else:
            page = getattr(entry.callback, "view_class", None)
            if page is not None and issubclass(page, ListPage):
                yield page


@pytest.mark.parametrize(("value", "text"), [(None, ""), (0, "0"), (-5, "'-5"), (1.5, "1.5")])
def test_other_values(value, text):
    assert safe_cell(value) == text
