"""Downloads: for those who may, recorded, never shown in place; for all others the file does not exist."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from admissions.accounts.enums import Role
from admissions.audit.enums import Outcome
from admissions.audit.models import Event
from admissions.core.decision import Refused
from admissions.evidence.enums import Secrecy
from admissions.evidence.models import StoredFile
from admissions.evidence.services import keep_file
from admissions.evidence.storage import Incoming, file_name, path_of
from admissions.sight.models import Sight
from admissions.sight.services import give_sight, withdraw_sight
from tests.factories.accounts import UserFactory, user_with
from tests.factories.evidence import stored_file
from tests.factories.files import executable, pdf_file
from tests.trail import setting_up

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.MFA_REQUIRED = False


@pytest.fixture
def owner():
    return UserFactory()


def stored(owner, secrecy=Secrecy.INTERNAL, name="会议纪要㛃.pdf"):
    return stored_file(owner, name, secrecy=secrecy)


def shared(file, reader, until=None):
    return give_sight(
        actor=file.uploaded_by,
        reason="工作需要",
        record=file,
        person=reader,
        purpose="核对",
        basis="工作需要",
        until=until or timezone.now() + timedelta(days=1),
    )


def answer(client, user, file):
    client.force_login(user)
    return client.get(reverse("evidence:file", args=[file.pk]), {"purpose": "work"})


def reads():
    return Event.objects.filter(outcome=Outcome.READ)


class TestStoring:
    def test_hash_size_and_type_are_kept(self, owner):
        file = stored(owner)
        assert (file.size, file.content_type, len(file.sha256)) == (len(pdf_file()), "application/pdf", 64)

    def test_what_is_refused_is_not_kept(self, owner, tmp_path):
        with pytest.raises(Refused, match="文件内容不是PDF"), setting_up():
            keep_file(owner, Incoming([executable()], "a.pdf"), "材料")
        assert StoredFile.objects.count() == 0
        assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


class TestDownloading:
    def test_owner_gets_the_bytes_as_attachment_and_it_is_recorded(self, client, owner):
        file = stored(owner)
        response = answer(client, owner, file)
        assert b"".join(response.streaming_content) == pdf_file()
        assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''")
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Type"] == "application/pdf"
        assert "no-store" in response["Cache-Control"]
        event = reads().get()
        assert (event.actor_id, event.action, event.reason) == (owner.pk, "trail.read", "工作办理")

    @pytest.mark.parametrize("role", [None, *Role])
    def test_others_find_nothing_and_nothing_is_recorded(self, client, owner, role):
        file = stored(owner, Secrecy.WORK_SECRET)
        stranger = user_with(role) if role else UserFactory()
        assert answer(client, stranger, file).status_code == 404
        assert reads().count() == 0

    def test_not_signed_in(self, client, owner):
        response = client.get(reverse("evidence:file", args=[stored(owner).pk]))
        assert response.status_code == 302
        assert "/login/" in response.url

    def test_public_files_are_read_by_everybody_and_recorded(self, client, owner):
        file = stored(owner, Secrecy.PUBLIC)
        assert answer(client, UserFactory(), file).status_code == 200
        assert reads().count() == 1

    def test_named_reader_until_the_sight_is_withdrawn(self, client, owner):
        file, reader = stored(owner), UserFactory()
        sight = shared(file, reader)
        assert answer(client, reader, file).status_code == 200
        withdraw_sight(actor=owner, reason="已用完", sight=sight)
        assert answer(client, reader, file).status_code == 404

    def test_sight_that_has_run_out(self, client, owner):
        file, reader = stored(owner), UserFactory()
        end = timezone.now() + timedelta(minutes=1)
        shared(file, reader, end)
        with time_machine.travel(end, tick=False):
            assert answer(client, reader, file).status_code == 404

    def test_reader_named_again_after_the_sight_ended(self, client, owner):
        file, reader = stored(owner), UserFactory()
        withdraw_sight(actor=owner, reason="已用完", sight=shared(file, reader))
        shared(file, reader)
        assert answer(client, reader, file).status_code == 200
        assert Sight.objects.of_record(file).filter(person=reader).count() == 2

    def test_reader_is_named_once(self, owner):
        file, reader = stored(owner), UserFactory()
        shared(file, reader)
        with pytest.raises(Refused, match="此人已可查阅这项记录"):
            shared(file, reader)

    def test_only_the_owner_shares(self, owner):
        file, other = stored(owner), UserFactory()
        with pytest.raises(Refused, match="只有上传人可以授权他人阅读"):
            give_sight(
                actor=other, reason="想看", record=file, person=UserFactory(), purpose="看", basis="无",
                until=timezone.now() + timedelta(days=1),
            )  # fmt: skip

    def test_cleared_content_is_explained(self, client, owner):
        file = stored(owner)
        with setting_up():
            file.removed_at = timezone.now()
            file.save()
        response = answer(client, owner, file)
        assert response.status_code == 403
        assert "导入完成后已清除" in response.content.decode()

    @pytest.mark.parametrize("spoil", ["change", "lose"])
    def test_changed_or_lost_content_is_not_handed_out(self, client, owner, spoil):
        file = stored(owner)
        path = path_of(file.storage_name)
        path.write_bytes(b"%PDF-other") if spoil == "change" else path.unlink()
        response = answer(client, owner, file)
        assert response.status_code == 403
        assert "校验值不符，不能下载" in response.content.decode()
        assert reads().count() == 0

    @pytest.mark.parametrize(
        ("given", "kept"),
        [
            ("名单\u202efdp.xlsx", "名单fdp.xlsx"),
            ("\ufeff纪\u200b要.pdf", "纪要.pdf"),
            ("示\ue000\ufffd.pdf", "示__.pdf"),
            ("../../甲.pdf", "甲.pdf"),
            ("\u200b", "文件"),
        ],
    )
    def test_a_file_is_kept_under_a_name_that_shows_all_it_has(self, given, kept):
        assert file_name(given) == kept

    def test_dangerous_name_stays_inside_its_header(self, client, owner):
        file = stored(owner, name='a"\r\nX-Evil: 1.pdf')
        response = answer(client, owner, file)
        assert file.name == 'a" X-Evil: 1.pdf'
        assert "X-Evil" not in response
        assert response.status_code == 200
