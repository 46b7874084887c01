"""What is given out is what was hashed, also where the file is replaced or written in place between the two."""

import hashlib
import os

import pytest
from django.urls import reverse

from admissions.evidence import file_pages
from admissions.evidence.storage import path_of
from admissions.evidence.unchanged import PIECE, Changed, opened_unchanged, unchanged_copy
from admissions.evidence.views import FileDownloadPage
from tests.factories.accounts import UserFactory
from tests.factories.evidence import stored_file
from tests.factories.files import xlsx_file

LONG = os.urandom(PIECE * 6 + 17)


@pytest.fixture
def lying(tmp_path):
    path = tmp_path / "content"
    path.write_bytes(LONG)
    return path


def digest(content):
    return hashlib.sha256(content).hexdigest()


def test_reads_as_a_file_does(lying):
    with opened_unchanged(lying, digest(LONG)) as stream:
        assert stream.read() == LONG
        assert (stream.read(), stream.tell()) == (b"", len(LONG))
        for place in (len(LONG) - 5, 3, PIECE - 2, PIECE * 5):
            assert stream.seek(place) == place
            assert stream.read(PIECE + 4) == LONG[place : place + PIECE + 4]
        assert stream.seek(-7, os.SEEK_END) == len(LONG) - 7
        assert stream.read(3) == LONG[-7:-4]
        stream.seek(2, os.SEEK_CUR)
        assert stream.read() == LONG[-2:]


def test_an_empty_file(tmp_path):
    path = tmp_path / "empty"
    path.touch()
    with opened_unchanged(path, digest(b"")) as stream:
        assert stream.read() == b""


@pytest.mark.parametrize("other", [LONG[:-1], LONG + b"!", b""], ids=["shorter", "longer", "empty"])
def test_other_bytes_are_not_opened(lying, other):
    lying.write_bytes(other)
    with pytest.raises(Changed):
        opened_unchanged(lying, digest(LONG))


def test_nor_is_a_file_that_is_gone(lying):
    lying.unlink()
    with pytest.raises(Changed):
        opened_unchanged(lying, digest(LONG))


def test_a_file_put_in_its_place_is_not_read(lying, tmp_path):
    with opened_unchanged(lying, digest(LONG)) as stream:
        other = tmp_path / "other"
        other.write_bytes(b"forged" * PIECE)
        other.replace(lying)
        assert stream.read() == LONG


@pytest.mark.parametrize("place", [0, PIECE * 3 + 5, len(LONG) - 1])
def test_of_a_piece_written_over_nothing_is_given(lying, place):
    with opened_unchanged(lying, digest(LONG)) as stream:
        write_over(lying, place)
        given = b""
        with pytest.raises(Changed):
            while piece := stream.read(PIECE // 4):
                given += piece
        assert given == LONG[: len(given)] and len(given) <= place


def test_nor_of_one_cut_off(lying):
    with opened_unchanged(lying, digest(LONG)) as stream:
        os.truncate(lying, PIECE)
        with pytest.raises(Changed):
            stream.read()


def write_over(path, place):
    with path.open("r+b") as file:
        file.seek(place)
        file.write(bytes([LONG[place] ^ 1]) if path.stat().st_size == len(LONG) else b"forged")


def test_a_copy_stays_as_it_was_and_leaves_nothing_behind(lying, tmp_path):
    with unchanged_copy(lying, digest(LONG)) as copy:
        write_over(lying, 5)
        assert [copy.read_bytes() for _ in range(2)] == [LONG, LONG]
        assert list(tmp_path.iterdir()) == [lying]
    assert not copy.exists()


@pytest.mark.parametrize("spoil", ["change", "lose"])
def test_no_copy_is_made_of_other_bytes(lying, spoil):
    write_over(lying, 5) if spoil == "change" else lying.unlink()
    with pytest.raises(Changed), unchanged_copy(lying, digest(LONG)):
        raise AssertionError("opened")


@pytest.mark.django_db
class TestTheDoor:
    @pytest.fixture
    def given(self, client, settings, tmp_path, monkeypatch):
        """A file, and how it is asked for at a door that puts its reader's name on what it gives."""
        monkeypatch.setattr(FileDownloadPage, "as_stored", "")
        settings.MEDIA_ROOT, settings.MFA_REQUIRED = tmp_path, False
        owner = UserFactory()
        file = stored_file(owner, "名单.xlsx", xlsx_file([["甲", "乙"]]))
        client.force_login(owner)
        return file, lambda: client.get(reverse("evidence:file", args=[file.pk]), {"purpose": "work"})

    def altered_on_the_way(self, monkeypatch, path, how, step):
        """Right after the content was compared, before the step that reads it again."""
        true = getattr(file_pages, step)

        def meanwhile(*args, **kwargs):
            how(path)
            return true(*args, **kwargs)

        monkeypatch.setattr(file_pages, step, meanwhile)

    @pytest.mark.parametrize("step", ["marked", "attachment"])
    def test_replaced_between_check_and_reading_the_old_content_goes_out(self, given, monkeypatch, step):
        file, ask = given
        path = path_of(file.storage_name)
        if step == "attachment":
            monkeypatch.setattr(file_pages, "marked", unmarked)
        self.altered_on_the_way(monkeypatch, path, replaced, step)
        answer = ask()
        body = b"".join(answer.streaming_content)
        assert answer.status_code == 200 and body.startswith(b"PK") and b"forged" not in body

    def test_written_over_before_it_is_marked_it_is_refused(self, given, monkeypatch):
        file, ask = given
        self.altered_on_the_way(monkeypatch, path_of(file.storage_name), forged, "marked")
        answer = ask()
        assert answer.status_code == 403
        assert "校验值不符，不能下载" in answer.content.decode()

    def test_written_over_before_it_is_sent_nothing_of_it_goes_out(self, given, monkeypatch):
        file, ask = given
        monkeypatch.setattr(file_pages, "marked", unmarked)
        self.altered_on_the_way(monkeypatch, path_of(file.storage_name), forged, "attachment")
        answer = ask()
        with pytest.raises(Changed):
            b"".join(answer.streaming_content)


def replaced(path):
    other = path.with_name("other")
    other.write_bytes(b"PK-forged")
    other.replace(path)


def forged(path):
    with path.open("r+b") as file:
        file.write(b"PK-forged")


def unmarked(*args):
    raise file_pages.Unmarked("原样下载。")
