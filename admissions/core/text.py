"""What may stand in a text that is kept, and the form in which two texts are compared.

Decided by properties of the Unicode Standard (general category, Default_Ignorable_Code_Point, Noncharacter_Code_Point,
Equivalent_Unified_Ideograph), not by a list of signs that have once made trouble. What is kept stays as it was written:
width and punctuation are folded for comparing only.
"""

import re
import unicodedata
from functools import lru_cache

# Radicals as signs of their own look like the ideograph and are none; programs that read PDF put them into names.
# U+2F00–2FD5 by compatibility (NFKC), U+2E80–2EF3 by Unicode's EquivalentUnifiedIdeograph.txt.
RADICALS = dict(
    zip(
        "⺁⺂⺃⺄⺅⺆⺇⺈⺉⺊⺋⺌⺍⺎⺏⺐⺑⺒⺓⺔⺕⺖⺗⺘⺙⺛⺜⺝⺞⺟⺠⺡⺢⺣⺤⺥⺦⺧⺨⺩⺪⺫⺬⺭⺮⺯⺰"
        "⺱⺲⺳⺴⺵⺶⺷⺸⺹⺺⺻⺼⺽⺾⺿⻀⻁⻂⻃⻄⻅⻆⻇⻈⻉⻊⻋⻌⻍⻎⻏⻐⻑⻒⻓⻔⻕⻖⻗⻘⻙⻚⻛⻜⻝⻞⻟"
        "⻠⻡⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲⻳",
        "厂乛乚乙亻冂𠘨刀刂卜㔾小小兀尣尢𡯂巳幺彑彐忄心扌攵旡日月歺母民氵氺灬爫爫丬牛犭王𤴔目示礻𥫗糹纟"
        "罓罒㓁冗𦉫羊𦍌𦍋耂肀聿肉𦥑艹艹艹虎衤覀西见角𧢲讠贝𧾷车辶辶辶邑钅長镸长门𨸏阝雨青韦页风飞食𩙿飠饣"
        "𩠐马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀龟",
        strict=True,
    )
)
# Signs that GB 18030 had kept in the private-use area until they got a place of their own; older codecs still put them there.
FROM_PRIVATE = dict(
    zip(
        "\ue816\ue817\ue818\ue81e\ue826\ue82b\ue82c\ue831\ue832\ue83b\ue843\ue854\ue855\ue864"
        "\ue78d\ue78e\ue78f\ue790\ue791\ue792\ue793\ue794\ue795\ue796",
        "𠂇𠂉𠃌龴龵龶龷𡗗龸𢦏龹龺𤇾龻︐︒︑︓︔︕︖︗︘︙",
        strict=True,
    )
)
# Default ignorable, though their category is that of letters, marks or nothing yet.
IGNORED = (
    *(0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0, 0x2065),
    *range(0x180B, 0x1810),
    *range(0xFE00, 0xFE10),
    *range(0xFFF0, 0xFFF9),
    *range(0xE0000, 0xE0100),
    *range(0xE01F0, 0xE1000),
)
# Which glyph of an ideograph a name is written with (Ideographic Variation Database): kept behind an ideograph, never compared.
VARIATIONS = "\U000e0100-\U000e01ef"
STRAY_VARIATION = re.compile(f"(?<![\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003fffd])[{VARIATIONS}]")
# Format signs that are seen: they stand before the digits they belong to (Prepended_Concatenation_Mark).
SEEN = {*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD}
LINE_ENDS = "\v\f\x85\u2028\u2029"
BLANK = "\u2800"
LOST = "\ufffd"
# Whatever lies beside the plain ideographs, letters and punctuation of everyday text: only there is anything to do.
PLAIN = re.compile(
    r"[\n\x20-\x7e\xa1-\xac\xae-\u02ff\u2010-\u2027\u2030-\u205e\u3000-\u3163\u3165-\u9fff\uff01-\uff9f]*"
)


@lru_cache(maxsize=4096)
def _kept(sign: str) -> str:
    """What is kept of one sign: itself, what it looks like, or nothing."""
    number, category = ord(sign), unicodedata.category(sign)
    if sign in "\n\u3000":
        return sign
    if sign in LINE_ENDS:
        return "\n"
    if sign in RADICALS or sign in FROM_PRIVATE:
        return RADICALS.get(sign) or FROM_PRIVATE[sign]
    if 0x2F00 <= number <= 0x2FD5:
        return unicodedata.normalize("NFKC", sign)
    if sign == "\t" or category == "Zs" or sign == BLANK:
        return " "
    if category in ("Cc", "Cs") or number in IGNORED or (category == "Cf" and number not in SEEN):
        return ""
    return "" if is_noncharacter(number) else sign


def is_noncharacter(number: int) -> bool:
    """Never part of a text in any version of the standard; XML cannot hold U+FFFE and U+FFFF."""
    return 0xFDD0 <= number <= 0xFDEF or number & 0xFFFE == 0xFFFE


def cleaned(text: str) -> str:
    """The text without what nobody sees or means. Line ends become `\\n`; the result is cleaned for good: `cleaned` of it is
    the same text.
    """
    if PLAIN.fullmatch(text):
        return text
    return STRAY_VARIATION.sub("", "".join(map(_kept, text.replace("\r\n", "\n").replace("\r", "\n"))))


def on_one_line(text: str) -> str:
    """For what has no paragraphs: cleaned, every white space one blank, none at the ends."""
    return " ".join(cleaned(text).split())


def fault_of(text: str) -> str:
    """Why a text cannot be kept as it stands, in one sentence; empty where it can.

    A private-use sign is another one on every machine, and what a conversion could not read is lost.
    """
    if LOST in text:
        return "含有“\ufffd”：这里原来的字在转换编码时已经丢失，请重新输入。"
    for sign in text:
        if unicodedata.category(sign) == "Co" and sign not in FROM_PRIVATE:
            return (
                f"第{text.index(sign) + 1}个字是自造字（U+{ord(sign):04X}），在别的电脑上会显示成别的字或空白；"
                "请改用国家标准里的字，没有的写明字形，例如“⿰氵某”。"
            )
    return ""


def folded(text: str) -> str:
    """For comparing and finding: one width, one case, no white space, brackets, dots or other punctuation.

    A text of nothing but signs folds to those signs, so that it is not found in everything.
    """
    same = unicodedata.normalize("NFKC", cleaned(text)).replace("○", "〇").casefold()
    # Decomposed and composed letters are the same; what NFKC makes of width is cleaned a second time.
    plain = re.sub(f"[{VARIATIONS}]", "", cleaned(same))
    words = "".join(sign for sign in plain if unicodedata.category(sign)[0] in "LMNC")
    # A mark that stood apart now follows a letter.
    return unicodedata.normalize("NFC", words or "".join(plain.split()))


def as_code(text: str) -> str:
    """A number, code or login name as it is compared: one width, no white space, its own dashes and case."""
    return "".join(unicodedata.normalize("NFKC", cleaned(text)).split())
