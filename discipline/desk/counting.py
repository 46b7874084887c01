"""What the ledger says of one day: counted in the database, by one statement over the reader's own entries.

The entries come from `Event.objects.supervised_by`: scope and recusal are part of the statement and never a second rule here.
"""

from collections import defaultdict
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import connection
from django.utils import timezone

from admissions.audit.enums import HIDDEN
from admissions.audit.facts import Weight, altering, checked_by, of_weight
from admissions.audit.models import Event
from admissions.operations.steps.enums import SIGNED
from workgroups.followups.enums import FINAL

from ..opinions.enums import OWED
from . import limits
from .enums import Indicator


class Act(NamedTuple):
    """One entry as an indicator shows it. `other…`: the act a check belongs to; `first_at` and `times`: of several entries."""

    pk: str
    at: datetime
    action: str
    action_label: str
    outcome: str
    actor_id: int | None
    actor_name: str
    target_type: str
    target_id: str
    target_label: str
    group_id: int | None
    person_id: int | None
    subjects: list[str] = []
    other_id: int | None = None
    other_name: str = ""
    other_at: datetime | None = None
    times: int = 1
    total: int = 1
    by_recusal: bool = False


READ = (
    "id", "at", "action", "action_label", "outcome", "actor_id", "actor_name",
    "target_type", "target_id", "target_label", "group_id", "person_id", "subjects",
)  # fmt: skip
PLAIN = (
    f"{', '.join(column if column != 'id' else 'id::text' for column in READ)}, "
    "NULL::bigint, '', NULL::timestamptz, 1::bigint, 1::bigint"
)
CHECK = PLAIN.split(", NULL::bigint")[0] + ", other_id, other_name, other_at, times, total"

# Each CTE is the reader's own entries with more conditions, so that each goes by an index of its own. `checks`: each check of
# the last days beside the act it checked, the last one of the matching code before it on the same record, by another person.
STATEMENT = f"""
WITH named AS MATERIALIZED ({{entries}} AND at >= %(start)s AND at < %(end)s AND outcome = 'done' AND action = ANY(%(named)s)),
refused AS MATERIALIZED ({{entries}} AND at >= %(start)s AND at < %(end)s AND outcome = 'refused'),
unusual AS MATERIALIZED ({{entries}} AND outcome = 'done'
    AND (at >= %(start)s AND at < (SELECT CASE WHEN {{is_off}} THEN %(end)s ELSE %(begins)s END)
        OR at >= %(ends)s AND at < %(end)s)),
span AS MATERIALIZED ({{entries}} AND at >= %(since)s AND at < %(end)s AND outcome = 'done' AND action = ANY(%(paired)s)),
pairing AS (SELECT * FROM unnest(%(acts)s::text[], %(checks)s::text[]) AS pairing (act, checked_by)),
turns AS (
    SELECT span.*, checked_by, action = act AS is_act, count(*) FILTER (WHERE action = act) OVER (
        PARTITION BY target_type, target_id, checked_by ORDER BY at, id) AS turn
    FROM span JOIN pairing ON action IN (act, checked_by)),
matched AS (
    SELECT turns.*, first_value(actor_id) OVER acts AS other_id, first_value(actor_name) OVER acts AS other_name,
        first_value(at) OVER acts AS other_at
    FROM turns WHERE turn > 0
    WINDOW acts AS (PARTITION BY target_type, target_id, checked_by, turn ORDER BY at, id)),
checks AS (
    SELECT matched.*, count(*) OVER (PARTITION BY other_id, actor_id) AS times, count(*) OVER (PARTITION BY actor_id) AS total,
        row_number() OVER (PARTITION BY other_id, actor_id ORDER BY at DESC, id DESC) AS place
    FROM matched WHERE NOT is_act AND other_id IS DISTINCT FROM actor_id),
people AS (SELECT actor_id, actor_name, count(*) AS times, min(at) AS first, max(at) AS last FROM unusual GROUP BY 1, 2)
(SELECT 'high_risk', {PLAIN}, false FROM named WHERE action = ANY(%(high_risk)s) ORDER BY at DESC, id DESC LIMIT {{most}})
UNION ALL (SELECT 'after', {PLAIN}, false FROM named WHERE action = ANY(%(after)s) ORDER BY at DESC, id DESC LIMIT {{most}})
UNION ALL (SELECT CASE WHEN action = %(hidden)s THEN 'hidden' ELSE 'refusals' END, {PLAIN},
    coalesce((details ->> 'recused')::boolean, false) FROM refused ORDER BY at DESC, id DESC LIMIT %(read)s)
UNION ALL (SELECT 'pairs', {CHECK}, false FROM checks
    WHERE place = 1 AND times >= %(pair_times)s AND times >= %(pair_share)s * total ORDER BY at DESC, id DESC LIMIT {{most}})
UNION ALL (SELECT 'quick', {CHECK}, false FROM checks WHERE at >= %(start)s AND at - other_at < %(quick)s
    ORDER BY at DESC, id DESC LIMIT {{most}})
UNION ALL (SELECT 'hours', '', last, '', '', '', actor_id, actor_name, '', '', '', NULL, NULL, '{{{{}}}}', NULL, '', first, times, 1, false
    FROM people ORDER BY times DESC, actor_id LIMIT {{most}})
"""
# What was put aside keeps its place among the day's findings, so that the others move up behind it.
IS_OFF = "EXISTS (SELECT FROM seasons_calendarday WHERE date = %(date)s AND NOT is_work)"
MOST = "(SELECT %(found)s + count(*) FROM desk_dismissal WHERE dismissed_at >= %(start)s)"


# Whether there is anything at all, whoever may see it: the usual answer is no, and whose it is is a costly question.
PENDING = """
SELECT EXISTS (SELECT FROM followups_followup WHERE due_on < %(day)s AND status <> ALL(%(final)s)),
    EXISTS (SELECT FROM steps_steprun WHERE due_at < %(now)s AND status <> ALL(%(signed)s)),
    EXISTS (SELECT FROM opinions_opinion WHERE status = ANY(%(owed)s) AND due_at < %(now)s)
"""


class Pending(NamedTuple):
    """Late, in anybody's scope."""

    tasks: bool
    runs: bool
    opinions: bool


def pending(day: date) -> Pending:
    """What is late at all."""
    values = {
        "day": day,
        "final": list(FINAL),
        "owed": list(OWED),
        "now": timezone.now(),
        "signed": list(SIGNED),
    }
    with connection.cursor() as cursor:
        cursor.execute(PENDING, values)
        return Pending._make(cursor.fetchone())


def counted(user: Any, start: datetime, end: datetime, usual: tuple[datetime, datetime]) -> dict[Indicator, list[Act]]:
    """Indicator → its entries, the newest first. `usual`: between which instants work is usual on a working day."""
    pairs, decisive, after = checked_by(), of_weight(Weight.DECISIVE), altering()
    values = {
        "acts": list(pairs), "checks": list(pairs.values()), "high_risk": decisive, "after": after,
        "hidden": HIDDEN, "read": limits.READ, "found": limits.FOUND,
        "pair_times": limits.PAIR_TIMES, "pair_share": limits.PAIR_SHARE, "quick": limits.QUICK, "start": start, "end": end,
        "since": end - limits.PAIR_SPAN, "named": [*decisive, *after],
        "paired": [*pairs, *pairs.values()],
        "date": timezone.localdate(start), "begins": usual[0], "ends": usual[1],
    }  # fmt: skip
    found: dict[Indicator, list[Act]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT.format(entries=_entries(cursor, user), most=MOST, is_off=IS_OFF), values)
        for part, *row in cursor.fetchall():
            found[Indicator(part)].append(Act._make(row))
    return found


def _entries(cursor: Any, user: Any) -> str:
    """The query of what the reader supervises, with its values as the driver writes them, ready for more conditions."""
    rows = Event.objects.supervised_by(user).order_by().values_list(*READ, "details")
    sql, params = rows.query.sql_with_params()
    return cursor.mogrify(sql, params).decode().replace("%", "%%")
