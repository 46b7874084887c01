"""Codes on paper: a holder of the paper asks where its record stands in the tree, and learns nothing else.

A code is the id of the history row with the record as it is printed, 16 bytes in Crockford's base 32 without vowel traps:
26 characters in groups, 74 of its bits random.
"""

import base64
import io
from uuid import UUID

import segno
from django.http import HttpRequest
from django.urls import reverse

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


def latest_entry(record: AuditedModel) -> UUID:
    """The history row with the record as it is now: what the paper shows."""
    return record.history.order_by("-revision").values_list("history_id", flat=True)[0]


def paper_mark(request: HttpRequest, record: AuditedModel) -> dict[str, str]:
    """Code, address and QR code for the foot of a paper (context of `ui/print.html`)."""
    code = code_of(latest_entry(record))
    address = request.build_absolute_uri(f"{reverse('paper-verify')}?code={code}")
    return {"verification_code": code, "verification_url": address, "verification_qr": qr_data_uri(address)}


def mark_line(mark: dict[str, str]) -> str:
    """The same for a Word document."""
    return f"核验码：{mark['verification_code']}（{mark['verification_url']}）"


def qr_data_uri(text: str, error: str = "m", scale: int = 4) -> str:
    buffer = io.BytesIO()
    segno.make(text, error=error).save(buffer, kind="png", scale=scale, border=2)
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()
