"""What the database itself refuses when people are appointed; the commands say it first, in the same words.

The post is locked before anything is counted: two offices cannot fill the last seat at once, and a post cannot change,
be abolished or become incompatible in the same moment. Locks are always taken in the order post, group, person.
Incompatible posts are guarded where deputising is known: `duty/guards.py`.
"""

from admissions.audit.guarding import Checked, Function
from workgroups.groups.models import Post, WorkGroup

from .models import Appointment

WITHIN_HEADCOUNT = Function(
    name="appointment_within_headcount",
    tables={"post": Post, "workgroup": WorkGroup, "appointment": Appointment},
    refuses={
        "appointment_post_open": "本岗位或所在工作组刚被撤销，不能再任命。请选择其他岗位。",
        "appointment_within_headcount": "本岗位在这段期间人数已满，不能再任命。请先办理离岗，或调整岗位人数。",
    },
    body="""
DECLARE
    seats integer;
    is_open boolean;
    busiest integer;
BEGIN
    IF NEW.status = 'ended' OR isempty(NEW.period) THEN
        RETURN NEW;
    END IF;
    SELECT headcount_max, NOT is_abolished INTO seats, is_open FROM {post} WHERE id = NEW.post_id FOR NO KEY UPDATE;
    SELECT is_open AND workgroup.status <> 'dissolved' INTO is_open
        FROM {workgroup} workgroup JOIN {post} post ON post.group_id = workgroup.id
        WHERE post.id = NEW.post_id FOR SHARE OF workgroup;
    IF NOT is_open THEN
        RAISE EXCEPTION 'post % is abolished', NEW.post_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'appointment_post_open';
    END IF;
    -- The number of holders changes only where a period begins: count at each such instant inside the new period.
    SELECT max(holders) INTO busiest FROM (
        SELECT (SELECT count(*) FROM {appointment} other
                WHERE other.post_id = NEW.post_id AND other.id IS DISTINCT FROM NEW.id AND other.status <> 'ended'
                  AND other.period @> instant) AS holders
        FROM (SELECT lower(NEW.period) AS instant
              UNION SELECT lower(period) FROM {appointment}
              WHERE post_id = NEW.post_id AND id IS DISTINCT FROM NEW.id AND status <> 'ended'
                AND NEW.period @> lower(period)) AS instants
    ) AS counted;
    IF busiest >= seats THEN
        RAISE EXCEPTION 'post % has % seats', NEW.post_id, seats
            USING ERRCODE = 'check_violation', CONSTRAINT = 'appointment_within_headcount';
    END IF;
    RETURN NEW;
END
""",
)

# Appointing and changing a post meet on the post's row lock, so neither can slip past the other.
SEATS_TAKEN = Function(
    name="post_seats_taken",
    tables={"appointment": Appointment},
    refuses={"post_seats_taken": "此岗位任职人数多于所填的最多人数，不能改少。请先办理离岗。"},
    body="""
DECLARE
    taken integer;
BEGIN
    SELECT max(holders) INTO taken FROM (
        SELECT (SELECT count(*) FROM {appointment} other
                WHERE other.post_id = NEW.id AND other.status <> 'ended' AND other.period @> lower(held.period)) AS holders
        FROM {appointment} held
        WHERE held.post_id = NEW.id AND held.status <> 'ended' AND NOT isempty(held.period)
    ) AS counted;
    IF taken > NEW.headcount_max THEN
        RAISE EXCEPTION 'post % has % holders', NEW.id, taken
            USING ERRCODE = 'check_violation', CONSTRAINT = 'post_seats_taken';
    END IF;
    RETURN NEW;
END
""",
)

GUARDS = (
    Checked(Appointment, WITHIN_HEADCOUNT, on="INSERT OR UPDATE", fields=("post", "period", "status")),
    Checked(
        Post,
        SEATS_TAKEN,
        on="UPDATE",
        fields=("headcount_max",),
        when="NEW.headcount_max < OLD.headcount_max",
    ),
)
