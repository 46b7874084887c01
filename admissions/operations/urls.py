"""Addresses of the operations; one block per capability."""

from .steps.urls import urlpatterns as steps

app_name = "operations"

urlpatterns = [*steps]
