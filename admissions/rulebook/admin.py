"""Reference data to look at; clauses are edited on the pages of the rulebook."""

from django.contrib import admin

from admissions.accounts.admin_site import REFERENCE_DATA, ReadOnlyAdmin

from .models import Clause, ClauseVersion, DeadlinePolicy, RelativeKind, RuleSource


@admin.register(RuleSource)
class RuleSourceAdmin(ReadOnlyAdmin):
    permissions = REFERENCE_DATA
    list_display = ("code", "title", "issuer", "document_number", "kind")
    search_fields = ("code", "title")
    fields = ("code", "title", "issuer", "document_number", "issued", "kind", "reference")


@admin.register(Clause)
class ClauseAdmin(ReadOnlyAdmin):
    permissions = REFERENCE_DATA
    list_display = ("code", "title", "category", "source", "number")
    list_filter = ("category",)
    list_select_related = ("source",)
    search_fields = ("code", "title")
    fields = ("code", "source", "number", "category", "order", "title", "applies_to", "checkability")


@admin.register(ClauseVersion)
class ClauseVersionAdmin(ReadOnlyAdmin):
    permissions = REFERENCE_DATA
    list_display = ("clause", "number", "verification", "editor_name")
    list_filter = ("verification",)
    list_select_related = ("clause",)
    fields = (
        "clause",
        "number",
        "text",
        "text_hash",
        "verification",
        "verified_note",
        "change_note",
        "editor_name",
    )


@admin.register(DeadlinePolicy)
class DeadlinePolicyAdmin(ReadOnlyAdmin):
    permissions = REFERENCE_DATA
    list_display = ("code", "name", "start_event", "length", "unit", "clause")
    list_select_related = ("clause",)
    fields = ("code", "name", "start_event", "length", "unit", "extension", "extension_approver", "clause")


@admin.register(RelativeKind)
class RelativeKindAdmin(ReadOnlyAdmin):
    permissions = REFERENCE_DATA
    list_display = ("code", "name", "circle", "counts_for_screening", "clause")
    list_select_related = ("clause",)
    fields = list_display
