from django.apps import AppConfig


class RecusalConfig(AppConfig):
    """Relatives declared, candidates compared, rulings, challenges, what follows from them."""

    name = "workgroups.recusal"
    label = "recusal"
    verbose_name = "回避"
