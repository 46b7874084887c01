"""What a fault means to the person before the page: the database is away, the disk is full, or it is a mistake of ours."""

from collections.abc import Iterator

from django.db import InterfaceError, OperationalError

from .decision import Refused
from .unreadable import FULL

# SQLSTATE of a server whose disk is full.
SERVER_FULL = "53100"
# Classes and states of a server that cannot be reached, is going down, coming up, or takes no more connections.
UNREACHABLE = ("08", "57P01", "57P02", "57P03", "53300")
NO_SPACE = "服务器的存储空间不足，文件没有保存，本次操作没有写入任何内容。"
WHO_MAKES_ROOM = "请告诉系统管理员清理存储空间，之后重新提交。"


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error, and what it came from."""
    met: set[int] = set()
    while error is not None and id(error) not in met:
        met.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def is_full(error: BaseException | None) -> bool:
    """Something could not be written because there is no room, here or at the database server."""
    return any(
        (isinstance(one, OSError) and one.errno in FULL) or _sqlstate(one) == SERVER_FULL for one in chain(error)
    )


def has_lost_database(error: BaseException | None) -> bool:
    """The connection broke, or none could be made; a statement that the server refused is something else."""
    return any(_is_lost(one) for one in chain(error))


def _is_lost(error: BaseException) -> bool:
    if isinstance(error, InterfaceError):
        return True
    if not isinstance(error, OperationalError):
        return False
    state = _sqlstate(error)
    return not state or state.startswith(UNREACHABLE)


def _sqlstate(error: BaseException) -> str:
    """Of the driver's error, or of Django's around it."""
    return getattr(error, "pgcode", None) or getattr(error.__cause__, "pgcode", None) or ""


def no_space() -> Refused:
    return Refused(NO_SPACE, who_can=WHO_MAKES_ROOM)
