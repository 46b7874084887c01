"""What the database itself refuses about incompatible posts: nobody holds both, and deputising counts like holding.

The post is locked before the person, in appointing as in deputising: an appointment and a delegation made at the same
moment meet on the person's row, and the second sees the first. Shortening a delegation can create no overlap and takes
no lock.
"""

from admissions.accounts.models import User
from admissions.audit.guarding import Checked, Function
from workgroups.appointments.models import Appointment
from workgroups.groups.models import Post, PostIncompatibility

from .models import Delegation

DELEGATION_COMPATIBLE = Function(
    name="delegation_compatible",
    tables={
        "appointment": Appointment,
        "post": Post,
        "person": User,
        "delegation": Delegation,
        "incompatibility": PostIncompatibility,
    },
    refuses={"delegation_compatible": "代岗人在这段期间已任或正代不相容的岗位，不能代岗。请安排其他人代岗。"},
    body="""
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
    SELECT post_id INTO deputised_post FROM {appointment} WHERE id = NEW.appointment_id;
    PERFORM 1 FROM {post} WHERE id = deputised_post FOR NO KEY UPDATE;
    PERFORM 1 FROM {person} WHERE id = NEW.deputy_id FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT 1 FROM (
            SELECT held.post_id FROM {appointment} held
            WHERE held.person_id = NEW.deputy_id AND held.status <> 'ended' AND held.period && NEW.period
            UNION ALL
            SELECT deputised.post_id FROM {delegation} delegation
            JOIN {appointment} deputised
              ON deputised.id = delegation.appointment_id AND deputised.status <> 'ended'
            WHERE delegation.deputy_id = NEW.deputy_id AND delegation.id IS DISTINCT FROM NEW.id
              AND delegation.period && NEW.period
        ) AS other
        JOIN {incompatibility} pair
          ON (pair.first_id = least(other.post_id, deputised_post)
              AND pair.second_id = greatest(other.post_id, deputised_post))
    ) THEN
        RAISE EXCEPTION 'deputy of an incompatible post'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'delegation_compatible';
    END IF;
    RETURN NEW;
END
""",
)

# The person's row is locked as well: of two offices that appoint one person to two incompatible posts the second sees
# the first.
APPOINTMENT_COMPATIBLE = Function(
    name="appointment_compatible",
    tables={
        "appointment": Appointment,
        "post": Post,
        "person": User,
        "delegation": Delegation,
        "incompatibility": PostIncompatibility,
    },
    refuses={
        "appointment_compatible": "此人在这段期间已任不相容的岗位，不能任命。请任命其他人。",
        "appointment_compatible_deputising": "此人在这段期间正代不相容的岗位，不能任命。请先结束代岗，或任命其他人。",
    },
    body="""
BEGIN
    IF NEW.status = 'ended' OR isempty(NEW.period) THEN
        RETURN NEW;
    END IF;
    PERFORM 1 FROM {post} WHERE id = NEW.post_id FOR NO KEY UPDATE;
    PERFORM 1 FROM {person} WHERE id = NEW.person_id FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT 1 FROM {appointment} other
        JOIN {incompatibility} pair
          ON (pair.first_id = least(other.post_id, NEW.post_id) AND pair.second_id = greatest(other.post_id, NEW.post_id))
        WHERE other.person_id = NEW.person_id AND other.id IS DISTINCT FROM NEW.id AND other.status <> 'ended'
          AND other.period && NEW.period
    ) THEN
        RAISE EXCEPTION 'incompatible posts' USING ERRCODE = 'check_violation', CONSTRAINT = 'appointment_compatible';
    END IF;
    -- Deputising counts like holding, as long as it is not over.
    IF EXISTS (
        SELECT 1 FROM {delegation} delegation
        JOIN {appointment} deputised ON deputised.id = delegation.appointment_id AND deputised.status <> 'ended'
        JOIN {incompatibility} pair
          ON (pair.first_id = least(deputised.post_id, NEW.post_id)
              AND pair.second_id = greatest(deputised.post_id, NEW.post_id))
        WHERE delegation.deputy_id = NEW.person_id AND delegation.period && NEW.period
          AND upper(delegation.period) > clock_timestamp()
    ) THEN
        RAISE EXCEPTION 'incompatible with a deputised post'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'appointment_compatible_deputising';
    END IF;
    RETURN NEW;
END
""",
)

# Both posts are locked in the order of their ids: whoever is appointing to one of them right now is waited for.
INCOMPATIBILITY_HELD = Function(
    name="incompatibility_held",
    tables={"post": Post, "appointment": Appointment, "delegation": Delegation},
    refuses={
        "incompatibility_held": "有人在同一时间任这两个岗位，不能登记为不相容。请先办理其中一个岗位的离岗。",
        "incompatibility_deputised": "有人在同一时间任或代这两个岗位，不能登记为不相容。请先结束代岗或办理离岗。",
    },
    body="""
BEGIN
    PERFORM 1 FROM {post} WHERE id IN (NEW.first_id, NEW.second_id) ORDER BY id FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT 1 FROM {appointment} one
        JOIN {appointment} other ON other.person_id = one.person_id AND other.period && one.period
        WHERE one.post_id = NEW.first_id AND other.post_id = NEW.second_id
          AND one.status <> 'ended' AND other.status <> 'ended'
    ) THEN
        RAISE EXCEPTION 'somebody holds both posts'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'incompatibility_held';
    END IF;
    -- Deputising counts like holding: what one person holds and deputises for, at the same time.
    IF EXISTS (
        WITH seats AS (
            SELECT person_id, post_id, period FROM {appointment}
            WHERE post_id IN (NEW.first_id, NEW.second_id) AND status <> 'ended'
            UNION ALL
            SELECT delegation.deputy_id, deputised.post_id, delegation.period FROM {delegation} delegation
            JOIN {appointment} deputised
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
END
""",
)

GUARDS = (
    Checked(Delegation, DELEGATION_COMPATIBLE, on="INSERT OR UPDATE", fields=("appointment", "deputy", "period")),
    Checked(Appointment, APPOINTMENT_COMPATIBLE, on="INSERT OR UPDATE", fields=("person", "post", "period", "status")),
    Checked(PostIncompatibility, INCOMPATIBILITY_HELD, on="INSERT OR UPDATE"),
)

NEVER_MET = {"handover_done_is_signed_by_both": "the second signature writes the state"}
