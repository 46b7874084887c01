"""The command decorator: one transaction, one event, refusals recorded, no save outside."""

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from admissions.accounts.models import Organisation
from admissions.audit.commands import command
from admissions.audit.enums import Outcome
from admissions.audit.facts import No
from admissions.audit.locking import lock
from admissions.audit.models import Event
from admissions.core.citations import cite
from admissions.core.decision import Refused
from tests.factories.accounts import OrganisationFactory, UserFactory
from tests.races import together
from tests.trail import assert_recorded, assert_refused

pytestmark = pytest.mark.django_db


@command("test.rename", "更名", clause=cite("civil-servant-76"))
def rename(*, actor, reason, organisation, name):
    organisation.name = name
    organisation.save()
    if name == "禁用名":
        raise Refused("此名称不能使用。", clause="测试依据第2条")
    return organisation


@command("test.found", "建立若干", clause=No("只在测试中"))
def many(*, actor, reason, names):
    return Organisation.objects.record_many([Organisation(name=name, code=f"N{n}") for n, name in enumerate(names)])


@command("test.rearrange", "改代码", clause=No("只在测试中"))
def rearrange(*, actor, reason, organisation, code):
    organisation = lock(organisation)
    organisation.code = code
    organisation.save()


def test_command_writes_one_event_with_history_and_labels():
    organisation, actor = OrganisationFactory(name="旧名"), UserFactory(name="经办")
    rename(actor=actor, reason="机构改革", organisation=organisation, name="新名")
    event = assert_recorded("test.rename", actor=actor, target=organisation, reason="机构改革")
    assert (event.actor_name, event.target_label, event.clause) == ("经办", "新名", "《公务员法》第76条")
    assert event.touched == [f"accounts.organisation:{organisation.pk}"]
    assert organisation.history.first().event_id == event.pk


def test_refusal_rolls_back_and_is_recorded():
    organisation, actor = OrganisationFactory(name="旧名"), UserFactory()
    with pytest.raises(Refused, match="此名称不能使用"):
        rename(actor=actor, reason="试试", organisation=organisation, name="禁用名")
    assert Organisation.objects.get(pk=organisation.pk).name == "旧名"
    event = assert_refused("test.rename", actor=actor, target=organisation)
    assert (event.refusal, event.clause, event.touched) == ("此名称不能使用。", "测试依据第2条", [])


def test_save_outside_a_command_raises():
    organisation = OrganisationFactory()
    organisation.name = "偷改"
    with pytest.raises(RuntimeError, match="only inside a command"):
        organisation.save()


@pytest.mark.parametrize("call", ["update", "delete", "bulk_create", "bulk_update"])
def test_queryset_shortcuts_raise(call):
    with pytest.raises(RuntimeError, match="leaves no trail"):
        getattr(Organisation.objects.all(), call)()


def test_commands_do_not_call_commands():
    @command("test.nested", "嵌套", clause=No("只在测试中"))
    def nested(*, actor, reason, organisation):
        rename(actor=actor, reason=reason, organisation=organisation, name="内")

    with pytest.raises(RuntimeError, match="do not call commands"):
        nested(actor=UserFactory(), reason="嵌套", organisation=OrganisationFactory())
    assert not Event.objects.filter(action="test.rename").exists()


@pytest.mark.django_db(transaction=True)
def test_one_of_two_that_wait_for_each_other_is_told_so():
    """The database ends one of them: a sentence and a refused attempt, not an error page; the other goes through."""
    both_hold_one = threading.Barrier(2)

    @command("test.lock_two", "交叉锁定", clause=No("只在测试中"))
    def lock_two(*, actor, reason, organisation, then):
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        both_hold_one.wait(timeout=10)
        Organisation.objects.select_for_update().get(pk=then.pk)
        return organisation

    actor, first, second = UserFactory(), OrganisationFactory(), OrganisationFactory()

    def act(organisation, then):
        return lambda: lock_two(actor=actor, reason="同时", organisation=organisation, then=then)

    results = together(act(first, second), act(second, first))
    (refusal,) = [result for result in results if isinstance(result, Refused)]
    assert "没有写入任何内容" in refusal.decision.reason
    assert sorted(Event.objects.filter(action="test.lock_two").values_list("outcome", flat=True)) == sorted(
        [Outcome.DONE, Outcome.REFUSED]
    )


class TestWordsAtEveryDoor:
    def test_a_reason_is_kept_without_what_nobody_sees(self):
        organisation, actor = OrganisationFactory(name="旧名"), UserFactory()
        rename(actor=actor, reason="更\u200b名\ufffe", organisation=organisation, name="新名")
        assert_recorded("test.rename", actor=actor, target=organisation, reason="更名")

    @pytest.mark.parametrize("name", ["新\u200b名", "新\ufffe名", "新\ue000名", "⾼名", "新\ufffd"])
    def test_a_record_takes_no_text_that_was_not_cleaned(self, name):
        organisation, actor = OrganisationFactory(name="旧名"), UserFactory()
        with pytest.raises(ValidationError, match=r"看不见|自造字|丢失"):
            rename(actor=actor, reason="更名", organisation=organisation, name=name)
        with pytest.raises(ValidationError):
            many(actor=actor, reason="建立", names=["好", name])

    def test_what_was_let_in_before_stays_until_it_is_changed(self):
        organisation, actor = OrganisationFactory(name="旧名"), UserFactory()
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            cursor.execute("UPDATE accounts_organisation SET name = %s WHERE id = %s", ["旧\u200b名", organisation.pk])
            cursor.execute("SET session_replication_role = DEFAULT")
        rearrange(actor=actor, reason="改代码", organisation=organisation, code="X9")
        organisation.refresh_from_db()
        assert (organisation.name, organisation.code) == ("旧\u200b名", "X9")
