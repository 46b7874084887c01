"""Looking for a planted text everywhere it could be kept."""

from pathlib import Path

from django.db import connection


def tables_containing(text: str) -> list[str]:
    """Names of all tables with a row whose text form contains it: histories, events, jobs, sessions, everything."""
    found = []
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f'SELECT count(*) FROM "{table}" AS row WHERE row::text LIKE %s', [f"%{text}%"])
            if cursor.fetchone()[0]:
                found.append(table)
    return found


def files_containing(text: str, root: Path) -> list[Path]:
    needles = {text.encode(), text.encode("utf-16-le")}
    paths = [path for path in root.rglob("*") if path.is_file()] if root.exists() else []
    return [path for path in paths if any(needle in path.read_bytes() for needle in needles)]
