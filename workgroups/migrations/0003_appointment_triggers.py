from django.db import migrations

from admissions.core.migrating import BatchMigration
from workgroups.appointments import triggers


class Migration(BatchMigration):
    dependencies = [("workgroups", "0002_appointments_training"), ("accounts", "0001_initial")]
    operations = [
        migrations.RunSQL(triggers.HEADCOUNT, triggers.HEADCOUNT_REVERSE),
        migrations.RunSQL(triggers.COMPATIBLE, triggers.COMPATIBLE_REVERSE),
    ]
