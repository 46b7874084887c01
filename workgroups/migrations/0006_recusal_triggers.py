from django.db import migrations

from admissions.core.migrating import BatchMigration
from workgroups.recusal.triggers import SIGNERS_NOT_RECUSED, SIGNERS_NOT_RECUSED_REVERSE


class Migration(BatchMigration):
    dependencies = [("workgroups", "0005_recusal")]

    operations = [migrations.RunSQL(SIGNERS_NOT_RECUSED, SIGNERS_NOT_RECUSED_REVERSE)]
