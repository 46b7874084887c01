"""Every list costs the same number of queries with one row and with many."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from admissions.accounts.enums import Role
from admissions.audit.commands import command, machine_action
from admissions.audit.facts import No
from admissions.core.decision import Refused
from admissions.core.todos import remember_count
from admissions.core.views import PER_PAGE
from tests.factories.accounts import RoleGrantFactory, UserFactory, user_with
from tests.factories.followups import task_row
from tests.factories.meetings import MatterFactory
from tests.factories.readiness import (
    AttemptFactory,
    CourseFactory,
    PledgeFactory,
    PledgeTemplateFactory,
    PledgeVersionFactory,
)
from tests.factories.recusal import (
    CandidateBatchFactory,
    RelativeKindFactory,
    declared,
    fact_about,
    id_number,
    relative,
)
from tests.factories.requests import LetterCodeFactory, ReportableFactory
from tests.factories.seasons import InstitutionFactory, OpenSeasonFactory
from tests.factories.workgroups import AppointmentFactory, PostFactory, WorkGroupFactory, leader_of
from tests.sizes import SIZES
from tests.trail import setting_up
from workgroups.appointments.services import withdraw_appointment
from workgroups.groups.models import Step, StepDuty
from workgroups.meetings.models import (
    AgendaItem,
    EmergencyDecision,
    ListedAction,
    Meeting,
    Resolution,
    Seat,
)
from workgroups.recusal.models import Screening
from workgroups.recusal.services.challenging import raise_challenge
from workgroups.recusal.services.facts import Scope
from workgroups.recusal.services.ruling import rule_fact
from workgroups.requests.models import (
    OralInstruction,
    Reply,
    ReportDuty,
    Submission,
    SubmissionVersion,
)

pytestmark = pytest.mark.django_db


class Filling:
    """Makes rows of one season; `until(n)` brings the number of each kind up to n."""

    def __init__(self):
        self.season = OpenSeasonFactory()
        self.top = WorkGroupFactory(season=self.season)
        leader_of(self.top, status="on_duty")
        self.course = CourseFactory(season=self.season)
        self.version = PledgeVersionFactory(template__season=self.season)
        self.kind = RelativeKindFactory()
        self.batch = CandidateBatchFactory(season=self.season)
        self.raiser = user_with(Role.SECRETARIAT)
        self.made = 0

    def until(self, count):
        while self.made < count:
            self.made += 1
            self.one(self.made)

    def one(self, number):
        raise NotImplementedError

    def member(self, **kwargs):
        return AppointmentFactory(post=PostFactory(group=self.group()), **kwargs)

    def group(self):
        return WorkGroupFactory(season=self.season, parent=self.top)


class Staff(Filling):
    """A group, its post and leader, a member who signed and was trained, a step with its letters, course, template."""

    def until(self, count):
        with setting_up():  # one action for all rows, not one for each
            super().until(count)

    def one(self, number):
        group = self.group()
        leader_of(group)
        row = AppointmentFactory(post=PostFactory(group=group), status=("on_duty", "pending", "suspended")[number % 3])
        step = Step(season=self.season, stage="checking", name=f"环节{number}", order=number)
        step.save()
        for letter, post in (("A", row.post), ("R", group.posts.first())):
            StepDuty(step=step, post=post, letter=letter).save()
        PledgeFactory(appointment=row, version=self.version)
        AttemptFactory(course=self.course, person=row.person)
        CourseFactory(season=self.season, for_all_posts=False)
        PledgeVersionFactory(template=PledgeTemplateFactory(season=self.season, ranks=["deputy"]))


class Recusal(Filling):
    """A declaration with an unchecked relative, a fact, a comparison, a challenge."""

    def one(self, number):
        with setting_up():  # one action for what no command has to make
            row, college = self.member(status="on_duty"), InstitutionFactory()
            fact_about(row.person, self.season, kind="institution", key=college.pk)
            Screening(
                season=self.season,
                batch=self.batch,
                state="done",
                covers_until=timezone.now(),
                started_by=row.person,
                started_at=timezone.now(),
                finished_at=timezone.now(),
            ).save()
        declared(row.person, self.season, relative(id_number(number), relative_kind=self.kind))
        raise_challenge(
            actor=self.raiser,
            reason="与院校有往来",
            season=self.season,
            subject_person=row.person,
            scope=Scope("institution", str(college.pk), "某大学"),
        )
        if number <= PER_PAGE:
            with pytest.raises(Refused):
                rule_fact(actor=self.raiser, reason="越权", fact=row.person.recusal_facts.get(), verdict="confirm")


class Papers(Filling):
    """A request that was answered and what it ordered, a duty, an oral instruction, the letters of a group."""

    def __init__(self):
        super().__init__()
        self.asking = ReportableFactory()

    def until(self, count):
        with setting_up():  # one action for all rows, not one for each
            super().until(count)

    def one(self, number):
        group, now = self.group(), timezone.now()
        writer, chief = (UserFactory() for _ in range(2))
        of = {"matter": self.asking, "group": group, "addressee": self.top}
        LetterCodeFactory(group=group, season=self.season, code=f"字{number}")
        duty = ReportDuty(what=f"事{number}", happened_at=now, due_at=now, opened_by=writer, **of)
        duty.save()
        row = Submission(
            kind="request", title=f"件{number}", drafted_by=writer, code="字", year=2026, sequence=number, sent_at=now,
            answer_due_at=now, received_by=chief, status="received", duty=duty, **of,
        )  # fmt: skip
        row.save()
        version = SubmissionVersion(
            submission=row, title=row.title, body="情况", drafted_by=writer, drafted_at=now, content={}, digest="0" * 64,
            signed_by=writer, signed_at=now, sent_at=now,
        )  # fmt: skip
        version.save()
        said = {"said_by": chief, "said_at": now, "entered_by": chief, "entered_at": now}
        reply = Reply(
            submission=row,
            version=version,
            kind="agree",
            text="同意。",
            said_name=chief.name,
            status="confirmed",
            answered_at=now,
            **said,
        )
        reply.save()
        task_row(reply, what="办", assignee=writer, acceptor=chief, due_on=now.date())
        OralInstruction(
            group=group, receiver=writer, instructor=chief, instructor_name=chief.name, said_at=now, channel="phone",
            text="先办", recorded_at=now,
        ).save()  # fmt: skip


class Entries(Filling):
    """An entry that changed a record, one that was refused, each about another person."""

    def one(self, number):
        row = self.member(status="on_duty")
        with machine_action("test.touched", "测试改动", "测试", target=row):
            row.basis = f"决议{number}"
            row.save()
        with pytest.raises(Refused):
            withdraw_appointment(actor=self.raiser, reason="走", appointment=row)


@command("test.carry_out", "办理清单事项", clause=No("只在测试中"))
def carry_out(*, actor, reason, item):
    return item


class Decisions(Filling):
    """A meeting, an item decided in it, its resolution with a task, an emergency, an act that quotes no decision."""

    def __init__(self):
        super().__init__()
        self.matter = MatterFactory(allows_emergency=True)
        self.supervisor = user_with(Role.SUPERVISOR, season=self.season)
        with setting_up():
            ListedAction(matter=self.matter, action="test.carry_out", since=timezone.now()).save()

    def one(self, number):
        now = timezone.now()
        with setting_up():
            proposer, acceptor = UserFactory(), UserFactory()
            meeting = Meeting(group=self.top, title=f"第{number}次会议", place="一楼", starts_at=now, convened_at=now)
            meeting.save()
            Seat(meeting=meeting, person=self.supervisor, kind="supervisor", name="监督").save()
            item = AgendaItem(
                group=self.top, matter=self.matter, meeting=meeting, title=f"议题{number}", proposal="拟办。",
                proposer=proposer, presenter=proposer, status="scheduled",
            )  # fmt: skip
            item.save()
            resolution = Resolution(
                item=item,
                number=f"决〔2026〕{number}号",
                text="同意。",
                content_hash="0",
                issued_at=now,
                issued_by=proposer,
            )
            resolution.save()
            task_row(resolution, what="办理", assignee=proposer, acceptor=acceptor, due_on=now.date())
            EmergencyDecision(
                group=self.top, matter=self.matter, category="data", title=f"突发{number}", measures="先办", limits="当日",
                happened_at=now, decided_by=proposer, ratify_by=now + timedelta(hours=24), status="withdrawn",
            ).save()  # fmt: skip
        carry_out(actor=self.raiser, reason="办理", item=item)


def all_seeing():
    """One person of the office who may open every list; no such person exists outside a test of costs."""
    user = UserFactory()
    for role in (Role.SECRETARIAT, Role.RECUSAL_OFFICER, Role.TRAINING_OFFICER):
        RoleGrantFactory(user=user, role=role)
    return user


PAGES = [
    (Staff, all_seeing, "groups:list", {}),
    (Staff, all_seeing, "groups:matrix", {}),
    (Staff, all_seeing, "appointments:list", {}),
    (Staff, all_seeing, "appointments:list", {"q": "甲", "status": "pending"}),
    (Staff, all_seeing, "appointments:list", {"export": "csv", "purpose": "work"}),
    (Staff, all_seeing, "readiness:overview", {}),
    (Staff, all_seeing, "pledges:list", {}),
    (Staff, all_seeing, "pledges:list", {"export": "csv", "purpose": "work"}),
    (Staff, all_seeing, "pledges:progress", {}),
    (Staff, all_seeing, "pledges:templates", {}),
    (Staff, all_seeing, "training:courses", {}),
    (Staff, all_seeing, "training:attempts", {}),
    (Staff, all_seeing, "training:attempts", {"export": "csv", "purpose": "work"}),
    (Recusal, all_seeing, "recusal:declarations", {}),
    (Recusal, all_seeing, "recusal:facts", {}),
    (Recusal, all_seeing, "recusal:facts", {"export": "csv", "purpose": "work"}),
    (Recusal, all_seeing, "recusal:screenings", {}),
    (Recusal, all_seeing, "recusal:unchecked", {}),
    (Recusal, all_seeing, "recusal:challenges", {}),
    (Recusal, all_seeing, "recusal:withdrawals", {}),
    (Recusal, all_seeing, "recusal:discoveries", {}),
    (Recusal, "supervisor", "recusal:attempts", {}),
    (Decisions, all_seeing, "meetings:list", {}),
    (Decisions, all_seeing, "meetings:items", {"q": "议题"}),
    (Decisions, all_seeing, "meetings:items", {"export": "csv", "purpose": "work"}),
    (Decisions, all_seeing, "meetings:resolutions", {}),
    (Decisions, all_seeing, "followups:list", {"late": "due", "source": "resolution"}),
    (Decisions, all_seeing, "followups:list", {"export": "csv", "purpose": "work"}),
    (Decisions, all_seeing, "meetings:emergencies", {}),
    (Decisions, all_seeing, "meetings:emergencies", {"export": "csv", "purpose": "work"}),
    (Decisions, all_seeing, "meetings:undecided-acts", {"state": "open"}),
    (Decisions, all_seeing, "meetings:undecided-acts", {"export": "csv", "purpose": "work"}),
    (Decisions, all_seeing, "meetings:matters", {}),
    (Decisions, all_seeing, "meetings:register", {"purpose": "work"}),
    (Papers, "supervisor", "requests:list", {}),
    (Papers, "supervisor", "requests:list", {"q": "件", "late": "late"}),
    (Papers, "supervisor", "requests:list", {"export": "csv", "purpose": "work"}),
    (Papers, "supervisor", "requests:report-duties", {}),
    (Papers, "supervisor", "requests:report-duties", {"export": "csv", "purpose": "work"}),
    (Papers, "supervisor", "requests:instructions", {}),
    (Papers, "supervisor", "requests:instructions", {"export": "csv", "purpose": "work"}),
    (Papers, "supervisor", "followups:list", {}),
    (Papers, "supervisor", "followups:list", {"q": "办", "late": "due", "status": "open"}),
    (Papers, "supervisor", "followups:list", {"export": "csv", "purpose": "work"}),
    (Papers, "supervisor", "requests:letter-codes", {}),
    (Entries, "supervisor", "audit:trail", {"q": "岗位"}),
    (Entries, "supervisor", "audit:trail", {"outcome": "refused"}),
    (Entries, "supervisor", "audit:trail", {"q": "岗位", "outcome": "machine"}),
]


def looker(who):
    return user_with(Role.SUPERVISOR) if who == "supervisor" else who()


def queries(client, name, query):
    """The queries the page takes."""
    address = reverse(name)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address, query).status_code == 200, name
    return [entry["sql"] for entry in captured.captured_queries]


def grown(before, after):
    """The first statements that a page made more often with more rows, for the message of the failure."""
    shapes = [sql.split(" WHERE ")[0][:200] for sql in after]
    earlier = [sql.split(" WHERE ")[0][:200] for sql in before]
    return sorted({shape for shape in shapes if shapes.count(shape) > earlier.count(shape)})[:3]


@pytest.mark.parametrize("filling", [Staff, Recusal, Decisions, Papers, Entries])
def test_lists_do_not_grow(client, filling):
    """All lists over one kind of rows, at every size."""
    fill = filling()
    pages = [(looker(who), name, query) for kind, who, name, query in PAGES if kind is filling]
    counted = []
    for user, name, query in pages:  # what is read once per process is read now
        client.force_login(user)
        client.get(reverse(name), query)
    for size in SIZES:
        fill.until(size)
        sizes = []
        for user, name, query in pages:
            client.force_login(user)
            remember_count(user, [])  # for a minute, which a slow machine may need for the rows
            sizes.append(queries(client, name, query))
        counted.append(sizes)
    for (_, name, query), first, *later in zip(pages, *counted, strict=True):
        for more in later:
            assert len(more) == len(first), (name, query, len(first), len(more), grown(first, more))
