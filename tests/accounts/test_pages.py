"""Pages of the accounts through the test client: who sees what, what a form does, what never appears."""

from datetime import timedelta
from io import BytesIO
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from admissions.accounts.enums import AccountStatus, GrantState, Role
from admissions.accounts.models import Organisation, RoleGrant, User
from admissions.audit.enums import Outcome
from admissions.audit.models import Event
from admissions.core.names import sort_key
from tests.factories.accounts import PASSWORD, OrganisationFactory, RoleGrantFactory, UserFactory, user_with
from tests.trail import assert_recorded, assert_refused, setting_up

from .signing import with_totp

pytestmark = pytest.mark.django_db

FORM = "application/x-www-form-urlencoded"
FOR_SECURITY = ["accounts:create", "accounts:first-passwords", "accounts:organisation-add"]
FOR_LOOKING = ["accounts:list", "accounts:organisations"]
ON_ACCOUNT = [
    "accounts:correct",
    "accounts:suspend",
    "accounts:close",
    "accounts:password-reset",
    "accounts:second-factor-reset",
    "accounts:grant",
]


@pytest.fixture
def security(client):
    user = user_with(Role.SECURITY_ADMIN)
    client.force_login(user)
    return user


def page(client, name, *args, **query):
    return client.get(reverse(name, args=args), query)


def queries_of(client, name, *args):
    """How many queries the page needs, once caches are warm."""
    page(client, name, *args)
    with CaptureQueriesContext(connection) as captured:
        page(client, name, *args)
    return len(captured)


class TestWhoOpensWhat:
    @pytest.mark.parametrize("role", [None, *Role])
    def test_by_role(self, client, role):
        account = with_totp(UserFactory())
        client.force_login(user_with(role) if role else UserFactory())
        looking = 200 if role in (Role.SECURITY_ADMIN, Role.AUDIT_ADMIN) else 403
        security = 200 if role == Role.SECURITY_ADMIN else 403
        assert {name: page(client, name).status_code for name in FOR_LOOKING} == dict.fromkeys(FOR_LOOKING, looking)
        assert page(client, "accounts:one", account.pk).status_code == looking
        assert {name: page(client, name).status_code for name in FOR_SECURITY} == dict.fromkeys(FOR_SECURITY, security)
        statuses = {name: page(client, name, account.pk).status_code for name in ON_ACCOUNT}
        assert statuses == dict.fromkeys(ON_ACCOUNT, security)
        assert page(client, "accounts:mine").status_code == page(client, "accounts:password-change").status_code == 200

    def test_refusal_says_why_and_who_can(self, client):
        client.force_login(user_with(Role.SYSTEM_ADMIN))
        text = page(client, "accounts:create").content.decode()
        assert "您没有建立账号的权限" in text
        assert "请联系安全管理员办理" in text

    def test_unknown_account(self, client, security):
        assert page(client, "accounts:one", 99_999_999).status_code == 404

    def test_audit_administrator_sees_no_button_that_works(self, client):
        grant = RoleGrantFactory(role=Role.SECRETARIAT)
        client.force_login(user_with(Role.AUDIT_ADMIN))
        text = page(client, "accounts:one", grant.user_id).content.decode()
        for name in ON_ACCOUNT:
            assert reverse(name, args=[grant.user_id]) not in text
        assert reverse("accounts:revoke", args=[grant.pk]) not in text
        assert text.count("您没有变更账号与授权的权限") == 1


class TestList:
    @pytest.fixture
    def people(self, security):
        unit = OrganisationFactory(name="省考试院")
        found = {}
        for name, number in (("吕示正", "S0001"), ("张示三", "S0002")):
            found[name] = UserFactory(name=name, name_sort=sort_key(name), staff_number=number, organisation=unit)
        RoleGrantFactory(user=found["吕示正"], role=Role.RECUSAL_OFFICER)
        return found

    @pytest.mark.parametrize(
        "text", ["吕示", "lvshi", "lv shi zheng", "lyushi", "LSZ", "s0001", "吕 示 正", "吕\u200b示", "Ｓ０００１"]
    )
    def test_text_finds_by_name_pinyin_initials_and_staff_number(self, client, people, text):
        table = page(client, "accounts:list", q=text).context["table"]
        assert [row.record.name for row in table.rows] == ["吕示正"]

    def test_filters_by_unit_role_status_and_readiness(self, client, people, security):
        unit = people["吕示正"].organisation_id
        for query, names in (
            ({"organisation": unit}, {"吕示正", "张示三"}),
            ({"role": Role.RECUSAL_OFFICER}, {"吕示正"}),
            ({"role": Role.SECURITY_ADMIN}, {security.name}),
            ({"status": AccountStatus.CLOSED}, set()),
            ({"organisation": unit, "sign_in": "no_factor"}, {"吕示正", "张示三"}),
            ({"organisation": unit, "sign_in": "none"}, set()),
        ):
            table = page(client, "accounts:list", **query).context["table"]
            assert {row.record.name for row in table.rows} == names, query

    def test_sorted_by_pinyin(self, client, people):
        names = [row.record.name for row in page(client, "accounts:list", q="示").context["table"].rows]
        assert names == ["吕示正", "张示三"]

    def test_mangled_filters_do_not_break_the_page(self, client, security):
        for query in (
            {"organisation": "x"},
            {"organisation": 10**30},
            {"role": "emperor"},
            {"page": "-1"},
            {"q": "%_'\""},
        ):
            assert page(client, "accounts:list", **query).status_code == 200, query

    def test_constant_number_of_queries(self, client, security):
        unit, needed = OrganisationFactory(), []
        for people in (1, 24, 35):
            for _ in range(people):
                RoleGrantFactory(user=UserFactory(organisation=unit), role=Role.SECRETARIAT)
            needed.append(queries_of(client, "accounts:list"))
        assert needed == [needed[0]] * 3

    def test_export_masks_and_is_recorded(self, client, people, security):
        with setting_up():
            people["吕示正"].phone = "13912345678"
            people["吕示正"].id_tail, people["吕示正"].id_digest = "****001X", "h1:abc"
            people["吕示正"].save()
        response = page(client, "accounts:list", export="xlsx", purpose="work", q="示")
        cells = [cell for row in load_workbook(BytesIO(response.content)).active.values for cell in row]
        assert "吕示正" in cells
        assert "启用" in cells
        assert not [cell for cell in cells if cell and ("13912345678" in cell or "h1:abc" in cell or "<" in cell)]
        event = Event.objects.get(outcome=Outcome.EXPORT)
        assert (event.actor_id, event.details["row_count"]) == (security.pk, 2)


class TestDetail:
    def test_masks_phone_and_shows_grants_with_period(self, client, security):
        account = UserFactory(phone="13912345678", id_tail="****001X")
        RoleGrantFactory(user=account, role=Role.SECRETARIAT, basis="〔2026〕8号")
        text = page(client, "accounts:one", account.pk).content.decode()
        assert "139****5678" in text
        assert "13912345678" not in text
        assert "〔2026〕8号" in text
        assert "起长期" in text

    def test_constant_number_of_queries(self, client, security):
        account, now, needed = UserFactory(), timezone.now(), []
        for days in (range(1), range(1, 12)):
            for n in days:
                period = DateTimeTZRange(now + timedelta(days=n), now + timedelta(days=n, hours=1))
                RoleGrantFactory(user=account, role=Role.SECRETARIAT, period=period)
            needed.append(queries_of(client, "accounts:one", account.pk))
        assert needed[0] == needed[1]

    def test_own_page_offers_nothing_to_oneself(self, client, security):
        actions = page(client, "accounts:one", security.pk).context["actions"]
        assert not [action.label for action in actions if action.decision.ok]


class TestHistory:
    """The roster is known to everybody; what happened to an account is not."""

    @pytest.mark.parametrize("role", [None, *Role])
    def test_history_of_an_account_by_role(self, client, role):
        account = UserFactory()
        client.force_login(user_with(role) if role else UserFactory())
        status = client.get(reverse("audit:record", args=["accounts.user", account.pk])).status_code
        assert status == (200 if role in (Role.SECURITY_ADMIN, Role.AUDIT_ADMIN, Role.SUPERVISOR) else 404)

    def test_own_history(self, client):
        user = UserFactory()
        client.force_login(user)
        assert client.get(reverse("audit:record", args=["accounts.user", user.pk])).status_code == 200

    def test_phone_is_masked_in_the_differences(self, client, security):
        account = UserFactory(phone="13912345678", staff_number="S0001")
        data = {"name": "改名", "staff_number": "S0001", "phone": "13800001111", "employment": "full_time"}
        unit = OrganisationFactory()
        url = reverse("accounts:correct", args=[account.pk])
        client.post(url, {**data, "organisation": unit.pk, "reason": "换号"})
        text = client.get(reverse("audit:record", args=["accounts.user", account.pk])).content.decode()
        assert "139****5678" in text
        assert "138****1111" in text
        assert "13912345678" not in text
        assert "13800001111" not in text


class TestForms:
    def account_data(self, unit, **more):
        data = {"username": "zhangsan", "name": "张示三", "organisation": unit.pk, "employment": "seconded"}
        return {**data, "phone": "１３９１２３４５６７８", "reason": "借调", **more}

    def test_create(self, client, security):
        unit = OrganisationFactory()
        response = client.post(reverse("accounts:create"), self.account_data(unit, id_number="11010519491231002x"))
        account = User.objects.get(username="zhangsan")
        assert response.url == reverse("accounts:one", args=[account.pk])
        assert (account.phone, account.id_tail, account.organisation) == ("13912345678", "****002X", unit)
        assert account.id_digest.startswith("h1:")
        assert_recorded("account.create", actor=security, target=account, reason="借调")

    @pytest.mark.parametrize(
        ("field", "value", "why"),
        [
            ("id_number", "110105194912310021", "校验位不符"),
            ("id_number", "11010519491331002X", "出生日期"),
            ("phone", "12345", "11位手机号"),
            ("username", "张三", "登录名为3至40位"),
            ("organisation", "", "必填"),
        ],
    )
    def test_create_says_what_is_wrong(self, client, security, field, value, why):
        data = self.account_data(OrganisationFactory(), **{field: value})
        response = client.post(reverse("accounts:create"), data)
        assert response.status_code == 422
        assert why in "".join(str(e) for e in response.context["form"].errors[field]) or why == "必填"
        assert not User.objects.filter(username="zhangsan").exists()

    def test_slip_is_shown_once_and_works(self, client, security):
        account = UserFactory(password="!none")
        url = reverse("accounts:password-reset", args=[account.pk])
        response = client.post(url, {"reason": "发放", "own_password": PASSWORD})
        password = response.context["slips"][0].password
        assert password in response.content.decode()
        assert response.headers["Cache-Control"] == "no-store"
        account.refresh_from_db()
        assert account.check_password(password)
        assert password not in client.get(url).content.decode()

    def test_reposting_the_same_form_is_noticed(self, client, security):
        account = UserFactory(password="!none")
        url = reverse("accounts:password-reset", args=[account.pk])
        two_tabs = [dict(client.get(url).context["seen"]) for _ in range(2)]
        first, other = (urlencode({"reason": "发放", "own_password": PASSWORD, **seen}) for seen in two_tabs)
        client.post(url, first, content_type=FORM)
        assert client.post(url, first, content_type=FORM).url == account.get_absolute_url()
        response = client.post(url, other, content_type=FORM)
        assert response.status_code == 422
        assert "您已于" in response.content.decode()

    def test_first_passwords_of_one_unit(self, client, security):
        unit = OrganisationFactory()
        waiting = [UserFactory(password="!none", organisation=unit) for _ in range(3)]
        elsewhere = UserFactory(password="!none", organisation=OrganisationFactory())
        url = f"{reverse('accounts:first-passwords')}?organisation={unit.pk}"
        assert client.get(url).context["waiting_count"] == 3
        data = {"accounts": [account.pk for account in waiting], "own_password": PASSWORD}
        assert len(client.post(url, data).context["slips"]) == 3
        data["accounts"] = [elsewhere.pk]
        assert client.post(url, data).status_code == 422

    def test_grant_through_the_form(self, client, security):
        account, today = UserFactory(), timezone.localdate()
        data = {
            "role": Role.SECRETARIAT,
            "starts_on": today.isoformat(),
            "ends_on": (today + timedelta(days=9)).isoformat(),
            "basis": "录取工作方案〔2026〕1号",
            "own_password": PASSWORD,
        }
        client.post(reverse("accounts:grant", args=[account.pk]), data)
        grant = RoleGrant.objects.get(user=account)
        last = timezone.localtime(grant.period.upper)
        assert (grant.state, last.date(), last.hour) == (GrantState.LIVE, today + timedelta(days=10), 0)

    def test_grant_needs_the_own_password(self, client, security):
        account = UserFactory()
        data = {"role": Role.SECRETARIAT, "starts_on": timezone.localdate().isoformat(), "basis": "文"}
        response = client.post(reverse("accounts:grant", args=[account.pk]), {**data, "own_password": "Wrong-2026-x"})
        assert response.context["form"].errors["own_password"] == ["口令不正确。"]
        assert not RoleGrant.objects.filter(user=account).exists()

    def test_refusal_of_the_command_stands_on_the_form(self, client, security):
        account = user_with(Role.SUPERVISOR)
        data = {"role": Role.SECRETARIAT, "starts_on": timezone.localdate().isoformat(), "basis": "文"}
        response = client.post(reverse("accounts:grant", args=[account.pk]), {**data, "own_password": PASSWORD})
        assert response.status_code == 422
        assert "不得由同一人担任" in response.content.decode()
        assert_refused("grant.give", actor=security, target=account)

    def test_right_that_ends_while_the_form_is_open(self, client):
        grant = RoleGrantFactory(role=Role.SECURITY_ADMIN)
        RoleGrantFactory(role=Role.SECURITY_ADMIN)
        client.force_login(grant.user)
        assert page(client, "accounts:organisation-add").status_code == 200
        with setting_up():
            grant.period = DateTimeTZRange(grant.period.lower, timezone.now())
            grant.save()
        response = client.post(reverse("accounts:organisation-add"), {"code": "X", "name": "新", "reason": "试"})
        assert response.status_code == 403
        assert "您的“安全管理员”授权已于" in response.content.decode()
        assert "结束，不能再维护单位" in response.content.decode()

    def test_revoke_confirm_page(self, client, security):
        grant = RoleGrantFactory(role=Role.SECRETARIAT)
        url = reverse("accounts:revoke", args=[grant.pk])
        assert "于此刻结束" in client.get(url).content.decode()
        client.post(url, {"reason": "任务结束", "own_password": PASSWORD})
        grant.refresh_from_db()
        assert grant.state == GrantState.ENDED

    def test_organisation_add_and_rename(self, client, security):
        client.post(reverse("accounts:organisation-add"), {"code": "X1", "name": "新单位", "reason": "新设"})
        unit = Organisation.objects.get(code="X1")
        client.post(reverse("accounts:organisation-rename", args=[unit.pk]), {"name": "改名单位", "reason": "改革"})
        unit.refresh_from_db()
        assert unit.name == "改名单位"


class TestOwnPassword:
    def change(self, client, old, new):
        data = {"own_password": old, "new_password": new, "repeated": new}
        return client.post(reverse("accounts:password-change"), data)

    def test_first_sign_in_leads_to_the_change_and_nowhere_else(self, client):
        client.force_login(UserFactory(must_change_password=True))
        for path in (reverse("home"), reverse("accounts:mine"), "/admin/", "/no/such/page"):
            assert client.get(path).url == reverse("accounts:password-change"), path
        assert "须先修改口令" in client.get(reverse("accounts:password-change")).content.decode()

    def test_change_keeps_this_session_and_opens_the_rest(self, client):
        user = UserFactory(must_change_password=True)
        client.force_login(user)
        assert self.change(client, PASSWORD, "A-new-pass-2026").url == reverse("home")
        assert client.get(reverse("home")).status_code == 200

    def test_password_older_than_ninety_days_must_be_changed(self, client):
        now = timezone.now()
        fresh = UserFactory(password_changed_at=now - timedelta(days=89, hours=23))
        stale = UserFactory(password_changed_at=now - timedelta(days=90, minutes=1))
        client.force_login(fresh)
        assert client.get(reverse("home")).status_code == 200
        client.force_login(stale)
        assert client.get(reverse("home")).url == reverse("accounts:password-change")
        assert "口令使用满90天须先修改" in client.get(reverse("accounts:password-change")).content.decode()

    @pytest.mark.parametrize(
        ("old", "new", "field"),
        [
            ("Wrong-pass-2026", "A-new-pass-2026", "own_password"),
            (PASSWORD, PASSWORD, "new_password"),
            (PASSWORD, "short", "new_password"),
        ],
    )
    def test_refused_changes(self, client, old, new, field):
        user = UserFactory()
        client.force_login(user)
        response = self.change(client, old, new)
        assert response.status_code == 422
        assert field in response.context["form"].errors
        user.refresh_from_db()
        assert user.check_password(PASSWORD)


def test_own_page_shows_own_sign_ins_only(client):
    other = UserFactory()
    client.force_login(other)
    user = UserFactory()
    client.force_login(user)
    assert {event.actor_id for event in page(client, "accounts:mine").context["sign_ins"]} == {user.pk}
