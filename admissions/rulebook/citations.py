"""How a cited clause reads, and whether every code that the program cites is a clause of the seed files."""

from functools import cache
from typing import Any

from django.core.checks import Error, register
from django.urls import get_resolver

from admissions.core.citations import CITED

from .models import Clause, RuleSource
from .seeds import clause_rows, source_rows


@cache
def _citations() -> dict[str, str]:
    sources = {row["code"]: RuleSource(**row) for row in source_rows()}
    clauses = (
        Clause(code=row["code"], source=sources[row["source"]], number=row["number"], title=row["title"])
        for row in clause_rows()
    )
    return {clause.code: clause.citation for clause in clauses}


def citation_of(code: str) -> str:
    """The citation of a clause of the seed files.  Raises KeyError for another code."""
    return _citations()[code]


@register("rulebook")
def cited_clauses_exist(app_configs: Any, **kwargs: Any) -> list[Error]:
    _ = get_resolver().url_patterns  # pages bring their commands, and these what they cite
    unknown = sorted(CITED - set(_citations()))
    return [
        Error(f"the program cites clause {code}, which the rulebook has not", id="rulebook.E001") for code in unknown
    ]
