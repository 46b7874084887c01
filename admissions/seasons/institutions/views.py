"""Pages of the institutions: the list and one school with its earlier names."""

from typing import Any

from django.urls import reverse

from admissions.accounts.permissions import Permission
from admissions.accounts.rules import may
from admissions.core.actions import PageAction
from admissions.core.views import DetailPage, ListPage

from .enums import ListStatus
from .filters import InstitutionFilter
from .imports import KIND
from .models import Institution
from .selectors import earlier_names, revisions_of
from .tables import InstitutionTable


class InstitutionListPage(ListPage):
    model = Institution
    table_class = InstitutionTable
    filterset_class = InstitutionFilter
    page_title = "院校"
    page_intro = "教育部公布的全国普通高等学校名单。按原件导入，由另一人确认后生效。"
    unit = "所"
    export_name = "院校清单"
    empty_title = "还没有院校"
    empty_text = "由行政秘书导入教育部公布的名单原件（xls），另一人确认后列在这里。"

    def page_actions(self) -> list[PageAction]:
        decision = may(self.request.user, Permission.IMPORT_REFERENCE, "导入院校名单")
        url = reverse("evidence:import-upload", args=[KIND])
        return [PageAction("导入院校名单", url, decision, "file-import", "primary")] if decision else []


class InstitutionPage(DetailPage):
    model = Institution
    template_name = "seasons/institution.html"
    above = (("院校", "seasons:institutions"),)

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("source_import__file")

    def status(self) -> ListStatus:
        return ListStatus(self.object.status)

    def facts(self) -> list[tuple[str, Any]]:
        school = self.object
        return [
            ("学校标识码", school.code),
            ("主管部门", school.authority),
            ("省份", school.province),
            ("所在地", school.location),
            ("办学层次", school.get_level_display()),
            ("备注", school.remark),
            ("曾用名", "、".join(earlier_names(school))),
            ("最近变动依据", school.source_import.file.name if school.source_import else ""),
        ]

    def context(self) -> dict[str, Any]:
        return {**super().context(), "revisions": revisions_of(self.object)}
