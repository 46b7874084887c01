"""What the database itself holds about a decision, past every form: who may still speak, who speaks last, what is closed.

Members' positions take the item's row in share mode, so that sixty of them do not wait for one another; the head's
position and the decision take it alone, and so see all of them.
"""

from admissions.audit.guarding import AppendOnly, Checked, Frozen, Function, May, Refuse

from .models import (
    AgendaItem,
    AnswerRejection,
    DeferralAnswer,
    DeferralMotion,
    DeferralRuling,
    Deliberation,
    ElectorateAnswer,
    ElectorateQuestion,
    EmergencyDecision,
    ItemRecusal,
    Minutes,
    Position,
    PositionCheck,
    Presence,
    ReconsiderConsent,
    Resolution,
    Seat,
    SupervisorChange,
    SupervisorRemark,
    Tally,
)

SEAT_PRESENT = Function(
    name="meeting_seat_present",
    arguments="seat bigint",
    returns="boolean",
    language="sql",
    options="STABLE",
    tables={"presence": Presence},
    body="""
    SELECT EXISTS (SELECT 1 FROM {presence} WHERE seat_id = seat AND kind IN ('present', 'video')
                   AND period @> clock_timestamp())
""",
)

HEAD_LAST = {"position_head_last": "主要负责人须在其他成员都表态之后表态。"}

POSITION_ALLOWED = Function(
    name="meeting_position_allowed",
    calls=(SEAT_PRESENT,),
    tables={
        "seat": Seat,
        "item": AgendaItem,
        "recusal": ItemRecusal,
        "position": Position,
        "ruling": DeferralRuling,
    },
    refuses={
        "position_while_collecting": "议题已不在审议中，表态没有计入。",
        "position_of_a_voter": "列席或回避的人员不能表态。",
        "position_of_one_present": "没有签到或已离席，不能表态。",
        **HEAD_LAST,
    },
    body="""
DECLARE
    speaker record;
    state text;
BEGIN
    SELECT seat.kind, seat.person_id, seat.meeting_id INTO speaker FROM {seat} seat WHERE seat.id = NEW.seat_id;
    IF speaker.kind = 'head' THEN
        SELECT status INTO state FROM {item}
            WHERE id = NEW.item_id AND meeting_id = speaker.meeting_id FOR NO KEY UPDATE;
    ELSE
        SELECT status INTO state FROM {item}
            WHERE id = NEW.item_id AND meeting_id = speaker.meeting_id FOR SHARE;
    END IF;
    IF state IS DISTINCT FROM 'collecting' THEN
        RAISE EXCEPTION 'item % takes no positions', NEW.item_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'position_while_collecting';
    END IF;
    IF speaker.kind NOT IN ('head', 'member')
       OR EXISTS (SELECT 1 FROM {recusal} WHERE item_id = NEW.item_id AND person_id = speaker.person_id) THEN
        RAISE EXCEPTION 'no position for this seat' USING ERRCODE = 'check_violation', CONSTRAINT = 'position_of_a_voter';
    END IF;
    IF NOT meeting_seat_present(NEW.seat_id) THEN
        RAISE EXCEPTION 'absent' USING ERRCODE = 'check_violation', CONSTRAINT = 'position_of_one_present';
    END IF;
    IF speaker.kind = 'head' AND EXISTS (
        SELECT 1 FROM {seat} other
        LEFT JOIN LATERAL (
            SELECT position.id, position.stance FROM {position} position
            WHERE position.item_id = NEW.item_id AND position.seat_id = other.id ORDER BY position.id DESC LIMIT 1
        ) last ON true
        WHERE other.meeting_id = speaker.meeting_id AND other.kind = 'member' AND meeting_seat_present(other.id)
          AND NOT EXISTS (SELECT 1 FROM {recusal} WHERE item_id = NEW.item_id AND person_id = other.person_id)
          AND (last.id IS NULL OR last.stance = 'defer'
               AND NOT EXISTS (SELECT 1 FROM {ruling} WHERE position_id = last.id))
    ) THEN
        RAISE EXCEPTION 'the head speaks last' USING ERRCODE = 'check_violation', CONSTRAINT = 'position_head_last';
    END IF;
    RETURN NEW;
END
""",
)

# A decision is written only while the item is open, and not past a later word than that of the head in the room.
TALLY_ALLOWED = Function(
    name="meeting_tally_allowed",
    calls=(SEAT_PRESENT,),
    tables={"seat": Seat, "item": AgendaItem, "recusal": ItemRecusal, "position": Position},
    refuses={"tally_while_collecting": "议题已由他人宣布结果，请刷新页面。", **HEAD_LAST},
    body="""
DECLARE
    head bigint;
BEGIN
    PERFORM 1 FROM {item} WHERE id = NEW.item_id AND status = 'collecting' FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'item % is not open', NEW.item_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'tally_while_collecting';
    END IF;
    SELECT seat.id INTO head FROM {seat} seat JOIN {item} item ON item.meeting_id = seat.meeting_id
        WHERE item.id = NEW.item_id AND seat.kind = 'head' AND meeting_seat_present(seat.id)
          AND NOT EXISTS (SELECT 1 FROM {recusal} WHERE item_id = NEW.item_id AND person_id = seat.person_id);
    IF head IS NOT NULL AND NEW.outcome <> 'noted' AND head IS DISTINCT FROM (
        SELECT seat_id FROM {position} position WHERE position.item_id = NEW.item_id AND meeting_seat_present(seat_id)
        ORDER BY id DESC LIMIT 1
    ) THEN
        RAISE EXCEPTION 'the head speaks last' USING ERRCODE = 'check_violation', CONSTRAINT = 'position_head_last';
    END IF;
    RETURN NEW;
END
""",
)

# Nobody's word is entered over their own, and never the head's; the command has locked the seat.
ENTRY_ALLOWED = Function(
    name="meeting_entry_allowed",
    tables={"seat": Seat, "position": Position},
    refuses={"position_entered_once": "只能为尚未表态的成员代录，主要负责人须本人表态。"},
    body="""
DECLARE
    speaker record;
BEGIN
    SELECT seat.kind, seat.person_id INTO speaker FROM {seat} seat WHERE seat.id = NEW.seat_id;
    IF NEW.entered_by_id <> speaker.person_id AND (speaker.kind <> 'member' OR EXISTS (
        SELECT 1 FROM {position} position WHERE position.item_id = NEW.item_id AND position.seat_id = NEW.seat_id
    )) THEN
        RAISE EXCEPTION 'no entry for this seat'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'position_entered_once';
    END IF;
    RETURN NEW;
END
""",
)

APPENDED = (Position, DeferralRuling, Tally, ItemRecusal, ReconsiderConsent, ElectorateQuestion, ElectorateAnswer)
IN_THE_ROOM = (PositionCheck, DeferralMotion, DeferralAnswer, AnswerRejection, SupervisorChange)
KEPT_IN_THE_ROOM = "会场记录只能追加，不能改动。"
SAID = "监督意见发表后不能改动；答复认可以后不能再改。"
KEPT = "表态、计票和裁定只能追加，不能改动。"
FROZEN = "议题已开始审议或已作决定，内容和规则不能再改。"
DELIBERATED = "议题在这次会议上的审议情况已经记录，不能再改。"
PRESENCE_KEPT = "到会记录只能结束，不能改动。"
BY_RIGHT = "不属于本机构的人员作为成员参会，须写明上级指定的依据。"
WITHOUT_A_RIGHT = "NEW.kind IN ('head', 'member') AND NEW.appointment_id IS NULL AND NEW.basis = ''"

GUARDS = (
    Checked(Position, POSITION_ALLOWED, on="INSERT"),
    Checked(Position, ENTRY_ALLOWED, on="INSERT"),
    Checked(Tally, TALLY_ALLOWED, on="INSERT"),
    *(AppendOnly(model, "meeting_append_only", KEPT) for model in APPENDED),
    *(AppendOnly(model, "room_append_only", KEPT_IN_THE_ROOM) for model in IN_THE_ROOM),
    # What supervision said stays said; an answer that was taken for enough stays so.
    Frozen(SupervisorRemark, "remark_kept", SAID, fields=("item", "seat", "kind", "text", "at")),
    Refuse(
        SupervisorRemark,
        "remark_kept",
        SAID,
        on="UPDATE",
        when="OLD.is_settled AND ROW(OLD.answer, OLD.answered_by_id, OLD.answered_at, OLD.is_settled)"
        " IS DISTINCT FROM ROW(NEW.answer, NEW.answered_by_id, NEW.answered_at, NEW.is_settled)",
        name="remark_settled_once",
    ),
    # While an item is open and after it is decided neither its text nor its rule changes; what is decided stays decided.
    Frozen(
        AgendaItem,
        "item_frozen",
        FROZEN,
        fields=("title", "proposal", "matter", "meeting", "opened_at", "rule"),
        when="OLD.status IN ('collecting', 'decided')",
        but_may_go=True,
    ),
    Refuse(
        AgendaItem,
        "item_frozen",
        FROZEN,
        on="UPDATE",
        when="OLD.status = 'decided' AND NEW.status <> 'decided'",
        name="item_stays_decided",
    ),
    # What happened to an item in a sitting stays there, whatever becomes of the item.
    Frozen(
        Deliberation,
        "deliberation_kept",
        DELIBERATED,
        fields=("item", "meeting", "order", "is_motion", "motion_reason"),
    ),
    Refuse(
        Deliberation,
        "deliberation_kept",
        DELIBERATED,
        on="UPDATE",
        when="OLD.ended_at IS NOT NULL OR OLD.state = 'collecting' AND ROW(OLD.rule, OLD.electorate, OLD.opened_at)"
        " IS DISTINCT FROM ROW(NEW.rule, NEW.electorate, NEW.opened_at)",
        name="deliberation_ended_once",
    ),
    # An interval of presence is ended once, never moved: yesterday's quorum stays what it was.
    Frozen(Presence, "presence_kept", PRESENCE_KEPT, fields=("seat", "kind")),
    Refuse(
        Presence,
        "presence_kept",
        PRESENCE_KEPT,
        on="UPDATE",
        when="lower(OLD.period) <> lower(NEW.period)"
        " OR upper(OLD.period) IS NOT NULL AND (upper(OLD.period) IS DISTINCT FROM upper(NEW.period)"
        " OR OLD.end_reason <> NEW.end_reason)",
        name="presence_ended_once",
    ),
    # Nobody decides in a body without belonging to it or being designated by a document. Rolls from before stay as they
    # were: only a change of capacity is asked about.
    Refuse(Seat, "seat_voting_by_right", BY_RIGHT, on="INSERT", when=WITHOUT_A_RIGHT),
    Refuse(
        Seat,
        "seat_voting_by_right",
        BY_RIGHT,
        on="UPDATE",
        when=f"{WITHOUT_A_RIGHT} AND ROW(OLD.kind, OLD.appointment_id, OLD.basis)"
        " IS DISTINCT FROM ROW(NEW.kind, NEW.appointment_id, NEW.basis)",
        name="seat_voting_by_right_kept",
    ),
)

RIGHTS = {Seat: May("SELECT INSERT UPDATE DELETE", "somebody is taken off the roll of a meeting that has not begun")}

WITH_THE_STATE = "the command writes it together with the state"
NEVER_MET = {
    (Resolution, "number"): "numbers of one series wait for each other: core/numbering.py",
    (Minutes, "number"): "numbers of one series wait for each other: core/numbering.py",
    (Minutes, "code"): "chosen by chance among 59 bits",
    "meeting_closes_after_opening": "both are the time of the command, and only an open meeting is closed",
    "item_on_agenda_has_meeting": WITH_THE_STATE,
    "item_open_has_rule": WITH_THE_STATE,
    "deliberation_open_has_rule": WITH_THE_STATE,
    "deliberation_ended_has_time": WITH_THE_STATE,
    "emergency_in_effect_is_cosigned": WITH_THE_STATE,
    "emergency_settled_by_item": WITH_THE_STATE,
    "minutes_sealed_has_hash": WITH_THE_STATE,
    (EmergencyDecision, "item"): "the item is made by the same command that ties it",
}
