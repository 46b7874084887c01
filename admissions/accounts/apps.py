from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People who log in: accounts, organisations, dated role grants, second factor."""

    name = "admissions.accounts"
    label = "accounts"
    verbose_name = "账号"

    def ready(self) -> None:
        from . import adapters, lockout, sessions  # noqa: F401  (sign-ins, lockouts and second factors become events)
