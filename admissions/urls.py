"""All addresses of the product; each app brings its own."""

from django.contrib import admin
from django.urls import include, path

from admissions.core import errors, health
from admissions.home import HomePage
from admissions.seals.public import PaperPage
from admissions.seasons.lifecycle.views import SeasonSwitchPage
from admissions.upkeep.metrics import metrics
from workgroups.pledges.views import VerifyPage

urlpatterns = [
    path("", HomePage.as_view(), name="home"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
    path("login/", include("admissions.accounts.login_urls")),
    path("accounts/", include("admissions.accounts.urls")),
    path("jobs/", include("admissions.jobs.urls")),
    path("files/", include("admissions.evidence.urls")),
    path("seasons/", include("admissions.seasons.urls")),
    path("season-switch/", SeasonSwitchPage.as_view(), name="season-switch"),
    path("rules/", include("admissions.rulebook.urls")),
    path("work/", include("workgroups.urls")),
    path("operations/", include("admissions.operations.urls")),
    path("supervision/", include("discipline.urls")),
    path("verify/pledge/", VerifyPage.as_view(), name="pledge-verify"),
    path("verify/", PaperPage.as_view(), name="paper-verify"),
    path("seals/", include("admissions.seals.urls")),
    path("trail/", include("admissions.audit.urls")),
    path("admin/", admin.site.urls),
]

handler400 = errors.bad_request
handler403 = errors.permission_denied
handler404 = errors.not_found
handler500 = errors.server_error
