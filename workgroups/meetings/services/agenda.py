"""Commands of items: propose, prepare, put on an agenda, withdraw."""

from django.db.models import Max
from django.utils import timezone

from admissions.accounts.models import User
from admissions.audit.commands import command, explain_constraint
from admissions.audit.facts import No, Weight
from admissions.audit.gate import Exempt, not_recused
from admissions.audit.locking import lock
from admissions.core.citations import cite
from admissions.core.decision import Refused
from admissions.core.transitions import move
from admissions.evidence.incoming import Incoming
from admissions.evidence.services import keep_file
from admissions.seasons.models import Institution
from workgroups.groups.models import WorkGroup

from .. import question_rules, rules
from ..enums import ITEM_TRANSITIONS, DeliberationState, ItemStatus
from ..models import AgendaItem, DecisionMatter, ItemRecusal, Meeting, Paper, PaperReceipt, Prerequisite
from .deliberations import end_deliberation, keep_earlier, next_place, place_on_agenda

explain_constraint("itemrecusal_once", "此人已在本议题回避。")
explain_constraint("prerequisite_once", "这项前置材料已经上传。")
explain_constraint("paper_version_once", "有人刚刚上传了同一份材料的新版本，请刷新页面后再传。")


@command("meetings.propose_item", "提请议题", clause=cite("sanction-30"))
def propose_item(
    *,
    actor: User,
    reason: str,
    group: WorkGroup,
    matter: DecisionMatter,
    title: str,
    proposal: str,
    presenter: User,
    subject_person: User | None = None,
    institution: Institution | None = None,
    candidate_digest: str = "",
) -> AgendaItem:
    """One matter for the body that decides it; a proposal, never a decision.

    Refuses: actor neither works in the season nor runs its meetings; the matter is decided by another body or retired.
    """
    rules.can_propose(actor, group).require()
    rules.decides_on(group, matter).require()
    item = AgendaItem(
        group=group,
        matter=matter,
        title=title,
        proposal=proposal,
        proposer=actor,
        presenter=presenter,
        subject_person=subject_person,
        institution=institution,
        candidate_digest=candidate_digest,
    )
    item.full_clean()
    item.save()
    return item


@command("meetings.change_item", "修改议题", clause=cite("sanction-30"))
def change_item(
    *, actor: User, reason: str, item: AgendaItem, title: str, proposal: str, presenter: User
) -> AgendaItem:
    """Correct what is proposed before it is on the table.

    Refuses: actor is neither proposer nor secretariat; the item is open or decided.
    """
    item = lock(item)
    rules.can_change_item(actor, item).require()
    item.title, item.proposal, item.presenter = title, proposal, presenter
    item.full_clean()
    item.save()
    return item


@command("meetings.attach_prerequisite", "上传前置材料", clause=cite("sanction-30"))
def attach_prerequisite(
    *, actor: User, reason: str, item: AgendaItem, name: str, summary: str, incoming: Incoming
) -> Prerequisite:
    """What the matter demands beforehand: 合规审查, 风险评估 and the like.

    Refuses: the matter does not ask for it; it is there already; the file is not allowed.
    """
    item = lock(item)
    rules.can_change_item(actor, item).require()
    if name not in item.matter.prerequisites:
        raise Refused(f"“{item.matter}”不要求“{name}”。", who_can="请刷新页面，核对事项要求的前置材料。")
    file = keep_file(actor, incoming, f"议题前置材料：{name}")
    prerequisite = Prerequisite(item=item, name=name, summary=summary, file=file)
    prerequisite.full_clean()
    prerequisite.save()
    return prerequisite


@command("meetings.add_paper", "上传议题材料", clause=cite("sanction-30"))
def add_paper(*, actor: User, reason: str, item: AgendaItem, title: str, change: str, incoming: Incoming) -> Paper:
    """A paper, or the next version of one with the same title; after a decision this makes the resolution stale.

    Refuses: actor is neither proposer nor secretariat; a replacement without saying what changed.
    """
    item = lock(item)
    rules.can_add_paper(actor, item).require()
    last = item.papers.filter(title=title).aggregate(last=Max("version"))["last"] or 0
    if last and not change.strip():
        raise Refused("替换材料须写明改了什么。")
    file = keep_file(actor, incoming, f"议题材料：{title}")
    paper = Paper(
        item=item, title=title, version=last + 1, file=file, change=change, added_by=actor, added_at=timezone.now()
    )
    paper.full_clean()
    paper.save()
    return paper


@command("meetings.read_paper", "阅读议题材料", clause=No("阅读回执只说明谁在何时读过，不决定任何事"))
def read_paper(*, actor: User, reason: str, paper: Paper) -> PaperReceipt:
    """The receipt of the first reading; the page asks for it only once per reader and version.

    Refuses: the item is not open to the actor.
    """
    rules.can_read_paper(actor, paper).require()
    receipt = PaperReceipt(paper=paper, person=actor, at=timezone.now())
    receipt.full_clean()
    receipt.save()
    return receipt


@command("meetings.schedule_item", "列入议程", clause=cite("meeting-6"))
def schedule_item(
    *, actor: User, reason: str, item: AgendaItem, meeting: Meeting, is_motion: bool = False, motion_reason: str = ""
) -> AgendaItem:
    """Put the item on the agenda of a meeting of the body that decides it.

    Refuses: prerequisites are missing; too late and not a permitted motion; another body's meeting.
    """
    item = lock(item)
    rules.can_schedule(actor, item).require()
    meeting = Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)
    rules.can_place(item, meeting, is_motion).require()
    keep_earlier(item)
    item.status = move(ITEM_TRANSITIONS, item.status, ItemStatus.SCHEDULED)
    item.meeting, item.is_motion, item.motion_reason = meeting, is_motion, motion_reason
    item.order = next_place(meeting)
    item.rule, item.opened_at, item.deferral = None, None, ""
    item.full_clean()
    item.save()
    place_on_agenda(item)
    return item


@command("meetings.withdraw_item", "撤回议题", clause=cite("sanction-30"))
def withdraw_item(*, actor: User, reason: str, item: AgendaItem) -> AgendaItem:
    """Nothing is decided; the item stays readable.

    Refuses: actor is neither proposer nor secretariat; the item is open or decided.
    """
    item = lock(item)
    rules.can_withdraw_item(actor, item).require()
    item.status = move(ITEM_TRANSITIONS, item.status, ItemStatus.WITHDRAWN)
    item.save()
    end_deliberation(item, DeliberationState.WITHDRAWN)
    return item


@command(
    "meetings.recuse_from_item",
    "登记议题回避",
    clause=cite("civil-servant-76"),
    veto=Exempt("one keeps away from the item; for somebody else the command asks by itself"),
)
def recuse_from_item(*, actor: User, reason: str, item: AgendaItem, person: User | None = None) -> ItemRecusal:
    """From now on the item, its papers and what is said about it are withheld from the person.

    Refuses: the item is decided; positions are being stated and the person has spoken or does not act themself;
    a member recusing somebody else; who must keep away themself recusing somebody else.
    """
    item = lock(item)
    rules.can_recuse_from_item(actor, item).require()
    person = person or actor
    if person.pk != actor.pk:
        not_recused(actor, item, person).require()
        rules.can_run_meetings(actor, item.group.season).require()
    question_rules.electorate_stays(actor, item, person).require()
    recusal = ItemRecusal(item=item, person=person, reason=reason, recorded_by=actor, at=timezone.now())
    recusal.full_clean()
    recusal.save()
    return recusal


@command("meetings.reconsider", "提请复议", clause=cite("sanction-30"), weight=Weight.DECISIVE, alters="已作出的决定")
def reconsider_item(*, actor: User, reason: str, item: AgendaItem, proposal: str, new_facts: str) -> AgendaItem:
    """A new item linked to the old decision, which stays as it was until the new one is decided (#42).

    Refuses: not decided; a reconsideration is under way; no new facts.
    """
    item = lock(item)
    rules.can_reconsider(actor, item).require()
    again = AgendaItem(
        group=item.group,
        matter=item.matter,
        title=f"复议：{item.title}"[:120],
        proposal=proposal,
        proposer=actor,
        presenter=item.presenter,
        subject_person=item.subject_person,
        institution=item.institution,
        candidate_digest=item.candidate_digest,
        reconsiders=item,
        new_facts=new_facts,
    )
    again.full_clean()
    again.save()
    for recusal in item.recusals.all():
        ItemRecusal(
            item=again, person=recusal.person, reason=recusal.reason, recorded_by=recusal.recorded_by, at=recusal.at
        ).save()
    return again
