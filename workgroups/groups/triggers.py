"""What the database itself refuses when posts change while people are being appointed.

Appointing and changing a post meet on the post's row lock, so neither can slip past the other.
"""

SEATS = """
CREATE FUNCTION post_seats_taken() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    taken integer;
BEGIN
    SELECT max(holders) INTO taken FROM (
        SELECT (SELECT count(*) FROM workgroups_appointment other
                WHERE other.post_id = NEW.id AND other.status <> 'ended' AND other.period @> lower(held.period)) AS holders
        FROM workgroups_appointment held
        WHERE held.post_id = NEW.id AND held.status <> 'ended' AND NOT isempty(held.period)
    ) AS counted;
    IF taken > NEW.headcount_max THEN
        RAISE EXCEPTION 'post % has % holders', NEW.id, taken
            USING ERRCODE = 'check_violation', CONSTRAINT = 'post_seats_taken';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER post_seats_taken BEFORE UPDATE OF headcount_max ON workgroups_post
    FOR EACH ROW WHEN (NEW.headcount_max < OLD.headcount_max) EXECUTE FUNCTION post_seats_taken();
"""
SEATS_REVERSE = """
DROP TRIGGER post_seats_taken ON workgroups_post;
DROP FUNCTION post_seats_taken();
"""

# Both posts are locked in the order of their ids: whoever is appointing to one of them right now is waited for.
HELD = """
CREATE OR REPLACE FUNCTION incompatibility_held() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM workgroups_post WHERE id IN (NEW.first_id, NEW.second_id) ORDER BY id FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT 1 FROM workgroups_appointment one
        JOIN workgroups_appointment other ON other.person_id = one.person_id AND other.period && one.period
        WHERE one.post_id = NEW.first_id AND other.post_id = NEW.second_id
          AND one.status <> 'ended' AND other.status <> 'ended'
    ) THEN
        RAISE EXCEPTION 'somebody holds both posts'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'incompatibility_held';
    END IF;
    -- Deputising counts like holding: what one person holds and deputises for, at the same time.
    IF EXISTS (
        WITH seats AS (
            SELECT person_id, post_id, period FROM workgroups_appointment
            WHERE post_id IN (NEW.first_id, NEW.second_id) AND status <> 'ended'
            UNION ALL
            SELECT delegation.deputy_id, deputised.post_id, delegation.period FROM workgroups_delegation delegation
            JOIN workgroups_appointment deputised
              ON deputised.id = delegation.appointment_id AND deputised.status <> 'ended'
            WHERE deputised.post_id IN (NEW.first_id, NEW.second_id) AND upper(delegation.period) > clock_timestamp()
        )
        SELECT 1 FROM seats one JOIN seats other ON other.person_id = one.person_id AND other.period && one.period
        WHERE one.post_id = NEW.first_id AND other.post_id = NEW.second_id
    ) THEN
        RAISE EXCEPTION 'somebody holds one post and deputises for the other'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'incompatibility_deputised';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER incompatibility_held BEFORE INSERT OR UPDATE ON workgroups_postincompatibility
    FOR EACH ROW EXECUTE FUNCTION incompatibility_held();
"""
HELD_REVERSE = """
DROP TRIGGER incompatibility_held ON workgroups_postincompatibility;
DROP FUNCTION incompatibility_held();
"""
