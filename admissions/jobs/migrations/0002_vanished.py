from django.db import migrations, models

from admissions.core.migrating import BatchMigration


class Migration(BatchMigration):

    dependencies = [
        ('jobs', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='job',
            name='vanished',
            field=models.PositiveSmallIntegerField(default=0, verbose_name='中断次数'),
        ),
    ]
