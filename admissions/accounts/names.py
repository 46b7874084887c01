"""Names in the order people look for them."""

from pypinyin import Style, lazy_pinyin


def sort_key(name: str) -> str:
    """Pinyin in full, then initials: `张三丰` → `zhangsanfeng zsf`; sorts the roster and answers to typed pinyin."""
    full = "".join(lazy_pinyin(name))
    initials = "".join(lazy_pinyin(name, style=Style.FIRST_LETTER))
    return f"{full} {initials}".lower()[:200]
