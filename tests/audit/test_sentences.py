"""Whatever the database refuses, somebody reads why: every constraint and guard has its sentence, or a reason why none."""

import re

import pytest
from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import connection, models
from django.urls import get_resolver

from admissions.audit.commands import CONSTRAINT_SENTENCES, own_sentences, sentence_of
from admissions.audit.models import AuditedModel
from admissions.audit.protection import OUR_PACKAGES, never_met, refusals

pytestmark = pytest.mark.django_db

# Checks and exclusions are constraints; what is unique under a condition is only an index.
IN_CATALOGUE = """
SELECT c.relname, k.conname, pg_get_constraintdef(k.oid) FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
WHERE k.contype IN ('c', 'u', 'x') AND k.connamespace = 'public'::regnamespace
UNION ALL
SELECT c.relname, i.relname, pg_get_indexdef(i.oid) FROM pg_index x
JOIN pg_class c ON c.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
WHERE x.indisunique AND NOT x.indisprimary AND c.relnamespace = 'public'::regnamespace
  AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = x.indexrelid)
"""


@pytest.fixture(autouse=True)
def everything_loaded():
    """Sentences are said beside the commands that may run into them; pages load all of those."""
    assert get_resolver().url_patterns


def own_models():
    return {
        model._meta.db_table: model
        for model in apps.get_models()
        if model.__module__.startswith(OUR_PACKAGES) and not model.__name__.startswith("Historical")
    }


def in_catalogue():
    models_by_table = own_models()
    with connection.cursor() as cursor:
        cursor.execute(IN_CATALOGUE)
        rows = [
            (models_by_table[table], name, text) for table, name, text in cursor.fetchall() if table in models_by_table
        ]
    return rows


def asked_by_the_field(model, name, definition):
    """Its values are known, or it must not be empty, or not negative: `full_clean` says so before the database can."""
    if re.fullmatch(r"CHECK \(\(?\"?\w+\"? >= 0\)?\)", definition) and name.endswith("_check"):
        return True
    (constraint,) = [row for row in model._meta.constraints if row.name == name] or [None]
    if not isinstance(constraint, models.CheckConstraint) or not issubclass(model, AuditedModel | models.Model):
        return False
    condition = constraint.condition
    if len(condition.children) != 1 or not isinstance(condition.children[0], tuple):
        return False
    lookup, value = condition.children[0]
    field = field_of(model, lookup.removesuffix("__in"))
    if field is None:
        return False
    if lookup.endswith("__in") and not condition.negated:
        return {str(row) for row in value} >= {str(key) for key, _ in field.flatchoices} and bool(field.choices)
    return condition.negated and value == "" and not field.blank


def field_of(model, name):
    try:
        return model._meta.get_field(name)
    except FieldDoesNotExist:
        return None


def test_every_constraint_has_its_sentence_or_says_why_nobody_meets_it():
    excused = never_met()
    bare = [
        f"{model._meta.label}: {name}"
        for model, name, definition in in_catalogue()
        if not sentence_of(name) and name not in excused and not asked_by_the_field(model, name, definition)
    ]
    assert sorted(bare) == []


def test_every_refusal_of_a_guard_has_its_sentence():
    assert {name for name in refusals() if not sentence_of(name)} == set()
    assert all(CONSTRAINT_SENTENCES[name] == sentence for name, sentence in refusals().items())


def test_every_sentence_and_every_excuse_belongs_to_a_constraint():
    there = {name for _, name, _ in in_catalogue()} | set(refusals())
    assert sorted({*CONSTRAINT_SENTENCES, *never_met()} - there) == []


def test_nothing_is_both_explained_and_excused():
    assert sorted({*CONSTRAINT_SENTENCES, *own_sentences()} & set(never_met())) == []


def test_sentences_are_sentences():
    for name, sentence in {**own_sentences(), **CONSTRAINT_SENTENCES}.items():
        assert re.search(r"[\u4e00-\u9fff]", sentence) and sentence.endswith("。"), name
        assert not re.search(r"[_%]|[a-z]{3,}", sentence), name
