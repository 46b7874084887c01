"""Readiness of one appointment or of many, in a constant number of queries."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from admissions.accounts.models import User
from admissions.core.decision import Decision, allow, deny
from admissions.seasons.models import Season
from workgroups.appointments.enums import AppointmentStatus
from workgroups.appointments.ground import GROUND
from workgroups.appointments.models import Appointment
from workgroups.appointments.state_answer import NOTICE, StateAnswer
from workgroups.pledges.selectors import pledge_states
from workgroups.recusal.selectors import recusal_states
from workgroups.training.selectors import training_states

from .conditions import Readiness, ReadinessItem


def readiness(appointment: Appointment) -> Readiness:
    """May this person go on duty on this post, and if not, what is missing and who can fix it?"""
    return readiness_of([appointment])[appointment.pk]


def readiness_of(appointments: Iterable[Appointment]) -> dict[int, Readiness]:
    """Appointment id → readiness. The appointments are of one season, with person and post__group__season loaded."""
    rows = list(appointments)
    if not rows:
        return {}
    season = rows[0].post.group.season
    recusals = recusal_states({row.person_id: row.person for row in rows}.values(), season)
    states = zip(rows, training_states(rows), pledge_states(rows), strict=True)
    return {row.pk: _combine(row, recusals[row.person_id], training, pledge) for row, training, pledge in states}


def _combine(row: Appointment, recusal: StateAnswer, training: StateAnswer, pledge: StateAnswer) -> Readiness:
    page = reverse("appointments:one", args=[row.pk])
    appointed = row.status not in (AppointmentStatus.PROPOSED, AppointmentStatus.ENDED) and bool(row.basis)
    word = AppointmentStatus(row.status).label
    return Readiness(
        [
            ReadinessItem(
                "appointed",
                "任命",
                appointed,
                f"已任命，依据{row.basis}。" if appointed else f"任职是“{word}”，没有生效的决议或文号。",
                "" if appointed else "行政秘书",
                page,
            ),
            ReadinessItem(
                "account",
                "账号",
                row.person.is_active,
                "账号启用。" if row.person.is_active else "账号已停用。",
                "" if row.person.is_active else "安全管理员",
            ),
            _item("recusal", "回避", recusal),
            _item("training", "培训", training),
            _item("pledge", "承诺书", pledge),
        ]
    )


def _item(code: str, label: str, answer: StateAnswer) -> ReadinessItem:
    return ReadinessItem(
        code, label, answer.ok, answer.sentence, answer.who_can_fix, answer.url, answer.keeps_duty, answer.until
    )


def runs_out_soon(row: Appointment, state: Readiness) -> datetime | None:
    """When somebody on duty will lose the rights of the post by itself, where that is within the time of notice."""
    if row.status != AppointmentStatus.ON_DUTY or state.lapsed:
        return None
    ends = [moment for moment in (state.until, row.period.upper) if moment is not None]
    return min(ends) if ends and min(ends) <= timezone.now() + NOTICE else None


def lapses(appointments: Iterable[Appointment]) -> dict[int, Decision]:
    """Appointment id → whether something readiness asked when the person went on duty has lapsed; no more than a sentence.

    Why somebody must keep away stays between them and the officers: only that it is so is said.
    """
    by_season: dict[int, list[Appointment]] = {}
    for row in appointments:
        by_season.setdefault(row.post.group.season_id, []).append(row)
    states = {pk: state for rows in by_season.values() for pk, state in readiness_of(rows).items()}
    return {row.pk: _lapsed(row, states[row.pk]) for rows in by_season.values() for row in rows}


def _lapsed(row: Appointment, state: Readiness) -> Decision:
    lapsed = state.lapsed
    if not lapsed:
        return allow()
    words = "；".join(_shortly(item) for item in lapsed)
    who = "、".join(dict.fromkeys(item.who_can_fix for item in lapsed if item.who_can_fix))
    return deny(f"{row}的上岗条件不全：{words}，补齐以前不能以此岗位办理。", GROUND, f"可由{who}办理。" if who else "")


def _shortly(item: ReadinessItem) -> str:
    return f"{item.label}（未具备）" if item.code == "recusal" else f"{item.label}（{item.sentence.rstrip('。')}）"


def group_counts(appointments: list[Appointment], ready: dict[int, Readiness]) -> dict[str, dict[str, int]]:
    """Group name → on duty, ready, not ready, suspended; for the chart and its table."""
    counts: dict[str, dict[str, int]] = {}
    for row in appointments:
        kind = _standing(row, ready[row.pk])
        group = counts.setdefault(row.post.group.name, {"在岗": 0, "已就绪": 0, "未就绪": 0, "暂停": 0})
        group[kind] += 1
    return counts


def _standing(row: Appointment, state: Readiness) -> str:
    if row.status == AppointmentStatus.ON_DUTY:
        return "在岗"
    if row.status == AppointmentStatus.SUSPENDED:
        return "暂停"
    return "已就绪" if state.ok else "未就绪"


def appointments_for_readiness(user: User, season: Season) -> QuerySet[Appointment]:
    """Seated appointments of the season the user may see, with what readiness needs."""
    rows = Appointment.objects.visible_to(user).of_season(season).seated()
    return rows.select_related("person", "post__group__season").order_by("post__group__order", "post__order", "id")
