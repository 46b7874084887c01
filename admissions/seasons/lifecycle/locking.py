"""No command works in a season while it is being ended: commands share a lock, the end takes it alone."""

from django.db import connection

from .enums import SeasonStatus
from .models import Season

SPACE = 4_202_620


def any_ended(season_ids: frozenset[int]) -> bool:
    """Has one of the seasons ended? Inside a transaction none of them ends until this is over. One way to the server."""
    ids, ended = (
        list(season_ids),
        f"SELECT EXISTS (SELECT FROM {Season._meta.db_table} WHERE id = ANY(%s) AND status = %s)",
    )
    share = "SELECT pg_advisory_xact_lock_shared(%s, season::int) FROM unnest(%s) AS season"
    with connection.cursor() as cursor:
        cursor.execute(f"{share};\n{ended}", [SPACE, ids, ids, SeasonStatus.CLOSED.value])
        return cursor.fetchone()[0]


def wait_for_commands(season: Season) -> None:
    """Until every command under way in the season has ended; those that come after wait and find the season over."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [SPACE, season.pk])
