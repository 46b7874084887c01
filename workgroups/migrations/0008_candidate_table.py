from django.db import migrations

from admissions.core.migrating import BatchMigration
from workgroups.recusal.triggers import CANDIDATE_TABLE, CANDIDATE_TABLE_REVERSE


class Migration(BatchMigration):
    """The table Django made in 0005 gives way to one without any index; it was never filled."""

    dependencies = [("workgroups", "0007_recusal_screening_jobs")]

    operations = [
        migrations.RunSQL("DROP TABLE workgroups_candidatedigest;", migrations.RunSQL.noop),
        migrations.RunSQL(CANDIDATE_TABLE, CANDIDATE_TABLE_REVERSE),
    ]
