"""The admin site: looks for the three administrators, touches for nobody."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission as ModelPermission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from admissions.accounts.admin_site import ReadOnlyAdmin
from admissions.accounts.enums import Role
from admissions.accounts.permissions import ROLE_PERMISSIONS
from tests.factories.accounts import OrganisationFactory, RoleGrantFactory, UserFactory, user_with

pytestmark = pytest.mark.django_db

ADMINISTRATORS = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)
MAY_SEE = {
    "accounts.user": {Role.SECURITY_ADMIN, Role.AUDIT_ADMIN},
    "accounts.rolegrant": {Role.SECURITY_ADMIN, Role.AUDIT_ADMIN},
    "accounts.organisation": {Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN},
    "accounts.loginsession": {Role.SYSTEM_ADMIN},
    "audit.event": {Role.AUDIT_ADMIN},
    "audit.rawchange": {Role.AUDIT_ADMIN},
    "jobs.job": {Role.SYSTEM_ADMIN},
    "seasons.season": set(ADMINISTRATORS),
    "groups.workgroup": set(ADMINISTRATORS),
    "rulebook.clause": set(ADMINISTRATORS),
}


def url(label, action="changelist", *args):
    return reverse(f"admin:{label.replace('.', '_')}_{action}", args=args)


def test_only_read_only_registrations_are_taken():
    assert admin.site._registry
    assert all(isinstance(entry, ReadOnlyAdmin) for entry in admin.site._registry.values())


@pytest.mark.parametrize("role", Role)
def test_lists_by_role(client, role):
    client.force_login(user_with(role))
    seen = {label: client.get(url(label), follow=True).status_code for label in MAY_SEE}
    assert seen == {label: 200 if role in roles else 403 for label, roles in MAY_SEE.items()}


@pytest.mark.parametrize("role", ADMINISTRATORS)
def test_nothing_can_be_added_changed_or_deleted(client, role):
    organisation = OrganisationFactory(name="原名")
    client.force_login(user_with(role))
    data = {"code": "X", "name": "改名", "is_active": "on"}
    for entry in admin.site._registry:
        label = entry._meta.label_lower
        assert client.get(url(label, "add")).status_code == 403
        assert client.post(url(label, "add"), data).status_code == 403
    for action in ("change", "delete"):
        assert client.post(url("accounts.organisation", action, organisation.pk), data).status_code == 403
    bulk = {"action": "delete_selected", "_selected_action": [organisation.pk], "post": "yes"}
    client.post(url("accounts.organisation"), bulk)
    organisation.refresh_from_db()
    assert organisation.name == "原名"


def test_every_registered_list_and_record_opens(client):
    """Named fields exist, and so do the columns."""
    RoleGrantFactory()
    OrganisationFactory()
    for role in ADMINISTRATORS:
        client.force_login(user_with(role))
        for entry, options in admin.site._registry.items():
            if not options.permissions & ROLE_PERMISSIONS[role]:
                continue
            label = entry._meta.label_lower
            assert client.get(url(label), follow=True).status_code == 200, label
            record = entry._default_manager.first()
            if record is not None:
                assert client.get(url(label, "change", record.pk)).status_code == 200, label


def test_secrets_are_not_shown(client):
    account = UserFactory(phone="13912345678", id_digest="h1:digest", id_tail="****001X")
    client.force_login(user_with(Role.SECURITY_ADMIN))
    text = client.get(url("accounts.user", "change", account.pk)).content.decode()
    assert "139****5678" in text
    for secret in ("13912345678", "h1:digest", account.password):
        assert secret not in text


def test_flags_and_model_permissions_of_django_open_nothing(client):
    user = UserFactory()
    user.user_permissions.set(ModelPermission.objects.all())
    client.force_login(user)
    assert client.get("/admin/", follow=True).status_code == 403
    administrator = user_with(Role.SYSTEM_ADMIN)
    administrator.user_permissions.set(ModelPermission.objects.all())
    client.force_login(administrator)
    assert client.get(url("accounts.user")).status_code == 403
    assert client.get(url("accounts.organisation", "add")).status_code == 403


def test_history_leads_to_the_ledger(client):
    organisation = OrganisationFactory()
    client.force_login(user_with(Role.SECURITY_ADMIN))
    response = client.get(url("accounts.organisation", "history", organisation.pk))
    assert response.url == reverse("audit:record", args=["accounts.organisation", organisation.pk])


def test_grant_that_ended_closes_the_admin(client):
    user = UserFactory()
    client.force_login(user)
    assert not user.is_staff
    RoleGrantFactory(user=user, role=Role.AUDIT_ADMIN)
    assert user.is_staff
    assert client.get("/admin/").status_code == 200


def test_large_ledger_is_not_counted_to_its_end(client):
    client.force_login(user_with(Role.AUDIT_ADMIN))
    with CaptureQueriesContext(connection) as captured:
        client.get(url("audit.event"))
    counting = [query["sql"] for query in captured if "COUNT(" in query["sql"] and "audit_event" in query["sql"]]
    assert counting
    assert all("LIMIT 10000" in sql for sql in counting)


@pytest.mark.parametrize("key", ["1", "%C0%AF", "٣"])
def test_no_way_leads_from_any_kind_and_key_to_a_page(client, key):
    client.force_login(user_with(Role.AUDIT_ADMIN))
    assert client.get(f"/admin/r/{key}/{key}/").status_code == 404
