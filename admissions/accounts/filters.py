import django_filters as filters
from django.db.models import Q, QuerySet

from admissions.core.forms import SearchFilter
from admissions.core.names import found_by
from admissions.core.text import as_code

from .enums import AccountStatus, Role
from .lookup import person_named
from .models import Organisation, RoleGrant, User

SIGN_IN_CHOICES = [("none", "尚未发放初始口令"), ("first", "首次登录尚未改密"), ("no_factor", "未启用动态口令")]


class AccountFilter(filters.FilterSet):
    q = SearchFilter(label="姓名、拼音、工号、登录名", method="naming")
    organisation = filters.ModelChoiceFilter(label="单位", queryset=Organisation.objects.all(), empty_label="全部")
    role = filters.ChoiceFilter(label="现有角色", choices=Role.choices, method="holding", empty_label="全部")
    status = filters.ChoiceFilter(label="账号状态", choices=AccountStatus.choices, empty_label="全部")
    sign_in = filters.ChoiceFilter(label="登录准备", choices=SIGN_IN_CHOICES, method="lacking", empty_label="全部")

    class Meta:
        model = User
        fields: list[str] = []

    def naming(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        """Name, pinyin or initials, staff number, login name; a whole phone number."""
        code = as_code(text)
        return rows.filter(person_named(text) | Q(username__istartswith=code) | Q(phone=code))

    def holding(self, rows: QuerySet, name: str, role: str) -> QuerySet:
        return rows.filter(pk__in=RoleGrant.objects.live().filter(role=role).values("user_id"))

    def lacking(self, rows: QuerySet, name: str, what: str) -> QuerySet:
        no_password = Q(password__startswith="!")
        if what == "none":
            return rows.filter(no_password)
        if what == "first":
            return rows.filter(~no_password, must_change_password=True)
        return rows.filter(has_totp=False)


class OrganisationFilter(filters.FilterSet):
    q = SearchFilter(label="单位名称或代码", method="naming")

    class Meta:
        model = Organisation
        fields: list[str] = []

    def naming(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        return rows.filter(found_by(text, "name_key") | Q(code__istartswith=as_code(text)))
