"""Which operations of a migration are taken together, and that our migrations take them so."""

import pytest
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader

from admissions.core.migrating import BatchMigration, Together, runs

ROOM = migrations.CreateModel("Room", [("id", models.BigAutoField(primary_key=True))])
DESK = migrations.CreateModel("Desk", [("id", models.BigAutoField(primary_key=True))])
HEIGHT = migrations.AddField("desk", "height", models.IntegerField(null=True))
WIDTH = migrations.AddField("desk", "width", models.IntegerField(null=True))
TALL = migrations.AddConstraint("desk", models.CheckConstraint(condition=models.Q(height__gt=0), name="tall"))
NOT_TALL = migrations.RemoveConstraint("desk", "tall")
HIGHER = migrations.AlterField("desk", "height", models.BigIntegerField(null=True))
RENAMED = migrations.RenameField("desk", "height", "top")
SQL = migrations.RunSQL("SELECT 1")
ROWS = migrations.RunPython(migrations.RunPython.noop)


@pytest.mark.parametrize(
    ("operations", "expected"),
    [
        ([], []),
        ([ROOM, DESK, SQL], [[ROOM, DESK, SQL]]),
        ([HEIGHT, WIDTH, TALL], [[HEIGHT, WIDTH, TALL]]),
        ([NOT_TALL, TALL], [[NOT_TALL, TALL]]),
        # the table would be made with the field, and the field added once more
        ([ROOM, DESK, HEIGHT, WIDTH], [[ROOM, DESK], [HEIGHT, WIDTH]]),
        ([DESK, SQL, TALL], [[DESK, SQL], [TALL]]),
        ([HEIGHT, HIGHER, WIDTH], [[HEIGHT], [HIGHER, WIDTH]]),
        ([TALL, NOT_TALL, TALL], [[TALL, NOT_TALL], [TALL]]),
        ([HEIGHT, RENAMED, WIDTH], [[HEIGHT], [RENAMED], [WIDTH]]),
        ([HEIGHT, ROWS, WIDTH], [[HEIGHT], [ROWS], [WIDTH]]),
    ],
)
def test_runs(operations, expected):
    assert runs(operations) == expected


def test_every_migration_of_ours_is_taken_so():
    ours = [
        migration
        for (app, _), migration in MigrationLoader(None).disk_migrations.items()
        if type(migration).__module__.split(".")[0] in ("admissions", "workgroups", "discipline", "publicity")
    ]
    assert ours and all(isinstance(migration, BatchMigration) for migration in ours)
    assert any(isinstance(operation, Together) for migration in ours for operation in migration.operations)
    assert all(operation.describe() for migration in ours for operation in migration.operations)
