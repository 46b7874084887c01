"""Imports: a verdict for each row, nothing written before a second person, all of it or nothing, once."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from admissions.accounts.enums import Role
from admissions.accounts.models import User
from admissions.audit.models import Event
from admissions.core.decision import Refused
from admissions.evidence.enums import ImportStatus
from admissions.evidence.imports.checking import check_batch
from admissions.evidence.models import ImportBatch, StoredFile
from admissions.evidence.services import confirm_import, void_import
from admissions.evidence.storage import path_of
from admissions.evidence.views import check_of
from admissions.jobs.models import Job
from admissions.jobs.runner import run
from admissions.seasons.calendar.template import template_file
from tests.factories.accounts import OrganisationFactory, UserFactory, user_with
from tests.factories.files import executable, with_macros, xlsx_file
from tests.factories.imports import UNIT, checked, person, roster, sent
from tests.trail import assert_recorded, assert_refused

pytestmark = pytest.mark.django_db
CALENDAR = "calendar"


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.MFA_REQUIRED = False
    return tmp_path


@pytest.fixture(autouse=True)
def unit():
    return OrganisationFactory(name=UNIT)


def officer():
    return user_with(Role.SECURITY_ADMIN)


def confirmed(batch, actor=None):
    return confirm_import(actor=actor or officer(), reason="核对无误", batch=batch)


def files_in(directory):
    return [path for path in directory.rglob("*") if path.is_file()]


class TestTwoPeople:
    def test_nothing_is_written_before_the_confirmation(self):
        before = User.objects.count()
        uploader = officer()
        batch = checked(roster(person()), uploader)
        assert (batch.status, batch.totals["new"]) == (ImportStatus.READY, 1)
        assert User.objects.count() == before + 1
        confirmed(batch)
        assert User.objects.filter(staff_number="S0001").exists()

    def test_uploader_cannot_confirm_and_nothing_happens(self):
        uploader = officer()
        batch = checked(roster(person()), uploader)
        with pytest.raises(Refused, match=r"不能确认自己上传的导入.*请由另一位有权限的人员确认"):
            confirmed(batch, uploader)
        assert not User.objects.filter(staff_number="S0001").exists()
        assert_refused("imports.confirm", actor=uploader, target=batch)

    @pytest.mark.parametrize("role", [None, *(role for role in Role if role != Role.SECURITY_ADMIN)])
    def test_nobody_else_confirms_or_voids(self, role):
        batch = checked(roster(person()))
        stranger = user_with(role) if role else UserFactory()
        with pytest.raises(Refused):
            confirmed(batch, stranger)
        with pytest.raises(Refused):
            void_import(actor=stranger, reason="不要了", batch=batch)
        batch.refresh_from_db()
        assert batch.status == ImportStatus.READY

    def test_second_confirmation_is_told_who_was_faster(self):
        batch, faster = checked(roster(person())), officer()
        confirmed(batch, faster)
        with pytest.raises(Refused, match=f"已由他人处理：{faster.name}于.*确认了这次导入"):
            confirmed(batch)

    def test_voided_batch_is_not_confirmed(self):
        batch = checked(roster(person()))
        void_import(actor=officer(), reason="发错文件", batch=batch)
        with pytest.raises(Refused, match="已作废"):
            confirmed(batch)


class TestRejections:
    def test_each_names_line_column_value_and_reason(self):
        batch = checked(
            roster(
                person(),
                person("张示三", "S0002", unit="没有的单位"),
                person("李示四", "S0003", id_number="110105194912310021"),
                person("王示五", "S0004", title="=1+1"),
            )
        )
        assert list(batch.rows.order_by("line").values_list("line", "verdict", "column", "value")) == [
            (3, "new", "", ""),
            (4, "rejected", "单位", "没有的单位"),
            (5, "rejected", "身份证号", "****0021"),
            (6, "rejected", "职务", "=1+1…"),
        ]
        assert all(row.reason for row in batch.rows.filter(verdict="rejected"))

    def test_rows_page_and_its_export_have_them(self, client):
        batch = checked(roster(person(), person("张示三", "S0002", unit="=cmd()")))
        client.force_login(officer())
        address = reverse("evidence:import-rows", args=[batch.pk])
        page = client.get(address, {"verdict": "rejected"}).content.decode()
        assert "第4行" in page
        assert "是公式的文字" in page
        exported = client.get(address, {"export": "csv", "purpose": "work"})
        assert "'=cmd()" in exported.content.decode("utf-8-sig")
        event = Event.objects.get(action="trail.export")
        assert event.details["rowset_hash"] == exported["X-Rowset-SHA256"]

    def test_only_rejections_cannot_be_confirmed(self):
        batch = checked(roster(person(unit="没有的单位")))
        with pytest.raises(Refused, match=r"没有可写入的行.*改正文件后重新上传"):
            confirmed(batch)


class TestSourceFile:
    def test_hash_is_kept_and_shown(self, client):
        uploader = user_with(Role.SECRETARIAT)
        batch = checked(template_file(2026), uploader, name="工作日历.csv", kind=CALENDAR)
        client.force_login(uploader)
        page = client.get(reverse("evidence:import", args=[batch.pk])).content.decode()
        assert batch.file.sha256 in page
        assert len(batch.file.sha256) == 64

    def test_file_changed_on_disk_between_check_and_confirmation(self):
        batch = checked(roster(person()))
        path_of(batch.file.storage_name).write_bytes(roster(person("张示三")))
        with pytest.raises(Refused, match="来源文件与上传时的校验值不符，不能导入"):
            confirmed(batch)
        assert not User.objects.filter(staff_number="S0001").exists()

    def test_file_lost_between_check_and_confirmation(self):
        batch = checked(roster(person()))
        path_of(batch.file.storage_name).unlink()
        with pytest.raises(Refused, match="校验值不符"):
            confirmed(batch)

    def test_file_changed_between_upload_and_check(self):
        batch = sent(roster(person()))
        path_of(batch.file.storage_name).write_bytes(roster(person("张示三")))
        batch = check_batch(batch.pk)
        assert batch.status == ImportStatus.FAILED
        assert "校验值不符" in batch.problem

    def test_sensitive_source_is_cleared_and_its_hash_stays(self, own_files, django_capture_on_commit_callbacks):
        batch = checked(roster(person()))
        digest = batch.file.sha256
        with django_capture_on_commit_callbacks(execute=True):
            confirmed(batch)
        file = StoredFile.objects.get(pk=batch.file_id)
        assert files_in(own_files) == []
        assert (file.sha256, file.removed_at is not None) == (digest, True)


class TestAllOrNothing:
    def test_failed_import_changes_no_row(self, own_files, django_capture_on_commit_callbacks):
        batch = checked(roster(person(), person("张示三", "S0002", phone="13912345678")))
        UserFactory(phone="13912345678")
        before = User.objects.count(), User.history.count()
        with django_capture_on_commit_callbacks(execute=True), pytest.raises(Refused):
            confirmed(batch)
        batch.refresh_from_db()
        assert (User.objects.count(), User.history.count()) == (before[0] + 1, before[1] + 1)
        assert (batch.status, batch.confirmed_by) == (ImportStatus.READY, None)
        assert len(files_in(own_files)) == 1, "the source is still there for another attempt"

    def test_repeated_import_makes_no_duplicates(self):
        content = roster(person(), person("㛃䶮𬱖", "S0002"), person("阿" * 25, "S0003"))
        confirmed(checked(content))
        again = checked(content)
        assert again.totals == {"new": 0, "changed": 0, "same": 3, "rejected": 0}
        assert User.objects.filter(staff_number__startswith="S000").count() == 3

    def test_both_files_of_one_content_checked_before_the_first_is_confirmed(self):
        content = roster(person())
        first, second = checked(content), checked(content)
        confirmed(first)
        with pytest.raises(Refused, match="已被账号"):
            confirmed(second)
        assert User.objects.filter(staff_number="S0001").count() == 1


class TestCrashes:
    def test_a_check_that_died_is_done_by_the_next_worker(self):
        """The uploading process ends before the check: the job is there, and due after a minute."""
        batch = sent(roster(person()))
        job = check_of(batch)
        assert (batch.status, job.state) == (ImportStatus.CHECKING, "waiting")
        run(job.pk)
        batch.refresh_from_db()
        assert (batch.status, batch.rows.count()) == (ImportStatus.READY, 1)

    def test_check_repeated_after_it_is_through_changes_nothing(self):
        batch = checked(roster(person()))
        rows = list(batch.rows.values())
        assert check_batch(batch.pk).status == ImportStatus.READY
        assert list(batch.rows.values()) == rows

    def test_crash_between_check_and_confirmation_needs_no_new_upload(self):
        """What was checked stands in the tables alone: another process confirms it."""
        batch = checked(roster(person()))
        confirmed(ImportBatch.objects.get(pk=batch.pk))
        assert User.objects.filter(staff_number="S0001").exists()

    def test_check_that_fails_for_good_closes_the_batch(self):
        """A defect in the check must not leave “预检中” for ever."""
        batch = sent(roster(person()))
        job = check_of(batch)
        Job.objects.filter(pk=job.pk).update(attempts=3)
        run(job.pk)
        batch.refresh_from_db()
        assert batch.status == ImportStatus.FAILED
        assert "已停止重试" in batch.problem

    def test_cancelled_check_closes_the_batch(self, client):
        uploader = officer()
        batch = sent(roster(person()), uploader)
        client.force_login(uploader)
        client.post(reverse("jobs:cancel", args=[check_of(batch).pk]))
        batch.refresh_from_db()
        assert (batch.status, "取消" in batch.problem) == (ImportStatus.FAILED, True)
        assert_recorded("jobs.cancel", actor=uploader, reason="本人在任务页取消")


class TestPages:
    def post(self, client, content, name="花名册.csv", kind="roster"):
        upload = SimpleUploadedFile(name, content)
        return client.post(reverse("evidence:import-upload", args=[kind]), {"file": upload, "reason": "新花名册"})

    def test_upload_leads_to_the_verdicts(self, client):
        client.force_login(officer())
        answer = self.post(client, roster(person(), person("张示三", "S0002", unit="没有的单位")))
        batch = ImportBatch.objects.get()
        assert answer.url == reverse("evidence:import", args=[batch.pk])
        assert check_of(batch).state == "done"
        page = client.get(answer.url).content.decode()
        assert "新增 1，拒绝 1" in page
        assert "不能确认自己上传的导入" in page

    @pytest.mark.parametrize(
        ("content", "name", "sentence"),
        [
            (b"%PDF-1.4", "花名册.pdf", "不是表格文件。请另存为不带宏的 xlsx、xls 或 csv 后重新上传"),
            (with_macros(xlsx_file([["x"]])), "花名册.xlsm", "请另存为不带宏的 xlsx、xls 或 csv"),
            (with_macros(xlsx_file([["x"]])), "花名册.xlsx", "文件带有宏，不能上传"),
            (executable(), "花名册.csv", "文件内容不是CSV 表格"),
        ],
    )
    def test_refused_upload_says_why_and_leaves_nothing(self, client, own_files, content, name, sentence):
        client.force_login(officer())
        answer = self.post(client, content, name)
        assert answer.status_code == 422
        assert sentence in answer.content.decode()
        assert ImportBatch.objects.count() == 0
        assert files_in(own_files) == []

    def test_too_large_upload(self, client, own_files, settings):
        settings.EVIDENCE_MAX_BYTES = 2**20
        client.force_login(officer())
        answer = self.post(client, b"a" * (2**20 + 1))
        assert "文件超过 1 MB，不能上传。请拆分后再传" in answer.content.decode()
        assert files_in(own_files) == []

    def test_empty_upload(self, client):
        client.force_login(officer())
        answer = self.post(client, b"")
        assert answer.status_code == 422
        assert "空" in answer.content.decode()

    def test_unreadable_table_is_explained_on_its_page(self, client, own_files, django_capture_on_commit_callbacks):
        client.force_login(officer())
        with django_capture_on_commit_callbacks(execute=True):
            answer = self.post(client, "姓名,电话\n吕示正,1\n".encode())
        page = client.get(answer.url).content.decode()
        assert "没有找到表头" in page
        assert "没有找到表头" in client.get(reverse("evidence:imports")).content.decode()
        assert "无法读取" in page
        assert files_in(own_files) == [], "a roster that cannot be read is not kept"

    def test_who_confirmed_is_led_on_to_what_was_written(self, client):
        batch, second = checked(roster(person())), officer()
        confirmed(batch, second)
        client.force_login(second)
        page = client.get(reverse("evidence:import", args=[batch.pk])).content.decode()
        assert f'href="{reverse("accounts:list")}?sign_in=none"' in page
        assert "您已于" in page
        assert "已由他人处理" not in page

    @pytest.mark.parametrize("name", ["import", "import-rows", "import-confirm", "import-void"])
    def test_strangers_do_not_see_the_batch(self, client, name):
        batch = checked(roster(person()))
        client.force_login(user_with(Role.SECRETARIAT))
        assert client.get(reverse(f"evidence:{name}", args=[batch.pk])).status_code == 404

    def test_names_of_all_kinds_arrive_in_list_search_and_export(self, client):
        names = ["㛃䶮𬱖", "阿" * 25, "买买提·艾力"]
        confirmed(checked(roster(*[person(name, f"S000{n}") for n, name in enumerate(names)])))
        client.force_login(officer())
        address = reverse("accounts:list")
        for name in names:
            page = client.get(address, {"q": name}).content.decode()
            assert name in page
            assert sum(other in page for other in names) == 1
        exported = client.get(address, {"export": "csv", "purpose": "work"}).content.decode("utf-8-sig")
        assert all(name in exported for name in names)
