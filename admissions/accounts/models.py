"""账号、单位与授权."""

from typing import Any

from django.contrib.auth.hashers import check_password
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from admissions.audit.access import trail_access
from admissions.audit.models import AuditedModel, AuditedQuerySet
from admissions.audit.scope import TrailScope
from admissions.core.names import NameKey, sort_key

from .break_glass.models import BreakGlassAccess, BreakGlassPassage  # noqa: F401  (part of this app)
from .enums import ADMINISTRATORS, AccountStatus, Employment, GrantState, Role, RoleFamily
from .permissions import Permission, roles_with

USERNAME_SHAPE = RegexValidator(r"^[A-Za-z0-9_-]{3,40}$", "登录名为3至40位字母、数字、下划线或短横线。")


class OrganisationQuerySet(AuditedQuerySet):
    def in_scope_of(self, user: Any) -> "OrganisationQuerySet":
        return self


class Organisation(AuditedModel):
    """单位: where a person is employed."""

    RECUSAL_EXEMPT = "names no person, institution of admission or candidate"

    code = models.CharField("单位代码", max_length=20, unique=True)
    name = models.CharField("单位名称", max_length=100, unique=True)
    name_key = NameKey("名称检索")
    parent = models.ForeignKey("self", models.PROTECT, verbose_name="上级单位", null=True, blank=True)
    is_active = models.BooleanField("在用", default=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = "单位"
        verbose_name_plural = "单位"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class UserQuerySet(AuditedQuerySet):
    def in_scope_of(self, user: Any) -> "UserQuerySet":
        """The roster is known to everyone who is logged in; details are decided per page."""
        return self

    def active(self) -> "UserQuerySet":
        return self.filter(status=AccountStatus.ACTIVE)

    def holding(self, permission: Permission) -> "UserQuerySet":
        grants = RoleGrant.objects.live().filter(role__in=roles_with(permission))
        return self.active().filter(pk__in=grants.values("user_id"))


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    """Accounts are made by commands; Django's own shortcuts are closed."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username=username)


def masked_phone(phone: str) -> str:
    return f"{phone[:3]}****{phone[-4:]}"


class User(AuditedModel, AbstractBaseUser, PermissionsMixin):
    """账号: a person of the roster who can log in with a staff number or phone.

    Never deleted; `username` is never reused. The ID number is kept only as keyed digest and masked tail.
    """

    PAGE = "accounts:one"
    RECUSAL_PATHS = {"person": "pk"}
    MASKED_IN_TRAIL = {"phone": masked_phone}
    # What goes along with a season's archive: who it was, nothing to log in with, nothing to be reached by.
    ARCHIVED_COLUMNS = ("id", "staff_number", "name", "organisation_id")

    username = models.CharField(
        "登录名",
        max_length=40,
        unique=True,
        validators=[USERNAME_SHAPE],
    )
    staff_number = models.CharField("工号", max_length=20, unique=True, null=True, blank=True)
    name = models.CharField("姓名", max_length=60)
    name_sort = models.CharField("姓名拼音", max_length=200, blank=True, editable=False)
    name_key = NameKey("姓名检索")
    phone = models.CharField("手机号", max_length=20, unique=True, null=True, blank=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, verbose_name="单位", null=True, blank=True)
    title = models.CharField("职务", max_length=60, blank=True)
    employment = models.CharField("人员身份", max_length=10, choices=Employment.choices, default=Employment.FULL_TIME)
    id_digest = models.CharField("证件号摘要", max_length=80, unique=True, null=True, blank=True, editable=False)
    id_tail = models.CharField("证件号尾号", max_length=20, blank=True, editable=False)
    status = models.CharField("账号状态", max_length=10, choices=AccountStatus.choices, default=AccountStatus.ACTIVE)
    must_change_password = models.BooleanField("首次登录须改密", default=True)
    password_changed_at = models.DateTimeField("口令修改时间", null=True, blank=True)
    # Signing in is an event; it does not change the row.
    last_login = None

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]
    objects = UserManager()

    class Meta:
        verbose_name = "账号"
        verbose_name_plural = "账号"
        ordering = ["name_sort", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=AccountStatus.values), name="user_status_known"),
            models.CheckConstraint(condition=Q(employment__in=Employment.values), name="user_employment_known"),
            # Nobody is above the rules: the flag that would bypass them cannot be set.
            models.CheckConstraint(condition=Q(is_superuser=False), name="user_never_superuser"),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def from_archive(cls, row: dict[str, Any]) -> "User":
        """The person as a record only: suspended, without a password, under a name nobody logs in with."""
        made = cls(**row, username=f"archived-{row['id']}", status=AccountStatus.SUSPENDED, revision=1)
        made.name_sort = sort_key(made.name)
        made.set_unusable_password()
        return made

    @property
    def is_active(self) -> bool:
        return self.status == AccountStatus.ACTIVE

    @property
    def is_staff(self) -> bool:
        """May enter the read-only admin site: one of the three administrators, by a grant in force."""
        return RoleGrant.objects.live().filter(user=self, role__in=ADMINISTRATORS).exists()

    def check_password(self, raw_password: str) -> bool:
        """Compare only: Django would also re-hash and save, outside a command. Hashes are renewed with the password."""
        return check_password(raw_password, self.password)

    @property
    def masked_phone(self) -> str:
        return masked_phone(self.phone) if self.phone else ""

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    def trail_scope(self) -> TrailScope:
        return TrailScope(person_id=self.pk, person_label=self.name)

    def trail_label(self) -> str:
        return f"{self.name}（{self.username}）"

    def history_open_to(self, user: Any) -> bool:
        """One's own; else for those who keep or check the accounts, not for everybody who knows the roster."""
        viewers = RoleGrant.objects.live().filter(user=user, role__in=roles_with(Permission.VIEW_ACCOUNTS))
        return user.pk == self.pk or trail_access(user).everything or viewers.exists()


class PasswordRecord(models.Model):
    """用过的口令: hashes of earlier passwords, so that they are not used again."""

    NOT_AUDITED = "holds only password hashes; the change itself is an event"

    user = models.ForeignKey(User, models.PROTECT, related_name="password_records")
    password = models.CharField(max_length=200)
    changed_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.user_id} {self.changed_at:%Y-%m-%d}"


class LoginSession(models.Model):
    """当前会话: the one session a user may have; the row is replaced when the user logs in elsewhere.

    The session proves itself by `token`; unlike the session key it survives a change of password.
    """

    NOT_AUDITED = "transient; sign-ins and displaced sessions are events"

    user = models.OneToOneField(User, models.PROTECT, related_name="login_session")
    token = models.CharField(max_length=40)
    started_at = models.DateTimeField("登录时间", default=timezone.now)
    last_seen_at = models.DateTimeField("最近操作", default=timezone.now)
    origin_ip = models.GenericIPAddressField("来源地址", null=True)

    def __str__(self) -> str:
        return f"{self.user_id} {self.started_at:%Y-%m-%d %H:%M}"


class AttemptMemory(models.Model):
    """登录限次记录: codes that were used and attempts that failed, for as long as they count.

    Django's cache `default` keeps its entries here, under its own names of columns: a cache server that is away or begins
    anew must not make a used code good again, nor give another five attempts.
    """

    NOT_AUDITED = "transient; sign-ins and lockouts are events"

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.cache_key


class RoleGrantQuerySet(AuditedQuerySet):
    def in_scope_of(self, user: Any) -> "RoleGrantQuerySet":
        """Those who see accounts see every grant; everybody sees their own."""
        viewers = roles_with(Permission.VIEW_ACCOUNTS)
        if RoleGrant.objects.live().filter(user=user, role__in=viewers).exists():
            return self
        return self.filter(user=user)

    def live(self, at: Any = None) -> "RoleGrantQuerySet":
        return self.filter(period__contains=at or timezone.now())


class RoleGrant(AuditedModel):
    """授权: a role, for a period, in a scope, on a basis. Ends by itself; revoking shortens the period."""

    PAGE_OF = "user"
    RECUSAL_PATHS = {"person": "user_id"}

    user = models.ForeignKey(User, models.PROTECT, verbose_name="被授权人", related_name="role_grants")
    role = models.CharField("角色", max_length=20, choices=Role.choices)
    family = models.CharField("角色类别", max_length=12, choices=RoleFamily.choices, editable=False)
    season = models.ForeignKey(
        "seasons.Season", models.PROTECT, verbose_name="限于录取季", null=True, blank=True, related_name="+"
    )
    group = models.ForeignKey(
        "groups.WorkGroup", models.PROTECT, verbose_name="限于工作组", null=True, blank=True, related_name="+"
    )
    period = DateTimeRangeField("有效期")
    basis = models.CharField("授权依据", max_length=200)

    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        verbose_name = "授权"
        verbose_name_plural = "授权"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="rolegrant_role_known"),
            models.CheckConstraint(condition=~Q(basis=""), name="rolegrant_has_basis"),
            ExclusionConstraint(
                name="rolegrant_one_family",
                expressions=[
                    (F("user"), RangeOperators.EQUAL),
                    (F("family"), RangeOperators.NOT_EQUAL),
                    (F("period"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="同一人在同一时间不能兼任不同类别的角色：系统、安全、审计三员分立，监督与业务分开。",
            ),
            ExclusionConstraint(
                name="rolegrant_no_repeat",
                expressions=[
                    (F("user"), RangeOperators.EQUAL),
                    (F("role"), RangeOperators.EQUAL),
                    (Coalesce(F("season"), 0), RangeOperators.EQUAL),
                    (Coalesce(F("group"), 0), RangeOperators.EQUAL),
                    (F("period"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="此人在这段时间已有相同范围的同一角色，不必重复授权。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user.name}·{self.get_role_display()}"

    @property
    def state(self) -> GrantState:
        if self.period.isempty:
            return GrantState.NEVER
        moment = timezone.now()
        if moment < self.period.lower:
            return GrantState.COMING
        return GrantState.LIVE if self.period.upper is None or moment < self.period.upper else GrantState.ENDED

    @property
    def is_live(self) -> bool:
        return self.state == GrantState.LIVE

    def trail_scope(self) -> TrailScope:
        return TrailScope(
            season_id=self.season_id,
            season_label=str(self.season or ""),
            group_id=self.group_id,
            group_label=str(self.group or ""),
            person_id=self.user_id,
            person_label=self.user.name,
        )
