"""Commands on accounts, credentials, grants and organisations: result, record, refusal."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.utils import timezone

from admissions.accounts import credentials, grants, services
from admissions.accounts.enums import AccountStatus, GrantState, Role
from admissions.accounts.models import LoginSession, Organisation, PasswordRecord, RoleGrant, User
from admissions.audit.models import Event, RawChange
from admissions.core.decision import Refused
from tests.factories.accounts import PASSWORD, OrganisationFactory, RoleGrantFactory, UserFactory, user_with
from tests.trail import assert_recorded, assert_refused

from .signing import with_totp

pytestmark = pytest.mark.django_db


@pytest.fixture
def security():
    return user_with(Role.SECURITY_ADMIN)


def create(actor, **particulars):
    given = {"username": "zhangsan", "name": "张示三", **particulars}
    return services.create_account(actor=actor, reason="借调到岗", **given)


class TestCreating:
    def test_account_cannot_sign_in_before_a_password_is_issued(self, security):
        account = create(security)
        assert (account.status, account.must_change_password) == (AccountStatus.ACTIVE, True)
        assert not account.has_usable_password()
        event = assert_recorded("account.create", actor=security, target=account, reason="借调到岗")
        assert (event.person_id, event.target_label) == (account.pk, "张示三（zhangsan）")

    @pytest.mark.parametrize("role", [None, *(role for role in Role if role != Role.SECURITY_ADMIN)])
    def test_others_are_refused_and_recorded(self, role):
        actor = user_with(role) if role else UserFactory()
        with pytest.raises(Refused, match="没有建立账号的权限"):
            create(actor)
        assert not User.objects.filter(username="zhangsan").exists()
        assert_refused("account.create", actor=actor)

    def test_names_sort_and_search_by_pinyin(self, security):
        assert create(security, name="吕示正").name_sort == "lvshizheng lsz"

    @pytest.mark.parametrize("name", ["㛃䶮𬱖", "阿" * 25])
    def test_rare_and_long_names(self, security, name):
        account = create(security, name=name)
        account.refresh_from_db()
        assert account.name == name
        assert len(account.name_sort) <= 200

    @pytest.mark.parametrize("taken", ["username", "staff_number", "phone"])
    @pytest.mark.parametrize("wanted", ["username", "staff_number", "phone"])
    def test_no_name_leads_to_two_accounts(self, security, taken, wanted):
        UserFactory(**{"username": "someoneelse", taken: "13800000001"})
        with pytest.raises(Refused, match="已被账号“"):
            create(security, **{"username": "newcomer", wanted: "13800000001"})

    def test_names_of_a_closed_account_stay_taken(self, security):
        UserFactory(username="zhangsan", status=AccountStatus.CLOSED)
        with pytest.raises(Refused, match="登录名已被账号"):
            create(security)

    def test_one_person_has_one_account(self, security):
        UserFactory(id_digest="d1")
        with pytest.raises(Refused, match="一人只有一个账号"):
            create(security, id_digest="d1", id_tail="****0011")

    def test_malformed_login_name(self, security):
        with pytest.raises(ValidationError, match="登录名为3至40位"):
            create(security, username="张 三")


class TestChangingStatus:
    def test_suspension_ends_the_session_and_keeps_the_grants(self, security):
        grant = RoleGrantFactory(role=Role.SECRETARIAT)
        LoginSession.objects.create(user=grant.user, token="t")
        services.suspend_account(actor=security, reason="离岗待查", account=grant.user)
        assert not LoginSession.objects.exists()
        grant.refresh_from_db()
        assert (grant.user.status, grant.state) == (AccountStatus.SUSPENDED, GrantState.LIVE)
        assert_recorded("account.suspend", actor=security, target=grant.user, reason="离岗待查")
        services.reactivate_account(actor=security, reason="查清", account=grant.user)
        assert User.objects.get(pk=grant.user_id).status == AccountStatus.ACTIVE

    def test_closing_ends_present_and_future_grants(self, security):
        account, now = UserFactory(), timezone.now()
        present = RoleGrantFactory(user=account, role=Role.SECRETARIAT)
        future = grants.grant_role(
            actor=security,
            reason="依据",
            account=account,
            role=Role.RULE_EDITOR,
            basis="文",
            starts_at=now + timedelta(days=3),
        )
        services.close_account(actor=security, reason="调离", account=account)
        states = {grant.pk: grant.state for grant in RoleGrant.objects.filter(user=account)}
        assert states == {present.pk: GrantState.ENDED, future.pk: GrantState.NEVER}
        with pytest.raises(Refused, match="账号已注销"):
            services.close_account(actor=security, reason="再来", account=account)

    def test_correction_keeps_names_free(self, security):
        UserFactory(phone="13800000001")
        account = UserFactory()
        particulars = {"name": "改名", "organisation": None, "title": "", "employment": "full_time"}
        with pytest.raises(Refused, match="手机号已被账号"):
            services.correct_account(
                actor=security, reason="更正", account=account, staff_number=None, phone="13800000001", **particulars
            )
        services.correct_account(
            actor=security, reason="更正", account=account, staff_number="S1", phone=None, **particulars
        )
        account.refresh_from_db()
        assert (account.name, account.name_sort, account.staff_number) == ("改名", "gaiming gm", "S1")


class TestPasswords:
    def test_own_change_is_remembered_and_lifts_the_obligation(self):
        user = UserFactory(must_change_password=True, password_changed_at=None)
        credentials.change_own_password(actor=user, reason="首次登录修改", new_password="A-new-pass-2026")
        user.refresh_from_db()
        assert user.check_password("A-new-pass-2026")
        assert (user.must_change_password, PasswordRecord.objects.filter(user=user).count()) == (False, 1)
        assert_recorded("account.change_password", actor=user, target=user, reason="首次登录修改")

    def test_no_password_of_the_last_five_comes_back(self):
        user = UserFactory()
        used = [f"Pass-number-{n}-2026" for n in range(6)]
        for password in used:
            credentials.change_own_password(actor=user, reason="换", new_password=password)
        for password in used[1:]:
            with pytest.raises(ValidationError, match="最近5次"):
                credentials.change_own_password(actor=user, reason="换", new_password=password)
        credentials.change_own_password(actor=user, reason="换", new_password=used[0])

    @pytest.mark.parametrize(
        ("password", "why"),
        [
            ("Short-1", "12"),
            ("alllowercaseletters", "三类"),
            ("password12345", "常见"),
            ("Zhangsan-2026x", "登录名"),
        ],
    )
    def test_policy(self, password, why):
        user = UserFactory(username="zhangsan-2026x")
        with pytest.raises(ValidationError) as caught:
            credentials.change_own_password(actor=user, reason="换", new_password=password)
        assert why in "".join(caught.value.messages)

    def test_reset_gives_a_one_time_password_and_ends_the_session(self, security):
        account = UserFactory()
        LoginSession.objects.create(user=account, token="t")
        slip = credentials.reset_password(actor=security, reason="遗忘", account=account)
        account.refresh_from_db()
        assert account.check_password(slip.password)
        assert account.must_change_password
        assert not LoginSession.objects.exists()
        assert_recorded("account.reset_password", actor=security, target=account, reason="遗忘")

    def test_one_time_password_is_in_no_record(self, security):
        account = UserFactory()
        slip = credentials.reset_password(actor=security, reason="遗忘", account=account)
        for model in (Event, User.history.model):
            assert not [row for row in model.objects.values() if slip.password in str(row)]
        assert all("password" not in row for row in User.history.model.objects.values())

    def test_first_passwords_for_a_batch(self, security):
        accounts = [create(security, username=f"new{n}") for n in range(3)]
        slips = credentials.issue_first_passwords(actor=security, reason="发放", accounts=accounts)
        assert len({slip.password for slip in slips}) == 3
        for slip in slips:
            assert User.objects.get(pk=slip.account.pk).check_password(slip.password)
        event = assert_recorded("account.issue_passwords", actor=security)
        assert event.touched == [f"accounts.user:{account.pk}" for account in accounts]

    def test_batch_refuses_whoever_has_a_password(self, security):
        with pytest.raises(Refused, match="初始口令已经发放"):
            credentials.issue_first_passwords(actor=security, reason="发放", accounts=[UserFactory()])

    @pytest.mark.parametrize("count", [0, 51])
    def test_batch_size(self, security, count):
        with pytest.raises(Refused, match="一次发放1至50人"):
            credentials.issue_first_passwords(actor=security, reason="发放", accounts=[security] * count)

    def test_checking_a_password_never_saves(self, django_assert_num_queries):
        user = UserFactory(password="pbkdf2_sha256$1$salt$6tH7cbmMgkcJmu2Rv9aWrXe4ZRDwNnmkl+2nzJbTwDI=")
        with django_assert_num_queries(0):
            user.check_password(PASSWORD)


class TestSecondFactor:
    def test_reset_removes_app_and_codes_and_ends_the_session(self, security):
        account = with_totp(UserFactory())
        LoginSession.objects.create(user=account, token="t")
        credentials.reset_second_factor(actor=security, reason="手机遗失", account=account)
        assert not Authenticator.objects.filter(user=account).exists()
        assert not LoginSession.objects.exists()
        assert_recorded("account.reset_second_factor", actor=security, target=account, reason="手机遗失")


class TestGranting:
    def give(self, actor, account, role=Role.SECRETARIAT, **more):
        return grants.grant_role(actor=actor, reason="依据：文", account=account, role=role, basis="文", **more)

    def test_grant_is_dated_and_recorded(self, security):
        account = UserFactory()
        grant = self.give(security, account, ends_at=timezone.now() + timedelta(days=30))
        assert (grant.state, grant.family, grant.basis) == (GrantState.LIVE, "business", "文")
        event = assert_recorded("grant.give", actor=security, target=grant)
        assert event.person_id == account.pk

    @pytest.mark.parametrize("role", [None, *(role for role in Role if role != Role.SECURITY_ADMIN)])
    def test_others_cannot_grant(self, role):
        actor = user_with(role) if role else UserFactory()
        with pytest.raises(Refused, match="没有授予角色的权限"):
            self.give(actor, UserFactory())
        assert_refused("grant.give", actor=actor)

    def test_nobody_grants_to_themselves(self, security):
        with pytest.raises(Refused, match="不能给自己授权"):
            self.give(security, security, Role.RECUSAL_OFFICER)

    def test_disjoint_families_with_sentence(self, security):
        account = user_with(Role.SYSTEM_ADMIN)
        with pytest.raises(Refused, match="系统管理与安全管理不得由同一人担任"):
            self.give(security, account, Role.SECURITY_ADMIN)

    def test_repeated_grant_with_sentence(self, security):
        account = UserFactory()
        self.give(security, account)
        with pytest.raises(Refused, match="不必重复授权"):
            self.give(security, account)

    def test_basis_is_required(self, security):
        with pytest.raises(ValidationError):
            grants.grant_role(
                actor=security, reason="x", account=UserFactory(), role=Role.SECRETARIAT, basis="", ends_at=None
            )

    def test_revoking_ends_it_now(self, security):
        grant = self.give(security, UserFactory())
        grants.revoke_role(actor=security, reason="任务结束", grant=grant)
        grant.refresh_from_db()
        assert grant.state == GrantState.ENDED
        assert not RoleGrant.objects.live().filter(pk=grant.pk).exists()
        assert_recorded("grant.revoke", actor=security, target=grant, reason="任务结束")

    def test_revoking_before_the_beginning_leaves_no_moment_of_it(self, security):
        grant = self.give(security, UserFactory(), starts_at=timezone.now() + timedelta(days=2))
        grants.revoke_role(actor=security, reason="取消", grant=grant)
        grant.refresh_from_db()
        assert grant.state == GrantState.NEVER
        again = self.give(security, grant.user, starts_at=timezone.now() + timedelta(days=2))
        assert again.state == GrantState.COMING

    def test_revoking_twice(self, security):
        grant = self.give(security, UserFactory())
        grants.revoke_role(actor=security, reason="任务结束", grant=grant)
        with pytest.raises(Refused, match="已经结束"):
            grants.revoke_role(actor=security, reason="再来", grant=grant)

    def test_last_security_administrator(self, security):
        other = user_with(Role.SECURITY_ADMIN)
        grants.revoke_role(actor=security, reason="轮换", grant=other.role_grants.get())
        limited = self.give(security, UserFactory(), Role.SECURITY_ADMIN, ends_at=timezone.now() + timedelta(days=9))
        with pytest.raises(Refused, match="唯一长期有效"):
            grants.revoke_role(actor=limited.user, reason="换人", grant=security.role_grants.get())


class TestOrganisations:
    def test_add_and_rename(self, security):
        unit = services.add_organisation(actor=security, reason="新设", code="D9", name="新单位")
        assert_recorded("organisation.add", actor=security, target=unit, reason="新设")
        services.rename_organisation(actor=security, reason="机构改革", organisation=unit, name="改后单位")
        assert Organisation.objects.get(pk=unit.pk).name == "改后单位"
        assert_recorded("organisation.rename", actor=security, target=unit, reason="机构改革")

    def test_taken_name(self, security):
        OrganisationFactory(name="旧单位")
        with pytest.raises(ValidationError):
            services.add_organisation(actor=security, reason="新设", code="D9", name="旧单位")

    def test_others_cannot(self):
        for role in set(Role) - {Role.SECURITY_ADMIN}:
            with pytest.raises(Refused, match="没有维护单位的权限"):
                services.add_organisation(actor=user_with(role), reason="x", code="D9", name="新单位")


def test_commands_raise_no_alarm_of_raw_changes(security):
    account = create(security)
    credentials.issue_first_passwords(actor=security, reason="发放", accounts=[account])
    services.close_account(actor=security, reason="调离", account=account)
    assert not RawChange.objects.exists()
