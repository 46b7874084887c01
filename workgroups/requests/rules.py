"""May X draft, sign, send, receive, answer, instruct, confirm, excuse?"""

from admissions.accounts.models import User
from admissions.accounts.permissions import Permission
from admissions.accounts.rules import may
from admissions.audit.gate import not_recused
from admissions.core.citations import cite
from admissions.core.clock import minute_text
from admissions.core.decision import Decision, Parts, allow, deny, first_yes, in_parts, needed
from admissions.core.promises import promised
from admissions.seasons.lifecycle.rules import still_going
from admissions.seasons.models import Season
from workgroups.appointments.enums import RightArea
from workgroups.appointments.selectors import holds, is_leader_of, leads, live_appointments
from workgroups.groups.enums import GroupStatus
from workgroups.groups.models import WorkGroup

from .document import problems
from .enums import APPROVALS, REVISABLE, UNSIGNED, DocumentKind, ReportStage, SubmissionStatus, WordStatus
from .models import (
    Attachment,
    LetterCode,
    OralInstruction,
    Reply,
    ReportableMatter,
    ReportDuty,
    Submission,
    SubmissionVersion,
)
from .models.words import WrittenDown
from .notice_chain import is_called, steps_of

ONE_MATTER = cite("document-15")
SIGNING = cite("document-22")
AFTER_SIGNING = cite("document-25")
REPORTING = cite("sanction-29")
ORAL = cite("house-oral")
TO_ONESELF = "不必通知本人，请直接回执。"
WRITTEN_BY_ANOTHER = cite("house-recorded-reply")


def can_keep_reportables(user: User) -> Decision:
    return may(user, Permission.KEEP_MATTERS, "维护应报事项清单")


@in_parts
def can_keep_reportable(user: User, matter: ReportableMatter) -> Parts:
    yield can_keep_reportables(user)
    if matter.is_retired:
        yield deny("事项已停用。", who_can="需要的，请重新登记事项。")


@in_parts
def can_keep_codes(user: User, season: Season) -> Parts:
    """The secretariat gives the groups their letters."""
    yield may(user, Permission.RUN_MEETINGS, "登记机关代字", season_id=season.pk)
    yield still_going(season)


def can_set_code(user: User, group: WorkGroup) -> Decision:
    return can_keep_codes(user, group.season)


def works_in(user: User, group: WorkGroup) -> Decision:
    """On duty in this very group, by an own post or as somebody's deputy."""
    nobody = deny(f"您不是{group}的在岗人员。", who_can=f"请由{group}的在岗人员办理。")
    return holds(user, RightArea.REQUESTS, lambda row: row.post.group_id == group.pk, nobody)


def heads(user: User, group: WorkGroup, clause: str = "") -> Decision:
    """Leads this very group, by an own post or as the leader's deputy."""
    nobody = deny(f"您不是{group}的组长。", clause, f"请由{group}的组长办理。")
    return holds(user, RightArea.REQUESTS, lambda row: is_leader_of(row, [group.pk]), nobody)


@in_parts
def _going_on(group: WorkGroup) -> Parts:
    yield still_going(group.season)
    if group.status == GroupStatus.DISSOLVED:
        yield deny(f"{group}已撤销。", who_can="请由接续其职责的工作组办理。")


def _in_state(submission: Submission, what: str, *states: str) -> Decision:
    if submission.status in states:
        return allow()
    return deny(f"当前状态为“{submission.get_status_display()}”，不能{what}。", who_can="请刷新页面，按当前状态办理。")


def groups_worked_in(user: User, season: Season) -> list[WorkGroup]:
    """The groups of the season for which the user may draft."""
    rows = [
        row.post.group for row in live_appointments(user, RightArea.REQUESTS) if row.post.group.season_id == season.pk
    ]
    return list({group.pk: group for group in rows}.values())


@in_parts
def can_draft_in(user: User, season: Season) -> Parts:
    """Whoever is on duty in a group of the season."""
    nobody = deny("您没有在岗的工作组。", who_can="请由在岗人员起草。")
    yield holds(user, RightArea.REQUESTS, lambda row: row.post.group.season_id == season.pk, nobody)
    yield still_going(season)


@in_parts
def can_draft(user: User, group: WorkGroup) -> Parts:
    yield works_in(user, group)
    yield _going_on(group)


@in_parts
def can_draft_under(user: User, group: WorkGroup, matter: ReportableMatter) -> Parts:
    """Under a matter that is in use."""
    yield can_draft(user, group)
    if matter.is_retired:
        yield deny(f"事项“{matter}”已停用。", who_can="请从应报事项清单中选择其他事项。")


@in_parts
def fulfils(duty: ReportDuty, group: WorkGroup, matter: ReportableMatter) -> Parts:
    """A document of the group that owes it, about what is owed, while it is owed."""
    if duty.group_id != group.pk or duty.matter_id != matter.pk:
        yield deny("所选的应报义务不属于本组或不是这一事项。", who_can="请从本组的应报义务进入。")
    if not duty.is_owed:
        yield deny(f"这项应报义务{duty.state.label}，不必再报。")


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
    return deny(found[0][1], ONE_MATTER, who_can="请改正后再办理。") if found else allow()


def newest(submission: Submission) -> SubmissionVersion:
    """The version that is drafted or signed last."""
    return promised(submission.versions.order_by("-number").first())


@in_parts
def can_change_draft(user: User, submission: Submission) -> Parts:
    yield can_draft(user, submission.group)
    yield _in_state(submission, "修改文稿", SubmissionStatus.DRAFT)


@in_parts
def can_detach(user: User, attachment: Attachment) -> Parts:
    """Only from the draft that is worked on; what was signed keeps its attachments (条例第二十五条)."""
    version = attachment.version
    if version.signed_at:
        yield deny("这一稿已经签发，附件不能改动。", AFTER_SIGNING, "要改的，新拟一稿重新签发。")
    yield can_change_draft(user, version.submission)


@in_parts
def can_submit(user: User, submission: Submission) -> Parts:
    """Hand the draft to the head of the group for signing."""
    yield can_draft(user, submission.group)
    yield needed(_in_state(submission, "送签", SubmissionStatus.DRAFT))
    yield text_stands(submission.kind, newest(submission))


@in_parts
def can_take_back(user: User, submission: Submission) -> Parts:
    """Back to the drafter: the head asks for changes, or the group has another thought."""
    yield can_draft(user, submission.group)
    yield _in_state(submission, "退改", SubmissionStatus.SUBMITTED)


@in_parts
def can_sign(user: User, submission: Submission) -> Parts:
    """The head of the group (条例第二十二条), when the text stands and the group has its letters."""
    yield heads(user, submission.group, SIGNING)
    yield _going_on(submission.group)
    yield needed(_in_state(submission, "签发", SubmissionStatus.SUBMITTED))
    if not LetterCode.objects.filter(group=submission.group).exists():
        yield deny(f"{submission.group}还没有机关代字，不能编号。", who_can="请行政秘书登记机关代字。")
    yield text_stands(submission.kind, newest(submission))


@in_parts
def can_send(user: User, submission: Submission) -> Parts:
    yield can_draft(user, submission.group)
    yield _in_state(submission, "报送", SubmissionStatus.SIGNED)


@in_parts
def can_revise(user: User, submission: Submission) -> Parts:
    """Change the substance after signing: a new version, which the signer signs again (条例第二十五条)."""
    yield can_draft(user, submission.group)
    yield _in_state(submission, "改动签发后的内容", *REVISABLE)
    told = submission.kind == DocumentKind.REPORT and submission.status == SubmissionStatus.RECEIVED
    if told:
        yield deny("报告已签收，不能再改。", who_can="有新情况或更正，请另报一份。")


@in_parts
def can_withdraw(user: User, submission: Submission) -> Parts:
    """Before signing whoever works on it, afterwards the head; never after the answer."""
    yield can_draft(user, submission.group) if submission.status in UNSIGNED else heads(user, submission.group)
    open_yet = [
        state for state in SubmissionStatus if state not in (SubmissionStatus.ANSWERED, SubmissionStatus.WITHDRAWN)
    ]
    yield _in_state(submission, "撤回", *open_yet)
    told = submission.kind == DocumentKind.REPORT and submission.status == SubmissionStatus.RECEIVED
    if told:
        yield deny("报告已签收，不能撤回。", who_can="内容有误的，请另报一份更正。")


@in_parts
def can_receive(user: User, submission: Submission) -> Parts:
    yield works_in(user, submission.addressee)
    yield _in_state(submission, "签收", SubmissionStatus.SENT)


@in_parts
def can_reply(user: User, submission: Submission) -> Parts:
    """Whoever is on duty in the addressed body writes down the reply; whose word it is, is asked apart."""
    yield works_in(user, submission.addressee)
    yield _in_state(submission, "批复", SubmissionStatus.RECEIVED)


@in_parts
def can_have_said(person: User, submission: Submission, version: SubmissionVersion) -> Parts:
    """Whose reply counts: the head of the addressed body or of one above, not recused, not who signed the request or
    in whose name it was signed.
    """
    if person.pk in (version.signed_by_id, version.on_behalf_of_id):
        yield deny("请示的签发人不能批复自己签发的请示。", ONE_MATTER, "请由上一级工作组组长批复。")
    right = leads(person, submission.addressee, RightArea.REQUESTS)
    if not right.ok:
        nobody = f"{person.name}不是{submission.addressee}或其上级工作组的组长，其意见不是批复。"
        yield deny(nobody, who_can="请改正批复人。")
    apart = not_recused(person, submission)
    if not apart.ok:
        yield deny(
            f"{person.name}对此事项负有回避义务，不能批复。", apart.clause, who_can="请由主送机构的其他人员批复。"
        )


@in_parts
def can_continue(user: User, submission: Submission) -> Parts:
    """续报 and 终报 follow a report that was sent and is not the last."""
    if not submission.matter.is_chain or submission.stage == ReportStage.FINAL:
        yield needed(deny("这份报告不需要续报。"))
    yield can_draft(user, submission.group)
    if not submission.sent_at:
        yield deny("上一份报告还没有报送。", who_can="请先签发并报送上一份。")
    if submission.status == SubmissionStatus.WITHDRAWN:
        yield deny("上一份报告已撤回。", who_can="请另行起草报告。")
    if submission.continuations.exclude(status=SubmissionStatus.WITHDRAWN).exists():
        yield deny("这份报告已有续报，请在最新一份之后续报。")


@in_parts
def can_call(user: User, submission: Submission) -> Parts:
    """Who sent it, or who has it in the body addressed, tells the others of the first report of an urgent matter."""
    yield first_yes(works_in(user, submission.addressee), works_in(user, submission.group))
    if not is_called(submission):
        yield deny("只有已报送的首报需要逐级通知。", who_can="请在首报报送以后通知。")


@in_parts
def can_tell(user: User, submission: Submission, person: User) -> Parts:
    """Somebody else on the list."""
    yield needed(can_call(user, submission))
    if person.pk == user.pk:
        yield deny(TO_ONESELF)
    if all(step.person.pk != person.pk for step in steps_of(submission)):
        yield deny(f"{person.name}不在通知名单内。", who_can="请从名单中选择；负有回避义务的人不在名单内。")


def can_acknowledge(user: User, submission: Submission) -> Decision:
    """Only for oneself, and once."""
    if not is_called(submission):
        return deny("只有已报送的首报需要回执。", who_can="请刷新页面查看现在的状态。")
    step = next((step for step in steps_of(submission) if step.person.pk == user.pk), None)
    if step is None:
        return deny("您不在逐级通知的名单内，不需要回执。", who_can="名单内的人员各自回执。")
    return deny("您已经回执，不必重复。") if step.receipt_at else allow()


def answers_for_order(user: User, reply: Reply) -> Decision:
    """Whose tasks for a reply are: the body that answered, or the head of the group that asked."""
    return first_yes(works_in(user, reply.submission.addressee), heads(user, reply.submission.group))


@in_parts
def can_order_tasks(user: User, reply: Reply) -> Parts:
    """Who gives tasks for a reply, while the document that asked stands."""
    submission = reply.submission
    yield answers_for_order(user, reply)
    if submission.status == SubmissionStatus.WITHDRAWN:
        yield deny("已经撤回，不能交办。", who_can="需要办理的，请另行报送。")


def still_ordered(reply: Reply) -> Decision:
    """An unconfirmed reply may be carried out, marked as such; a disputed one carries nothing (decision 0060)."""
    if not reply.is_disputed:
        return allow()
    return deny("批复人对这条代录的批复有异议，停止办理。", WRITTEN_BY_ANOTHER, "请等候重新批复。")


@in_parts
def can_waive_duty(user: User, duty: ReportDuty) -> Parts:
    """The body to which it is owed may do without; who owes it cannot excuse themself."""
    yield heads(user, duty.addressee)
    if not duty.is_owed:
        yield deny(f"这项应报义务{duty.state.label}，不必免报。")


def can_record_instruction(user: User, group: WorkGroup) -> Decision:
    return can_draft(user, group)


@in_parts
def can_answer_instruction(user: User, instruction: OralInstruction) -> Parts:
    """Only who is said to have given it, once."""
    if instruction.instructor_id != user.pk:
        yield deny("口头指示由指示人本人确认或者提出异议。", ORAL, f"请由{instruction.instructor_name}办理。")
    yield _unanswered(instruction, "这条口头指示")


@in_parts
def can_answer_reply(user: User, reply: Reply) -> Parts:
    """Only who is said to have given it, once, and where somebody else wrote it down."""
    if not reply.is_entered_by_another:
        yield deny("这条批复由批复人本人录入，不需确认。", who_can="请刷新页面查看批复。")
    if reply.said_by_id != user.pk:
        yield deny("代录的批复由批复人本人确认或者提出异议。", WRITTEN_BY_ANOTHER, f"请由{reply.said_name}办理。")
    yield _unanswered(reply, "这条批复")


def _unanswered(row: WrittenDown, what: str) -> Decision:
    if row.status == WordStatus.WAITING:
        return allow()
    return deny(f"{what}{row.get_status_display()}，不能再答复。", who_can="请刷新页面，按当前状态办理。")


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
        return deny("指示人对此事项负有回避义务，其指示不能作为依据。", cite("civil-servant-76"), "请书面请示。")
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
        return deny("批复人对此事项负有回避义务，其批复不能作为依据。", cite("civil-servant-76"), "请重新请示。")
    return allow()
