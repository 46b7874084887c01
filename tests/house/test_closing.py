"""Nothing is closed over what is still open: a season, an account; and what a handover sheet lists. No lambda stands in for the product."""

from datetime import date
from urllib.parse import urlencode

import pytest
from django.urls import reverse
from django.utils import timezone

from admissions.accounts.enums import AccountStatus, Role
from admissions.accounts.models import User
from admissions.accounts.rules import held_by
from admissions.accounts.services import close_account
from admissions.core.decision import Refused
from admissions.core.todos import todos_of
from admissions.core.views import page_of
from admissions.seasons.lifecycle import rules
from admissions.seasons.lifecycle.enums import SeasonStatus
from admissions.seasons.lifecycle.services import close_season
from admissions.seasons.models import Season
from discipline.opinions.services import close_opinion
from tests.factories.accounts import UserFactory, user_with
from tests.factories.break_glass import BreakGlassAccessFactory
from tests.factories.meetings import body, decided, opened, proposed, sitting
from tests.factories.recusal import fact_about
from tests.factories.requests import drafted, instructed, line
from tests.factories.seasons import BatchFactory, OpenSeasonFactory, calendar_of
from tests.factories.steps import ordered, staffed
from tests.factories.supervision import again, answered, issued, watched
from tests.factories.workgroups import AppointmentFactory, PostFactory, WorkGroupFactory, leader_of
from tests.trail import assert_recorded, assert_refused, setting_up
from workgroups.appointments.enums import AppointmentStatus
from workgroups.duty.services import prepare_handover, void_handover

pytestmark = pytest.mark.django_db


def close(season):
    return close_season(actor=user_with(Role.SECRETARIAT), reason="录取结束", season=season)


def kinds(season, user=None):
    found = rules.left_in(season, user or user_with(Role.SECRETARIAT))
    return {one.kind: (one.count, one.holds) for one in found}


def refused_over(season, *what):
    with pytest.raises(Refused) as refusal:
        close(season)
    for words in what:
        assert words in refusal.value.decision.sentence
    season.refresh_from_db()
    assert season.status == SeasonStatus.OPEN
    assert_refused("season.close", target=season)


class TestAccounts:
    def test_not_while_its_holder_is_on_duty(self):
        held = AppointmentFactory(status=AppointmentStatus.ON_DUTY)
        with pytest.raises(Refused) as refusal:
            close_account(actor=user_with(Role.SECURITY_ADMIN), reason="调离", account=held.person)
        assert str(held.post) in refusal.value.decision.reason
        assert "离岗交接" in refusal.value.decision.sentence
        assert User.objects.get(pk=held.person_id).status == AccountStatus.ACTIVE
        assert_refused("account.close", target=held.person)

    @pytest.mark.parametrize("status", AppointmentStatus)
    def test_every_state_of_an_appointment(self, status):
        held = AppointmentFactory(status=status)
        holds = [one for one in held_by(held.person, user_with(Role.SECURITY_ADMIN)) if one.holds]
        assert bool(holds) == (status != AppointmentStatus.ENDED)

    def test_a_post_of_a_season_that_is_over_holds_nothing(self):
        held = AppointmentFactory(
            status=AppointmentStatus.ON_DUTY,
            post__group__season__status=SeasonStatus.CLOSED,
            post__group__season__basis="决议",
        )
        assert held_by(held.person, user_with(Role.SECURITY_ADMIN)) == []

    def test_a_role_ends_with_the_account_and_is_named(self):
        person = user_with(Role.TRAINING_OFFICER)
        admin = user_with(Role.SECURITY_ADMIN)
        assert [(one.kind, one.holds) for one in held_by(person, admin)] == [("角色授权", False)]
        assert close_account(actor=admin, reason="调离", account=person).status == AccountStatus.CLOSED

    def test_a_handover_to_be_signed_holds_both(self):
        group = WorkGroupFactory(season=OpenSeasonFactory())
        leader = leader_of(group, status=AppointmentStatus.ON_DUTY).person
        held = AppointmentFactory(post=PostFactory(group=group), status=AppointmentStatus.ON_DUTY)
        receiver = UserFactory()
        prepare_handover(actor=leader, reason="调岗", appointment=held, receiver=receiver)
        admin = user_with(Role.SECURITY_ADMIN)
        assert [str(one) for one in held_by(receiver, admin)] == ["您看不到的交接单（待签）"]
        assert "交接单（待签）" in {one.kind for one in held_by(held.person, admin)}

    def test_an_open_opinion_holds_the_supervisor_who_issued_it(self):
        of = watched()
        issued(of)
        assert "监督意见（本人提出）" in {one.kind for one in held_by(of.supervisor, user_with(Role.SECURITY_ADMIN))}

    def test_a_draft_holds_who_drafted_it(self):
        of = line()
        row = drafted(of)
        held = {one.kind for one in held_by(row.drafted_by, user_with(Role.SECURITY_ADMIN))}
        assert "请示报告（未报送）" in held

    def test_the_page_lists_it_and_shows_no_form(self, client):
        held = AppointmentFactory(status=AppointmentStatus.ON_DUTY)
        client.force_login(user_with(Role.SECURITY_ADMIN))
        page = client.get(reverse("accounts:close", args=[held.person_id])).content.decode()
        assert str(held.post) in page and "离岗交接" in page
        assert 'name="reason"' not in page


class TestSeasons:
    def test_with_nothing_open_it_ends(self):
        season = close(OpenSeasonFactory())
        assert season.status == SeasonStatus.CLOSED
        assert_recorded("season.close", target=season)

    def test_not_over_an_open_meeting_and_an_item_that_collects_positions(self):
        of = body()
        opened(of, proposed(of))
        refused_over(of.group.season, "会议（进行中）1项", "议题（审议表态）1项")

    def test_not_over_a_proposed_item(self):
        of = body()
        proposed(of)
        refused_over(of.group.season, "议题（拟提请）1项")

    def test_not_over_a_resolution_that_was_not_issued(self):
        of = body()
        decided(of, proposed(of))
        refused_over(of.group.season, "议题（通过而未形成决议）")

    def test_not_over_an_opinion_that_is_unanswered_or_not_checked_again(self):
        of = watched()
        opinion = issued(of)
        assert "监督意见（待答复）" in kinds(of.season)
        refused_over(of.season, "监督意见（待答复）")
        answered(of, opinion)
        assert "监督意见（待复查）" in kinds(of.season)
        close_opinion(actor=again(of.supervisor), reason="抽查三日，记录齐全。", opinion=type(opinion).objects.get())
        assert close(of.season).status == SeasonStatus.CLOSED

    def test_not_over_a_request_an_instruction_a_sheet_a_fact(self):
        of = line()
        drafted(of)
        instructed(of)
        ordered(staffed(WorkGroupFactory(season=of.season)))
        fact_about(of.clerk, of.season, key=of.chief.pk)
        assert {"请示报告（起草）", "口头指示（待本人确认）", "环节单（待执行）"} <= set(kinds(of.season))
        assert any(kind.startswith("回避事项") for kind in kinds(of.season))
        refused_over(of.season, "请示报告（起草）", "口头指示", "环节单")

    def test_not_over_a_handover_nobody_has_signed(self):
        group = WorkGroupFactory(season=OpenSeasonFactory())
        leader = leader_of(group, status=AppointmentStatus.ON_DUTY).person
        held = AppointmentFactory(post=PostFactory(group=group), status=AppointmentStatus.ON_DUTY)
        prepare_handover(actor=leader, reason="调岗", appointment=held, receiver=UserFactory())
        refused_over(group.season, "交接单（待签）1项")

    def test_who_serves_to_the_end_is_carried_over_and_who_never_came_is_not(self):
        season = OpenSeasonFactory()
        AppointmentFactory(post__group__season=season, status=AppointmentStatus.ON_DUTY)
        assert kinds(season) == {"任职（在岗）": (1, False)}
        AppointmentFactory(post__group__season=season, status=AppointmentStatus.PENDING)
        assert kinds(season)["任职（待就绪）"] == (1, True)
        refused_over(season, "任职（待就绪）1项")

    def test_another_season_does_not_hold_it(self):
        of = body()
        opened(of, proposed(of))
        assert close(OpenSeasonFactory()).status == SeasonStatus.CLOSED

    def test_what_the_reader_may_not_see_holds_and_is_not_counted(self):
        of = watched()
        issued(of, person=of.member)
        secretary = user_with(Role.SECRETARIAT)
        found = next(one for one in rules.left_in(of.season, secretary) if one.kind == "监督意见（待答复）")
        assert (found.count, found.hidden, found.url, found.holds) == (0, True, "", True)
        assert str(found) == "您看不到的监督意见（待答复）"

    def test_the_page_lists_all_with_links_and_gives_the_form_when_nothing_holds(self, client):
        of = body()
        sitting(of, proposed(of))
        client.force_login(of.secretary)
        url = reverse("seasons:close", args=[of.group.season_id])
        page = client.get(url).content.decode()
        assert f"{url}?{urlencode({'left': '会议（进行中）'})}" in page
        assert "任职（在岗）" in page and "可以留到以后" in page
        assert 'name="reason"' not in page
        answer = client.post(url, {"reason": "结束"})
        assert answer.status_code == 422
        assert "不能结束" in answer.content.decode()
        empty = client.get(reverse("seasons:close", args=[OpenSeasonFactory().pk])).content.decode()
        assert 'name="reason"' in empty

    def test_each_line_leads_to_the_very_records_it_counts_whatever_season_one_works_in(self, client):
        of, elsewhere = body(), body()
        for one in (of, elsewhere):
            opened(one, proposed(one))
        client.force_login(of.secretary)
        client.post(reverse("season-switch"), {"season": elsewhere.group.season_id})
        season = of.group.season
        lines = [one for one in rules.left_in(season, of.secretary) if one.count]
        assert {"会议（进行中）", "议题（审议表态）", "任职（在岗）"} <= {one.kind for one in lines}
        for counted in lines:
            answer = client.get(reverse("seasons:close", args=[season.pk]), {"left": counted.kind})
            assert [row.record for row in answer.context["table"].rows] == list(counted.rows.order_by("pk"))
            assert f"共 {counted.count} 项" in answer.content.decode()
            assert all(f'href="{(counted.page or page_of)(row)}"' in answer.content.decode() for row in counted.rows)
            assert {row.trail_scope().season_id for row in counted.rows} == {season.pk}

    def test_a_line_that_is_done_meanwhile_leads_back(self, client):
        season = OpenSeasonFactory()
        client.force_login(user_with(Role.SECRETARIAT))
        url = reverse("seasons:close", args=[season.pk])
        answer = client.get(url, {"left": "会议（进行中）"}, follow=True)
        assert answer.redirect_chain == [(url, 302)]
        assert "“会议（进行中）”已没有未办结的。" in answer.content.decode()

    def test_what_the_reader_may_not_see_is_not_listed(self, client):
        of = watched()
        opinion = issued(of, person=of.member)
        client.force_login(user_with(Role.SECRETARIAT))
        url = reverse("seasons:close", args=[of.season.pk])
        assert str(opinion) not in client.get(url, {"left": "监督意见（待答复）"}, follow=True).content.decode()


class TestOpening:
    def test_not_without_a_body_that_decides(self):
        season = Season(year=2026, name="2026年")
        with setting_up():
            season.save()
        found = rules.missing_in(season, user_with(Role.SECRETARIAT))
        assert [(one.kind, one.holds) for one in found] == [
            ("2026年工作日历（缺2026年1月1日至2026年12月31日）", True),
            ("批次尚未登记", False),
            ("院校名单尚未导入", False),
            ("领导小组尚未设立", True),
            ("承诺书尚未发布", False),
            ("培训课程尚未开放", False),
            ("集体决策事项清单尚未登记", False),
        ]

    def test_posts_to_which_nobody_is_appointed_are_listed_and_may_be_filled_later(self):
        season = OpenSeasonFactory(status=SeasonStatus.DRAFT, basis="")
        post = PostFactory(group=WorkGroupFactory(season=season))
        AppointmentFactory(post=PostFactory(group=post.group))
        [found] = [one for one in rules.missing_in(season, user_with(Role.SECRETARIAT)) if "岗位" in one.kind]
        assert (found.kind, found.count, found.holds, list(found.rows)) == ("无人任职的岗位", 1, False, [post])

    def test_a_batch_that_reaches_into_the_next_year_needs_its_calendar_too(self):
        season = OpenSeasonFactory(status=SeasonStatus.DRAFT, basis="")
        BatchFactory(season=season, starts_on=date(2026, 12, 28), ends_on=date(2027, 1, 6))
        calendar_of(2026)
        found = [one.kind for one in rules.missing_in(season, user_with(Role.SECRETARIAT)) if "日历" in one.kind]
        assert found == ["2027年工作日历（缺2027年1月1日至2027年12月31日）"]

    def test_what_is_missing_is_made_in_the_season_that_opens(self, client):
        OpenSeasonFactory()
        draft = OpenSeasonFactory(status=SeasonStatus.DRAFT, basis="")
        secretary = user_with(Role.SECRETARIAT)
        url = next(one.url for one in rules.missing_in(draft, secretary) if one.kind == "领导小组尚未设立")
        client.force_login(secretary)
        answer = client.get(url)
        assert answer.status_code == 200
        assert answer.context["current_season"] == draft


class TestHandover:
    def test_the_sheet_lists_what_every_capability_says_the_person_holds(self):
        of = line()
        row = drafted(of)
        held = row.drafted_by.appointments.get()
        sheet = prepare_handover(actor=of.head, reason="调岗", appointment=held, receiver=UserFactory())
        lines = {section["label"]: [line["text"] for line in section["items"]] for section in sheet.items}
        assert lines["请示报告"] == [f"{row}（起草）"]
        assert {"岗位职责", "未办事项", "代岗", "督办事项", "环节单", "监督意见"} <= set(lines)

    def test_an_item_of_a_meeting_is_listed_unless_the_receiver_is_kept_from_it(self):
        of = body()
        subject = UserFactory()
        presenter = of.members[0]
        item = proposed(of, presenter=presenter, subject_person=subject)
        held = presenter.appointments.get()
        receiver, kept_away = of.members[1], UserFactory()
        fact_about(kept_away, of.group.season, key=subject.pk)

        def items(taker):
            sheet = prepare_handover(actor=of.head, reason="调岗", appointment=held, receiver=taker)
            void_handover(actor=of.head, reason="重编", handover=sheet)
            return next(s["items"] for s in sheet.items if s["label"] == "议题和临机处置")

        assert [line["text"] for line in items(receiver)] == [f"议题：{item}（拟提请）"]
        assert items(again(kept_away)) == []


def test_no_todo_of_a_season_that_has_ended_is_left():
    of = body()
    opened(of, proposed(of))
    member = again(of.members[0])
    assert any(todo.verb == "表态" for todo in todos_of(member))
    with setting_up():
        season = Season.objects.get(pk=of.group.season_id)
        season.status, season.closed_at = SeasonStatus.CLOSED, timezone.now()
        season.save()
    assert [todo for todo in todos_of(again(member)) if todo.season_id == season.pk] == []
    assert not any(todo.verb == "表态" for todo in todos_of(again(member)))


def test_what_is_found_after_the_season_is_still_somebodys_to_do():
    season = OpenSeasonFactory(status=SeasonStatus.CLOSED)
    fact_about(UserFactory(), season, key=UserFactory().pk)
    officer = user_with(Role.RECUSAL_OFFICER)
    assert any((todo.verb, todo.object_label) == ("裁定", "1项回避事项") for todo in todos_of(officer))


def test_reading_in_an_emergency_goes_on_after_the_season_and_holds_nothing():
    access = BreakGlassAccessFactory(season=OpenSeasonFactory())
    found = rules.left_in(access.season, user_with(Role.SECRETARIAT))
    assert [(one.kind, one.holds) for one in found] == [("紧急授权（待批准）", False)]
    close(access.season)
    assert any(todo.verb == "审批" for todo in todos_of(user_with(Role.SECURITY_ADMIN)))
