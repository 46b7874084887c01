"""Structured logs: one JSON object a line, without personal data."""

import logging
import re
from collections.abc import MutableMapping
from typing import Any

import structlog
from structlog.typing import Processor

# Whatever could be an ID number (18 characters, GB 11643) or a mobile number, wherever it stands in a line.
PERSONAL = re.compile(r"(?<![0-9A-Za-z])(?:\d{17}[\dXx]|1[3-9]\d{9})(?![0-9A-Za-z])")
# What people search for stands behind the question mark; what a constraint refused stands in PostgreSQL's DETAIL.
QUERY = re.compile(r"\?\S*")
DETAIL = re.compile(r"DETAIL:.*?(?=\n\n|\nCONTEXT:|\Z)", re.DOTALL)
TYPED = "[略]"

SHARED_PROCESSORS: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.processors.TimeStamper(fmt="iso", utc=False),
    structlog.processors.add_log_level,
]


def configure() -> None:
    structlog.configure(
        processors=[*SHARED_PROCESSORS, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def formatter() -> logging.Formatter:
    configure()
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=SHARED_PROCESSORS,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            without_typed_words,
            without_numbers,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )


def without_numbers(logger: Any, method: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """People type numbers into searches and addresses: what is written down keeps only that one stood there."""
    for key, value in entry.items():
        if isinstance(value, str):
            entry[key] = PERSONAL.sub("[号码]", value)
    return entry


def without_typed_words(logger: Any, method: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Names have no shape to look for: the places where typed words come in are left out whole."""
    for key in ("request", "exception", "event"):
        value = entry.get(key)
        if isinstance(value, str):
            value = DETAIL.sub(f"DETAIL: {TYPED}", value)
            entry[key] = QUERY.sub(f"?{TYPED}", value) if key == "request" else value
    return entry
