"""What makes a person ready, piece by piece: a course and a pledge of the season, a pass, a signature, a declaration."""

from typing import Any

import factory
from django.utils import timezone

from workgroups.appointments.models import Appointment
from workgroups.pledges.models import Pledge, PledgeTemplate, PledgeVersion
from workgroups.training.models import Attempt, Course
from workgroups.training.selectors import bank

from .base import AuditedFactory
from .recusal import declared


class CourseFactory(AuditedFactory):
    class Meta:
        model = Course

    name = factory.Sequence(lambda n: f"上岗培训{n}")
    text = "学习内容"
    question_count = 1
    status = "open"
    opened_at = factory.LazyFunction(timezone.now)


class AttemptFactory(AuditedFactory):
    class Meta:
        model = Attempt

    status = "passed"
    score = 100
    paper = factory.LazyFunction(list)
    clause_versions = factory.LazyFunction(dict)
    started_at = factory.LazyFunction(timezone.now)
    finished_at = factory.LazyFunction(timezone.now)


class PledgeTemplateFactory(AuditedFactory):
    class Meta:
        model = PledgeTemplate

    kind = "post"
    name = factory.Sequence(lambda n: f"岗位承诺书{n}")
    ranks = factory.LazyFunction(lambda: ["leader", "deputy", "member"])


class PledgeVersionFactory(AuditedFactory):
    class Meta:
        model = PledgeVersion

    template = factory.SubFactory(PledgeTemplateFactory)
    number = 1
    opening = "我承诺："
    closing = "如有违反，承担责任。"
    status = "published"
    published_at = factory.LazyFunction(timezone.now)


class PledgeFactory(AuditedFactory):
    class Meta:
        model = Pledge

    answer = "signed"
    answered_at = factory.LazyFunction(timezone.now)
    person_name = factory.LazyAttribute(lambda pledge: pledge.appointment.person.name)
    post_name = factory.LazyAttribute(lambda pledge: str(pledge.appointment.post))
    text = "岗位承诺书"
    clauses = factory.LazyFunction(list)
    content_hash = "0" * 64
    code = factory.Sequence(lambda n: f"T{n:08}")


def train(person: Any, course: Course) -> Attempt:
    """Passed, on the clauses as they are now."""
    rows = bank(course)
    return AttemptFactory(course=course, person=person, clause_versions={row["clause"]: row["version"] for row in rows})


def sign(appointment: Appointment, version: PledgeVersion) -> Pledge:
    return PledgeFactory(appointment=appointment, version=version)


def make_ready(appointment: Appointment, course: Course, version: PledgeVersion) -> Appointment:
    """Declared “none”, trained, signed; the appointment itself and the account are the caller's."""
    declared(appointment.person, appointment.post.group.season)
    train(appointment.person, course)
    sign(appointment, version)
    return appointment
