"""Commands on batches and their stages."""

from datetime import date, datetime

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from admissions.accounts.models import User
from admissions.audit.actions import require_action
from admissions.audit.commands import command, explain_constraint
from admissions.audit.facts import No
from admissions.audit.locking import lock
from admissions.seasons.lifecycle.models import Season
from admissions.seasons.lifecycle.rules import can_change_plan

from . import rules
from .models import Batch, BatchStage

explain_constraint("batch_name_once", "本录取季已有同名同科类的批次，请换一个名称或科类。")
explain_constraint("batch_dates_in_order", "开始和结束日期须同时填写，且结束日期不早于开始日期。")
explain_constraint("batchstage_no_overlap", "同一批次的同类阶段时间重叠，可能刚被他人登记，请刷新页面后错开时间。")


@command("batch.add", "登记批次", clause=No("批次按当年公布的录取工作方案登记，方案不在制度库中"))
def add_batch(
    *,
    actor: User,
    reason: str,
    season: Season,
    name: str,
    subject: str,
    order: int,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Batch:
    """Add a batch to a season.

    Refuses: actor is not the secretariat; the season has ended; name and subject are taken; dates out of order.
    Effects: none beyond the record.  Clause: the year's notice, quoted in the reason.
    """
    season = _hold(season)
    can_change_plan(actor, season).require()
    return _saved_batch(
        Batch(season=season, name=name, subject=subject, order=order, starts_on=starts_on, ends_on=ends_on)
    )


@command("batch.change", "调整批次", clause=No("批次按当年公布的录取工作方案登记，方案不在制度库中"))
def change_batch(
    *,
    actor: User,
    reason: str,
    batch: Batch,
    name: str,
    subject: str,
    order: int,
    starts_on: date | None,
    ends_on: date | None,
) -> Batch:
    """Change name, subject, order or days of a batch.

    Refuses: actor is not the secretariat; the season has ended; a stage would lie outside the new days.
    Effects: none beyond the record.  Clause: the year's notice, quoted in the reason.
    """
    season = _hold(batch.season)
    batch = lock(batch)
    can_change_plan(actor, season).require()
    batch.name, batch.subject, batch.order = name, subject, order
    batch.starts_on, batch.ends_on = starts_on, ends_on
    return _saved_batch(batch)


@command("batch.remove", "删除批次", clause=No("批次按当年公布的录取工作方案登记，方案不在制度库中"))
def remove_batch(*, actor: User, reason: str, batch: Batch) -> None:
    """Remove a batch that was entered by mistake; its history stays.

    Refuses: actor is not the secretariat; the season has been opened; the batch has stages.
    Effects: none beyond the record.  Clause: none.
    """
    _hold(batch.season)
    batch = lock(batch)
    rules.can_remove_batch(actor, batch).require()
    require_action("batch.remove").target = batch.season
    batch.delete()


@command("stage.add", "登记批次阶段", clause=No("阶段按当年公布的录取工作方案登记，方案不在制度库中"))
def add_stage(
    *, actor: User, reason: str, batch: Batch, kind: str, starts_at: datetime, ends_at: datetime, label: str = ""
) -> BatchStage:
    """Add a stage to a batch.

    Refuses: actor is not the secretariat; the season has ended; outside the batch; overlaps one of its kind.
    Effects: the clock in the frame shows it while it runs.  Clause: the year's notice, quoted in the reason.
    """
    season = _hold(batch.season)
    can_change_plan(actor, season).require()
    batch = Batch.objects.get(pk=batch.pk)
    return _saved_stage(
        BatchStage(batch=batch, kind=kind, label=label, period=DateTimeTZRange(starts_at, ends_at, "[)"))
    )


@command("stage.change", "调整批次阶段", clause=No("阶段按当年公布的录取工作方案登记，方案不在制度库中"))
def change_stage(
    *, actor: User, reason: str, stage: BatchStage, kind: str, starts_at: datetime, ends_at: datetime, label: str = ""
) -> BatchStage:
    """Move a stage or name it differently.

    Refuses: as `add_stage`.
    Effects: the clock in the frame follows.  Clause: the year's notice, quoted in the reason.
    """
    season = _hold(stage.batch.season)
    stage = lock(stage)
    can_change_plan(actor, season).require()
    stage.kind, stage.label = kind, label
    stage.period = DateTimeTZRange(starts_at, ends_at, "[)")
    return _saved_stage(stage)


@command("stage.remove", "删除批次阶段", clause=No("阶段按当年公布的录取工作方案登记，方案不在制度库中"))
def remove_stage(*, actor: User, reason: str, stage: BatchStage) -> None:
    """Remove a stage; its history stays.

    Refuses: actor is not the secretariat; the season has ended.
    Effects: none beyond the record.  Clause: none.
    """
    season = _hold(stage.batch.season)
    stage = lock(stage)
    can_change_plan(actor, season).require()
    require_action("stage.remove").target = stage.batch
    stage.delete()


def _hold(season: Season) -> Season:
    """The season as it is now, before anything else is locked: one change to a season's plan at a time."""
    return Season.objects.select_for_update(of=("self",), no_key=True).get(pk=season.pk)


def _saved_batch(batch: Batch) -> Batch:
    rules.batch_is_sound(batch).require()
    batch.full_clean()
    batch.save()
    return batch


def _saved_stage(stage: BatchStage) -> BatchStage:
    rules.stage_is_sound(stage).require()
    stage.full_clean()
    stage.save()
    return stage
