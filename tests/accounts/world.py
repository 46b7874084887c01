"""One person of each role, an account that is looked at, and reading in an emergency."""

from datetime import timedelta

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from admissions.accounts.break_glass.enums import BreakGlassStatus
from admissions.accounts.break_glass.models import BreakGlassPassage
from admissions.accounts.enums import AccountStatus, Role
from tests.factories.accounts import OrganisationFactory, RoleGrantFactory, UserFactory, user_with
from tests.factories.break_glass import BreakGlassAccessFactory, over
from tests.house.lookers import MEMBER, NO_ROLE, SECURITY
from tests.house.world import MEMBER_NAME, World
from tests.trail import setting_up


def plant(world: World) -> None:
    """The supervisor of one group is planted with the group."""
    world.who |= {str(role): user_with(role) for role in Role if role != Role.SUPERVISOR}
    world.who[NO_ROLE] = UserFactory()
    account = UserFactory(name="被查看人", organisation=OrganisationFactory())
    guarded = UserFactory(name="绑定口令人")
    TOTP.activate(guarded, generate_totp_secret())
    RecoveryCodes.activate(guarded)
    world.keep(
        account=account,
        grant=RoleGrantFactory(user=account),
        guarded_account=guarded,
        suspended_account=UserFactory(name="停用之人", status=AccountStatus.SUSPENDED),
    )


def plant_over(world: World) -> None:
    scope = {"person": world.who[MEMBER], "season": world.season, "group": world.group}
    words = {"purpose": f"{MEMBER_NAME}经办的投档记录", "reason": f"{MEMBER_NAME}须当日答复"}
    past = BreakGlassAccessFactory(
        **scope | words, status=BreakGlassStatus.APPROVED, decided_by=world.who[SECURITY], period=over()
    )
    approved = BreakGlassStatus.APPROVED
    running = BreakGlassAccessFactory(
        **scope | {"person": UserFactory()},
        status=approved,
        decided_by=world.who[SECURITY],
        period=DateTimeTZRange(timezone.now() - timedelta(minutes=6), timezone.now() + timedelta(minutes=50)),
        minutes=56,
    )
    with setting_up():
        BreakGlassPassage(
            access=past,
            from_status="",
            to_status=approved,
            actor=world.who[SECURITY],
            reason=f"{MEMBER_NAME}须当日答复",
        ).save()
    world.keep(running_access=running)
    world.keep(asked_access=BreakGlassAccessFactory(**scope | words), past_access=past)
    # What the member once was; it gives no right any more.
    long_ago = DateTimeTZRange(timezone.now() - timedelta(days=40), timezone.now() - timedelta(days=30))
    basis = f"{MEMBER_NAME}代行行政秘书的通知"
    world.keep(member_grant=RoleGrantFactory(user=world.who[MEMBER], basis=basis, period=long_ago))
