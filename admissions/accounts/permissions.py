"""All permission codes of roles, in one place. What comes from an appointment is decided in `workgroups`."""

from enum import StrEnum

from .enums import Role


class Permission(StrEnum):
    VIEW_ACCOUNTS = "accounts.view"
    CREATE_ACCOUNTS = "accounts.create"
    GRANT_ROLES = "accounts.grant"
    RUN_SYSTEM = "system.run"
    READ_WHOLE_TRAIL = "trail.read_all"
    SUPERVISE = "trail.supervise"
    MANAGE_SEASONS = "seasons.manage"
    MANAGE_GROUPS = "groups.manage"
    APPOINT = "appointments.manage"
    IMPORT_REFERENCE = "imports.reference"
    IMPORT_CANDIDATES = "imports.candidates"
    EDIT_RULES = "rulebook.edit"
    MANAGE_PLEDGES = "pledges.manage"
    MANAGE_TRAINING = "training.manage"
    RULE_RECUSAL = "recusal.rule"
    SCREEN_RECUSAL = "recusal.screen"
    RUN_MEETINGS = "meetings.run"
    KEEP_MATTERS = "meetings.matters"


ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.SYSTEM_ADMIN: frozenset({Permission.RUN_SYSTEM}),
    Role.SECURITY_ADMIN: frozenset({Permission.VIEW_ACCOUNTS, Permission.CREATE_ACCOUNTS, Permission.GRANT_ROLES}),
    Role.AUDIT_ADMIN: frozenset({Permission.VIEW_ACCOUNTS, Permission.READ_WHOLE_TRAIL}),
    Role.SECRETARIAT: frozenset(
        {
            Permission.MANAGE_SEASONS,
            Permission.MANAGE_GROUPS,
            Permission.APPOINT,
            Permission.IMPORT_REFERENCE,
            Permission.MANAGE_PLEDGES,
            Permission.RUN_MEETINGS,
        }
    ),
    Role.RULE_EDITOR: frozenset({Permission.EDIT_RULES, Permission.KEEP_MATTERS}),
    Role.TRAINING_OFFICER: frozenset({Permission.MANAGE_TRAINING}),
    Role.RECUSAL_OFFICER: frozenset({Permission.RULE_RECUSAL, Permission.SCREEN_RECUSAL, Permission.IMPORT_CANDIDATES}),
    Role.SUPERVISOR: frozenset({Permission.SUPERVISE}),
}


def roles_with(permission: Permission) -> list[Role]:
    return [role for role, permissions in ROLE_PERMISSIONS.items() if permission in permissions]


def role_names_with(permission: Permission) -> str:
    """Who can act, for the sentence of a refusal."""
    return "、".join(role.label for role in roles_with(permission))
