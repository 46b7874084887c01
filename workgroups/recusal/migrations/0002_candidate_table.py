"""The table of candidates' digests, which Django does not manage: no key, no index, filled by COPY, read by one hash join."""

from django.db import migrations

from admissions.core.migrating import BatchMigration

TABLE = """
CREATE TABLE recusal_candidatedigest (
    batch_id bigint NOT NULL,
    reference varchar(40) NOT NULL,
    id_digest varchar(80) NOT NULL,
    district_code varchar(12) NOT NULL,
    school_code varchar(20) NOT NULL
);
"""


class Migration(BatchMigration):
    dependencies = [("recusal", "0001_initial")]
    operations = [migrations.RunSQL(TABLE, "DROP TABLE recusal_candidatedigest")]
