"""授权查阅, to look at for who reads the whole trail."""

from django.contrib import admin

from admissions.accounts.admin_site import ReadOnlyAdmin
from admissions.accounts.permissions import Permission

from .models import Sight


@admin.register(Sight)
class SightAdmin(ReadOnlyAdmin):
    permissions = frozenset({Permission.READ_WHOLE_TRAIL})
    list_display = ("record_label", "person_name", "given_by_name", "period", "withdrawn_at")
    list_filter = ("record_type",)
    search_fields = ("record_label", "person_name")
    fields = (
        "record_label",
        "person_name",
        "purpose",
        "basis",
        "period",
        "given_by_name",
        "withdrawn_at",
        "withdrawn_by",
        "withdrawn_why",
    )
