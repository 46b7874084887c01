"""What a spreadsheet shows of a stored number, by its number format (ECMA-376 part 1, §18.8.30 and §18.8.31).

Numbers that are read as text (staff numbers, codes, telephone numbers) must be read as people see them: 421 under the
format `00000` is 00421.
"""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

# Formats that a file names by number only. 27 to 36 and 50 to 58 are dates in Chinese versions.
BUILT_IN = {0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00"}
BUILT_IN |= {12: "# ?/?", 13: "# ??/??", 37: "#,##0", 38: "#,##0", 39: "#,##0.00", 40: "#,##0.00", 49: "@"}
BUILT_IN |= dict.fromkeys([*range(14, 18), *range(27, 32), 36, *range(50, 59)], "yyyy-mm-dd")
BUILT_IN |= dict.fromkeys([*range(18, 22), *range(32, 36), 45, 46, 47], "hh:mm:ss") | {22: "yyyy-mm-dd hh:mm"}
GENERAL = ("", "General", "general", "GENERAL", "G/通用格式", "@")
# Quoted and escaped signs, spaces as wide as a sign, fillers, colours and conditions, then the signs that mean something.
TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|_.|\*.|\[[^\]]*\]|(?P<digit>[0#?.,]+)|(?P<other>.)', re.DOTALL
)
PLAIN_SIGNS = frozenset(" -+()/:!$￥¥、年月日号人名所")
LAST_DAY = 2_958_466


@dataclass(frozen=True)
class NumberFormat:
    """The first section of a format, for numbers that are not negative.

    `before` and `after` are the words around the digits; None in `digits` where the shown text cannot be told.
    """

    is_date: bool = False
    digits: str | None = ""
    before: str = ""
    after: str = ""


@cache
def parsed(code: str) -> NumberFormat:
    """The format; General and text formats have no digits of their own."""
    if code.strip() in GENERAL:
        return NumberFormat()
    section = code.split(";")[0] if '"' not in code else re.split(r';(?=(?:[^"]*"[^"]*")*[^"]*$)', code)[0]
    bare = re.sub(r'"[^"]*"|\\.|_.|\*.|\[(?!(?:h+|m+|s+)\])[^\]]*\]', "", section, flags=re.DOTALL)
    if re.search(r"[ymdhsYMDHS]", bare) and not re.search(r"[0#]", re.sub(r"[sS]\.?0+", "", bare)):
        return NumberFormat(is_date=True)
    return _around_digits(section)


def _around_digits(section: str) -> NumberFormat:
    before, digits, after = "", "", ""
    for token in TOKEN.finditer(section):
        word = token["quoted"] or token["escaped"] or ""
        if token["digit"]:
            if after:
                return NumberFormat(digits=None)
            digits += token["digit"]
        elif token["other"] is not None:
            if token["other"] not in PLAIN_SIGNS:
                return NumberFormat(digits=None)
            word = token["other"]
        if digits:
            after += word
        else:
            before += word
    # A comma behind the digits divides by a thousand.
    return NumberFormat(digits=None if digits.endswith(",") else digits, before=before, after=after.rstrip())


def shown_number(value: float, code: str) -> str | None:
    """The number as people see it, without the commas between thousands; None where that cannot be told or says less."""
    layout = parsed(code)
    if layout.digits is None:
        return None
    if not layout.digits:
        return plain_number(value)
    whole, _, fraction = layout.digits.replace(",", "").partition(".")
    exact = Decimal(plain_number(abs(value)))
    rounded = exact.quantize(Decimal(1).scaleb(-len(fraction)), ROUND_HALF_UP)
    if rounded != exact:
        return None
    # Decimals that are shown but say nothing are left away: 3.00 is 3.
    text = format(rounded.normalize() if rounded != rounded.to_integral_value() else rounded.to_integral_value(), "f")
    head, point, tail = text.partition(".")
    sign = "-" if value < 0 else ""
    return f"{layout.before}{sign}{head.zfill(whole.count('0'))}{point}{tail}{layout.after}".strip()


def plain_number(value: float) -> str:
    """Whole numbers without `.0`, others with the fifteen digits a spreadsheet keeps."""
    if value.is_integer() and abs(value) < 1e18:
        return str(int(value))
    return format(Decimal(format(value, ".15g")), "f")


def moment(value: float, since_1904: bool) -> datetime | time | None:
    """The point in time a serial number stands for; a time of the day below 1; None outside the calendar.

    Counted from 1900 there is a day that never was (29 February 1900), number 60.
    """
    if not 0 <= value < LAST_DAY:
        return None
    seconds = timedelta(seconds=round(value * 86_400))
    if value < 1 and not since_1904:
        return None if seconds >= timedelta(days=1) else (datetime.min + seconds).time()
    start = datetime(1904, 1, 1) if since_1904 else datetime(1899, 12, 31 if value < 60 else 30)
    try:
        return start + seconds
    except OverflowError:
        return None
