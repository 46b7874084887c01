"""Timers of the seals."""

import structlog
from celery import shared_task
from kombu.exceptions import OperationalError

from .sealing import seal

log = structlog.get_logger(__name__)


@shared_task(name="seals.seal")
def seal_ledger(cause: str = "定时") -> int:
    """Seal what is unsealed; the number of the new seal, 0 when there was nothing to do."""
    made = seal(cause)
    return made.number if made else 0


def seal_soon(label: str) -> None:
    """After a critical act has been committed. Without a broker the timer seals within a minute."""
    try:
        seal_ledger.delay(cause=f"关键行为：{label}")
    except (OSError, OperationalError) as error:
        log.warning("seal not sent", error=type(error).__name__)
