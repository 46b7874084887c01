"""What the database itself holds about a decision, past every form: who may still speak, who speaks last, what is closed.

Members' positions take the item's row in share mode, so that sixty of them do not wait for one another; the head's
position and the decision take it alone, and so see all of them.
"""

POSITION = """
CREATE FUNCTION meeting_position_allowed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    speaker record;
    state text;
BEGIN
    SELECT seat.kind, seat.person_id, seat.meeting_id INTO speaker FROM workgroups_seat seat WHERE seat.id = NEW.seat_id;
    IF speaker.kind = 'head' THEN
        SELECT status INTO state FROM workgroups_agendaitem
            WHERE id = NEW.item_id AND meeting_id = speaker.meeting_id FOR NO KEY UPDATE;
    ELSE
        SELECT status INTO state FROM workgroups_agendaitem
            WHERE id = NEW.item_id AND meeting_id = speaker.meeting_id FOR SHARE;
    END IF;
    IF state IS DISTINCT FROM 'collecting' THEN
        RAISE EXCEPTION 'item % takes no positions', NEW.item_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'position_while_collecting';
    END IF;
    IF speaker.kind NOT IN ('head', 'member')
       OR EXISTS (SELECT 1 FROM workgroups_itemrecusal WHERE item_id = NEW.item_id AND person_id = speaker.person_id) THEN
        RAISE EXCEPTION 'no position for this seat' USING ERRCODE = 'check_violation', CONSTRAINT = 'position_of_a_voter';
    END IF;
    IF NOT meeting_seat_present(NEW.seat_id) THEN
        RAISE EXCEPTION 'absent' USING ERRCODE = 'check_violation', CONSTRAINT = 'position_of_one_present';
    END IF;
    IF speaker.kind = 'head' AND EXISTS (
        SELECT 1 FROM workgroups_seat other
        LEFT JOIN LATERAL (
            SELECT position.id, position.stance FROM workgroups_position position
            WHERE position.item_id = NEW.item_id AND position.seat_id = other.id ORDER BY position.id DESC LIMIT 1
        ) last ON true
        WHERE other.meeting_id = speaker.meeting_id AND other.kind = 'member' AND meeting_seat_present(other.id)
          AND NOT EXISTS (SELECT 1 FROM workgroups_itemrecusal WHERE item_id = NEW.item_id AND person_id = other.person_id)
          AND (last.id IS NULL OR last.stance = 'defer'
               AND NOT EXISTS (SELECT 1 FROM workgroups_deferralruling WHERE position_id = last.id))
    ) THEN
        RAISE EXCEPTION 'the head speaks last' USING ERRCODE = 'check_violation', CONSTRAINT = 'position_head_last';
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION meeting_seat_present(seat bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT 1 FROM workgroups_presence WHERE seat_id = seat AND kind IN ('present', 'video')
                   AND period @> clock_timestamp())
$$;
CREATE TRIGGER meeting_position_allowed BEFORE INSERT ON workgroups_position
    FOR EACH ROW EXECUTE FUNCTION meeting_position_allowed();
"""
POSITION_REVERSE = """
DROP TRIGGER meeting_position_allowed ON workgroups_position;
DROP FUNCTION meeting_position_allowed();
DROP FUNCTION meeting_seat_present(bigint);
"""

APPENDED = ("workgroups_position", "workgroups_deferralruling", "workgroups_tally", "workgroups_itemrecusal")
APPEND_ONLY = """
CREATE FUNCTION meeting_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'check_violation', CONSTRAINT = 'meeting_append_only';
END $$;
""" + "".join(
    f"CREATE TRIGGER meeting_append_only BEFORE UPDATE OR DELETE ON {table}"
    " FOR EACH ROW EXECUTE FUNCTION meeting_append_only();\n"
    for table in APPENDED
)
APPEND_ONLY_REVERSE = (
    "".join(f"DROP TRIGGER meeting_append_only ON {table};\n" for table in APPENDED)
    + "DROP FUNCTION meeting_append_only();"
)

# While an item is open and after it is decided neither its text nor its rule changes; what is decided stays decided.
# A decision is written only while the item is open, and not past a later word than that of the head in the room.
FROZEN = """
CREATE FUNCTION meeting_item_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status IN ('collecting', 'decided') AND (
        (OLD.title, OLD.proposal, OLD.matter_id, OLD.meeting_id, OLD.opened_at) IS DISTINCT FROM
        (NEW.title, NEW.proposal, NEW.matter_id, NEW.meeting_id, NEW.opened_at) OR OLD.rule IS DISTINCT FROM NEW.rule
    ) OR OLD.status = 'decided' AND NEW.status <> 'decided' THEN
        RAISE EXCEPTION 'item % is frozen', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'item_frozen';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER meeting_item_frozen BEFORE UPDATE ON workgroups_agendaitem
    FOR EACH ROW EXECUTE FUNCTION meeting_item_frozen();
CREATE FUNCTION meeting_tally_allowed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    head bigint;
BEGIN
    PERFORM 1 FROM workgroups_agendaitem WHERE id = NEW.item_id AND status = 'collecting' FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'item % is not open', NEW.item_id USING ERRCODE = 'check_violation', CONSTRAINT = 'tally_while_collecting';
    END IF;
    SELECT seat.id INTO head FROM workgroups_seat seat JOIN workgroups_agendaitem item ON item.meeting_id = seat.meeting_id
        WHERE item.id = NEW.item_id AND seat.kind = 'head' AND meeting_seat_present(seat.id)
          AND NOT EXISTS (SELECT 1 FROM workgroups_itemrecusal WHERE item_id = NEW.item_id AND person_id = seat.person_id);
    IF head IS NOT NULL AND NEW.outcome <> 'noted' AND head IS DISTINCT FROM (
        SELECT seat_id FROM workgroups_position position WHERE position.item_id = NEW.item_id AND meeting_seat_present(seat_id)
        ORDER BY id DESC LIMIT 1
    ) THEN
        RAISE EXCEPTION 'the head speaks last' USING ERRCODE = 'check_violation', CONSTRAINT = 'position_head_last';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER meeting_tally_allowed BEFORE INSERT ON workgroups_tally
    FOR EACH ROW EXECUTE FUNCTION meeting_tally_allowed();
"""
FROZEN_REVERSE = """
DROP TRIGGER meeting_item_frozen ON workgroups_agendaitem;
DROP FUNCTION meeting_item_frozen();
DROP TRIGGER meeting_tally_allowed ON workgroups_tally;
DROP FUNCTION meeting_tally_allowed();
"""

# An interval of presence is ended once, never moved: yesterday's quorum stays what it was.
PRESENCE = """
CREATE FUNCTION meeting_presence_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.seat_id <> NEW.seat_id OR OLD.kind <> NEW.kind OR lower(OLD.period) <> lower(NEW.period)
       OR (upper(OLD.period) IS NOT NULL AND upper(OLD.period) IS DISTINCT FROM upper(NEW.period)) THEN
        RAISE EXCEPTION 'presence is kept' USING ERRCODE = 'check_violation', CONSTRAINT = 'presence_kept';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER meeting_presence_kept BEFORE UPDATE OR DELETE ON workgroups_presence
    FOR EACH ROW EXECUTE FUNCTION meeting_presence_kept();
"""
PRESENCE_REVERSE = """
DROP TRIGGER meeting_presence_kept ON workgroups_presence;
DROP FUNCTION meeting_presence_kept();
"""

# What came later and is appended as well.
APPENDED_LATER = ("workgroups_reconsiderconsent", "workgroups_taskreminder")
APPEND_ONLY_LATER = "".join(
    f"CREATE TRIGGER meeting_append_only BEFORE UPDATE OR DELETE ON {table}"
    " FOR EACH ROW EXECUTE FUNCTION meeting_append_only();\n"
    for table in APPENDED_LATER
)
APPEND_ONLY_LATER_REVERSE = "".join(f"DROP TRIGGER meeting_append_only ON {table};\n" for table in APPENDED_LATER)

# Nobody decides in a body without belonging to it or being designated by a document. Rolls from before stay as they were.
SEAT = """
CREATE FUNCTION meeting_seat_by_right() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.kind = OLD.kind AND NEW.appointment_id IS NOT DISTINCT FROM OLD.appointment_id AND NEW.basis = OLD.basis THEN
            RETURN NEW;
        END IF;
    END IF;
    IF NEW.kind IN ('head', 'member') AND NEW.appointment_id IS NULL AND NEW.basis = '' THEN
        RAISE EXCEPTION 'seat without a right' USING ERRCODE = 'check_violation', CONSTRAINT = 'seat_voting_by_right';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER meeting_seat_by_right BEFORE INSERT OR UPDATE ON workgroups_seat
    FOR EACH ROW EXECUTE FUNCTION meeting_seat_by_right();
"""
SEAT_REVERSE = """
DROP TRIGGER meeting_seat_by_right ON workgroups_seat;
DROP FUNCTION meeting_seat_by_right();
"""
