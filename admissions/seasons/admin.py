"""Reference data to look at; changes are made on the pages of the seasons."""

from django.contrib import admin

from admissions.accounts.admin_site import REFERENCE_DATA, ReadOnlyAdmin

from .models import Batch, CalendarDay, Institution, Season


@admin.register(Season)
class SeasonAdmin(ReadOnlyAdmin):
    permissions = REFERENCE_DATA
    list_display = ("year", "name", "status", "is_template")
    fields = ("year", "name", "status", "is_template", "cloned_from", "basis", "opened_at", "closed_at")


@admin.register(Batch)
class BatchAdmin(ReadOnlyAdmin):
    permissions = REFERENCE_DATA
    list_display = ("season", "name", "subject", "starts_on", "ends_on")
    list_select_related = ("season",)
    fields = list_display


@admin.register(Institution)
class InstitutionAdmin(ReadOnlyAdmin):
    permissions = REFERENCE_DATA
    list_display = ("code", "name", "province", "level", "status")
    list_filter = ("status", "level")
    search_fields = ("code", "name")
    fields = ("code", "name", "authority", "province", "location", "level", "remark", "status")


@admin.register(CalendarDay)
class CalendarDayAdmin(ReadOnlyAdmin):
    permissions = REFERENCE_DATA
    list_display = ("date", "is_work", "label", "source")
    list_filter = ("is_work",)
    fields = list_display
