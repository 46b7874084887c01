from django.db import migrations, models

from admissions.core.migrating import BatchMigration


class Migration(BatchMigration):
    """`event_id` of a review sheet hid the history's own column of that name; no sheet could be written before."""

    dependencies = [("workgroups", "0009_duty")]

    operations = [
        migrations.RemoveConstraint("actreview", "actreview_act_once"),
        migrations.RenameField("actreview", "event_id", "act_id"),
        migrations.RenameField("actreview", "event_at", "act_at"),
        migrations.RenameField("actreview", "event_label", "act_label"),
        migrations.AddConstraint(
            "actreview", models.UniqueConstraint(fields=["discovery", "act_id"], name="actreview_act_once")
        ),
        migrations.RenameField("historicalactreview", "event_at", "act_at"),
        migrations.RenameField("historicalactreview", "event_label", "act_label"),
        migrations.AddField(
            "historicalactreview",
            "act_id",
            models.UUIDField("留痕事件", default="00000000-0000-0000-0000-000000000000"),
            preserve_default=False,
        ),
        migrations.AlterModelOptions(
            "actreview",
            options={"ordering": ["act_at", "id"], "verbose_name": "复查单", "verbose_name_plural": "复查单"},
        ),
        migrations.AlterField("historicalactreview", "event_id", models.UUIDField("事件编号", db_index=True)),
    ]
