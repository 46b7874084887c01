"""Addresses of supervision; one block per capability."""

from .opinions.urls import urlpatterns as opinions

app_name = "discipline"

urlpatterns = [*opinions]
