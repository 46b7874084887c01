"""Structure of the season to look at; changes are made on the pages of the work groups."""

from django.contrib import admin

from admissions.accounts.admin_site import REFERENCE_DATA, ReadOnlyAdmin

from .models import Post, WorkGroup


@admin.register(WorkGroup)
class WorkGroupAdmin(ReadOnlyAdmin):
    permissions = REFERENCE_DATA
    list_display = ("season", "name", "kind", "parent", "status")
    list_filter = ("kind", "status")
    list_select_related = ("season", "parent")
    fields = ("season", "parent", "kind", "name", "order", "charter", "status")


@admin.register(Post)
class PostAdmin(ReadOnlyAdmin):
    permissions = REFERENCE_DATA
    list_display = ("group", "name", "rank")
    list_select_related = ("group",)
    fields = list_display
