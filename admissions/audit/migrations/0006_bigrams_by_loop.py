"""The pairs of neighbouring characters are found by a loop: a function in plain SQL is planned anew for every entry."""

from django.db import migrations

from admissions.core.migrating import BatchMigration

# It replaces a function that finds the same pairs, so the index upon it stays right.
BIGRAMS = """
CREATE OR REPLACE FUNCTION audit_bigrams(actor text, person text, target text) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    found text[] := '{}';
    part text;
BEGIN
    FOREACH part IN ARRAY ARRAY[actor, person, target] LOOP
        FOR position IN 1 .. greatest(length(part) - 1, 0) LOOP
            found := found || substr(part, position, 2);
        END LOOP;
    END LOOP;
    RETURN found;
END $$;
"""


class Migration(BatchMigration):
    dependencies = [("audit", "0005_saved_filters")]
    operations = [migrations.RunSQL(BIGRAMS, migrations.RunSQL.noop)]
