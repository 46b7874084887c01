"""May X store, read, share a file; upload and confirm an import?"""

from typing import Any

from django.utils import timezone

from admissions.accounts.permissions import Permission
from admissions.accounts.rules import may
from admissions.accounts.selectors import has_permission
from admissions.core.clock import minute_text
from admissions.core.decision import Decision, allow, deny, first_denial

from .enums import ImportStatus, Secrecy
from .imports.registry import KINDS
from .models import FileGrant, ImportBatch, StoredFile

TWO_PERSONS = "双人复核：录入与复核须由不同的人承担"


def can_read_file(user: Any, file: StoredFile) -> Decision:
    """Public files; one's own; files one was named a reader of, as long as the grant lasts."""
    if file.removed_at is not None:
        return deny("来源文件含敏感信息，导入完成后已清除，只保留文件名和校验值。")
    if file.secrecy == Secrecy.PUBLIC or file.uploaded_by_id == user.pk:
        return allow()
    grant = FileGrant.objects.filter(file=file, user=user).first()
    lasts = grant is not None and (grant.until is None or grant.until > timezone.now())
    if lasts and user.has_perm("evidence.view_storedfile", file):
        return allow()
    return deny("您没有阅读这份材料的授权。", who_can=f"请联系上传人{file.uploaded_by.name}。")


def can_share_file(user: Any, file: StoredFile) -> Decision:
    return allow() if file.uploaded_by_id == user.pk else deny("只有上传人可以授权他人阅读。")


def can_upload_import(user: Any, kind: Any, season: Any) -> Decision:
    """Whoever has the permission of the kind."""
    return may(user, kind.permission, f"导入{kind.label}", season_id=season.pk if season else None)


def can_confirm_import(user: Any, batch: ImportBatch) -> Decision:
    """A second person with the same permission, once the check is through."""
    season_id = batch.season_id
    own = deny("不能确认自己上传的导入。", TWO_PERSONS, "请由另一位有权限的人员确认。")
    return first_denial(
        may(user, Permission(batch.permission), "确认这次导入", season_id=season_id),
        own if batch.uploaded_by_id == user.pk else allow(),
        allow() if batch.status == ImportStatus.READY else deny(_already(user, batch)),
    )


def _already(user: Any, batch: ImportBatch) -> str:
    """Who was faster, where somebody was."""
    if batch.confirmed_by_id == user.pk:
        return f"您已于{minute_text(batch.confirmed_at)}确认了这次导入。"
    if batch.confirmed_by is not None:
        return f"已由他人处理：{batch.confirmed_by.name}于{minute_text(batch.confirmed_at)}确认了这次导入。"
    return f"导入已是“{batch.get_status_display()}”，不能确认。"


def can_void_import(user: Any, batch: ImportBatch) -> Decision:
    """Whoever may upload the kind may give up a batch that was not written."""
    open_states = (ImportStatus.READY, ImportStatus.CHECKING)
    return first_denial(
        may(user, Permission(batch.permission), "作废这次导入", season_id=batch.season_id),
        allow() if batch.status in open_states else deny(f"导入已是“{batch.get_status_display()}”，不能作废。"),
    )


def may_see_imports(user: Any) -> bool:
    """Whoever may upload some kind, and those who read the whole trail."""
    permissions = {kind.permission for kind in KINDS.values()} | {Permission.READ_WHOLE_TRAIL}
    return any(has_permission(user, permission) for permission in permissions)
