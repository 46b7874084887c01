"""A backup and its way back into a second, empty database on the same server."""

import io
import json
import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings as project
from django.core.management import CommandError, call_command
from django.db import connection, connections

from admissions.accounts.enums import Role
from admissions.accounts.models import User
from admissions.accounts.services import correct_account
from admissions.audit.installing import unprotected_tables
from admissions.audit.models import Event, RawChange
from admissions.evidence.models import StoredFile
from admissions.evidence.storage import path_of
from admissions.upkeep import programs
from admissions.upkeep import restore as restoring
from admissions.upkeep.restore import AfterRestore
from tests.factories.accounts import UserFactory, user_with
from tests.factories.evidence import stored_file
from tests.factories.files import csv_file, pdf_file
from tests.house.answering import answering
from tests.plugins.database import drop, environment_of_a_process, maintenance
from tests.trail import assert_recorded

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def evidence(tmp_path, settings):
    """Two stored files in a directory of the test's own."""
    settings.MEDIA_ROOT = tmp_path / "evidence"
    actor = user_with(Role.SECRETARIAT)
    kept = [("名单.csv", csv_file([["编号", "姓名"], ["1", "甲"]])), ("来文.pdf", pdf_file())]
    return [stored_file(actor, name, content) for name, content in kept]


@pytest.fixture
def target():
    """An empty database beside the test's; its name."""
    name = f"test_restore_{os.getpid()}"
    with maintenance() as cursor:
        drop(cursor, name)
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    yield name
    connections.close_all()
    with maintenance() as cursor:
        drop(cursor, name)


@contextmanager
def working_on(name):
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before


def back_up(place):
    call_command("backup", str(place), stdout=io.StringIO())
    return place


def restore(place, target, media_root, settings):
    """In a database and directory of their own; what was printed."""
    settings.MEDIA_ROOT = media_root
    printed = io.StringIO()
    with working_on(target):
        call_command("restore", str(place), stdout=printed)
    return printed.getvalue()


def refused(place, target, media_root, settings):
    """The sentence of the refusal; the target is as empty as before."""
    with pytest.raises(CommandError) as refusal:
        restore(place, target, media_root, settings)
    assert refusal.value.returncode == 2
    assert tables(target) == []
    assert not media_root.exists() or list(media_root.iterdir()) == []
    return str(refusal.value)


def tables(name):
    with working_on(name):
        return connection.introspection.table_names()


def test_round_trip(tmp_path, evidence, target, settings):
    person = UserFactory(name="柳示隐", phone="13800001234")
    correct_account(
        actor=user_with(Role.SECURITY_ADMIN),
        reason="更正",
        account=person,
        name=person.name,
        staff_number=None,
        phone=person.phone,
        organisation=None,
        title="科长",
        employment=person.employment,
    )
    before = {"events": Event.objects.count(), "users": User.objects.count()}
    place = back_up(tmp_path / "day" / "backup")
    assert_recorded("upkeep.backup", outcome="machine")
    manifest = json.loads((place / "manifest.json").read_text())
    assert manifest["counts"]["audit_event"] == before["events"]
    assert len(manifest["files"]) == 3
    assert "柳示隐" not in (place / "manifest.json").read_text()
    assert oct(place.stat().st_mode)[-3:] == "700"

    printed = restore(place, target, tmp_path / "elsewhere", settings)

    assert "11. 恢复完成。" in printed
    assert "不符——" not in printed and printed.count("——一致") == 6
    with working_on(target):
        assert User.objects.get(pk=person.pk).title == "科长"
        assert User.objects.count() == before["users"]
        assert Event.objects.count() == before["events"] + 1, "the restore itself is an event"
        assert_recorded("upkeep.restore", outcome="machine")
        assert RawChange.objects.count() == 0
        assert unprotected_tables(connection) == []
        assert web_role_may_update() is False
        assert [path_of(row.storage_name).read_bytes()[:4] for row in StoredFile.objects.order_by("pk")] == [
            "编号".encode()[:4],
            b"%PDF",
        ]


def web_role_may_update():
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege('admissions_web', 'audit_event', 'UPDATE')")
        return cursor.fetchone()[0]


def test_as_a_process_it_exits_with_2_and_with_0(tmp_path, evidence, target, settings):
    place = back_up(tmp_path / "backup")
    source = connection.settings_dict["NAME"]
    environment = environment_of_a_process() | {"MEDIA_ROOT": str(tmp_path / "elsewhere")}
    environment["DATABASE_OWNER_URL"] = environment["DATABASE_URL"]
    first = manage("restore", place, environment)
    assert (first.returncode, "不是空的" in first.stderr) == (2, True)
    there = environment["DATABASE_URL"].replace(source, target)
    second = manage("restore", place, environment | {"DATABASE_URL": there, "DATABASE_OWNER_URL": there})
    assert (second.returncode, second.stderr) == (0, "")


def manage(command, place, environment):
    words = [sys.executable, "manage.py", command, str(place)]
    return subprocess.run(words, env=environment, cwd=project.BASE_DIR, capture_output=True, text=True)


def test_files_stored_later_are_not_in_it(tmp_path, evidence):
    stray = path_of("ab" * 16)
    stray.parent.mkdir(exist_ok=True)
    stray.write_bytes(b"not in the database")
    place = back_up(tmp_path / "backup")
    kept = {path.name for path in (place / "evidence").rglob("*") if path.is_file()}
    assert kept == {row.storage_name for row in evidence}


def test_no_backup_without_the_evidence_it_belongs_to(tmp_path, evidence):
    path_of(evidence[1].storage_name).unlink()
    with pytest.raises(CommandError, match=f"材料缺失：编号 {evidence[1].pk}") as refusal:
        back_up(tmp_path / "backup")
    assert refusal.value.returncode == 2
    assert [path.name for path in tmp_path.iterdir()] == ["evidence"], "nothing half-made stays behind"


def test_no_backup_of_changed_evidence(tmp_path, evidence):
    path_of(evidence[0].storage_name).write_bytes(b"something else")
    with pytest.raises(CommandError, match=f"材料被改动：编号 {evidence[0].pk}"):
        back_up(tmp_path / "backup")


def test_a_name_that_is_taken_is_left_alone(tmp_path, evidence):
    place = back_up(tmp_path / "backup")
    moment = (place / "manifest.json").stat().st_mtime_ns
    with pytest.raises(CommandError, match="已经存在"):
        back_up(place)
    assert (place / "manifest.json").stat().st_mtime_ns == moment


class TestWrongBackup:
    @pytest.fixture
    def place(self, tmp_path, evidence):
        return back_up(tmp_path / "backup")

    @pytest.fixture
    def sentence(self, place, target, tmp_path, settings):
        return lambda: refused(place, target, tmp_path / "elsewhere", settings)

    def test_cut_dump(self, place, sentence):
        dump = place / "database.dump"
        dump.write_bytes(dump.read_bytes()[:-1000])
        assert "database.dump 与清单的校验值不符" in sentence()

    def test_cut_dump_with_a_manifest_that_agrees(self, place, sentence):
        """Whoever also rewrote the manifest still changes nothing in the target."""
        dump = place / "database.dump"
        dump.write_bytes(dump.read_bytes()[: len(dump.read_bytes()) // 2])
        rewrite(place, lambda values: values["files"].update({"database.dump": restoring.manifests.digest(dump)}))
        assert "pg_restore 没有完成" in sentence()

    def test_missing_evidence(self, place, sentence):
        next(path for path in (place / "evidence").rglob("*") if path.is_file()).unlink()
        assert "备份缺少文件 evidence/" in sentence()

    def test_changed_evidence(self, place, sentence):
        next(path for path in (place / "evidence").rglob("*") if path.is_file()).write_bytes(b"x")
        assert "与清单的校验值不符" in sentence()

    def test_a_file_too_many(self, place, sentence):
        (place / "evidence" / "more").write_bytes(b"x")
        assert "多出清单没有的文件 evidence/more" in sentence()

    def test_a_name_that_leads_out(self, place, sentence):
        rewrite(place, lambda values: values["files"].update({"../outside": {"sha256": "", "bytes": 0}}))
        assert "备份缺少文件 ../outside" in sentence()

    def test_cut_or_absent_manifest(self, place, sentence):
        text = (place / "manifest.json").read_text()
        (place / "manifest.json").write_text(text[:200])
        assert "不完整或格式不对" in sentence()
        (place / "manifest.json").write_text("[]")
        assert "不完整或格式不对" in sentence()
        (place / "manifest.json").unlink()
        assert "没有备份清单" in sentence()

    def test_another_form_or_program(self, place, sentence):
        rewrite(place, lambda values: values["migrations"]["accounts"].append("9999_from_the_future"))
        assert "备份来自更新的程序版本" in sentence()
        rewrite(place, lambda values: values["migrations"].pop("accounts"))
        assert "备份来自更旧的程序版本" in sentence()
        rewrite(place, lambda values: values.update(format=2))
        assert "格式编号是 2" in sentence()

    def test_a_newer_server(self, place, sentence):
        rewrite(place, lambda values: values["versions"].update(server=99))
        assert "不能恢复到更旧的服务器" in sentence()
        rewrite(place, lambda values: values["versions"].update(pg_dump=99))
        assert "恢复需要 99 版或更新的 pg_restore" in sentence()

    def test_a_server_without_the_web_role(self, sentence, settings):
        settings.DATABASE_WEB_ROLE = "nobody_here"
        assert "没有网站账号 nobody_here" in sentence()


def rewrite(place, change):
    values = json.loads((place / "manifest.json").read_text())
    change(values)
    (place / "manifest.json").write_text(json.dumps(values))


def test_only_into_an_empty_database(tmp_path, evidence, target, settings):
    place = back_up(tmp_path / "backup")
    with working_on(target), connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA other; CREATE TABLE other.thing (id int); INSERT INTO other.thing VALUES (7)")
    with pytest.raises(CommandError, match="不是空的（已有 thing）") as refusal:
        restore(place, target, tmp_path / "elsewhere", settings)
    assert refusal.value.returncode == 2
    with working_on(target), connection.cursor() as cursor:
        cursor.execute("SELECT id FROM other.thing")
        assert cursor.fetchall() == [(7,)]


def test_only_into_an_empty_evidence_directory(tmp_path, evidence, target, settings):
    place = back_up(tmp_path / "backup")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "old").write_bytes(b"x")
    with pytest.raises(CommandError, match="不是空的"):
        restore(place, target, tmp_path / "elsewhere", settings)
    assert (tables(target), (tmp_path / "elsewhere" / "old").read_bytes()) == ([], b"x")


def test_a_disagreement_is_shown_and_exits_with_1(tmp_path, evidence, target, settings):
    """Counts that are not those of the backup's moment, a row without history, a proof of somebody else's."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE accounts_user SET title = '厅长' WHERE id = %s", [evidence[0].uploaded_by_id])
        cursor.execute("SET session_replication_role = DEFAULT")
    place = back_up(tmp_path / "backup")
    rewrite(place, lambda values: values["counts"].update(audit_event=1))
    hook = AfterRestore("印记全部验得通", lambda manifest: ["第3号印记签名不符"])
    printed = io.StringIO()
    settings.MEDIA_ROOT = tmp_path / "elsewhere"
    with (
        answering(restoring.AFTER_RESTORE, hook),
        working_on(target),
        pytest.raises(CommandError, match="核对不符") as refusal,
    ):
        call_command("restore", str(place), stdout=printed)
    assert refusal.value.returncode == 1
    lines = printed.getvalue()
    assert "audit_event：备份时1行" in lines
    assert f"accounts_user 第{evidence[0].uploaded_by_id}号：与历史不符" in lines
    assert "第3号印记签名不符" in lines
    with working_on(target):
        assert Event.objects.get(action="upkeep.restore").details["wrong"] == 3


class TestPrograms:
    def test_the_nearest_that_is_not_older(self, tmp_path, monkeypatch):
        places = [fake(tmp_path, major) for major in (13, 17, 15)]
        monkeypatch.setattr(programs, "_places", lambda name: iter(places))
        assert programs._nearest("pg_dump", 14, "备份").major == 15
        assert programs._nearest("pg_dump", 16, "备份").major == 17

    def test_none_fits(self, tmp_path, monkeypatch):
        places = [fake(tmp_path, major) for major in (13, 15)]
        monkeypatch.setattr(programs, "_places", lambda name: iter(places))
        with pytest.raises(programs.UpkeepRefused) as refusal:
            programs._nearest("pg_dump", 18, "备份")
        assert str(refusal.value) == (
            "备份需要 18 版或更新的 pg_dump，本机的版本：13、15。请安装 postgresql-client-18 后重试，没有改动任何内容。"
        )


def fake(directory, major):
    """A program that says its version as Debian's do."""
    path = Path(directory) / f"pg_dump{major}"
    path.write_text(f"#!/bin/sh\necho 'pg_dump (PostgreSQL) {major}.4 (Debian {major}.4-1)'\n")
    path.chmod(0o755)
    return path
