from django.apps import AppConfig


class PledgesConfig(AppConfig):
    """Texts to be signed before duty, their versions, signatures and scans."""

    name = "workgroups.pledges"
    label = "pledges"
    verbose_name = "承诺书"
