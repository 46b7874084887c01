from django.db import migrations, models

from admissions.core.migrating import BatchMigration


class Migration(BatchMigration):

    dependencies = [
        ('evidence', '0002_upward'),
    ]

    operations = [
        migrations.AddField(
            model_name='historicalimportbatch',
            name='account',
            field=models.JSONField(blank=True, default=dict, verbose_name='各行各列的去向'),
        ),
        migrations.AddField(
            model_name='importbatch',
            name='account',
            field=models.JSONField(blank=True, default=dict, verbose_name='各行各列的去向'),
        ),
    ]
