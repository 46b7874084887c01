"""May a batch or a stage be placed here?"""

from datetime import timedelta

from django.utils import timezone

from admissions.accounts.models import User
from admissions.core.clock import date_text
from admissions.core.decision import Decision, Parts, allow, deny, in_parts
from admissions.seasons.deadlines.wording import local_day
from admissions.seasons.lifecycle.rules import can_change_plan

from .models import Batch, BatchStage


@in_parts
def can_remove_batch(user: User, batch: Batch) -> Parts:
    """A batch without stages, in a season that is still being prepared."""
    yield can_change_plan(user, batch.season)
    if batch.season.opened_at:
        yield deny(f"{batch.season.name}已开启，批次只能调整，不能删除。", who_can="请用“调整批次”更正名称和日期。")
    if batch.stages.exists():
        yield deny(f"“{batch}”下还有阶段，不能删除。", who_can="请先删除各阶段。")


def batch_is_sound(batch: Batch) -> Decision:
    """Its days lie in the season's year or run over into the next; its stages stay inside its days."""
    if batch.starts_on and batch.starts_on.year != batch.season.year:
        return deny(f"“{batch}”的开始日期不在{batch.season.year}年。", who_can="请核对日期或录取季的年份。")
    outside = next((stage for stage in batch.stages.all() if not _inside(stage, batch)), None) if batch.pk else None
    if outside is not None:
        return deny(
            f"阶段“{outside.title}”（{period_text(outside)}）不在批次的新起止日期之内。", who_can="请先调整该阶段。"
        )
    return allow()


def stage_is_sound(stage: BatchStage) -> Decision:
    """Ends after it starts, inside the days of its batch."""
    if stage.period.lower >= stage.period.upper:
        return deny("阶段的结束时间不晚于开始时间。", who_can="请改正起止时间。")
    if not _inside(stage, stage.batch):
        days = days_text(stage.batch)
        return deny(f"阶段须在批次的起止日期之内（{days}）。", who_can="请改正阶段时间，或先调整批次日期。")
    return _free_of_overlap(stage)


def _free_of_overlap(stage: BatchStage) -> Decision:
    same = BatchStage.objects.filter(batch=stage.batch, kind=stage.kind, period__overlap=stage.period)
    other = same.exclude(pk=stage.pk).first()
    if other is None:
        return allow()
    return deny(f"与同类阶段“{other.title}”（{period_text(other)}）时间重叠。", who_can="请错开时间。")


def _inside(stage: BatchStage, batch: Batch) -> bool:
    if batch.starts_on is None or batch.ends_on is None:
        return True
    # The end itself does not belong to the stage: 24:00 of the last day is still inside.
    first, last = local_day(stage.period.lower), local_day(stage.period.upper - timedelta.resolution)
    return batch.starts_on <= first and last <= batch.ends_on


def period_text(stage: BatchStage, *, with_year: bool = True) -> str:
    """`2026年7月12日 08:00 至 17:00`; the day is not repeated."""
    starts, ends = timezone.localtime(stage.period.lower), timezone.localtime(stage.period.upper)
    until = "" if starts.date() == ends.date() else f"{date_text(ends, with_year=with_year)} "
    return f"{date_text(starts, with_year=with_year)} {starts:%H:%M} 至 {until}{ends:%H:%M}"


def days_text(batch: Batch, *, with_year: bool = True) -> str:
    """`2026年7月10日 至 2026年7月19日`."""
    if batch.starts_on is None or batch.ends_on is None:
        return "未定"
    return f"{date_text(batch.starts_on, with_year=with_year)} 至 {date_text(batch.ends_on, with_year=with_year)}"
