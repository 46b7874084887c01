"""Each part of each rule on files and imports made false alone, the rule asked directly, its own sentence expected."""

import pytest
from django.utils import timezone

from admissions.accounts.enums import Role
from admissions.accounts.permissions import Permission
from admissions.core import pdf
from admissions.evidence import rules
from admissions.evidence.marking import copies
from admissions.evidence.models import ImportBatch, StoredFile
from tests.factories.accounts import UserFactory, user_with
from tests.parts import asked, but, only_missing

pytestmark = pytest.mark.django_db


def test_reading_a_file():
    owner, reader = UserFactory(), UserFactory()
    file = StoredFile(pk=1, name="材料.pdf", uploaded_by=owner, secrecy="internal")
    assert asked(rules.can_read_file, owner, file).ok
    assert asked(rules.can_read_file, reader, but(file, secrecy="public")).ok
    only_missing("您没有阅读这份材料的授权。", rules.can_read_file, reader, file)
    gone = but(file, removed_at=timezone.now())
    only_missing("来源文件含敏感信息，导入完成后已清除，只保留文件名和校验值。", rules.can_read_file, owner, gone)
    assert asked(rules.can_share_file, owner, file).ok
    only_missing("只有上传人可以授权他人阅读。", rules.can_share_file, reader, file)


def test_taking_out_refused_lines():
    owner = UserFactory()
    file = StoredFile(pk=1, name="花名册.csv", uploaded_by=owner, secrecy="internal")
    batch = ImportBatch(kind="roster", totals={"rejected": 2}, uploaded_by=owner, file=file)
    rule = rules.can_take_refused
    assert asked(rule, owner, batch).ok
    only_missing("系统已没有这种导入，不能取出。", rule, owner, but(batch, kind="abolished"))
    only_missing("您没有阅读这份材料的授权。", rule, UserFactory(), batch)
    only_missing("这次导入没有被拒绝的行。", rule, owner, but(batch, totals={"rejected": 0}))


def test_an_import_is_confirmed_by_a_second_person():
    admin, second = user_with(Role.SECURITY_ADMIN), user_with(Role.SECURITY_ADMIN)
    batch = ImportBatch(kind="roster", permission=Permission.CREATE_ACCOUNTS, status="ready", uploaded_by=admin)
    assert asked(rules.can_confirm_import, second, batch).ok
    only_missing("您没有确认这次导入的权限。", rules.can_confirm_import, UserFactory(), batch)
    only_missing("不能确认自己上传的导入。", rules.can_confirm_import, admin, batch)
    checking = but(batch, status="checking")
    word = checking.get_status_display()
    only_missing(f"导入已是“{word}”，不能确认。", rules.can_confirm_import, second, checking)
    assert asked(rules.can_void_import, admin, batch).ok
    only_missing("您没有作废这次导入的权限。", rules.can_void_import, UserFactory(), batch)
    applied = but(batch, status="applied")
    word = applied.get_status_display()
    only_missing(f"导入已是“{word}”，不能作废。", rules.can_void_import, admin, applied)


class TestMarking:
    """What lies on the machine decides: with a font and the makers of PDF every kind but an unknown one is marked."""

    @pytest.fixture(autouse=True)
    def with_everything(self, monkeypatch):
        monkeypatch.setattr(pdf, "engine", lambda: "pango")
        monkeypatch.setattr(copies, "chinese_face", lambda: "font.ttc")

    @pytest.mark.parametrize("kind", [copies.PDF_TYPE, copies.DOCX_TYPE, copies.XLSX_TYPE, *copies.PICTURES])
    def test_yes(self, kind):
        assert asked(copies.can_be_marked, kind).ok

    def test_a_kind_that_takes_no_mark(self):
        says = "这种格式不能加水印，原样下载，不加水印，下载同样留痕。"
        only_missing(says, copies.can_be_marked, "application/zip")

    def test_no_maker_of_pdf(self, monkeypatch):
        monkeypatch.setattr(pdf, "engine", lambda: None)
        says = "服务器没有安装生成 PDF 的组件，原样下载，不加水印，下载同样留痕。"
        only_missing(says, copies.can_be_marked, copies.PDF_TYPE)

    @pytest.mark.parametrize("kind", copies.PICTURES)
    def test_no_font(self, monkeypatch, kind):
        monkeypatch.setattr(copies, "chinese_face", lambda: None)
        says = "服务器没有安装汉字字体，图片原样下载，不加水印，下载同样留痕。"
        only_missing(says, copies.can_be_marked, kind)
        assert asked(copies.can_be_marked, copies.PDF_TYPE).ok
