import django.db.models.deletion
from django.db import migrations, models

from admissions.core.migrating import BatchMigration


class Migration(BatchMigration):

    dependencies = [
        ('workgroups', '0019_designated_members'),
    ]

    operations = [
        migrations.AddField(
            model_name='historicalsubmission',
            name='item',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='workgroups.agendaitem', verbose_name='议题'),
        ),
        migrations.AddField(
            model_name='submission',
            name='item',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='submissions', to='workgroups.agendaitem', verbose_name='议题'),
        ),
    ]
