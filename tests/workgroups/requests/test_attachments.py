"""附件: added to a draft, bound by the signature, read by whoever may read the text, and by nobody else."""

import hashlib

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from admissions.archive.season_pack import files_of
from admissions.core.decision import Refused
from admissions.evidence.models import StoredFile
from admissions.evidence.storage import path_of
from tests.factories.recusal import fact_about
from tests.factories.requests import attach, drafted, fresh, line, matter, received, sent, sign, signed, submitted
from tests.factories.seasons import InstitutionFactory
from tests.races import together
from tests.trail import assert_recorded, assert_refused
from tests.workgroups.requests.test_pages import as_, no_second_factor, posted, text_of, url, words_in  # noqa: F401
from workgroups.requests.document import content_of, digest_of, is_intact
from workgroups.requests.enums import DocumentKind
from workgroups.requests.models import Attachment
from workgroups.requests.rules import newest
from workgroups.requests.services import attachments, submissions

pytestmark = pytest.mark.django_db
TABLE, PLAN = "夜间咨询量统计表", "值守排班方案"


def names(submission):
    return list(newest(submission).attachments.order_by("number").values_list("number", "name"))


def refused_by(constraint, statement, *values):
    with pytest.raises(IntegrityError) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
    assert error.value.__cause__.diag.constraint_name == constraint


class TestDrafts:
    def test_added_in_order_and_taken_off_again(self):
        of = line()
        row = drafted(of, attached=(TABLE, PLAN, "说明"))
        assert names(row) == [(1, TABLE), (2, PLAN), (3, "说明")]
        second = Attachment.objects.get(number=2)
        attachments.detach(actor=of.head, reason="不需要", attachment=second)
        assert names(row) == [(1, TABLE), (2, "说明")]
        assert second.history.filter(history_type="-").count() == 1
        assert_recorded("requests.detach", actor=of.head, target=row, reason="不需要")

    def test_neither_the_same_name_nor_the_same_content_twice(self):
        of = line()
        row = drafted(of, attached=(TABLE,))
        with pytest.raises(ValidationError, match="已有同名的附件"):
            attach(of, row, TABLE, b"%PDF-1.4\nother\n%%EOF\n")
        content = path_of(StoredFile.objects.get().storage_name).read_bytes()
        with pytest.raises(ValidationError, match="这份文件已经是附件"):
            attach(of, row, PLAN, content)
        assert names(row) == [(1, TABLE)]

    def test_a_report_does_not_carry_a_request_along(self):
        of = line()
        row = drafted(of, matter(DocumentKind.REPORT))
        with pytest.raises(Refused, match="报告不得夹带请示事项"):
            attach(of, row, "关于增加人员的请示")
        assert_refused("requests.attach", actor=of.member)
        assert not Attachment.objects.exists()

    @pytest.mark.parametrize("make", [submitted, signed, sent, received])
    def test_only_to_a_draft(self, make):
        of = line()
        row = make(of, attached=(TABLE,))
        with pytest.raises(Refused):
            attach(of, row, PLAN)
        with pytest.raises(Refused):
            attachments.detach(actor=of.member, reason="x", attachment=Attachment.objects.get())
        assert names(row) == [(1, TABLE)]

    def test_only_by_the_own_group(self):
        of = line()
        row = drafted(of)
        for user in (of.clerk, of.supervisor):
            with pytest.raises(Refused, match="不是录取管理组的在岗人员"):
                attachments.attach(actor=user, reason="x", submission=row, name=TABLE, incoming=None)

    def test_a_file_of_no_allowed_kind_is_not_kept(self):
        of = line()
        with pytest.raises(Refused):
            attach(of, drafted(of), TABLE, b"MZ\x90\x00 a program")
        assert not StoredFile.objects.exists()


class TestSigned:
    def test_bound_by_name_and_hash(self):
        of = line()
        row = signed(of, attached=(TABLE, PLAN))
        version = newest(row)
        rows = list(version.attachments.order_by("number"))
        assert version.content["attachments"] == [{"name": one.name, "sha256": one.sha256} for one in rows]
        assert hashlib.sha256(path_of(rows[0].file.storage_name).read_bytes()).hexdigest() == rows[0].sha256
        assert is_intact(version)

    def test_what_was_signed_without_keeps_its_hash(self):
        row = signed(line())
        version = newest(row)
        assert "attachments" not in version.content
        assert (digest_of(content_of(row, version)), is_intact(version)) == (version.digest, True)

    def test_what_the_signer_did_not_see_is_not_signed(self):
        of = line()
        row = submitted(of)
        seen = digest_of(content_of(row, newest(row)))
        submissions.take_back(actor=of.head, reason="补附件", submission=fresh(row))
        attach(of, row, TABLE)
        submissions.submit(actor=of.member, reason="送签", submission=fresh(row))
        with pytest.raises(Refused, match="文稿在您打开页面之后有改动"):
            submissions.sign(actor=of.head, reason="同意", submission=fresh(row), seen_digest=seen)

    def test_no_path_changes_them_afterwards(self):
        row = signed(line(), attached=(TABLE,))
        version, one = newest(row), Attachment.objects.get()
        refused_by("attachment_signed_kept", "UPDATE requests_attachment SET name = 'x' WHERE id = %s", one.pk)
        refused_by("attachment_signed_kept", "DELETE FROM requests_attachment WHERE id = %s", one.pk)
        refused_by(
            "attachment_signed_kept",
            "INSERT INTO requests_attachment (revision, version_id, number, name, file_id, sha256, size, added_by_id,"
            " added_at) SELECT 1, version_id, 2, 'x', file_id, 'x', size, added_by_id, now() FROM requests_attachment"
            " WHERE version_id = %s",
            version.pk,
        )

    def test_no_path_signs_without_them(self):
        of = line()
        version = newest(submitted(of, attached=(TABLE,)))
        refused_by(
            "version_binds_attachments",
            "UPDATE requests_submissionversion SET content = '{}', digest = 'x', signed_by_id = %s, signed_at = now()"
            " WHERE id = %s",
            of.head.pk,
            version.pk,
        )

    def test_another_attachment_is_another_version_signed_again(self):
        of = line()
        row = received(of, attached=(TABLE,))
        first = newest(row)
        row = submissions.revise(actor=of.member, reason="附件有误", submission=fresh(row))
        assert names(row) == [(1, TABLE)]
        attachments.detach(actor=of.member, reason="有误", attachment=newest(row).attachments.get())
        attach(of, row, PLAN)
        submissions.submit(actor=of.member, reason="送签", submission=fresh(row))
        row = sign(of, row)
        second = newest(row)
        assert (first.attachments.get().name, second.attachments.get().name) == (TABLE, PLAN)
        assert second.signed_by == of.head
        assert is_intact(fresh(first))
        assert is_intact(second)

    def test_changed_bytes_are_not_handed_out(self):
        of = line()
        sent(of, attached=(TABLE,))
        one = Attachment.objects.get()
        path = path_of(one.file.storage_name)
        path.chmod(0o600)
        path.write_bytes(b"other")
        page = text_of(as_(of.clerk).get(url("requests:attachment", one.pk), {"purpose": "work"}))
        assert "材料的内容已丢失或与当初的校验值不符" in page


class TestReaders:
    def test_through_the_forms(self):
        of = line()
        row = drafted(of)
        client, address = as_(of.member), url("requests:attach", row.pk)
        upload = SimpleUploadedFile("a.pdf", b"%PDF-1.4\n1 0 obj<<>>endobj\n%%EOF\n", "application/pdf")
        seen = {f"seen:requests.submission:{row.pk}": fresh(row).revision}
        assert client.post(address, {**seen, "name": TABLE, "file": upload}).status_code == 302
        page = text_of(client.get(url("requests:one", row.pk)))
        one = Attachment.objects.get()
        assert f"移除附件“{TABLE}”" in page
        assert one.short_digest in page
        assert posted(client, url("requests:attachment-remove", one.pk), {"reason": ""}).status_code == 422
        assert posted(client, url("requests:attachment-remove", one.pk), {"reason": "传错了"}).status_code == 302
        assert not Attachment.objects.exists()

    def test_the_addressee_reads_what_was_sent_for_a_purpose(self):
        of = line()
        row = signed(of, attached=(TABLE,))
        one = Attachment.objects.get()
        clerk = as_(of.clerk)
        assert clerk.get(url("requests:attachment", one.pk)).status_code == 404
        submissions.send(actor=of.member, reason="报送", submission=fresh(row))
        assert TABLE in text_of(clerk.get(url("requests:one", row.pk)))
        asked = clerk.get(url("requests:attachment", one.pk))
        assert "用途" in text_of(asked)
        response = clerk.get(url("requests:attachment", one.pk), {"purpose": "work"})
        content = b"".join(response.streaming_content)
        assert hashlib.sha256(content).hexdigest() == one.sha256
        assert_recorded("trail.read", actor=of.clerk, target=one, outcome="read")

    def test_the_addressee_never_sees_those_of_a_draft(self):
        of = line()
        row = received(of, attached=(TABLE,))
        submissions.revise(actor=of.member, reason="补充", submission=fresh(row))
        attach(of, row, PLAN)
        later = Attachment.objects.get(name=PLAN)
        clerk = as_(of.clerk)
        page = text_of(clerk.get(url("requests:one", row.pk)))
        assert (TABLE in page, PLAN in page, "“添加附件”" in page) == (True, False, False)
        assert clerk.get(url("requests:attachment", later.pk)).status_code == 404
        history = reverse("audit:record", args=["requests.attachment", later.pk])
        assert clerk.get(history).status_code == 404
        assert PLAN in text_of(as_(of.member).get(url("requests:one", row.pk)))

    def test_the_recused_find_them_nowhere(self):
        of = line()
        school = InstitutionFactory(name="示密大学")
        row = received(of, attached=("示密来函",), about={"institution": school})
        one = Attachment.objects.get()
        for user in (of.member, of.head, of.clerk, of.chief, of.supervisor):
            fact_about(user, of.season, kind="institution", key=school.pk)
            client = as_(user)
            assert not Attachment.objects.visible_to(user).exists()
            for address in (
                url("requests:attachment", one.pk),
                url("requests:attachment-remove", one.pk),
                url("requests:one", row.pk),
                url("requests:docx", row.pk),
                reverse("audit:record", args=["requests.attachment", one.pk]),
            ):
                assert client.get(address, {"purpose": "work"}).status_code == 404, address
            assert "示密来函" not in text_of(client.get(url("requests:list")))

    def test_on_paper_by_name_and_short_digest(self):
        of = line()
        row = sent(of, attached=(TABLE,))
        one = Attachment.objects.get()
        assert f"附件：{TABLE}（校验值{one.short_digest}）" in words_in(as_(of.clerk).get(url("requests:docx", row.pk)))
        both = sent(of, text={"title": "另一件"}, attached=(TABLE, PLAN))
        words = words_in(as_(of.clerk).get(url("requests:docx", both.pk)))
        assert f"附件：1. {TABLE}" in words
        assert f"\n2. {PLAN}" in words

    def test_the_archive_collects_them(self):
        of = line()
        row = sent(of, attached=(TABLE,))
        assert [file.name for file in files_of(row.group.season)] == [f"{TABLE}.pdf"]


@pytest.mark.django_db(transaction=True)
def test_signed_or_changed_but_never_signed_unseen():
    of = line()
    row = submitted(of, attached=(TABLE,))
    content = digest_of(content_of(row, newest(row)))

    def change():
        submissions.take_back(actor=of.member, reason="再补", submission=fresh(row))
        attach(of, row, PLAN)

    together(lambda: submissions.sign(actor=of.head, reason="同意", submission=fresh(row), seen_digest=content), change)
    version = newest(row)
    assert bool(version.signed_at) != (PLAN in [name for _, name in names(row)])
    assert not version.signed_at or is_intact(version)
