"""Rows made anew are the leaves that were sealed, until somebody changes one past the application."""

import json
import zipfile
from pathlib import Path

import pytest
from django.db import connection, transaction

from admissions.audit.models import Event
from admissions.seals.enums import Disclosure
from admissions.seals.export import Reader, write_export
from admissions.seals.leaves import pinned_session
from admissions.seals.merkle import digester
from admissions.seals.rebuilt_leaves import contents
from admissions.seals.sealing import seal
from tests.factories.accounts import OrganisationFactory, UserFactory

SHA = digester("sha256")


def now_as_sealed(size: int) -> list[bool]:
    with transaction.atomic(), pinned_session():
        return [content.is_true(SHA) for content in contents(SHA, 0, size)]


@pytest.mark.django_db(transaction=True)
def test_untouched_rows_are_as_sealed_whatever_the_session_says():
    UserFactory()
    made = seal("测试")
    assert set(now_as_sealed(made.size)) == {True}
    with connection.cursor() as cursor:
        cursor.execute("SET TimeZone = 'Asia/Shanghai'; SET DateStyle = 'German'; SET bytea_output = 'escape'")
    assert set(now_as_sealed(made.size)) == {True}


@pytest.mark.django_db(transaction=True)
def test_an_edited_row_is_found():
    UserFactory()
    made = seal("测试")
    event = Event.objects.newest_first().first()
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE audit_event SET reason = '改过' WHERE id = %s", [event.pk])
        cursor.execute("SET session_replication_role = DEFAULT")
    with transaction.atomic(), pinned_session():
        wrong = [content for content in contents(SHA, 0, made.size) if not content.is_true(SHA)]
    assert [(content.table, content.row_id) for content in wrong] == [("audit_event", str(event.pk))]


@pytest.mark.django_db(transaction=True)
def test_export_holds_every_leaf_and_its_files_are_listed(tmp_path: Path):
    UserFactory()
    OrganisationFactory()
    made = seal("测试")
    path = tmp_path / "x.zip"
    write_export(path, made, Reader("张三", "核验", Disclosure.ALL), lambda *args: None)
    with zipfile.ZipFile(path) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        leaves = archive.read("leaves/0000000000.jsonl").splitlines()
        assert set(archive.namelist()) - {"manifest.json", "manifest.sig"} == set(manifest["files"])
        assert len(leaves) == made.size == manifest["size"]
        assert json.loads(archive.read("reconcile.json")) == []
