"""Refused lines are taken out in the file's own columns, mended, and sent again."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from admissions.accounts.enums import Role
from admissions.accounts.models import User
from admissions.audit.models import Event
from admissions.core.written import NOTE
from admissions.evidence.enums import ImportStatus
from admissions.evidence.models import ImportBatch
from admissions.evidence.services import confirm_import
from tests.factories.accounts import OrganisationFactory, user_with
from tests.factories.files import csv_file, xlsx_file
from tests.factories.imports import HEADER, UNIT, checked, person, roster
from tests.factories.recusal import id_number

pytestmark = pytest.mark.django_db
NUMBER = id_number(7)
PAPER = [
    ["2026年花名册"],
    [*HEADER, "备注"],
    [*person(), "甲"],
    [*person("示无单位", "00421", unit="没有的单位"), "=1+1"],
    [],
    [*person("示短号", "S2", id_number=NUMBER, phone="+8613800000000"), "丙"],
]


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    settings.MFA_REQUIRED = False
    OrganisationFactory(name=UNIT)
    return tmp_path


def taken(client, batch, kind="csv"):
    """(rows, notes) of the copy."""
    answer = client.get(
        reverse("evidence:import-refused", args=[batch.pk]),
        {"kind": kind, "purpose": "other", "purpose_note": "改正后重传"},
    )
    assert answer.status_code == 200
    content = b"".join(answer.streaming_content)
    if kind == "xlsx":
        book = load_workbook(io.BytesIO(content))
        return content, [[cell or "" for cell in row] for row in book["导出"].values], list(book["导出说明"].values)
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    return content, [row for row in rows if not row[0].startswith(NOTE)], [r for r in rows if r[0].startswith(NOTE)]


def sent_again(client, content, name):
    """Through the page, as a person does."""
    address = reverse("evidence:import-upload", args=["roster"])
    client.post(address, {"file": SimpleUploadedFile(name, content), "reason": "改正后重传"})
    return ImportBatch.objects.latest("id")


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("source", [(csv_file, "花名册.csv"), (xlsx_file, "花名册.xlsx")])
def test_taken_out_mended_and_sent_again_all_are_accepted(client, kind, source):
    make, name = source
    uploader = user_with(Role.SECURITY_ADMIN)
    batch = checked(make(PAPER), uploader, name=name)
    assert (batch.totals["new"], batch.totals["rejected"]) == (1, 2)
    client.force_login(uploader)
    assert "取出被拒绝的行（csv）" in client.get(batch.get_absolute_url()).content.decode()
    _, rows, notes = taken(client, batch, kind)
    assert rows[0] == [*HEADER, "备注", "原文件行号", "拒绝原因"]
    assert [row[-2] for row in rows[1:]] == ["4", "6"]
    remark = "'=1+1" if make is csv_file else ""  # a workbook takes it for a formula that was never computed
    assert (rows[1][1], rows[1][7], rows[2][3]) == ("00421", remark, NUMBER)
    assert "没有登记这个单位" in rows[1][-1]
    assert (len(notes), uploader.name in notes[0][0]) == (2, True)
    event = Event.objects.filter(action="trail.read").latest("at")
    assert (event.action_label, event.actor, "改正后重传（2行" in event.reason) == ("取出被拒绝的行", uploader, True)
    rows[1][4], rows[2][1], rows[2][2] = UNIT, "S0002", "13800000000"
    mended = csv_file(rows + notes) if kind == "csv" else xlsx_file(rows, 导出说明=notes)
    again = sent_again(client, mended, f"改正.{kind}")
    assert (again.status, again.problem) == (ImportStatus.READY, "")
    assert again.totals == {"new": 2, "changed": 0, "same": 0, "rejected": 0}
    page = client.get(again.get_absolute_url()).content.decode()
    assert "取出被拒绝的行时所加" in page
    assert "原文件行号”" not in page, "no warning of what is ours"
    confirm_import(actor=user_with(Role.SECURITY_ADMIN), reason="核对无误", batch=again)
    assert User.objects.filter(staff_number="00421").exists()


def test_refused_once_more_the_columns_beside_are_not_doubled(client):
    uploader = user_with(Role.SECURITY_ADMIN)
    client.force_login(uploader)
    content, rows, _ = taken(client, checked(csv_file(PAPER), uploader))
    again = sent_again(client, content, "再传.csv")
    assert (again.totals["rejected"], again.account["notes"]) == (2, 2)
    assert taken(client, again)[1][0] == rows[0]


def test_nothing_is_given_without_the_source_or_to_anybody_else(client):
    uploader, other = user_with(Role.SECURITY_ADMIN), user_with(Role.SECURITY_ADMIN)
    batch = checked(csv_file(PAPER), uploader)
    address = reverse("evidence:import-refused", args=[batch.pk])
    client.force_login(other)
    answer = client.get(address, {"purpose": "work"})
    assert (answer.status_code, f"请联系上传人{uploader.name}" in answer.content.decode()) == (403, True)
    client.force_login(user_with(Role.TRAINING_OFFICER))
    assert client.get(address, {"purpose": "work"}).status_code == 404
    confirm_import(actor=other, reason="核对无误", batch=batch)
    client.force_login(uploader)
    answer = client.get(address, {"purpose": "work"})
    assert (answer.status_code, "已清除" in answer.content.decode()) == (403, True)
    whole = checked(roster(person("示全对", "S0009")), uploader)
    assert client.get(reverse("evidence:import-refused", args=[whole.pk])).status_code == 403
    assert not Event.objects.filter(action_label="取出被拒绝的行").exists()
