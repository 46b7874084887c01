"""What the responsibility matrix lacks, in sentences; and who answered for a step at an instant."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from admissions.accounts.enums import Role
from admissions.core.decision import Refused
from tests.factories.accounts import UserFactory, user_with
from tests.factories.readiness import PledgeFactory, PledgeVersionFactory
from tests.factories.recusal import fact_about
from tests.factories.seasons import OpenSeasonFactory
from tests.factories.workgroups import AppointmentFactory, PostFactory, WorkGroupFactory, leader_of
from tests.trail import assert_recorded, setting_up
from workgroups.appointments.models import AppointmentPassage
from workgroups.appointments.selectors import responsible_at
from workgroups.groups import services
from workgroups.groups.matrix import Cell, findings
from workgroups.groups.models import StepDuty
from workgroups.groups.selectors import matrix_findings

pytestmark = pytest.mark.django_db
NAMES = {1: "甲", 2: "乙", 3: "丙"}
WORDS = {"A": "执行", "R": "复核", "S": "监督"}
NOW = timezone.now()


def cells(**letters):
    """`A=({1}, {2})`: two executing posts with these holders."""
    rows = [(letter, people) for letter, posts in letters.items() for people in posts]
    return [Cell(1, number, f"岗位{number}", letter, frozenset(people)) for number, (letter, people) in enumerate(rows)]


def said(**letters):
    return [(found.kind, found.sentence) for found in findings({1: "投档"}, cells(**letters), NAMES)]


class TestFindings:
    def test_a_complete_step_has_none(self):
        assert said(L=({1},), A=({1}, {2}), R=({3},), S=({4},)) == []

    def test_no_post_at_all(self):
        assert said() == [
            ("gap", "没有负责岗位。"),
            ("gap", "没有执行岗位。"),
            ("gap", "没有复核岗位。"),
            ("gap", "没有监督岗位。"),
        ]

    def test_two_executors_and_no_reviewer(self):
        assert said(L=({9},), A=({1}, {2}), S=({3},)) == [("gap", "没有复核岗位。")]

    def test_a_post_without_people(self):
        assert said(L=({9},), A=({1}, {2}), R=(set(), set()), S=({3},)) == [("gap", "复核岗位无人在岗。")]
        assert said(L=({9},), A=({1}, {2}), R=(set(), {3}), S=({4},)) == []

    def test_two_accountable_posts(self):
        assert said(L=({1}, {2}), A=({1, 2},), R=({3},), S=({4},)) == [("gap", "有一个以上的负责岗位。")]

    @pytest.mark.parametrize(("one", "other"), [("A", "R"), ("A", "S"), ("R", "S")])
    def test_one_person_in_two_parts(self, one, other):
        people = {"A": {1, 8}, "R": {6}, "S": {7}}
        people[one] |= {2}
        people[other] |= {2}
        letters = {letter: (held,) for letter, held in people.items()}
        assert said(L=({9},), **letters) == [("conflict", f"乙同时承担{WORDS[one]}和{WORDS[other]}。")]

    def test_only_one_executor(self):
        assert said(L=({9},), A=({1}, {1}), R=({2},), S=({3},)) == [("single", "只有甲一人能执行，缺席即中断。")]

    def test_people_the_reader_may_not_know_of_are_not_named(self):
        assert said(L=({9},), A=({7},), R=({7},), S=({3},)) == [
            ("conflict", "有人同时承担执行和复核。"),
            ("single", "只有一人能执行，缺席即中断。"),
        ]

    @given(
        letters=st.dictionaries(
            st.sampled_from("LARSCI"), st.lists(st.sets(st.integers(1, 3)), min_size=1, max_size=3).map(tuple)
        )
    )
    def test_against_the_rules_word_by_word(self, letters):
        """Every finding follows from the cells, and nothing else is found."""
        held = {letter: set().union(*letters.get(letter, ())) for letter in WORDS}
        expected = set()
        if len(letters.get("L", ())) != 1:
            expected.add(("gap", "有一个以上的负责岗位。" if letters.get("L") else "没有负责岗位。"))
        for letter, word in WORDS.items():
            if letter not in letters:
                expected.add(("gap", f"没有{word}岗位。"))
            elif not held[letter]:
                expected.add(("gap", f"{word}岗位无人在岗。"))
        for one, other in (("A", "R"), ("A", "S"), ("R", "S")):
            for person in held[one] & held[other]:
                expected.add(("conflict", f"{NAMES[person]}同时承担{WORDS[one]}和{WORDS[other]}。"))
        if len(held["A"]) == 1:
            expected.add(("single", f"只有{NAMES[min(held['A'])]}一人能执行，缺席即中断。"))
        found = said(**letters)
        assert set(found) == expected
        assert len(found) == len(expected)


@pytest.fixture
def season():
    return OpenSeasonFactory()


@pytest.fixture
def secretary():
    return user_with(Role.SECRETARIAT)


@pytest.fixture
def group(season):
    return WorkGroupFactory(season=season, name="录取管理组")


@pytest.fixture
def step(season, secretary):
    return services.add_step(actor=secretary, reason="按方案", season=season, stage="filing", name="投档操作")


def assign(actor, step, post, letter):
    return services.assign_step(actor=actor, reason="按方案", step=step, post=post, letter=letter)


class TestLetters:
    def test_one_post_does_not_execute_and_review_by_rule_and_by_sql(self, secretary, step, group):
        post = PostFactory(group=group)
        duty = assign(secretary, step, post, "A")
        assert_recorded("matrix.assign", actor=secretary, target=duty)
        for letter in "RS":
            with pytest.raises(Refused, match="不能兼任执行、复核、监督"):
                assign(secretary, step, post, letter)
            with pytest.raises(IntegrityError, match="stepduty_parts_apart"):
                insert(step, post, letter)
        for letter in "LCI":
            assert assign(secretary, step, post, letter).pk

    def test_one_accountable_post_by_rule_and_by_sql(self, secretary, step, group):
        assign(secretary, step, PostFactory(group=group), "L")
        other = PostFactory(group=group)
        with pytest.raises(Refused, match="只能有一个负责岗位"):
            assign(secretary, step, other, "L")
        with pytest.raises(IntegrityError, match="stepduty_one_accountable"):
            insert(step, other, "L")

    def test_not_an_abolished_post_and_not_of_another_season(self, secretary, step, group):
        with pytest.raises(Refused, match="岗位已撤销"):
            assign(secretary, step, PostFactory(group=group, is_abolished=True), "A")
        with pytest.raises(Refused, match="不属于本录取季"):
            assign(secretary, step, PostFactory(), "A")
        assert not StepDuty.objects.exists()

    def test_unassigning_opens_the_gap_again(self, secretary, season, step, group):
        duty = assign(secretary, step, PostFactory(group=group), "L")
        assert "没有负责岗位。" not in sentences(season, secretary)
        services.unassign_step(actor=secretary, reason="改岗", duty=duty)
        assert "没有负责岗位。" in sentences(season, secretary)
        assert_recorded("matrix.unassign", actor=secretary, reason="改岗")


def insert(step, post, letter):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO groups_stepduty (revision, step_id, post_id, letter) VALUES (1, %s, %s, %s)",
            [step.pk, post.pk, letter],
        )


def sentences(season, reader):
    return [found.sentence for found in matrix_findings(season, reader)]


class TestMatrixPage:
    @pytest.fixture
    def conflict(self, season, step, group, secretary):
        """One person executes and reviews through two posts."""
        person = UserFactory(name="示例兼任")
        for letter in "AR":
            post = PostFactory(group=group)
            assign(secretary, step, post, letter)
            AppointmentFactory(post=post, person=person, status="on_duty")
        return person

    def test_findings_of_living_holders_in_words_and_numbers(self, client, season, secretary, conflict):
        client.force_login(secretary)
        answer = client.get(reverse("groups:matrix"))
        page = answer.content.decode()
        for sentence in (
            "示例兼任同时承担执行和复核。",
            "只有示例兼任一人能执行，缺席即中断。",
            "没有负责岗位。",
            "没有监督岗位。",
        ):
            assert sentence in page
        assert answer.context["chart_rows"] == [["投档操作", 2, 1, 1]]

    def test_who_left_or_has_not_begun_does_not_count(self, season, secretary, conflict):
        first, second = conflict.appointments.order_by("id")
        with setting_up():
            first.status = "ended"
            first.save()
            second.period = DateTimeTZRange(NOW + timedelta(days=1), None)
            second.save()
        assert sentences(season, secretary) == [
            "没有负责岗位。",
            "执行岗位无人在岗。",
            "复核岗位无人在岗。",
            "没有监督岗位。",
        ]

    def test_a_recused_reader_and_one_of_another_group_do_not_read_the_name(self, client, season, secretary, conflict):
        fact_about(secretary, season, key=conflict.pk)
        elsewhere = user_with(Role.SUPERVISOR, season=season, group=WorkGroupFactory(season=season))
        for reader in (secretary, elsewhere, UserFactory()):
            client.force_login(reader)
            page = client.get(reverse("groups:matrix")).content.decode()
            assert "示例兼任" not in page
            assert "有人同时承担执行和复核。" in page


def passage(appointment, status, at, before=""):
    with setting_up():
        AppointmentPassage(
            appointment=appointment,
            from_status=before,
            to_status=status,
            actor=appointment.person,
            reason="测试",
            at=at,
        ).save()


def at(hours):
    return NOW + timedelta(hours=hours)


class TestResponsibleAt:
    @pytest.fixture
    def held(self, secretary, step, group):
        """From hour -10 to hour 10; on duty at -8, suspended at -4, back at -2."""
        post = PostFactory(group=group, name="投档员")
        assign(secretary, step, post, "A")
        row = AppointmentFactory(post=post, status="on_duty", period=DateTimeTZRange(at(-10), at(10)))
        for status, hour in (("pending", -10), ("on_duty", -8), ("suspended", -4), ("on_duty", -2)):
            passage(row, status, at(hour))
        return row

    @pytest.mark.parametrize(
        ("hour", "status"),
        [
            (-11, None),
            (-10, "pending"),
            (-8, "on_duty"),
            (-5, "on_duty"),
            (-4, "suspended"),
            (-3, "suspended"),
            (-2, "on_duty"),
            (9.99, "on_duty"),
            (10, None),
        ],
    )
    def test_the_status_of_that_instant_not_of_today(self, step, held, hour, status):
        rows = responsible_at(step, at(hour)).rows
        assert [(row.appointment.pk, row.status) for row in rows] == ([] if status is None else [(held.pk, status)])

    def test_who_left_later_answered_then(self, step, held):
        passage(held, "ended", at(-1))
        assert responsible_at(step, at(-1.5)).rows
        assert not responsible_at(step, at(0)).rows

    def test_letters_in_their_order_and_the_leader_beside(self, secretary, step, group, held):
        for letter in "ISRL":
            post = PostFactory(group=group)
            assign(secretary, step, post, letter)
            passage(AppointmentFactory(post=post, period=DateTimeTZRange(at(-10), None)), "on_duty", at(-9))
        leader = leader_of(group, period=DateTimeTZRange(at(-10), None))
        passage(leader, "on_duty", at(-9))
        other = leader_of(WorkGroupFactory(season=group.season), period=DateTimeTZRange(at(-10), None))
        passage(other, "on_duty", at(-9))
        answer = responsible_at(step, at(0))
        assert [row.letter for row in answer.rows] == ["L", "A", "R", "S", "I"]
        assert [row.appointment.pk for row in answer.leaders] == [leader.pk]

    def page(self, client, step, moment):
        local = timezone.localtime(moment)
        return client.get(reverse("duty:responsible"), {"step": step.pk, "at": f"{local:%Y-%m-%dT%H:%M}"})

    def test_the_page_names_people_status_and_the_pledge_in_force_then(self, client, season, secretary, step, held):
        version = PledgeVersionFactory(template__season=season, template__name="当时的承诺书")
        PledgeFactory(appointment=held, version=version, answered_at=at(-6))
        client.force_login(secretary)
        page = self.page(client, step, at(-3)).content.decode()
        for words in (held.person.name, "执行（直接责任）", "暂停", "不在岗", "当时的承诺书第1版"):
            assert words in page
        assert "当时的承诺书" not in self.page(client, step, at(-7)).content.decode()
        assert "那一刻没有人任职" in self.page(client, step, at(-20)).content.decode()

    def test_only_people_the_reader_may_see(self, client, season, secretary, step, held):
        fact_about(secretary, season, key=held.person_id)
        for reader in (secretary, UserFactory()):
            client.force_login(reader)
            answer = self.page(client, step, at(0))
            assert (answer.status_code, held.person.name in answer.content.decode()) == (200, False)

    @pytest.mark.parametrize(
        "query", [{"step": "0", "at": "2026-07-01T09:00"}, {"step": "x"}, {"step": "", "at": "昨天"}]
    )
    def test_nonsense_is_an_answered_question_too(self, client, secretary, step, query):
        client.force_login(secretary)
        assert client.get(reverse("duty:responsible"), query).status_code == 200
