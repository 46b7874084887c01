"""Readiness of one appointment or of many, in a constant number of queries."""

from collections.abc import Iterable

from django.db.models import QuerySet
from django.urls import reverse

from admissions.accounts.models import User
from admissions.seasons.models import Season
from workgroups.appointments.enums import AppointmentStatus
from workgroups.appointments.models import Appointment
from workgroups.appointments.state_answer import StateAnswer
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
    return ReadinessItem(code, label, answer.ok, answer.sentence, answer.who_can_fix, answer.url)


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
