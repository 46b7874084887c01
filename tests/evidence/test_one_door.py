"""Files leave through one door: no other way in the code, and every page that gives a file checks, asks and records."""

import ast
import hashlib
from pathlib import Path

import pytest
from django.conf import settings as project
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone

from admissions.accounts.models import User
from admissions.archive.models import SeasonArchive
from admissions.audit.enums import Outcome
from admissions.audit.models import Event
from admissions.evidence.file_pages import FilePage
from admissions.evidence.models import StoredFile
from admissions.evidence.storage import is_unchanged, path_of
from admissions.seals.export import exports_root
from admissions.seals.models import Seal, VerificationExport
from tests.factories.files import pdf_file
from tests.house.world import make_world
from tests.trail import setting_up

# Where the place of a stored file may be asked for, and why. A page is never among them.
PLACES = {
    "admissions/seals/leftovers.py": "removes packs that no row refers to; none is read",
    "admissions/evidence/file_pages.py": "the door",
    "admissions/evidence/storage.py": "where they lie",
    "admissions/evidence/imports/checking.py": "reads the rows of an import",
    "admissions/archive/season_pack.py": "packs them with their season",
    "admissions/archive/read_pack.py": "lays them out again",
    "admissions/upkeep/backup.py": "copies them all",
    "admissions/seals/export.py": "where packs lie, and what the door needs to give one",
    "admissions/seals/services.py": "writes a pack",
    "admissions/archive/services.py": "writes a pack",
}
STREAMS = {
    "admissions/evidence/file_pages.py": "the door",
    "admissions/seals/views.py": "the two programs that stand outside: no file of anybody",
}
FORBIDDEN = {"path_of": PLACES, "exports_root": PLACES, "FileResponse": STREAMS, "StreamingHttpResponse": STREAMS}


def sources():
    for package in ("admissions", "workgroups", "discipline", "publicity"):
        for path in sorted((Path(project.BASE_DIR) / package).rglob("*.py")):
            yield path.relative_to(project.BASE_DIR).as_posix(), ast.parse(path.read_text())


def names_in(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.alias):
            yield node.name


def test_nothing_else_opens_a_stored_file_or_streams_one():
    found = {
        (place, name)
        for place, tree in sources()
        for name in set(names_in(tree)) & set(FORBIDDEN)
        if place not in FORBIDDEN[name]
    }
    assert sorted(found) == []


def doors(patterns, space=""):
    for entry in patterns:
        if not isinstance(entry, URLPattern):
            yield from doors(entry.url_patterns, f"{space}{entry.namespace}:" if entry.namespace else space)
        elif issubclass(getattr(entry.callback, "view_class", object), FilePage):
            yield f"{space}{entry.name}", entry.callback.view_class


DOORS = dict(doors(get_resolver().url_patterns))


@pytest.fixture
def media(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    settings.MFA_REQUIRED = False
    return tmp_path


def filled():
    """The world, with bytes behind every file and every pack."""
    make_world()
    content = pdf_file()
    with setting_up():
        for file in StoredFile.objects.all():
            if not is_unchanged(file.storage_name, file.sha256):
                path_of(file.storage_name).parent.mkdir(exist_ok=True)
                file.sha256 = put(path_of(file.storage_name), content)
                file.save()
        for model in (VerificationExport, SeasonArchive):
            for row in model.objects.all():
                packed(row, content)


def put(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return hashlib.sha256(content).hexdigest()


def packed(row, content):
    row.storage_name, row.seal, row.ready_at = f"{row._meta.model_name}.zip", Seal.objects.first(), timezone.now()
    row.sha256, row.file_size = put(exports_root() / row.storage_name, content), len(content)
    row.save()


def door_opened(name, view):
    """(client, address, the page with its record) for the first record and person the door opens for."""
    for row in view.model._base_manager.order_by("pk"):
        page = view()
        page.object = row
        address = reverse(name, args=[row.pk])
        for person in filter(lambda one: one.is_active, User.objects.order_by("pk")) if page.content() else ():
            client = Client()
            client.force_login(person)
            if client.get(address).status_code == 200:
                return client, person, address, page
    raise AssertionError(f"no record in the world whose file {name} gives to anybody")


def reads():
    return Event.objects.filter(action="trail.read", outcome=Outcome.READ)


@pytest.mark.django_db
@pytest.mark.walk
def test_every_door_asks_records_and_checks(media):
    filled()
    assert len(DOORS) >= 10
    for name, view in DOORS.items():
        client, person, address, page = door_opened(name, view)
        before = set(reads().values_list("pk", flat=True))
        asked = client.get(address)
        assert ("Content-Disposition" in asked, "用途" in asked.content.decode()) == (False, True), name
        assert client.get(address, {"purpose": "other"}).status_code == 422, name
        assert not reads().exclude(pk__in=before).exists(), name
        path, stored = page.content().path, page.content().path.read_bytes()
        given = client.get(address, {"purpose": "other", "purpose_note": "核对示例"})
        assert given["Content-Disposition"].startswith("attachment"), name
        copy = b"".join(given.streaming_content)
        assert copy == stored if view.as_stored else len(copy) >= len(stored), name
        event = reads().exclude(pk__in=before).get()
        assert (event.actor, event.reason.startswith("其他：核对示例")) == (person, True), name
        assert event.action_label.startswith(view.label), name
        path.write_bytes(b"something else")
        for query in ({}, {"purpose": "work"}):
            refused = client.get(address, query)
            assert (refused.status_code, "校验值不符" in refused.content.decode()) == (403, True), name
        assert reads().exclude(pk__in=before).count() == 1, name
        path.write_bytes(stored)


@pytest.mark.parametrize("name", sorted(DOORS))
def test_every_door_names_itself_and_says_why_a_copy_bears_no_name(name):
    view = DOORS[name]
    assert view.label
    assert view.as_stored == "" or len(view.as_stored) > 10
