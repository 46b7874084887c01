"""What a refusal or a command rests on is cited by the code of its clause; the words come from the rulebook.

A legal text is never a string constant: `cite("civil-servant-76")` reads as `《公务员法》第76条` wherever it is shown.
"""

from collections.abc import Callable

from django.utils.functional import lazy

from .capability import Slot

# Every code that the program cites; the rulebook's check compares them with its clauses.
CITED: set[str] = set()
# How the citation of a code reads; the rulebook answers.
CITATION: Slot[Callable[[str], str]] = Slot("citation_of_clause", Callable, one=True)


def cite(*codes: str) -> str:
    """The citations of these clauses, read when they are shown: constants are made before the rulebook is there."""
    if not codes:
        raise ValueError("cite() takes the code of a clause")
    CITED.update(codes)
    return _read(codes)


def _read_now(codes: tuple[str, ...]) -> str:
    return "、".join(CITATION(code) for code in codes)


_read = lazy(_read_now, str)
