"""Who has to sign what, what is open, what went stale."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from django.urls import reverse
from django.utils import timezone

from admissions.accounts.models import User
from admissions.accounts.permissions import Permission
from admissions.accounts.selectors import has_permission
from admissions.core.clock import minute_text
from admissions.core.promises import promised
from admissions.core.todos import Todo
from admissions.rulebook.selectors import versions_in_force
from workgroups.appointments.enums import AppointmentStatus
from workgroups.appointments.models import Appointment
from workgroups.appointments.state_answer import StateAnswer
from workgroups.groups.enums import PostRank
from workgroups.groups.models import WorkGroup

from .document import QuotedClause
from .enums import PledgeAnswer, PledgeStanding, ScanStatus, VersionStatus
from .models import Pledge, PledgeClause, PledgeScan, PledgeVersion

GOOD = (PledgeStanding.NOT_REQUIRED, PledgeStanding.SIGNED, PledgeStanding.GRACE)


@dataclass(frozen=True)
class Duty:
    """One document an appointment has to sign, how it stands, and who must act first."""

    appointment: Appointment
    version: PledgeVersion
    standing: PledgeStanding
    latest: Pledge | None
    waits_for: str = ""
    until: datetime | None = None

    @property
    def is_good(self) -> bool:
        return self.standing in GOOD

    def is_in_time(self, now: datetime) -> bool:
        """Asked anew of people on duty, and the time to sign it is not over."""
        waits = self.standing in (PledgeStanding.NOT_OPEN, PledgeStanding.WAITING)
        return waits and self.until is not None and now < self.until

    @property
    def can_answer(self) -> bool:
        """Open for an answer: also after declining, and when what was signed changed."""
        return self.standing in (
            PledgeStanding.WAITING,
            PledgeStanding.GRACE,
            PledgeStanding.STALE,
            PledgeStanding.DECLINED,
        )


class PledgeBook:
    """Everything about the pledges of one season that answers need; loaded in a constant number of queries."""

    def __init__(self, season_id: int, now: datetime | None = None, asked: Iterable[int] | None = None) -> None:
        """`asked`: ids of the appointments it is about; without them it is about the whole season."""
        self.season_id = season_id
        self.now = now or timezone.now()
        self.versions = _current_versions(season_id)
        self.quoted = _quoted_clauses(self.versions, self.now)
        self.asked = None if asked is None else set(asked)
        self.latest = self._latest_answers(self.asked)

    @cached_property
    def parent_of(self) -> dict[int, int | None]:
        return dict(WorkGroup.objects.filter(season_id=self.season_id).values_list("pk", "parent_id"))

    @cached_property
    def leaders(self) -> dict[int, Appointment]:
        """Group → its leader; asked only where somebody waits for another's signature."""
        leaders = (
            Appointment.objects.current(self.now)
            .filter(post__rank=PostRank.LEADER, post__group__season_id=self.season_id)
            .select_related("post__group", "person")
            .order_by("-kind", "id")
        )
        found = {leader.post.group_id: leader for leader in leaders}
        if self.asked is not None:
            self.latest |= self._latest_answers({leader.pk for leader in found.values()} - self.asked)
        return found

    def _latest_answers(self, asked: set[int] | None) -> dict[tuple[int, int], Pledge]:
        answers = Pledge.objects.filter(version__template__season_id=self.season_id)
        if asked is not None:
            answers = answers.filter(appointment__in=asked)
        answers = answers.select_related("version").defer("text").order_by("answered_at", "id")
        return {(pledge.appointment_id, pledge.version.template_id): pledge for pledge in answers}

    def duties(self, appointment: Appointment) -> list[Duty]:
        """The documents this appointment has to sign."""
        if not appointment.post.needs_pledge:
            return []
        return [
            self._duty(appointment, version)
            for version in self.versions
            if appointment.post.rank in version.template.ranks
        ]

    def _duty(self, appointment: Appointment, version: PledgeVersion) -> Duty:
        latest = self.latest.get((appointment.pk, version.template_id))
        if latest is None:
            waits_for = self.waits_for(appointment)
            standing = PledgeStanding.NOT_OPEN if waits_for else PledgeStanding.WAITING
            # Whoever was on duty when the document was published has its time to sign.
            until = promised(version.published_at) + timedelta(days=version.grace_days)
            return Duty(appointment, version, standing, None, waits_for, until)
        if latest.answer == PledgeAnswer.DECLINED:
            return Duty(appointment, version, PledgeStanding.DECLINED, latest)
        changed_at = self.changed_at(latest, version)
        if changed_at is None:
            return Duty(appointment, version, PledgeStanding.SIGNED, latest)
        until = changed_at + timedelta(days=version.grace_days)
        standing = PledgeStanding.GRACE if self.now < until else PledgeStanding.STALE
        return Duty(appointment, version, standing, latest, until=until)

    def changed_at(self, pledge: Pledge, version: PledgeVersion) -> datetime | None:
        """When what the person signed stopped being the document in force; None while it still is."""
        published = promised(version.published_at)
        instants = [published] if pledge.version_id != version.pk else []
        signed = {row["code"]: row["version"] for row in pledge.clauses}
        for clause, since in self.quoted[version.pk]:
            if signed.get(clause.code) != clause.version:
                instants.append(max(since, published))
        return max(instants) if instants else None

    def waits_for(self, appointment: Appointment) -> str:
        """Who must sign before this person may (层层签订); empty when the document is open."""
        leader = self.superior(appointment)
        if leader is None:
            if appointment.post.rank != PostRank.LEADER:
                return f"{appointment.post.group.name}组长（尚未任命）"
            return ""
        duties = self.duties(leader)
        return "" if all(duty.is_good for duty in duties) else f"{leader.person.name}（{leader.post}）"

    def superior(self, appointment: Appointment) -> Appointment | None:
        """The leader of the own group; for a leader, the leader of the nearest group above that has one."""
        if appointment.post.rank != PostRank.LEADER:
            return self.leaders.get(appointment.post.group_id)
        above = self.parent_of.get(appointment.post.group_id)
        while above is not None and above not in self.leaders:
            above = self.parent_of.get(above)
        return self.leaders.get(above) if above is not None else None

    def clauses_of(self, version: PledgeVersion) -> list[QuotedClause]:
        return [clause for clause, _ in self.quoted[version.pk]]


def _current_versions(season_id: int) -> list[PledgeVersion]:
    """The newest published version of each template of the season."""
    published = PledgeVersion.objects.filter(template__season_id=season_id, status=VersionStatus.PUBLISHED)
    rows = published.select_related("template__season").order_by("template_id", "-number").distinct("template_id")
    return sorted(rows, key=lambda version: (version.template.kind, version.template_id))


def _quoted_clauses(versions: list[PledgeVersion], now: datetime) -> dict[int, list[tuple[QuotedClause, datetime]]]:
    """Version → its clauses as in force now, each with the instant since when."""
    rows = list(PledgeClause.objects.filter(version__in=versions).select_related("clause__source").order_by("order"))
    in_force = versions_in_force({row.clause_id for row in rows}, now)
    quoted: dict[int, list[tuple[QuotedClause, datetime]]] = {version.pk: [] for version in versions}
    for row in rows:
        text = in_force.get(row.clause_id)
        if text is not None:
            clause = QuotedClause(
                row.clause.code, text.number, row.clause.citation, text.get_verification_display(), text.text
            )
            quoted[row.version_id].append((clause, text.period.lower))
    return quoted


def pledge_state(appointment: Appointment) -> StateAnswer:
    """Has the person signed what the post requires, in the version in force?"""
    return pledge_states([appointment])[0]


def pledge_states(appointments: Iterable[Appointment]) -> list[StateAnswer]:
    """The answers in the order of the appointments; a constant number of queries per season."""
    appointments = list(appointments)
    asked: dict[int, set[int]] = {}
    for row in appointments:
        if row.post.needs_pledge:
            asked.setdefault(row.post.group.season_id, set()).add(row.pk)
    books = {season_id: PledgeBook(season_id, asked=rows) for season_id, rows in asked.items()}
    return [_state(books.get(a.post.group.season_id), a) for a in appointments]


def _state(book: PledgeBook | None, appointment: Appointment) -> StateAnswer:
    """The worst of the documents: what takes the rights of the post before what only has to be signed in time."""
    if book is None or not appointment.post.needs_pledge:
        return StateAnswer(True, "本岗位不要求签承诺书。")
    duties = book.duties(appointment)
    if not duties:
        return StateAnswer(False, "本录取季还没有发布适用于本岗位的承诺书。", "行政秘书", keeps_duty=True)
    lacking = sorted((duty for duty in duties if not duty.is_good), key=lambda duty: duty.is_in_time(book.now))
    for duty in lacking[:1]:
        keeps = duty.is_in_time(book.now)
        until = duty.until if keeps else None
        return StateAnswer(False, _sentence(duty), _who(duty), pledge_url(duty), keeps_duty=keeps, until=until)
    stale = [duty.until for duty in duties if duty.standing == PledgeStanding.GRACE and duty.until is not None]
    if stale:
        due = min(stale)
        return StateAnswer(True, f"承诺书的条款已更新，须在{minute_text(due)}前补签。", until=due)
    return StateAnswer(True, "承诺书已签，条款均为现行版本。")


def _sentence(duty: Duty) -> str:
    name = f"《{duty.version.template.name}》"
    return {
        PledgeStanding.NOT_OPEN: f"{name}尚未开放，须等{duty.waits_for}先签。",
        PledgeStanding.WAITING: f"{name}尚未签订。",
        PledgeStanding.STALE: f"{name}的条款已更新，宽限期已过，须补签。",
        PledgeStanding.DECLINED: f"{name}本人已拒签。",
    }[duty.standing]


def _who(duty: Duty) -> str:
    return duty.waits_for if duty.standing == PledgeStanding.NOT_OPEN else "本人"


def pledge_url(duty: Duty) -> str:
    return reverse("pledges:sign", args=[duty.appointment.pk, duty.version.template_id])


def pledge_todos(user: User) -> list[Todo]:
    """Documents the user must sign now, and those that wait for a leader."""
    mine = list(Appointment.objects.current().filter(person=user).select_related("post__group__season", "person"))
    books = {season_id: PledgeBook(season_id) for season_id in {a.post.group.season_id for a in mine}}
    own = [todo for a in mine for duty in books[a.post.group.season_id].duties(a) for todo in _todo(duty)]
    return own + _scan_todos(user)


def _scan_todos(user: User) -> list[Todo]:
    """Scans somebody else uploaded of somebody else's signature, for who may compare them."""
    if not has_permission(user, Permission.MANAGE_PLEDGES):
        return []
    scans = PledgeScan.objects.visible_to(user).filter(status=ScanStatus.PENDING).exclude(uploaded_by=user)
    return [
        Todo(
            "核对",
            f"纸质签名扫描件：{scan}",
            reverse("pledges:scan", args=[scan.pk]),
            season_id=scan.version.template.season_id,
        )
        for scan in scans.exclude(signer=user).select_related("signer", "version__template")
    ]


def _todo(duty: Duty) -> list[Todo]:
    name = f"《{duty.version.template.name}》（{duty.appointment.post}）"
    season = duty.appointment.post.group.season_id
    if duty.standing == PledgeStanding.NOT_OPEN:
        return [Todo("签署", name, pledge_url(duty), waiting_on=f"{duty.waits_for}先签", season_id=season)]
    if duty.standing == PledgeStanding.WAITING:
        due = duty.until if duty.appointment.status == AppointmentStatus.ON_DUTY else None
        return [Todo("签署", name, pledge_url(duty), due_at=due, button="去签署", season_id=season)]
    if duty.standing in (PledgeStanding.GRACE, PledgeStanding.STALE):
        due = duty.until
        return [Todo("补签", name, pledge_url(duty), due_at=due, button="看变化并补签", season_id=season)]
    return []


@dataclass(frozen=True)
class PledgeThen:
    """The last answer to one document by an instant, and the number of the version that was in force at it."""

    pledge: Pledge
    current_number: int | None

    @property
    def is_outdated(self) -> bool:
        return self.current_number is not None and self.current_number > self.pledge.version.number


def pledges_at(appointment_ids: Iterable[int], at: datetime) -> dict[int, list[PledgeThen]]:
    """Appointment id → for each document the last answer given by the instant; two queries."""
    answers = Pledge.objects.filter(appointment_id__in=list(appointment_ids), answered_at__lte=at)
    rows = answers.select_related("version__template").defer("text").order_by("answered_at", "id")
    last = {(pledge.appointment_id, pledge.version.template_id): pledge for pledge in rows}
    published = PledgeVersion.objects.filter(template_id__in={key[1] for key in last}, published_at__lte=at)
    current = dict(published.order_by("number").values_list("template_id", "number"))
    found: dict[int, list[PledgeThen]] = {}
    for (appointment_id, template_id), pledge in sorted(last.items()):
        found.setdefault(appointment_id, []).append(PledgeThen(pledge, current.get(template_id)))
    return found
