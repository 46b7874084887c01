import django_tables2 as tables
from django.urls import reverse

from admissions.core.tables import ChipColumn, NumberColumn

from .models import WorkGroup


class GroupTable(tables.Table):
    name = tables.Column(
        verbose_name="工作组", orderable=False, linkify=lambda record: reverse("groups:one", args=[record.pk])
    )
    kind = tables.Column(verbose_name="类别", orderable=False)
    status = ChipColumn(verbose_name="状态", orderable=False)
    leader = tables.Column(verbose_name="组长", orderable=False, default="未落实")
    posts = NumberColumn(verbose_name="岗位", accessor="post_count", orderable=False)
    people = NumberColumn(verbose_name="任职", accessor="people_count", orderable=False)
    duty = NumberColumn(verbose_name="在岗", accessor="duty_count", orderable=False)

    class Meta:
        model = WorkGroup
        fields = ("name", "kind", "status", "leader", "posts", "people", "duty")

    def render_name(self, record: WorkGroup) -> str:
        return f"{'　' * record.depth}{record.name}"
