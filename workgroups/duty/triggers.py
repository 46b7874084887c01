"""What the database itself refuses when somebody is made a deputy: deputising counts like holding the post.

As in appointing, the post is locked before the person: an appointment and a delegation made at the same moment meet on
the person's row, and the second sees the first. Shortening a delegation can create no overlap and takes no lock.
"""

COMPATIBLE = """
CREATE OR REPLACE FUNCTION delegation_compatible() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    deputised_post bigint;
BEGIN
    IF isempty(NEW.period) THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.appointment_id = OLD.appointment_id AND NEW.deputy_id = OLD.deputy_id
       AND NEW.period <@ OLD.period THEN
        RETURN NEW;
    END IF;
    SELECT post_id INTO deputised_post FROM workgroups_appointment WHERE id = NEW.appointment_id;
    PERFORM 1 FROM workgroups_post WHERE id = deputised_post FOR NO KEY UPDATE;
    PERFORM 1 FROM accounts_user WHERE id = NEW.deputy_id FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT 1 FROM (
            SELECT held.post_id FROM workgroups_appointment held
            WHERE held.person_id = NEW.deputy_id AND held.status <> 'ended' AND held.period && NEW.period
            UNION ALL
            SELECT deputised.post_id FROM workgroups_delegation delegation
            JOIN workgroups_appointment deputised
              ON deputised.id = delegation.appointment_id AND deputised.status <> 'ended'
            WHERE delegation.deputy_id = NEW.deputy_id AND delegation.id IS DISTINCT FROM NEW.id
              AND delegation.period && NEW.period
        ) AS other
        JOIN workgroups_postincompatibility pair
          ON (pair.first_id = least(other.post_id, deputised_post)
              AND pair.second_id = greatest(other.post_id, deputised_post))
    ) THEN
        RAISE EXCEPTION 'deputy of an incompatible post'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'delegation_compatible';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER delegation_compatible BEFORE INSERT OR UPDATE OF appointment_id, deputy_id, period
    ON workgroups_delegation FOR EACH ROW EXECUTE FUNCTION delegation_compatible();
"""
COMPATIBLE_REVERSE = """
DROP TRIGGER delegation_compatible ON workgroups_delegation;
DROP FUNCTION delegation_compatible();
"""
