from django.apps import AppConfig


class AppointmentsConfig(AppConfig):
    """Who holds which post, from when to when, on what basis."""

    name = "workgroups.appointments"
    label = "appointments"
    verbose_name = "任职"
