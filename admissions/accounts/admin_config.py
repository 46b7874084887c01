from django.contrib.admin.apps import AdminConfig


class StaffAdminConfig(AdminConfig):
    """Django's admin with the house's site: read-only, for the three administrators."""

    default_site = "admissions.accounts.admin_site.StaffAdminSite"
