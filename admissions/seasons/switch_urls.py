"""The season switch in the frame of every page."""

from django.urls import path

from .lifecycle.views import SeasonSwitchPage

urlpatterns = [path("season-switch/", SeasonSwitchPage.as_view(), name="season-switch")]
