from django.db import migrations

from workgroups.recusal.triggers import SIGNERS_NOT_RECUSED, SIGNERS_NOT_RECUSED_REVERSE


class Migration(migrations.Migration):
    dependencies = [("workgroups", "0005_recusal")]

    operations = [migrations.RunSQL(SIGNERS_NOT_RECUSED, SIGNERS_NOT_RECUSED_REVERSE)]
