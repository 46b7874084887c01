"""What the three administrators may look at: accounts, grants, sessions, the ledger. Changes are commands elsewhere."""

from django.contrib import admin

from admissions.audit.models import Event, RawChange

from .admin_site import REFERENCE_DATA, ReadOnlyAdmin
from .models import LoginSession, Organisation, RoleGrant, User
from .permissions import Permission

ACCOUNTS = frozenset({Permission.VIEW_ACCOUNTS})
SYSTEM = frozenset({Permission.RUN_SYSTEM})
LEDGER = frozenset({Permission.READ_WHOLE_TRAIL})


@admin.register(Organisation)
class OrganisationAdmin(ReadOnlyAdmin):
    permissions = REFERENCE_DATA
    list_display = ("code", "name", "parent", "is_active")
    search_fields = ("code", "name")
    fields = ("code", "name", "parent", "is_active")


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    permissions = ACCOUNTS
    list_display = ("name", "username", "staff_number", "organisation", "status", "must_change_password")
    list_filter = ("status", "employment")
    list_select_related = ("organisation",)
    search_fields = ("name", "username", "staff_number")
    fields = (
        "name",
        "username",
        "staff_number",
        "masked_phone",
        "id_tail",
        "organisation",
        "title",
        "employment",
        "status",
        "must_change_password",
        "password_changed_at",
    )

    @admin.display(description="手机号")
    def masked_phone(self, account: User) -> str:
        return account.masked_phone or "—"


@admin.register(RoleGrant)
class RoleGrantAdmin(ReadOnlyAdmin):
    permissions = ACCOUNTS
    list_display = ("user", "role", "season", "group", "period", "basis")
    list_filter = ("role",)
    list_select_related = ("user", "season", "group")
    fields = ("user", "role", "season", "group", "period", "basis")


@admin.register(LoginSession)
class LoginSessionAdmin(ReadOnlyAdmin):
    permissions = SYSTEM
    list_display = ("user", "started_at", "last_seen_at", "origin_ip")
    list_select_related = ("user",)
    ordering = ("-last_seen_at",)
    fields = ("user", "started_at", "last_seen_at", "origin_ip")


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    permissions = LEDGER
    list_display = ("at", "actor_name", "action_label", "target_label", "outcome", "reason")
    list_filter = ("outcome",)
    ordering = ("-at", "-id")
    fields = (
        "id",
        "at",
        "actor_name",
        "actor_post",
        "on_behalf_of_name",
        "action_label",
        "outcome",
        "target_label",
        "reason",
        "clause",
        "refusal",
        "season_label",
        "group_label",
        "person_label",
        "origin_ip",
        "request_id",
    )


@admin.register(RawChange)
class RawChangeAdmin(ReadOnlyAdmin):
    permissions = LEDGER
    list_display = ("at", "table_name", "operation", "row_id", "columns", "database_user", "client")
    ordering = ("-id",)
    fields = list_display
