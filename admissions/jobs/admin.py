"""Background jobs, to look at for the system administrator."""

from django.contrib import admin

from admissions.accounts.admin_site import ReadOnlyAdmin
from admissions.accounts.permissions import Permission

from .models import Job


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    permissions = frozenset({Permission.RUN_SYSTEM})
    list_display = ("title", "kind", "state", "done", "total", "attempts", "created_at", "finished_at")
    list_filter = ("state", "kind")
    ordering = ("-id",)
    fields = (
        "kind",
        "title",
        "state",
        "done",
        "total",
        "note",
        "error",
        "attempts",
        "lease_until",
        "cancel_asked",
        "requested_by",
        "created_at",
        "started_at",
        "finished_at",
    )
