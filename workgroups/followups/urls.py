"""Addresses of 督办."""

from django.urls import path

from . import views

app_name = "followups"

urlpatterns = [
    path("", views.FollowUpListPage.as_view(), name="list"),
    path("new/<slug:kind>/<int:pk>/", views.AssignPage.as_view(), name="assign"),
    path("<int:pk>/", views.FollowUpPage.as_view(), name="one"),
    path("<int:pk>/evidence/", views.EvidencePage.as_view(), name="file"),
    path("<int:pk>/report/", views.ReportPage.as_view(), name="report"),
    path("<int:pk>/accept/", views.AcceptPage.as_view(), name="accept"),
    path("<int:pk>/hand-on/", views.HandOnPage.as_view(), name="hand-on"),
    path("<int:pk>/retract/", views.RetractPage.as_view(), name="retract"),
]
