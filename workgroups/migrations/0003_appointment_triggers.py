from django.db import migrations

from workgroups.appointments import triggers


class Migration(migrations.Migration):
    dependencies = [("workgroups", "0002_appointments_training"), ("accounts", "0001_initial")]
    operations = [
        migrations.RunSQL(triggers.HEADCOUNT, triggers.HEADCOUNT_REVERSE),
        migrations.RunSQL(triggers.COMPATIBLE, triggers.COMPATIBLE_REVERSE),
    ]
