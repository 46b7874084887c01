"""The staff roster: a verdict for every row, two people, and no ID number anywhere afterwards."""

import csv
import io
import logging
from pathlib import Path

import pytest
from django.db import connection
from django.urls import reverse

from admissions.accounts.enums import AccountStatus, Employment, Role
from admissions.accounts.identity import check_character, keyed_digest
from admissions.accounts.models import User
from admissions.accounts.roster import ROSTER, apply, judge
from admissions.core.decision import Refused
from admissions.core.importing.kinds import KINDS, Verdict
from admissions.core.importing.sheets import Row
from admissions.evidence.enums import ImportStatus
from admissions.evidence.imports.checking import check_batch
from admissions.evidence.services import confirm_import, upload_import
from admissions.evidence.storage import Incoming
from tests.factories.accounts import OrganisationFactory, UserFactory, user_with
from tests.trail import assert_recorded, setting_up

pytestmark = pytest.mark.django_db
PLANTED = "11010519491231002X"
HEADER = ["姓名", "工号", "手机号", "身份证号", "单位", "职务", "人员身份"]


def number(sequence: int) -> str:
    first = f"110105{19700101 + sequence % 28:08}{sequence:03}"
    return first + check_character(first)


def row(line=5, **cells):
    given = {"name": "吕示正", "staff_number": "S0001", "phone": "", "id_number": "", "title": ""}
    return Row(line, {**given, "organisation": "省考试院", "employment": "专职", **cells})


@pytest.fixture(autouse=True)
def unit():
    return OrganisationFactory(name="省考试院")


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def verdict(*rows):
    found = judge(list(rows), None)
    return found[0] if len(rows) == 1 else found


class TestJudging:
    def test_new_person_with_the_usual_mess(self, unit):
        judged = verdict(
            row(
                name=" 吕　示 正",
                staff_number="Ｓ０００１ ",
                phone="１３９１２３４５６７８",
                id_number="11010519491231002x",
                organisation="省 考试院",
                employment="借调",
            )
        )
        assert (judged.verdict, judged.label) == (Verdict.NEW, "吕示正（S0001）")
        assert judged.payload == {
            "account": None,
            "name": "吕示正",
            "staff_number": "S0001",
            "phone": "13912345678",
            "id_digest": keyed_digest(PLANTED),
            "id_tail": "****002X",
            "organisation_id": unit.pk,
            "title": "",
            "employment": Employment.SECONDED,
        }

    @pytest.mark.parametrize(
        ("cell", "value", "column", "shown", "why"),
        [
            ("name", "", "姓名", "", "没有填写姓名"),
            ("name", "合计400", "姓名", "合计400", "不含数字和符号"),
            ("staff_number", "", "工号", "", "没有填写工号"),
            ("staff_number", "S#1", "工号", "S#1", "3至20位"),
            ("phone", "1391234567", "手机号", "139****4567", "11位手机号"),
            ("id_number", "110105194912310021", "身份证号", "****0021", "校验位不符"),
            ("id_number", "110105194902300021", "身份证号", "****0021", "出生日期"),
            ("id_number", "110105491231002", "身份证号", "****1002", "15位旧证件号"),
            ("organisation", "不存在的单位", "单位", "不存在的单位", "没有登记这个单位"),
            ("organisation", "", "单位", "", "没有登记这个单位"),
            ("employment", "临时", "人员身份", "临时", "应为专职、借调兼职、外聘兼职之一"),
            ("title", "长" * 61, "职务", "长" * 60, "超过60个字"),
        ],
    )
    def test_rejections_name_column_value_and_reason(self, cell, value, column, shown, why):
        judged = verdict(row(**{cell: value}))
        assert (judged.verdict, judged.line) == (Verdict.REJECTED, 5)
        assert (judged.column, judged.value) == (column, shown)
        assert why in judged.reason

    @pytest.mark.parametrize("name", ["㛃䶮𬱖", "𠮷\U00031350\U0002ebf0", "阿" * 25, "买买提·艾力", "O'Neil Lee"])
    def test_rare_long_and_foreign_names(self, name):
        assert verdict(row(name=name)).payload["name"] == name

    @pytest.mark.parametrize(
        ("cells", "column"),
        [
            ({"staff_number": "S0001"}, "工号"),
            ({"phone": "13912345678"}, "手机号"),
            ({"id_number": PLANTED}, "身份证号"),
        ],
    )
    def test_duplicates_within_the_file_name_the_earlier_line(self, cells, column):
        first = row(5, **cells)
        second = row(9, **{"name": "张示三", "staff_number": "S0002", **cells})
        judged = verdict(first, second)
        assert [entry.verdict for entry in judged] == [Verdict.NEW, Verdict.REJECTED]
        assert (judged[1].column, judged[1].reason) == (column, f"与第5行的{column}相同")

    def test_known_person_same_and_changed(self, unit):
        UserFactory(
            username="s001", staff_number="S0001", name="吕示正", organisation=unit, title="科长", phone="13912345678"
        )
        assert verdict(row()).verdict == Verdict.SAME
        changed = verdict(row(title="处长", phone="13900000000", employment="外聘", id_number=PLANTED))
        assert changed.verdict == Verdict.CHANGED
        assert changed.changes == [
            "手机号：139****5678 → 139****0000",
            "职务：科长 → 处长",
            "人员身份：专职 → 外聘兼职",
            "补登证件号",
        ]

    def test_staff_number_of_somebody_else(self, unit):
        UserFactory(staff_number="S0001", name="张示三", organisation=unit)
        judged = verdict(row())
        assert (judged.column, judged.reason) == ("姓名", "工号S0001属于“张示三”，姓名不符，请核对")

    def test_changed_name_is_accepted_when_the_id_number_proves_it(self, unit):
        UserFactory(staff_number="S0001", name="吕示证", organisation=unit, id_digest=keyed_digest(PLANTED))
        assert verdict(row(id_number=PLANTED)).changes == ["姓名：吕示证 → 吕示正"]

    def test_one_id_number_one_account(self, unit):
        UserFactory(staff_number="S9999", name="张示三", id_digest=keyed_digest(PLANTED))
        judged = verdict(row(id_number=PLANTED))
        assert (judged.column, judged.value) == ("身份证号", "****002X")
        assert judged.reason == "此证件号已属于账号“张示三，工号S9999”"

    def test_other_id_number_than_the_account_has(self, unit):
        UserFactory(staff_number="S0001", name="吕示正", id_digest=keyed_digest(number(1)))
        assert "证件号不同" in verdict(row(id_number=PLANTED)).reason

    def test_names_that_lead_to_another_account(self):
        UserFactory(username="S0001", name="张示三")
        UserFactory(username="zzz", phone="13912345678", name="李示四")
        assert "已被账号“张示三（S0001）”使用" in verdict(row()).reason
        assert "已被账号“李示四（zzz）”使用" in verdict(row(staff_number="S0002", phone="13912345678")).reason

    def test_closed_account_does_not_come_back(self, unit):
        UserFactory(staff_number="S0001", name="吕示正", status=AccountStatus.CLOSED)
        assert "已注销" in verdict(row()).reason

    @pytest.mark.parametrize("count", [1, 400])
    def test_constant_number_of_queries(self, count, django_assert_num_queries):
        rows = [row(n, name="吕示正", staff_number=f"S{n:04}", id_number=number(n)) for n in range(count)]
        with django_assert_num_queries(2):
            assert {judged.verdict for judged in judge(rows, None)} == {Verdict.NEW}


class TestWriting:
    def roster(self, *people):
        file = io.StringIO()
        writer = csv.writer(file)
        writer.writerows([["2026年录取工作人员花名册"], [], HEADER, *people])
        return file.getvalue().encode("gb18030")

    def upload(self, actor, content, name="花名册.csv"):
        kind = KINDS["roster"]
        batch = upload_import(actor=actor, reason="建账号", kind=kind, season=None, incoming=Incoming([content], name))
        return check_batch(batch.pk)

    def test_upload_check_and_confirmation_by_another_security_administrator(self, unit):
        first, second = user_with(Role.SECURITY_ADMIN), user_with(Role.SECURITY_ADMIN)
        known = UserFactory(username="s003", staff_number="S0003", name="王示五", organisation=unit, title="科员")
        content = self.roster(
            ["吕示正", "S0001", "13912345678", PLANTED, "省考试院", "处长", "专职"],
            ["张示三", "S0002", "", "", "没有的单位", "", "专职"],
            ["王示五", "S0003", "", "", "省考试院", "科长", "专职"],
        )
        batch = self.upload(first, content)
        assert (batch.status, batch.totals) == (
            ImportStatus.READY,
            {"new": 1, "changed": 1, "same": 0, "rejected": 1},
        )
        assert not User.objects.filter(staff_number="S0001").exists()
        with pytest.raises(Refused, match="不能确认自己上传"):
            confirm_import(actor=first, reason="核对", batch=batch)
        confirm_import(actor=second, reason="核对", batch=batch)
        account = User.objects.get(staff_number="S0001")
        assert (account.username, account.name_sort, account.id_tail) == ("S0001", "lvshizheng lsz", "****002X")
        assert not account.has_usable_password()
        assert User.objects.get(pk=known.pk).title == "科长"
        event = assert_recorded("imports.confirm", actor=second, target=batch)
        assert f"accounts.user:{account.pk}" in event.touched

    def test_importing_again_changes_nothing(self, unit):
        first, second = user_with(Role.SECURITY_ADMIN), user_with(Role.SECURITY_ADMIN)
        content = self.roster(["吕示正", "S0001", "13912345678", PLANTED, "省考试院", "处长", "专职"])
        confirm_import(actor=second, reason="核对", batch=self.upload(first, content))
        revision = User.objects.get(staff_number="S0001").revision
        again = self.upload(first, content)
        assert again.totals == {"new": 0, "changed": 0, "same": 1, "rejected": 0}
        with pytest.raises(Refused, match="没有可写入的行"):
            confirm_import(actor=second, reason="核对", batch=again)
        assert User.objects.get(staff_number="S0001").revision == revision

    @pytest.mark.parametrize("role", [None, *(role for role in Role if role != Role.SECURITY_ADMIN)])
    def test_only_security_administrators_upload(self, role):
        actor = user_with(role) if role else UserFactory()
        with pytest.raises(Refused, match="没有导入人员花名册的权限"):
            self.upload(actor, self.roster(["吕示正", "S0001", "", "", "省考试院", "", "专职"]))

    def test_phone_taken_between_check_and_confirmation_stops_the_whole_import(self, unit):
        first, second = user_with(Role.SECURITY_ADMIN), user_with(Role.SECURITY_ADMIN)
        content = self.roster(
            ["张示三", "S0002", "", "", "省考试院", "", "专职"],
            ["吕示正", "S0001", "13912345678", "", "省考试院", "", "专职"],
        )
        batch = self.upload(first, content)
        UserFactory(phone="13912345678")
        with pytest.raises(Refused, match="手机号已被账号"):
            confirm_import(actor=second, reason="核对", batch=batch)
        assert not User.objects.filter(staff_number__in=["S0001", "S0002"]).exists()

    def test_account_closed_between_check_and_confirmation(self, unit):
        account = UserFactory(staff_number="S0001", name="吕示正", organisation=unit)
        payload = judge([row(title="处长")], None)[0].payload
        with setting_up():
            account.status = AccountStatus.CLOSED
            account.save()
        with setting_up(), pytest.raises(Refused, match="已注销"):
            apply([payload], None, None)

    def test_four_hundred_people_in_one_confirmation(self, unit):
        first, second = user_with(Role.SECURITY_ADMIN), user_with(Role.SECURITY_ADMIN)
        people = [["吕示正", f"S{n:04}", "", number(n), "省考试院", "", "专职"] for n in range(400)]
        batch = self.upload(first, self.roster(*people))
        confirm_import(actor=second, reason="核对", batch=batch)
        assert User.objects.filter(staff_number__startswith="S").count() == 400


def test_kind_is_sensitive_and_for_security_administrators():
    assert (ROSTER.sensitive, ROSTER.permission.value) == (True, "accounts.create")


def test_planted_number_is_nowhere_after_all_paths(client, caplog, unit, tmp_path, django_capture_on_commit_callbacks):
    """Form, import, number typed as login name or beside a wrong password: no table, file or log has it."""
    caplog.set_level(logging.DEBUG)
    first, second = user_with(Role.SECURITY_ADMIN), user_with(Role.SECURITY_ADMIN)
    wrong = PLANTED[:-1] + "1"
    writing = TestWriting()
    content = writing.roster(
        ["吕示正", "S0001", "", PLANTED, "省考试院", "", "专职"], ["张示三", "S0002", "", wrong, "省考试院", "", "专职"]
    )
    batch = writing.upload(first, content)
    assert [path for path in tmp_path.rglob("*") if path.is_file()]
    with django_capture_on_commit_callbacks(execute=True):
        confirm_import(actor=second, reason="核对", batch=batch)
    for name in (PLANTED, f"{PLANTED[:6]} {PLANTED[6:]}"):
        client.post(reverse("account_login"), {"login": name, "password": "Wrong-pass-2026"})
    client.force_login(first)
    data = {"username": "planted", "name": "李示四", "organisation": unit.pk, "employment": "full_time"}
    client.post(reverse("accounts:create"), {**data, "reason": "新建", "id_number": wrong})
    client.post(reverse("accounts:create"), {**data, "reason": "新建", "id_number": number(7)})
    client.post(reverse("accounts:password-change"), {"own_password": "Wrong-pass", "new_password": PLANTED})
    planted = (PLANTED[:17], number(7)[:17], PLANTED[:6] + " " + PLANTED[6:17])
    assert User.objects.get(username="planted").id_digest == keyed_digest(number(7))
    assert _tables_with(planted) == []
    assert not [record for record in caplog.records if any(text in str(record.__dict__) for text in planted)]
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and _holds(path, planted)]


def _tables_with(texts):
    """Every table of the database, searched as text."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT count(*) FROM "{table}" AS entry WHERE entry::text LIKE ANY (%s)', [_like(texts)])
            found += [table] * cursor.fetchone()[0]
    return found


def _like(texts):
    return [f"%{text}%" for text in texts]


def _holds(path: Path, texts) -> bool:
    content = path.read_bytes()
    return any(text.encode() in content for text in texts)


def test_search_for_planted_numbers_finds_what_is_there():
    """The search itself can fail: a number put into a record is found."""
    UserFactory(title=PLANTED)
    assert set(_tables_with([PLANTED[:17]])) == {"accounts_user", "accounts_historicaluser"}
