"""A commitment beside every salt from the first seal on, and the ledger of those destroyed.

Trees sealed before get their commitments from the rows as they are now: there are only demonstrations of them.
"""

from typing import Any

from django.db import migrations, models

import admissions.audit.querying
import admissions.core.ids
from admissions.core.migrating import BatchMigration

PINNED = (
    ("TimeZone", "UTC"),
    ("DateStyle", "ISO, YMD"),
    ("IntervalStyle", "iso_8601"),
    ("bytea_output", "hex"),
    ("extra_float_digits", "1"),
)


def commit(apps: Any, schema_editor: Any) -> None:
    quote = schema_editor.connection.ops.quote_name
    with schema_editor.connection.cursor() as cursor:
        for name, value in PINNED:
            cursor.execute("SELECT set_config(%s, %s, true)", [name, value])
        for form in apps.get_model("seals", "LeafForm").objects.all():
            key = "id" if form.table_name == "audit_event" else "history_id"
            personal = ", ".join(f"t.{quote(column)}" for column in form.columns)
            cursor.execute(
                f"UPDATE seals_leafsalt s"
                f" SET commitment = sha256(s.salt || convert_to(json_build_array({personal})::text, 'UTF8'))"
                f" FROM seals_leaf l JOIN {quote(form.table_name)} t ON t.{key} = l.row_id"
                f" WHERE s.leaf_index = l.index AND l.form_id = %s AND s.commitment IS NULL",
                [form.pk],
            )


class Migration(BatchMigration):
    dependencies = [
        ("seals", "0001_initial"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="leafsalt", name="salt_or_commitment"),
        migrations.RunPython(commit, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="leafsalt",
            name="commitment",
            field=models.BinaryField(max_length=32, verbose_name="承诺值"),
        ),
        migrations.AddConstraint(
            model_name="leafsalt",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("destroyed_at__isnull", True), ("salt__isnull", False)),
                    models.Q(("destroyed_at__isnull", False), ("salt__isnull", True)),
                    _connector="OR",
                ),
                name="salt_or_destroyed",
            ),
        ),
        migrations.CreateModel(
            name="DestroyedSalt",
            fields=[
                ("id", models.UUIDField(default=admissions.core.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name="编号")),
                ("at", models.DateTimeField(verbose_name="时间")),
                ("leaf_index", models.BigIntegerField(unique=True, verbose_name="叶号")),
                ("commitment", models.BinaryField(max_length=32, verbose_name="承诺值")),
                ("event_id", models.UUIDField(verbose_name="事件编号")),
                ("txid", models.BigIntegerField(db_default=admissions.audit.querying.TransactionId(), editable=False, verbose_name="事务编号")),
            ],
            options={
                "verbose_name": "销毁记录",
                "verbose_name_plural": "销毁记录",
            },
        ),
    ]
