"""Resident identity numbers and phones: checked, masked, and kept only as keyed digests.

Digits are ASCII after normalisation: those of other scripts would give one number a second digest.
Structure of the number: GB 11643; check digit: ISO 7064 MOD 11-2.
"""

import hashlib
import hmac
import re
import unicodedata
from datetime import date

from django.conf import settings

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS = "10X98765432"
# Part of every digest: a later change of key or method is told apart.
DIGEST_VERSION = "h1"
FIRST_YEAR = 1900


class IdentityProblem(ValueError):
    """The number cannot be right; the message says why."""


def normalised(text: str) -> str:
    """Half-width, without spaces, hyphens and the apostrophe that keeps a cell text, X in upper case."""
    return re.sub(r"[\s\-'’\u200b-\u200f\u2060\ufeff]+", "", unicodedata.normalize("NFKC", text)).upper()


def check_id_number(text: str) -> str:
    """The normalised 18-character number.

    Raises IdentityProblem: wrong length or signs, impossible birth date, wrong check character.
    """
    number = normalised(text)
    if re.fullmatch(r"[0-9]{15}", number):
        raise IdentityProblem("是15位旧证件号，请改填18位居民身份证号")
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        raise IdentityProblem("应为18位，前17位是数字，末位是数字或X")
    _check_birth_date(number[6:14])
    if number[17] != check_character(number[:17]):
        raise IdentityProblem("校验位不符，请核对是否抄错")
    return number


def _check_birth_date(digits: str) -> None:
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError as error:
        raise IdentityProblem("其中的出生日期不存在") from error
    if not FIRST_YEAR <= born.year <= date.today().year or born > date.today():
        raise IdentityProblem("其中的出生日期不合理")


def check_character(first_seventeen: str) -> str:
    total = sum(int(digit) * weight for digit, weight in zip(first_seventeen, WEIGHTS, strict=True))
    return CHECK_CHARACTERS[total % 11]


def keyed_digest(number: str) -> str:
    """HMAC-SHA-256 of a normalised number under the key that is kept outside the database: `h1:` and 64 hex digits."""
    mac = hmac.new(settings.DIGEST_KEY.encode(), number.encode(), hashlib.sha256)
    return f"{DIGEST_VERSION}:{mac.hexdigest()}"


def masked_tail(number: str) -> str:
    """`****1234`: enough for a person to recognise their own entry, not to rebuild the number."""
    return f"****{number[-4:]}"


def check_phone(text: str) -> str:
    """The normalised mobile number of eleven digits; raises IdentityProblem."""
    phone = re.sub(r"^(\+?86)(?=1\d{10}$)", "", normalised(text))
    if not re.fullmatch(r"1[3-9][0-9]{9}", phone):
        raise IdentityProblem("应为11位手机号")
    return phone
