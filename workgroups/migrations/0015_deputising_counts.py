from django.db import migrations

from admissions.core.migrating import BatchMigration
from workgroups.appointments import triggers as appointments
from workgroups.duty import triggers as duty
from workgroups.groups import triggers as groups


class Migration(BatchMigration):
    dependencies = [("workgroups", "0014_meeting_triggers")]
    operations = [
        migrations.RunSQL(duty.COMPATIBLE, duty.COMPATIBLE_REVERSE),
        # The same as in 0003 and 0012 for a new database; databases made before get the versions that see delegations.
        migrations.RunSQL(appointments.COMPATIBLE, migrations.RunSQL.noop),
        migrations.RunSQL(groups.HELD, migrations.RunSQL.noop),
    ]
