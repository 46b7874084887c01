"""Where a printed paper is verified; the address stands on paper."""

from django.urls import path

from .public import PaperPage

urlpatterns = [path("verify/", PaperPage.as_view(), name="paper-verify")]
