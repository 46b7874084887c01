"""Static files: a source map need not be there, a picture must."""

import pytest
from django.conf import settings
from django.core.files.storage import FileSystemStorage

from admissions.core.static_files import CompressedHashedFiles, HashedFiles

MAPS = {"a.css": "a{b:c}\n/*# sourceMappingURL=a.css.map */", "a.js": "var a;\n//# sourceMappingURL=a.js.map"}


def processed(storage_class, tmp_path, name, text):
    """What becomes of one file: (its name with the hash, the error if there was one)."""
    (tmp_path / name).write_text(text)
    storage = storage_class(location=str(tmp_path), base_url="/static/")
    storage.manifest_storage = FileSystemStorage(location=str(tmp_path))
    return [(hashed, error) for _, hashed, error in storage.post_process({name: (storage, name)})]


@pytest.mark.parametrize("storage_class", [HashedFiles, CompressedHashedFiles])
@pytest.mark.parametrize("name", MAPS)
def test_a_map_need_not_be_there(storage_class, name, tmp_path):
    results = processed(storage_class, tmp_path, name, MAPS[name])
    assert [error for _, error in results if isinstance(error, Exception)] == []
    assert [(tmp_path / hashed).is_file() for hashed, _ in results[:1]] == [True]


@pytest.mark.parametrize("storage_class", [HashedFiles, CompressedHashedFiles])
def test_what_a_page_needs_must_be_there(storage_class, tmp_path):
    results = processed(storage_class, tmp_path, "a.css", "a{background:url(missing.png)}")
    assert ["missing.png" in str(error) for _, error in results if isinstance(error, Exception)] == [True]


def test_no_map_is_carried():
    assert list((settings.BASE_DIR / "static").rglob("*.map")) == []
