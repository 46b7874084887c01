"""Giving and withdrawing by the pages; what the lists, the record, the person and the administration show."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from admissions.audit.enums import Outcome
from admissions.audit.models import Event
from admissions.sight.models import Sight
from admissions.sight.services import withdraw_sight
from discipline.desk.enums import Indicator
from discipline.desk.indicators import Watch
from discipline.desk.selectors import findings
from tests.factories.accounts import UserFactory
from tests.factories.sight import given, planted_sight
from tests.house.lookers import NO_ROLE, SUPERVISOR
from tests.sizes import SIZES
from tests.trail import assert_recorded, setting_up
from workgroups.meetings.models import Meeting

from .scenes import KINDS, again, giver_of, record_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def without_second_factor(settings):
    settings.MFA_REQUIRED = False


@pytest.fixture
def reader(world):
    return world.who[NO_ROLE]


def signed_in(person):
    client = Client()
    client.force_login(again(person))
    return client


def text_of(client, address):
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def give_url(record):
    return reverse("sight:give", args=[record._meta.label_lower, record.pk])


class TestGiving:
    def form(self, person, **fields):
        until = timezone.localtime(timezone.now() + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
        return {"person": person.pk, "purpose": "核对", "basis": "省招委批〔2026〕3号", "until": until} | fields

    @pytest.mark.parametrize("kind", KINDS)
    def test_by_who_answers_for_it(self, world, reader, kind):
        record = record_of(world, kind)
        client = signed_in(giver_of(world, kind))
        assert "不能办理任何事项" in text_of(client, give_url(record))
        response = client.post(give_url(record), self.form(reader))
        sight = Sight.objects.get(person=reader)
        assert (response.status_code, response.url) == (302, reverse("sight:one", args=[sight.pk]))
        assert_recorded("sight.give", target=sight, reason="核对（省招委批〔2026〕3号）")
        assert "收回授权" in text_of(client, response.url)

    def test_a_refusal_is_told_in_the_form(self, world, reader):
        client = signed_in(giver_of(world, "run"))
        late = {"until": timezone.localtime(timezone.now() + timedelta(days=91)).strftime("%Y-%m-%dT%H:%M")}
        response = client.post(give_url(world.run), self.form(reader, **late))
        assert response.status_code == 422
        assert "一次授权最长90天" in response.content.decode()
        assert not Sight.objects.filter(person=reader).exists()

    def test_of_what_is_hidden_or_of_no_kind_there_is_no_page(self, world, reader):
        client = signed_in(reader)
        assert client.get(give_url(world.run)).status_code == 404
        assert client.get(give_url(world.season)).status_code == 404

    def test_seen_and_not_allowed(self, world):
        client = signed_in(world.who[SUPERVISOR])
        assert client.get(give_url(world.run)).status_code == 403


class TestWithdrawing:
    def test_from_the_page(self, world, reader):
        sight = given(giver_of(world, "run"), world.run, reader)
        client, address = signed_in(giver_of(world, "run")), reverse("sight:withdraw", args=[sight.pk])
        assert "已经看过的不能收回" in text_of(client, address)
        seen = {f"seen:sight.sight:{sight.pk}": sight.revision}
        assert client.post(address, {"reason": "事已办完", **seen}).status_code == 302
        page = text_of(client, reverse("sight:one", args=[sight.pk]))
        assert "事已办完" in page and "已收回" in page
        assert signed_in(reader).get(reverse("steps:run", args=[world.run.pk])).status_code == 404

    def test_by_the_reader_is_refused(self, world, reader):
        sight = given(giver_of(world, "run"), world.run, reader)
        response = signed_in(reader).post(reverse("sight:withdraw", args=[sight.pk]), {"reason": "不想看"})
        assert (response.status_code, Sight.objects.get(pk=sight.pk).withdrawn_at) == (403, None)


class TestWhereItIsShown:
    def test_on_the_record_for_who_runs_it_and_for_who_looks(self, world, reader):
        given(giver_of(world, "meeting"), world.meeting, reader)
        address = reverse("meetings:one", args=[world.meeting.pk])
        runs = text_of(signed_in(giver_of(world, "meeting")), address)
        assert reader.name in runs and give_url(world.meeting) in runs
        looks = text_of(signed_in(reader), address)
        assert "您经授权查阅" in looks and give_url(world.meeting) not in looks
        assert "授权查阅</h2>" not in text_of(signed_in(world.who["leader"]), address)

    def test_on_the_record_more_than_fit_are_counted_and_lead_to_the_list(self, world):
        giver, address = giver_of(world, "meeting"), reverse("meetings:one", args=[world.meeting.pk])
        for _ in range(10):
            planted_sight(giver, world.meeting, UserFactory())
        assert "另有" not in text_of(signed_in(giver), address)
        planted_sight(giver, world.meeting, UserFactory())
        assert "另有 1 项" in text_of(signed_in(giver), address)
        label = Sight.objects.latest("pk").record_label
        whole = f"{reverse('sight:list')}?{urlencode({'state': 'live', 'q': label})}"
        assert "共 11 项，筛选后 11 项" in text_of(signed_in(giver), whole)

    def test_on_the_person_for_who_reads_everything(self, world, reader):
        given(giver_of(world, "run"), world.run, reader)
        address = reverse("accounts:one", args=[reader.pk])
        assert str(world.run) in text_of(signed_in(world.who["audit_admin"]), address)
        assert str(world.run) not in text_of(signed_in(world.who["security_admin"]), address)

    def test_in_ones_own_list_and_in_the_list_of_the_supervisor(self, world, reader):
        given(giver_of(world, "run"), world.run, reader)
        for person, name in ((reader, "sight:mine"), (reader, "sight:list"), (world.who[SUPERVISOR], "sight:list")):
            assert str(world.run) in text_of(signed_in(person), reverse(name))
        assert "没有授权给您查阅的记录" in text_of(signed_in(UserFactory()), reverse("sight:mine"))

    def test_on_the_desk_among_the_acts_looked_at_one_by_one(self, world, reader):
        given(giver_of(world, "run"), world.run, reader)
        watch = Watch(again(world.who[SUPERVISOR]), world.season, timezone.localdate())
        looked_at = [finding.sentence for finding in findings(watch)[1][Indicator.HIGH_RISK]]
        assert [sentence for sentence in looked_at if f"办理“授权查阅”：{reader.name}查阅" in sentence] != []

    def test_in_the_administration_to_look_at(self, world, reader):
        sight = given(giver_of(world, "run"), world.run, reader)
        client = signed_in(world.who["audit_admin"])
        assert sight.person_name in text_of(client, reverse("admin:sight_sight_changelist"))
        assert 'name="_save"' not in text_of(client, reverse("admin:sight_sight_change", args=[sight.pk]))
        assert client.get(reverse("admin:sight_sight_add")).status_code == 403

    def test_the_record_can_be_opened_while_it_lasts(self, world, reader):
        sight = given(giver_of(world, "run"), world.run, reader)
        client, address = signed_in(reader), reverse("sight:one", args=[sight.pk])
        link = reverse("steps:run", args=[world.run.pk])
        assert link in text_of(client, address)
        withdraw_sight(actor=giver_of(world, "run"), reason="完", sight=sight)
        assert link not in text_of(client, address)


class TestLists:
    @pytest.mark.parametrize("name", ["sight:list", "sight:mine", "meetings:list"])
    def test_queries_do_not_grow(self, world, name):
        counts = set()
        for size in SIZES:
            person = UserFactory()
            self.many_named(world, person, size)
            client = signed_in(person)
            client.get(reverse(name))
            with CaptureQueriesContext(connection) as captured:
                assert client.get(reverse(name)).status_code == 200
            counts.add(len(captured))
        assert len(counts) == 1

    def many_named(self, world, person, number):
        self.round = getattr(self, "round", 0) + 1000
        with setting_up():
            rows = [
                Meeting(
                    group=world.group, title=f"第{self.round + n}次专题会", place="会议室", starts_at=timezone.now(),
                    convened_at=timezone.now(),
                )
                for n in range(number)
            ]  # fmt: skip
            Meeting.objects.record_many(rows)
        for row in rows:
            planted_sight(world.who["secretariat"], row, person)

    def test_filters(self, world, reader):
        given(giver_of(world, "run"), world.run, reader)
        given(giver_of(world, "meeting"), world.meeting, reader)
        client = signed_in(reader)
        for query, shown in (
            (f"kind={world.run._meta.label_lower}", [world.run]),
            (f"kind={world.meeting._meta.label_lower}", [world.meeting]),
            ("state=live", [world.run, world.meeting]),
            ("state=ended", []),
            ("state=withdrawn", []),
            (f"q={world.meeting.title}", [world.meeting]),
        ):
            page = text_of(client, f"{reverse('sight:list')}?{query}")
            found = [record for record in (world.run, world.meeting) if f">{record}</a>" in page]
            assert found == shown, query

    def test_the_export_is_on_record(self, world):
        client = signed_in(world.who[SUPERVISOR])
        response = client.get(f"{reverse('sight:list')}?export=csv&purpose=work")
        assert response.status_code == 200
        assert Event.objects.filter(outcome=Outcome.EXPORT, action_label="导出《授权查阅清单》").exists()
