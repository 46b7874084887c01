"""Commands of supervision: flag, issue, answer, re-check, withdraw, note a recurrence."""

from datetime import date, datetime, time
from typing import Any

from django.utils import timezone

from admissions.accounts.models import User
from admissions.audit.commands import command, explain_constraint, explain_unique
from admissions.audit.facts import Weight
from admissions.audit.gate import Exempt
from admissions.audit.locking import lock
from admissions.audit.models import Event
from admissions.audit.passages import pass_to
from admissions.core.citations import cite
from admissions.core.decision import Refused
from admissions.core.numbering import next_number
from admissions.evidence.services import keep_file
from admissions.evidence.storage import Incoming
from workgroups.groups.models import WorkGroup

from . import rules
from .enums import OPINION_TRANSITIONS, OpinionStatus
from .models import Flag, Opinion, OpinionPassage

LOOKS_BACK = Exempt("supervision looks back: an opinion and its answer change nothing of the work of the season")
SERIES = "监督意见"
explain_constraint("flag_once_by_person", "您已标记过这条留痕。")
explain_unique(Opinion, "recurrence_of", "已由他人就再次出现的问题发出新的意见，请刷新页面。")
LAST_MINUTE = time(23, 59)


@command("opinions.flag", "标记留痕", clause=cite("duty-discipline"), after_season=LOOKS_BACK)
def flag_entry(*, actor: User, reason: str, event: Event) -> Flag:
    """Note what is wrong with an entry; the entry itself stays as it is. `reason` is the note.

    Refuses: no supervisor; entry outside the scope; flagged by the same person before.
    """
    rules.can_flag(actor, event).require()
    flag = Flag(
        event=event.pk,
        sentence=str(event)[:500],
        happened_at=event.at,
        group=WorkGroup.objects.filter(pk=event.group_id).first() if event.group_id else None,
        person_id=event.person_id,
        subjects=event.subjects,
        note=reason,
        flagged_by=actor,
        flagged_by_name=actor.name,
        flagged_at=timezone.now(),
    )
    flag.full_clean()
    flag.save()
    return flag


@command("opinions.settle_flag", "了结标记", clause=cite("duty-discipline"), after_season=LOOKS_BACK)
def settle_flag(*, actor: User, reason: str, flag: Flag) -> Flag:
    """Looked into, no opinion needed; the reason stays."""
    flag = lock(flag)
    rules.can_settle_flag(actor, flag).require()
    flag.settled_at, flag.settled_reason = timezone.now(), reason[:500]
    flag.full_clean()
    flag.save()
    return flag


@command(
    "opinions.issue", "发出监督意见", clause=cite("duty-discipline"), weight=Weight.BINDING, after_season=LOOKS_BACK
)
def issue_opinion(
    *,
    actor: User,
    reason: str,
    group: WorkGroup,
    kind: str,
    title: str,
    text: str,
    due_on: date,
    person: User | None = None,
    clause: str = "",
    flag: Flag | None = None,
) -> Opinion:
    """Issue a numbered opinion to a group; whoever leads it owes an answer until the end of the day.

    Refuses: no supervisor of the group; recused from the person; a day that is past; a flag settled already.
    Effects: the leader finds it among the to-dos.
    """
    rules.can_issue(actor, group).require()
    if flag is not None:
        flag = lock(flag)
        rules.can_settle_flag(actor, flag).require()
    opinion = _new(actor, group, kind, title, text, due_on, person, clause)
    opinion.full_clean()
    opinion.save()
    if flag is not None:
        flag.opinion = opinion
        flag.save()
    return opinion


def _new(
    actor: User, group: WorkGroup, kind: str, title: str, text: str, due_on: date, person: User | None, clause: str
) -> Opinion:
    now = timezone.now()
    return Opinion(
        number=next_number(Opinion._base_manager, "number", SERIES, timezone.localtime(now).year),
        kind=kind,
        group=group,
        person=person,
        title=title,
        text=text,
        clause=clause,
        due_at=_end_of(due_on),
        issued_by=actor,
        issued_by_name=actor.name,
        issued_at=now,
    )


def _end_of(day: date) -> datetime:
    moment = timezone.make_aware(datetime.combine(day, LAST_MINUTE))
    if moment <= timezone.now():
        raise Refused("答复期限已经过去。", who_can="请选今天或以后的日期。")
    return moment


@command("opinions.answer", "答复监督意见", clause=cite("duty-discipline"), after_season=LOOKS_BACK)
def answer_opinion(
    *, actor: User, reason: str, opinion: Opinion, text: str, incoming: Incoming | None = None
) -> Opinion:
    """Say what was done, with evidence if there is any.

    Refuses: who does not lead the group; nothing owed.
    """
    opinion = lock(opinion)
    rules.can_answer(actor, opinion).require()
    file = keep_file(actor, incoming, f"答复{opinion.number}") if incoming is not None else None
    return _pass(opinion, OpinionStatus.ANSWERED, actor, text, file=file, was_late=opinion.is_overdue)


@command(
    "opinions.close", "监督意见销号", clause=cite("duty-discipline"), weight=Weight.BINDING, after_season=LOOKS_BACK
)
def close_opinion(*, actor: User, reason: str, opinion: Opinion) -> Opinion:
    """The re-check found it put right. `reason` is what was looked at and found.

    Refuses: not the issuer (while the issuer still supervises); nothing answered.
    """
    opinion = lock(opinion)
    rules.can_check(actor, opinion).require()
    return _pass(opinion, OpinionStatus.CLOSED, actor, reason)


@command("opinions.return", "退回整改", clause=cite("duty-discipline"), after_season=LOOKS_BACK)
def return_opinion(*, actor: User, reason: str, opinion: Opinion, due_on: date) -> Opinion:
    """The re-check found it not put right; a new deadline begins."""
    opinion = lock(opinion)
    rules.can_check(actor, opinion).require()
    opinion.due_at = _end_of(due_on)
    return _pass(opinion, OpinionStatus.RETURNED, actor, reason)


@command("opinions.withdraw", "撤回监督意见", clause=cite("duty-discipline"), after_season=LOOKS_BACK)
def withdraw_opinion(*, actor: User, reason: str, opinion: Opinion) -> Opinion:
    """Issued by mistake; number and text stay."""
    opinion = lock(opinion)
    rules.can_withdraw(actor, opinion).require()
    return _pass(opinion, OpinionStatus.WITHDRAWN, actor, reason)


@command(
    "opinions.recur",
    "再次出现，重新发出监督意见",
    clause=cite("duty-discipline"),
    weight=Weight.BINDING,
    after_season=LOOKS_BACK,
)
def note_recurrence(*, actor: User, reason: str, opinion: Opinion, kind: str, text: str, due_on: date) -> Opinion:
    """The same problem came back after it was closed: a new opinion, linked, at least as strict.

    Refuses: not closed; noted already; milder than before.
    """
    opinion = lock(opinion)
    rules.can_issue_again(actor, opinion, kind).require()
    again = _new(actor, opinion.group, kind, opinion.title, text, due_on, opinion.person, opinion.clause)
    again.recurrence_of, again.occurrence = opinion, opinion.occurrence + 1
    again.full_clean()
    again.save()
    return again


def _pass(opinion: Opinion, status: OpinionStatus, actor: User, text: str, **more: Any) -> Opinion:
    return pass_to(opinion, status, OPINION_TRANSITIONS, OpinionPassage, actor=actor, reason=text, **more)
