"""Timers of the seals."""

from celery import shared_task

from admissions.core.broker import hand_over

from .leftovers import sweep_packs as sweep
from .sealing import seal


@shared_task(name="seals.seal")
def seal_ledger(cause: str = "定时") -> int:
    """Seal what is unsealed; the number of the new seal, 0 when there was nothing to do."""
    made = seal(cause)
    return made.number if made else 0


@shared_task(name="seals.sweep")
def sweep_ledger() -> int:
    """Once an hour what the ordinary seal passes by: rows under a transaction number that was made up."""
    made = seal("清扫", sweeping=True)
    return made.number if made else 0


@shared_task(name="seals.sweep_packs")
def sweep_packs() -> int:
    """Once an hour: packs that an interrupted job left behind."""
    return sweep()


def seal_soon(label: str) -> None:
    """After a critical act has been committed. Without a broker the timer seals within a minute."""
    hand_over(seal_ledger, cause=f"关键行为：{label}")
