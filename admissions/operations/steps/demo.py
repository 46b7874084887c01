"""The demonstration's 环节单: one in each state, made through the commands by the people on the posts."""

from datetime import timedelta

from django.utils import timezone

from admissions.accounts.models import User
from admissions.evidence.storage import Incoming
from admissions.operations.steps import services
from admissions.operations.steps.enums import Side
from admissions.operations.steps.models import StepRun
from admissions.operations.steps.papers import current_materials, papers_of
from admissions.operations.steps.rules import ordering
from admissions.seasons.batches.models import Batch
from admissions.seasons.lifecycle.models import Season
from workgroups.appointments.models import Appointment
from workgroups.groups.models import Step, StepDuty

TABLE = "院校代码,院校名称,计划数,投档数\n示例一,演示大学,60,60\n示例二,演示学院,45,45\n"


class Crew:
    """Who sits on the posts of a step, by letter; the people anew each time, as a request sees them."""

    def __init__(self, step: Step) -> None:
        self.step = step
        self.people: dict[str, int] = {}
        for duty in StepDuty.objects.filter(step=step).order_by("pk"):
            taken = list(self.people.values())
            seat = Appointment.objects.in_force().filter(post=duty.post_id).exclude(person__in=taken).first()
            if seat is not None:
                self.people.setdefault(duty.letter, seat.person_id)

    def __getitem__(self, letter: str) -> User:
        return User.objects.get(pk=self.people[letter])

    @property
    def is_complete(self) -> bool:
        return {"L", "A", "R", "S"} <= set(self.people) and ordering(self["L"], self.step).decision.ok


def build_steps() -> int:
    """Once; how many sheets there are. Nothing without a step whose four posts are all served."""
    if StepRun.objects.exists():
        return StepRun.objects.count()
    for season in Season.objects.filter(is_template=False).order_by("pk"):
        crews = [Crew(step) for step in Step.objects.of_season(season).order_by("order")]
        found = [crew for crew in crews if crew.is_complete]
        if found:
            _sheets(found, list(Batch.objects.filter(season=season).order_by("order")))
            break
    return StepRun.objects.count()


def _sheets(crews: list[Crew], batches: list[Batch]) -> None:
    first, last = crews[0], crews[-1]
    early, regular = (batches[0], batches[min(1, len(batches) - 1)]) if batches else (None, None)
    _archived(first, "本科提前批第一次投档模板", early)
    run = _executed(first, "本科批第一次投档模板", regular, "按审定的文本设置，共12项参数。")
    run = services.take_review(actor=first["R"], reason="接收复核", run=run)
    run = services.pass_review(actor=first["R"], reason="逐项重新录入后比对，12项参数全部一致。", run=run)
    _executed(first, "本科批征集志愿投档模板", regular, "按审定的文本设置，共12项参数。")
    run = _executed(last, "本科提前批投档前备份", early, "断网后完成备份，校验值已记录。")
    services.hold_run(actor=last["S"], reason="备份校验单没有时间，请补正后再办。", run=run)
    run = _executed(last, "本科批投档前备份", regular, "断网后完成备份，校验值已记录。")
    services.take_review(actor=last["R"], reason="接收复核", run=run)
    _ordered(last, "本科批征集志愿投档前备份", regular)
    mistaken = _ordered(last, "专科批投档前备份", None)
    services.void_run(actor=last["L"], reason="批次还没有开始，下达有误。", run=mistaken)


def _ordered(crew: Crew, title: str, batch: Batch | None) -> StepRun:
    return services.open_run(
        actor=crew["L"], reason="按本批次工作安排办理，完成后立即交复核。", step=crew.step, title=title, batch=batch,
        due_at=timezone.now() + timedelta(hours=6),
    )  # fmt: skip


def _executed(crew: Crew, title: str, batch: Batch | None, result: str, run: StepRun | None = None) -> StepRun:
    run = run or _ordered(crew, title, batch)
    if not current_materials(run):
        content = f"{title}\n{TABLE}".encode()
        run = services.add_material(
            actor=crew["A"], reason="办理结果", run=run, side=Side.OUTPUT, name=f"{title}结果表", incoming=Incoming([content], "结果表.csv")
        )  # fmt: skip
    seen = papers_of(current_materials(run)).digest
    return services.execute(actor=crew["A"], reason=result, run=run, seen_digest=seen)


def _archived(crew: Crew, title: str, batch: Batch | None) -> StepRun:
    """With a round that was sent back."""
    run = _executed(crew, title, batch, "按审定的文本设置，共12项参数。")
    run = services.take_review(actor=crew["R"], reason="接收复核", run=run)
    run = services.return_run(actor=crew["R"], reason="第7项同分排序少一级，请补齐。", run=run)
    run = _executed(crew, title, batch, "已补齐同分排序，共13项参数。", run)
    run = services.take_review(actor=crew["R"], reason="接收复核", run=run)
    run = services.pass_review(actor=crew["R"], reason="逐项重新录入后比对，13项参数全部一致。", run=run)
    run = services.confirm_run(actor=crew["S"], reason="查看两次录入的记录，签署齐全，无异议。", run=run)
    return services.archive_run(actor=crew["L"], reason="三方签署齐全。", run=run)
