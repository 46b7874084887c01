"""Supervision at the browser: from a row of the trail to a closed opinion, and from a seal to a verified export."""

import pytest
from django.db import connection
from django.urls import reverse

from admissions.accounts.enums import Role
from admissions.audit.models import Event
from admissions.jobs.runner import run
from admissions.seals.export import TOOLS
from admissions.seals.models import Leaf, VerificationExport
from admissions.seals.sealing import seal
from tests.browser.people import is_accessible
from tests.factories.accounts import user_with
from tests.factories.files import pdf_file
from tests.factories.supervision import in_days, issued, watched
from tests.seals.tampering import verified
from tests.seals.test_witness import Desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_from_a_row_of_the_trail_to_a_closed_opinion(arrive, tmp_path):
    of = watched()
    issued(of, title="先前一份")
    evidence = tmp_path / "交接单.pdf"
    evidence.write_bytes(pdf_file())
    supervisor, leader = arrive(of.supervisor), arrive(of.leader)
    supervisor.open(reverse("desk:one")).sees("监督工作台", "高风险事项")
    is_accessible(supervisor)
    supervisor.open(reverse("audit:group", args=[of.group.pk]))
    supervisor.main.locator("details summary").first.click()
    supervisor.sees("原来", "改为")
    supervisor.follow("标记").submit("标记", 问题="夜班没有交接记录")
    supervisor.follow("据此发出意见")
    supervisor.main.get_by_label("责令", exact=True).check()
    supervisor.submit("发出", 被监督工作组=str(of.group), 标题="夜班交接", 答复期限=in_days(2).isoformat())
    supervisor.sees("待答复", "夜班没有交接记录")
    is_accessible(supervisor)
    leader.open("/").sees("答复监督意见", "夜班交接")
    place = supervisor.page.url
    leader.open(place).follow("答复").submit("答复", 整改情况="已补齐。", 佐证材料=evidence)
    supervisor.open(place).follow("退回整改").submit("退回", 答复期限=in_days(1).isoformat(), 事由="四日仍缺")
    leader.open(place).sees("退回整改").follow("答复").submit("答复", 整改情况="四日的也已补齐。")
    supervisor.open(place).follow("复查通过，销号").submit("销号", 事由="抽查三日，记录齐全").sees(
        "已销号", "交接单.pdf"
    )
    supervisor.follow("问题再次出现").submit(
        "重新发出", 再次出现的问题和要求="九日又缺。", 答复期限=in_days(2).isoformat(), 事由="夜查发现"
    )
    supervisor.sees("第2次", "待答复")


def test_from_a_seal_to_a_verified_export(arrive, tmp_path, live_server):
    of = watched()
    issued(of)
    auditor = user_with(Role.AUDIT_ADMIN)
    seal("定时")
    supervisor = arrive(of.supervisor)
    supervisor.open(reverse("desk:one")).sees("印记现在只是自证")
    supervisor.open(reverse("seals:witnesses"))
    with supervisor.page.expect_download() as given:
        supervisor.main.get_by_role("link", name="下载见证程序").click()
    assert given.value.path().read_bytes() == (TOOLS / "witness.py").read_bytes()
    desk = Desk(tmp_path / "witness")
    supervisor.follow("登记见证人").submit("登记公钥", 公钥=desk.key, 事由="驻点监督用")
    fingerprint = desk.text.split("核对：")[1].splitlines()[0].strip()
    checking = arrive(auditor).open(supervisor.page.url).sees(fingerprint)
    checking.follow("核对并启用").sees(fingerprint).submit("指纹一致，启用", 事由="当面核对")
    sealed = seal("定时")
    code, text = desk.run("check", "--url", live_server.url)
    assert (code, "已登记" in text) == (0, True), text
    supervisor.open(reverse("seals:one", args=[sealed.pk])).sees("已见证", "jiandu-1")
    is_accessible(supervisor)
    assert "印记现在只是自证" not in supervisor.open(reverse("desk:one")).text
    code, text = verified(fetched(supervisor, tmp_path / "one.zip"), "--witness-log", desk.place / "log.jsonl")
    assert (code, "核过的都相符" in text, "只是系统自证" in text) == (5, True, False), text
    event = Event.objects.filter(pk__in=Leaf.objects.values("row_id")).newest_first().first()
    with connection.cursor() as cursor:  # somebody with the owner's password
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE audit_event SET reason = '改过的事由' WHERE id = %s", [event.pk])
        cursor.execute("SET session_replication_role = DEFAULT")
    code, text = verified(fetched(supervisor, tmp_path / "two.zip"))
    assert (code, f"audit_event {event.pk} 与封存时不同，被改过" in text) == (1, True), text


def fetched(person, target):
    """Ask for an export, let the worker make it, take it to another machine."""
    person.open(reverse("seals:exports")).follow("申请核验包").submit("开始生成", 用途="例行核验")
    export = VerificationExport.objects.latest("pk")
    run(export.job_id)
    person.open(reverse("seals:export", args=[export.pk])).sees("SHA-256")
    person.follow("下载核验包").sees("用途")
    with person.page.expect_download() as given:
        person.main.get_by_role("button", name="下载").click()
    given.value.save_as(target)
    return target
