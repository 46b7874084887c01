from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People who log in: accounts, organisations, dated role grants, second factor."""

    name = "admissions.accounts"
    label = "accounts"
    verbose_name = "账号"

    def ready(self) -> None:
        from admissions.audit import access
        from admissions.core import navigation, todos
        from admissions.core.views import identity_askers

        from . import adapters, lockout, sessions  # noqa: F401  (sign-ins, lockouts and second factors become events)
        from .emergency.selectors import trail_access_with_emergency
        from .emergency.todos import emergency_todos
        from .emergency.views import emergency_banner
        from .identity_check import ask_identity
        from .rules import may_enter_admin, may_view_accounts
        from .todos import account_todos

        identity_askers.append(ask_identity)
        access.provide_trail_access(trail_access_with_emergency)
        todos.register(account_todos)
        todos.register(emergency_todos)
        navigation.register_frame_part("emergency", emergency_banner)
        item = navigation.NavItem
        navigation.register(item("管理", 10, "账号与授权", "accounts:list", "users", may_view_accounts))
        navigation.register(item("管理", 20, "单位", "accounts:organisations", "building", may_view_accounts))
        navigation.register(item("监督", 90, "紧急授权", "accounts:emergency-accesses", "lock-open"))
        navigation.register(item("管理", 90, "管理后台", "admin:index", "database", may_enter_admin))
