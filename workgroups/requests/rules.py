"""May X draft, sign, send, receive, answer, instruct, confirm, excuse?"""

from typing import Any

from admissions.accounts.permissions import Permission
from admissions.accounts.rules import may
from admissions.core.clock import minute_text
from admissions.core.decision import Decision, allow, deny, first_denial, first_yes
from workgroups.appointments.enums import RightArea
from workgroups.appointments.selectors import holds, is_leader_of, leads, live_appointments
from workgroups.groups.enums import GroupStatus
from workgroups.groups.models import WorkGroup
from workgroups.meetings.enums import TaskStatus
from workgroups.recusal.rules import not_recused

from .calling import is_called, steps_of
from .document import problems
from .enums import APPROVALS, REVISABLE, UNSIGNED, DocumentKind, ReportStage, SubmissionStatus, WordStatus
from .models import (
    Attachment,
    LetterCode,
    OralInstruction,
    Reply,
    ReplyTask,
    ReportableMatter,
    ReportDuty,
    Submission,
    SubmissionVersion,
)
from .models.words import WrittenDown

ONE_MATTER = "《党政机关公文处理工作条例》第十五条"
SIGNING = "《党政机关公文处理工作条例》第二十二条"
AFTER_SIGNING = "《党政机关公文处理工作条例》第二十五条"
REPORTING = "《公职人员政务处分法》第二十九条"
KEEP_AWAY = "《公务员法》第七十六条"
ORAL = "口头指示须在24小时内补录，并由指示人确认"
WRITTEN_BY_ANOTHER = "代录的批复由批复人本人确认或者提出异议"


def can_keep_reportables(user: Any) -> Decision:
    return may(user, Permission.KEEP_MATTERS, "维护应报事项清单")


def can_keep_reportable(user: Any, matter: ReportableMatter) -> Decision:
    retired = deny("事项已停用。") if matter.is_retired else allow()
    return first_denial(can_keep_reportables(user), retired)


def can_keep_codes(user: Any, season: Any) -> Decision:
    """The secretariat gives the groups their letters."""
    frozen = deny("录取季已结束，不能再登记机关代字。") if season.is_frozen else allow()
    return first_denial(may(user, Permission.RUN_MEETINGS, "登记机关代字", season_id=season.pk), frozen)


def can_set_code(user: Any, group: WorkGroup) -> Decision:
    return can_keep_codes(user, group.season)


def works_in(user: Any, group: WorkGroup) -> Decision:
    """On duty in this very group, by an own post or as somebody's deputy."""
    nobody = deny(f"您不是{group}的在岗人员。", who_can=f"请由{group}的在岗人员办理。")
    return holds(user, RightArea.REQUESTS, lambda row: row.post.group_id == group.pk, nobody)


def heads(user: Any, group: WorkGroup, clause: str = "") -> Decision:
    """Leads this very group, by an own post or as the leader's deputy."""
    nobody = deny(f"您不是{group}的组长。", clause, f"请由{group}的组长办理。")
    return holds(user, RightArea.REQUESTS, lambda row: is_leader_of(row, [group.pk]), nobody)


def _going_on(group: WorkGroup) -> Decision:
    if group.season.is_frozen:
        return deny("录取季已结束，不能再办理请示报告。")
    return deny(f"{group}已撤销。") if group.status == GroupStatus.DISSOLVED else allow()


def _in_state(submission: Submission, what: str, *states: str) -> Decision:
    if submission.status in states:
        return allow()
    return deny(f"当前状态为“{submission.get_status_display()}”，不能{what}。", who_can="请刷新页面，按当前状态办理。")


def groups_worked_in(user: Any, season: Any) -> list[WorkGroup]:
    """The groups of the season for which the user may draft."""
    rows = [
        row.post.group for row in live_appointments(user, RightArea.REQUESTS) if row.post.group.season_id == season.pk
    ]
    return list({group.pk: group for group in rows}.values())


def can_draft_in(user: Any, season: Any) -> Decision:
    """Whoever is on duty in a group of the season."""
    nobody = deny("您没有在岗的工作组。", who_can="请由在岗人员起草。")
    right = holds(user, RightArea.REQUESTS, lambda row: row.post.group.season_id == season.pk, nobody)
    frozen = deny("录取季已结束，不能再办理请示报告。") if season.is_frozen else allow()
    return first_denial(right, frozen)


def can_draft(user: Any, group: WorkGroup) -> Decision:
    return first_denial(works_in(user, group), _going_on(group))


def addressees(group: WorkGroup, matter: ReportableMatter) -> list[WorkGroup]:
    """To whom a group may write about the matter: the body the matter names, else the group above (条例第十四条)."""
    named = WorkGroup.objects.of_season(group.season_id).standing().filter(kind=matter.body).exclude(pk=group.pk)
    return list(named) or ([group.parent] if group.parent_id else [])


def can_address(group: WorkGroup, addressee: WorkGroup, matter: ReportableMatter) -> Decision:
    """Exactly one body, never a person; the one the matter names."""
    possible = addressees(group, matter)
    if addressee in possible:
        return allow()
    names = "、".join(str(row) for row in possible) or "（没有上级工作组）"
    return deny(f"“{matter}”应主送{names}，不能主送{addressee}。", ONE_MATTER, "请改正主送。")


def text_stands(kind: str, version: SubmissionVersion) -> Decision:
    """Own opinion and options in a 请示, nothing asked in a 报告."""
    fields = {name: getattr(version, name) for name in ("title", "body", "opinion", "options", "single_option_reason")}
    found = problems(kind, fields)
    return deny(found[0][1], ONE_MATTER) if found else allow()


def newest(submission: Submission) -> SubmissionVersion:
    """The version that is drafted or signed last."""
    return submission.versions.order_by("-number").first()


def can_change_draft(user: Any, submission: Submission) -> Decision:
    state = _in_state(submission, "修改文稿", SubmissionStatus.DRAFT)
    return first_denial(not_recused(user, submission), can_draft(user, submission.group), state)


def can_detach(user: Any, attachment: Attachment) -> Decision:
    """Only from the draft that is worked on; what was signed keeps its attachments (条例第二十五条)."""
    version = attachment.version
    kept = deny("这一稿已经签发，附件不能改动。", AFTER_SIGNING, "要改的，新拟一稿重新签发。")
    return first_denial(kept if version.signed_at else allow(), can_change_draft(user, version.submission))


def can_submit(user: Any, submission: Submission) -> Decision:
    """Hand the draft to the head of the group for signing."""
    state = _in_state(submission, "送签", SubmissionStatus.DRAFT)
    denial = first_denial(not_recused(user, submission), can_draft(user, submission.group), state)
    return first_denial(denial, text_stands(submission.kind, newest(submission))) if denial.ok else denial


def can_take_back(user: Any, submission: Submission) -> Decision:
    """Back to the drafter: the head asks for changes, or the group has another thought."""
    state = _in_state(submission, "退改", SubmissionStatus.SUBMITTED)
    return first_denial(not_recused(user, submission), can_draft(user, submission.group), state)


def can_sign(user: Any, submission: Submission) -> Decision:
    """The head of the group (条例第二十二条), when the text stands and the group has its letters."""
    state = _in_state(submission, "签发", SubmissionStatus.SUBMITTED)
    right = first_denial(
        heads(user, submission.group, SIGNING), _going_on(submission.group), not_recused(user, submission), state
    )
    if not right.ok:
        return right
    lettered = LetterCode.objects.filter(group=submission.group).exists()
    letters = (
        allow()
        if lettered
        else deny(f"{submission.group}还没有机关代字，不能编号。", who_can="请行政秘书登记机关代字。")
    )
    return first_denial(right, letters, text_stands(submission.kind, newest(submission)))


def can_send(user: Any, submission: Submission) -> Decision:
    state = _in_state(submission, "报送", SubmissionStatus.SIGNED)
    return first_denial(not_recused(user, submission), can_draft(user, submission.group), state)


def can_revise(user: Any, submission: Submission) -> Decision:
    """Change the substance after signing: a new version, which the signer signs again (条例第二十五条)."""
    state = _in_state(submission, "改动签发后的内容", *REVISABLE)
    told = submission.kind == DocumentKind.REPORT and submission.status == SubmissionStatus.RECEIVED
    kept = deny("报告已签收，不能再改。", who_can="有新情况或更正，请另报一份。") if told else allow()
    return first_denial(not_recused(user, submission), can_draft(user, submission.group), state, kept)


def can_withdraw(user: Any, submission: Submission) -> Decision:
    """Before signing whoever works on it, afterwards the head; never after the answer."""
    open_yet = [
        state for state in SubmissionStatus if state not in (SubmissionStatus.ANSWERED, SubmissionStatus.WITHDRAWN)
    ]
    state = _in_state(submission, "撤回", *open_yet)
    told = submission.kind == DocumentKind.REPORT and submission.status == SubmissionStatus.RECEIVED
    kept = deny("报告已签收，不能撤回。", who_can="内容有误的，请另报一份更正。") if told else allow()
    own = can_draft(user, submission.group) if submission.status in UNSIGNED else heads(user, submission.group)
    return first_denial(not_recused(user, submission), own, state, kept)


def can_receive(user: Any, submission: Submission) -> Decision:
    state = _in_state(submission, "签收", SubmissionStatus.SENT)
    return first_denial(not_recused(user, submission), works_in(user, submission.addressee), state)


def can_reply(user: Any, submission: Submission) -> Decision:
    """Whoever is on duty in the addressed body writes down the reply; whose word it is, is asked apart."""
    state = _in_state(submission, "批复", SubmissionStatus.RECEIVED)
    return first_denial(not_recused(user, submission), works_in(user, submission.addressee), state)


def keeps_away_from_none(person: Any, submission: Submission) -> Decision:
    """Whoever was recused from the item in its body neither writes nor answers what asks about it (#21, #22)."""
    if submission.item_id is None or not submission.item.recusals.filter(person=person).exists():
        return allow()
    return deny(f"{person.name}已在这一议题回避，不能办理有关的请示。", KEEP_AWAY, "请由没有利害关系的人员办理。")


def can_have_said(person: Any, submission: Submission, version: SubmissionVersion) -> Decision:
    """Whose reply counts: the head of the addressed body or of one above, not recused, not who signed the request."""
    if version.signed_by_id == person.pk:
        return deny("请示的签发人不能批复自己签发的请示。", ONE_MATTER, "请由上一级工作组组长批复。")
    right = leads(person, submission.addressee, RightArea.REQUESTS)
    entitled = allow() if right.ok else deny(
        f"{person.name}不是{submission.addressee}或其上级工作组的组长，其意见不是批复。", who_can="请改正批复人。"
    )  # fmt: skip
    apart = first_denial(not_recused(person, submission), keeps_away_from_none(person, submission))
    kept_away = allow() if apart.ok else deny(f"{person.name}对此事项负有回避义务，不能批复。", apart.clause)
    return first_denial(entitled, kept_away)


def can_continue(user: Any, submission: Submission) -> Decision:
    """续报 and 终报 follow a report that was sent and is not the last."""
    if not submission.matter.is_chain or submission.stage == ReportStage.FINAL:
        return deny("这份报告不需要续报。")
    sent = allow() if submission.sent_at else deny("上一份报告还没有报送。", who_can="请先签发并报送上一份。")
    ended = deny("上一份报告已撤回。") if submission.status == SubmissionStatus.WITHDRAWN else allow()
    taken = submission.continuations.exclude(status=SubmissionStatus.WITHDRAWN).exists()
    once = deny("这份报告已有续报，请在最新一份之后续报。") if taken else allow()
    return first_denial(not_recused(user, submission), can_draft(user, submission.group), sent, ended, once)


def can_call(user: Any, submission: Submission) -> Decision:
    """Who sent it, or who has it in the body addressed, tells the others of the first report of an urgent matter."""
    called = allow() if is_called(submission) else deny("只有已报送的首报需要逐级通知。")
    right = first_yes(works_in(user, submission.addressee), works_in(user, submission.group))
    return first_denial(not_recused(user, submission), right, called)


def can_acknowledge(user: Any, submission: Submission) -> Decision:
    """Only for oneself, and once."""
    if not is_called(submission):
        return deny("只有已报送的首报需要回执。")
    step = next((step for step in steps_of(submission) if step.person.pk == user.pk), None)
    if step is None:
        return deny("您不在逐级通知的名单内，不需要回执。", who_can="名单内的人员各自回执。")
    return deny("您已经回执，不必重复。") if step.receipt_at else allow()


def can_assign_reply_task(user: Any, submission: Submission) -> Decision:
    """The body that answered, or the head of the group that asked."""
    right = first_yes(works_in(user, submission.addressee), heads(user, submission.group))
    said = allow() if submission.replies.exists() else deny("还没有批复，不能交办。")
    ended = deny("已经撤回，不能交办。") if submission.status == SubmissionStatus.WITHDRAWN else allow()
    return first_denial(not_recused(user, submission), right, said, ended)


def can_assign_under(user: Any, reply: Reply) -> Decision:
    """An unconfirmed reply may be carried out, marked as such; a disputed one carries nothing (decision 0060)."""
    return first_denial(can_assign_reply_task(user, reply.submission), _still_ordered(reply))


def _still_ordered(reply: Reply) -> Decision:
    if not reply.is_disputed:
        return allow()
    return deny("批复人对这条代录的批复有异议，停止办理。", WRITTEN_BY_ANOTHER, "请等候重新批复。")


def can_report_reply_task(user: Any, task: ReplyTask) -> Decision:
    own = deny("督办事项由责任人报告。", who_can=f"请由{task.assignee}办理。")
    state = allow() if task.status == TaskStatus.OPEN else deny(f"督办事项{task.get_status_display()}，不必再报告。")
    mine = allow() if task.assignee_id == user.pk else own
    return first_denial(mine, state, _still_ordered(task.reply), not_recused(user, task))


def can_accept_reply_task(user: Any, task: ReplyTask) -> Decision:
    own = deny("督办事项由验收人验收，责任人不能验收自己的事项。", who_can=f"请由{task.acceptor}办理。")
    state = allow() if task.status == TaskStatus.REPORTED else deny("责任人还没有报告办理情况。")
    mine = allow() if task.acceptor_id == user.pk else own
    return first_denial(mine, state, _still_ordered(task.reply), not_recused(user, task))


def can_open_duty(user: Any, group: WorkGroup) -> Decision:
    """Something happened that no event of the trail tells: whoever is on duty starts the clock."""
    return can_draft(user, group)


def can_waive_duty(user: Any, duty: ReportDuty) -> Decision:
    """The body to which it is owed may do without; who owes it cannot excuse themself."""
    owed = allow() if duty.is_owed else deny(f"这项应报义务{duty.state.label}，不必免报。")
    return first_denial(not_recused(user, duty), heads(user, duty.addressee), owed)


def can_record_instruction(user: Any, group: WorkGroup) -> Decision:
    return can_draft(user, group)


def can_answer_instruction(user: Any, instruction: OralInstruction) -> Decision:
    """Only who is said to have given it, once."""
    own = deny("口头指示由指示人本人确认或者提出异议。", ORAL, f"请由{instruction.instructor_name}办理。")
    mine = allow() if instruction.instructor_id == user.pk else own
    return first_denial(mine, _unanswered(instruction, "这条口头指示"))


def can_answer_reply(user: Any, reply: Reply) -> Decision:
    """Only who is said to have given it, once, and where somebody else wrote it down."""
    by_hand = allow() if reply.is_entered_by_another else deny("这条批复由批复人本人录入，不需确认。")
    own = deny("代录的批复由批复人本人确认或者提出异议。", WRITTEN_BY_ANOTHER, f"请由{reply.said_name}办理。")
    mine = allow() if reply.said_by_id == user.pk else own
    return first_denial(by_hand, mine, _unanswered(reply, "这条批复"), not_recused(user, reply.submission))


def _unanswered(row: WrittenDown, what: str) -> Decision:
    if row.status == WordStatus.WAITING:
        return allow()
    return deny(f"{what}{row.get_status_display()}，不能再答复。")


def may_rely_on(instruction: OralInstruction) -> Decision:
    """Can the instruction justify an exception (#62)? Only confirmed, written down in time, by somebody not recused."""
    if instruction.status == WordStatus.DISPUTED:
        return deny("指示人对这条口头指示有异议，不能作为例外的依据。", ORAL, "请书面请示。")
    if instruction.status == WordStatus.WAITING:
        waits = f"指示人自{minute_text(instruction.recorded_at)}起尚未确认，不能作为例外的依据。"
        return deny(waits, ORAL, f"请由{instruction.instructor_name}确认。")
    if instruction.is_late:
        return deny("补录时已超过24小时，不能作为例外的依据。", ORAL, "请书面请示。")
    if not not_recused(instruction.instructor, instruction).ok:
        return deny("指示人对此事项负有回避义务，其指示不能作为依据。", "《公务员法》第七十六条", "请书面请示。")
    return allow()


def may_rely_on_reply(reply: Reply) -> Decision:
    """Can the reply justify an act that quotes it? Only an agreement its author wrote down or confirmed, not recused."""
    if reply.is_disputed:
        return deny("批复人对这条代录的批复有异议，不能作为依据。", WRITTEN_BY_ANOTHER, "请等候重新批复。")
    if reply.kind not in APPROVALS:
        return deny(f"批复的结论是“{reply.get_kind_display()}”，不是同意。", ONE_MATTER, "请另行请示。")
    if reply.is_waiting:
        waits = f"批复由他人代录，{reply.said_name}自{minute_text(reply.entered_at)}起尚未确认，不能作为依据。"
        return deny(waits, WRITTEN_BY_ANOTHER, f"请由{reply.said_name}确认。")
    if not not_recused(reply.said_by, reply.submission).ok:
        return deny("批复人对此事项负有回避义务，其批复不能作为依据。", "《公务员法》第七十六条", "请重新请示。")
    return allow()
