"""What became of a file's lines and columns, in words: for the preview and for the one who confirms."""

from collections.abc import Iterator, Mapping
from typing import Any

from admissions.accounts.personal_numbers import without_numbers
from admissions.core.importing.kinds import KINDS, Verdict
from admissions.core.importing.sheets import Account

from ..enums import ImportStatus
from ..models import ImportBatch


def kept(account: Account) -> dict[str, Any]:
    """The account as it is stored: headings are words of the file, and a file without a header may have people there."""
    words = account.as_json()
    words["read"] = [[letter, without_numbers(heading), label] for letter, heading, label in account.read]
    words["unread"] = [{**one, "heading": without_numbers(one["heading"])[:60]} for one in account.unread]
    return words


def becomes(batch: ImportBatch) -> str:
    """What the import does to what is there."""
    kind = KINDS.get(batch.kind)
    return kind.standing(batch.season).sentence if kind is not None else ""


def what_is_lost(batch: ImportBatch) -> Iterator[str]:
    """A warning where what replaces a set is much smaller than the set; only while that can still be prevented."""
    kind = KINDS.get(batch.kind)
    if kind is None or batch.status != ImportStatus.READY:
        return
    taken = sum(batch.totals.get(verdict, 0) for verdict in (Verdict.NEW, Verdict.CHANGED, Verdict.SAME))
    # What the file does not name has a verdict too, on line 0.
    absent = batch.rows.filter(line=0).exclude(verdict=Verdict.REJECTED).count()
    warning = kind.standing(batch.season).shrinks(taken - absent)
    if warning:
        yield warning


def column_rows(account: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """(letter, heading in the file, what it is read as) for each column of the file, in its order."""
    taken = [(letter, heading, label) for letter, heading, label in account.get("read", [])]
    left = [(one["letter"], one["heading"] or "（没有表头）", _why_unread(one)) for one in account.get("unread", [])]
    return sorted(taken + left, key=lambda row: (len(row[0]), row[0]))


def _why_unread(column: Mapping[str, Any]) -> str:
    if column.get("ours"):
        return "不读取（取出被拒绝的行时所加）"
    return "不读取" if column["filled"] else "不读取（空列）"


def line_sentence(account: Mapping[str, Any]) -> str:
    """How the lines of the file add up."""
    parts = [f"标题和表头{account['above']}行", f"有结论的{account['rows'] - account.get('headings', 0)}行"]
    if account.get("headings"):
        parts.append(f"分组标题{account['headings']}行")
    if account.get("notes"):
        parts.append(f"导出说明{account['notes']}行")
    if account["empty"]:
        parts.append(f"空行{account['empty']}行")
    wrapped = f"另有{account['wrapped']}处在引号内换行。" if account["wrapped"] else ""
    return f"文件共{account['lines']}行：{'、'.join(parts)}。{wrapped}"


def warnings(account: Mapping[str, Any]) -> Iterator[str]:
    """What may have been meant and was not taken, or is not seen when the file is looked at."""
    if not account:
        return
    unread = [
        f"{one['letter']}列“{one['heading']}”" for one in account["unread"] if one["filled"] and not one.get("ours")
    ]
    if unread:
        yield f"文件里有内容而不读取的列：{'、'.join(unread)}。"
    if account["absent"]:
        yield f"文件里没有找到的列：{'、'.join(account['absent'])}。"
    if account["hidden_rows"]:
        yield f"文件里有{account['hidden_rows']}个隐藏的行，没有读取，逐行列为拒绝。"
    if account["hidden_columns"]:
        yield f"文件里有隐藏的列：{'、'.join(account['hidden_columns'])}，读取与否见下表。"
    if account.get("unlisted"):
        yield f"被拒绝的行过多，另有{account['unlisted']}行只计数，没有逐行列出。"
    if account["merged"]:
        yield f"文件里有合并的单元格，其中的值用于所占的每一行：{_some(account['merged'])}。"
    if account["other_sheets"]:
        yield f"没有读取的工作表：{_some(account['other_sheets'])}。"


def _some(names: list[str]) -> str:
    return "、".join(names[:10]) + (f"等{len(names)}处" if len(names) > 10 else "")
