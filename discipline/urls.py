"""Addresses of supervision; one block per capability."""

from .desk.urls import urlpatterns as desk
from .opinions.urls import urlpatterns as opinions

app_name = "discipline"

urlpatterns = [*desk, *opinions]
