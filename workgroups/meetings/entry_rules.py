"""May X enter the position of a member, and may the member confirm or dispute it?"""

from admissions.accounts.models import User
from admissions.core.decision import Parts, deny, in_parts, needed

from .entries import ENTERED
from .enums import SeatKind
from .models import AgendaItem, Position, PositionCheck, Seat
from .rules import can_enter_positions, can_state_position


@in_parts
def can_enter_position(user: User, item: AgendaItem, seat: Seat) -> Parts:
    """For a member in the room who has said nothing on record yet; everything else is asked of the member's own right."""
    yield can_enter_positions(user, item)
    if seat.meeting_id != item.meeting_id or seat.kind != SeatKind.MEMBER:
        only = "只能为本次会议的成员代录表态，主要负责人须本人表态。"
        yield needed(deny(only, ENTERED, "请选择在场、尚未表态的成员。"))
    if seat.person_id == user.pk:
        yield deny("本人的表态不能代录。", ENTERED, "请在“我来表态”提交。")
    yield can_state_position(seat.person, item, seat)
    if Position.objects.filter(item=item, seat=seat).exists():
        yield deny(f"{seat.name}已经表态，不能代录。", ENTERED, f"需要改变的，请由{seat.name}本人重新表态。")


@in_parts
def can_check_position(user: User, position: Position) -> Parts:
    """Whose word it is said to be, once, whatever has become of the item since."""
    if position.seat.person_id != user.pk:
        yield deny("代录的表态由本人确认。", ENTERED, f"请由{position.seat.name}办理。")
    if position.entered_by_id == position.seat.person_id:
        yield deny("这是本人提交的表态，不需要确认。", who_can="请刷新页面查看表态情况。")
    if PositionCheck.objects.filter(position=position).exists():
        yield deny("您已答复过这一代录。", who_can="议题还在审议的，可以重新表态。")
