"""Marks of entries and of the histories under them; alarms about wrong ones. Entries written before carry none."""

import django.contrib.postgres.fields
import django.db.models.expressions
from django.db import migrations, models

import admissions.audit.querying
import admissions.core.ids
from admissions.core.migrating import BatchMigration


class Migration(BatchMigration):
    dependencies = [
        ("audit", "0003_alarms_are_leaves"),
    ]

    operations = [
        migrations.AddField(
            model_name="event",
            name="row_marks",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=160), default=list, editable=False, size=None, verbose_name="历史行印签"
            ),
        ),
        migrations.AddField(
            model_name="event",
            name="mark",
            field=models.CharField(default="", editable=False, max_length=72, verbose_name="印签"),
            preserve_default=False,
        ),
        migrations.CreateModel(
            name="WrongMark",
            fields=[
                ("id", models.UUIDField(default=admissions.core.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name="编号")),
                ("at", models.DateTimeField(db_default=django.db.models.expressions.Func(function="clock_timestamp", output_field=models.DateTimeField()), verbose_name="时间")),
                ("found", models.CharField(max_length=40, verbose_name="情况")),
                ("table_name", models.CharField(max_length=80, verbose_name="数据表")),
                ("row_id", models.CharField(max_length=40, verbose_name="事件编号")),
                ("txid", models.BigIntegerField(db_default=admissions.audit.querying.TransactionId(), editable=False, verbose_name="事务编号")),
            ],
            options={
                "verbose_name": "印签不符告警",
                "verbose_name_plural": "印签不符告警",
                "indexes": [models.Index(fields=["-at"], name="wrongmark_newest")],
            },
        ),
    ]
