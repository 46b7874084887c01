from typing import Any

import django_filters
import django_tables2 as tables
from django.urls import reverse

from admissions.accounts.lookup import PersonFilter
from admissions.core.tables import ChipColumn, DayColumn, MinuteColumn
from workgroups.groups.models import WorkGroup

from .enums import PledgeAnswer, ScanStatus
from .models import Pledge, PledgeScan


class PledgeTable(tables.Table):
    person_name = tables.Column(verbose_name="签订人", linkify=lambda record: reverse("pledges:one", args=[record.pk]))
    post_name = tables.Column(verbose_name="签订时岗位")
    version = tables.Column(verbose_name="文书", order_by=("version__template__name", "version__number"))
    answer = ChipColumn(verbose_name="答复")
    answered_at = MinuteColumn(verbose_name="时间")
    code = tables.Column(verbose_name="核验编号", orderable=False)

    class Meta:
        model = Pledge
        fields = ("person_name", "post_name", "version", "answer", "answered_at", "code")


def visible_groups(request: Any) -> Any:
    return WorkGroup.objects.visible_to(request.user).standing()


class PledgeFilter(django_filters.FilterSet):
    q = PersonFilter(field_name="appointment__person")
    group = django_filters.ModelChoiceFilter(
        label="工作组", field_name="appointment__post__group", queryset=visible_groups, empty_label="全部"
    )
    answer = django_filters.ChoiceFilter(label="答复", choices=PledgeAnswer.choices, empty_label="全部")

    class Meta:
        model = Pledge
        fields: list[str] = []


class ScanTable(tables.Table):
    signer = tables.Column(verbose_name="签名人", linkify=lambda record: reverse("pledges:scan", args=[record.pk]))
    version = tables.Column(verbose_name="文书", orderable=False)
    signed_on = DayColumn(verbose_name="纸上签名日期")
    uploaded_by = tables.Column(verbose_name="上传人")
    uploaded_at = MinuteColumn(verbose_name="上传时间")
    compared_by = tables.Column(verbose_name="核对人", default="—")
    status = ChipColumn(verbose_name="状态")

    class Meta:
        model = PledgeScan
        fields = ("signer", "version", "signed_on", "uploaded_by", "uploaded_at", "compared_by", "status")


class ScanFilter(django_filters.FilterSet):
    q = PersonFilter(field_name="signer")
    status = django_filters.ChoiceFilter(label="状态", choices=ScanStatus.choices, empty_label="全部")

    class Meta:
        model = PledgeScan
        fields: list[str] = []
