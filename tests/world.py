"""One small season with one record of every kind, for walks over all addresses; and who looks at it."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from admissions.accounts.emergency.enums import EmergencyStatus
from admissions.accounts.enums import Role
from admissions.audit.models import Event
from admissions.core.ids import uuid7
from admissions.evidence.imports.registry import KINDS
from admissions.evidence.models import ImportBatch, StoredFile
from admissions.evidence.services import keep_file
from admissions.evidence.storage import Incoming
from admissions.jobs.models import Job
from admissions.operations.steps.services import hold_run
from admissions.seals import notes
from admissions.seals.archiving import archive_season
from admissions.seals.sealing import seal
from admissions.seals.services import offer_witness, request_export
from admissions.seasons.lifecycle.enums import SeasonStatus
from discipline.desk.enums import Indicator
from discipline.desk.indicators import Finding
from discipline.desk.services import dismiss
from discipline.opinions.models import OpinionPassage
from discipline.opinions.services import flag_entry
from tests.factories.accounts import OrganisationFactory, RoleGrantFactory, UserFactory, user_with
from tests.factories.emergency import EmergencyAccessFactory, over
from tests.factories.files import pdf_file
from tests.factories.meetings import Body, MatterFactory, decided, prepared, proposed, seat, sitting, stated
from tests.factories.recusal import (
    CandidateBatchFactory,
    RelativeKindFactory,
    declared,
    fact_about,
    id_number,
    officer,
    relative,
)
from tests.factories.requests import (
    LetterCodeFactory,
    Line,
    ReportableFactory,
    ReportFactory,
    drafted,
    fresh,
    instructed,
    received,
    say,
    sent,
    signed,
    submitted,
)
from tests.factories.rulebook import clause_in_force
from tests.factories.seasons import BatchFactory, BatchStageFactory, InstitutionFactory, OpenSeasonFactory
from tests.factories.steps import Staffed, confirmed, executed, on_post, ordered, passed, taken, with_material
from tests.factories.supervision import Watched, again, answered, closed, issued
from tests.factories.workgroups import (
    AppointmentFactory,
    PostFactory,
    SeasonFactory,
    WorkGroupFactory,
    incompatible,
    leader_of,
)
from tests.trail import setting_up
from workgroups.appointments.enums import AppointmentStatus
from workgroups.appointments.models import AppointmentPassage
from workgroups.appointments.services import confirm_appointment
from workgroups.duty.models import Delegation, Handover
from workgroups.groups.enums import GroupKind
from workgroups.groups.models import PostDuty, Step, StepDuty, WorkGroup
from workgroups.meetings.models import EmergencyDecision, ListedAction, Paper, Prerequisite
from workgroups.meetings.services.agenda import reconsider_item
from workgroups.meetings.services.decisions import assign_task, give_opinion, issue_resolution, open_item
from workgroups.meetings.services.emergencies import cosign_emergency, declare_emergency, lapse_unratified
from workgroups.meetings.services.minutes import circulate_minutes
from workgroups.meetings.services.oversight import explain_act
from workgroups.meetings.services.sittings import close_meeting
from workgroups.pledges.models import Pledge, PledgeClause, PledgeScan, PledgeTemplate, PledgeVersion
from workgroups.recusal.enums import Verdict
from workgroups.recusal.services.challenging import raise_challenge
from workgroups.recusal.services.facts import Scope
from workgroups.recusal.services.ruling import rule_fact
from workgroups.recusal.services.screening import start_screening
from workgroups.requests.models import ReportDuty
from workgroups.requests.rules import newest
from workgroups.requests.services.replies import assign_reply_task
from workgroups.training.models import Attempt, Course, Question

NO_ROLE = "nobody"
LEADER = "leader"
MEMBER = "member"
ANONYMOUS = "anonymous"
# Found nowhere else, so that a walk can look for them.
MEMBER_NAME, INSTITUTION_NAME = "柳示隐", "示藏大学"
SUPERVISOR = str(Role.SUPERVISOR)
LOOKERS = [ANONYMOUS, NO_ROLE, *(str(role) for role in Role), LEADER, MEMBER]


@dataclass
class World:
    """The records by name; `who` the people by role."""

    records: dict[str, Any] = field(default_factory=dict)
    who: dict[str, Any] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        try:
            return self.records[name]
        except KeyError as error:
            raise AttributeError(name) from error


def make_world() -> World:
    world = World()
    records = world.records
    records["season"] = season = OpenSeasonFactory(name="2026年录取")
    records["group"] = group = WorkGroupFactory(season=season, name="录取管理组")
    records["other_group"] = WorkGroupFactory(season=season, name="信访接待组")
    _people(world, season, group)
    _structure(records, group)
    _appointments(world, group)
    _documents(world, season)
    _training(world, season)
    _recusal(world, season)
    _files(world)
    _scan(world)
    _meetings(world)
    _requests(world)
    _steps(world)
    _supervision(world)
    _break_glass(world, group)
    return world


def _people(world: World, season: Any, group: Any) -> None:
    world.who = {str(role): user_with(role) for role in Role if role != Role.SUPERVISOR}
    world.who[str(Role.SUPERVISOR)] = user_with(Role.SUPERVISOR, season=season, group=group)
    world.who[NO_ROLE] = UserFactory()
    leader = leader_of(group, status=AppointmentStatus.ON_DUTY)
    member = AppointmentFactory(
        post=PostFactory(group=group, name="计划员"),
        status=AppointmentStatus.ON_DUTY,
        person=UserFactory(name=MEMBER_NAME),
    )
    world.who[LEADER], world.who[MEMBER] = leader.person, member.person
    world.records["leader"], world.records["member"] = leader, member
    world.records["account"] = UserFactory(name="被查看人", organisation=OrganisationFactory())
    world.records["grant"] = RoleGrantFactory(user=world.account)


def _break_glass(world: World, group: Any) -> None:
    scope = {"person": world.who[MEMBER], "season": group.season, "group": group}
    world.records["asked_access"] = EmergencyAccessFactory(**scope)
    approver = world.who[str(Role.SECURITY_ADMIN)]
    world.records["past_access"] = EmergencyAccessFactory(
        **scope, status=EmergencyStatus.APPROVED, decided_by=approver, period=over()
    )


def _structure(records: dict[str, Any], group: Any) -> None:
    season = group.season
    records["post"] = post = PostFactory(group=group, name="录检员")
    other = PostFactory(group=group, name="录检复核员")
    records["pair"] = incompatible(post, other)
    records["clause"] = clause_in_force("须双人复核。", clause__code="walk-clause")
    with setting_up():
        records["duty"] = PostDuty(post=post, text="审查录退意见", clause=records["clause"])
        records["duty"].save()
        records["step"] = Step(season=season, stage="checking", name="录退审查")
        records["step"].save()
        records["step_duty"] = StepDuty(step=records["step"], post=post, letter="A")
        records["step_duty"].save()
    records["batch"] = BatchFactory(season=season)
    records["stage"] = BatchStageFactory(batch=records["batch"])
    records["institution"] = InstitutionFactory(name=INSTITUTION_NAME)


def _appointments(world: World, group: Any) -> None:
    member, secretary = world.member, world.who[str(Role.SECRETARIAT)]
    world.records["proposed"] = AppointmentFactory(post=world.post, status=AppointmentStatus.PROPOSED, basis="")
    now = timezone.now()
    with setting_up():
        AppointmentPassage(appointment=member, to_status=member.status, actor=secretary, reason="任命").save()
        world.records["delegation"] = Delegation(
            appointment=member, deputy=UserFactory(), period=DateTimeTZRange(now, now + timedelta(days=1)), scope="值守"
        )
        world.delegation.save()
        world.records["handover"] = Handover(
            appointment=member, receiver=world.who[LEADER], items=[{"label": "未办事项", "items": []}], reason="调岗"
        )
        world.handover.save()


def _documents(world: World, season: Any) -> None:
    now = timezone.now()
    with setting_up():
        template = PledgeTemplate(season=season, kind="post", name="岗位承诺书", ranks=["leader", "deputy", "member"])
        template.save()
        version = PledgeVersion(
            template=template,
            number=1,
            opening="我承诺：",
            closing="如违反，承担责任。",
            status="published",
            published_at=now,
        )
        version.save()
        PledgeClause(version=version, order=1, clause=world.clause).save()
        draft = PledgeVersion(template=template, number=2, opening="我承诺：", closing="完。")
        draft.save()
        pledge = Pledge(
            appointment=world.leader,
            version=version,
            answer="signed",
            answered_at=now,
            person_name="组长",
            post_name="组长",
            text="岗位承诺书\n正文",
            clauses=[],
            content_hash="0" * 64,
            code="ABCD-EFGH-JKMN",
        )
        pledge.save()
        own = Pledge(
            appointment=world.member,
            version=version,
            answer="signed",
            answered_at=now,
            person_name=MEMBER_NAME,
            post_name="计划员",
            text=f"岗位承诺书\n{MEMBER_NAME}",
            clauses=[],
            content_hash="1" * 64,
            code="ABCD-EFGH-JKMP",
        )
        own.save()
    world.records |= {"template": template, "version": draft, "pledge": pledge, "member_pledge": own}


def _training(world: World, season: Any) -> None:
    now = timezone.now()
    with setting_up():
        course = Course(season=season, name="纪律", text="学习", question_count=1, status="open")
        course.save()
        question = Question(
            course=course, clause=world.clause, kind="judge", stem="对吗", options=["正确", "错误"], answer=[0]
        )
        question.save()
        row = {"question": question.pk, "stem": "对吗", "kind": "judge", "options": ["正确", "错误"], "answer": [0]}
        attempt = Attempt(course=course, person=world.who[MEMBER], paper=[row], clause_versions={}, started_at=now)
        attempt.save()
    world.records |= {"course": course, "question": question, "attempt": attempt}


def _recusal(world: World, season: Any) -> None:
    member = world.who[MEMBER]
    kind = RelativeKindFactory()
    declaration = declared(member, season, relative(id_number(1), relative_kind=kind))
    fact = fact_about(member, season, kind="institution", key=world.institution.pk)
    waiting = fact_about(world.account, season, kind="institution", key=world.institution.pk)
    ruling = rule_fact(actor=officer(), reason="属实", fact=waiting, verdict=Verdict.CONFIRM)
    CandidateBatchFactory(season=season)
    screening = start_screening(actor=world.who[str(Role.RECUSAL_OFFICER)], reason="例行", season=season)
    challenge = raise_challenge(
        actor=world.who[MEMBER],
        reason="与院校有往来",
        season=season,
        subject_person=world.account,
        scope=Scope("institution", str(world.institution.pk), INSTITUTION_NAME),
    )
    world.records |= {
        "declaration": declaration,
        "relation": declaration.relations.get(),
        "fact": fact,
        "ruling": ruling,
        "screening": screening,
        "challenge": challenge,
    }


def _files(world: World) -> None:
    now = timezone.now()
    uploader = world.who[str(Role.SECRETARIAT)]
    kind = next(iter(sorted(KINDS)))
    with setting_up():
        file = StoredFile(
            sha256="0" * 64,
            size=1,
            name="名单.csv",
            content_type="text/csv",
            purpose="导入",
            storage_name="00none",
            uploaded_by=UserFactory(),
            uploaded_at=now,
        )
        file.save()
        imported = ImportBatch(
            kind=kind,
            permission=KINDS[kind].permission,
            file=file,
            status="ready",
            totals={"new": 1},
            uploaded_by=file.uploaded_by,
            uploaded_at=now,
        )
        imported.save()
    job = Job.objects.create(kind="imports.check", title="预检", params={}, requested_by=uploader)
    world.records |= {"file": file, "import": imported, "import_kind": kind, "job": job}


def _steps(world: World) -> None:
    """A step the leader answers for and the member executes: a sheet in each state, one about the institution."""
    group = world.group
    posts = {"L": world.leader.post, "A": world.member.post}
    posts |= {letter: PostFactory(group=group, name=f"投档{letter}") for letter in "RS"}
    people = {"L": world.who[LEADER], "A": world.who[MEMBER], "R": on_post(posts["R"]), "S": on_post(posts["S"])}
    with setting_up():
        step = Step(season=world.season, stage="filing", name="投档操作", order=5)
        step.save()
        for letter, post in posts.items():
            StepDuty(step=step, post=post, letter=letter).save()
    of = Staffed(group, step, posts, people)
    colleague = Staffed(group, step, posts, people | {"A": on_post(posts["A"])})
    about = {"title": f"{INSTITUTION_NAME}投档", "institution": world.institution}
    world.records |= {
        "run": executed(colleague, ordered(of, **about), material=f"{INSTITUTION_NAME}投档线"),
        "pending_run": with_material(of, ordered(of), f"{MEMBER_NAME}误传"),
        "taken_run": taken(of),
        "passed_run": passed(of),
        "confirmed_run": confirmed(of),
        "held_run": hold_run(actor=of.by("S"), reason="备份未完成", run=executed(of)),
    }
    world.records["material"] = world.run.materials.get()
    world.records["wrong_material"] = world.pending_run.materials.get()


def _scan(world: World) -> None:
    """A pledge signed on paper that waits for its comparison."""
    with setting_up():
        world.records["scan"] = PledgeScan(
            appointment=world.member,
            version=world.member_pledge.version,
            signer=world.who[MEMBER],
            file=world.file,
            signed_on=timezone.localdate(),
            content_hash="1" * 64,
            uploaded_by=UserFactory(),
            uploaded_at=timezone.now(),
        )
        world.scan.save()


def _meetings(world: World) -> None:
    """A body whose head is the leader of the other group: one meeting over, one going on, one being prepared."""
    group = WorkGroupFactory(season=world.season, kind=GroupKind.LEADING, name="领导小组")
    post = PostFactory(group=group, name="成员", headcount_max=9)
    people = [AppointmentFactory(post=post, status=AppointmentStatus.ON_DUTY).person for _ in range(2)]
    of = Body(group, world.who[LEADER], people, world.who[str(Role.SECRETARIAT)], world.who[SUPERVISOR])
    matter = MatterFactory()
    item = decided(of, proposed(of, matter))
    opinion = give_opinion(actor=of.supervisor, reason="请公开测算", item=item, kind="remind")
    close_meeting(actor=of.head, reason="闭会", meeting=item.meeting)
    resolution = issue_resolution(actor=of.secretary, reason="形成", item=item, text="同意追加。")
    task = assign_task(
        actor=of.secretary,
        reason="交办",
        resolution=resolution,
        what="下达计划",
        assignee=of.head,
        acceptor=people[0],
        due_on=timezone.localdate() + timedelta(days=5),
    )
    named = proposed(of, matter, title=f"{INSTITUTION_NAME}追加计划", institution=world.institution)
    meeting = sitting(of, named, title="第二次会议")
    named = open_item(actor=of.head, reason="审议", item=named)
    deferral = stated(named, people[0], "defer", "待核对")
    with setting_up():
        paper = Paper(item=named, title="测算", file=world.file, added_by=of.secretary, added_at=timezone.now())
        paper.save()
        prerequisite = Prerequisite(item=named, name="合规审查", file=world.file, summary="可行")
        prerequisite.save()
    world.records |= {
        "matter": matter,
        "decided_item": item,
        "opinion": opinion,
        "minutes": circulate_minutes(actor=of.head, reason="送核", minutes=item.meeting.minutes),
        "resolution": resolution,
        "task": task,
        "named_item": named,
        "meeting": meeting,
        "deferral": deferral,
        "paper": paper,
        "prerequisite": prerequisite,
        "draft_meeting": prepared(of, "第三次会议"),
        "new_item": proposed(of, MatterFactory(code="b", name="人事", prerequisites=["合规审查"]), title="调整分工"),
    }
    _oversight(world, of)
    world.records["draft_seat"] = seat(world.draft_meeting, of.supervisor)
    world.records["own_seat"] = seat(meeting, of.head)


def _oversight(world: World, of: Body) -> None:
    """An emergency about the institution, one lapsed; an act without decision, another one explained; a reconsideration."""
    urgent = MatterFactory(code="urgent", name="突发情况处置", allows_emergency=True)
    with setting_up():
        ListedAction(matter=urgent, action="appointments.confirm", since=timezone.now() - timedelta(minutes=5)).save()
    world.records["emergency"], world.records["lapsed_effect"] = (
        _emergency(world, of, urgent, 1),
        _emergency(world, of, urgent, 48).effects.get(),
    )
    lapse_unratified()
    for name in ("unexplained", "explained"):
        row = AppointmentFactory(post=world.post, status=AppointmentStatus.PROPOSED, basis="")
        confirm_appointment(actor=of.secretary, reason="任命", appointment=row, basis="口头同意")
        world.records[name] = Event.objects.get(action="appointments.confirm", target_id=str(row.pk))
    world.records["explanation"] = explain_act(actor=of.secretary, reason="时间紧", event=world.explained)
    world.records["again_item"] = reconsider_item(
        actor=of.secretary, reason="复议", item=world.decided_item, proposal="改为3名。", new_facts="来函更正"
    )


def _emergency(world: World, of: Body, matter: Any, hours: int) -> EmergencyDecision:
    """Declared by a member so many hours ago; past its time it is signed as well."""
    row = declare_emergency(
        actor=of.members[0],
        reason="断电",
        group=of.group,
        matter=matter,
        category="system",
        title=f"{INSTITUTION_NAME}投档中断",
        measures="切换备用线路。",
        limits="只限当日。",
        effects=["投档推迟"],
        happened_at=timezone.now() - timedelta(hours=hours),
        institution=world.institution,
    )
    return cosign_emergency(actor=of.members[1], reason="同签", emergency=row) if hours > matter.ratify_hours else row


def _requests(world: World) -> None:
    """From the group to the leading group: one document in each state, those about the institution or the member apart."""
    above = WorkGroup.objects.get(season=world.season, kind=GroupKind.LEADING)
    chief = leader_of(above, status=AppointmentStatus.ON_DUTY).person
    posts = [PostFactory(group=group, name="文秘") for group in (above, world.group)]
    clerk, drafter = (AppointmentFactory(post=post, status=AppointmentStatus.ON_DUTY).person for post in posts)
    of = Line(
        world.season, above, world.group, chief, clerk, world.who[LEADER], drafter, world.who[SUPERVISOR]
    )  # fmt: skip
    code = LetterCodeFactory(group=world.group, season=world.season)
    matter, urgent = ReportableFactory(), ReportFactory(code="outage", name="系统中断情况报告", chain_hours=2)
    about = {"institution": world.institution}
    title, name = f"{INSTITUTION_NAME}追加计划的请示", f"{INSTITUTION_NAME}来函"
    received_one = received(of, text={"title": title}, about=about, attached=(name,))
    reply = say(of, received_one, "noted", f"已阅{INSTITUTION_NAME}来函。")
    task = assign_reply_task(
        actor=clerk, reason="交办", reply=reply, what=f"核对{INSTITUTION_NAME}来函", assignee=of.head, acceptor=chief,
        due_on=timezone.localdate() + timedelta(days=2),
    )  # fmt: skip
    member = world.who[MEMBER]
    now = timezone.now()
    with setting_up():
        receipt = keep_file(clerk, Incoming([pdf_file()], "回执.pdf"), "办理证据")
        for row, file in ((world.task, receipt), (task, newest(received_one).attachments.get().file)):
            row.evidence = file
            row.save()
        duty = ReportDuty(
            matter=urgent, group=world.group, addressee=above, what=f"暂停任职：{MEMBER_NAME}", happened_at=now,
            due_at=now + timedelta(hours=1), event_id=uuid7(), subjects=[f"person:{member.pk}"],
        )  # fmt: skip
        duty.save()
    world.records |= {
        "letter_code": code,
        "reportable": matter,
        "submission": fresh(received_one),
        "reply": reply,
        "reply_task": task,
        "report_duty": duty,
        "instruction": instructed(of, text=f"先暂停{MEMBER_NAME}的操作。", about={"subject_person": member}),
        "attachment": newest(received_one).attachments.get(),
        "draft_submission": drafted(of, text={"title": "起草中的请示"}),
        "submitted_submission": submitted(of, text={"title": "待签的请示"}),
        "signed_submission": signed(of, text={"title": "已签的请示"}),
        "sent_report": sent(of, urgent, text={"title": "首报"}),
    }


def named_urls() -> dict[str, list[str]]:
    """Every named address of our own with the names of its parameters; the read-only back office is tested apart."""
    return dict(_walk(get_resolver(), ""))


def _walk(resolver: Any, prefix: str) -> Any:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver) and entry.namespace != "admin":
            yield from _walk(entry, f"{prefix}{entry.namespace}:" if entry.namespace else prefix)
        elif isinstance(entry, URLPattern):
            yield f"{prefix}{entry.name}", list(entry.pattern.converters)


def _supervision(world: World) -> None:
    """Opinions of the group's supervisor in each state, a mark, what was put aside, a review; and seals over all of it."""
    supervisor, leader, member = (again(world.who[name]) for name in (SUPERVISOR, LEADER, MEMBER))
    of = Watched(world.group, leader, member, supervisor)
    world.records["supervision"] = issued(
        of, person=member, title=f"{MEMBER_NAME}交接不全", text=f"{MEMBER_NAME}未交接。"
    )
    world.records["answered_opinion"], world.records["closed_opinion"] = answered(of), closed(of)
    world.records["passage"] = OpinionPassage.objects.filter(opinion=world.answered_opinion).get()
    with setting_up():
        world.passage.file = world.file
        world.passage.save()
    event = Event.objects.visible_to(supervisor).filter(group_id=world.group.pk, person_id=member.pk).first()
    world.records["supervised_event"] = event
    world.records["flag"] = flag_entry(actor=supervisor, reason=f"{MEMBER_NAME}时间不对", event=event)
    row = Finding(Indicator.HOURS, "walk", f"{MEMBER_NAME}深夜办理", None, "", world.group.pk, member.pk)
    dismiss(actor=again(supervisor), reason="值班", finding=row)
    world.records["seal"] = seal("测试")
    key = notes.PublicKey("walk", notes.WITNESS, b"w" * 32).text
    world.records["witness"] = offer_witness(actor=again(supervisor), reason="驻点监督", public_key=key)
    closed_season = SeasonFactory(
        status=SeasonStatus.CLOSED, opened_at=timezone.now(), closed_at=timezone.now(), basis="纪要"
    )
    world.records["closed_season"] = SeasonFactory(
        status=SeasonStatus.CLOSED, opened_at=timezone.now(), closed_at=timezone.now(), basis="纪要"
    )
    secretary = again(world.who[str(Role.SECRETARIAT)])
    world.records["archive"] = archive_season(actor=secretary, reason="归档", season=closed_season)
    world.records["export"] = request_export(actor=again(supervisor), reason="核验", seal=world.seal)
