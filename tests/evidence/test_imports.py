"""Imports: a verdict for each row, nothing written before a second person, all of it or nothing, once."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook

from admissions.accounts.enums import Role
from admissions.accounts.models import User
from admissions.audit.models import Event
from admissions.core import apart
from admissions.core.decision import Refused
from admissions.core.importing.kinds import KINDS, Standing
from admissions.core.unreadable import TOO_MUCH
from admissions.evidence import services
from admissions.evidence.enums import ImportStatus
from admissions.evidence.imports import checking
from admissions.evidence.imports.checking import check_batch
from admissions.evidence.models import ImportBatch, StoredFile
from admissions.evidence.services import confirm_import, void_import
from admissions.evidence.storage import path_of
from admissions.evidence.views import check_of
from admissions.jobs.models import Job
from admissions.jobs.runner import run
from admissions.seasons.calendar.template import template_file
from tests.factories.accounts import OrganisationFactory, UserFactory, user_with
from tests.factories.files import csv_file, executable, saved, with_macros, xlsx_file
from tests.factories.imports import HEADER, UNIT, checked, person, roster, sent
from tests.trail import assert_recorded, assert_refused
from tests.workgroups.recusal.searching import files_containing, tables_containing

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

    def test_file_changed_while_it_is_read_is_read_as_it_was(self, monkeypatch):
        batch, true = sent(roster(person("张示二"))), checking.read_table

        def meanwhile(path, *args):
            path_of(batch.file.storage_name).write_bytes(roster(person("张示三")))
            return true(path, *args)

        monkeypatch.setattr(checking, "read_table", meanwhile)
        batch = check_batch(batch.pk)
        assert batch.status == ImportStatus.READY
        (label,) = batch.rows.values_list("label", flat=True)
        assert "张示二" in label

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

    @pytest.mark.parametrize(
        "name", ["evidence:import", "evidence:import-rows", "evidence:import-confirm", "evidence:import-void"]
    )
    def test_strangers_do_not_see_the_batch(self, client, name):
        batch = checked(roster(person()))
        client.force_login(user_with(Role.SECRETARIAT))
        assert client.get(reverse(name, args=[batch.pk])).status_code == 404

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


class TestWhatBecomesOfWhatIsThere:
    def test_upload_preview_and_confirmation_say_so(self, client):
        client.force_login(officer())
        page = client.get(reverse("evidence:import-upload", args=["roster"])).content.decode()
        assert "文件里没有的人不受影响" in page
        batch = checked(roster(person()))
        for name in ("evidence:import", "evidence:import-confirm"):
            assert "文件里没有的人不受影响" in client.get(reverse(name, args=[batch.pk])).content.decode()

    @pytest.mark.parametrize("kind", sorted(KINDS))
    def test_every_kind_has_a_sentence(self, kind):
        assert KINDS[kind].standing(None).sentence.endswith("。")

    @pytest.mark.parametrize(("coming", "warns"), [(900, False), (899, True), (0, True), (1500, False)])
    def test_more_than_a_tenth_less_is_a_warning(self, coming, warns):
        warning = Standing("", 1000, "人", replaces=True).shrinks(coming)
        assert bool(warning) == warns
        assert Standing("", 1000, "人").shrinks(coming) == ""
        assert not warns or f"现行1,000人，这份文件只有{coming}人可写入，少{1000 - coming:,}人" in warning


class TestAccount:
    """Every line and column of the file stands in the preview, and before the one who confirms."""

    def pages(self, client, batch):
        client.force_login(officer())
        names = ("evidence:import", "evidence:import-confirm")
        return [client.get(reverse(name, args=[batch.pk])).content.decode() for name in names]

    def test_unread_columns_hidden_rows_and_merged_cells_are_shown(self, client):
        book = Workbook()
        header = ["姓名", "工号", "单位", "人员身份", "住址"]
        for row in (header, ["吕示正", "S0001", UNIT, "专职", "某街"], ["张示三", "S0002", "", "专职", ""]):
            book.active.append(row)
        book.active.merge_cells("C2:C3")
        book.active.append(["李示四", "S0003", UNIT, "专职", ""])
        book.active.row_dimensions[4].hidden = True
        batch = checked(saved(book), name="花名册.xlsx")
        assert batch.totals == {"new": 2, "changed": 0, "same": 0, "rejected": 1}
        for page in self.pages(client, batch):
            assert "有内容而不读取的列：E列“住址”" in page
            assert "没有找到的列：手机号、身份证号、职务" in page
            assert "有1个隐藏的行，没有读取" in page
            assert "C2:C3" in page
        assert "文件共4行：标题和表头1行、有结论的3行。" in self.pages(client, batch)[0]

    def test_the_one_who_confirms_sees_the_content(self, client):
        batch = checked(roster(*[person(f"吕示{sign}", f"S00{n}") for n, sign in enumerate("甲乙丙丁戊" * 5, 10)]))
        page = self.pages(client, batch)[1]
        assert page.count("吕示甲（S00") == 4
        assert "另有 5 行没有列在这里" in page

    def test_verdicts_and_lines_add_up(self):
        batch = checked(roster(person(), [], person("张示三", "S0002", unit="没有的单位")))
        account = batch.account
        assert account["rows"] == sum(batch.totals.values()) == 2
        assert account["lines"] == account["above"] + account["rows"] + account["empty"] == 5
        assert account["headings"] == 0


class TestPersonalNumbers:
    NUMBER = "990101200801010127"

    @pytest.mark.parametrize("place", range(7))
    def test_an_id_number_in_any_column_is_found_nowhere(self, place, own_files, django_capture_on_commit_callbacks):
        header, cells = [*HEADER, "备注"], [*person(), "x"]
        cells[place if place != 3 else 7] += self.NUMBER
        header[7] += self.NUMBER if place == 3 else ""
        batch = sent(csv_file([header, cells]))
        with django_capture_on_commit_callbacks(execute=True):
            run(check_of(batch).pk)
        if ImportBatch.objects.get(pk=batch.pk).status == ImportStatus.READY:
            with django_capture_on_commit_callbacks(execute=True):
                void_import(actor=officer(), reason="内有证件号", batch=batch)
        assert tables_containing(self.NUMBER) == []
        assert files_containing(self.NUMBER, own_files) == []


class TestApart:
    def test_a_file_that_kills_its_reader_is_a_refusal(self, monkeypatch):
        """Too little memory for any reader stands for a file that needs too much."""
        batch = sent(xlsx_file([HEADER, *(person(number=f"S{n:05}") for n in range(2_000))]), name="花名册.xlsx")
        monkeypatch.setattr(apart.work_apart, "__kwdefaults__", {"seconds": 60, "megabytes": 1})
        assert run(check_of(batch).pk)
        batch.refresh_from_db()
        assert (batch.status, batch.problem) == (ImportStatus.FAILED, TOO_MUCH)

    def test_a_large_table_is_left_to_a_worker(self, client, monkeypatch):
        monkeypatch.setattr(services, "AT_ONCE_BYTES", 10)
        client.force_login(officer())
        upload = SimpleUploadedFile("花名册.csv", roster(person()))
        answer = client.post(reverse("evidence:import-upload", args=["roster"]), {"file": upload, "reason": "新花名册"})
        job = check_of(ImportBatch.objects.get())
        assert (answer.url, job.state) == (reverse("jobs:one", args=[job.pk]), "waiting")
