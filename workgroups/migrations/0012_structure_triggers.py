from django.db import migrations

from admissions.core.migrating import BatchMigration
from workgroups.appointments import triggers as appointments
from workgroups.groups import triggers as groups


class Migration(BatchMigration):
    dependencies = [("workgroups", "0011_structure_constraints")]
    operations = [
        migrations.RunSQL(groups.SEATS, groups.SEATS_REVERSE),
        migrations.RunSQL(groups.HELD, groups.HELD_REVERSE),
        # The same as in 0003 for a new database; databases made before get the version that also sees abolished posts.
        migrations.RunSQL(appointments.HEADCOUNT, migrations.RunSQL.noop),
        migrations.RunSQL(appointments.COMPATIBLE, migrations.RunSQL.noop),
    ]
