"""May X store, read, share a file; upload and confirm an import?"""

from typing import Any

from admissions.accounts.models import User
from admissions.accounts.permissions import Permission
from admissions.accounts.rules import may
from admissions.accounts.selectors import has_permission
from admissions.core.citations import cite
from admissions.core.clock import minute_text
from admissions.core.decision import Decision, Parts, allow, deny, in_parts
from admissions.core.importing.kinds import KINDS, ImportKind, Verdict
from admissions.core.promises import promised
from admissions.sight.selectors import live_sight

from .enums import ImportStatus, Secrecy
from .models import ImportBatch, StoredFile

TWO_PERSONS = cite("house-two-persons")


def can_read_file(user: User, file: StoredFile) -> Decision:
    """Public files; one's own; files one was given sight of, as long as it lasts."""
    if file.removed_at is not None:
        return deny(
            "来源文件含敏感信息，导入完成后已清除，只保留文件名和校验值。",
            who_can="需要核对的，请凭校验值与提供单位留存的文件比对。",
        )
    if file.secrecy == Secrecy.PUBLIC or file.uploaded_by_id == user.pk:
        return allow()
    if live_sight(user, file) is not None:
        return allow()
    return deny("您没有阅读这份材料的授权。", who_can=f"请联系上传人{file.uploaded_by.name}。")


@in_parts
def can_take_refused(user: User, batch: ImportBatch) -> Parts:
    """Whoever may read the source, while it is there: the refused lines stand nowhere else."""
    if batch.kind not in KINDS:
        yield deny("系统已没有这种导入，不能取出。", who_can="请在逐行结论里查看原因。")
    yield can_read_file(user, batch.file)
    if not batch.totals.get(Verdict.REJECTED):
        yield deny("这次导入没有被拒绝的行。", who_can="不必取出。")


def can_share_file(user: User, file: StoredFile) -> Decision:
    """Whoever uploaded it gives others sight of it."""
    return (
        allow()
        if file.uploaded_by_id == user.pk
        else deny("只有上传人可以授权他人阅读。", who_can=f"请由{file.uploaded_by.name}办理。")
    )


def can_upload_import(user: User, kind: ImportKind, season: Any) -> Decision:
    """Whoever has the permission of the kind."""
    return may(user, Permission(kind.permission), f"导入{kind.label}", season_id=season.pk if season else None)


@in_parts
def can_confirm_import(user: User, batch: ImportBatch) -> Parts:
    """A second person with the same permission, once the check is through."""
    season_id = batch.season_id
    yield may(user, Permission(batch.permission), "确认这次导入", season_id=season_id)
    if batch.uploaded_by_id == user.pk:
        yield deny("不能确认自己上传的导入。", TWO_PERSONS, "请由另一位有权限的人员确认。")
    if batch.status != ImportStatus.READY:
        yield deny(_already(user, batch), who_can="请刷新页面，按当前状态办理。")


def _already(user: User, batch: ImportBatch) -> str:
    """Who was faster, where somebody was."""
    if batch.confirmed_by is not None:
        at = minute_text(promised(batch.confirmed_at))
        if batch.confirmed_by_id == user.pk:
            return f"您已于{at}确认了这次导入。"
        return f"已由他人处理：{batch.confirmed_by.name}于{at}确认了这次导入。"
    return f"导入已是“{batch.get_status_display()}”，不能确认。"


@in_parts
def can_void_import(user: User, batch: ImportBatch) -> Parts:
    """Whoever may upload the kind may give up a batch that was not written."""
    yield may(user, Permission(batch.permission), "作废这次导入", season_id=batch.season_id)
    open_states = (ImportStatus.READY, ImportStatus.CHECKING)
    if batch.status not in open_states:
        yield deny(f"导入已是“{batch.get_status_display()}”，不能作废。", who_can="请刷新页面，按当前状态办理。")


def may_see_imports(user: User) -> bool:
    """Whoever may upload some kind, and those who read the whole trail."""
    permissions = {Permission(kind.permission) for kind in KINDS.values()} | {Permission.READ_WHOLE_TRAIL}
    return any(has_permission(user, permission) for permission in permissions)
