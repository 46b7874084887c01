"""What our own files say beside their rows, so that they can be told from rows when they come back.

Known to those who write tables and to those who read them, apart from everything else.
"""

# Spreadsheet programs of some languages take the full-width signs for the same (OWASP, CSV Injection).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# Begins each line of a text table that is about the copy and no row of it.
NOTE = "导出说明："
# Columns put beside the refused lines of a file: not read when they are sent again.
LINE_NUMBER, WHY_REFUSED = "原文件行号", "拒绝原因"
BESIDE = (LINE_NUMBER, WHY_REFUSED)


def is_note(cells: list) -> bool:
    """Of a line's cells."""
    return bool(cells) and isinstance(cells[0], str) and cells[0].startswith(NOTE) and not any(cells[1:])


def protected(text: str) -> str:
    """Text that no spreadsheet program takes for a formula."""
    return f"'{text}" if text.lstrip().startswith(FORMULA_STARTS) or text.startswith(FORMULA_STARTS) else text


def unprotected(text: str) -> str:
    """What `protected` was given; other texts as they are."""
    return text[1:] if text[:1] == "'" and protected(text[1:]) == text else text
