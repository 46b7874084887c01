"""Documents of the group to the leading group in each state, replies, tasks, instructions."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from admissions.core.ids import uuid7
from admissions.evidence.services import keep_file
from admissions.evidence.storage import Incoming
from tests.factories.files import pdf_file
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
from tests.factories.workgroups import AppointmentFactory, PostFactory, leader_of
from tests.house.lookers import LEADER, MEMBER, SUPERVISOR
from tests.house.world import INSTITUTION_NAME, MEMBER_NAME, World
from tests.trail import setting_up
from workgroups.appointments.enums import AppointmentStatus
from workgroups.followups.services import assign_task
from workgroups.groups.enums import GroupKind
from workgroups.groups.models import WorkGroup
from workgroups.requests.models import ReportDuty
from workgroups.requests.rules import newest
from workgroups.requests.services.calls import acknowledge, record_call


def plant(world: World) -> None:
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
    task = assign_task(
        actor=clerk, reason="交办", origin=reply, what=f"核对{INSTITUTION_NAME}来函", assignee=of.head, acceptor=chief,
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
    world.keep(
        letter_code=code,
        reportable=matter,
        submission=fresh(received_one),
        reply=reply,
        reply_task=task,
        report_duty=duty,
        instruction=instructed(of, text=f"先暂停{MEMBER_NAME}的操作。", about={"subject_person": member}),
        attachment=newest(received_one).attachments.get(),
        draft_submission=drafted(of, text={"title": "起草中的请示"}),
        submitted_submission=submitted(of, text={"title": "待签的请示"}),
        signed_submission=signed(of, text={"title": "已签的请示"}),
        sent_report=sent(of, urgent, text={"title": "首报"}),
    )
    world.keep(chief=chief, clerk=clerk, drafter=drafter)
    _further_states(world, of, urgent)


def _further_states(world: World, of: Line, urgent: Any) -> None:
    """A draft with an attachment, a request that waits for its reply, a report about the institution that was told on."""
    about = {"institution": world.institution}
    draft = drafted(
        of, text={"title": f"{INSTITUTION_NAME}另案的请示"}, about=about, attached=(f"{INSTITUTION_NAME}附表",)
    )
    waiting = received(of, text={"title": "待批复的请示"})
    told = sent(of, urgent, text={"title": f"{INSTITUTION_NAME}线路中断的首报"}, about=about)
    record_call(
        actor=of.member,
        reason="通知",
        submission=told,
        person=of.chief,
        channel="phone",
        outcome="told",
        called_at=timezone.now(),
        note=f"{INSTITUTION_NAME}线路中断",
    )
    acknowledge(actor=of.chief, reason="知悉", submission=told)
    world.keep(loose_attachment=newest(draft).attachments.get(), waiting_request=fresh(waiting))
