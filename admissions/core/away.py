"""A server that did not answer is left alone for a while: what waits for it once need not wait for it at every step."""

from time import monotonic

import structlog

LEFT_ALONE = 5.0
log = structlog.get_logger(__name__)


class Away:
    """Until when nobody of this process asks. `words` say in the log who does not answer."""

    def __init__(self, words: str) -> None:
        self.words = words
        self.until = 0.0

    @property
    def is_so(self) -> bool:
        return monotonic() < self.until

    def note(self, error: Exception) -> None:
        log.warning(self.words, error=type(error).__name__)
        self.until = monotonic() + LEFT_ALONE

    def forget(self) -> None:
        self.until = 0.0
