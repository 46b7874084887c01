"""Who may see seals, keep a witness, compare its key, and take an export."""

from admissions.accounts.models import User
from admissions.accounts.permissions import Permission, role_names_with
from admissions.accounts.selectors import has_permission
from admissions.audit.access import may_read_trail
from admissions.core.decision import Decision, Parts, allow, deny, in_parts

from .enums import WITNESS_TRANSITIONS, WitnessStatus
from .models import Witness

SUPERVISORS = f"请由{role_names_with(Permission.SUPERVISE)}办理。"
AUDITORS = f"请由{role_names_with(Permission.READ_WHOLE_TRAIL)}办理。"
APART = "封存和见证由不同的人掌握：见证人由监督员保管，由审计管理员核对。"


def can_view_seals(user: User) -> Decision:
    """Whoever reads a trail may see what proves it."""
    if may_read_trail(user):
        return allow()
    return deny("您没有查看印记的权限。", who_can="请联系驻点监督员或审计管理员。")


def can_offer_witness(user: User) -> Decision:
    """Supervisors keep witnesses; nobody who runs or audits the system does."""
    if has_permission(user, Permission.SUPERVISE):
        return allow()
    return deny(f"只有监督员可以登记见证人。{APART}", who_can=SUPERVISORS)


@in_parts
def can_replace_witness(user: User, replaces: Witness | None) -> Parts:
    """A new one, in the place of an own one where it replaces any."""
    yield can_offer_witness(user)
    if replaces is not None and replaces.holder_id != user.pk:
        yield deny("只能接替自己保管的见证人。", who_can="请由保管人本人登记。")


def can_confirm_witness(user: User, witness: Witness) -> Decision:
    """The audit administrator compares the fingerprint with the holder and lets the witness count."""
    if WitnessStatus.ACTIVE not in WITNESS_TRANSITIONS[WitnessStatus(witness.status)]:
        return deny(f"这个见证人已是“{witness.get_status_display()}”。", who_can="请刷新页面查看现在的状态。")
    if witness.holder_id == user.pk:
        return deny("保管人不能核对自己的见证人。", who_can=AUDITORS)
    if not has_permission(user, Permission.READ_WHOLE_TRAIL):
        return deny(f"您不能核对见证人。{APART}", who_can=AUDITORS)
    return allow()


def can_retire_witness(user: User, witness: Witness) -> Decision:
    """The holder whose tool or key is lost, or the audit administrator."""
    if WitnessStatus.RETIRED not in WITNESS_TRANSITIONS[WitnessStatus(witness.status)]:
        return deny("这个见证人已经停用。", who_can="需要见证的，请另行登记见证人。")
    if witness.holder_id == user.pk or has_permission(user, Permission.READ_WHOLE_TRAIL):
        return allow()
    return deny("您不能停用这个见证人。", who_can=f"请由保管人{witness.holder_name}或审计管理员办理。")


def can_request_export(user: User) -> Decision:
    """Whoever reads a trail may take it away for checking; what is shown in it follows the reader's own scope."""
    return can_view_seals(user)
