"""May X order, add material, sign, stop? One rule for all signatures, by the table of passages."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from admissions.accounts.models import User
from admissions.accounts.permissions import Permission
from admissions.accounts.rules import may
from admissions.audit.gate import not_recused
from admissions.core.citations import cite
from admissions.core.decision import Decision, Parts, allow, deny, in_parts, needed
from admissions.core.promises import promised
from admissions.seasons.lifecycle.rules import still_going
from admissions.seasons.models import Season
from workgroups.appointments.ground import still_hold
from workgroups.appointments.models import Appointment
from workgroups.appointments.rules import SEPARATION
from workgroups.groups.enums import DutyLetter
from workgroups.groups.matrix import TOO_FEW_GROUPS, Cell, groups_suffice
from workgroups.groups.models import Post, Step, StepDuty, WorkGroup
from workgroups.recusal.selectors import kept_apart

from .acting_posts import Hand, hands_of, posts_with, right_on
from .enums import BY_OFFICE, PARTS, PASSAGES, Act, RunStatus, Side
from .models import StepMaterial, StepRun, StepSignature
from .papers import are_unchanged, current_materials, is_intact

SECRETARIAT = "请由行政秘书在职责矩阵中登记。"
RECUSED = cite("civil-servant-76")


@dataclass(frozen=True)
class Signing:
    """The answer, and by which post: none for a no without a post, and for resident supervision acting by its office."""

    decision: Decision
    hand: Hand | None = None

    @property
    def post_name(self) -> str:
        return str(self.hand.appointment.post) if self.hand else "驻点监督"

    @property
    def group(self) -> WorkGroup | None:
        return self.hand.appointment.post.group if self.hand else None


def signing(user: User, run: StepRun, act: Act) -> Signing:
    """Whether the user may sign this now, and by which post.

    Refuses: over, or not the turn of this part; stopped by supervision; no post with the letter on duty; a part in the
    sheet already; a group that has one, where the step says so; recused from the sheet or from somebody at work on it;
    files or sheet no longer what the executor signed.
    """
    turn = _in_turn(run, act)
    if not turn.ok:
        return Signing(turn)
    part = _part(user, run, act)
    return replace(part, decision=_fits(user, run, act, part.decision))


def _part(user: User, run: StepRun, act: Act) -> Signing:
    """By the first of the user's posts that can still take this part; the own ones go before those deputised for.

    Resident supervisors stop the work by their office; what they stopped, no post lets go on.
    """
    letter = PASSAGES[act].letter
    taken = _taken(run, letter)
    posts = posts_with(run.step, letter)
    hands = [] if act == Act.LIFT and _stopped_by_office(run) else hands_of(user, posts)
    answers = [Signing(_fresh(hand.right, hand.people(user), hand, run, act, taken), hand) for hand in hands]
    if act in BY_OFFICE:
        office = may(user, Permission.SUPERVISE, act.label, season_id=run.step.season_id, group_id=run.group_id)
        answers.append(Signing(_fresh(office, {user.pk}, None, run, act, taken)))
    elif not answers:
        answers.append(Signing(right_on(user, posts, _elsewhere(posts, letter))))
    return next((answer for answer in answers if answer.decision.ok), answers[0])


def _stopped_by_office(run: StepRun) -> bool:
    last = StepSignature.objects.filter(run=run, act=Act.HOLD).order_by("pk").last()
    return last is not None and last.group_id is None


@dataclass(frozen=True)
class Taken:
    """A part somebody has in the sheet; the group where it counts for keeping groups apart."""

    part: str
    people: frozenset[int]
    name: str
    did: str
    group_id: int | None = None


def _of(person_id: int, principal_id: int | None) -> frozenset[int]:
    return frozenset({person_id} if principal_id is None else {person_id, principal_id})


def _taken(run: StepRun, letter: DutyLetter) -> list[Taken]:
    """The parts of others than this letter's; whoever added material has taken part in executing."""
    signed = StepSignature.objects.filter(run=run).exclude(part=letter).order_by("pk")
    found = [
        Taken(
            row.part,
            _of(row.person_id, row.on_behalf_of_id),
            row.person_name,
            f"签“{row.get_act_display()}”",
            None if row.act in BY_OFFICE else row.group_id,
        )
        for row in signed
    ]
    if letter != DutyLetter.EXECUTE:
        added = StepMaterial.objects.filter(run=run).select_related("added_by").order_by("pk")
        found += [
            Taken(
                DutyLetter.EXECUTE,
                _of(row.added_by_id, row.on_behalf_of_id),
                row.added_by.name,
                "添加材料",
                row.group_id,
            )
            for row in added
        ]
    return found


def _elsewhere(posts: Sequence[Post], letter: DutyLetter) -> Decision:
    who = f"请由{'、'.join(str(post) for post in posts)}办理。" if posts else SECRETARIAT
    return deny(f"您不在本环节的{letter.label}岗位。", SEPARATION, who)


@in_parts
def _fits(user: User, run: StepRun, act: Act, part: Decision) -> Parts:
    """What the act itself asks for, once it is the turn of this part and the user may take it."""
    yield needed(part)
    if act == Act.TAKE and run.status == RunStatus.REVIEWING and not _reviewer_is_gone(run):
        yield deny(f"{_reviewer(run).name}已接收复核。", who_can=f"请由{_reviewer(run).name}签署。")
    if act in (Act.PASS, Act.RETURN) and run.reviewer_id != user.pk:
        yield deny("复核由接收的人签署。", SEPARATION, f"请由{_reviewer(run).name}签署。")
    if act == Act.EXECUTE:
        yield _has_results(current_materials(run))
    if act in (Act.PASS, Act.CONFIRM, Act.ARCHIVE) and not is_intact(run):
        yield deny(
            "材料与执行人签署时的校验值不符。", who_can="请由复核或监督人员退回执行人重新办理，并告知审计管理员。"
        )


def _reviewer(run: StepRun) -> User:
    """Who took the sheet that is being reviewed."""
    return promised(run.reviewer)


def _reviewer_is_gone(run: StepRun) -> bool:
    """Another takes over only from who cannot sign any more: no post, no account, or recused since."""
    reviewer = _reviewer(run)
    may_sign = reviewer.is_active and _part(reviewer, run, Act.PASS).decision.ok
    return not (may_sign and not_recused(reviewer, run).ok)


def _has_results(materials: Sequence[StepMaterial]) -> Decision:
    if not any(row.side == Side.OUTPUT for row in materials):
        return deny("还没有结果材料，复核人无从核对。", who_can="请先添加结果材料。")
    if not are_unchanged(materials):
        return deny("有材料的内容与添加时不符。", who_can="请移除后重新添加，并告知审计管理员。")
    return allow()


def _in_turn(run: StepRun, act: Act) -> Decision:
    if run.status not in PASSAGES[act].starts:
        return deny(
            f"环节单现在是“{run.get_status_display()}”{_who_was_last(run)}，不能办理“{act.label}”。",
            who_can="请刷新页面，按当前状态办理。",
        )
    if act == Act.LIFT:
        return allow() if run.held_at else deny("环节单没有被制止。", who_can="请刷新页面，按当前状态办理。")
    if run.held_at:
        word = "环节单已经被制止。" if act == Act.HOLD else "监督已制止，暂停办理。"
        return deny(word, who_can="请由监督人员解除制止。")
    return allow()


def _who_was_last(run: StepRun) -> str:
    last = StepSignature.objects.filter(run=run).order_by("pk").last()
    return f"（{last.person_name}已签“{last.get_act_display()}”）" if last else ""


@in_parts
def _fresh(
    right: Decision, people: set[int], hand: Hand | None, run: StepRun, act: Act, taken: Sequence[Taken]
) -> Parts:
    """The right, used by somebody who has no other part in the sheet."""
    yield needed(right)
    yield _apart(people, hand, run, act, taken)


def _apart(people: set[int], hand: Hand | None, run: StepRun, act: Act, taken: Sequence[Taken]) -> Decision:
    """One person one part, also as a deputy or stood in for; one group one part where the step says so.

    `people`: who acts and, for a deputy, the one stood in for; `taken`: the parts others have.
    """
    letter = PASSAGES[act].letter
    instead = f"请由其他{letter.label}人员办理。"
    mine = next((row for row in taken if row.people & people), None)
    if mine is not None:
        return deny(f"{mine.name}已在这张环节单上{mine.did}，不能再承担{letter.label}。", SEPARATION, instead)
    others = {pk for row in taken for pk in row.people}
    if others and kept_apart(people, others, run.step.season_id):
        return deny("您与已办理的人员应当相互回避，不能办理。", RECUSED, instead)
    if hand is None or not run.groups_apart or letter not in PARTS or act in BY_OFFICE:
        return allow()
    group = hand.appointment.post.group
    used = next((row for row in taken if row.part in PARTS and row.group_id == group.pk), None)
    if used is None:
        return allow()
    return deny(
        f"{group}已承担{DutyLetter(used.part).label}，本环节须由不同工作组签署。",
        SEPARATION,
        "请由其他工作组的人员办理。",
    )


def _signable(act: Act, user: User, run: StepRun) -> Decision:
    return signing(user, run, act).decision


can_execute = partial(_signable, Act.EXECUTE)
can_take = partial(_signable, Act.TAKE)
can_pass = partial(_signable, Act.PASS)
can_return = partial(_signable, Act.RETURN)
can_reject = partial(_signable, Act.REJECT)
can_confirm = partial(_signable, Act.CONFIRM)
can_archive = partial(_signable, Act.ARCHIVE)
can_void = partial(_signable, Act.VOID)
can_hold = partial(_signable, Act.HOLD)
can_lift = partial(_signable, Act.LIFT)


def adding(user: User, run: StepRun) -> Signing:
    """Whether the user may add material, and by which post: whoever may execute, while the executor is at work."""
    turn = _in_turn(run, Act.EXECUTE)
    return _part(user, run, Act.EXECUTE) if turn.ok else Signing(turn)


def can_add_material(user: User, run: StepRun) -> Decision:
    return adding(user, run).decision


@in_parts
def can_drop_material(user: User, material: StepMaterial) -> Parts:
    yield can_add_material(user, material.run)
    if material.dropped_at:
        yield deny("这份材料已经移除。", who_can="请刷新页面，核对现有材料。")


@in_parts
def can_open_in(user: User, season: Season) -> Parts:
    """Somebody who answers for a step of the season."""
    nobody = deny("您不在任何环节的负责岗位，不能下达。", SEPARATION, "请由环节的负责岗位下达。")
    duties = StepDuty.objects.filter(step__season=season, letter=DutyLetter.ACCOUNTABLE).select_related("post__group")
    yield right_on(user, [duty.post for duty in duties], nobody)
    yield still_going(season)


def ordering(user: User, step: Step) -> Signing:
    """Whether the user may order the step, and by which post.

    Refuses: season closed; not on the accountable post; a part without anybody on duty; too few groups.
    """
    posts = posts_with(step, DutyLetter.ACCOUNTABLE)
    hand = next(iter(hands_of(user, posts)), None)
    right = hand.right if hand else right_on(user, posts, _elsewhere(posts, DutyLetter.ACCOUNTABLE))
    return Signing(_may_order(step, right), hand)


@in_parts
def _may_order(step: Step, right: Decision) -> Parts:
    yield still_going(step.season)
    yield right
    yield _is_staffed(step)


def _is_staffed(step: Step) -> Decision:
    duties = StepDuty.objects.filter(step=step, letter__in=PARTS).select_related("post__group")
    rows = Appointment.objects.in_force().filter(post__in=[duty.post_id for duty in duties])
    serving = list(rows.select_related("person", "post__group__season"))
    grounds = still_hold(serving)
    held = {row.post_id for row in serving if grounds[row.pk].ok}
    for letter in PARTS:
        of_letter = [duty.post_id for duty in duties if duty.letter == letter]
        if not of_letter:
            return deny(f"“{step}”没有{letter.label}岗位，不能下达。", SEPARATION, SECRETARIAT)
        if not held.intersection(of_letter):
            return deny(f"“{step}”的{letter.label}岗位没有人在岗，不能下达。", SEPARATION, "请先办理任职和上岗。")
    cells = [
        Cell(step.pk, row.post_id, "", row.letter, group=row.post.group_id) for row in duties if row.post_id in held
    ]
    if step.groups_apart and not groups_suffice(cells):
        return deny(TOO_FEW_GROUPS, SEPARATION, SECRETARIAT)
    return allow()
