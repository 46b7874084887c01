"""All addresses of the product: those of the frame itself, then what each capability declares."""

from django.contrib import admin
from django.urls import path

from admissions.core import errors, health
from admissions.home import HomePage
from admissions.house.addresses import addresses

urlpatterns = [
    path("", HomePage.as_view(), name="home"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    *addresses(),
    path("admin/", admin.site.urls),
]

handler400 = errors.bad_request
handler403 = errors.permission_denied
handler404 = errors.not_found
handler500 = errors.server_error
