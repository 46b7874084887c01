import django_tables2 as tables
from django.urls import reverse

from admissions.core.tables import ChipColumn, MinuteColumn

from .models import Supply


class SupplyTable(tables.Table):
    item = tables.Column(
        verbose_name="物品", orderable=False, linkify=lambda record: reverse("supplies:back", args=[record.pk])
    )
    group = tables.Column(verbose_name="工作组", order_by=("group__order",))
    taken_by = tables.Column(verbose_name="领用人", order_by=("taken_by__name",))
    taken_at = MinuteColumn(verbose_name="领用时间")
    status = ChipColumn(verbose_name="状态")

    class Meta:
        model = Supply
        fields = ("item", "group", "taken_by", "taken_at", "status")
