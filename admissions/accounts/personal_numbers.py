"""Finding numbers that tell who somebody is inside any text, in whatever way they are written.

Looked for in everything an import keeps or shows beside a digest: an ID number in clear would undo the digest.
"""

import re
import unicodedata

from .identity import WEIGHTS, check_character

NUMERALS = {
    sign: str(value)
    for value, signs in enumerate(("〇零○", "一壹幺", "二贰", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖"))
    for sign in signs
}
DIGITS = re.compile(r"[0-9]+X?")
PHONE = re.compile(r"(?:0|86|0086)?1[3-9][0-9]{9}")
# 考生号: year of two digits, district of six, six more.
CANDIDATE_NUMBER, OLD_ID, ID = 14, 15, 18
# Digits as they are found in a text: with spaces and signs between them.
WRITTEN = re.compile(r"[0-9][0-9 \-.·,、，_/()（）]{9,}[0-9Xx]")


def spelled_out(text: str) -> str:
    """The letters and ASCII digits of the text without anything between them; numerals of every script as digits."""
    plain = []
    for sign in unicodedata.normalize("NFKC", text):
        value = unicodedata.decimal(sign, None)
        if value is not None:
            plain.append(str(value))
        elif sign in NUMERALS:
            plain.append(NUMERALS[sign])
        elif sign.isalnum():
            plain.append(sign.upper())
    return "".join(plain)


def personal_number(text: str) -> str:
    """What kind of personal number the text is or contains, in words; "" where none is seen.

    A run of digits that a code of ours may be (up to ten, or twelve that are no phone) is none.
    """
    for run in DIGITS.findall(spelled_out(text)):
        digits = run.removesuffix("X")
        if _holds_id_number(run):
            return "证件号码"
        if PHONE.fullmatch(digits):
            return "手机号"
        if len(digits) >= OLD_ID:
            return "证件号码"
        if len(digits) > 12:
            return "考生号"
    return ""


def holds_id_number(text: str) -> bool:
    """Whether an ID number whose check sign is right stands in the text."""
    return any(_holds_id_number(run) for run in DIGITS.findall(spelled_out(text)))


def _holds_id_number(run: str) -> bool:
    return any(_is_id_number(run[start : start + ID]) for start in range(len(run) - ID + 1))


def _is_id_number(text: str) -> bool:
    first = text[: len(WEIGHTS)]
    return first.isdecimal() and text[len(WEIGHTS)] == check_character(first)


def without_numbers(text: str) -> str:
    """The text as a preview, a message or a log may show it: of a long number only the last four signs are left."""
    if not personal_number(text):
        return text
    shown = WRITTEN.sub(_masked, unicodedata.normalize("NFKC", text))
    return shown if not personal_number(shown) else "（含证件号码等个人信息，不予显示）"


def _masked(found: re.Match[str]) -> str:
    return f"****{found[0][-4:]}" if personal_number(found[0]) else found[0]
