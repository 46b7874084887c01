"""Where a printed pledge is verified; the address stands on paper."""

from django.urls import path

from .views import VerifyPage

urlpatterns = [path("verify/pledge/", VerifyPage.as_view(), name="pledge-verify")]
