"""Addresses of readiness."""

from django.urls import path

from . import views

app_name = "readiness"

urlpatterns = [
    path("appointments/<int:pk>/activate/", views.ActivatePage.as_view(), name="activate"),
    path("readiness/", views.ReadinessPage.as_view(), name="overview"),
]
