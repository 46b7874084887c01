"""Django's command, which says in a sentence when the data were made by a version with other apps."""

from typing import Any

from django.apps import apps
from django.core.management import CommandError
from django.core.management.commands import migrate
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder
from django.db.utils import DatabaseError


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        unknown = unknown_apps(connection)
        if unknown:
            raise CommandError(sentence(connection, unknown))
        super().handle(*args, **options)


def unknown_apps(connection: BaseDatabaseWrapper) -> list[str]:
    """Apps that have migrated this database and that this version does not have."""
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted({label for label, _ in applied} - {config.label for config in apps.get_app_configs()})


def sentence(connection: BaseDatabaseWrapper, unknown: list[str]) -> str:
    return (
        f"这里的数据由旧版本建立（含本版本没有的 {'、'.join(unknown)}），本版本不能使用，也没有改动它们；"
        f"旧数据在 {place_of(connection)}，请移走或改用另一个数据目录后再启动，演示数据会重新生成。"
    )


def place_of(connection: BaseDatabaseWrapper) -> str:
    """The server's data directory where we may know it; else the name of the database."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SHOW data_directory")
            return cursor.fetchone()[0]
    except DatabaseError:
        return f"数据库 {connection.settings_dict['NAME']}"
