"""What the ledger says of one day: counted in the database, by one statement over the reader's own entries.

The entries come from `Event.objects.visible_to`: scope and recusal are part of the statement and never a second rule here.
"""

from collections import defaultdict
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import connection
from django.utils import timezone

from admissions.audit.enums import HIDDEN, Outcome
from admissions.audit.models import Event
from workgroups.meetings.enums import TaskStatus

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

# `day`: the day's entries, read once for five indicators. `checks`: each check of the last days beside the act it checked,
# the last one of the matching code before it on the same record, where another person did that.
STATEMENT = f"""
WITH day AS MATERIALIZED ({{day}}), span AS MATERIALIZED ({{span}}),
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
people AS (
    SELECT actor_id, actor_name, count(*) AS times, min(at) AS first, max(at) AS last FROM day
    WHERE outcome = 'done'
        AND ((SELECT NOT is_work FROM seasons_calendarday WHERE date = %(date)s) OR at < %(begins)s OR at >= %(ends)s) GROUP BY actor_id, actor_name)
(SELECT 'high_risk', {PLAIN}, false FROM day WHERE outcome = 'done' AND action = ANY(%(high_risk)s)
    ORDER BY at DESC, id DESC LIMIT {{most}})
UNION ALL (SELECT 'after', {PLAIN}, false FROM day WHERE outcome = 'done' AND action = ANY(%(after)s)
    ORDER BY at DESC, id DESC LIMIT {{most}})
UNION ALL (SELECT CASE WHEN action = %(hidden)s THEN 'hidden' ELSE 'refusals' END, {PLAIN},
    coalesce((details ->> 'recused')::boolean, false) FROM day WHERE outcome = 'refused' ORDER BY at DESC, id DESC LIMIT %(read)s)
UNION ALL (SELECT 'pairs', {CHECK}, false FROM checks
    WHERE place = 1 AND times >= %(pair_times)s AND times >= %(pair_share)s * total ORDER BY at DESC, id DESC LIMIT {{most}})
UNION ALL (SELECT 'quick', {CHECK}, false FROM checks WHERE at >= %(start)s AND at - other_at < %(quick)s
    ORDER BY at DESC, id DESC LIMIT {{most}})
UNION ALL (SELECT 'hours', '', last, '', '', '', actor_id, actor_name, '', '', '', NULL, NULL, '{{{{}}}}', NULL, '', first, times, 1, false
    FROM people ORDER BY times DESC, actor_id LIMIT {{most}})
"""
# What was put aside keeps its place among the day's findings, so that the others move up behind it.
MOST = "(SELECT %(found)s + count(*) FROM discipline_dismissal WHERE dismissed_at >= %(start)s)"


# Whether there is anything at all, whoever may see it: the usual answer is no, and whose it is is a dear question.
PENDING = """
SELECT EXISTS (SELECT FROM workgroups_resolutiontask WHERE due_on < %(day)s AND status <> %(accepted)s),
    EXISTS (SELECT FROM workgroups_replytask WHERE due_on < %(day)s AND status <> %(accepted)s),
    EXISTS (SELECT FROM discipline_opinion WHERE status = ANY(%(owed)s) AND due_at < %(now)s)
"""


class Pending(NamedTuple):
    """Late, in anybody's scope."""

    tasks: bool
    reply_tasks: bool
    opinions: bool


def pending(day: date) -> Pending:
    """What is late at all."""
    values = {"day": day, "accepted": TaskStatus.ACCEPTED, "owed": list(OWED), "now": timezone.now()}
    with connection.cursor() as cursor:
        cursor.execute(PENDING, values)
        return Pending._make(cursor.fetchone())


def counted(user: Any, start: datetime, end: datetime, usual: tuple[datetime, datetime]) -> dict[Indicator, list[Act]]:
    """Indicator → its entries, the newest first. `usual`: between which instants work is usual on a working day."""
    codes = [*limits.CHECKED_BY, *limits.CHECKED_BY.values()]
    day = _entries(user, start, end).values_list(*READ, "details")
    span = _entries(user, end - limits.PAIR_SPAN, end).filter(action__in=codes, outcome=Outcome.DONE).values_list(*READ)
    values = {
        "acts": list(limits.CHECKED_BY), "checks": list(limits.CHECKED_BY.values()),
        "high_risk": list(limits.HIGH_RISK), "after": list(limits.AFTER), "hidden": HIDDEN, "read": limits.READ, "found": limits.FOUND,
        "pair_times": limits.PAIR_TIMES, "pair_share": limits.PAIR_SHARE, "quick": limits.QUICK, "start": start,
        "date": timezone.localdate(start), "begins": usual[0], "ends": usual[1],
    }  # fmt: skip
    found: dict[Indicator, list[Act]] = defaultdict(list)
    with connection.cursor() as cursor:
        parts = {name: _bound(cursor, rows) for name, rows in (("day", day), ("span", span))}
        cursor.execute(STATEMENT.format(**parts, most=MOST), values)
        for part, *row in cursor.fetchall():
            found[Indicator(part)].append(Act._make(row))
    return found


def _entries(user: Any, start: datetime, end: datetime) -> Any:
    """Entries of the reader's scope between two instants."""
    return Event.objects.visible_to(user).filter(at__gte=start, at__lt=end).order_by()


def _bound(cursor: Any, rows: Any) -> str:
    """The query with its values in it, as the driver writes them, ready to stand inside another."""
    sql, params = rows.query.sql_with_params()
    return cursor.mogrify(sql, params).decode().replace("%", "%%")
