from django.db.models import TextChoices

from admissions.core.status import tones


class Role(TextChoices):
    """角色: what a dated grant gives. Leadership and membership come from appointments, not from here."""

    SYSTEM_ADMIN = "system_admin", "系统管理员"
    SECURITY_ADMIN = "security_admin", "安全管理员"
    AUDIT_ADMIN = "audit_admin", "审计管理员"
    SECRETARIAT = "secretariat", "行政秘书"
    RULE_EDITOR = "rule_editor", "制度管理员"
    TRAINING_OFFICER = "training_officer", "培训管理员"
    RECUSAL_OFFICER = "recusal_officer", "回避审查员"
    SUPERVISOR = "supervisor", "驻点监督员"


class RoleFamily(TextChoices):
    """One person holds roles of one family at a time (三员分立; supervision stands apart from the work)."""

    SYSTEM = "system", "系统管理"
    SECURITY = "security", "安全管理"
    AUDIT = "audit", "审计管理"
    SUPERVISION = "supervision", "监督"
    BUSINESS = "business", "业务"


FAMILY_OF = {
    Role.SYSTEM_ADMIN: RoleFamily.SYSTEM,
    Role.SECURITY_ADMIN: RoleFamily.SECURITY,
    Role.AUDIT_ADMIN: RoleFamily.AUDIT,
    Role.SUPERVISOR: RoleFamily.SUPERVISION,
    Role.SECRETARIAT: RoleFamily.BUSINESS,
    Role.RULE_EDITOR: RoleFamily.BUSINESS,
    Role.TRAINING_OFFICER: RoleFamily.BUSINESS,
    Role.RECUSAL_OFFICER: RoleFamily.BUSINESS,
}
# 三员: they enter the read-only admin site; their grants cover the whole system.
ADMINISTRATORS = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)


@tones(COMING="info", LIVE="success", ENDED="muted", NEVER="muted")
class GrantState(TextChoices):
    """授权状态: derived from the period and the clock, never stored."""

    COMING = "coming", "未生效"
    LIVE = "live", "生效中"
    ENDED = "ended", "已结束"
    NEVER = "never", "未生效即撤销"


@tones(ACTIVE="success", SUSPENDED="warning", CLOSED="muted")
class AccountStatus(TextChoices):
    """账号状态; a closed account is kept for ever, its name is never reused."""

    ACTIVE = "active", "启用"
    SUSPENDED = "suspended", "停用"
    CLOSED = "closed", "注销"


ACCOUNT_TRANSITIONS = {
    AccountStatus.ACTIVE: {AccountStatus.SUSPENDED, AccountStatus.CLOSED},
    AccountStatus.SUSPENDED: {AccountStatus.ACTIVE, AccountStatus.CLOSED},
    AccountStatus.CLOSED: set(),
}


class Employment(TextChoices):
    """人员身份: full-time staff with a relative among the candidates may stay but recuse; others may not serve."""

    FULL_TIME = "full_time", "专职"
    SECONDED = "seconded", "借调兼职"
    EXTERNAL = "external", "外聘兼职"
