from django.db import migrations

from admissions.core.migrating import BatchMigration
from workgroups.meetings import triggers


class Migration(BatchMigration):
    dependencies = [("workgroups", "0013_meetings")]
    operations = [
        migrations.RunSQL(triggers.POSITION, triggers.POSITION_REVERSE),
        migrations.RunSQL(triggers.APPEND_ONLY, triggers.APPEND_ONLY_REVERSE),
        migrations.RunSQL(triggers.FROZEN, triggers.FROZEN_REVERSE),
        migrations.RunSQL(triggers.PRESENCE, triggers.PRESENCE_REVERSE),
    ]
