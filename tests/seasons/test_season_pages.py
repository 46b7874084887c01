"""Pages of the seasons app: who opens what, what the forms do, what never appears, and that lists stay cheap."""

from datetime import date
from io import BytesIO
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from admissions.accounts.enums import Role
from admissions.audit.access import RecusedScope
from admissions.audit.enums import Outcome
from admissions.audit.models import Event
from admissions.seasons.batches.models import Batch, BatchStage
from admissions.seasons.institutions.models import Institution
from admissions.seasons.lifecycle.differences import compare
from admissions.seasons.lifecycle.enums import SeasonStatus
from admissions.seasons.lifecycle.models import Season
from tests.factories.accounts import RoleGrantFactory, UserFactory, user_with
from tests.factories.recusal import at_college, declared, ruled
from tests.factories.seasons import (
    BatchFactory,
    BatchStageFactory,
    InstitutionFactory,
    OpenSeasonFactory,
    SeasonFactory,
    TemplateFactory,
    calendar_of,
    invented_calendar,
)
from tests.factories.workgroups import AppointmentFactory, WorkGroupFactory
from tests.sizes import SIZES
from tests.trail import assert_recorded, assert_refused
from workgroups.groups.enums import GroupKind
from workgroups.recusal.models import RecusalFact

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"
FOR_ALL = ["seasons:list", "seasons:schedule-current", "seasons:institutions", "seasons:calendar", "seasons:deadline"]
OF_SEASON = ["seasons:one", "seasons:difference", "seasons:schedule"]
SEASON_COMMANDS = ["seasons:correct", "seasons:batch-add"]


@pytest.fixture
def secretary(client):
    user = user_with(Role.SECRETARIAT)
    client.force_login(user)
    return user


def url(name, *args):
    return reverse(name, args=args)


def text_of(client, name, *args, **query):
    return client.get(url(name, *args), query).content.decode()


class TestWhoOpensWhat:
    @pytest.mark.parametrize("role", [None, *Role])
    def test_by_role(self, client, role):
        batch = BatchFactory()
        stage = BatchStageFactory(batch=batch)
        season, removable, school = batch.season, BatchFactory(season=batch.season), InstitutionFactory()
        running = OpenSeasonFactory()
        client.force_login(user_with(role) if role else UserFactory())
        manages = 200 if role == Role.SECRETARIAT else 403

        def status(name, *args):
            return client.get(url(name, *args)).status_code

        assert [status(name) for name in FOR_ALL] == [200] * len(FOR_ALL)
        assert [status(name, season.pk) for name in OF_SEASON] == [200] * len(OF_SEASON)
        assert [status("seasons:batch", batch.pk), status("seasons:institution", school.pk)] == [200, 200]
        assert status("seasons:create") == manages
        assert [status(name, season.pk) for name in SEASON_COMMANDS] == [manages] * len(SEASON_COMMANDS)
        assert status("seasons:close", running.pk) == manages
        assert [status(name, batch.pk) for name in ("seasons:batch-change", "seasons:stage-add")] == [manages] * 2
        assert status("seasons:batch-remove", removable.pk) == manages
        assert [status(name, stage.pk) for name in ("seasons:stage-change", "seasons:stage-remove")] == [manages] * 2
        assert status("seasons:calendar-template", 2027) == manages
        seen = client.get(url("seasons:open", season.pk), {"seen": compare(season).digest}).status_code
        assert seen == manages

    @pytest.mark.parametrize("name", FOR_ALL)
    def test_strangers_are_sent_to_the_login(self, client, name):
        response = client.get(url(name))
        assert (response.status_code, response.url.split("?")[0]) == (302, reverse("account_login"))

    @pytest.mark.parametrize(
        "name",
        [
            "seasons:one",
            "seasons:difference",
            "seasons:schedule",
            "seasons:open",
            "seasons:close",
            "seasons:batch",
            "seasons:institution",
        ],
    )
    def test_what_does_not_exist_is_not_found(self, client, secretary, name):
        assert client.get(url(name, 999_999)).status_code == 404


class TestSeasons:
    def test_empty_list_says_where_to_begin(self, client, secretary):
        text = text_of(client, "seasons:list")
        assert "还没有录取季" in text
        assert url("seasons:create") in text

    def test_create_from_template_then_compare_then_open(self, client, secretary):
        template = TemplateFactory(year=2026)
        BatchFactory(season=template, name="本科批")
        form = client.get(url("seasons:create")).context["form"]
        assert form.initial["source"] == template.pk
        client.post(url("seasons:create"), {"source": template.pk, "year": 2027, "name": "2027年招生录取"})
        season = Season.objects.get(name="2027年招生录取")
        assert [batch.name for batch in season.batches.all()] == ["本科批"]
        WorkGroupFactory(season=season, kind=GroupKind.LEADING)
        opening = client.get(url("seasons:open", season.pk), {"seen": compare(season).digest})
        assert "2027年工作日历（缺2027年1月1日至2027年12月31日）" in opening.content.decode()
        invented_calendar(date(2026, 1, 1))

        page = client.get(url("seasons:difference", season.pk))
        (action,) = page.context["page_actions"]
        assert "seen=" in action.url
        open_page = client.get(action.url)
        seen = open_page.context["form"].initial["seen"]
        answer = client.post(url("seasons:open", season.pk), {"basis": "招委〔2027〕2号", "seen": seen}, follow=True)
        assert "录取季已开启。" in answer.content.decode()
        assert Season.objects.get(pk=season.pk).basis == "招委〔2027〕2号"
        assert_recorded("season.open", actor=secretary, target=season, reason="依据招委〔2027〕2号开启")

    def test_opening_without_the_comparison_is_refused_with_the_way(self, client, secretary):
        season = SeasonFactory()
        answer = client.get(url("seasons:open", season.pk))
        assert answer.status_code == 403
        assert "须先查看与上年的差异" in answer.content.decode()
        answer = client.post(url("seasons:open", season.pk), {"basis": "决议", "seen": ""})
        assert (answer.status_code, Season.objects.get(pk=season.pk).status) == (422, SeasonStatus.DRAFT)
        assert_refused("season.open", actor=secretary)

    def test_closing_needs_a_reason(self, client, secretary):
        season = OpenSeasonFactory()
        assert client.post(url("seasons:close", season.pk), {"reason": " "}).status_code == 422
        client.post(url("seasons:close", season.pk), {"reason": "全部批次录取结束"})
        assert Season.objects.get(pk=season.pk).status == SeasonStatus.CLOSED

    def test_a_form_that_saw_an_older_state_is_told_who_was_faster(self, client, secretary):
        season = SeasonFactory(name="原名")
        data = {"year": 2026, "name": "后到的名称", "reason": "更正", f"seen:seasons.season:{season.pk}": 0}
        answer = client.post(url("seasons:correct", season.pk), urlencode(data), content_type=FORM)
        assert answer.status_code == 422
        assert "已由他人处理" in answer.content.decode()
        assert Season.objects.get(pk=season.pk).name == "原名"

    def test_a_year_of_nonsense_is_a_form_error(self, client, secretary):
        answer = client.post(url("seasons:create"), {"source": "", "year": "99999999999", "name": "某年"})
        assert answer.status_code == 422
        assert not Season.objects.exists()


class TestSwitch:
    def test_opening_the_next_season_moves_nobody_out_of_the_running_one(self, client, secretary):
        running = OpenSeasonFactory(year=2025)
        member = AppointmentFactory(post__group__season=running, status="on_duty").person
        later = OpenSeasonFactory(year=2026, opened_at=timezone.now())
        newcomer = AppointmentFactory(post__group__season=later, status="on_duty").person
        supervisor = user_with(Role.SUPERVISOR, season=later)
        of_group = user_with(Role.SUPERVISOR, group=WorkGroupFactory(season=later))
        found = {}
        for person in (secretary, member, UserFactory(), newcomer, supervisor, of_group):
            client.force_login(person)
            found[person.pk] = client.get(url("seasons:list")).context["current_season"]
        stay, move = (secretary.pk, member.pk), (newcomer.pk, supervisor.pk, of_group.pk)
        assert [found[pk] for pk in stay] == [running, running]
        assert [found[pk] for pk in move] == [later, later, later]
        client.force_login(member)
        client.post(reverse("season-switch"), {"season": later.pk, "next": url("seasons:list")})
        assert client.get(url("seasons:list")).context["current_season"] == later

    def test_the_running_season_is_current_until_another_is_chosen(self, client, secretary):
        old, running, coming = (
            SeasonFactory(year=2024, status=SeasonStatus.CLOSED, basis="决议"),
            OpenSeasonFactory(year=2025),
            SeasonFactory(year=2026),
        )
        TemplateFactory(year=2027)
        page = client.get(url("seasons:list"))
        assert page.context["current_season"] == running
        assert page.context["seasons"] == [coming, running, old]
        answer = client.post(reverse("season-switch"), {"season": coming.pk, "next": url("seasons:list")})
        assert answer.url == url("seasons:list")
        assert client.get(url("seasons:list")).context["current_season"] == coming

    @pytest.mark.parametrize("wanted", ["", "0", "nonsense", "99999999999999999999"])
    def test_a_season_that_is_not_there_changes_nothing(self, client, secretary, wanted):
        running = OpenSeasonFactory()
        answer = client.post(reverse("season-switch"), {"season": wanted}, follow=True)
        assert "没有这个录取季，未作切换。" in answer.content.decode()
        assert answer.context["current_season"] == running

    @pytest.mark.parametrize("target", ["https://example.org/", "//example.org/", "javascript:alert(1)", ""])
    def test_never_leads_to_another_site(self, client, secretary, target):
        season = SeasonFactory()
        answer = client.post(reverse("season-switch"), {"season": season.pk, "next": target})
        assert answer.url == reverse("home")

    def test_only_by_post_and_only_for_those_logged_in(self, client):
        assert client.post(reverse("season-switch"), {"season": 1}).status_code == 302
        client.force_login(UserFactory())
        assert client.get(reverse("season-switch")).status_code == 405

    def test_a_season_out_of_scope_cannot_be_chosen(self, client):
        mine, other = OpenSeasonFactory(), OpenSeasonFactory()
        client.force_login(user_with(Role.SUPERVISOR, season=mine))
        client.post(reverse("season-switch"), {"season": other.pk})
        assert client.get(url("seasons:list")).context["current_season"] == mine


class TestScope:
    """A supervisor of one season, or of one group, sees nothing of the other seasons."""

    MARK = "别季机密批次"

    @pytest.fixture
    def other(self):
        season = OpenSeasonFactory(name="别季机密录取季")
        BatchStageFactory(batch=BatchFactory(season=season, name=self.MARK))
        return season

    @pytest.fixture(params=["season", "group"])
    def supervisor(self, request, client):
        mine = OpenSeasonFactory(name="本季录取")
        scope = {"season": mine} if request.param == "season" else {"group": WorkGroupFactory(season=mine)}
        user = user_with(Role.SUPERVISOR, **scope)
        client.force_login(user)
        user.season = mine
        return user

    def test_lists_counts_and_exports_leave_it_out(self, client, supervisor, other):
        text = text_of(client, "seasons:list")
        assert "共 1 个" in text
        assert "别季机密" not in text
        sheet = load_workbook(
            BytesIO(client.get(url("seasons:list"), {"export": "xlsx", "purpose": "work"}).content)
        ).active
        assert "别季机密" not in "".join(str(cell.value) for row in sheet.iter_rows() for cell in row)
        found = client.get(url("seasons:list"), {"q": "别季机密"})
        assert found.context["count_text"] == "共 1 个，筛选后 0 个"

    def test_its_pages_are_not_found(self, client, supervisor, other):
        batch, stage = Batch.objects.get(season=other), BatchStage.objects.get(batch__season=other)
        assert [client.get(url(name, other.pk)).status_code for name in OF_SEASON] == [404] * 3
        assert client.get(url("seasons:batch", batch.pk)).status_code == 404
        for record in (other, batch, stage):
            history = reverse("audit:record", args=[record._meta.label_lower, record.pk])
            assert client.get(history).status_code == 404

    def test_querysets_agree_with_the_pages(self, supervisor, other):
        assert list(Season.objects.visible_to(supervisor)) == [supervisor.season]
        assert list(Batch.objects.visible_to(supervisor)) == []
        assert list(BatchStage.objects.visible_to(supervisor)) == []

    def test_a_second_grant_widens_the_view(self, supervisor, other):
        RoleGrantFactory(user=supervisor, role=Role.SUPERVISOR, season=other)
        fresh = type(supervisor).objects.get(pk=supervisor.pk)
        assert set(Season.objects.visible_to(fresh)) == {supervisor.season, other}

    def test_nobody_who_is_not_logged_in_sees_anything(self, other):
        assert not Season.objects.visible_to(AnonymousUser()).exists()


class TestRecusedInstitution:
    """Who is recused from a school finds it nowhere: list, count, search, export, page, history."""

    @pytest.fixture
    def school(self):
        InstitutionFactory(name="无关学院", province="甲省")
        return InstitutionFactory(name="回避大学", province="乙省", code="4199999999")

    @pytest.fixture
    def recused(self, client, school):
        user, season = user_with(Role.SECRETARIAT), OpenSeasonFactory()
        declared(user, season, at_college(school))
        for fact in RecusalFact.objects.filter(person=user):
            ruled(fact)
        client.force_login(user)
        return user

    def test_it_is_nowhere(self, client, school, recused):
        text = text_of(client, "seasons:institutions")
        assert "共 1 所" in text
        assert "回避大学" not in text
        assert "4199999999" not in text
        found = client.get(url("seasons:institutions"), {"q": "4199999999"})
        assert found.context["count_text"] == "共 1 所，筛选后 0 所"
        sheet = load_workbook(
            BytesIO(client.get(url("seasons:institutions"), {"export": "xlsx", "purpose": "work"}).content)
        ).active
        assert "回避大学" not in "".join(str(cell.value) for row in sheet.iter_rows() for cell in row)
        assert client.get(url("seasons:institution", school.pk)).status_code == 404
        history = reverse("audit:record", args=["seasons.institution", school.pk])
        assert client.get(history).status_code == 404

    def test_its_province_is_not_offered_either(self, client, school, recused):
        page = client.get(url("seasons:institutions"))
        assert [value for value, _ in page.context["filter_form"].fields["province"].choices] == ["", "甲省"]

    def test_others_see_it(self, client, school):
        client.force_login(user_with(Role.SECRETARIAT))
        assert "回避大学" in text_of(client, "seasons:institutions")


class TestInstitutions:
    def test_filters_by_province_level_status_and_text(self, client, secretary):
        InstitutionFactory(name="甲大学", province="甲省", code="4100000101")
        InstitutionFactory(name="乙学院", province="乙省", level="vocational", authority="某部")
        InstitutionFactory(name="丙学院", province="乙省", status="delisted")

        def names(**query):
            page = client.get(url("seasons:institutions"), query)
            return [row.name for row in page.context["table"].rows.data.data]

        assert names(province="甲省") == ["甲大学"]
        assert names(level="vocational") == ["乙学院"]
        assert names(status="delisted") == ["丙学院"]
        assert names(q="4100000101") == ["甲大学"]
        assert names(q="某部") == ["乙学院"]
        assert names(q=" 甲 大学 ") == ["甲大学"]

    def test_the_export_is_recorded_with_filters_and_number(self, client, secretary):
        InstitutionFactory(province="甲省")
        InstitutionFactory(province="乙省")
        client.get(url("seasons:institutions"), {"province": "甲省", "export": "xlsx", "purpose": "work"})
        event = Event.objects.get(outcome=Outcome.EXPORT)
        assert (event.details["row_count"], event.details["filters"]) == (1, {"省份": "甲省"})


class TestBatchForms:
    def test_add_batch_and_stage_then_see_them_in_the_schedule(self, client, secretary):
        season = SeasonFactory()
        data = {"name": "本科批", "subject": "physics", "order": 1, "reason": "年度日程"}
        client.post(url("seasons:batch-add", season.pk), {**data, "starts_on": "2026-07-15", "ends_on": "2026-07-31"})
        batch = Batch.objects.get()
        stage = {"kind": "filing", "label": "", "reason": "年度日程"}
        client.post(
            url("seasons:stage-add", batch.pk),
            {**stage, "starts_at": "2026-07-15T08:00", "ends_at": "2026-07-15T18:00"},
        )
        text = text_of(client, "seasons:schedule", season.pk)
        assert "本科批·物理类" in text
        assert "7月15日 08:00 至 18:00" in text
        assert "本科批·物理类·投档：2026年7月15日 08:00 至 18:00" in text

    def test_a_stage_outside_its_batch_is_a_form_error(self, client, secretary):
        batch = BatchFactory(starts_on=date(2026, 7, 10), ends_on=date(2026, 7, 12))
        data = {"kind": "filing", "label": "", "reason": "日程"}
        answer = client.post(
            url("seasons:stage-add", batch.pk), {**data, "starts_at": "2026-07-13T08:00", "ends_at": "2026-07-13T18:00"}
        )
        assert answer.status_code == 422
        assert "阶段须在批次的起止日期之内（2026年7月10日 至 2026年7月12日）" in answer.content.decode()

    def test_half_a_date_is_a_form_error_beside_its_field(self, client, secretary):
        season = SeasonFactory()
        data = {
            "name": "本科批",
            "subject": "all",
            "order": 1,
            "reason": "日程",
            "starts_on": "2026-07-15",
            "ends_on": "",
        }
        answer = client.post(url("seasons:batch-add", season.pk), data)
        assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["ends_on"])

    def test_removing_leads_back_to_the_schedule(self, client, secretary):
        batch = BatchFactory()
        answer = client.post(url("seasons:batch-remove", batch.pk), {"reason": "误登"})
        assert answer.url == url("seasons:schedule", batch.season_id)


class TestDeadlinePage:
    def ask(self, client, **values):
        given = {"policy": "own", "starts_on": "2026-09-24", "length": 5, "unit": "working_days"}
        return client.get(url("seasons:deadline"), given | values)

    def test_shows_the_date_and_how_it_was_counted(self, client, secretary):
        calendar_of(2026)
        page = self.ask(client, clause="信访工作条例第23条")
        text = page.content.decode()
        assert "2026年10月9日 星期五" in text
        assert "期限为5个工作日（依据：信访工作条例第23条）。" in text
        assert "当日24时届满" in text

    def test_a_year_without_calendar_is_refused_with_the_way_out(self, client, secretary):
        text = self.ask(client).content.decode()
        assert "没有2026年的工作日历，不能推算涉及2026年的期限。" in text
        assert "下载2026年模板" in text

    def test_pauses_and_extension_from_the_form(self, client, secretary):
        values = {
            "unit": "calendar_days",
            "length": 60,
            "extension": 30,
            "approver": "本单位负责人",
            "ground": "情况复杂",
            "pauses-0-reason": "hearing",
            "pauses-0-first": "2026-10-01",
            "pauses-0-last": "2026-10-03",
            "pauses-0-evidence": "听证通知书1号",
        }
        page = self.ask(client, **values)
        assert page.context["deadline"].date == date(2026, 12, 26)  # 24 September + 90 + 3
        assert "听证，凭据：听证通知书1号" in page.content.decode()

    def test_hours_from_an_instant(self, client, secretary):
        page = self.ask(client, unit="hours", length=48, starts_time="09:30")
        assert "2026年9月26日 星期六" in page.content.decode()
        assert "09:30届满" in page.content.decode()

    def test_hours_without_an_instant_say_what_is_missing(self, client, secretary):
        assert "起算须精确到时刻" in self.ask(client, unit="hours").content.decode()

    @pytest.mark.parametrize(
        ("values", "words"),
        [
            ({"length": ""}, "自行填写时须填期限长度。"),
            ({"pauses-0-reason": "hearing"}, "暂停须同时填写事由和起止日期。"),
            ({"approver": "某人"}, "请填写延长多少。"),
            ({"last_day": "next_working_day", "unit": "calendar_days"}, "末日顺延却没有写明依据"),
            ({"starts_on": "昨天"}, "起算日期"),
            ({"policy": "nonsense"}, "期限规则"),
            ({"length": "99999999"}, "期限长度"),
        ],
    )
    def test_what_is_missing_is_said(self, client, secretary, values, words):
        page = self.ask(client, **values)
        assert page.context["deadline"] is None
        assert words in page.content.decode()


class TestQueries:
    """The same number of queries however many rows there are."""

    def count(self, client, path):
        client.get(path)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(path).status_code == 200
        return len(queries)

    @pytest.mark.parametrize("rows", SIZES[1:])
    def test_lists_do_not_grow(self, client, secretary, rows):
        season = OpenSeasonFactory()
        BatchStageFactory(batch=BatchFactory(season=season))
        InstitutionFactory()
        paths = [
            url("seasons:list"),
            url("seasons:institutions"),
            url("seasons:schedule", season.pk),
            url("seasons:one", season.pk),
        ]
        one = [self.count(client, path) for path in paths]
        InstitutionFactory.create_batch(rows)
        SeasonFactory.create_batch(rows, cloned_from=season)
        for batch in BatchFactory.create_batch(min(rows, 26), season=season):
            BatchStageFactory(batch=batch)
        assert [self.count(client, path) for path in paths] == one

    def test_the_comparison_does_not_grow(self, client, secretary):
        last, season = OpenSeasonFactory(year=2025), SeasonFactory(year=2026)
        one = self.count(client, url("seasons:difference", season.pk))
        for year in (last, season):
            for batch in BatchFactory.create_batch(10, season=year):
                BatchStageFactory(batch=batch)
        assert self.count(client, url("seasons:difference", season.pk)) == one


def test_the_recused_scope_covers_institutions():
    assert RecusedScope(institutions=frozenset({7})).subjects() == ["institution:7"]
    assert Institution(pk=7).trail_scope().subjects == ("institution:7",)
