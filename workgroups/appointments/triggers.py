"""What the database itself refuses when people are appointed; the commands say it first, in the same words.

The post is locked before anything is counted: two offices cannot fill the last seat at once, and a post cannot change,
be abolished or become incompatible in the same moment. Locks are always taken in the order post, group, person.
"""

HEADCOUNT = """
CREATE OR REPLACE FUNCTION appointment_within_headcount() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    seats integer;
    is_open boolean;
    busiest integer;
BEGIN
    IF NEW.status = 'ended' OR isempty(NEW.period) THEN
        RETURN NEW;
    END IF;
    SELECT headcount_max, NOT is_abolished INTO seats, is_open
        FROM workgroups_post WHERE id = NEW.post_id FOR NO KEY UPDATE;
    SELECT is_open AND workgroup.status <> 'dissolved' INTO is_open
        FROM workgroups_workgroup workgroup JOIN workgroups_post post ON post.group_id = workgroup.id
        WHERE post.id = NEW.post_id FOR SHARE OF workgroup;
    IF NOT is_open THEN
        RAISE EXCEPTION 'post % is abolished', NEW.post_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'appointment_post_open';
    END IF;
    -- The number of holders changes only where a period begins: count at each such instant inside the new period.
    SELECT max(holders) INTO busiest FROM (
        SELECT (SELECT count(*) FROM workgroups_appointment other
                WHERE other.post_id = NEW.post_id AND other.id IS DISTINCT FROM NEW.id AND other.status <> 'ended'
                  AND other.period @> instant) AS holders
        FROM (SELECT lower(NEW.period) AS instant
              UNION SELECT lower(period) FROM workgroups_appointment
              WHERE post_id = NEW.post_id AND id IS DISTINCT FROM NEW.id AND status <> 'ended'
                AND NEW.period @> lower(period)) AS instants
    ) AS counted;
    IF busiest >= seats THEN
        RAISE EXCEPTION 'post % has % seats', NEW.post_id, seats
            USING ERRCODE = 'check_violation', CONSTRAINT = 'appointment_within_headcount';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER appointment_within_headcount BEFORE INSERT OR UPDATE OF post_id, period, status ON workgroups_appointment
    FOR EACH ROW EXECUTE FUNCTION appointment_within_headcount();
"""
HEADCOUNT_REVERSE = """
DROP TRIGGER appointment_within_headcount ON workgroups_appointment;
DROP FUNCTION appointment_within_headcount();
"""

# The person's row is locked as well: of two offices that appoint one person to two incompatible posts the second sees
# the first.
COMPATIBLE = """
CREATE OR REPLACE FUNCTION appointment_compatible() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status = 'ended' OR isempty(NEW.period) THEN
        RETURN NEW;
    END IF;
    PERFORM 1 FROM workgroups_post WHERE id = NEW.post_id FOR NO KEY UPDATE;
    PERFORM 1 FROM accounts_user WHERE id = NEW.person_id FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT 1 FROM workgroups_appointment other
        JOIN workgroups_postincompatibility pair
          ON (pair.first_id = least(other.post_id, NEW.post_id) AND pair.second_id = greatest(other.post_id, NEW.post_id))
        WHERE other.person_id = NEW.person_id AND other.id IS DISTINCT FROM NEW.id AND other.status <> 'ended'
          AND other.period && NEW.period
    ) THEN
        RAISE EXCEPTION 'incompatible posts' USING ERRCODE = 'check_violation', CONSTRAINT = 'appointment_compatible';
    END IF;
    -- Deputising counts like holding, as long as it is not over.
    IF EXISTS (
        SELECT 1 FROM workgroups_delegation delegation
        JOIN workgroups_appointment deputised ON deputised.id = delegation.appointment_id AND deputised.status <> 'ended'
        JOIN workgroups_postincompatibility pair
          ON (pair.first_id = least(deputised.post_id, NEW.post_id)
              AND pair.second_id = greatest(deputised.post_id, NEW.post_id))
        WHERE delegation.deputy_id = NEW.person_id AND delegation.period && NEW.period
          AND upper(delegation.period) > clock_timestamp()
    ) THEN
        RAISE EXCEPTION 'incompatible with a deputised post'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'appointment_compatible_deputising';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER appointment_compatible BEFORE INSERT OR UPDATE OF person_id, post_id, period, status
    ON workgroups_appointment FOR EACH ROW EXECUTE FUNCTION appointment_compatible();
"""
COMPATIBLE_REVERSE = """
DROP TRIGGER appointment_compatible ON workgroups_appointment;
DROP FUNCTION appointment_compatible();
"""
