"""Duties open themselves from the trail, are opened by hand or excused; the system records what was missed."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, connection
from django.utils import timezone

from admissions.accounts.models import User
from admissions.audit.commands import command, explain_constraint, machine_action
from admissions.audit.enums import Outcome
from admissions.audit.facts import Weight
from admissions.audit.locking import lock
from admissions.audit.models import Event
from admissions.core.citations import cite
from admissions.core.clock import minute_text
from admissions.core.decision import Refused
from admissions.core.promises import promised
from admissions.seasons.models import Institution
from workgroups.groups.enums import GroupKind
from workgroups.groups.models import WorkGroup

from .. import duty_triggers, rules
from ..enums import APPROVALS, DocumentKind, SubmissionStatus, Timing
from ..models import LedgerMark, Reply, ReportableMatter, ReportDuty, Submission
from ..models.scoping import SUBJECT_FIELDS

explain_constraint("duty_once_per_event", "这一事件的应报义务已经登记。")
HAPPENED = (Outcome.DONE, Outcome.MACHINE)
# No transaction lasts longer; with it the index on time bounds the reading.
LONGEST_TRANSACTION = timedelta(days=1)


@command("requests.open_duty", "登记应报事项发生", clause=cite("sanction-29"))
def open_duty(
    *,
    actor: User,
    reason: str,
    group: WorkGroup,
    matter: ReportableMatter,
    what: str,
    happened_at: datetime,
    about: dict[str, Any] | None = None,
) -> ReportDuty:
    """Something that must be reported happened and no event of the trail tells it: the clock starts when it happened.

    Refuses: actor is not on duty in the group; the hour is to come; the matter is retired; no body to report to; recused.
    """
    rules.can_draft_under(actor, group, matter).require()
    if happened_at > timezone.now():
        raise Refused("发生时间不能晚于现在。", who_can="请改正发生时间。")
    duty = _duty(matter, group, what=what, happened_at=happened_at, opened_by=actor)
    if duty is None:
        raise Refused(f"{group}没有可以报送“{matter}”的上级工作组。", who_can="请按线下公文报送。")
    for name, value in (about or {}).items():
        setattr(duty, name, value)
    duty.full_clean()
    duty.save()
    return duty


@command("requests.waive_duty", "准予免报", clause=cite("sanction-29"), weight=Weight.DECISIVE)
def waive_duty(*, actor: User, reason: str, duty: ReportDuty) -> ReportDuty:
    """The body to which it is owed does without, and says why.

    Refuses: actor does not lead that body; reported or excused already.
    """
    duty = lock(duty)
    rules.can_waive_duty(actor, duty).require()
    duty.waived_at, duty.waived_by, duty.waive_reason = timezone.now(), actor, reason
    duty.full_clean()
    duty.save()
    return duty


def _duty(matter: ReportableMatter, group: WorkGroup, **fields: Any) -> ReportDuty | None:
    """An unsaved duty of the group, None where there is nobody to report to."""
    to = next(iter(rules.addressees(group, matter)), None)
    if to is None:
        return None
    hours = timedelta(0) if matter.timing == Timing.BEFORE else timedelta(hours=matter.hours)
    return ReportDuty(
        matter=matter, group=group, addressee=to, due_at=fields["happened_at"] + hours, **fields
    )  # fmt: skip


def continuing_duty(submission: Submission) -> ReportDuty:
    """The clock of the next report of a chain; saved by the command that sent this one."""
    about = {name: getattr(submission, name) for name in SUBJECT_FIELDS}
    sent_at = promised(submission.sent_at)
    return ReportDuty(
        matter=submission.matter,
        group=submission.group,
        addressee=submission.addressee,
        what=f"{submission.number}《{submission.title}》的续报",
        happened_at=sent_at,
        due_at=sent_at + timedelta(hours=submission.matter.chain_hours),
        follows=submission,
        subjects=submission.duty.subjects if submission.duty else [],
        **about,
    )


def open_duties() -> int:
    """Read what the trail has new, and open the duties that follow from it; how many.

    Restartable: the mark moves after the duties are there, and a duty is unique per event and matter. The mark is the
    oldest transaction that still ran when the reading began: what it commits later is read the next time.
    """
    mark, _ = LedgerMark.objects.get_or_create(pk=1)
    began, oldest = timezone.now(), _oldest_running_transaction()
    matters = list(ReportableMatter.objects.in_use().exclude(trigger=""))
    opened = sum(_open_for(event, matters) for event in _new_events(mark, matters))
    mark.txid, mark.at = oldest, began
    mark.save()
    return opened


def _oldest_running_transaction() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        return cursor.fetchone()[0]


def _new_events(mark: LedgerMark, matters: list[ReportableMatter]) -> Iterable[Event]:
    events = Event.objects.filter(
        txid__gte=mark.txid,
        outcome__in=HAPPENED,
        action__in=duty_triggers.actions_watched(matter.trigger for matter in matters),
    )
    if mark.at is not None:
        events = events.filter(at__gte=mark.at - LONGEST_TRANSACTION)
    return events.order_by("at", "id").iterator()


def _open_for(event: Event, matters: list[ReportableMatter]) -> int:
    due = [matter for matter in matters if matter.since <= event.at and duty_triggers.counts(matter.trigger, event)]
    return sum(_open_once(event, matter) for matter in due)


def _open_once(event: Event, matter: ReportableMatter) -> bool:
    """One duty for one event, whoever else reads the trail at the same time."""
    group = _owing_group(event, matter)
    if group is None or ReportDuty.objects.filter(event_id=event.pk, matter=matter).exists():
        return False
    if _told_before(event, matter, group):
        return False
    duty = _duty(matter, group, what=f"{event.action_label}：{event.target_label}"[:300], happened_at=event.at)
    if duty is None:
        return False
    duty.event_id, duty.subjects = event.pk, event.subjects
    _name_subjects(duty, event)
    try:
        with machine_action("requests.duty_opened", "应报事项发生", f"{matter}：{duty.what}"[:500]) as action:
            duty.full_clean(exclude=["event_id"])
            duty.save()
            action.target = duty
    except IntegrityError as error:
        if "duty_once_per_event" not in str(error):
            raise
        return False
    return True


def _owing_group(event: Event, matter: ReportableMatter) -> WorkGroup | None:
    """The group the matter makes responsible, else the one where it happened, else the secretariat of the season."""
    if event.season_id is None:
        return None
    of_season = WorkGroup.objects.of_season(event.season_id).standing()
    if matter.owner:
        return of_season.filter(kind=matter.owner).first()
    here = WorkGroup.objects.filter(pk=event.group_id).first() if event.group_id else None
    return here or of_season.filter(kind=GroupKind.SECRETARIAT).first()


def _told_before(event: Event, matter: ReportableMatter, group: WorkGroup) -> bool:
    """Before-the-fact matters: a report sent, or a request agreed to, in the hours before."""
    if matter.timing != Timing.BEFORE:
        return False
    since = event.at - timedelta(hours=matter.hours)
    told = Submission.objects.filter(matter=matter, group=group).exclude(status=SubmissionStatus.WITHDRAWN)
    if matter.kind == DocumentKind.REPORT:
        return told.filter(sent_at__range=(since, event.at)).exists()
    agreed = Reply.objects.standing().filter(kind__in=APPROVALS, said_at__range=(since, event.at))
    return told.filter(replies__in=agreed).exists()


def _name_subjects(duty: ReportDuty, event: Event) -> None:
    """The first person and institution the event names, so that the page can say them."""
    keys = [subject.partition(":")[::2] for subject in event.subjects]
    people = [int(key) for kind, key in keys if kind == "person"]
    schools = [int(key) for kind, key in keys if kind == "institution"]
    duty.subject_person = User.objects.filter(pk__in=people).first()
    duty.institution = Institution.objects.filter(pk__in=schools).first()
    duty.candidate_digest = next((key for kind, key in keys if kind == "candidate"), "")


def note_misses() -> int:
    """Record each duty whose hour has passed as 应报未报, once; how many."""
    waiting = ReportDuty.objects.overdue().filter(missed_at__isnull=True).values_list("pk", flat=True)
    return sum(_note_miss(pk) for pk in list(waiting))


class _ReportedMeanwhile(Exception):
    """Ends the action without an entry."""


def _note_miss(pk: int) -> bool:
    duty = ReportDuty.objects.get(pk=pk)
    why = f"应于{minute_text(duty.due_at)}前报送{duty.addressee}，到时没有报送"
    try:
        with machine_action("requests.duty_missed", "应报未报", why, target=duty):
            fresh = ReportDuty.objects.select_for_update(of=("self",)).get(pk=pk)
            if not fresh.is_owed or fresh.missed_at is not None:
                raise _ReportedMeanwhile
            fresh.missed_at = timezone.now()
            fresh.save()
    except _ReportedMeanwhile:
        return False
    return True
