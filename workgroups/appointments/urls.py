"""Addresses of appointments."""

from django.urls import path

from . import views

app_name = "appointments"

urlpatterns = [
    path("appointments/", views.AppointmentListPage.as_view(), name="list"),
    path("appointments/new/", views.AppointmentProposePage.as_view(), name="propose"),
    path("appointments/<int:pk>/", views.AppointmentPage.as_view(), name="one"),
    path("appointments/<int:pk>/confirm/", views.ConfirmAppointmentPage.as_view(), name="confirm"),
    path("appointments/<int:pk>/suspend/", views.SuspendPage.as_view(), name="suspend"),
    path("appointments/<int:pk>/period/", views.PeriodPage.as_view(), name="period"),
    path("appointments/<int:pk>/withdraw/", views.WithdrawPage.as_view(), name="withdraw"),
]
