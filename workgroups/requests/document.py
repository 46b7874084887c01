"""What a request or report says, as data: what the signature binds, and what still lacks."""

import hashlib
import json
from typing import Any

from .enums import DocumentKind
from .models import Submission, SubmissionVersion
from .wording import MIXED, asking_words


def content_of(submission: Submission, version: SubmissionVersion) -> dict[str, Any]:
    """The substance: everything a reader of the paper would call its content.

    The key of the attachments is there only where there are some: what was signed without keeps its hash.
    """
    attached = attachments_of(version)
    return {
        **({"attachments": attached} if attached else {}),
        "kind": submission.kind,
        "stage": submission.stage,
        "group": submission.group.name,
        "addressee": submission.addressee.name,
        "matter": submission.matter.name,
        "urgency": submission.urgency,
        "title": version.title,
        "body": version.body,
        "opinion": version.opinion,
        "options": version.options,
        "single_option_reason": version.single_option_reason,
    }


def attachments_of(version: SubmissionVersion) -> list[dict[str, str]]:
    """What the signature binds of each attachment, in their order."""
    return [{"name": row.name, "sha256": row.sha256} for row in version.attachments.order_by("number")]


def digest_of(content: dict[str, Any]) -> str:
    """SHA-256 (hexadecimal) of the canonical JSON."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def is_intact(version: SubmissionVersion) -> bool:
    """The stored text, the stored content and the stored hash of a signed version still agree."""
    kept = {name: getattr(version, name) for name in ("title", "body", "opinion", "options", "single_option_reason")}
    same = all(version.content[name] == kept[name] for name in kept)
    attached = version.content.get("attachments", []) == attachments_of(version)
    return digest_of(version.content) == version.digest and same and attached


def name_problem(kind: str, name: str) -> str:
    """A 请示 may not travel as the attachment of a 报告 either."""
    words = asking_words(name) if kind == DocumentKind.REPORT else ""
    return (
        f"附件名称中出现“{words}”，报告不得夹带请示事项。请另选请示类事项，单独写成请示。依据：{MIXED}。"
        if words
        else ""
    )


def problems(kind: str, fields: dict[str, Any]) -> list[tuple[str, str]]:
    """(field, sentence) for whatever a text of this kind must not lack or contain (条例第十五条)."""
    if kind == DocumentKind.REPORT:
        return _asks_in_a_report(fields)
    found = []
    if not fields["opinion"].strip():
        found.append(("opinion", "请示须写明本组的倾向性意见，不能只把问题上交。"))
    options = [option for option in fields["options"] if option.strip()]
    if not options or (len(options) < 2 and not fields["single_option_reason"].strip()):
        found.append(("options", "请示须有两个以上备选方案；确实只有一个的，写出方案并说明理由。"))
    return found


def _asks_in_a_report(fields: dict[str, Any]) -> list[tuple[str, str]]:
    for name in ("title", "body"):
        words = asking_words(fields[name])
        if words:
            sentence = f"报告中出现“{words}”，夹带了请示事项。请删去，或另选请示类事项，单独写成请示。依据：{MIXED}。"
            return [(name, sentence)]
    return []
