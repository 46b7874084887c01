"""The admin site of the three administrators: looks, never touches."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.core.paginator import Paginator
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property

from .permissions import Permission
from .selectors import has_permission

REFERENCE_DATA = frozenset({Permission.RUN_SYSTEM, Permission.VIEW_ACCOUNTS})
COUNTED = 10_000


class CappedPaginator(Paginator):
    """Counts no further than ten thousand rows: a ledger of millions is not counted to be looked at."""

    @cached_property
    def count(self) -> int:
        return self.object_list.order_by()[:COUNTED].count()


class ReadOnlyAdmin(admin.ModelAdmin):
    """Rows are shown to holders of one of `permissions`, through `visible_to`; nothing is added, changed or deleted.

    Rights come from dated grants alone; Django's own model permissions and flags are not asked.
    `fields` names what is shown; whatever is secret is not named.
    """

    permissions: frozenset[Permission]
    paginator = CappedPaginator
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    actions = None
    view_on_site = False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        rows = super().get_queryset(request)
        return rows.visible_to(request.user) if hasattr(rows, "visible_to") else rows

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return any(has_permission(request.user, permission) for permission in self.permissions)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Django's log of admin changes is always empty here; the record's history is in the ledger."""
        record = self.get_object(request, object_id)
        if record is None or not self.has_view_permission(request, record):
            raise Http404
        return redirect("audit:record", target_type=record._meta.label_lower, target_id=str(record.pk))


class StaffAdminSite(admin.AdminSite):
    """Takes only read-only registrations: what other packages register for editing stays out."""

    site_header = "系统管理后台"
    site_title = "系统管理后台"
    index_title = "基础数据与账号（只读，变更请在业务页面办理）"
    enable_nav_sidebar = False
    index_template = "accounts/admin_index.html"

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        if admin_class is not None and issubclass(admin_class, ReadOnlyAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def get_urls(self) -> list[Any]:
        """Without the way from any kind and key to a page: it asks nobody's rights, and fails at a key that is none."""
        return [entry for entry in super().get_urls() if getattr(entry, "name", "") != "view_on_site"]

    def has_permission(self, request: HttpRequest) -> bool:
        return request.user.is_active and request.user.is_staff

    @method_decorator(secure_admin_login)
    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """No login of its own: it would skip the second factor."""
        return redirect("admin:index")

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return redirect("accounts:password-change")

    def password_change_done(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return redirect("accounts:mine")
