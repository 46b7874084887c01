"""Pledges: the leader first, exactly what was shown, stale when a clause changes, declining as an answer."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from admissions.accounts.enums import Role
from admissions.core.decision import Refused
from admissions.rulebook.services import revise_clause
from tests.factories.accounts import user_with
from tests.factories.rulebook import clause_in_force
from tests.factories.workgroups import AppointmentFactory, PostFactory, SeasonFactory, WorkGroupFactory, leader_of
from tests.trail import assert_recorded, assert_refused
from workgroups.appointments.models import Appointment
from workgroups.pledges.document import (
    QuotedClause,
    Signatory,
    as_rows,
    clause_changes,
    compose,
    content_hash,
    verification_code,
)
from workgroups.pledges.models import Pledge, PledgeTemplate
from workgroups.pledges.selectors import PledgeBook, pledge_state, pledge_states, pledge_todos
from workgroups.pledges.services import (
    create_template,
    decline_pledge,
    document_of,
    publish_version,
    sign_pledge,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def season():
    return SeasonFactory()


@pytest.fixture
def secretary():
    return user_with(Role.SECRETARIAT)


@pytest.fixture
def template(season, secretary):
    made = create_template(
        actor=secretary,
        reason="新季",
        season=season,
        kind="post",
        name="岗位承诺书",
        ranks=["leader", "deputy", "member"],
        opening="我承诺：",
        closing="如有违反，承担责任。",
        grace_days=3,
        clauses=[clause_in_force("不徇私舞弊。"), clause_in_force("不收受礼品。")],
    )
    publish_version(actor=secretary, reason="已审定", version=made.versions.get())
    return made


@pytest.fixture
def top(season):
    return WorkGroupFactory(season=season, name="领导小组")


@pytest.fixture
def leader(top):
    return leader_of(WorkGroupFactory(season=top.season, parent=top, name="录取管理组"))


@pytest.fixture
def member(leader):
    return AppointmentFactory(post=PostFactory(group=leader.post.group))


def duty_of(appointment):
    book = PledgeBook(appointment.post.group.season_id)
    return book.duties(Appointment.objects.select_related("person", "post__group__season").get(pk=appointment.pk))[
        0
    ], book


def sign(appointment, template):
    duty, book = duty_of(appointment)
    return sign_pledge(
        actor=appointment.person,
        reason="本人签订",
        appointment=appointment,
        template=template,
        seen_hash=content_hash(*document_of(duty, book)),
    )


def test_member_signs_only_after_the_leader(template, leader, member):
    with pytest.raises(Refused, match=r"须等.*先签"):
        sign(member, template)
    assert_refused("pledges.sign", actor=member.person)
    first = sign(leader, template)
    second = sign(member, template)
    assert (second.leader_pledge, second.is_signed) == (first, True)
    assert pledge_state(member).ok
    assert_recorded("pledges.sign", actor=member.person, target=second)


def test_leader_waits_for_the_leader_above(template, top, leader):
    head = leader_of(top)
    with pytest.raises(Refused, match=head.person.name):
        sign(leader, template)
    sign(head, template)
    assert sign(leader, template).leader_pledge.appointment == head


def test_member_without_a_leader_waits_for_the_appointment(template, top):
    member = AppointmentFactory(post=PostFactory(group=top))
    answer = pledge_state(member)
    assert (answer.ok, answer.who_can_fix) == (False, "领导小组组长（尚未任命）")


def test_nobody_signs_for_somebody_else(template, leader, secretary):
    duty, book = duty_of(leader)
    with pytest.raises(Refused, match="只能由本人签订"):
        sign_pledge(
            actor=secretary,
            reason="代签",
            appointment=leader,
            template=template,
            seen_hash=content_hash(*document_of(duty, book)),
        )


def test_text_other_than_the_one_shown_is_not_signed(template, leader):
    with pytest.raises(Refused, match="文本在您打开页面之后已更新"):
        sign_pledge(actor=leader.person, reason="签", appointment=leader, template=template, seen_hash="0" * 64)
    assert not Pledge.objects.exists()


def test_signing_twice_is_refused(template, leader):
    sign(leader, template)
    with pytest.raises(Refused, match="不必重复签订"):
        sign(leader, template)


def test_signed_text_and_hash_are_kept_as_they_were(template, leader):
    pledge = sign(leader, template)
    assert pledge.content_hash == content_hash(pledge.text, pledge.clauses)
    assert "1．不徇私舞弊。" in pledge.text and leader.person.name in pledge.text
    assert [row["version"] for row in pledge.clauses] == [1, 1]


def test_revised_clause_makes_the_pledge_stale_after_the_grace_period(template, leader):
    pledge = sign(leader, template)
    clause = template.versions.get().clauses.first().clause
    now = timezone.now()
    revise_clause(
        actor=user_with(Role.RULE_EDITOR),
        reason="新规定",
        clause=clause,
        text="不徇私舞弊、不弄虚作假。",
        verification="verified",
        effective_from=now + timedelta(seconds=1),
    )
    with time_machine.travel(now + timedelta(days=1)):
        assert duty_of(leader)[0].standing == "grace"
        assert pledge_state(leader).ok
        assert [todo.verb for todo in pledge_todos(leader.person)] == ["补签"]
    with time_machine.travel(now + timedelta(days=4)):
        assert (duty_of(leader)[0].standing, pledge_state(leader).ok) == ("stale", False)
        again = sign(leader, template)
    assert (again.clauses[0]["version"], pledge.clauses[0]["version"]) == (2, 1)
    assert Pledge.objects.count() == 2


def test_declining_is_an_answer_and_can_be_changed_later(template, leader):
    declined = decline_pledge(actor=leader.person, reason="对第二条有疑问", appointment=leader, template=template)
    assert (declined.answer, declined.decline_reason) == ("declined", "对第二条有疑问")
    assert "拒签" in pledge_state(leader).sentence
    assert sign(leader, template).is_signed


def test_published_version_is_final_and_a_draft_without_clauses_is_not_published(season, secretary, template):
    with pytest.raises(Refused, match="已经发布"):
        publish_version(actor=secretary, reason="再发", version=template.versions.get())
    empty = create_template(
        actor=secretary,
        reason="空",
        season=season,
        kind="post",
        name="空白",
        ranks=["member"],
        opening="我",
        closing="完",
        grace_days=1,
        clauses=[],
    )
    with pytest.raises(Refused, match="没有引用任何条款"):
        publish_version(actor=secretary, reason="发", version=empty.versions.get())


@pytest.mark.parametrize("role", [role for role in Role if role != Role.SECRETARIAT])
def test_only_the_secretariat_drafts(role, season):
    with pytest.raises(Refused, match="没有编制承诺书的权限"):
        create_template(
            actor=user_with(role),
            reason="越权",
            season=season,
            kind="post",
            name="某书",
            ranks=["member"],
            opening="我",
            closing="完",
            grace_days=1,
            clauses=[],
        )
    assert not PledgeTemplate.objects.filter(name="某书").exists()


def test_states_of_many_cost_the_same_number_of_queries(template, leader, django_assert_num_queries):
    def load(count):
        rows = Appointment.objects.of_season(template.season).select_related("person", "post__group__season")
        return list(rows)[:count]

    from_one = load(1)
    with django_assert_num_queries(6):
        pledge_states(from_one)
    for _ in range(8):
        AppointmentFactory(post=PostFactory(group=leader.post.group))
    from_many = load(9)
    with django_assert_num_queries(6):
        pledge_states(from_many)


codes = st.sampled_from(["a", "b", "c", "d"])
quotes = st.dictionaries(codes, st.integers(1, 3), max_size=4)


def quoted(versions):
    return [QuotedClause(code, number, f"《{code}》", "已核实", f"{code}{number}") for code, number in versions.items()]


@given(before=quotes, after=quotes)
def test_clause_changes_are_exactly_the_differences(before, after):
    changes = clause_changes(as_rows(quoted(before)), quoted(after))
    wanted = {code for code in before.keys() | after.keys() if before.get(code) != after.get(code)}
    assert {(change.before or change.after)[0] for change in changes} == wanted
    assert clause_changes(as_rows(quoted(after)), quoted(after)) == []


@given(text=st.text(max_size=50), other=st.text(max_size=50))
def test_hash_tells_any_two_texts_apart(text, other):
    assert (content_hash(text, []) == content_hash(other, [])) == (text == other)


def test_document_numbers_its_clauses_and_names_the_signatory():
    text = compose(
        "承诺书", "我承诺：", quoted({"a": 1, "b": 2}), "完。", Signatory("欧阳㛃", "录检组·录检员", "2026年")
    )
    assert text.splitlines()[:3] == ["承诺书", "2026年", "签订人：欧阳㛃　岗位：录检组·录检员"]
    assert "1．a1（《a》）\n2．b2（《b》）" in text


def test_verification_codes_do_not_repeat():
    assert len({verification_code() for _ in range(2000)}) == 2000
