"""Sight of one record, kind by kind: it opens looking until a moment, never acting, and never past a recusal."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import resolve, reverse
from django.utils import timezone
from guardian.models import UserObjectPermission

from admissions.accounts.enums import Role
from admissions.audit.access import may_read_trail
from admissions.audit.enums import HIDDEN
from admissions.audit.models import Event
from admissions.core.decision import Refused
from admissions.core.views import FormPage
from admissions.sight import kinds
from admissions.sight.enums import SightState
from admissions.sight.models import Sight
from admissions.sight.selectors import sighted_rows
from admissions.sight.services import tidy_ended, withdraw_sight
from discipline.opinions import rules as opinion_rules
from tests.factories.accounts import UserFactory, user_with
from tests.factories.recusal import fact_about
from tests.factories.requests import signed_by_a_deputy
from tests.factories.sight import given, planted_sight
from tests.factories.steps import ordered, staffed
from tests.factories.workgroups import leader_of
from tests.house.doors import OPEN, watched
from tests.house.lookers import LOOKERS, NO_ROLE, SUPERVISOR
from tests.house.pages import addresses
from tests.races import together
from tests.trail import assert_recorded, assert_refused, setting_up
from workgroups.appointments.enums import AppointmentStatus
from workgroups.meetings.models import AgendaItem, ItemRecusal, Paper, Position
from workgroups.recusal.enums import FactState, ScopeKind

from .scenes import KINDS, again, giver_of, record_of, sees

pytestmark = pytest.mark.django_db


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param


@pytest.fixture
def reader(world):
    return world.who[NO_ROLE]


class TestLooking:
    def test_until_the_very_instant(self, world, kind, reader):
        record = record_of(world, kind)
        before = sees(reader, record)
        sight = given(giver_of(world, kind), record, reader)
        assert (before, sees(reader, record)) == (kind == "group", True)
        assert_recorded("sight.give", actor=giver_of(world, kind), target=sight)
        with time_machine.travel(sight.period.upper - timedelta(seconds=1), tick=False):
            assert sees(reader, record)
        with time_machine.travel(sight.period.upper, tick=False):
            assert sees(reader, record) == before

    def test_the_page_opens_and_says_by_what(self, world, kind, reader, client, settings):
        settings.MFA_REQUIRED = False
        record = record_of(world, kind)
        sight = given(giver_of(world, kind), record, reader)
        if kind == "file":
            return
        client.force_login(reader)
        address = sight.kind.url(record) if kind != "group" else reverse("groups:one", args=[record.pk])
        page = client.get(address)
        assert page.status_code == 200
        assert "您经授权查阅：核对办理情况（省招委批〔2026〕3号）" in page.content.decode()

    def test_an_object_permission_stands_beside_it_until_it_is_withdrawn(self, world, kind, reader):
        record = record_of(world, kind)
        sight = given(giver_of(world, kind), record, reader)
        held = UserObjectPermission.objects.get(user=reader)
        assert held.content_type == ContentType.objects.get_for_model(record)
        assert (held.object_pk, held.permission.codename) == (str(record.pk), f"view_{record._meta.model_name}")
        withdraw_sight(actor=giver_of(world, kind), reason="不再需要", sight=sight)
        assert not UserObjectPermission.objects.filter(user=reader).exists()
        assert sees(reader, record) == (kind == "group")
        assert Sight.objects.get(pk=sight.pk).state == SightState.WITHDRAWN

    def test_a_permission_without_a_row_opens_nothing(self, world, reader):
        sight = given(giver_of(world, "run"), world.run, reader)
        with setting_up():
            sight.period = type(sight.period)(sight.period.lower, sight.period.lower + timedelta(microseconds=1))
            sight.save()
        assert UserObjectPermission.objects.filter(user=reader).exists()
        assert not sees(reader, world.run)

    def test_what_ran_out_is_tidied_and_what_lasts_stays(self, world, reader):
        given(giver_of(world, "run"), world.run, reader, days=1)
        given(giver_of(world, "meeting"), world.meeting, reader, days=3)
        held = UserObjectPermission.objects.count()
        assert tidy_ended() == 0
        with time_machine.travel(timezone.now() + timedelta(days=2), tick=False):
            assert tidy_ended() == held - UserObjectPermission.objects.count() > 0
            assert UserObjectPermission.objects.filter(user=reader).get().object_pk == str(world.meeting.pk)
            assert tidy_ended() == 0

    def test_parts_of_a_meeting_and_of_an_item(self, world, reader):
        given(giver_of(world, "item"), world.named_item, reader)
        assert sees(reader, world.paper) and not sees(reader, world.meeting)
        assert not Position.objects.visible_to(again(reader)).exists()
        other = UserFactory()
        given(giver_of(world, "meeting"), world.meeting, other)
        assert sees(other, world.named_item) and sees(other, world.paper)
        assert not sees(other, world.decided_item)


class TestRecusal:
    def recuse(self, world, person):
        about = {"kind": ScopeKind.INSTITUTION, "key": world.institution.pk, "state": FactState.CONFIRMED}
        fact_about(person, world.season, **about, label="回避对象")

    @pytest.mark.parametrize("kind", ["item", "run", "submission"])
    def test_found_after_the_giving(self, world, kind, reader):
        record = record_of(world, kind)
        sight = given(giver_of(world, kind), record, reader)
        self.recuse(world, reader)
        assert not sees(reader, record)
        assert not sees(reader, sight), "its text names the record"

    def test_from_the_item_itself(self, world, reader):
        given(giver_of(world, "meeting"), world.meeting, reader)
        assert sees(reader, world.named_item)
        with setting_up():
            by = world.who["secretariat"]
            ItemRecusal(item=world.named_item, person=reader, reason="亲属", recorded_by=by, at=timezone.now()).save()
        assert sees(reader, world.meeting)
        assert not sees(reader, world.named_item) and not sees(reader, world.paper)

    def test_others_who_keep_away_do_not_read_of_it(self, world, reader):
        sight = given(giver_of(world, "run"), world.run, reader)
        supervisor = world.who[SUPERVISOR]
        assert sees(supervisor, sight)
        self.recuse(world, supervisor)
        assert not sees(supervisor, sight)

    def test_whoever_keeps_away_gives_nothing(self, world, reader):
        giver = giver_of(world, "run")
        self.recuse(world, giver)
        with pytest.raises(Refused, match="您对此事项负有回避义务"):
            given(again(giver), world.run, reader)
        assert_refused("sight.give", actor=giver)


class TestTrailOfAGroup:
    def test_its_entries_and_no_others(self, world, reader):
        mine = Event.objects.visible_to(again(reader))
        assert not mine.filter(group_id=world.group.pk).exists()
        given(giver_of(world, "group"), world.group, reader)
        found = Event.objects.visible_to(again(reader))
        assert found.filter(group_id=world.group.pk).exists()
        assert not found.exclude(group_id=world.group.pk).exclude(actor_id=reader.pk).exists()

    def test_is_no_supervision(self, world, reader, client, settings):
        settings.MFA_REQUIRED = False
        given(giver_of(world, "group"), world.group, reader)
        person = again(reader)
        assert not may_read_trail(person)
        assert not Event.objects.supervised_by(person).filter(group_id=world.group.pk).exists()
        client.force_login(reader)
        assert client.get(reverse("audit:trail")).status_code == 403
        assert client.get(reverse("seals:list")).status_code == 403
        looks = Event.objects.filter(action="trail.look", actor_id=reader.pk)
        assert client.get(reverse("audit:group", args=[world.group.pk])).status_code == 200
        assert looks.count() == 1, "who reads of others by sight is on record"

    def test_attempts_at_hidden_records_are_not_part_of_it(self, world, reader):
        event = Event.objects.filter(group_id=world.group.pk).first()
        with connection.cursor() as sql:
            sql.execute(
                "INSERT INTO audit_event SELECT (jsonb_populate_record(e, jsonb_build_object("
                "'id', gen_random_uuid(), 'action', %s::text))).* FROM audit_event e WHERE id = %s",
                [HIDDEN, event.pk],
            )
        given(giver_of(world, "group"), world.group, reader)
        hidden = Event.objects.filter(action=HIDDEN, group_id=world.group.pk)
        assert hidden.visible_to(giver_of(world, "group")).exists()
        assert not hidden.visible_to(again(reader)).exists()

    def test_a_supervisor_elsewhere_marks_nothing_in_it(self, world):
        elsewhere = user_with(SUPERVISOR, season=world.season, group=world.other_group)
        given(giver_of(world, "group"), world.group, elsewhere)
        event = Event.objects.visible_to(again(elsewhere)).get(pk=world.supervised_event.pk)
        assert opinion_rules.can_flag(again(elsewhere), event).reason == "这条留痕不在您的监督范围。"
        assert opinion_rules.can_flag(giver_of(world, "group"), event).ok


class TestSeesOnly:
    def test_no_form_opens_by_sight_of_everything(self, world, reader, settings, light):
        settings.MFA_REQUIRED = False
        before = forms_open_to(reader, world, settings)
        for kind in kinds.kinds():
            for record in kind.rows():
                planted_sight(world.account, record, reader)
        assert sees(reader, world.run) and sees(reader, world.supervision)
        assert forms_open_to(reader, world, settings) == before

    def test_posting_changes_nothing(self, world, kind, reader, client, settings):
        settings.MFA_REQUIRED = False
        record = record_of(world, kind)
        given(giver_of(world, kind), record, reader)
        client.force_login(reader)
        address = reverse("sight:give", args=[record._meta.label_lower, record.pk])
        form = {"person": UserFactory().pk, "purpose": "看", "basis": "无", "until": "2026-07-20T10:00"}
        held = Sight.objects.count()
        assert (client.post(address, form).status_code, Sight.objects.count()) == (403, held)
        assert_refused("sight.give", actor=reader)


def forms_open_to(person, world, settings):
    client = Client(raise_request_exception=False)
    client.force_login(person)
    plain = settings.MIDDLEWARE
    settings.MIDDLEWARE = watched()
    client.handler.load_middleware()
    found = set()
    for name, address in addresses(world).items():
        page = getattr(resolve(address).func, "view_class", None)
        if page is not None and issubclass(page, FormPage) and OPEN in client.get(address).headers:
            found.add(name)
    settings.MIDDLEWARE = plain
    return found


class TestKinds:
    @pytest.mark.parametrize("looker", LOOKERS[1:])
    def test_rule_and_list_of_who_gives_agree(self, world, looker):
        person = again(world.who[looker])
        for kind in kinds.kinds():
            listed = set(kind.run_by(person).values_list("pk", flat=True))
            allowed = {row.pk for row in kind.rows() if kind.answers_for(person, row).ok}
            assert listed == allowed, kind.label

    def test_scopes_joined_with_sight_double_no_row(self, world):
        """`open_to` joins two conditions: a scope that reaches many rows for one must stand in a subquery of its own."""
        models = {kind.model for kind in kinds.kinds()} | {part for kind in kinds.kinds() for part, _ in kind.covers}
        for looker in LOOKERS[1:]:
            person = again(world.who[looker])
            for kind in kinds.kinds():
                for record in kind.rows():
                    if record.pk % 2 and not Sight.objects.live().of_record(record).filter(person=person).exists():
                        planted_sight(UserFactory(), record, person)
            for model in models:
                keys = list(model.objects.visible_to(again(person)).values_list("pk", flat=True))
                assert len(keys) == len(set(keys)), (looker, model)

    def test_nothing_is_joined_where_nobody_may_be_given(self, world, reader):
        assert sighted_rows(reader, Position) is None
        assert "sight_sight" not in str(Position.objects.visible_to(again(reader)).query)
        assert "sight_sight" in str(AgendaItem.objects.visible_to(again(reader)).query)
        assert len(sighted_rows(reader, Paper).children) == 2


class TestTheDatabase:
    def test_keeps_what_was_given(self, world, reader):
        sight = given(giver_of(world, "run"), world.run, reader)
        longer = "period = tstzrange(lower(period), upper(period) + interval '1 day')"
        for change in ("purpose = '另一用途'", f"person_id = {world.account.pk}", longer):
            with (
                pytest.raises(IntegrityError, match="授权查阅一经给出"),
                transaction.atomic(),
                connection.cursor() as sql,
            ):
                sql.execute(f"UPDATE sight_sight SET {change} WHERE id = %s", [sight.pk])
        with pytest.raises(IntegrityError, match="授权查阅一经给出"), transaction.atomic(), connection.cursor() as sql:
            sql.execute("DELETE FROM sight_sight WHERE id = %s", [sight.pk])

    def test_wants_an_end_and_another_person(self, world, reader):
        with pytest.raises(ValidationError, match="须写明截止时间"):
            row = given(giver_of(world, "run"), world.run, reader)
            row.period = type(row.period)(row.period.lower, None)
            row.full_clean()
        with pytest.raises(IntegrityError, match="sight_not_to_oneself"), setting_up():
            copy = Sight.objects.get(pk=row.pk)
            copy.pk, copy.given_by, copy.record_id = None, reader, world.taken_run.pk
            copy.save(force_insert=True)


@pytest.mark.django_db(transaction=True)
def test_two_give_at_once(transactional_db):
    of = staffed()
    run, reader, leader = ordered(of), UserFactory(), leader_of(of.group, status=AppointmentStatus.ON_DUTY).person
    results = together(*[lambda: given(again(leader), run, reader)] * 2)
    assert sorted(type(one).__name__ for one in results) == ["Refused", "Sight"], results
    assert "此人已可查阅这项记录" in next(str(one) for one in results if isinstance(one, Refused))
    assert Sight.objects.of_record(run).filter(person=reader).count() == 1


def test_given_by_a_deputy_its_page_names_the_principal_to_who_may_know(client, settings):
    settings.MFA_REQUIRED = False
    of, head, deputy, row = signed_by_a_deputy()
    sight = given(again(deputy), row, UserFactory(name="查阅之人"))
    assert (sight.given_by_name, sight.on_behalf_of) == (deputy.name, head)
    reader, apart = (user_with(Role.SUPERVISOR, season=of.season) for _ in range(2))
    fact_about(apart, of.season, key=head.pk)
    for one, names in ((reader, True), (apart, False)):
        client.force_login(again(one))
        for address in (
            reverse("sight:one", args=[sight.pk]),
            reverse("sight:list"),
            f"{reverse('sight:list')}?export=csv&purpose=work",
            reverse("requests:one", args=[row.pk]),
        ):
            answer = client.get(address)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            assert deputy.name in body.decode(), address
            assert (head.name in body.decode()) <= names, address
        page = client.get(reverse("sight:one", args=[sight.pk])).content.decode()
        assert (f"{deputy.name}（代{head.name}）" in page) == names
