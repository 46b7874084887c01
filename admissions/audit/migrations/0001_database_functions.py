"""Extensions and SQL functions that models and constraints need before any table exists."""

from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations

from admissions.core.migrating import BatchMigration

BIGRAMS = """
CREATE FUNCTION audit_bigrams(actor text, person text, target text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(DISTINCT substr(part, position, 2)), '{}')
    FROM unnest(ARRAY[actor, person, target]) AS part,
         generate_series(1, greatest(length(part) - 1, 0)) AS position
$$;
"""


class Migration(BatchMigration):
    dependencies = []
    operations = [
        BtreeGistExtension(),
        migrations.RunSQL(BIGRAMS, "DROP FUNCTION audit_bigrams(text, text, text)"),
    ]
