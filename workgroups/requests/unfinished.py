"""What of requests and reports is still open when a season or an account is to be closed, or a post handed over."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.urls import reverse

from admissions.house.questions import HeldItem, Late, Unfinished
from admissions.house.unfinished import by_state, still_open
from admissions.seasons.lifecycle.enums import SeasonStatus

from .enums import DocumentKind, DutyState, SubmissionStatus, WordStatus
from .models import OralInstruction, Reply, ReportDuty, Submission

S = SubmissionStatus
# Nobody has sent it yet.
BEFORE_SENDING = (S.DRAFT, S.SUBMITTED, S.SIGNED, S.RETURNED)
# A report that was received needs no answer; a request does.
ON_THE_WAY = (S.SENT, S.RECEIVED)


def open_documents(season: Any) -> Any:
    """Neither sent, nor received, nor answered, nor withdrawn; a report is done once it is received."""
    done = Q(status__in=(S.ANSWERED, S.WITHDRAWN)) | Q(kind=DocumentKind.REPORT, status=S.RECEIVED)
    return Submission.objects.of_season(season).exclude(done)


def before_season_closes(season: Any, user: Any) -> list[Unfinished]:
    """Documents are answered or withdrawn, duties reported or excused, words confirmed, tasks accepted."""
    documents = open_documents(season)
    return [
        *by_state(documents, user, "请示报告", BEFORE_SENDING, "起草人报送，或撤回"),
        *by_state(documents, user, "请示报告", ON_THE_WAY, "主送机构签收、批复"),
        *_duties(ReportDuty.objects.of_season(season), user),
        *by_state(
            OralInstruction.objects.of_season(season),
            user,
            "口头指示",
            (WordStatus.WAITING,),
            "指示人确认或提出异议",
        ),
        *still_open(_unconfirmed(season), user, "批复（代录未确认）", "批复人确认或提出异议"),
    ]


def _duties(rows: Any, user: Any) -> list[Unfinished]:
    who = "报送工作组上报，或由主送机构准予免报"
    return [
        one
        for state in (DutyState.OPEN, DutyState.MISSED)
        for one in still_open(rows.in_state(state), user, f"应报事项（{state.label}）", who)
    ]


def _unconfirmed(season: Any) -> Any:
    return Reply.objects.unconfirmed().filter(submission__group__season=season)


def before_account_closes(account: Any, user: Any) -> list[Unfinished]:
    """Tasks, drafts, and words the person has to confirm, in seasons that are not over."""
    over = SeasonStatus.CLOSED
    drafts = Submission.objects.filter(drafted_by=account, status__in=BEFORE_SENDING)
    words = OralInstruction.objects.waiting().filter(instructor=account).exclude(group__season__status=over)
    replies = Reply.objects.unconfirmed().filter(said_by=account)
    return [
        *still_open(drafts.exclude(group__season__status=over), user, "请示报告（未报送）", "本人报送或撤回"),
        *still_open(words, user, "口头指示（待确认）", "本人确认或提出异议"),
        *still_open(
            replies.exclude(submission__group__season__status=over), user, "批复（代录未确认）", "本人确认或提出异议"
        ),
    ]  # fmt: skip


def documents_of(appointment: Any, receiver: Any) -> Iterator[HeldItem]:
    """What the person has drafted, what waits at the group addressed, and words to be confirmed."""
    person, group = appointment.person, appointment.post.group
    rows = open_documents(group.season).filter(Q(drafted_by=person) | Q(addressee=group, status__in=ON_THE_WAY))
    for row in rows.visible_to(person).without_recused(receiver).distinct():
        url = reverse("requests:one", args=[row.pk])
        yield HeldItem(f"{row}（{row.get_status_display()}）", url, row.trail_scope().subjects)
    words = OralInstruction.objects.of_season(group.season).waiting().filter(Q(receiver=person) | Q(instructor=person))
    for row in words.visible_to(person).without_recused(receiver):
        yield HeldItem(f"{row}", reverse("requests:instruction", args=[row.pk]), row.trail_scope().subjects)


def duties_owed(appointment: Any, receiver: Any) -> Iterator[HeldItem]:
    """What the group of the post owes to those above."""
    rows = ReportDuty.objects.owed().filter(group=appointment.post.group)
    for row in rows.visible_to(appointment.person).without_recused(receiver):
        yield HeldItem(f"{row}", reverse("requests:report-duty", args=[row.pk]), row.trail_scope().subjects)


def overdue(user: Any) -> list[Late]:
    """What is past its term, of what the reader may see."""
    words = OralInstruction.objects.visible_to(user).unconfirmed()
    return [
        Late(
            "请示（逾期未批复）",
            Submission.objects.visible_to(user).overdue().count(),
            f"{reverse('requests:list')}?late=late",
        ),
        Late(
            "应报事项（应报未报）",
            ReportDuty.objects.visible_to(user).overdue().count(),
            f"{reverse('requests:report-duties')}?state={DutyState.MISSED.value}",
        ),
        Late("口头指示（逾期未确认）", words.count(), f"{reverse('requests:instructions')}?late=late"),
    ]
