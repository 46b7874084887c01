import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from admissions.core.tables import ChipColumn

from .models import Institution


class InstitutionTable(tables.Table):
    name = tables.Column(verbose_name="学校名称")
    code = tables.Column(verbose_name="学校标识码")
    province = tables.Column(verbose_name="省份")
    location = tables.Column(verbose_name="所在地", orderable=False)
    authority = tables.Column(verbose_name="主管部门", orderable=False)
    level = tables.Column(verbose_name="办学层次")
    remark = tables.Column(verbose_name="备注", orderable=False, default="—")
    status = ChipColumn(verbose_name="名单状态")

    class Meta:
        model = Institution
        fields = ("name", "code", "province", "location", "authority", "level", "remark", "status")

    def render_name(self, record: Institution) -> SafeString:
        return format_html('<a href="{}">{}</a>', reverse("seasons:institution", args=[record.pk]), record.name)

    def value_name(self, record: Institution) -> str:
        return record.name
