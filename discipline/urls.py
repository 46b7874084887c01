"""Addresses of supervision; one block per capability."""

app_name = "discipline"

urlpatterns = []
