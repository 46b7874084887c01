"""The words and the content that a person signs, and their hash."""

import hashlib
import json
from collections.abc import Iterable
from datetime import date
from typing import Any

STATEMENT_NONE = "本人已阅知应当申报的事项，郑重声明：本人在{season}工作中没有应当申报回避的情形。"
STATEMENT_SOME = "本人已阅知应当申报的事项，郑重声明：下列{count}项为本人在{season}工作中应当申报的全部情形。"
STATEMENT_END = "以上内容真实、完整；情况有变化的，本人当即补报。如有隐瞒，愿承担相应责任。"


def statement_text(season: Any, count: int) -> str:
    """The statement for this many relations; none is a statement too."""
    opening = STATEMENT_SOME if count else STATEMENT_NONE
    return opening.format(season=season, count=count) + STATEMENT_END


def masked_name(name: str) -> str:
    """张小明 → 张××; the first character stays."""
    name = "".join(name.split())
    return name[:1] + "×" * (len(name) - 1)


def signed_content(relations: Iterable[Any]) -> list[dict[str, str]]:
    """What stands in the signed declaration, relation by relation; an ID number only as digest and tail."""
    return [
        {
            "事项": relation.get_category_display(),
            "亲属类别": str(relation.relative_kind or ""),
            "姓名": relation.relative_name,
            "证件号尾号": relation.id_tail,
            "证件号摘要": relation.id_digest or "",
            "是否报考本年": relation.get_candidate_answer_display() if relation.category == "relative" else "",
            "院校": str(relation.institution or ""),
            "中学": relation.school,
            "工作人员": str(relation.staff or ""),
            "说明": relation.note,
            "关系起始": _day(relation.since),
        }
        for relation in relations
    ]


def content_hash(statement: str, content: list[dict[str, str]]) -> str:
    """SHA-256 over the canonical JSON of statement and content."""
    document = {"statement": statement, "content": content}
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _day(value: date | None) -> str:
    return value.isoformat() if value else ""
