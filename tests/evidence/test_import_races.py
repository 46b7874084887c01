"""Two people, two connections, one import."""

import pytest
from django.db import IntegrityError, connection
from django.urls import reverse

from admissions.accounts.enums import Role
from admissions.accounts.models import User
from admissions.audit.enums import Outcome
from admissions.audit.models import Event
from admissions.evidence.enums import ImportStatus
from admissions.evidence.imports.checking import check_batch
from admissions.evidence.models import ImportBatch, ImportRow
from admissions.evidence.services import confirm_import, void_import
from tests.accounts.test_races import refused, together
from tests.factories.accounts import OrganisationFactory, user_with
from tests.factories.imports import UNIT, checked, person, roster, sent

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.MFA_REQUIRED = False


@pytest.fixture(autouse=True)
def unit():
    return OrganisationFactory(name=UNIT)


def officer():
    return user_with(Role.SECURITY_ADMIN)


def confirming(batch, actor):
    return lambda: confirm_import(actor=User.objects.get(pk=actor.pk), reason="核对", batch=batch)


def test_two_confirmations_at_once_give_one_and_the_name_of_who_was_faster():
    batch, first, second = checked(roster(person(), person("张示三", "S0002"))), officer(), officer()
    results = together(confirming(batch, first), confirming(batch, second))
    (refusal,) = refused(results)
    stored = ImportBatch.objects.get(pk=batch.pk)
    assert stored.status == ImportStatus.APPLIED
    assert f"已由他人处理：{stored.confirmed_by.name}于" in refusal.decision.reason
    loser = second if stored.confirmed_by_id == first.pk else first
    assert refusal is results[1 if loser is second else 0]
    assert User.objects.filter(staff_number__in=["S0001", "S0002"]).count() == 2
    assert Event.objects.filter(action="imports.confirm", outcome=Outcome.DONE).count() == 1
    assert Event.objects.filter(action="imports.confirm", outcome=Outcome.REFUSED, actor_id=loser.pk).count() == 1


def test_confirmation_and_voiding_at_once_give_one_of_them():
    batch, first, second = checked(roster(person())), officer(), officer()
    results = together(
        confirming(batch, first),
        lambda: void_import(actor=User.objects.get(pk=second.pk), reason="发错", batch=batch),
    )
    assert len(refused(results)) == 1
    status = ImportBatch.objects.get(pk=batch.pk).status
    assert status in (ImportStatus.APPLIED, ImportStatus.VOID)
    assert User.objects.filter(staff_number="S0001").exists() == (status == ImportStatus.APPLIED)


def test_two_files_of_one_content_confirmed_at_once_make_no_second_account():
    content = roster(person(), person("张示三", "S0002"))
    batches = [checked(content), checked(content)]
    results = together(*[confirming(batch, officer()) for batch in batches])
    assert len(refused(results)) == 1
    assert sorted(ImportBatch.objects.values_list("status", flat=True)) == [ImportStatus.APPLIED, ImportStatus.READY]
    assert User.objects.filter(staff_number__in=["S0001", "S0002"]).count() == 2


def test_two_checks_at_once_write_each_verdict_once():
    batch = sent(roster(*[person(number=f"S{n:04}") for n in range(50)]))
    together(lambda: check_batch(batch.pk), lambda: check_batch(batch.pk))
    assert ImportRow.objects.filter(batch=batch).count() == 50
    assert ImportBatch.objects.get(pk=batch.pk).status == ImportStatus.READY


def test_a_page_opened_before_somebody_was_faster_says_so(client):
    batch, slow, fast = checked(roster(person())), officer(), officer()
    client.force_login(slow)
    address = reverse("evidence:import-confirm", args=[batch.pk])
    assert client.get(address).status_code == 200
    confirm_import(actor=fast, reason="核对", batch=batch)
    answer = client.post(address, {"reason": "核对"})
    assert answer.status_code == 403
    assert f"已由他人处理：{fast.name}" in answer.content.decode()


def test_the_database_itself_refuses_the_uploader_as_second_person():
    batch = checked(roster(person()))
    with connection.cursor() as cursor, pytest.raises(IntegrityError, match="import_second_person"):
        cursor.execute(
            "UPDATE evidence_importbatch SET confirmed_by_id = uploaded_by_id, confirmed_at = now() WHERE id = %s",
            [batch.pk],
        )
