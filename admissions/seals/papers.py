"""Codes on paper: a holder of the paper asks where its record stands in the tree, and learns nothing else.

A code is the id of the history row that came with the record, 16 bytes in Crockford's base 32 without vowel traps:
26 characters in groups, 74 of its bits random.
"""

from uuid import UUID

from admissions.audit.models import AuditedModel

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH, GROUP = 26, 6
CONFUSED = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})


def code_of(row_id: UUID) -> str:
    digits = []
    number = row_id.int
    for _ in range(LENGTH):
        number, place = divmod(number, len(ALPHABET))
        digits.append(ALPHABET[place])
    text = "".join(reversed(digits))
    return "-".join(text[start : start + GROUP] for start in range(0, LENGTH, GROUP))


def row_of(code: str) -> UUID | None:
    """The row of a typed or scanned code; None when it cannot be one."""
    text = code.upper().translate(CONFUSED)
    text = "".join(sign for sign in text if sign in ALPHABET)
    if len(text) != LENGTH:
        return None
    number = 0
    for sign in text:
        number = number * len(ALPHABET) + ALPHABET.index(sign)
    return UUID(int=number) if number < 1 << 128 else None


def first_entry(record: AuditedModel) -> UUID:
    """The history row that was written with the record."""
    return record.history.order_by("revision").values_list("history_id", flat=True)[0]


def paper_code(record: AuditedModel) -> str:
    """The code to print on papers about the record."""
    return code_of(first_entry(record))
