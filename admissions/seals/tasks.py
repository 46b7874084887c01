"""Timers of the seals."""

from celery import shared_task

from .sealing import seal


@shared_task(name="seals.seal")
def seal_ledger(cause: str = "定时") -> int:
    """Seal what is unsealed; the number of the new seal, 0 when there was nothing to do."""
    made = seal(cause)
    return made.number if made else 0
