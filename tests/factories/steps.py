"""A step with somebody on each of its posts, and sheets of it in each state."""

from dataclasses import dataclass
from typing import Any

from admissions.accounts.models import User
from admissions.evidence.storage import Incoming
from admissions.operations.steps import services
from admissions.operations.steps.enums import Side
from admissions.operations.steps.models import StepRun
from admissions.operations.steps.papers import current_materials, papers_of
from tests.factories.files import pdf_file
from tests.factories.seasons import OpenSeasonFactory
from tests.factories.supervision import again
from tests.factories.workgroups import AppointmentFactory, PostFactory, WorkGroupFactory
from tests.trail import setting_up
from workgroups.appointments.enums import AppointmentStatus
from workgroups.groups.models import Post, Step, StepDuty, WorkGroup


@dataclass
class Staffed:
    """A step of a group: who answers for it, executes, reviews and supervises it; each alone on a post."""

    group: WorkGroup
    step: Step
    posts: dict[str, Post]
    people: dict[str, User]

    def by(self, letter: str) -> User:
        """The person as a new request sees it."""
        return again(self.people[letter])


def staffed(group: WorkGroup | None = None, *, groups_apart: bool = False, name: str = "投档操作") -> Staffed:
    """The posts of one group; with `groups_apart` those of executing, reviewing and supervising of three."""
    group = group or WorkGroupFactory(season=OpenSeasonFactory())
    with setting_up():
        step = Step(season=group.season, stage="filing", name=name, order=9, groups_apart=groups_apart)
        step.save()
    posts, people = {}, {}
    for letter, word in (("L", "负责"), ("A", "执行"), ("R", "复核"), ("S", "监督")):
        other = groups_apart and letter in "RS"
        posts[letter] = PostFactory(
            group=WorkGroupFactory(season=group.season) if other else group, name=f"{name}{word}岗"
        )
        people[letter] = on_post(posts[letter])
        with setting_up():
            StepDuty(step=step, post=posts[letter], letter=letter).save()
    return Staffed(group, step, posts, people)


def on_post(post: Post, person: User | None = None) -> User:
    more = {"person": person} if person else {}
    return AppointmentFactory(post=post, status=AppointmentStatus.ON_DUTY, **more).person


def ordered(of: Staffed, **fields: Any) -> StepRun:
    given = {"title": "本科批历史类第一次投档", "reason": "按已审定的模板办理。"} | fields
    return services.open_run(actor=of.by("L"), step=of.step, **given)


def with_material(of: Staffed, run: StepRun, name: str = "投档线表", side: str = Side.OUTPUT) -> StepRun:
    content = pdf_file() + f"% {name}".encode()
    return services.add_material(
        actor=of.by("A"), reason="办理", run=run, side=side, name=name, incoming=Incoming([content], f"{name}.pdf")
    )


def executed(
    of: Staffed, run: StepRun | None = None, *, text: str = "投档1200人。", material: str = "投档线表"
) -> StepRun:
    run = run or ordered(of)
    if material:
        run = with_material(of, run, material)
    seen = papers_of(current_materials(run)).digest
    return services.execute(actor=of.by("A"), reason=text, run=run, seen_digest=seen)


def taken(of: Staffed, run: StepRun | None = None) -> StepRun:
    return services.take_review(actor=of.by("R"), reason="接收复核", run=run or executed(of))


def passed(of: Staffed, run: StepRun | None = None) -> StepRun:
    return services.pass_review(actor=of.by("R"), reason="与计划数逐校核对一致。", run=run or taken(of))


def confirmed(of: Staffed, run: StepRun | None = None) -> StepRun:
    return services.confirm_run(actor=of.by("S"), reason="查看现场和备份单，无异议。", run=run or passed(of))


def archived(of: Staffed, run: StepRun | None = None) -> StepRun:
    return services.archive_run(actor=of.by("L"), reason="三方签署齐全。", run=run or confirmed(of))
