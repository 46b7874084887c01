"""What the pages show of requests: versions and replies as the reader may see them, chains, the course of events."""

from django.db.models import Case, Exists, IntegerField, Max, OuterRef, Prefetch, Q, QuerySet, Value, When
from django.utils import timezone

from admissions.accounts.models import User
from admissions.audit.enums import Outcome
from admissions.audit.models import Event, EventQuerySet
from admissions.audit.principals import signed_by
from admissions.seasons.models import Season
from workgroups.appointments.models import Appointment
from workgroups.followups.models import FollowUp
from workgroups.followups.selectors import tasks_of
from workgroups.groups.enums import PostRank
from workgroups.groups.models import WorkGroup

from .models import (
    Attachment,
    Call,
    CallReceipt,
    LetterCode,
    OralInstruction,
    Reply,
    ReportDuty,
    Submission,
    SubmissionVersion,
)
from .models.duties import DutyQuerySet
from .models.submissions import SubmissionQuerySet

# Acts on drafts concern the group that writes.
INSIDE = (
    "requests.draft",
    "requests.change_draft",
    "requests.attach",
    "requests.detach",
    "requests.submit",
    "requests.take_back",
    "requests.continue",
)


def submissions_of(reader: User, season: Season) -> SubmissionQuerySet:
    """Each with `is_unconfirmed`: a reply to it was written down by another and not yet confirmed."""
    waiting = Reply.objects.unconfirmed().filter(submission=OuterRef("pk"))
    rows = Submission.objects.visible_to(reader).of_season(season).annotate(is_unconfirmed=Exists(waiting))
    return rows.select_related("group", "addressee")


def duties_of(reader: User, season: Season) -> DutyQuerySet:
    """Owed ones first, the most urgent on top; what is settled below, the newest first."""
    settled = Case(
        When(Q(fulfilled_at__isnull=True, waived_at__isnull=True), then=Value(0)),
        default=Value(1),
        output_field=IntegerField(),
    )
    rows = ReportDuty.objects.visible_to(reader).of_season(season).select_related("matter", "group", "addressee")
    return rows.annotate(settled=settled).order_by("settled", "due_at", "id")


def instructions_of(reader: User, season: Season) -> QuerySet[OralInstruction]:
    rows = OralInstruction.objects.visible_to(reader).of_season(season)
    return rows.select_related("receiver", "group")


def codes_of(reader: User, season: Season) -> QuerySet[LetterCode]:
    """The letters of the season's groups, and the last number given this year."""
    last = Max("group__submissions__sequence", filter=Q(group__submissions__year=timezone.localdate().year))
    rows = LetterCode.objects.visible_to(reader).filter(season=season).select_related("group")
    return rows.annotate(last=last)


def versions_for(reader: User, submission: Submission) -> list[SubmissionVersion]:
    """The versions the reader may see with their attachments, the newest first; an addressee sees what was sent."""
    rows = SubmissionVersion.objects.visible_to(reader).filter(submission=submission)
    attached = Prefetch("attachments", Attachment.objects.visible_to(reader).order_by("number"))
    found = list(rows.select_related("drafted_by", "on_behalf_of").prefetch_related(attached).order_by("-number"))
    for row in found:
        row.signature = signed_by(row.signed_name, row.on_behalf_of, reader)
    return found


def replies_for(reader: User, submission: Submission) -> list[Reply]:
    rows = Reply.objects.visible_to(reader).filter(submission=submission).select_related("entered_by", "version")
    found = list(rows.order_by("id"))
    for row in found:
        row.submission = submission  # what the rules ask of each reply is in hand
    return found


def tasks_for(reader: User, submission: Submission) -> QuerySet[FollowUp]:
    return tasks_of(reader, Reply.objects.filter(submission=submission))


def chain_for(reader: User, submission: Submission) -> list[Submission]:
    """首报 to the newest report of the chain this one belongs to, as far as the reader sees them."""
    if not submission.matter.is_chain:
        return []
    of_matter = Submission.objects.filter(matter_id=submission.matter_id, group_id=submission.group_id)
    before = dict(of_matter.values_list("pk", "continues_id"))
    after = {earlier: later for later, earlier in before.items() if earlier}
    first = submission.pk
    while before.get(first):
        first = before[first]
    chain = [first]
    while chain[-1] in after:
        chain.append(after[chain[-1]])
    rows = Submission.objects.visible_to(reader).in_bulk(chain)
    return [rows[pk] for pk in chain if pk in rows]


def course_of(reader: User, submission: Submission) -> EventQuerySet:
    """The entries about the document, its calls, replies and their tasks, oldest first; for the addressee only what was done
    with what was sent."""
    replies = Reply.objects.filter(submission=submission)
    tasks = FollowUp.objects.ordered_by(replies)
    about = Q(target_type=Submission._meta.label_lower, target_id=str(submission.pk))
    calls, receipts = (model.objects.filter(submission=submission) for model in (Call, CallReceipt))
    for model, rows in ((Reply, replies), (FollowUp, tasks), (Call, calls), (CallReceipt, receipts)):
        keys = [str(pk) for pk in rows.values_list("pk", flat=True)]
        about |= Q(target_type=model._meta.label_lower, target_id__in=keys)
    events = Event.objects.filter(about).without_recused(reader).order_by("at", "id")
    if submission.history_open_to(reader):
        return events
    return events.filter(outcome=Outcome.DONE).exclude(action__in=INSIDE)


def leader_of(group: WorkGroup) -> User | None:
    """Who leads the group now, as a suggestion for a form."""
    rows = Appointment.objects.in_force().filter(post__group=group, post__rank=PostRank.LEADER)
    row = rows.select_related("person").first()
    return row.person if row else None
