"""Whether a request of our own groups, quoted as a ground, carries the act that quotes it."""

import re

from admissions.core.decision import Decision, Parts, deny, in_parts

from .enums import SubmissionStatus
from .models import LetterCode, Reply, Submission
from .rules import ONE_MATTER, may_rely_on_reply


@in_parts
def reply_carries(ground: str, action: str, season_id: int | None) -> Parts:
    """Every number of our own groups in the words is a 请示 of the season, agreed to by words that stand.

    Numbers with other letters belong to other bodies; what they say is not known here.
    """
    yield from (_carries(number, season_id) for number in own_numbers(ground))


def own_numbers(ground: str) -> list[tuple[str, int, int]]:
    """(letters, year, number) of each number in the words that begins with letters one of our groups has or had."""
    if "〔" not in ground:
        return []
    used = Submission.objects.exclude(code="").order_by().values_list("code", flat=True)
    codes = sorted({*LetterCode.objects.values_list("code", flat=True), *used.distinct()}, key=len, reverse=True)
    if not codes:
        return []
    found = re.findall(rf"({'|'.join(map(re.escape, codes))})〔(\d{{4}})〕(\d{{1,9}})号", ground)
    return [(code, int(year), int(number)) for code, year, number in found]


def _carries(number: tuple[str, int, int], season_id: int | None) -> Decision:
    code, year, sequence = number
    words = f"{code}〔{year}〕{sequence}号"
    rows = Submission.objects.filter(code=code, year=year, sequence=sequence)
    row = (rows if season_id is None else rows.filter(group__season=season_id)).order_by("-id").first()
    if row is None:
        return deny(f"本录取季没有编号为{words}的请示。", ONE_MATTER, "请核对编号，可在“请示报告”中查到。")
    if not row.is_request:
        return deny(f"{words}是报告，报告不产生批准，不能作为依据。", ONE_MATTER, "请引用获得同意的请示。")
    return _answered(row, words)


def _answered(row: Submission, words: str) -> Decision:
    newest = row.versions.filter(sent_at__isnull=False).order_by("-number").first()
    replies = Reply.objects.concluding().filter(version=newest).select_related("submission", "said_by")
    reply = replies.first() if row.status == SubmissionStatus.ANSWERED else None
    if reply is None:
        return deny(f"{words}还没有批复，没有批复不等于同意。", ONE_MATTER, "请等候批复。")
    standing = may_rely_on_reply(reply)
    return standing if standing.ok else deny(f"{words}：{standing.reason}", standing.clause, standing.who_can)
