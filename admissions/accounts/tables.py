import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from admissions.core.tables import ChipColumn, NumberColumn

from .models import Organisation, User


class AccountTable(tables.Table):
    name = tables.Column(verbose_name="姓名", order_by=("name_sort", "id"))
    staff_number = tables.Column(verbose_name="工号")
    username = tables.Column(verbose_name="登录名")
    organisation = tables.Column(verbose_name="单位", order_by=("organisation__code",))
    title = tables.Column(verbose_name="职务", orderable=False)
    employment = tables.Column(verbose_name="人员身份")
    roles = tables.Column(verbose_name="现有角色", accessor="grants_in_force", orderable=False, empty_values=())
    sign_in = tables.Column(verbose_name="登录准备", accessor="pk", orderable=False)
    status = ChipColumn(verbose_name="账号状态")

    class Meta:
        model = User
        fields = (
            "name",
            "staff_number",
            "username",
            "organisation",
            "title",
            "employment",
            "roles",
            "sign_in",
            "status",
        )

    def render_name(self, record: User) -> SafeString:
        return format_html('<a href="{}">{}</a>', reverse("accounts:one", args=[record.pk]), record.name)

    def value_name(self, record: User) -> str:
        return record.name

    def render_roles(self, record: User) -> str:
        return "、".join(dict.fromkeys(grant.get_role_display() for grant in record.grants_in_force)) or "—"

    def render_sign_in(self, record: User) -> str:
        if not record.has_usable_password():
            return "待发放口令"
        if record.must_change_password:
            return "待首次改密"
        return "已启用动态口令" if record.has_totp else "未启用动态口令"


class OrganisationTable(tables.Table):
    name = tables.Column(verbose_name="单位名称")
    code = tables.Column(verbose_name="单位代码")
    parent = tables.Column(verbose_name="上级单位", orderable=False)
    people = NumberColumn(verbose_name="在用账号")
    rename = tables.Column(verbose_name="办理", accessor="pk", orderable=False, exclude_from_export=True)

    class Meta:
        model = Organisation
        fields = ("name", "code", "parent", "people", "rename")

    def render_people(self, value: int, record: Organisation) -> SafeString:
        url = f"{reverse('accounts:list')}?organisation={record.pk}&status=active"
        return format_html('<a href="{}">{}</a>', url, value)

    def value_people(self, value: int) -> int:
        return value

    def render_rename(self, record: Organisation) -> SafeString:
        return format_html('<a href="{}">更名</a>', reverse("accounts:organisation-rename", args=[record.pk]))
