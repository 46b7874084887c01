"""The Ministry's list as published: every school once, a verdict for every row, repeatable, by two people."""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from admissions.accounts.enums import Role
from admissions.core.decision import Refused
from admissions.core.importing.kinds import Verdict
from admissions.core.importing.sheets import Row
from admissions.evidence.enums import ImportStatus
from admissions.evidence.imports.checking import check_batch
from admissions.evidence.imports.reckoning import what_is_lost
from admissions.evidence.services import confirm_import, upload_import
from admissions.evidence.storage import Incoming
from admissions.seasons.institutions.enums import ListStatus
from admissions.seasons.institutions.imports import INSTITUTIONS, judge
from admissions.seasons.institutions.models import Institution
from admissions.seasons.institutions.selectors import earlier_names, revisions_of
from tests.accounts.test_races import together
from tests.factories.accounts import user_with
from tests.factories.files import saved, xlsx_file
from tests.factories.seasons import InstitutionFactory
from tests.published import ORIGINAL_LISTS, ORIGINALS, UNIVERSITIES, UNIVERSITY_LISTS
from tests.trail import assert_recorded, assert_refused, setting_up

pytestmark = pytest.mark.django_db
OLD, NEW = UNIVERSITY_LISTS


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def uploaded(content: bytes, name: str, actor=None):
    actor = actor or user_with(Role.SECRETARIAT)
    incoming = Incoming([content], name)
    batch = upload_import(actor=actor, reason="教育部名单", kind=INSTITUTIONS, season=None, incoming=incoming)
    return check_batch(batch.pk)


def carried(name: str):
    return uploaded((UNIVERSITIES / name).read_bytes(), name)


def original(name: str):
    return uploaded((ORIGINALS / name).read_bytes(), name)


def confirmed(batch):
    return confirm_import(actor=user_with(Role.SECRETARIAT), reason="已与原件核对", batch=batch)


def school(line=5, **cells):
    given = {"number": "1", "name": "演示大学", "code": "4111010001", "authority": "教育部"}
    return Row(line, {**given, "location": "演示市", "level": "本科", "remark": ""} | cells)


def heading(text="演示省(1所)", line=4):
    return Row(line, dict.fromkeys(("name", "code", "authority", "location", "level", "remark"), "") | {"number": text})


def sheet(*schools: tuple[str, str], province="演示省") -> bytes:
    """A small list in the Ministry's form."""
    lines = ["附件1：", "全国普通高等学校名单", "序号,学校名称,学校标识码,主管部门,所在地,办学层次,备注"]
    lines.append(f"{province}（{len(schools)}所）")
    lines += [f"{n},{name},{code},演示省,演示市,本科," for n, (name, code) in enumerate(schools, 1)]
    return "\n".join(lines).encode()


class TestListsInThePublishedForm:
    def test_both_years(self):
        old = carried(OLD)
        assert old.totals == {"new": 186, "changed": 0, "same": 0, "rejected": 0}
        confirmed(old)
        assert Institution.objects.listed().count() == 186

        new = carried(NEW)
        # 16 renamed, one province in two; 31 left the list.
        assert new.totals == {"new": 62, "changed": 47, "same": 139, "rejected": 0}
        renamed = new.rows.get(label="北京市演示新名学院（4111990005）")
        assert (renamed.verdict, renamed.changes) == (
            Verdict.CHANGED,
            ["学校名称：北京市演示第六学院 → 北京市演示新名学院", "办学层次：专科 → 本科"],
        )
        assert new.rows.filter(reason="文件中没有这所学校").count() == 31
        confirmed(new)
        assert (Institution.objects.listed().count(), Institution.objects.count()) == (217, 248)
        assert Institution.objects.filter(name__regex=r"\s").count() == 0
        assert Institution.objects.values("province").distinct().count() == 31

        school = Institution.objects.get(code="4111990005")
        assert earlier_names(school) == ["北京市演示第六学院"]
        (revision,) = revisions_of(school)
        assert (revision.source, [(c.field, c.before, c.after) for c in revision.changes]) == (
            NEW,
            [("学校名称", "北京市演示第六学院", "北京市演示新名学院"), ("办学层次", "专科", "本科")],
        )
        assert carried(NEW).totals == {"new": 0, "changed": 0, "same": 217, "rejected": 0}

    def test_names_with_line_breaks_trailing_spaces_and_brackets_come_out_clean(self):
        confirmed(carried(OLD))
        found = {school.code: school for school in Institution.objects.all()}
        assert found["4132990003"].name == "演示工业园区服务外包职业学院"
        assert found["4111990001"].name == "演示石油大学（北京市）"
        assert (found["4153990003"].name, found["4153990003"].location) == (
            "演示民族幼儿师范高等专科学校",
            "演示彝族自治州",
        )
        assert found["4136990002"].authority == "江西省"
        confirmed(carried(NEW))
        assert Institution.objects.get(code="4121990002").name == "辽宁省演示第三学院"


class PublishedLists:
    def test_both_years_as_published(self):
        old = original(ORIGINAL_LISTS[0])
        assert old.totals == {"new": 2631, "changed": 0, "same": 0, "rejected": 0}
        confirmed(old)
        assert Institution.objects.listed().count() == 2631

        new = original(ORIGINAL_LISTS[1])
        assert new.totals == {"new": 332, "changed": 376, "same": 2255, "rejected": 0}
        renamed = new.rows.get(label="北京金融科技学院（4111013630）")
        assert (renamed.verdict, renamed.changes) == (
            Verdict.CHANGED,
            ["学校名称：北京工商大学嘉华学院 → 北京金融科技学院"],
        )
        assert new.rows.filter(reason="文件中没有这所学校").count() == 44
        confirmed(new)
        assert (Institution.objects.listed().count(), Institution.objects.count()) == (2919, 2963)
        assert Institution.objects.filter(name__regex=r"\s").count() == 0
        assert Institution.objects.values("province").distinct().count() == 31

        school = Institution.objects.get(code="4111013630")
        assert earlier_names(school) == ["北京工商大学嘉华学院"]
        (revision,) = revisions_of(school)
        assert (revision.source, [(c.field, c.before, c.after) for c in revision.changes]) == (
            ORIGINAL_LISTS[1],
            [("学校名称", "北京工商大学嘉华学院", "北京金融科技学院")],
        )
        assert original(ORIGINAL_LISTS[1]).totals == {"new": 0, "changed": 0, "same": 2919, "rejected": 0}

    def test_names_with_line_breaks_trailing_spaces_and_brackets_come_out_clean(self):
        confirmed(original(ORIGINAL_LISTS[0]))
        assert (
            Institution.objects.get(code="4121014077").name == Institution.objects.get(code="4121014077").name.strip()
        )
        assert Institution.objects.filter(name="苏州工业园区服务外包职业学院").count() == 1
        assert Institution.objects.filter(name="中国石油大学（北京）", authority="教育部").count() == 1


if ORIGINALS.is_dir():

    class TestPublishedLists(PublishedLists):
        """The files as the Ministry published them, where they lie beside the project."""


class TestVerdicts:
    def verdicts(self, *rows):
        return [(judged.line, judged.verdict, judged.column, judged.reason) for judged in judge(list(rows), None)]

    def test_a_new_school(self):
        (judged,) = judge([heading(), school()], None)
        assert (judged.verdict, judged.label) == (Verdict.NEW, "演示大学（4111010001）")
        assert judged.payload["fields"] == {
            "code": "4111010001",
            "name": "演示大学",
            "authority": "教育部",
            "province": "演示省",
            "location": "演示市",
            "level": "undergraduate",
            "remark": "",
            "status": "listed",
        }

    @pytest.mark.parametrize(
        ("cells", "column", "reason"),
        [
            ({"name": ""}, "学校名称", "必填，未填写"),
            ({"code": ""}, "学校标识码", "必填，未填写"),
            ({"code": "411101000"}, "学校标识码", "应为10位数字"),
            ({"code": "41110100011"}, "学校标识码", "应为10位数字"),
            ({"code": "411101000X"}, "学校标识码", "应为10位数字"),
            ({"code": "-411101000"}, "学校标识码", "应为10位数字"),
            ({"authority": ""}, "主管部门", "必填，未填写"),
            ({"location": ""}, "所在地", "必填，未填写"),
            ({"level": "研究生"}, "办学层次", "应为本科或专科"),
            ({"name": "长" * 101}, "学校名称", "超过100字"),
        ],
    )
    def test_a_bad_cell_is_named_with_its_reason(self, cells, column, reason):
        assert self.verdicts(heading(), school(**cells)) == [(5, Verdict.REJECTED, column, reason)]

    def test_a_repeated_code_is_rejected_the_second_time(self):
        assert self.verdicts(heading("演示省(2所)"), school(5), school(6, name="另一大学")) == [
            (5, Verdict.NEW, "", ""),
            (6, Verdict.REJECTED, "学校标识码", "与第5行的学校标识码重复"),
        ]

    def test_a_school_without_a_province_above_it_is_rejected(self):
        assert self.verdicts(school()) == [(5, Verdict.REJECTED, "序号", "前面没有省份标题行，无法确定省份")]

    def test_a_province_that_lost_rows_is_noticed(self):
        assert self.verdicts(heading("演示省(3所)"), school()) == [
            (5, Verdict.NEW, "", ""),
            (4, Verdict.REJECTED, "序号", "标题写明3所，实际有1行，请核对是否缺行或多行"),
        ]

    def test_a_file_without_one_readable_school_delists_nobody(self):
        InstitutionFactory()
        assert self.verdicts(heading(), school(code="")) == [(5, Verdict.REJECTED, "学校标识码", "必填，未填写")]

    def test_a_school_whose_line_is_rejected_is_not_delisted_by_it(self):
        InstitutionFactory(code="4111010002")
        bad = school(line=6, code="4111010002", level="其他")
        assert [verdict[:2] for verdict in self.verdicts(heading("演示省(2所)"), school(), bad)] == [
            (5, Verdict.NEW),
            (6, Verdict.REJECTED),
        ]

    def test_a_hidden_line_delists_nobody(self):
        InstitutionFactory(code="4111010002", name="演示二大学")
        book = load_workbook(
            BytesIO(
                xlsx_file(
                    line.split(",")
                    for line in sheet(("演示大学", "4111010001"), ("演示二大学", "4111010002")).decode().splitlines()
                )
            )
        )
        book.active.row_dimensions[6].hidden = True
        batch = uploaded(saved(book), "名单.xlsx")
        assert (batch.totals["new"], batch.totals["changed"]) == (1, 0)
        (withheld,) = batch.rows.filter(line=0)
        assert (withheld.verdict, "不能断定这一项不在其中" in withheld.reason) == (Verdict.REJECTED, True)

    def test_a_list_that_lost_more_than_a_tenth_is_warned_of(self):
        for number in range(10):
            InstitutionFactory(code=f"419900000{number}")
        batch = uploaded(sheet(("演示大学", "4111010001")), "名单.csv")
        assert list(what_is_lost(batch)) == ["现行10所，这份文件只有1所可写入，少9所（90%）。请先核对文件是否完整。"]

    def test_a_delisted_school_that_returns(self):
        InstitutionFactory(
            code="4111010001",
            name="演示大学",
            authority="教育部",
            status=ListStatus.DELISTED,
        )
        (judged,) = judge([heading(), school()], None)
        assert (judged.verdict, judged.changes) == (Verdict.CHANGED, ["名单状态：已不在名单 → 在名单"])


class TestConfirming:
    def test_writes_new_changed_and_missing_schools_with_their_source(self):
        gone = InstitutionFactory(code="4199000001", name="撤并学院")
        renamed = InstitutionFactory(code="4199000002", name="旧名学院")
        batch = uploaded(sheet(("新名学院", "4199000002"), ("新设学院", "4199000003")), "名单.csv")
        confirmed(batch)
        assert list(Institution.objects.values_list("code", "name", "status", "source_import")) == [
            ("4199000001", "撤并学院", ListStatus.DELISTED, batch.pk),
            ("4199000002", "新名学院", ListStatus.LISTED, batch.pk),
            ("4199000003", "新设学院", ListStatus.LISTED, batch.pk),
        ]
        assert earlier_names(Institution.objects.get(pk=renamed.pk)) == ["旧名学院"]
        assert gone.history.count() == 2
        event = assert_recorded("imports.confirm", target=batch)
        assert f"seasons.institution:{renamed.pk}" in event.touched

    def test_a_second_list_checked_before_the_first_was_written_is_refused(self):
        first = uploaded(sheet(("甲学院", "4199000001")), "甲.csv")
        second = uploaded(sheet(("乙学院", "4199000002")), "乙.csv")
        confirmed(first)
        with pytest.raises(Refused, match="预检之后院校记录又有变动") as refusal:
            confirmed(second)
        assert refusal.value.decision.who_can == "请作废这次导入，重新上传同一文件预检。"
        assert_refused("imports.confirm", target=second)
        assert [school.name for school in Institution.objects.all()] == ["甲学院"]
        assert type(second).objects.get(pk=second.pk).status == ImportStatus.READY

    def test_a_school_changed_since_the_check_is_not_overwritten(self):
        school = InstitutionFactory(code="4199000001", name="旧名学院")
        batch = uploaded(sheet(("新名学院", "4199000001")), "名单.csv")
        with setting_up():
            school.name = "他人更正的学院"
            school.save()
        with pytest.raises(Refused, match="预检之后院校记录又有变动"):
            confirmed(batch)
        assert Institution.objects.get().name == "他人更正的学院"


@pytest.mark.django_db(transaction=True)
def test_two_lists_confirmed_at_once_are_not_both_written():
    people = [user_with(Role.SECRETARIAT) for _ in range(2)]
    batches = [uploaded(sheet((f"学院{n}", f"419900000{n}")), f"名单{n}.csv") for n in (1, 2)]

    def confirm(person, batch):
        return lambda: confirm_import(actor=person, reason="核对", batch=batch)

    results = together(*(confirm(*pair) for pair in zip(people, batches, strict=True)))
    refusals = [result for result in results if isinstance(result, Refused)]
    assert len(refusals) == 1
    assert "预检之后院校记录又有变动" in str(refusals[0])
    assert Institution.objects.count() == 1
